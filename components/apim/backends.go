package apim

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	apimanagement "github.com/pulumi/pulumi-azure-native-sdk/apimanagement/v2/v20240501"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/aoai-gateway/aoai-gateway/internal/arm"
	"github.com/aoai-gateway/aoai-gateway/internal/azure"
	"github.com/aoai-gateway/aoai-gateway/policies"
)

// Account is one Azure OpenAI account behind the gateway.
type Account struct {
	// Name begins the ids of its backends, one for each model.
	Name string
	// Region is where it stands, such as westeurope: gateways there use it first. "" is
	// near to none.
	Region string
	// HostName is where it answers, such as contoso.openai.azure.com.
	HostName pulumi.StringInput
	// Models are the deployments that it serves.
	Models []Model
	// DependsOn is waited for before the backend is made.
	DependsOn []pulumi.Resource
}

// Model is a deployment of an account.
type Model struct {
	// Name of the deployment, which callers ask for.
	Name string
	// Priority is 1 to 5: later ones are used only when all of the earlier ones are
	// tripped. Weight is 1 to 100: how much of a priority's requests it gets. Both
	// are for the strategy pool.
	Priority, Weight int
}

// modelRoute is a model and the accounts that have it, in their order.
type modelRoute struct {
	model   string
	members []poolMember
	// near are the members that stand in a region with gateways, by that region; only
	// where there are several regions, and some of them have members of their own.
	near []regionMembers
}

// regionMembers are those members that stand in a region.
type regionMembers struct {
	region  string
	members []poolMember
}

// routesOf turns accounts with models into models with accounts. Azure does not
// tell the case of names apart. Regions are where the gateways are.
func routesOf(accounts []Account, regions []string) []modelRoute {
	var routes []modelRoute
	for _, account := range accounts {
		for _, model := range account.Models {
			at := slices.IndexFunc(routes, func(r modelRoute) bool { return strings.EqualFold(r.model, model.Name) })
			if at < 0 {
				at = len(routes)
				routes = append(routes, modelRoute{model: model.Name})
			}
			member := poolMember{backend: backendID(account.Name, model.Name), weight: model.Weight, priority: model.Priority, region: arm.NormalRegion(account.Region)}
			routes[at].members = append(routes[at].members, member)
		}
	}
	if len(regions) < 2 {
		return routes
	}
	for i := range routes {
		for _, region := range regions {
			if near := routes[i].in(region); len(near) > 0 {
				routes[i].near = append(routes[i].near, regionMembers{region, near})
			}
		}
	}
	return routes
}

// in are the members that stand in a region.
func (r modelRoute) in(region string) []poolMember {
	var near []poolMember
	for _, member := range r.members {
		if member.region == region {
			near = append(near, member)
		}
	}
	return near
}

// storedAt are the backends, one for each account, at which the policy looks for what accounts
// keep. Those of the first models lead to the same accounts as the others.
func storedAt(accounts []Account, regions []string) policies.Stored {
	var made policies.Stored
	near := map[string][]string{}
	for _, account := range accounts {
		if len(account.Models) > 0 {
			id := backendID(account.Name, account.Models[0].Name)
			made.Backends = append(made.Backends, id)
			near[arm.NormalRegion(account.Region)] = append(near[arm.NormalRegion(account.Region)], id)
		}
	}
	for _, region := range regions {
		if len(regions) > 1 && near[region] != nil {
			made.Regions = append(made.Regions, policies.RegionRoute{Region: region, Backends: near[region]})
		}
	}
	return made
}

// balancer is the part of the policy that spreads requests.
func balancer(of Options, accounts []Account, regions []string, aliases []policies.Alias) policies.Part {
	options, offered, cached := of.LoadBalancing, offeredBy(of.SKU), of.SemanticCache.Enabled
	routes, stored := routesOf(accounts, regions), storedAt(accounts, regions)
	timeouts := policies.AttemptTimeouts{Attempt: options.AttemptTimeout(), Total: options.TotalTimeoutSeconds}
	waits := policies.Waits{Trip: options.CircuitBreaker.TripSeconds, Exhausted: options.ExhaustedRetryAfterSeconds}
	if options.Strategy == "pool" {
		part := policies.Pool{Aliases: aliases, Stored: stored, Attempts: options.MaxAttempts, Waits: waits, Timeouts: timeouts, Consumption: !offered.Cache, Cached: cached}
		for _, route := range routes {
			var priorities, weights []int
			for _, member := range route.members {
				priorities, weights = append(priorities, member.priority), append(weights, member.weight)
			}
			part.Routes = append(part.Routes, policies.PoolRoute{Route: route.plain(), Pool: poolID(route.model), Priorities: priorities, Weights: weights})
		}
		return part
	}
	part := policies.RoundRobin{
		Name: "openai", Aliases: aliases, Stored: stored, Attempts: options.MaxAttempts, Waits: waits, Timeouts: timeouts, Cached: cached,
	}
	for _, route := range routes {
		part.Routes = append(part.Routes, route.plain())
	}
	return part
}

// plain is what each balancer takes of a route.
func (r modelRoute) plain() policies.Route {
	return policies.Route{Model: r.model, Backends: backendIDs(r.members), Regions: r.regions()}
}

