// Package sandbox is Azure on this machine: a control plane that a real Pulumi
// engine deploys to without an account. Its state lives in one folder and
// survives between runs, as a cloud would. One process owns the folder; others
// that join it talk to that one.
package sandbox

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"time"

	"github.com/aoai-gateway/aoai-gateway/internal/pause"
	"github.com/aoai-gateway/aoai-gateway/sandbox/azure"
	"github.com/aoai-gateway/aoai-gateway/sandbox/azurenative"
	"github.com/aoai-gateway/aoai-gateway/sandbox/page"
)

// Options say where a sandbox lives and what is in it.
type Options struct {
	// Dir is the folder that holds the sandbox's state.
	Dir string
	// SeedFile names what exists before anything is deployed; empty for
	// nothing but a tenant and a subscription.
	SeedFile string
	// Log gets a line a request; nil for none.
	Log *slog.Logger
	// TimeScale is how many seconds of Azure pass in one here; 0 for
	// azure.DefaultTimeScale.
	TimeScale float64
	// Noisy makes Azure answer with all known noise at once; see azure.Options.
	Noisy bool
	// Traffic lets requests through what is deployed; nil for a control plane only. Who
	// joins takes what the owner has.
	Traffic *Traffic
	// Port is where Resource Manager and the page answer; the three after it are the proxy's
	// and the plugins'. 0 takes the ports of the folder's last sandbox, if they are free.
	Port int
	// Wrap goes around Resource Manager, if it is not nil: tests count requests
	// and stop the world there.
	Wrap func(http.Handler) http.Handler
}

// joinPatience is how long Join waits for an owner that is starting or ending.
const joinPatience = 10 * time.Second

// joinEvery is how long it waits before it looks again.
const joinEvery = 50 * time.Millisecond

// Session is one user's hold on a sandbox. The sandbox stays up at least until
// Close.
type Session struct {
	Endpoints Endpoints
	// Owner says that the sandbox runs in this process.
	Owner bool
	// Moved names what does not listen at its last port, because another program does.
	Moved []string
	close func() error
}

// Close gives up the hold. An owner first waits until everybody who joined has
// closed too.
func (s *Session) Close() error { return s.close() }

// Join attaches to the sandbox in a folder, or starts it there.
func Join(ctx context.Context, options Options) (*Session, error) {
	ctx, cancel := context.WithTimeout(ctx, joinPatience)
	defer cancel()
	for {
		session, err := start(ctx, options)
		if !errors.Is(err, azure.ErrInUse) {
			return session, err
		}
		session, joinErr := attach(ctx, options.Dir)
		if joinErr == nil {
			return session, sameSeed(session, options.SeedFile)
		}
		if pause.For(ctx, joinEvery) != nil {
			return nil, fmt.Errorf("another process holds the sandbox in %s and does not answer: %w", options.Dir, joinErr)
		}
	}
}

// sameSeed refuses to join a sandbox in which another seed was planted than the
// one asked for. Whoever asks for none takes what is there.
func sameSeed(session *Session, seedFile string) error {
	wanted, err := digest(seedFile)
	if err == nil && (wanted == "" || wanted == session.Endpoints.SeedDigest) {
		return nil
	}
	if err == nil {
		err = fmt.Errorf("process %d runs this sandbox with another seed than %s; end it and start it with that seed",
			session.Endpoints.PID, seedFile)
	}
	return errors.Join(err, session.Close())
}

// start brings the sandbox up in this process.
func start(ctx context.Context, options Options) (_ *Session, err error) {
	if err := os.MkdirAll(options.Dir, 0o700); err != nil {
		return nil, fmt.Errorf("making the sandbox's folder: %w", err)
	}
	store, err := azure.OpenStore(filepath.Join(options.Dir, "azure.db"))
	if err != nil {
		return nil, err
	}
	chosen, moved, err := choosePorts(ctx, options.Dir, options.Port)
	if err != nil {
		return nil, errors.Join(err, store.Close())
	}
	servers := &servers{ports: chosen}
	defer func() {
		if err != nil {
			err = errors.Join(err, servers.stop(), store.Close())
		}
	}()
	seed := azure.DefaultSeed()
	if options.SeedFile != "" {
		if seed, err = azure.ReadSeed(options.SeedFile); err != nil {
			return nil, err
		}
	}
	service, err := azure.New(store, azure.Options{
		Seed: seed, Log: options.Log, TimeScale: cmp.Or(options.TimeScale, azure.DefaultTimeScale), Noisy: options.Noisy,
	})
	if err != nil {
		return nil, err
	}
	leases := &leases{}
	var manager http.Handler = service
	if options.Wrap != nil {
		manager = options.Wrap(service)
	}
	if options.Traffic != nil {
		if servers.traffic, err = startTraffic(context.WithoutCancel(ctx), options, store, seed, azure.Public(manager), chosen.Proxy); err != nil {
			return nil, err
		}
	}
	endpoints, err := servers.start(context.WithoutCancel(ctx), store, manager, leases, seed)
	if err != nil {
		return nil, err
	}
	if endpoints.SeedDigest, err = digest(options.SeedFile); err != nil {
		return nil, err
	}
	if servers.traffic != nil {
		servers.ports.Proxy = servers.traffic.proxyPort
		endpoints.Traffic, endpoints.Proxy, endpoints.CA = true, servers.traffic.proxyURL, servers.traffic.caFile
		endpoints.ARMTLS, endpoints.Page = servers.traffic.managerURL(), endpoints.ARM+page.Path
	}
	if err := errors.Join(keepPorts(options.Dir, servers.ports), endpoints.write(options.Dir)); err != nil {
		return nil, err
	}
	return &Session{
		Endpoints: endpoints, Owner: true, Moved: moved,
		close: func() error {
			leases.end()
			return errors.Join(removeEndpoints(options.Dir), servers.stop(), store.Close())
		},
	}, nil
}

