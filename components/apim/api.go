package apim

import (
	"fmt"
	"slices"

	apimanagement "github.com/pulumi/pulumi-azure-native-sdk/apimanagement/v2/v20240501"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/aoai-gateway/aoai-gateway/components/internal/register"
	"github.com/aoai-gateway/aoai-gateway/internal/azure"
	"github.com/aoai-gateway/aoai-gateway/internal/faults"
	"github.com/aoai-gateway/aoai-gateway/policies"
)

// APIArgs describe the API that callers use.
type APIArgs struct {
	Service *Service
	// Accounts are what stands behind, 1 to 50.
	Accounts []Account
	// Aliases are names that callers can ask for instead of those of deployments; default none.
	Aliases []Alias
	// Options give access, consumers, limits, balancing and logging.
	Options Options
	// TenantID is the Entra tenant whose tokens are taken by default.
	TenantID string
	// Loggers are what the policy and metrics need.
	Loggers *Loggers
	// SemanticCache answers chats without a model, and ContentSafety judges prompts; nil for
	// none.
	SemanticCache *SemanticCached
	ContentSafety *Judge
	// Lock refuses what does not come through the edge; the zero value takes all.
	Lock EdgeLock
	// URL is where callers reach the gateway, such as the URL of an edge before it; nil
	// for the service's own.
	URL pulumi.StringInput
	// BudgetStop lets a budget stop calls; nil (default) lets nothing.
	BudgetStop *BudgetStop
	// DependsOn is waited for before the policy is set, such as role grants.
	DependsOn []pulumi.Resource
}

// Validate returns every mistake, with its path below the arguments.
func (a *APIArgs) Validate() error {
	var list faults.List
	if a.Service == nil {
		list.Add("service", "is missing")
	}
	if a.Loggers == nil {
		list.Add("loggers", "is missing")
	}
	if a.TenantID == "" && a.Options.allows(AccessEntra) && a.Options.Entra.OpenIDConfiguration == "" {
		list.Add("tenantId", "is missing").Remedy("without options.entra.openIdConfiguration tokens are held to this tenant")
	}
	list.Merge("options", a.Options.Validate(""))
	if (a.SemanticCache != nil) != a.Options.SemanticCache.Enabled {
		list.Add("semanticCache", "must be given exactly if options.semanticCache.enabled is true")
	}
	if (a.ContentSafety != nil) != a.Options.ContentSafety.Enabled {
		list.Add("contentSafety", "must be given exactly if options.contentSafety.enabled is true")
	}
	list.Between("accounts", len(a.Accounts), 1, azure.MaxRetries, "accounts")
	for i, account := range a.Accounts {
		at := fmt.Sprintf("accounts[%d]", i)
		if first := slices.IndexFunc(a.Accounts, func(other Account) bool { return other.Name == account.Name }); first < i {
			list.Add(at+".name", "%q is used by [%d] already", account.Name, first).About(account.Name).Remedy("choose another name")
		}
		for j, model := range account.Models {
			list.Between(fmt.Sprintf("%s.models[%d].priority", at, j), model.Priority, 1, azure.LastOriginPriority, "")
			list.Between(fmt.Sprintf("%s.models[%d].weight", at, j), model.Weight, 1, 100, "")
		}
	}
	list.Merge("aliases", ValidateAliases(a.Aliases, a.Accounts, a.Options))
	if a.BudgetStop != nil {
		list.Need("budgetStop.budget", a.BudgetStop.Budget != nil)
	}
	if a.Service != nil {
		list.Merge("", ValidateRoutes(a.Accounts, a.Service.regions(), a.Options.LoadBalancing, RoutePaths{
			Accounts: "accounts", Model: func(account, model int) string { return fmt.Sprintf("accounts[%d].models[%d].name", account, model) },
		}))
	}
	return list.Err()
}

// API is Azure OpenAI's inference API on the gateway, at /openai.
type API struct {
	pulumi.ResourceState

	// URL is what clients take for the endpoint of Azure OpenAI, without /openai.
	URL pulumi.StringOutput `pulumi:"url"`
	// Keys are those of the subscriptions, by name; secrets.
	Keys []SubscriptionKeys
	// BudgetStateID is the resource id of the named value that stops calls while it is
	// policies.BudgetStopped; without APIArgs.BudgetStop it is not set.
	BudgetStateID pulumi.StringOutput
}

// The API's fixed names. The key's header is Azure OpenAI's own, so that its
// clients work unchanged.
const (
	apiID     = "openai"
	apiPath   = "openai"
	keyHeader = "api-key"
	keyQuery  = "subscription-key"
)

// NewAPI makes the API with its backends, pools, operations, policy, products and
// subscriptions.
func NewAPI(ctx *pulumi.Context, name string, args *APIArgs, opts ...pulumi.ResourceOption) (*API, error) {
	component := &API{}
	if err := register.Component(ctx, register.Kind{Token: "aoai-gateway:apim:API", Noun: "API"}, name, args, component, opts); err != nil {
		return nil, err
	}
	component.URL = args.Service.GatewayURL
	if args.URL != nil {
		component.URL = args.URL.ToStringOutput()
	}
	b := &apiBuilder{ctx: ctx, name: name, args: args, component: component}
	for _, step := range []func() error{b.makeBackends, b.makeAPI, b.takeBearerKeys, b.makePolicy, b.makeProducts, b.makeSubscriptions} {
		if err := step(); err != nil {
			return nil, err
		}
	}
	return component, ctx.RegisterResourceOutputs(component, pulumi.Map{"url": component.URL})
}

