package apim

import (
	"strings"

	"github.com/aoai-gateway/aoai-gateway/internal/arm"
	"github.com/aoai-gateway/aoai-gateway/internal/azure"
	"github.com/aoai-gateway/aoai-gateway/internal/faults"
)

// RoutePaths say where the user wrote what routes follow from.
type RoutePaths struct {
	// Accounts is the path of the list of accounts, and Model that of a model's name, by the
	// indexes of account and model. Models of several accounts may have the same path.
	Accounts string
	Model    func(account, model int) string
}

// ValidateRoutes checks that the requests for each model can be spread over the
// accounts that have it. Regions are those with gateways. One mistake is told for each path.
func ValidateRoutes(accounts []Account, regions []string, options LoadBalancing, paths RoutePaths) error {
	v := routesValidator{accounts: accounts, paths: paths, told: map[string]bool{}}
	routes := routesOf(accounts, regions)
	if len(routes) == 0 {
		v.list.Add(paths.Accounts, "serve no deployment that is known").Remedy("list the deployments that callers may ask for")
	}
	for _, route := range routes {
		for _, near := range route.near {
			if options.MaxAttempts > 0 && options.MaxAttempts <= len(near.members) && len(near.members) < len(route.members) {
				v.list.Add(paths.Accounts, "serve %q with %d accounts in %s, and a request is sent to %d at most (loadBalancing.maxAttempts): no other region would ever be asked", route.model, len(near.members), near.region, options.MaxAttempts).Remedy("raise it, or leave it out")
			}
		}
	}
	v.backendIDs()
	if options.Strategy != "pool" {
		return v.list.Err()
	}
	for _, route := range routes {
		if len(route.members) > azure.MaxPoolMembers {
			v.list.Add(paths.Accounts, "serve %q with %d accounts", route.model, len(route.members)).Remedy("a pool has at most %d members: use the strategy round-robin, or fewer accounts", azure.MaxPoolMembers)
		}
	}
	v.poolIDs(routes)
	return v.list.Err()
}

type routesValidator struct {
	accounts []Account
	paths    RoutePaths
	list     faults.List
	told     map[string]bool
}

// tell notes the first mistake at a path.
func (v *routesValidator) tell(path, format string, args ...any) {
	if !v.told[path] {
		v.told[path] = true
		v.list.Add(path, format, args...)
	}
}

// pathOf is where the user wrote a model's name first.
func (v *routesValidator) pathOf(name string) string {
	for i, account := range v.accounts {
		for j, model := range account.Models {
			if strings.EqualFold(model.Name, name) {
				return v.paths.Model(i, j)
			}
		}
	}
	return v.paths.Accounts
}

// backendIDs refuses deployments whose backends would share an id, or have none that the
// service takes.
func (v *routesValidator) backendIDs() {
	backends := map[string]string{}
	for i, account := range v.accounts {
		if arm.APIMBackendName.Check(account.Name) != nil { // which is told where names are checked
			continue
		}
		for j, model := range account.Models {
			id, of := backendID(account.Name, model.Name), model.Name+" of "+account.Name
			if err := arm.APIMBackendName.Check(id); err != nil {
				v.tell(v.paths.Model(i, j), "the deployment %q would have the backend %s: %v; give account or deployment a shorter name", model.Name, id, err)
			}
			if other, twice := backends[strings.ToLower(id)]; twice && !strings.EqualFold(other, of) {
				v.tell(v.paths.Model(i, j), "the deployments %s and %s would share the backend %s; rename one", other, of, id)
			}
			backends[strings.ToLower(id)] = of
		}
	}
}

// poolIDs refuses deployments whose pools would share an id, or have none that the service
// takes.
func (v *routesValidator) poolIDs(routes []modelRoute) {
	pools := map[string]string{}
	for _, route := range routes {
		ids := []string{poolID(route.model)}
		for _, near := range route.near {
			ids = append(ids, regionalPoolID(route.model, near.region))
		}
		for _, id := range ids {
			if err := arm.APIMBackendName.Check(id); err != nil {
				v.tell(v.pathOf(route.model), "the deployment %q would have the pool %s: %v; give it a shorter name", route.model, id, err)
			}
			if other, twice := pools[id]; twice {
				v.tell(v.pathOf(route.model), "the deployments %q and %q would share the pool %s: ids of pools know no dots; rename one", other, route.model, id)
			}
			pools[id] = route.model
		}
	}
	for _, route := range routes {
		for _, member := range route.members {
			if model, taken := pools[member.backend]; taken {
				v.list.Add(v.paths.Accounts, "would give the pool of %q the id %s of a backend", model, member.backend).Remedy("rename the account")
			}
		}
	}
}
