// Command wrong makes one of the mistakes that cost users the most, chosen by
// config: what Azure refuses, the sandbox has to refuse.
package main

import (
	"fmt"

	apimanagement "github.com/pulumi/pulumi-azure-native-sdk/apimanagement/v2/v20240501"
	authorization "github.com/pulumi/pulumi-azure-native-sdk/authorization/v2/v20220401"
	cdn "github.com/pulumi/pulumi-azure-native-sdk/cdn/v2/v20240901"
	cognitiveservices "github.com/pulumi/pulumi-azure-native-sdk/cognitiveservices/v2/v20241001"
	resources "github.com/pulumi/pulumi-azure-native-sdk/resources/v2/v20220901"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi/config"

	"github.com/aoai-gateway/aoai-gateway/guardrails"
)

// world is what every case stands on.
type world struct {
	ctx   *pulumi.Context
	group *resources.ResourceGroup
}

func main() {
	cases := map[string]func(*world) error{
		"account":                func(w *world) error { _, err := w.account(); return err },
		"concurrent-deployments": concurrentDeployments,
		"over-quota":             func(w *world) error { return w.oneDeployment("DataZoneStandard", 500) },
		"sku-not-in-region":      func(w *world) error { return w.oneDeployment("Standard", 50) },
		"route-before-origins":   routeBeforeOrigins,
		"new-principal-as-user":  newPrincipalAsUser,
		"conflicting-children":   conflictingChildren,
		"probe-method":           probeMethod,
		"checked-probe-method":   checkedProbeMethod,
		"unknown-state":          unknownState,
		"redirect-without-http":  redirectWithoutHTTP,
		"typed-pool":             typedPool,
		"keys-beside":            keysBeside,
	}
	pulumi.Run(func(ctx *pulumi.Context) error {
		name := config.New(ctx, "").Require("case")
		run, ok := cases[name]
		if !ok {
			return fmt.Errorf("there is no case %q", name)
		}
		group, err := resources.NewResourceGroup(ctx, "group", &resources.ResourceGroupArgs{
			ResourceGroupName: pulumi.String("rg-wrong"), Location: pulumi.String("swedencentral"),
		})
		if err != nil {
			return err
		}
		return run(&world{ctx, group})
	})
}

func (w *world) account() (*cognitiveservices.Account, error) {
	return cognitiveservices.NewAccount(w.ctx, "account", &cognitiveservices.AccountArgs{
		AccountName: pulumi.String("wrong"), ResourceGroupName: w.group.Name, Kind: pulumi.String("OpenAI"),
		Location: w.group.Location, Sku: &cognitiveservices.SkuArgs{Name: pulumi.String("S0")},
		Properties: &cognitiveservices.AccountPropertiesArgs{CustomSubDomainName: pulumi.String("wrong")},
	})
}

func (w *world) deployment(account *cognitiveservices.Account, name, sku string, capacity int) error {
	_, err := cognitiveservices.NewDeployment(w.ctx, name, &cognitiveservices.DeploymentArgs{
		DeploymentName: pulumi.String(name), AccountName: account.Name, ResourceGroupName: w.group.Name,
		Sku: &cognitiveservices.SkuArgs{Name: pulumi.String(sku), Capacity: pulumi.Int(capacity)},
		Properties: &cognitiveservices.DeploymentPropertiesArgs{Model: &cognitiveservices.DeploymentModelArgs{
			Format: pulumi.String("OpenAI"), Name: pulumi.String("gpt-5.4-mini"), Version: pulumi.String("2026-03-17"),
		}},
	})
	return err
}

// concurrentDeployments lets the engine make two deployments at a time.
func concurrentDeployments(w *world) error {
	account, err := w.account()
	if err != nil {
		return err
	}
	for _, name := range []string{"one", "two", "three"} {
		if err := w.deployment(account, name, "DataZoneStandard", 10); err != nil {
			return err
		}
	}
	return nil
}

func (w *world) oneDeployment(sku string, capacity int) error {
	account, err := w.account()
	if err != nil {
		return err
	}
	return w.deployment(account, "gpt", sku, capacity)
}

func (w *world) frontDoor() (*cdn.Profile, *cdn.AFDOriginGroup, error) {
	profile, err := cdn.NewProfile(w.ctx, "profile", &cdn.ProfileArgs{
		ProfileName: pulumi.String("wrong"), ResourceGroupName: w.group.Name, Location: pulumi.String("Global"),
		Sku: &cdn.SkuArgs{Name: pulumi.String("Standard_AzureFrontDoor")},
	})
	if err != nil {
		return nil, nil, err
	}
	group, err := cdn.NewAFDOriginGroup(w.ctx, "origins", &cdn.AFDOriginGroupArgs{
		OriginGroupName: pulumi.String("origins"), ProfileName: profile.Name, ResourceGroupName: w.group.Name,
	})
	return profile, group, err
}

func (w *world) route(args *cdn.RouteArgs) error {
	profile, group, err := w.frontDoor()
	if err != nil {
		return err
	}
	endpoint, err := cdn.NewAFDEndpoint(w.ctx, "endpoint", &cdn.AFDEndpointArgs{
		EndpointName: pulumi.String("wrong"), ProfileName: profile.Name, ResourceGroupName: w.group.Name,
		Location: pulumi.String("Global"),
	})
	if err != nil {
		return err
	}
	args.RouteName, args.EndpointName = pulumi.String("all"), endpoint.Name
	args.ProfileName, args.ResourceGroupName = profile.Name, w.group.Name
	args.OriginGroup = &cdn.ResourceReferenceArgs{Id: group.ID()}
	_, err = cdn.NewRoute(w.ctx, "route", args)
	return err
}

