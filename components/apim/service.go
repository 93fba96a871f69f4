// Package apim puts API Management before Azure OpenAI accounts: the service, its
// backends and pools, the API with its policy, consumers, loggers and
// diagnostics.
package apim

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	apimanagement "github.com/pulumi/pulumi-azure-native-sdk/apimanagement/v2/v20240501"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/aoai-gateway/aoai-gateway/components/internal/register"
	"github.com/aoai-gateway/aoai-gateway/internal/arm"
	"github.com/aoai-gateway/aoai-gateway/internal/azure"
	"github.com/aoai-gateway/aoai-gateway/internal/faults"
)

// ServiceArgs describe a service.
type ServiceArgs struct {
	ResourceGroupName pulumi.StringInput
	// ServiceName is unique in the world, and held for 48 hours after deletion.
	ServiceName pulumi.StringInput
	// Region is the Azure region, such as swedencentral.
	Region string
	Tags   pulumi.StringMapInput
	// Identity is a user-assigned one; nil gives the service one of its own.
	Identity *Identity
	// CertificateReader reads the certificates of options.customDomains; nil where there are none.
	CertificateReader *CertificateReader
	// Networks are those that the gateways stand in, by Azure's name of the region: in
	// each region or in none.
	Networks map[string]*Network
	// LeavesBy is the id of the subnet by which requests to backends leave, while callers still
	// come from the internet; nil for none.
	LeavesBy pulumi.StringInput
	// StandsIn is the id of the subnet in which the service stands as a whole; nil for none.
	// Internal takes its public endpoint away: callers come from within the network alone, by
	// PrivateAddress.
	StandsIn pulumi.StringInput
	Internal bool
	// Linked says that callers come by private endpoints, such as Front Door's, whose connections
	// others make and approve: they are no changes of the service.
	Linked bool
	// Closed takes the public endpoint away: callers come by private endpoints alone. Azure
	// refuses it when the service is made, and before the connection of one is approved.
	Closed bool
	// Options give SKU, units, zones, regions, publisher and restore.
	Options Options
	// DependsOn is waited for before the service is made, such as the grants of a
	// user-assigned identity. (A component's own DependsOn does not reach what is in
	// it.)
	DependsOn []pulumi.Resource
}

// Validate returns every mistake, with its path below the arguments.
func (a *ServiceArgs) Validate() error {
	var list faults.List
	if a.ResourceGroupName == nil {
		list.Add("resourceGroupName", "is missing")
	}
	if a.ServiceName == nil {
		list.Add("serviceName", "is missing")
	}
	if a.Region == "" {
		list.Add("region", "is missing")
	}
	if (a.Identity != nil) != (a.Options.Identity == UserAssigned) {
		list.Add("identity", "must be given exactly if options.identity is %s", UserAssigned)
	}
	if (a.CertificateReader != nil) != (len(a.Options.CustomDomains) > 0) {
		list.Add("certificateReader", "must be given exactly if options.customDomains has one")
	}
	for _, region := range a.regions() {
		if len(a.Networks) > 0 && a.Networks[region] == nil {
			list.Add("networks", "has none for %s", region).Remedy("a service stands in networks in each of its regions, or in none")
		}
	}
	if a.LeavesBy != nil {
		if len(a.Networks) > 0 {
			list.Add("leavesBy", "goes with no networks, in which gateways stand; give one of the two")
		}
		if known, found := azure.FindAPIMSKU(a.Options.SKU); found && !known.Integrates {
			list.Add("leavesBy", "needs sku %s; requests of %s leave by no subnet", azure.WithIntegration(), a.Options.SKU)
		}
	}
	a.validateInjection(&list)
	if known, found := azure.FindAPIMSKU(a.Options.SKU); a.Linked && found && !known.Links {
		list.Add("linked", "needs another sku; %s takes no private endpoints", a.Options.SKU)
	}
	if a.Closed && !a.Linked {
		list.Add("closed", "true leaves nobody to call the gateways").About(true).Remedy("give linked, too")
	}
	list.Merge("options", a.Options.Validate(a.Region))
	return list.Err()
}