// apiBuilder carries what the steps of NewAPI hand on.
type apiBuilder struct {
	ctx       *pulumi.Context
	name      string
	args      *APIArgs
	component *API
	api       *apimanagement.Api
	products  map[string]*apimanagement.Product
	// before is what the policy refers to.
	before []pulumi.Resource
}

func (b *apiBuilder) makeBackends() error {
	backends, err := newBackends(b.ctx, b.name, b.component, b.args.Service, b.args.Accounts, b.args.Options.LoadBalancing.CircuitBreaker)
	if err != nil {
		return err
	}
	byPath, err := newPathBackends(b.ctx, b.name, b.component, b.args.Service, b.args)
	if err != nil {
		return err
	}
	b.before = append(append(b.before, backends...), byPath...)
	if b.args.Options.LoadBalancing.Strategy != "pool" {
		return nil
	}
	// The deployment stack lies beside the service, and does not go with it. It bears
	// the service's name: where the service is replaced, the old one keeps its pools
	// as long as it answers.
	pools, err := newPools(b.ctx, b.name+"-pools", b.args.Service, poolsOf(routesOf(b.args.Accounts, b.args.Service.regions())),
		pulumi.Parent(b.component), pulumi.DependsOn(backends), pulumi.DeleteBeforeReplace(false))
	if err != nil {
		return err
	}
	b.before = append(b.before, pools)
	return nil
}

func (b *apiBuilder) makeAPI() error {
	service := b.args.Service
	api, err := apimanagement.NewApi(b.ctx, b.name, &apimanagement.ApiArgs{
		ApiId:             pulumi.String(apiID),
		ServiceName:       service.Name,
		ResourceGroupName: service.group,
		DisplayName:       pulumi.String(apiDisplayName),
		Description:       pulumi.String(b.args.Options.describe()),
		Path:              pulumi.String(apiPath),
		Protocols:         pulumi.ToStringArray([]string{"https"}),
		ApiType:           pulumi.String("http"),
		// With Entra beside keys the policy decides: a key is optional then.
		SubscriptionRequired:          pulumi.Bool(!b.args.Options.allows(AccessEntra)),
		SubscriptionKeyParameterNames: &apimanagement.SubscriptionKeyParameterNamesContractArgs{Header: pulumi.String(keyHeader), Query: pulumi.String(keyQuery)},
	}, service.below(b.component)...)
	if err != nil {
		return fmt.Errorf("API %s: %w", b.name, err)
	}
	b.api = api
	_, err = newOperations(b.ctx, b.name, b.component, service, api.Name)
	return err
}

// makePolicy composes the API's policy and sets it, after all that it names.
func (b *apiBuilder) makePolicy() error {
	options := b.args.Options
	parts, err := b.lockPolicy()
	if err != nil {
		return err
	}
	access, err := b.accessPolicy()
	if err != nil {
		return err
	}
	stop, err := b.budgetPolicy()
	if err != nil {
		return err
	}
	// Limits stand before the balancer: a refused call takes nobody's turn.
	parts = append(append(append(parts, access, policies.Model{}), stop...), b.promptPolicies()...)
	if !unlimited(options.CallerLimits) {
		parts = append(parts, policies.Limited{Key: policies.ByCaller, Limits: options.CallerLimits})
	}
	for _, subscription := range options.Subscriptions {
		if !unlimited(subscription.Limits) {
			parts = append(parts, policies.Limited{Key: policies.BySubscription, Subscription: subscription.Name, Limits: subscription.Limits})
		}
	}
	parts = append(parts, balancer(options, b.args.Accounts, b.args.Service.regions(), aliasesOf(b.args.Aliases)))
	if b.args.Loggers.metrics {
		parts = append(parts, policies.TokenMetrics{ByModel: offeredBy(options.SKU).ResourceLogs})
	}
	if b.args.Loggers.prompts != "" {
		parts = append(parts, policies.PromptLog{Logger: b.args.Loggers.prompts, Chunks: options.Logging.EventHub.Chunks, Aliases: len(b.args.Aliases) > 0})
	}
	identity, err := b.identityPolicy()
	if err != nil {
		return err
	}
	rendered, err := policies.Place{Consumption: azure.GenerationOf(options.SKU) == azure.Consumption}.Compose(append(parts, identity, policies.Errors{SubscriptionKey: options.allows(AccessKey) && !options.BearerKeys})...)
	if err != nil {
		return fmt.Errorf("the policy of API %s: %w", b.name, err)
	}
	for _, warning := range rendered.Warnings {
		// Failing to log is no reason to fail: the engine is gone then.
		_ = b.ctx.Log.Warn("the policy of the API: "+warning, &pulumi.LogArgs{Resource: b.component})
	}
	before := append(append(b.before, b.args.Loggers.Ready...), b.args.DependsOn...)
	before = append(before, b.promptsReady()...)
	_, err = apimanagement.NewApiPolicy(b.ctx, b.name, &apimanagement.ApiPolicyArgs{
		PolicyId:          pulumi.String("policy"),
		ApiId:             b.api.Name,
		ServiceName:       b.args.Service.Name,
		ResourceGroupName: b.args.Service.group,
		Format:            pulumi.String("rawxml"),
		Value:             pulumi.String(rendered.Document),
	}, b.args.Service.below(b.component, pulumi.DependsOn(before))...)
	if err != nil {
		return fmt.Errorf("the policy of API %s: %w", b.name, err)
	}
	return nil
}