// servers are the sandbox's listeners.
type servers struct {
	http      *http.Server
	providers []*azurenative.Server
	// traffic is the data plane, nil for none.
	traffic *traffic
	// ports are where to listen, and after the start where they do.
	ports  ports
	cancel context.CancelFunc
}

func (s *servers) start(
	ctx context.Context, store *azure.Store, service http.Handler, leases *leases, seed azure.Seed,
) (Endpoints, error) {
	ctx, s.cancel = context.WithCancel(ctx)
	listener, err := listenAt(ctx, s.ports.Manager)
	if err == nil {
		s.ports.Manager, err = portOf(listener)
	}
	if err != nil {
		return Endpoints{}, fmt.Errorf("listening for Resource Manager requests: %w", err)
	}
	mux := http.NewServeMux()
	mux.HandleFunc(leasePath, fromLoopback(leases.ServeHTTP))
	mux.HandleFunc(inventoryPath, fromLoopback(takeInventory(store)))
	mux.HandleFunc("GET "+queriesPath, fromLoopback(answerQueries(store)))
	if s.traffic != nil {
		s.traffic.routes(mux)
	}
	mux.Handle("/", service)
	s.http = &http.Server{Handler: oneSlash(mux), ReadHeaderTimeout: 10 * time.Second}
	go func() { _ = s.http.Serve(listener) }()

	endpoints := Endpoints{PID: os.Getpid(), ARM: "http://" + listener.Addr().String()}
	provider, err := azurenative.New(endpoints.ARM, azurenative.Account{
		TenantID: seed.TenantID, SubscriptionID: seed.SubscriptionID,
		ClientID: seed.Deployer.ID, ObjectID: seed.Deployer.ID,
	})
	if err != nil {
		return Endpoints{}, err
	}
	native, err := azurenative.Serve(ctx, provider, s.ports.AzureNative)
	if err != nil {
		return Endpoints{}, err
	}
	random, err := azurenative.Serve(ctx, azurenative.NewRandom(nil), s.ports.Random)
	if err != nil {
		return Endpoints{}, err
	}
	s.providers = []*azurenative.Server{native, random}
	s.ports.AzureNative, s.ports.Random = native.Port, random.Port
	endpoints.TenantID, endpoints.SubscriptionID = seed.TenantID, seed.SubscriptionID
	endpoints.Providers = map[string]int{"azure-native": native.Port, "random": random.Port}
	return endpoints, nil
}

// oneSlash makes one slash of those that a path begins with, which ServeMux would redirect:
// Microsoft's clients whose paths begin with a scope send two.
func oneSlash(handler http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if strings.HasPrefix(r.URL.Path, "//") {
			changed := *r.URL
			changed.Path, changed.RawPath = "/"+strings.TrimLeft(r.URL.Path, "/"), ""
			r = r.Clone(r.Context())
			r.URL = &changed
		}
		handler.ServeHTTP(w, r)
	})
}

func (s *servers) stop() error {
	if s.cancel != nil {
		s.cancel()
	}
	var errs []error
	if s.http != nil {
		errs = append(errs, s.http.Close())
	}
	if s.traffic != nil {
		errs = append(errs, s.traffic.stop())
	}
	for _, provider := range s.providers {
		errs = append(errs, provider.Wait())
	}
	return errors.Join(errs...)
}

// leases counts the sessions of other processes.
type leases struct {
	mu     sync.Mutex
	ending bool
	held   sync.WaitGroup
}

// ServeHTTP holds a lease for as long as the request lasts.
func (l *leases) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if !l.take() {
		http.Error(w, "the sandbox is ending", http.StatusServiceUnavailable)
		return
	}
	defer l.held.Done()
	w.WriteHeader(http.StatusOK)
	if err := http.NewResponseController(w).Flush(); err != nil {
		return
	}
	<-r.Context().Done()
}

func (l *leases) take() bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.ending {
		return false
	}
	l.held.Add(1)
	return true
}

// end refuses further leases and waits for those that are held.
func (l *leases) end() {
	l.mu.Lock()
	l.ending = true
	l.mu.Unlock()
	l.held.Wait()
}
