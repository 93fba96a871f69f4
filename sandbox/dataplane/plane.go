// Package dataplane lets traffic through what is deployed in the sandbox: every
// public host that the control plane holds gets somebody who answers.
package dataplane

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"math/rand/v2"
	"net"
	"net/http"
	"net/netip"
	"slices"
	"strings"
	"sync"
	"time"

	facts "github.com/aoai-gateway/aoai-gateway/internal/azure"
	"github.com/aoai-gateway/aoai-gateway/internal/policy"
	"github.com/aoai-gateway/aoai-gateway/sandbox/contentsafety"
	"github.com/aoai-gateway/aoai-gateway/sandbox/deployed"
	"github.com/aoai-gateway/aoai-gateway/sandbox/edge"
	"github.com/aoai-gateway/aoai-gateway/sandbox/edge/waf"
	"github.com/aoai-gateway/aoai-gateway/sandbox/entra"
	"github.com/aoai-gateway/aoai-gateway/sandbox/gateway"
	"github.com/aoai-gateway/aoai-gateway/sandbox/network"
	"github.com/aoai-gateway/aoai-gateway/sandbox/openai"
)

// Options are what a data plane is made of.
type Options struct {
	Deployed  *deployed.Source
	Network   *network.Network
	Directory *entra.Directory
	// Logs take what gateways tell; nil drops it.
	Logs *Logs
	// Cache says how the gateways' built-in cache behaves.
	Cache gateway.CacheBehaviour
	// Random gives numbers from 0 to 1 to policies; nil takes the system's. It may be
	// used by many requests at once.
	Random   func() float64
	Switches policy.Switches
	Accounts openai.Switches
	Edges    edge.Switches
	// Locations are the edge locations of Front Door; none takes one beside each origin.
	Locations []edge.Location
	// Spend is told what was spent of a budget, by its ARM id; nil tells nobody.
	Spend func(budgetID string, amount float64, currency string) error
	// Hosts are those that are there whatever is deployed, beside Entra's.
	Hosts []network.Host
	// Wrap goes around what gateways send with, if it is not nil: measurements watch
	// there.
	Wrap func(http.RoundTripper) http.RoundTripper
}

// Plane is the data plane of a sandbox.
type Plane struct {
	options   Options
	transport *network.Carrier
	// sender is the transport, with what goes around it.
	sender   http.RoundTripper
	compiler *policy.Compiler

	// changed tells that something was deployed.
	changed <-chan struct{}
	spend   *spendKeeper

	mu         sync.Mutex
	closed     bool
	accounts   map[string]*openai.Account
	safety     map[string]*contentsafety.Account
	services   map[string]*gateway.Service
	frontDoors map[string]*edge.FrontDoor
	appGates   map[string]*edge.ApplicationGateway
	// firewalls are shared by all edges: rules that are alike are compiled once.
	firewalls waf.Firewalls
}

// New is a data plane in which nothing answers yet.
func New(options Options) *Plane {
	if options.Logs == nil {
		options.Logs = NewLogs("")
	}
	if options.Random == nil {
		options.Random = rand.Float64
	}
	p := &Plane{
		options: options, transport: options.Network.Carrier(), compiler: policy.NewCompiler(),
		accounts: map[string]*openai.Account{}, safety: map[string]*contentsafety.Account{}, services: map[string]*gateway.Service{}, changed: options.Deployed.Watch(),
		frontDoors: map[string]*edge.FrontDoor{}, appGates: map[string]*edge.ApplicationGateway{},
	}
	p.spend = newSpendKeeper()
	p.sender = p.transport
	if options.Wrap != nil {
		p.sender = options.Wrap(p.transport)
	}
	return p
}

// Refresh makes the hosts those of what is deployed now.
func (p *Plane) Refresh(ctx context.Context) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.closed {
		return net.ErrClosed
	}
	picture, err := p.options.Deployed.Picture()
	if err != nil {
		return err
	}
	hosts := append([]network.Host{{Name: entra.Login, Kind: "entra", Handler: p.options.Directory}}, p.options.Hosts...)
	var errs []error
	for _, account := range picture.Accounts {
		if account.Subdomain == "" || !account.Ready {
			continue
		}
		for _, host := range facts.AccountHosts(account.Kind, strings.ToLower(account.Subdomain)) {
			hosts = append(hosts, network.Host{Name: host, Kind: "account", Region: account.Region, Handler: p.spend.counted(p.accountOf(account))})
		}
	}
	for _, namespace := range picture.EventHubs {
		if namespace.Ready {
			hub := &eventHub{namespaceID: namespace.ID, picture: p.options.Deployed.Picture, directory: p.options.Directory, logs: p.options.Logs}
			hosts = append(hosts, network.Host{Name: facts.EventHubHost(namespace.Name), Kind: "event-hub", Region: namespace.Region, Handler: hub})
		}
	}
	for _, service := range picture.Services {
		if !service.Ready {
			continue
		}
		more, err := p.gateways(service)
		hosts, errs = append(hosts, more...), append(errs, err)
	}
	hosts = append(hosts, p.workflowHosts(picture)...)
	p.spend.watched.Store(len(picture.Budgets) > 0)
	edges, err := p.edges(picture)
	errs = append(errs, err, p.options.Network.Set(ctx, append(hosts, edges...)))
	p.forget(picture)
	// Probes begin when those that they ask are there.
	return errors.Join(append(errs, p.probe())...) //nolint:contextcheck // probes live as long as their edge
}

