// Package deployed is a typed picture of what is deployed in the sandbox: what the data
// plane works by. It is the only reader of Resource Manager's JSON outside of the control
// plane.
package deployed

import (
	"github.com/aoai-gateway/aoai-gateway/sandbox/azure"
)

// Picture is what is deployed at one moment. Nobody changes it. Lists are in the order of
// the ARM ids.
type Picture struct {
	FrontDoors          []*FrontDoor
	ApplicationGateways []*ApplicationGateway
	Services            []*Service
	Accounts            []*Account
	EventHubs           []*EventHubs
	PrivateEndpoints    []*PrivateEndpoint
	Zones               []*Zone
	Budgets             []*Budget
	Workflows           []*Workflow
	// Principals are those that the seed names, and Assignments the roles that anybody has.
	Principals  []Principal
	Assignments []Assignment

	frontDoors          map[string]*FrontDoor
	applicationGateways map[string]*ApplicationGateway
	services            map[string]*Service
	accounts            map[string]*Account
	eventHubs           map[string]*EventHubs
	hosts               map[string]string
	internal            map[string]*Region
}

// New is the picture of what the control plane holds.
func New(held *azure.Snapshot) *Picture {
	r := newReader(held)
	p := &Picture{
		FrontDoors: r.frontDoors(), ApplicationGateways: r.applicationGateways(), Services: r.services(), Accounts: r.accounts(), EventHubs: r.eventHubs(),
		PrivateEndpoints: r.privateEndpoints(), Zones: r.zones(),
		Budgets: r.budgets(), Workflows: r.workflows(),
		Principals: held.Principals(), Assignments: r.assignments(),
	}
	p.frontDoors = byID(p.FrontDoors, func(f *FrontDoor) string { return f.ID })
	p.applicationGateways = byID(p.ApplicationGateways, func(g *ApplicationGateway) string { return g.ID })
	p.services = byID(p.Services, func(s *Service) string { return s.ID })
	p.eventHubs = byID(p.EventHubs, func(n *EventHubs) string { return n.ID })
	p.accounts = byID(p.Accounts, func(a *Account) string { return a.ID })
	p.hosts, p.internal = targetsByHost(p.Accounts, p.EventHubs), internalByHost(p.Services)
	return p
}

// FrontDoor is the one with an ARM id, nil where there is none; case does not matter.
func (p *Picture) FrontDoor(id string) *FrontDoor { return p.frontDoors[fold(id)] }

// ApplicationGateway is the one with an ARM id, nil where there is none; case does not
// matter.
func (p *Picture) ApplicationGateway(id string) *ApplicationGateway {
	return p.applicationGateways[fold(id)]
}

// Service is the one with an ARM id, nil where there is none; case does not matter.
func (p *Picture) Service(id string) *Service { return p.services[fold(id)] }

// EventHubNamespace is the one with an ARM id, nil where there is none; case does not
// matter.
func (p *Picture) EventHubNamespace(id string) *EventHubs { return p.eventHubs[fold(id)] }

// Account is the one with an ARM id, nil where there is none; case does not matter.
func (p *Picture) Account(id string) *Account { return p.accounts[fold(id)] }

// byID finds the parts of a list by their folded ids.
func byID[T any](list []T, id func(T) string) map[string]T {
	found := make(map[string]T, len(list))
	for _, each := range list {
		found[fold(id(each))] = each
	}
	return found
}
