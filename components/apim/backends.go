package apim

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	apimanagement "github.com/pulumi/pulumi-azure-native-sdk/apimanagement/v2/v20240501"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/aoai-gateway/aoai-gateway/policies"
)

// Account is one Azure OpenAI account behind the gateway.
type Account struct {
	// Name becomes the backend's id.
	Name string
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
}

// routesOf turns accounts with models into models with accounts. Azure does not
// tell the case of names apart.
func routesOf(accounts []Account) []modelRoute {
	var routes []modelRoute
	for _, account := range accounts {
		for _, model := range account.Models {
			at := slices.IndexFunc(routes, func(r modelRoute) bool { return strings.EqualFold(r.model, model.Name) })
			if at < 0 {
				at = len(routes)
				routes = append(routes, modelRoute{model: model.Name})
			}
			routes[at].members = append(routes[at].members, poolMember{account.Name, model.Weight, model.Priority})
		}
	}
	return routes
}

// balancer is the part of the policy that spreads requests.
func balancer(options LoadBalancing, routes []modelRoute) policies.Part {
	timeouts := policies.Timeouts{Attempt: options.AttemptTimeoutSeconds, Total: options.TotalTimeoutSeconds}
	if options.Strategy == "pool" {
		part := policies.Pool{Attempts: options.MaxAttempts, ExhaustedRetryAfter: options.ExhaustedRetryAfterSeconds, Timeouts: timeouts}
		for _, route := range routes {
			part.Routes = append(part.Routes, policies.PoolRoute{Model: route.model, Pool: poolID(route.model), Backends: route.backends()})
		}
		return part
	}
	part := policies.RoundRobin{
		Name: "openai", Attempts: options.MaxAttempts, ExhaustedRetryAfter: options.ExhaustedRetryAfterSeconds, Timeouts: timeouts,
	}
	for _, route := range routes {
		part.Routes = append(part.Routes, policies.Route{Model: route.model, Backends: route.backends()})
	}
	return part
}

// backends are the ids of those that serve the model.
func (r modelRoute) backends() []string {
	ids := make([]string, len(r.members))
	for i, member := range r.members {
		ids[i] = member.backend
	}
	return ids
}

// poolID is the id of a model's pool: ids take no dots. Names that differ in
// dots alone would share one; Validate refuses that.
func poolID(model string) string {
	return "pool-" + strings.ToLower(strings.ReplaceAll(model, ".", "_"))
}

// poolsOf are the pools to be made, members by priority.
func poolsOf(routes []modelRoute) []pool {
	pools := make([]pool, len(routes))
	for i, route := range routes {
		members := slices.Clone(route.members)
		slices.SortStableFunc(members, func(a, b poolMember) int { return cmp.Compare(a.priority, b.priority) })
		pools[i] = pool{id: poolID(route.model), description: "Accounts that serve " + route.model, members: members}
	}
	return pools
}

// newBackends makes a backend for each account.
func newBackends(ctx *pulumi.Context, name string, parent pulumi.Resource, service *Service, accounts []Account, breaker CircuitBreaker) ([]pulumi.Resource, error) {
	made := make([]pulumi.Resource, len(accounts))
	for i, account := range accounts {
		args := &apimanagement.BackendArgs{
			BackendId:         pulumi.String(account.Name),
			ServiceName:       service.Name,
			ResourceGroupName: service.group,
			Protocol:          pulumi.String("http"),
			Url:               pulumi.Sprintf("https://%s/openai", account.HostName),
			Description:       pulumi.String("Azure OpenAI account " + account.Name),
			Tls: &apimanagement.BackendTlsPropertiesArgs{
				ValidateCertificateChain: pulumi.Bool(true), ValidateCertificateName: pulumi.Bool(true),
			},
		}
		if skus[service.sku].breakers {
			args.CircuitBreaker = circuitBreaker(breaker)
		}
		backend, err := apimanagement.NewBackend(ctx, name+"-"+account.Name, args,
			service.below(parent, pulumi.DependsOn(account.DependsOn))...)
		if err != nil {
			return nil, fmt.Errorf("backend %s: %w", account.Name, err)
		}
		made[i] = backend
	}
	return made, nil
}

// circuitBreaker trips on what another account may do better: throttling and
// failures of the server.
func circuitBreaker(breaker CircuitBreaker) *apimanagement.BackendCircuitBreakerArgs {
	return &apimanagement.BackendCircuitBreakerArgs{Rules: apimanagement.CircuitBreakerRuleArray{
		&apimanagement.CircuitBreakerRuleArgs{
			Name: pulumi.String("throttled-or-failed"),
			FailureCondition: &apimanagement.CircuitBreakerFailureConditionArgs{
				Count:    pulumi.Float64(breaker.Failures),
				Interval: pulumi.Sprintf("PT%dS", breaker.IntervalSeconds),
				StatusCodeRanges: apimanagement.FailureStatusCodeRangeArray{
					&apimanagement.FailureStatusCodeRangeArgs{Min: pulumi.Int(429), Max: pulumi.Int(429)},
					&apimanagement.FailureStatusCodeRangeArgs{Min: pulumi.Int(500), Max: pulumi.Int(599)},
				},
			},
			TripDuration:     pulumi.Sprintf("PT%dS", breaker.TripSeconds),
			AcceptRetryAfter: pulumi.Bool(true),
		},
	}}
}