// validateInjection checks a service that stands in a subnet.
func (a *ServiceArgs) validateInjection(list *faults.List) {
	if a.StandsIn == nil {
		if a.Internal {
			list.Add("internal", "true leaves nobody to call the gateways").About(true).Remedy("give standsIn, too")
		}
		return
	}
	if len(a.Networks) > 0 || a.LeavesBy != nil {
		list.Add("standsIn", "goes neither with networks nor with leavesBy; give one of the three")
	}
	if len(a.Options.Regions) > 0 {
		list.Add("standsIn", "is a subnet of one region, and options.regions names more; give networks")
	}
	switch known, found := azure.FindAPIMSKU(a.Options.SKU); {
	case found && !known.Injects:
		list.Add("standsIn", "needs sku %s; %s stands in no subnet", azure.WithInjection(), a.Options.SKU)
	case found && known.Generation == azure.V2 && !a.Internal:
		list.Add("internal", "has to be true for %s, which stands in a subnet for calls from within its network alone", a.Options.SKU)
	}
}

// regions are all regions of the service, by Azure's names.
func (a *ServiceArgs) regions() []string {
	names := []string{arm.NormalRegion(a.Region)}
	for _, region := range a.Options.Regions {
		names = append(names, arm.NormalRegion(region.Location))
	}
	return names
}

// Service is an API Management service.
type Service struct {
	pulumi.ResourceState

	// ID is the service's resource id, Name its name.
	ID   pulumi.StringOutput `pulumi:"serviceId"`
	Name pulumi.StringOutput `pulumi:"serviceName"`
	// GatewayURL is where it answers, such as https://contoso.azure-api.net.
	GatewayURL pulumi.StringOutput `pulumi:"gatewayUrl"`
	// HostName is the service's own. PrivateAddress is what it leads to within the network of an
	// internal service; not set for others.
	HostName, PrivateAddress pulumi.StringOutput
	// Gateways are the hosts of the regions whose gateway is on, the service's own region
	// first.
	Gateways []RegionalGateway
	// Domains are the host names of yours, beside Azure's own in GatewayURL, to which their CNAME
	// records have to lead.
	Domains []ServiceDomain
	// PrincipalID is the object id of its identity: what roles are granted to.
	PrincipalID pulumi.StringOutput `pulumi:"principalId"`

	// identityName is how loggers name the identity: SystemAssigned or a client id.
	identityName pulumi.StringInput
	userAssigned bool
	sku          string
	group        pulumi.StringInput
	resource     pulumi.Resource
}

// identity is which kind the service has, in the words of Options.Identity.
func (s *Service) identity() string {
	if s.userAssigned {
		return UserAssigned
	}
	return SystemAssigned
}

// RegionalGateway is the gateway of one region.
type RegionalGateway struct {
	// Region is Azure's name of the region, such as westeurope.
	Region string
	// HostName is where it answers, whatever other regions do.
	HostName pulumi.StringOutput
}

// activation is how long Azure may take. Source: API Management's page on
// activation (30 to 90 minutes), and reports of longer updates.
var activation = &pulumi.CustomTimeouts{Create: "3h", Update: "3h", Delete: "3h"}

