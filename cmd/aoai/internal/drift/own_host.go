package drift

import "slices"

const hostNames = "hostnameConfigurations"

// toldTwice reports whether a surplus host name of an API Management service is one that the
// program wants. Azure tells the service's own name first, so that each of the program's stands
// one place behind its own; where Azure tells more of it than before, the plugin adds it there
// once more.
func toldTwice(s step, at path, found any) bool {
	if len(at) != 2 || at[0] != hostNames || shortType(string(s.URN.Type())) != "ApiManagementService" {
		return false
	}
	wanted, _ := s.NewState.Inputs[hostNames].([]any)
	position, _ := at[1].(int)
	return position >= len(wanted) && slices.ContainsFunc(wanted, func(each any) bool { return sameHost(string(s.URN.Type()), each, found) })
}

// sameHost reports whether a host name is found as it is wanted, but for what the service fills in.
func sameHost(kind string, wanted, found any) bool {
	for _, at := range differences(found, wanted, path{}) {
		value := at.in(wanted)
		filledIn := meaningless(Change{
			Type: kind, Property: path{hostNames, 0}.String() + "." + at.String(), Wanted: value, Deployed: value, Found: at.in(found),
		}, nil)
		if len(at) == 0 || filledIn == "" {
			return false
		}
	}
	return true
}
