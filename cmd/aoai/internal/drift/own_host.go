package drift

import (
	"maps"
	"slices"

	"github.com/aoai-gateway/aoai-gateway/internal/engine"
)

const hostNames = "hostnameConfigurations"

// ownHostLast is a step in which the host name that Azure gives to each service of API
// Management stands behind all others, where the program wants some: lists are compared
// position by position, and Azure tells its own name first.
func ownHostLast(s engine.Step) engine.Step {
	if s.OldState == nil || s.NewState == nil || shortType(string(s.URN.Type())) != "ApiManagementService" {
		return s
	}
	wanted, _ := s.NewState.Inputs[hostNames].([]any)
	found, _ := s.OldState.Inputs[hostNames].([]any)
	own := func(each any) bool { return builtInHosts(nil, each) }
	if len(wanted) == 0 || slices.ContainsFunc(wanted, own) || !slices.ContainsFunc(found, own) {
		return s
	}
	sorted := slices.Clone(found)
	slices.SortStableFunc(sorted, func(a, b any) int {
		switch {
		case own(a) == own(b):
			return 0
		case own(a):
			return 1
		}
		return -1
	})
	old := *s.OldState
	old.Inputs = maps.Clone(old.Inputs)
	old.Inputs[hostNames] = sorted
	s.OldState = &old
	return s
}
