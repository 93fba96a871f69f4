package network

import (
	"fmt"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

// zoneToken is the Pulumi type of a resource of private DNS, which has versions of its own.
func zoneToken(name string) string { return "azure-native:network/v20240601:" + name }

// NewNetwork makes a virtual network; its subnets come one after another, as Azure takes them.
func NewNetwork(ctx *pulumi.Context, name string, place Place, networkName pulumi.StringInput, addresses string, opts ...pulumi.ResourceOption) (*Resource, error) {
	made := &Resource{}
	err := ctx.RegisterResource(Token("VirtualNetwork"), name, place.with(pulumi.Map{
		"virtualNetworkName": networkName,
		"addressSpace":       pulumi.Map{"addressPrefixes": pulumi.ToStringArray([]string{addresses})},
	}), made, append(first(opts), pulumi.IgnoreChanges([]string{"subnets"}))...)
	if err != nil {
		return nil, fmt.Errorf("virtual network %s: %w", name, err)
	}
	return made, nil
}

// Part describes one subnet of a network.
type Part struct {
	// NetworkName is the network's, and Name the subnet's own.
	NetworkName pulumi.StringInput
	Name        string
	// Range is the address range in CIDR form.
	Range string
	// SecurityGroupID is the id of what guards the subnet; nil for nothing.
	SecurityGroupID pulumi.StringInput
	// Delegation is the resource type that has the subnet to itself; "" for none.
	Delegation string
	// Hosts says that an Application Gateway stands in the subnet, which tells of it.
	Hosts bool
	// After are the network, and subnets that come before this one.
	After []pulumi.Resource
}

// NewPart makes one subnet of a network.
func NewPart(ctx *pulumi.Context, name string, place Place, part Part, opts ...pulumi.ResourceOption) (*Resource, error) {
	properties := pulumi.Map{
		"resourceGroupName":  place.ResourceGroupName,
		"virtualNetworkName": part.NetworkName,
		"subnetName":         pulumi.String(part.Name),
		"name":               pulumi.String(part.Name),
		"addressPrefix":      pulumi.String(part.Range),
	}
	if part.SecurityGroupID != nil {
		properties["networkSecurityGroup"] = pulumi.Map{"id": part.SecurityGroupID}
	}
	if part.Delegation != "" {
		properties["delegations"] = pulumi.Array{pulumi.Map{"name": pulumi.String(part.Name), "serviceName": pulumi.String(part.Delegation)}}
	}
	opts = append(first(opts), pulumi.DependsOn(part.After))
	if part.Hosts {
		opts = append(opts, pulumi.IgnoreChanges([]string{"applicationGatewayIPConfigurations"}))
	}
	made := &Resource{}
	if err := ctx.RegisterResource(Token("Subnet"), name, properties, made, opts...); err != nil {
		return nil, fmt.Errorf("subnet %s: %w", name, err)
	}
	return made, nil
}

// NewZone makes a private DNS zone.
func NewZone(ctx *pulumi.Context, name string, place Place, zone pulumi.StringInput, opts ...pulumi.ResourceOption) (*Resource, error) {
	place.Region = "global"
	made := &Resource{}
	if err := ctx.RegisterResource(zoneToken("PrivateZone"), name, place.with(pulumi.Map{"privateZoneName": zone}), made, opts...); err != nil {
		return nil, fmt.Errorf("private DNS zone %s: %w", name, err)
	}
	return made, nil
}

// NewZoneLink lets a network look names up in a zone.
func NewZoneLink(
	ctx *pulumi.Context, name string, place Place, zone, linkName, networkID pulumi.StringInput, opts ...pulumi.ResourceOption,
) (*Resource, error) {
	place.Region = "global"
	made := &Resource{}
	err := ctx.RegisterResource(zoneToken("VirtualNetworkLink"), name, place.with(pulumi.Map{
		"privateZoneName": zone, "virtualNetworkLinkName": linkName,
		"virtualNetwork": pulumi.Map{"id": networkID}, "registrationEnabled": pulumi.Bool(false),
		// Who looks an account of others up, whose record is not in this zone, gets no public
		// address of it: a missing record shows at once.
		"resolutionPolicy": pulumi.String("Default"),
	}), made, append(opts,
		pulumi.ReplaceOnChanges([]string{"virtualNetwork.id"}), // Azure refuses to change it in place
		pulumi.DeleteBeforeReplace(true),
	)...)
	if err != nil {
		return nil, fmt.Errorf("link of the private DNS zone %s: %w", name, err)
	}
	return made, nil
}

// NewPrivateEndpoint makes an endpoint in a subnet that leads to one resource. The old one goes
// before a new one comes: both would write the same names.
func NewPrivateEndpoint(
	ctx *pulumi.Context, name string, place Place, endpointName, subnetID, targetID pulumi.StringInput, group string, opts ...pulumi.ResourceOption,
) (*Resource, error) {
	made := &Resource{}
	err := ctx.RegisterResource(Token("PrivateEndpoint"), name, place.with(pulumi.Map{
		"privateEndpointName": endpointName,
		"subnet":              pulumi.Map{"id": subnetID},
		"privateLinkServiceConnections": pulumi.Array{pulumi.Map{
			"name": pulumi.String(group), "privateLinkServiceId": targetID, "groupIds": pulumi.ToStringArray([]string{group}),
		}},
	}), made, append(opts,
		// Azure changes neither in place.
		pulumi.ReplaceOnChanges([]string{"subnet.id", "privateLinkServiceConnections[0].privateLinkServiceId"}),
		pulumi.DeleteBeforeReplace(true),
	)...)
	if err != nil {
		return nil, fmt.Errorf("private endpoint %s: %w", name, err)
	}
	return made, nil
}

// ZoneEntry is a zone that an endpoint writes its names into.
type ZoneEntry struct {
	// Name is that of the entry: letters, digits and hyphens.
	Name   string
	ZoneID pulumi.StringInput
}

// NewZoneGroup writes an endpoint's names into zones.
func NewZoneGroup(
	ctx *pulumi.Context, name string, place Place, endpointName pulumi.StringInput, zones []ZoneEntry, opts ...pulumi.ResourceOption,
) (*Resource, error) {
	configs := pulumi.Array{}
	for _, each := range zones {
		configs = append(configs, pulumi.Map{"name": pulumi.String(each.Name), "privateDnsZoneId": each.ZoneID})
	}
	made := &Resource{}
	err := ctx.RegisterResource(Token("PrivateDnsZoneGroup"), name, pulumi.Map{
		"resourceGroupName": place.ResourceGroupName, "privateEndpointName": endpointName,
		"privateDnsZoneGroupName": pulumi.String("default"), "name": pulumi.String("default"), "privateDnsZoneConfigs": configs,
	}, made, append(opts, pulumi.DeleteBeforeReplace(true))...)
	if err != nil {
		return nil, fmt.Errorf("zone group of the private endpoint %s: %w", name, err)
	}
	return made, nil
}

// recordSeconds are how long others keep an address that a zone tells. Application Gateway asks
// again after them.
const recordSeconds = 300

// NewOwnRecord writes the address that a zone's own name leads to.
func NewOwnRecord(ctx *pulumi.Context, name string, place Place, zone, address pulumi.StringInput, opts ...pulumi.ResourceOption) (*Resource, error) {
	made := &Resource{}
	err := ctx.RegisterResource(zoneToken("PrivateRecordSet"), name, pulumi.Map{
		"resourceGroupName": place.ResourceGroupName, "privateZoneName": zone, "recordType": pulumi.String("A"), "relativeRecordSetName": pulumi.String("@"),
		"ttl": pulumi.Int(recordSeconds), "aRecords": pulumi.Array{pulumi.Map{"ipv4Address": address}},
	}, made, append(opts, pulumi.DeleteBeforeReplace(true))...)
	if err != nil {
		return nil, fmt.Errorf("record of the private DNS zone %s: %w", name, err)
	}
	return made, nil
}
