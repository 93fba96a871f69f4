package apim

import (
	"fmt"
	"slices"
	"strings"

	apimanagement "github.com/pulumi/pulumi-azure-native-sdk/apimanagement/v2/v20240501"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/aoai-gateway/aoai-gateway/internal/arm"
	"github.com/aoai-gateway/aoai-gateway/internal/azure"
	"github.com/aoai-gateway/aoai-gateway/internal/faults"
	"github.com/aoai-gateway/aoai-gateway/policies"
)

// Alias is a name that callers can ask for instead of a deployment's. Accounts may differ in the
// deployments that they have.
type Alias struct {
	// Name is what callers ask for. No deployment has it.
	Name string `json:"name"`
	// Deployments are 1 to 5, the preferred one first. The next one answers where the accounts
	// that have the ones before it are throttled, fail, or do not have them after all.
	Deployments []string `json:"deployments"`
}

// ValidateAliases returns every mistake of aliases over accounts, with its path below the list
// of aliases.
func ValidateAliases(aliases []Alias, accounts []Account, options Options) error {
	var list faults.List
	if offered, known := azure.FindAPIMSKU(options.SKU); known && len(aliases) > 0 && !offered.Cache {
		list.Add("", "need a cache, which API Management's SKU %s has not", options.SKU).About(options.SKU).Remedy("take another SKU, or remove them")
	}
	v := aliasesValidator{routes: routesOf(accounts, nil), most: options.LoadBalancing.MaxAttempts, ids: map[string]string{}}
	for _, route := range v.routes {
		v.models = append(v.models, route.model)
		for _, member := range route.members {
			v.ids[strings.ToLower(member.backend)] = route.model
		}
	}
	for i, alias := range aliases {
		at := fmt.Sprintf("[%d].", i)
		v.name(&list, at+"name", alias.Name, aliases[:i])
		v.deployments(&list, at+"deployments", alias)
	}
	return list.Err()
}

type aliasesValidator struct {
	routes []modelRoute
	// models are the names of all deployments.
	models []string
	// most is how many backends a request is sent to at most, 0 for all of them.
	most int
	// ids are those of backends, in lower case, with the deployments that they are for.
	ids map[string]string
}

func (v *aliasesValidator) name(list *faults.List, path, name string, before []Alias) {
	if name == "" {
		list.Add(path, "is missing").Remedy("give the name that callers ask for")
		return
	}
	if err := arm.DeploymentName.Check(name); err != nil {
		list.Add(path, "%q could be no deployment's name, which clients put into a URL", name).About(name).Remedy("take 2 to 64 letters, digits, hyphens, dots and underscores")
	}
	if slices.ContainsFunc(v.models, func(model string) bool { return strings.EqualFold(model, name) }) {
		list.Add(path, "%q is a deployment's name", name).About(name).Remedy("choose another name: callers reach the deployment by its own")
	}
	if first := slices.IndexFunc(before, func(other Alias) bool { return strings.EqualFold(other.Name, name) }); first >= 0 {
		list.Add(path, "%q is used by [%d] already", name, first).About(name).Remedy("choose another name, or list all deployments there")
	}
}

func (v *aliasesValidator) deployments(list *faults.List, path string, alias Alias) {
	list.Between(path, len(alias.Deployments), 1, policies.MaxAliasModels, "deployments")
	members := 0
	for i, name := range alias.Deployments {
		at := fmt.Sprintf("%s[%d]", path, i)
		if first := slices.IndexFunc(alias.Deployments, func(other string) bool { return strings.EqualFold(other, name) }); first < i {
			list.Add(at, "%q stands at [%d] already", name, first).About(name).Remedy("remove one")
			continue
		}
		route := slices.IndexFunc(v.routes, func(each modelRoute) bool { return strings.EqualFold(each.model, name) })
		if route < 0 {
			if len(v.models) > 0 {
				list.OneOf(at, name, v.models)
			}
			continue
		}
		if v.most > 0 && i > 0 && v.most <= members {
			list.Add(at, "%q would never be asked: the deployments before it have %d accounts, and a request is sent to %d at most (apim.loadBalancing.maxAttempts)", name, members, v.most).About(name).Remedy("raise that, or leave it out")
		}
		members += len(v.routes[route].members)
		for _, member := range v.routes[route].members {
			id := policies.PathBackend(member.backend)
			if err := arm.APIMBackendName.Check(id); err != nil {
				list.Add(at, "%q would have the backend %s: %v", name, id, err).About(name).Remedy("give account or deployment a shorter name")
			}
			if other, taken := v.ids[strings.ToLower(id)]; taken {
				list.Add(at, "%q would have the backend %s, which is that of the deployment %s", name, id, other).About(name).Remedy("rename the account")
			}
		}
	}
	if members > azure.MaxRetries {
		list.Add(path, "stand on %d accounts in all", members).Remedy("a request is sent to %d at most: list fewer", azure.MaxRetries)
	}
}

// AliasNames are the names of aliases.
func AliasNames(aliases []Alias) []string {
	names := make([]string, len(aliases))
	for i, alias := range aliases {
		names[i] = alias.Name
	}
	return names
}

// aliasesOf are the aliases as the balancer's policy takes them.
func aliasesOf(aliases []Alias) []policies.Alias {
	var made []policies.Alias
	for _, alias := range aliases {
		made = append(made, policies.Alias{Name: alias.Name, Models: alias.Deployments})
	}
	return made
}

// newPathBackends makes the backends for calls of aliases by path: one for each deployment that
// some alias has, of each account. Nothing is made without aliases.
func newPathBackends(ctx *pulumi.Context, name string, parent pulumi.Resource, service *Service, args *APIArgs) ([]pulumi.Resource, error) {
	var made []pulumi.Resource
	for _, account := range args.Accounts {
		for _, model := range account.Models {
			named := func(deployment string) bool { return strings.EqualFold(deployment, model.Name) }
			if !slices.ContainsFunc(args.Aliases, func(alias Alias) bool { return slices.ContainsFunc(alias.Deployments, named) }) {
				continue
			}
			backend, err := newBackend(ctx, name, parent, service, account, args.Options.LoadBalancing.CircuitBreaker, apimanagement.BackendArgs{
				BackendId:   pulumi.String(policies.PathBackend(backendID(account.Name, model.Name))),
				Url:         pulumi.Sprintf("https://%s/openai/deployments/%s", account.HostName, model.Name),
				Description: pulumi.Sprintf("Deployment %s of Azure OpenAI account %s, for calls of an alias by path", model.Name, account.Name),
			}, policies.PathBackend(backendID(account.Name, model.Name)))
			if err != nil {
				return nil, err
			}
			made = append(made, backend)
		}
	}
	return made, nil
}