// routeBeforeOrigins makes a route that waits for no origin.
func routeBeforeOrigins(w *world) error { return w.route(&cdn.RouteArgs{}) }

func redirectWithoutHTTP(w *world) error {
	return w.route(&cdn.RouteArgs{
		HttpsRedirect: pulumi.String("Enabled"), SupportedProtocols: pulumi.ToStringArray([]string{"Https"}),
	})
}

// newPrincipalAsUser grants a role to an identity that Azure does not find yet,
// without saying what it is.
func newPrincipalAsUser(w *world) error {
	account, err := w.account()
	if err != nil {
		return err
	}
	_, err = authorization.NewRoleAssignment(w.ctx, "grant", &authorization.RoleAssignmentArgs{
		Scope: account.ID(), PrincipalId: pulumi.String("99999999-9999-4999-8999-999999999999"), PrincipalType: pulumi.String("User"),
		RoleAssignmentName: pulumi.String("88888888-8888-4888-8888-888888888888"),
		RoleDefinitionId: pulumi.String("/subscriptions/00000000-0000-4000-8000-000000000002/providers/" +
			"Microsoft.Authorization/roleDefinitions/5e0bd9bd-7b93-4f28-af87-19fc36ad61bd"),
	})
	return err
}

// conflictingChildren gives two origins the same name.
func conflictingChildren(w *world) error {
	profile, group, err := w.frontDoor()
	if err != nil {
		return err
	}
	var before []pulumi.Resource
	for _, host := range []string{"a.contoso.com", "b.contoso.com"} {
		origin, err := cdn.NewAFDOrigin(w.ctx, host, &cdn.AFDOriginArgs{
			OriginName: pulumi.String("same"), OriginGroupName: group.Name, ProfileName: profile.Name,
			ResourceGroupName: w.group.Name, HostName: pulumi.String(host),
		}, pulumi.DependsOn(before))
		if err != nil {
			return err
		}
		before = append(before, origin)
	}
	return nil
}

// checkedProbeMethod holds the program to the contract by itself, as on Azure.
func checkedProbeMethod(w *world) error {
	if err := guardrails.CheckContract(w.ctx); err != nil {
		return err
	}
	return probeMethod(w)
}

// keysBeside is a user's own program that holds itself to the rules, and makes an account
// with keys beside them.
func keysBeside(w *world) error {
	guard, err := guardrails.Hold(w.ctx, guardrails.Options{Environment: guardrails.Production})
	if err != nil {
		return err
	}
	if _, err := w.account(); err != nil {
		return err
	}
	guard.Finish()
	return nil
}

// unknownState is no mistake: the enum is open, and Azure may know the value.
func unknownState(w *world) error {
	if err := guardrails.CheckContract(w.ctx); err != nil {
		return err
	}
	_, err := cdn.NewAFDEndpoint(w.ctx, "endpoint", &cdn.AFDEndpointArgs{
		EndpointName: pulumi.String("wrong"), ProfileName: pulumi.String("wrong"), ResourceGroupName: w.group.Name,
		Location: pulumi.String("Global"), EnabledState: pulumi.String("Draining"),
	})
	return err
}

// probeMethod uses a method that a closed enum does not have.
func probeMethod(w *world) error {
	_, err := cdn.NewAFDOriginGroup(w.ctx, "origins", &cdn.AFDOriginGroupArgs{
		OriginGroupName: pulumi.String("origins"), ProfileName: pulumi.String("wrong"), ResourceGroupName: w.group.Name,
		HealthProbeSettings: &cdn.HealthProbeParametersArgs{ProbeRequestType: cdn.HealthProbeRequestType("POST")},
	})
	return err
}

// typedPool makes a pool by the SDK's Backend, which demands what the service
// refuses on a pool.
func typedPool(w *world) error {
	service, err := apimanagement.NewApiManagementService(w.ctx, "service", &apimanagement.ApiManagementServiceArgs{
		ServiceName: pulumi.String("wrong"), ResourceGroupName: w.group.Name, Location: w.group.Location,
		PublisherEmail: pulumi.String("a@contoso.com"), PublisherName: pulumi.String("Contoso"),
		Sku: &apimanagement.ApiManagementServiceSkuPropertiesArgs{Name: pulumi.String("BasicV2"), Capacity: pulumi.Int(1)},
	})
	if err != nil {
		return err
	}
	member, err := apimanagement.NewBackend(w.ctx, "member", &apimanagement.BackendArgs{
		BackendId: pulumi.String("member"), ServiceName: service.Name, ResourceGroupName: w.group.Name,
		Protocol: pulumi.String("http"), Url: pulumi.String("https://member.example"),
	})
	if err != nil {
		return err
	}
	_, err = apimanagement.NewBackend(w.ctx, "pool", &apimanagement.BackendArgs{
		BackendId: pulumi.String("pool"), ServiceName: service.Name, ResourceGroupName: w.group.Name, Type: pulumi.String("Pool"),
		Protocol: pulumi.String("http"), Url: pulumi.String("https://pool.example"),
		Pool: &apimanagement.BackendBaseParametersPoolArgs{Services: apimanagement.BackendPoolItemArray{
			&apimanagement.BackendPoolItemArgs{Id: member.ID()},
		}},
	})
	return err
}