// NewService makes a service with a managed identity. Where the SKU lets it be said, old
// TLS versions and weak ciphers are off, and so is the gateway's access to closed Azure
// services as a trusted service.
func NewService(ctx *pulumi.Context, name string, args *ServiceArgs, opts ...pulumi.ResourceOption) (*Service, error) {
	component := &Service{}
	if err := register.Component(ctx, register.Kind{Token: "aoai-gateway:apim:Service", Noun: "API Management service"}, name, args, component, opts); err != nil {
		return nil, err
	}
	options := args.Options
	properties := &apimanagement.ApiManagementServiceArgs{
		ServiceName:       args.ServiceName,
		ResourceGroupName: args.ResourceGroupName,
		Location:          pulumi.String(arm.NormalRegion(args.Region)),
		Sku:               &apimanagement.ApiManagementServiceSkuPropertiesArgs{Name: pulumi.String(options.SKU), Capacity: pulumi.Int(options.Units)},
		PublisherName:     pulumi.String(options.Publisher.Name),
		PublisherEmail:    pulumi.String(options.Publisher.Email),
		Identity:          serviceIdentity(args.Identity, args.CertificateReader),
		Tags:              args.Tags,
	}
	if len(options.Zones) > 0 {
		properties.Zones = pulumi.ToStringArray(options.Zones)
	}
	if len(options.Regions) > 0 {
		properties.AdditionalLocations = additionalLocations(options, args.Networks)
		properties.DisableGateway = pulumi.Bool(options.GatewayOff)
	}
	if own := args.Networks[arm.NormalRegion(args.Region)]; own != nil {
		properties.VirtualNetworkType = pulumi.String("External")
		properties.VirtualNetworkConfiguration = &apimanagement.VirtualNetworkConfigurationArgs{SubnetResourceId: own.SubnetID}
		properties.PublicIpAddressId = own.AddressID
	}
	if args.LeavesBy != nil {
		// A v2 service calls its outbound integration External, too.
		properties.VirtualNetworkType = pulumi.String("External")
		properties.VirtualNetworkConfiguration = &apimanagement.VirtualNetworkConfigurationArgs{SubnetResourceId: args.LeavesBy}
	}
	if args.StandsIn != nil {
		properties.VirtualNetworkType = pulumi.String("External")
		if args.Internal {
			properties.VirtualNetworkType = pulumi.String("Internal")
		}
		properties.VirtualNetworkConfiguration = &apimanagement.VirtualNetworkConfigurationArgs{SubnetResourceId: args.StandsIn}
	}
	domains, err := options.serviceDomains()
	if err != nil {
		return nil, err
	}
	answersAt(domains, args.CertificateReader, properties)
	after := args.DependsOn
	if args.CertificateReader != nil {
		after = slices.Concat(after, args.CertificateReader.Grants)
	}
	if args.Closed {
		properties.PublicNetworkAccess = pulumi.String("Disabled")
	}
	if custom := customProperties(options.SKU); len(custom) > 0 {
		properties.CustomProperties = custom
	}
	if options.Restore {
		properties.Restore = pulumi.Bool(true)
	}
	var ignored []string
	if args.Linked {
		ignored = []string{"privateEndpointConnections"}
	}
	service, err := apimanagement.NewApiManagementService(ctx, name, properties,
		pulumi.Parent(component),
		pulumi.IgnoreChanges(ignored),
		pulumi.DependsOn(after),
		pulumi.Timeouts(activation),
		// A service that has to be replaced bears another name, because Azure holds the
		// old one: the old service answers until the new one does.
		pulumi.DeleteBeforeReplace(false),
	)
	if err != nil {
		return nil, fmt.Errorf("API Management service %s: %w", name, err)
	}
	component.ID, component.Name = service.ID().ToStringOutput(), service.Name
	component.GatewayURL, component.Domains = service.GatewayUrl, domains
	component.HostName = args.ServiceName.ToStringOutput().ApplyT(azure.GatewayHost).(pulumi.StringOutput)
	deployed := args.foresee(ctx, component)
	if args.Internal {
		component.PrivateAddress = args.foreseeable(ctx, deployed, privateAddress(service), func(f foreseen) string { return f.privateAddress })
	}
	component.Gateways = regionalGateways(service, options, args.Region)
	for i, gateway := range component.Gateways {
		component.Gateways[i].HostName = args.foreseeable(ctx, deployed, gateway.HostName, func(f foreseen) string { return f.hosts[gateway.Region] })
	}
	component.sku, component.group, component.resource = options.SKU, args.ResourceGroupName, service
	if args.Identity != nil {
		component.PrincipalID, component.identityName, component.userAssigned = args.Identity.PrincipalID, args.Identity.ClientID, true
	} else {
		own := service.Identity.Elem().PrincipalId()
		component.PrincipalID = args.foreseeable(ctx, deployed, own, func(f foreseen) string { return f.principalID })
		component.identityName = pulumi.String("SystemAssigned")
	}
	return component, ctx.RegisterResourceOutputs(component, pulumi.Map{
		"serviceId": component.ID, "serviceName": component.Name, "gatewayUrl": component.GatewayURL, "principalId": component.PrincipalID,
	})
}

