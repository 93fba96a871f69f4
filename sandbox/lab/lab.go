// Package lab is a small Azure in memory, with one API Management service in front
// of some Azure OpenAI accounts: for tests of traffic and for comparing policies, in
// virtual time. All of it is deployed through Resource Manager, as anything is.
package lab

import (
	"bytes"
	"cmp"
	"context"
	"crypto/rand"
	"crypto/rsa"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"strings"
	"sync"

	"github.com/aoai-gateway/aoai-gateway/internal/arm"
	facts "github.com/aoai-gateway/aoai-gateway/internal/azure"
	"github.com/aoai-gateway/aoai-gateway/internal/policy"
	"github.com/aoai-gateway/aoai-gateway/sandbox/azure"
	"github.com/aoai-gateway/aoai-gateway/sandbox/dataplane"
	"github.com/aoai-gateway/aoai-gateway/sandbox/deployed"
	"github.com/aoai-gateway/aoai-gateway/sandbox/edge"
	"github.com/aoai-gateway/aoai-gateway/sandbox/entra"
	"github.com/aoai-gateway/aoai-gateway/sandbox/gateway"
	"github.com/aoai-gateway/aoai-gateway/sandbox/network"
)

// Backend is an account and the backend entity that leads to it.
type Backend struct {
	// ID is the entity's id, and the account's name unless Account is given.
	ID, Account string
	// Region of the account; default swedencentral.
	Region string
	// Capacity of the deployment, in 1,000 tokens a minute; default 100,000.
	Capacity int
	// SKU of the deployment; default Standard.
	SKU string
	// Priority and Weight in the pool; default 1.
	Priority, Weight int
}

// Host is the account's public name.
func (b Backend) Host() string { return cmp.Or(b.Account, b.ID) + "." + facts.OpenAIDomain }

// Options describe a lab.
type Options struct {
	// Dir is a folder for the store.
	Dir string
	// SKU of the service and its Units; default StandardV2 with 1.
	SKU   string
	Units int
	// Regions are those that the service has beside swedencentral; they need Premium.
	Regions []string
	// Model is the name of the deployments and of their pool; default gpt-4o.
	Model    string
	Backends []Backend
	// Document is the API's policy, in the format rawxml; "" for none. Fragments and
	// NamedValues are what it refers to.
	Document               string
	Fragments, NamedValues map[string]string
	// KeyHeader carries subscription keys; default api-key, which accounts look at, too.
	KeyHeader string
	// RootAPI puts the API at the root of the gateway's URL instead of /openai: for
	// policies whose base URLs have no path.
	RootAPI bool
	// WithoutBreakers leaves the backends without circuit breakers.
	WithoutBreakers bool
	// PerDeployment makes a backend for each account and deployment, and pools of these, as
	// this project deploys them, instead of one for each account.
	PerDeployment bool
	// Principals are those of the tenant.
	Principals []azure.Principal
	// Models are offered beside those of the backends.
	Models []azure.Offer
	// Medium carries the traffic; default memory.
	Medium   network.Medium
	Cache    gateway.CacheBehaviour
	Random   func() float64
	Switches policy.Switches
	// Edges and Locations are for Front Door.
	Edges     edge.Switches
	Locations []edge.Location
	// Wrap goes around what the gateway sends with; nil for nothing.
	Wrap func(http.RoundTripper) http.RoundTripper
}

// Lab is a running one.
type Lab struct {
	Network   *network.Network
	Plane     *dataplane.Plane
	Directory *entra.Directory
	Logs      *dataplane.Logs
	// Key is a subscription's that is good for the API.
	Key string

	options   Options
	deployed  *deployed.Source
	store     *azure.Store
	service   *azure.Service
	transport *http.Transport
}

// Names in the lab.
const (
	subscription = "00000000-0000-4000-8000-000000000002"
	Group        = "/subscriptions/" + subscription + "/resourceGroups/lab"
	ServiceID    = Group + "/providers/Microsoft.ApiManagement/service/apim-lab"
	Gateway      = "apim-lab." + facts.GatewayDomain
)

// RegionalGateway is the host of the gateways in one region.
func RegionalGateway(region string) string {
	return facts.RegionalGatewayHost("apim-lab", region)
}

// signingKey is that of the labs of this process: making one takes a fifth of the time of
// measuring a policy.
var signingKey = sync.OnceValues(func() (*rsa.PrivateKey, error) { return rsa.GenerateKey(rand.Reader, 2048) })