// accountOf is who answers for an account, by its kind.
func (p *Plane) accountOf(account *deployed.Account) http.Handler {
	if !facts.IsContentSafety(account.Kind) {
		return p.account(account.ID)
	}
	held := p.safety[account.ID]
	if held == nil {
		held = contentsafety.New(account.ID, p.options.Deployed.Picture, p.options.Directory)
		p.safety[account.ID] = held
	}
	return held
}

// account is the data plane of an account of models: what it was asked before stays known.
func (p *Plane) account(id string) *openai.Account {
	held := p.accounts[id]
	if held == nil {
		held = openai.New(id, p.options.Deployed.Picture, p.options.Directory, p.options.Accounts)
		p.accounts[id] = held
	}
	return held
}

// gateways are the hosts of a service: its own name and its owner's, and one a region. Which
// region the former lead to is Azure's choice by latency; here it is the first that is on.
func (p *Plane) gateways(of *deployed.Service) ([]network.Host, error) {
	service := p.services[of.ID]
	if service == nil {
		service = gateway.New(gateway.Options{
			ServiceID: of.ID, Picture: p.options.Deployed.Picture, Transport: p.sender, From: p.from(of.ID), Identity: p, Telemetry: p.options.Logs,
			Cache: p.options.Cache, Random: random(p.options.Random), Compiler: p.compiler, Switches: p.options.Switches,
		})
		p.services[of.ID] = service
	}
	regions, err := service.Regions()
	if err != nil {
		return nil, fmt.Errorf("the gateways of %s: %w", of.Name, err)
	}
	var hosts []network.Host
	for i, each := range regions {
		host := network.Host{
			Name: facts.RegionalGatewayHost(of.Name, each), Kind: "gateway", Region: each, Handler: p.privately(of, service.Handler(each)), Admit: p.admits(of.ID, each),
		}
		hosts = append(hosts, host)
		if i == 0 {
			host.Name = facts.GatewayHost(of.Name)
			hosts = append(hosts, host)
			for _, domain := range of.Domains {
				host.Name, host.Certificate = domain.Name, domain.Certificate
				hosts = append(hosts, host)
			}
		}
	}
	return hosts, nil
}

// random is a source of numbers for policies.
type random func() float64

// Float64 implements library.Random.
func (r random) Float64() float64 { return r() }

// forget drops what is not deployed any more.
func (p *Plane) forget(picture *deployed.Picture) {
	for id := range p.accounts {
		if picture.Account(id) == nil {
			delete(p.accounts, id)
		}
	}
	for id := range p.safety {
		if picture.Account(id) == nil {
			delete(p.safety, id)
		}
	}
	for id, service := range p.services {
		if picture.Service(id) == nil {
			service.Close()
			delete(p.services, id)
		}
	}
	p.forgetEdges(picture)
}

// from is what a service's gateways in a region send with, from an address of their own.
func (p *Plane) from(serviceID string) func(region, address string) http.RoundTripper {
	return func(region, address string) http.RoundTripper {
		sender := &byNetwork{plane: p, serviceID: serviceID, region: region, public: p.sender}
		if parsed, err := netip.ParseAddr(address); err == nil {
			sender.public = p.options.Network.From(p.sender, parsed)
		}
		return sender
	}
}

// Token implements gateway.TokenSource. The endpoint of managed identities is
// reached on the machine itself, and takes its tokens from Entra: what goes wrong
// there goes wrong here.
func (p *Plane) Token(ctx context.Context, identity deployed.Principal, resource string) (string, time.Duration, error) {
	if err := p.options.Network.Faults.Down(ctx, network.Host{Name: entra.Login}, "/oauth2/token"); err != nil {
		return "", 0, err
	}
	if err := p.options.Directory.CheckResource(resource); err != nil {
		return "", 0, err
	}
	return p.options.Directory.ForIdentity(identity, resource)
}

// Flush waits until all logs that were written so far can be read, or ctx ends.
func (p *Plane) Flush(ctx context.Context) error {
	p.mu.Lock()
	services := slices.Collect(maps.Values(p.services))
	p.mu.Unlock()
	for _, service := range services {
		if err := service.Flush(ctx); err != nil {
			return fmt.Errorf("waiting for the logs: %w", err)
		}
	}
	return nil
}

// Follow keeps the hosts those of what is deployed, until ctx ends; tell gets what
// goes wrong.
func (p *Plane) Follow(ctx context.Context, tell func(error)) {
	var check <-chan time.Time // when budgets are looked at, after calls
	for {
		// Operations end without a write.
		again := time.NewTimer(p.options.Deployed.Settles())
		do := p.Refresh
		select {
		case <-ctx.Done():
			again.Stop()
			return
		case <-p.changed:
		case <-p.spend.asked:
			if check == nil {
				check = time.After(spendPause)
			}
			do = nil
		case <-check:
			check, do = nil, p.CheckBudgets
		case <-again.C:
		}
		again.Stop()
		if do == nil {
			continue
		}
		if err := do(ctx); err != nil && ctx.Err() == nil {
			tell(err)
		}
	}
}

// Close ends all hosts.
func (p *Plane) Close() error {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.closed = true
	p.closeEdges()
	err := p.options.Network.Close()
	p.transport.Close()
	for _, service := range p.services {
		service.Close()
	}
	p.services = map[string]*gateway.Service{}
	return errors.Join(err, p.options.Logs.Close())
}