// privateAddress is that of an internal service's load balancer.
func privateAddress(service *apimanagement.ApiManagementService) pulumi.StringOutput {
	return service.PrivateIPAddresses.ApplyT(func(addresses []string) (string, error) {
		if len(addresses) == 0 {
			return "", errors.New("the internal service tells no private address")
		}
		return addresses[0], nil
	}).(pulumi.StringOutput)
}

// below are the options of what lies in the service. It goes with the service, and
// is not deleted piece by piece when that goes or is replaced.
func (s *Service) below(parent pulumi.Resource, more ...pulumi.ResourceOption) []pulumi.ResourceOption {
	return append([]pulumi.ResourceOption{
		pulumi.Parent(parent), pulumi.DeletedWith(s.resource), pulumi.DeleteBeforeReplace(false),
	}, more...)
}

// serviceIdentity is the service's own identity or a user-assigned one, and the one that reads
// certificates.
func serviceIdentity(identity *Identity, reader *CertificateReader) apimanagement.ApiManagementServiceIdentityPtrInput {
	var assigned pulumi.StringArray
	kind := "SystemAssigned"
	if identity != nil {
		kind, assigned = "UserAssigned", append(assigned, identity.ID)
	}
	if reader != nil {
		assigned = append(assigned, reader.ID)
	}
	if identity == nil && reader != nil {
		kind = "SystemAssigned, UserAssigned"
	}
	made := &apimanagement.ApiManagementServiceIdentityArgs{Type: pulumi.String(kind)}
	if len(assigned) > 0 {
		made.UserAssignedIdentities = assigned.ToStringArrayOutput().ApplyT(func(ids []string) map[string]apimanagement.UserIdentityProperties {
			all := map[string]apimanagement.UserIdentityProperties{}
			for _, id := range ids {
				all[id] = apimanagement.UserIdentityProperties{}
			}
			return all
		}).(apimanagement.UserIdentityPropertiesMapOutput)
	}
	return made
}

// customProperties are all that a service of the SKU gets. They are written together: what
// a request leaves out goes back to its default (the service's REST reference).
func customProperties(sku string) pulumi.StringMap {
	custom := pulumi.StringMap{}
	if offeredBy(sku).Protocols {
		for _, setting := range oldProtocols {
			custom[azure.GatewayProperty+"Security."+setting] = pulumi.String("False")
		}
	}
	if offeredBy(sku).Distrust {
		// Microsoft retired this access in March 2026, and asks owners to switch it off:
		// policies reach closed services by private link or by network rules. Source: API
		// Management's page on the retirement, of 2026-01-15.
		custom[azure.GatewayProperty+"ManagedIdentity.DisableOverPrivilegedAccess"] = pulumi.String("True")
	}
	return custom
}

// oldProtocols are what the service's REST reference (customProperties) has a name for:
// TLS before 1.2 towards callers and backends, 3DES, and the ciphers with CBC or without
// forward secrecy. TLS_RSA_WITH_AES_256_GCM_SHA384 has no name there and stays.
var oldProtocols = strings.Fields(`
	Protocols.Tls10 Protocols.Tls11 Protocols.Ssl30
	Backend.Protocols.Tls10 Backend.Protocols.Tls11 Backend.Protocols.Ssl30
	Ciphers.TripleDes168
	Ciphers.TLS_ECDHE_ECDSA_WITH_AES_256_CBC_SHA Ciphers.TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA
	Ciphers.TLS_ECDHE_RSA_WITH_AES_256_CBC_SHA Ciphers.TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA
	Ciphers.TLS_RSA_WITH_AES_128_GCM_SHA256
	Ciphers.TLS_RSA_WITH_AES_256_CBC_SHA256 Ciphers.TLS_RSA_WITH_AES_128_CBC_SHA256
	Ciphers.TLS_RSA_WITH_AES_256_CBC_SHA Ciphers.TLS_RSA_WITH_AES_128_CBC_SHA`)
