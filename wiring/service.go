package wiring

import (
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/aoai-gateway/aoai-gateway/components/apim"
	"github.com/aoai-gateway/aoai-gateway/components/openai"
	"github.com/aoai-gateway/aoai-gateway/internal/arm"
	"github.com/aoai-gateway/aoai-gateway/internal/azure"
)

// networkRange is that of the network in which the gateways of a region stand. Every
// region can have the same: the networks do not meet.
const networkRange = "10.61.0.0/24"

// ServiceArgs describe an API Management service that may call accounts.
type ServiceArgs struct {
	Accounts []OpenedAccount
	Options  apim.Options
	// CallersFrom is the service tag of who may connect to the gateways, such as
	// AzureFrontDoor.Backend: they stand in networks then. "" (default) makes none.
	CallersFrom string
	// Network is the one by which requests to accounts leave; nil for the internet.
	Network *PrivateNetwork
	// Linked and Closed are those of apim.ServiceArgs.
	Linked, Closed bool
}

// generation is what no service can change in place: that of its SKU, and for a v2 service
// whether it stands in a network as a whole. Source of the latter:
// https://learn.microsoft.com/azure/api-management/inject-vnet-v2
func (a ServiceArgs) generation() string {
	generation := azure.GenerationOf(a.Options.SKU)
	if generation == azure.V2 && a.Network != nil && a.Network.layout.Injected {
		return string(generation) + "-injected"
	}
	return string(generation)
}

// Service is a service with what lets it call accounts.
type Service struct {
	*apim.Service
	// Grants are the roles of its identity on the accounts.
	Grants []pulumi.Resource
}

// NewService makes a service, in networks if callers are limited, and grants its identity the
// use of every account's models. A user-assigned identity gets its roles before the service.
func NewService(ctx *pulumi.Context, ground *Ground, args ServiceArgs) (*Service, error) {
	made := &Service{}
	var identity *apim.Identity
	var err error
	if args.Options.Identity == apim.UserAssigned {
		identity, err = apim.NewIdentity(ctx, ground.called("gateway"), &apim.IdentityArgs{
			ResourceGroupName: ground.ResourceGroup, IdentityName: ground.names.identity(), Region: ground.args.Region, Tags: ground.args.Tags,
		}, ground.component())
		if err != nil {
			return nil, err
		}
		if made.Grants, err = GrantModels(ctx, ground, args.Accounts, identity.PrincipalID); err != nil {
			return nil, err
		}
	}
	networks, err := newNetworks(ctx, ground, args)
	if err != nil {
		return nil, err
	}
	name, err := ground.names.service(ground.args.Region, ground.args.ResourceGroup, args.generation())
	if err != nil {
		return nil, err
	}
	reader, err := newCertificateReader(ctx, ground, args.Options)
	if err != nil {
		return nil, err
	}
	service := &apim.ServiceArgs{
		ResourceGroupName: ground.ResourceGroup, ServiceName: name, Region: ground.args.Region, Tags: ground.args.Tags,
		Identity: identity, CertificateReader: reader, Networks: networks, Options: args.Options, DependsOn: made.Grants, Linked: args.Linked, Closed: args.Closed,
	}
	switch {
	case args.Network == nil:
	case args.Network.layout.Injected:
		service.StandsIn, service.Internal = args.Network.GatewaySubnetID, args.Network.layout.Edge
	default:
		service.LeavesBy = args.Network.GatewaySubnetID
	}
	made.Service, err = apim.NewService(ctx, ground.called("gateway"), service, ground.component())
	if err != nil {
		return nil, err
	}
	if identity == nil {
		made.Grants, err = GrantModels(ctx, ground, args.Accounts, made.PrincipalID)
	}
	return made, err
}

// GrantModels lets an identity call the models of every account.
func GrantModels(ctx *pulumi.Context, ground *Ground, accounts []OpenedAccount, principalID pulumi.StringInput) ([]pulumi.Resource, error) {
	grants := make([]pulumi.Resource, len(accounts))
	for i, account := range accounts {
		var err error
		grants[i], err = openai.NewUserGrant(ctx, ground.called(account.Settings.Name+".gateway"), account.Account,
			openai.Principal{ID: principalID, Type: "ServicePrincipal"}, pulumi.DeleteBeforeReplace(false))
		if err != nil {
			return nil, err
		}
	}
	return grants, nil
}

// newNetworks makes the networks in which gateways answer nobody but those who are let in.
func newNetworks(ctx *pulumi.Context, ground *Ground, args ServiceArgs) (map[string]*apim.Network, error) {
	if args.CallersFrom == "" {
		return map[string]*apim.Network{}, nil
	}
	networks := map[string]*apim.Network{}
	own := apim.Region{Location: ground.args.Region, Zones: args.Options.Zones}
	for _, each := range append([]apim.Region{own}, args.Options.Regions...) {
		region := arm.NormalRegion(each.Location)
		names, err := ground.names.placed("network-"+region, site{region, each.Zones, networkRange, ground.args.ResourceGroup})
		if err != nil {
			return nil, err
		}
		networks[region], err = apim.NewNetwork(ctx, ground.called("gateway-"+region), &apim.NetworkArgs{
			ResourceGroupName: ground.ResourceGroup, Region: region, Range: networkRange, CallersFrom: args.CallersFrom, Zones: each.Zones, Tags: ground.args.Tags,
			NetworkName: names.network(), SecurityGroupName: names.securityGroup(), AddressName: names.address(), Label: names.label(),
		}, ground.component())
		if err != nil {
			return nil, err
		}
	}
	return networks, nil
}

// GatewayOrigins are the gateways of a service's regions as an edge's origins: all alike, or
// one after the other, the service's own region first.
func GatewayOrigins(ground *Ground, service *Service, options apim.Options, oneAfterTheOther bool) []Origin {
	origins := make([]Origin, len(service.Gateways))
	for i, each := range service.Gateways {
		origins[i] = Origin{
			Name: each.Region, HostName: each.HostName, Drained: options.Drained(each.Region, ground.args.Region),
		}
		if oneAfterTheOther {
			origins[i].Priority = min(i+1, azure.LastOriginPriority)
		}
	}
	return origins
}