// regions are what the gateways of each region prefer.
func (r modelRoute) regions() []policies.RegionRoute {
	var regions []policies.RegionRoute
	for _, near := range r.near {
		regions = append(regions, policies.RegionRoute{
			Region: near.region, Backends: backendIDs(near.members), Pool: regionalPoolID(r.model, near.region),
		})
	}
	return regions
}

func backendIDs(members []poolMember) []string {
	ids := make([]string, len(members))
	for i, member := range members {
		ids[i] = member.backend
	}
	return ids
}

// backendID is the id of the backend for one deployment of an account.
func backendID(account, model string) string {
	return account + "-" + arm.InBackendID(model)
}

// poolID is the id of a model's pool. Names that differ in
// dots alone would share one; Validate refuses that.
func poolID(model string) string {
	return "pool-" + arm.InBackendID(model)
}

// regionalPoolID is the id of the pool that a region's gateways use.
func regionalPoolID(model, region string) string { return poolID(model) + "-" + region }

// poolsOf are the pools to be made, members by priority: one for each model, and one for
// each region that has members of its own, in which those of other regions come after
// all of its own.
func poolsOf(routes []modelRoute) []pool {
	var pools []pool
	for _, route := range routes {
		pools = append(pools, pool{poolID(route.model), "Accounts that serve " + route.model, byPriority(route.members)})
		for _, near := range route.near {
			members := slices.Clone(route.members)
			for i, member := range members {
				if member.region != near.region {
					members[i].priority += azure.LastOriginPriority
				}
			}
			pools = append(pools, pool{
				regionalPoolID(route.model, near.region), fmt.Sprintf("Accounts that serve %s, those in %s first", route.model, near.region), byPriority(members),
			})
		}
	}
	return pools
}

func byPriority(members []poolMember) []poolMember {
	members = slices.Clone(members)
	slices.SortStableFunc(members, func(a, b poolMember) int { return cmp.Compare(a.priority, b.priority) })
	return members
}

// newBackends makes a backend for each deployment of each account. What happens to one
// deployment, such as throttling, opens no breaker of another one.
func newBackends(ctx *pulumi.Context, name string, parent pulumi.Resource, service *Service, accounts []Account, breaker CircuitBreaker) ([]pulumi.Resource, error) {
	var made []pulumi.Resource
	for _, account := range accounts {
		for _, model := range account.Models {
			id := backendID(account.Name, model.Name)
			backend, err := newBackend(ctx, name, parent, service, account, breaker, apimanagement.BackendArgs{
				BackendId:   pulumi.String(id),
				Url:         pulumi.Sprintf("https://%s/openai", account.HostName),
				Description: pulumi.Sprintf("Deployment %s of Azure OpenAI account %s", model.Name, account.Name),
			}, id)
			if err != nil {
				return nil, err
			}
			made = append(made, backend)
		}
	}
	return made, nil
}

// newBackend makes a backend of an account. Args say its id, which is given as text, too, its
// URL and its description.
func newBackend(ctx *pulumi.Context, name string, parent pulumi.Resource, service *Service, account Account, breaker CircuitBreaker, args apimanagement.BackendArgs, id string) (pulumi.Resource, error) {
	args.ServiceName, args.ResourceGroupName, args.Protocol = service.Name, service.group, pulumi.String("http")
	args.Tls = &apimanagement.BackendTlsPropertiesArgs{
		ValidateCertificateChain: pulumi.Bool(true), ValidateCertificateName: pulumi.Bool(true),
	}
	if offeredBy(service.sku).Breakers {
		args.CircuitBreaker = circuitBreaker(breaker)
	}
	backend, err := apimanagement.NewBackend(ctx, name+"-"+id, &args, service.below(parent, pulumi.DependsOn(account.DependsOn))...)
	if err != nil {
		return nil, fmt.Errorf("backend %s: %w", id, err)
	}
	return backend, nil
}

// breakerTrip is how long the service's own breaker stays open, in seconds. The policy
// leaves a deployment alone for as long as it asks for, in all units of a region; the
// breaker only keeps requests away that come before the others know. A longer trip would
// outlast what callers are told to wait.
const breakerTrip = 1

// circuitBreaker trips on what a deployment says of itself: that it is throttled, or that
// nothing works behind it. A 500 may be the request's own fault, and 401, 403, 404 and 410
// are an account's: the policy goes on to another account with these. Retry-After is the
// policy's, too: the breaker would stay open for all of it, however long.
func circuitBreaker(breaker CircuitBreaker) *apimanagement.BackendCircuitBreakerArgs {
	return &apimanagement.BackendCircuitBreakerArgs{Rules: apimanagement.CircuitBreakerRuleArray{
		&apimanagement.CircuitBreakerRuleArgs{
			Name: pulumi.String("throttled-or-failed"),
			FailureCondition: &apimanagement.CircuitBreakerFailureConditionArgs{
				Count:    pulumi.Float64(breaker.Failures),
				Interval: pulumi.Sprintf("PT%dS", breaker.IntervalSeconds),
				StatusCodeRanges: apimanagement.FailureStatusCodeRangeArray{
					&apimanagement.FailureStatusCodeRangeArgs{Min: pulumi.Int(429), Max: pulumi.Int(429)},
					&apimanagement.FailureStatusCodeRangeArgs{Min: pulumi.Int(502), Max: pulumi.Int(504)},
				},
			},
			TripDuration:     pulumi.Sprintf("PT%dS", breakerTrip),
			AcceptRetryAfter: pulumi.Bool(false),
		},
	}}
}
