// Package drift tells what differs between a stack, its program and Azure: what was
// changed outside of the stack, and what is not deployed yet.
package drift

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
)

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
}

// at finds a property by its path, such as rules[0].name or tags["a.b"]; nil if there is
// none. Names may hold dots without being quoted: providers differ in that.
func at(value any, path string) any {
	if path == "" {
		return value
	}
	switch value := value.(type) {
	case map[string]any:
		path = strings.TrimPrefix(path, ".")
		for _, name := range longestFirst(value) {
			for _, written := range []string{name, fmt.Sprintf("[%q]", name)} {
				rest, begins := strings.CutPrefix(path, written)
				if !begins || (rest != "" && rest[0] != '.' && rest[0] != '[') {
					continue
				}
				if found := at(value[name], rest); found != nil {
					return found
				}
			}
		}
	case []any:
		position, rest, _ := strings.Cut(strings.TrimPrefix(path, "["), "]")
		if i, err := strconv.Atoi(position); err == nil && i >= 0 && i < len(value) {
			return at(value[i], rest)
		}
	}
	return nil
}

// longestFirst are an object's names: a.b before a.
func longestFirst(object map[string]any) []string {
	return slices.SortedFunc(maps.Keys(object), func(a, b string) int { return cmp.Or(len(b)-len(a), strings.Compare(a, b)) })
}
