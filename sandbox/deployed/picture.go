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
	Accounts            []*Account
	// Principals are those that the seed names, and Assignments the roles that anybody has.
	Principals  []Principal
	Assignments []Assignment

	frontDoors          map[string]*FrontDoor
	applicationGateways map[string]*ApplicationGateway
	accounts            map[string]*Account
}

// New is the picture of what the control plane holds.
func New(held *azure.Snapshot) *Picture {
	r := newReader(held, endpointType, routeType, originGroupType, originType, deploymentType)
	p := &Picture{
		FrontDoors: r.frontDoors(), ApplicationGateways: r.applicationGateways(), Accounts: r.accounts(),
		Principals: held.Principals(), Assignments: r.assignments(),
	}
	p.frontDoors = byID(p.FrontDoors, func(f *FrontDoor) string { return f.ID })
	p.applicationGateways = byID(p.ApplicationGateways, func(g *ApplicationGateway) string { return g.ID })
	p.accounts = byID(p.Accounts, func(a *Account) string { return a.ID })
	return p
}

// FrontDoor is the one with an ARM id, nil where there is none; case does not matter.
func (p *Picture) FrontDoor(id string) *FrontDoor { return p.frontDoors[fold(id)] }

// ApplicationGateway is the one with an ARM id, nil where there is none; case does not
// matter.
func (p *Picture) ApplicationGateway(id string) *ApplicationGateway {
	return p.applicationGateways[fold(id)]
}

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
