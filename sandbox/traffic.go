package sandbox

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/url"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/aoai-gateway/aoai-gateway/docs"
	"github.com/aoai-gateway/aoai-gateway/sandbox/azure"
	"github.com/aoai-gateway/aoai-gateway/sandbox/dataplane"
	"github.com/aoai-gateway/aoai-gateway/sandbox/deployed"
	"github.com/aoai-gateway/aoai-gateway/sandbox/edge"
	"github.com/aoai-gateway/aoai-gateway/sandbox/entra"
	"github.com/aoai-gateway/aoai-gateway/sandbox/gateway"
	"github.com/aoai-gateway/aoai-gateway/sandbox/network"
	"github.com/aoai-gateway/aoai-gateway/sandbox/page"
	"github.com/aoai-gateway/aoai-gateway/sandbox/recent"
)

// Traffic says how requests go through what is deployed.
type Traffic struct {
	// PlainHTTP speaks HTTP without TLS.
	PlainHTTP bool
	// Cache says how the built-in cache of gateways behaves.
	Cache gateway.CacheBehaviour
	// Locations are the edge locations of Front Door; none takes one beside each origin.
	Locations []edge.Location
	// FaultsFile is a JSON file with faults, which is followed; "" for none.
	FaultsFile string
	// Backends are users' own servers on this machine, made by network.Outside.
	Backends []network.Host
}

// traffic is a data plane that runs.
type traffic struct {
	network   *network.Network
	plane     *dataplane.Plane
	directory *entra.Directory
	picture   func() (*deployed.Picture, error)
	// deployer is the object id of who deploys.
	deployer  string
	proxy     *http.Server
	proxyURL  string
	proxyPort int
	caFile    string
	cancel    context.CancelFunc
	following sync.WaitGroup
}

// followEvery is how often the file with faults is looked at.
const followEvery = 200 * time.Millisecond

func startTraffic(ctx context.Context, options Options, store *azure.Store, seed azure.Seed, manager http.Handler, proxyPort int) (_ *traffic, err error) {
	key, err := entra.OpenKey(options.Dir)
	if err != nil {
		return nil, err
	}
	t, source := &traffic{deployer: seed.Deployer.ID}, deployed.Of(store)
	t.directory, err = entra.New(entra.Options{TenantID: seed.TenantID, Key: key, Principals: func() ([]azure.Principal, error) {
		picture, err := source.Picture()
		if err != nil {
			return nil, err
		}
		return picture.Principals, nil
	}, Audiences: func() ([]string, error) {
		picture, err := source.Picture()
		if err != nil {
			return nil, err
		}
		return picture.Audiences(), nil
	}})
	if err != nil {
		return nil, err
	}
	medium := &network.Loopback{}
	if !options.Traffic.PlainHTTP {
		if medium.CA, err = network.OpenCA(options.Dir); err != nil {
			return nil, err
		}
		if t.caFile, err = filepath.Abs(filepath.Join(options.Dir, network.CAFile)); err != nil {
			return nil, fmt.Errorf("resolving the sandbox's folder: %w", err)
		}
		if medium.Outside, err = outsideCA(options.Traffic.Backends); err != nil {
			return nil, err
		}
	}
	t.network = network.New(medium, nil)
	t.network.Recent = recent.New()
	t.picture = source.Picture
	t.plane = dataplane.New(dataplane.Options{
		Deployed: source, Network: t.network, Directory: t.directory, Logs: dataplane.NewLogs(filepath.Join(options.Dir, "logs")), Cache: options.Traffic.Cache,
		Locations: options.Traffic.Locations, Hosts: append(managerHosts(manager), options.Traffic.Backends...), Spend: store.SetSpend,
	})
	defer func() {
		if err != nil {
			err = errors.Join(err, t.stop())
		}
	}()
	if options.Traffic.FaultsFile != "" {
		if err := t.network.Faults.OrderFile(options.Traffic.FaultsFile); err != nil {
			return nil, err
		}
	}
	if err := t.plane.Refresh(ctx); err != nil {
		return nil, err
	}
	if medium.CA != nil {
		if err := t.serveProxy(ctx, proxyPort); err != nil {
			return nil, err
		}
	}
	t.follow(ctx, options)
	return t, nil
}

// outsideCA signs for users' own servers; nil where there are none.
func outsideCA(backends []network.Host) (*network.CA, error) {
	if len(backends) == 0 {
		return nil, nil //nolint:nilnil // no CA is needed
	}
	names := make([]string, len(backends))
	for i, each := range backends {
		names[i] = each.Name
	}
	return network.NewCA(names...)
}

// managerHosts is Resource Manager under Azure's public name, which workflows know, and
// clients by TLS.
func managerHosts(manager http.Handler) []network.Host {
	if manager == nil {
		return nil
	}
	return []network.Host{{Name: azure.PublicHost, Kind: "resource-manager", Handler: manager}}
}