// New deploys a lab.
func New(ctx context.Context, options Options) (_ *Lab, err error) {
	options.SKU, options.Units, options.Model = cmp.Or(options.SKU, "StandardV2"), cmp.Or(options.Units, 1), cmp.Or(options.Model, "gpt-4o")
	options.KeyHeader = cmp.Or(options.KeyHeader, "api-key")
	if options.Medium == nil {
		options.Medium = &network.Memory{}
	}
	l := &Lab{options: options}
	if l.store, err = azure.OpenScratch(filepath.Join(options.Dir, "lab.db")); err != nil {
		return nil, err
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, l.Close())
		}
	}()
	seed := azure.DefaultSeed()
	seed.Models = append(offers(options.Backends), options.Models...)
	seed.Principals = options.Principals
	if l.service, err = azure.New(l.store, azure.Options{Seed: seed}); err != nil {
		return nil, err
	}
	key, err := signingKey()
	if err != nil {
		return nil, err
	}
	l.Directory, err = entra.New(entra.Options{TenantID: seed.TenantID, Key: key, Principals: func() ([]azure.Principal, error) { return seed.Principals, nil }})
	if err != nil {
		return nil, err
	}
	l.Network = network.New(options.Medium, options.Random)
	l.deployed = deployed.Of(l.store)
	l.Logs = dataplane.NewLogs("")
	l.Plane = dataplane.New(dataplane.Options{
		Deployed: l.deployed, Network: l.Network, Directory: l.Directory, Logs: l.Logs, Cache: options.Cache, Random: options.Random, Switches: options.Switches, Wrap: options.Wrap,
		Edges: options.Edges, Locations: options.Locations, Spend: l.store.SetSpend,
		Hosts: []network.Host{{Name: azure.PublicHost, Kind: "resource-manager", Handler: azure.Public(l.service)}},
	})
	l.transport = l.Network.Transport()
	if err := l.deploy(); err != nil { //nolint:contextcheck // Resource Manager is in this process and waits for nothing
		return nil, err
	}
	return l, l.Plane.Refresh(ctx)
}

// Close ends all that the lab has started.
func (l *Lab) Close() error {
	var errs []error
	if l.transport != nil {
		l.transport.CloseIdleConnections()
	}
	if l.Plane != nil {
		errs = append(errs, l.Plane.Close())
	}
	return errors.Join(append(errs, l.store.Close())...)
}

// Client reaches the lab's hosts by their public names.
func (l *Lab) Client() *http.Client { return &http.Client{Transport: l.transport} }

// Put writes a resource by Resource Manager, and Delete deletes one.
func (l *Lab) Put(id string, body map[string]any) error {
	_, err := l.manage(http.MethodPut, id, body)
	return err
}

// Delete deletes a resource.
func (l *Lab) Delete(id string) error {
	_, err := l.manage(http.MethodDelete, id, nil)
	return err
}

// Get reads a resource.
func (l *Lab) Get(id string) (map[string]any, error) { return l.manage(http.MethodGet, id, nil) }

// Picture is what is deployed.
func (l *Lab) Picture() (*deployed.Picture, error) { return l.deployed.Picture() }

// IdentityToken is a token of the service's identity for the accounts, as its gateway
// has it.
func (l *Lab) IdentityToken() (string, error) {
	picture, err := l.deployed.Picture()
	if err != nil {
		return "", err
	}
	identity, _ := picture.Service(ServiceID).Identities.Of("")
	token, _, err := l.Directory.ForIdentity(identity, facts.CognitiveServicesAudience)
	return token, err
}

// Post asks for an action, such as listKeys.
func (l *Lab) Post(action string) (map[string]any, error) {
	return l.manage(http.MethodPost, action, nil)
}

// manage asks Resource Manager.
func (l *Lab) manage(method, id string, body map[string]any) (map[string]any, error) {
	encoded, err := json.Marshal(body)
	if err != nil {
		return nil, fmt.Errorf("encoding %s: %w", id, err)
	}
	request := httptest.NewRequestWithContext(context.Background(), method, "http://127.0.0.1"+id+"?api-version="+arm.NewestAPIVersion(id), bytes.NewReader(encoded))
	if method == http.MethodDelete {
		request.Header.Set("If-Match", "*")
	}
	answer := httptest.NewRecorder()
	l.service.ServeHTTP(answer, request)
	if answer.Code >= http.StatusBadRequest {
		return nil, fmt.Errorf("%s %s: %s", method, id, strings.TrimSpace(answer.Body.String()))
	}
	var answered map[string]any
	if answer.Body.Len() > 0 {
		err = json.Unmarshal(answer.Body.Bytes(), &answered)
	}
	return answered, err
}

// AccountID is the ARM id of a backend's account.
func AccountID(b Backend) string {
	return Group + "/providers/Microsoft.CognitiveServices/accounts/" + cmp.Or(b.Account, b.ID)
}

// RoleID is the ARM id of the assignment that lets the service call an account.
func (l *Lab) RoleID(b Backend) (string, error) {
	service, err := l.Get(ServiceID)
	if err != nil {
		return "", err
	}
	identity, _ := service["identity"].(map[string]any)
	principal, _ := identity["principalId"].(string)
	return AccountID(b) + "/providers/Microsoft.Authorization/roleAssignments/" + arm.AssignmentName(AccountID(b), principal, arm.CognitiveServicesOpenAIUser), nil
}
