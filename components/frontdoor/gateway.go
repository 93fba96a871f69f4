// Package frontdoor puts Azure Front Door before origins of any kind: it spreads
// requests over all that are healthy, and answers under one name.
package frontdoor

import (
	"fmt"
	"slices"

	cdn "github.com/pulumi/pulumi-azure-native-sdk/cdn/v2/v20240901"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/aoai-gateway/aoai-gateway/components/internal/register"
	"github.com/aoai-gateway/aoai-gateway/internal/arm"
	"github.com/aoai-gateway/aoai-gateway/internal/azure"
	"github.com/aoai-gateway/aoai-gateway/internal/faults"
)

// GatewayArgs describe a Front Door.
type GatewayArgs struct {
	ResourceGroupName pulumi.StringInput
	// ProfileName, EndpointName and WAFPolicyName name the Azure resources; the
	// last is needed only where Options.WAF is on.
	ProfileName, EndpointName, WAFPolicyName pulumi.StringInput
	Tags                                     pulumi.StringMapInput
	// OriginGroupName names the group and the route to it, such as openai.
	OriginGroupName string
	// Origins are the places that answer alike.
	Origins []Origin
	Options Options
}

// Origin is one place that Front Door sends requests to.
type Origin struct {
	// Name is unique within the group.
	Name string
	// HostName is called with itself as Host header, over HTTPS, and its
	// certificate is checked.
	HostName pulumi.StringInput
	// Weight (1 to 1000) shares traffic within a priority.
	Weight int `default:"500"`
	// Priority (1 to 5) is used from the lowest number up.
	Priority int `default:"1"`
	// Disabled gets no requests and no probes, as long as it stays.
	Disabled bool
	// Link reaches the origin by Private Link, which its owner has to approve; nil (default) by
	// the internet. All origins of a Front Door have one, or none has.
	Link *PrivateLink
	// DependsOn must be ready before traffic may come.
	DependsOn []pulumi.Resource
}

// Validate returns every mistake, with its path below the arguments.
func (a *GatewayArgs) Validate() error {
	var list faults.List
	list.Need("resourceGroupName", a.ResourceGroupName != nil)
	list.Need("profileName", a.ProfileName != nil)
	list.Need("endpointName", a.EndpointName != nil)
	list.Need("wafPolicyName", a.WAFPolicyName != nil || a.Options.WAF.Mode == "off")
	list.AddError("originGroupName", arm.FrontDoorName.Check(a.OriginGroupName))
	list.Merge("origins", validateOrigins(a.Origins))
	list.Merge("options", a.Options.Validate())
	if a.Options.SKU != "Premium" && slices.ContainsFunc(a.Origins, func(o Origin) bool { return o.Link != nil }) {
		list.Add("options.sku", "%q has no Private Link", a.Options.SKU).About(a.Options.SKU).Remedy("take Premium, or give origins no link")
	}
	return list.Err()
}

func validateOrigins(origins []Origin) error {
	var list faults.List
	if len(origins) == 0 || len(origins) > azure.FrontDoorOrigins {
		list.Add("", "has %d origins", len(origins)).Remedy("allowed are 1 to %d", azure.FrontDoorOrigins)
	}
	for i, origin := range origins {
		at := fmt.Sprintf("[%d]", i)
		list.AddError(at+".name", arm.FrontDoorName.Check(origin.Name))
		if slices.IndexFunc(origins, func(o Origin) bool { return arm.Fold(o.Name) == arm.Fold(origin.Name) }) < i {
			list.Add(at+".name", "%q is used twice", origin.Name).About(origin.Name).Remedy("choose another name")
		}
		if origin.HostName == nil {
			list.Add(at+".hostName", "is missing")
		}
		if (origin.Link == nil) != (origins[0].Link == nil) {
			list.Add(at+".link", "is not as that of [0]").Remedy("give all origins a private link, or none")
		}
		list.Merge(at+".link", origin.Link.validate())
		if origin.Weight != 0 {
			list.Between(at+".weight", origin.Weight, 1, 1000, "")
		}
		if origin.Priority != 0 {
			list.Between(at+".priority", origin.Priority, 1, azure.LastOriginPriority, "")
		}
	}
	return list.Err()
}

// Gateway is a Front Door with one endpoint, one route and one origin group.
type Gateway struct {
	pulumi.ResourceState

	// ProfileID is the profile's resource id.
	ProfileID pulumi.StringOutput `pulumi:"profileId"`
	// FrontDoorID is the GUID that Front Door sends as X-Azure-FDID: origins
	// that accept only this one cannot be reached through somebody else's Front
	// Door. It is no secret.
	FrontDoorID pulumi.StringOutput `pulumi:"frontDoorId"`
	// HostName is the endpoint's own host name.
	HostName pulumi.StringOutput `pulumi:"hostName"`
	// DomainValidations are the TXT records that prove the custom domains, by
	// host name; each goes to _dnsauth.<host name>.
	DomainValidations pulumi.StringMapOutput `pulumi:"domainValidations"`
}