// managerURL is where Resource Manager answers over TLS on this machine; "" for nowhere.
func (t *traffic) managerURL() string {
	if t.caFile == "" {
		return ""
	}
	for _, address := range t.network.Addresses() {
		if address.Host == azure.PublicHost {
			return address.URL
		}
	}
	return ""
}

// fromLoopback turns away what a browser was tricked into sending: requests to another name
// than this machine's, and changes that a page of another origin asks for.
func fromLoopback(handler http.HandlerFunc) http.HandlerFunc {
	origins := http.NewCrossOriginProtection()
	return func(w http.ResponseWriter, r *http.Request) {
		if err := azure.FromLoopback(r); err != nil {
			http.Error(w, err.Error(), http.StatusForbidden)
			return
		}
		if err := origins.Check(r); err != nil {
			http.Error(w, "The sandbox takes changes from its own page only: "+err.Error(), http.StatusForbidden)
			return
		}
		handler(w, r)
	}
}

// serveProxy lets clients in by public names.
func (t *traffic) serveProxy(ctx context.Context, port int) error {
	listener, err := listenAt(ctx, port)
	if err == nil {
		t.proxyPort, err = portOf(listener)
	}
	if err != nil {
		return fmt.Errorf("listening for the proxy: %w", err)
	}
	t.proxy = &http.Server{Handler: t.network.Proxy(), ReadHeaderTimeout: 10 * time.Second}
	t.proxyURL = "http://" + listener.Addr().String()
	t.following.Go(func() { _ = t.proxy.Serve(listener) })
	return nil
}

// follow keeps hosts and faults what they should be, until stop.
func (t *traffic) follow(ctx context.Context, options Options) {
	ctx, t.cancel = context.WithCancel(ctx)
	log := options.Log
	if log == nil {
		log = slog.New(slog.DiscardHandler)
	}
	t.following.Go(func() {
		t.plane.Follow(ctx, func(err error) { log.Warn("opening hosts", "error", err) })
	})
	if options.Traffic.FaultsFile != "" {
		t.following.Go(func() {
			t.network.Faults.Follow(ctx, options.Traffic.FaultsFile, followEvery, func(err error) { log.Warn("following faults", "error", err) })
		})
	}
}

func (t *traffic) stop() error {
	var errs []error
	if t.cancel != nil {
		t.cancel()
	}
	if t.proxy != nil {
		errs = append(errs, t.proxy.Close())
	}
	t.following.Wait()
	return errors.Join(append(errs, t.plane.Close())...)
}

// Paths of the data plane at the sandbox's own port.
const (
	trafficPath = "/sandbox/traffic"
	logsPath    = trafficPath + "/logs/"
	statePath   = trafficPath + "/state"
	tokenPath   = trafficPath + "/token"
	secretPath  = trafficPath + "/secret"
)

func (t *traffic) routes(mux *http.ServeMux) {
	handle := func(pattern string, handler http.HandlerFunc) {
		mux.HandleFunc(pattern, fromLoopback(handler))
	}
	handle("GET "+trafficPath, func(w http.ResponseWriter, r *http.Request) {
		// Whoever asks may just have deployed something.
		if err := t.plane.Refresh(r.Context()); err != nil {
			http.Error(w, err.Error(), http.StatusInternalServerError)
			return
		}
		// Resource Manager is no host of the data plane.
		answerJSON(w, slices.DeleteFunc(t.network.Addresses(), func(a network.Address) bool { return a.Host == azure.PublicHost }))
	})
	handle("GET "+statePath, func(w http.ResponseWriter, r *http.Request) {
		if err := t.plane.Refresh(r.Context()); err != nil {
			http.Error(w, err.Error(), http.StatusInternalServerError)
			return
		}
		answerJSON(w, t.plane.State())
	})
	handle(network.Path, t.network.Faults.ServeHTTP)
	handle(page.Path, page.Handler(page.Source{
		Picture: t.picture, Hosts: t.network.Addresses, State: t.plane.State, Usage: t.plane.Usage, Faults: t.network.Faults.InForce, Recent: t.network.Recent,
	}, docs.Pages).ServeHTTP)
	handle("GET "+logsPath+"{table}", t.plane.ServeLogs)
	handle("GET "+tokenPath, t.token)
	handle("GET "+secretPath, func(w http.ResponseWriter, r *http.Request) {
		principal, err := t.directory.Principal(r.URL.Query().Get("principal"))
		if err == nil && principal.Type != "ServicePrincipal" {
			err = fmt.Errorf("%s is a %s: only applications have a secret", principal.Name, principal.Type)
		}
		if err != nil {
			http.Error(w, err.Error(), http.StatusNotFound)
			return
		}
		answerJSON(w, map[string]string{"clientId": entra.ApplicationID(principal), "clientSecret": t.directory.Secret(entra.ApplicationID(principal))})
	})
}

