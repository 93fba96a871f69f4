// Package drift tells what differs between a stack, its program and Azure: what was
// changed outside of the stack, and what is not deployed yet.
package drift

import "github.com/pulumi/pulumi/sdk/v3/go/common/resource"

// Cause is why something differs.
type Cause string

// The causes.
const (
	// Outside: Azure has something else than was deployed.
	Outside Cause = "changed outside"
	// Pending: the program wants something else than was deployed.
	Pending Cause = "not deployed yet"
	// Both happened to the same property.
	Both Cause = "changed outside, and not deployed yet"
	// Unmanaged: Azure has a resource, beside those of the stack, that matters to them.
	Unmanaged Cause = "added outside"
)

// Change is one difference.
type Change struct {
	// Resource is the name in the stack, Type its Pulumi type (the ARM type of what the
	// stack does not know), ID its id in Azure.
	Resource string `json:"resource"`
	Type     string `json:"type"`
	ID       string `json:"id,omitempty"`
	// Property is the path that differs; empty where the whole resource does.
	Property string `json:"property,omitempty"`
	// Wanted is what the program says, Deployed what the stack deployed last, Found what
	// Azure has; nil where there is none.
	Wanted   any   `json:"wanted,omitempty"`
	Deployed any   `json:"deployed,omitempty"`
	Found    any   `json:"found,omitempty"`
	Cause    Cause `json:"cause"`
	// Likely is what usually leads to it, "" where nothing is known.
	Likely string `json:"likely,omitempty"`
	// Operation is what up would do: update, create, delete, replace; none for what it
	// would leave.
	Operation string `json:"operation"`
}

// Ignored is a difference that means nothing.
type Ignored struct {
	Resource string `json:"resource"`
	Property string `json:"property"`
	Why      string `json:"why"`
}

// Report is all that differs, and what was left out of it.
type Report struct {
	Drift   []Change  `json:"drift"`
	Ignored []Ignored `json:"ignored"`
	// Upgrades are Microsoft's own, which are no drift.
	Upgrades []Change `json:"upgrades"`
	// operations are what up would do to each resource that the plan touches.
	operations map[resource.URN]string
}