// builder carries what the steps of NewGateway share.
type builder struct {
	ctx     *pulumi.Context
	name    string
	args    *GatewayArgs
	parent  pulumi.ResourceOption
	profile *cdn.Profile
}

// NewGateway makes a Front Door.
func NewGateway(ctx *pulumi.Context, name string, args *GatewayArgs, opts ...pulumi.ResourceOption) (*Gateway, error) {
	gateway := &Gateway{}
	if err := register.Component(ctx, register.Kind{Token: "aoai-gateway:frontdoor:Gateway", Noun: "front door"}, name, args, gateway, opts); err != nil {
		return nil, err
	}
	b := &builder{ctx: ctx, name: name, args: args, parent: pulumi.Parent(gateway)}
	if err := b.build(gateway); err != nil {
		return nil, fmt.Errorf("front door %s: %w", name, err)
	}
	err := ctx.RegisterResourceOutputs(gateway, pulumi.Map{
		"profileId": gateway.ProfileID, "frontDoorId": gateway.FrontDoorID,
		"hostName": gateway.HostName, "domainValidations": gateway.DomainValidations,
	})
	return gateway, err
}

func (b *builder) build(gateway *Gateway) error {
	if err := b.makeProfile(); err != nil {
		return err
	}
	endpoint, err := cdn.NewAFDEndpoint(b.ctx, b.name, &cdn.AFDEndpointArgs{
		EndpointName:                      b.args.EndpointName,
		ProfileName:                       b.profile.Name,
		ResourceGroupName:                 b.args.ResourceGroupName,
		Location:                          pulumi.String("Global"),
		EnabledState:                      pulumi.String("Enabled"),
		AutoGeneratedDomainNameLabelScope: pulumi.String("TenantReuse"),
		Tags:                              b.args.Tags,
	}, b.parent)
	if err != nil {
		return fmt.Errorf("endpoint: %w", err)
	}
	group, origins, err := b.originGroup()
	if err != nil {
		return err
	}
	domains, err := b.customDomains()
	if err != nil {
		return err
	}
	if err := b.route(endpoint, group, origins, domains); err != nil {
		return err
	}
	if err := b.waf(endpoint, domains); err != nil {
		return err
	}
	gateway.ProfileID = b.profile.ID().ToStringOutput()
	gateway.FrontDoorID = b.profile.FrontDoorId
	gateway.HostName = endpoint.HostName
	gateway.DomainValidations = validations(b.args.Options.CustomDomains, domains)
	return nil
}

func (b *builder) makeProfile() error {
	profile, err := cdn.NewProfile(b.ctx, b.name, &cdn.ProfileArgs{
		ProfileName:                  b.args.ProfileName,
		ResourceGroupName:            b.args.ResourceGroupName,
		Location:                     pulumi.String("Global"),
		Sku:                          &cdn.SkuArgs{Name: pulumi.String(azure.FrontDoorSKU(b.args.Options.SKU))},
		OriginResponseTimeoutSeconds: pulumi.Int(b.args.Options.ResponseTimeoutSeconds),
		Tags:                         b.args.Tags,
	}, b.parent)
	if err != nil {
		return fmt.Errorf("profile: %w", err)
	}
	b.profile = profile
	return nil
}

// route sends everything to the origin group: HTTPS only, nothing cached. It
// waits for the origins, because Azure refuses a route to an empty group.
func (b *builder) route(
	endpoint *cdn.AFDEndpoint, group *cdn.AFDOriginGroup, origins []pulumi.Resource, domains []*cdn.AFDCustomDomain,
) error {
	references := cdn.ActivatedResourceReferenceArray{}
	for _, domain := range domains {
		references = append(references, &cdn.ActivatedResourceReferenceArgs{Id: domain.ID()})
	}
	args := &cdn.RouteArgs{
		RouteName:           pulumi.String(b.args.OriginGroupName),
		EndpointName:        endpoint.Name,
		ProfileName:         b.profile.Name,
		ResourceGroupName:   b.args.ResourceGroupName,
		OriginGroup:         &cdn.ResourceReferenceArgs{Id: group.ID()},
		PatternsToMatch:     pulumi.ToStringArray([]string{"/*"}),
		SupportedProtocols:  pulumi.ToStringArray([]string{"Https"}),
		ForwardingProtocol:  pulumi.String("HttpsOnly"),
		HttpsRedirect:       pulumi.String("Disabled"),
		LinkToDefaultDomain: pulumi.String("Enabled"),
		EnabledState:        pulumi.String("Enabled"),
	}
	if len(references) > 0 {
		args.CustomDomains = references
	}
	if _, err := cdn.NewRoute(b.ctx, b.name, args, b.parent, pulumi.DependsOn(origins)); err != nil {
		return fmt.Errorf("route: %w", err)
	}
	return nil
}
