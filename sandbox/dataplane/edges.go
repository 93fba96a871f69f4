package dataplane

import (
	"errors"
	"fmt"
	"net/http"
	"net/netip"

	"github.com/aoai-gateway/aoai-gateway/sandbox/deployed"
	"github.com/aoai-gateway/aoai-gateway/sandbox/edge"
	"github.com/aoai-gateway/aoai-gateway/sandbox/gateway"
	"github.com/aoai-gateway/aoai-gateway/sandbox/network"
	"github.com/aoai-gateway/aoai-gateway/sandbox/openai"
)

// edges are the hosts of Front Doors and Application Gateways. The lock is held.
func (p *Plane) edges(picture *deployed.Picture) ([]network.Host, error) {
	var hosts []network.Host
	var errs []error
	for _, resource := range picture.FrontDoors {
		if !resource.Ready {
			continue
		}
		frontDoor := p.frontDoors[resource.ID]
		if frontDoor == nil {
			frontDoor = edge.NewFrontDoor(resource.ID, p.edgeOptions())
			p.frontDoors[resource.ID] = frontDoor
		}
		names, err := frontDoor.Hosts()
		if err != nil {
			errs = append(errs, fmt.Errorf("the hosts of Front Door %s: %w", resource.Name, err))
		}
		for _, name := range names {
			hosts = append(hosts, network.Host{Name: name, Kind: "front-door", Handler: frontDoor.Handler(name), HTTP: true})
		}
	}
	for _, resource := range picture.ApplicationGateways {
		if !resource.Ready {
			continue
		}
		gate := p.appGates[resource.ID]
		if gate == nil {
			gate = edge.NewApplicationGateway(resource.ID, p.edgeOptions())
			p.appGates[resource.ID] = gate
		}
		name, plain, secure, err := gate.Host()
		if err != nil {
			errs = append(errs, fmt.Errorf("the host of Application Gateway %s: %w", resource.Name, err))
		}
		if name != "" {
			hosts = append(hosts, network.Host{
				Name: name, Kind: "application-gateway", Region: resource.Region, Handler: gate, HTTP: plain, OnlyHTTP: plain && !secure,
			})
		}
	}
	return hosts, errors.Join(errs...)
}

func (p *Plane) edgeOptions() edge.Options {
	return edge.Options{
		Picture: p.options.Deployed.Picture, Region: p.options.Network.Region, Locations: p.options.Locations, Switches: p.options.Edges,
		Firewalls: &p.firewalls, Telemetry: p.options.Logs,
		From: func(address netip.Addr) http.RoundTripper { return p.options.Network.From(p.transport, address) },
	}
}

// probe keeps the probes of all edges those of what is deployed. The lock is held.
func (p *Plane) probe() error {
	var errs []error
	for _, frontDoor := range p.frontDoors {
		errs = append(errs, frontDoor.RefreshProbes())
	}
	for _, gate := range p.appGates {
		errs = append(errs, gate.RefreshProbes())
	}
	return errors.Join(errs...)
}

// forgetEdges drops what is not deployed any more. The lock is held.
func (p *Plane) forgetEdges(picture *deployed.Picture) {
	for id, frontDoor := range p.frontDoors {
		if picture.FrontDoor(id) == nil {
			frontDoor.Close()
			delete(p.frontDoors, id)
		}
	}
	for id, gate := range p.appGates {
		if picture.ApplicationGateway(id) == nil {
			gate.Close()
			delete(p.appGates, id)
		}
	}
}

// closeEdges ends all probes. The lock is held.
func (p *Plane) closeEdges() {
	for id, frontDoor := range p.frontDoors {
		frontDoor.Close()
		delete(p.frontDoors, id)
	}
	for id, gate := range p.appGates {
		gate.Close()
		delete(p.appGates, id)
	}
}

// Usage is what the deployments of all accounts were asked, in the order of the accounts' ids.
func (p *Plane) Usage() []openai.Usage {
	p.mu.Lock()
	defer p.mu.Unlock()
	var all []openai.Usage
	for _, account := range sorted(p.accounts) {
		all = append(all, account.Usage()...)
	}
	return all
}

// State is what all edges and gateways have found out about those behind them.
type State struct {
	Edges    []edge.State    `json:"edges"`
	Breakers []gateway.State `json:"breakers"`
	// Models are what the accounts' deployments have counted.
	Models []openai.Usage `json:"models"`
	// Ways are how gateways in networks reach accounts; empty where none is in a network.
	Ways []Way `json:"ways,omitempty"`
	// Budgets are what was spent, and Runs the last ones of workflows.
	Budgets []BudgetState `json:"budgets,omitempty"`
	Runs    []Run         `json:"runs,omitempty"`
}

// State is that of this moment.
func (p *Plane) State() State {
	p.mu.Lock()
	defer p.mu.Unlock()
	state := State{Edges: []edge.State{}, Breakers: []gateway.State{}, Models: []openai.Usage{}}
	for _, frontDoor := range sorted(p.frontDoors) {
		state.Edges = append(state.Edges, frontDoor.State()...)
	}
	for _, gate := range sorted(p.appGates) {
		state.Edges = append(state.Edges, gate.State()...)
	}
	for _, service := range sorted(p.services) {
		state.Breakers = append(state.Breakers, service.State()...)
	}
	for _, account := range sorted(p.accounts) {
		state.Models = append(state.Models, account.Usage()...)
	}
	if picture, err := p.options.Deployed.Picture(); err == nil {
		state.Ways = ways(picture)
	}
	state.Budgets, state.Runs = p.spend.state()
	return state
}