// token signs one for a principal, as az account get-access-token does for who is
// signed in. Without a principal it is for who deploys.
func (t *traffic) token(w http.ResponseWriter, r *http.Request) {
	principal, err := t.directory.Principal(cmp.Or(r.URL.Query().Get("principal"), t.deployer))
	if err != nil {
		http.Error(w, err.Error(), http.StatusNotFound)
		return
	}
	resource := strings.TrimSuffix(r.URL.Query().Get("resource"), "/.default")
	if err := t.directory.CheckResource(resource); err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	token, lifetime, err := t.directory.ForApplication(principal, resource)
	if err != nil {
		http.Error(w, err.Error(), http.StatusInternalServerError)
		return
	}
	answerJSON(w, Token{AccessToken: token, ExpiresOn: time.Now().Add(lifetime)})
}

func answerJSON(w http.ResponseWriter, body any) {
	w.Header().Set("Content-Type", "application/json")
	_ = json.NewEncoder(w).Encode(body)
}

// Token is an access token of the sandbox's tenant.
type Token struct {
	AccessToken string    `json:"accessToken"`
	ExpiresOn   time.Time `json:"expiresOn"`
}

// ErrNoTraffic says that the sandbox which runs has no data plane.
var ErrNoTraffic = errors.New("the sandbox carries no traffic; start `aoai serve`, in another terminal")

// Hosts are the public hosts of what is deployed, with where they answer here and
// what they were asked.
func (s *Session) Hosts(ctx context.Context) ([]network.Address, error) {
	return get[[]network.Address](ctx, s, trafficPath)
}

// State is what edges and gateways have found out about those behind them.
func (s *Session) State(ctx context.Context) (dataplane.State, error) {
	return get[dataplane.State](ctx, s, statePath)
}

// Edges are what edges have found out about their origins.
func (s *Session) Edges(ctx context.Context) ([]edge.State, error) {
	state, err := s.State(ctx)
	return state.Edges, err
}

// OrderFaults replaces the faults of the data plane.
func (s *Session) OrderFaults(ctx context.Context, faults ...network.Fault) error {
	return s.call(ctx, http.MethodPut, network.Path, append([]network.Fault{}, faults...), nil)
}

// Logs reads the last rows of a table, such as ApiManagementGatewayLogs, into a slice of a type
// that has the wanted columns as JSON names; nil only waits until they are written.
func (s *Session) Logs(ctx context.Context, table string, rows any) error {
	return s.call(ctx, http.MethodGet, logsPath+table, nil, rows)
}

// Token is an access token for a principal of the seed: its name, object id or
// client id; "" for who deploys.
func (s *Session) Token(ctx context.Context, principal, resource string) (Token, error) {
	return get[Token](ctx, s, tokenPath+"?"+url.Values{"principal": {principal}, "resource": {resource}}.Encode())
}

// Secret is the client id and secret of an application of the seed.
func (s *Session) Secret(ctx context.Context, principal string) (map[string]string, error) {
	return get[map[string]string](ctx, s, secretPath+"?"+url.Values{"principal": {principal}}.Encode())
}

// get reads what only a sandbox with a data plane has.
func get[T any](ctx context.Context, s *Session, path string) (answer T, err error) {
	err = s.call(ctx, http.MethodGet, path, nil, &answer)
	return answer, err
}

// call asks for what only a sandbox with a data plane has.
func (s *Session) call(ctx context.Context, method, path string, body, into any) error {
	if !s.Endpoints.Traffic {
		return ErrNoTraffic
	}
	return s.ask(ctx, method, path, body, into)
}

// ask asks the sandbox's own port.
func (s *Session) ask(ctx context.Context, method, path string, body, into any) (err error) {
	var content io.Reader
	if body != nil {
		encoded, err := json.Marshal(body)
		if err != nil {
			return fmt.Errorf("encoding a request to the sandbox: %w", err)
		}
		content = strings.NewReader(string(encoded))
	}
	request, err := http.NewRequestWithContext(ctx, method, s.Endpoints.ARM+path, content)
	if err != nil {
		return fmt.Errorf("making a request to the sandbox: %w", err)
	}
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		return fmt.Errorf("asking the sandbox: %w", err)
	}
	defer func() { err = errors.Join(err, response.Body.Close()) }()
	if response.StatusCode != http.StatusOK {
		said, _ := io.ReadAll(io.LimitReader(response.Body, 64<<10))
		return fmt.Errorf("the sandbox refuses: %s", strings.TrimSpace(string(said)))
	}
	if into == nil {
		return nil
	}
	if err := json.NewDecoder(response.Body).Decode(into); err != nil {
		return fmt.Errorf("reading the sandbox's answer: %w", err)
	}
	return nil
}
