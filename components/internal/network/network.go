// Package network makes virtual networks, public addresses and what protects them, for
// the components that stand in a network of their own.
//
// Its resources are registered by their tokens: the SDK has them in a package of 162,000
// lines, which would add more than a minute and 4 GB to every build. The contract check
// holds what is registered here to Azure's own rules at preview.
package network

import (
	"fmt"
	"slices"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/aoai-gateway/aoai-gateway/internal/azure"
)

// Token is the Pulumi type of a resource of Microsoft.Network.
func Token(name string) string { return "azure-native:network/v20240501:" + name }

// Place is what all resources here have in common.
type Place struct {
	ResourceGroupName pulumi.StringInput
	// Region is Azure's name of it, such as westeurope.
	Region string
	Tags   pulumi.StringMapInput
}

func (p Place) with(properties pulumi.Map) pulumi.Map {
	properties["resourceGroupName"] = p.ResourceGroupName
	properties["location"] = pulumi.String(p.Region)
	if p.Tags != nil {
		properties["tags"] = p.Tags
	}
	return properties
}

// Resource is one that has nothing but its id.
type Resource struct{ pulumi.CustomResourceState }

// PublicAddress is a public IP address that stays.
type PublicAddress struct {
	pulumi.CustomResourceState

	// IPAddress is the address itself.
	IPAddress pulumi.StringOutput `pulumi:"ipAddress"`
	// DNSSettings hold the name by which it is found.
	DNSSettings pulumi.StringMapOutput `pulumi:"dnsSettings"`
}

// HostName is the address's full name, such as contoso.westeurope.cloudapp.azure.com.
func (a *PublicAddress) HostName() pulumi.StringOutput {
	return a.DNSSettings.MapIndex(pulumi.String("fqdn"))
}

// NewPublicAddress makes a static address of the Standard SKU, which comes from several
// zones where zones are given. Label is the first part of its name, unique in the region.
func NewPublicAddress(
	ctx *pulumi.Context, name string, place Place, addressName, label pulumi.StringInput, zones []string, opts ...pulumi.ResourceOption,
) (*PublicAddress, error) {
	properties := place.with(pulumi.Map{
		"publicIpAddressName":      addressName,
		"sku":                      pulumi.Map{"name": pulumi.String(azure.StandardAddress), "tier": pulumi.String("Regional")},
		"publicIPAllocationMethod": pulumi.String("Static"),
		"publicIPAddressVersion":   pulumi.String("IPv4"),
		"dnsSettings":              pulumi.Map{"domainNameLabel": label},
	})
	if len(zones) > 0 {
		properties["zones"] = pulumi.ToStringArray(zones)
	}
	address := &PublicAddress{}
	if err := ctx.RegisterResource(Token("PublicIPAddress"), name, properties, address, first(opts)...); err != nil {
		return nil, fmt.Errorf("public address %s: %w", name, err)
	}
	return address, nil
}

// Subnet describes a virtual network with one subnet, which takes all of it.
type Subnet struct {
	NetworkName pulumi.StringInput
	// Range is the address range in CIDR form, such as 10.60.0.0/24.
	Range string
	// SecurityGroupID is the id of what guards the subnet; nil for nothing.
	SecurityGroupID pulumi.StringInput
	// Delegation is the resource type that has the subnet to itself; "" for none.
	Delegation string
}

// NewSubnet makes a virtual network and its subnet, and returns the latter. The subnet is
// a resource of its own: Azure keeps subnets that a network leaves out. Each tells of
// others, which are no changes of its own: the network of its subnets
// (pulumi-azure-native#611), the subnet of the gateway that stands in it.
func NewSubnet(ctx *pulumi.Context, name string, place Place, subnet Subnet, opts ...pulumi.ResourceOption) (*Resource, error) {
	network := &Resource{}
	err := ctx.RegisterResource(Token("VirtualNetwork"), name, place.with(pulumi.Map{
		"virtualNetworkName": subnet.NetworkName,
		"addressSpace":       pulumi.Map{"addressPrefixes": pulumi.ToStringArray([]string{subnet.Range})},
	}), network, append(first(opts), pulumi.IgnoreChanges([]string{"subnets"}))...)
	if err != nil {
		return nil, fmt.Errorf("virtual network %s: %w", name, err)
	}
	properties := pulumi.Map{
		"resourceGroupName":  place.ResourceGroupName,
		"virtualNetworkName": subnet.NetworkName,
		"subnetName":         pulumi.String("gateway"),
		"name":               pulumi.String("gateway"),
		"addressPrefix":      pulumi.String(subnet.Range),
	}
	if subnet.SecurityGroupID != nil {
		properties["networkSecurityGroup"] = pulumi.Map{"id": subnet.SecurityGroupID}
	}
	if subnet.Delegation != "" {
		properties["delegations"] = pulumi.Array{pulumi.Map{"name": pulumi.String("gateway"), "serviceName": pulumi.String(subnet.Delegation)}}
	}
	made := &Resource{}
	err = ctx.RegisterResource(Token("Subnet"), name, properties, made, append(first(opts),
		pulumi.DependsOn([]pulumi.Resource{network}), pulumi.IgnoreChanges([]string{"applicationGatewayIPConfigurations"}))...)
	if err != nil {
		return nil, fmt.Errorf("subnet %s: %w", name, err)
	}
	return made, nil
}

// first are the options of what is there before that which it replaces goes: who stands
// in it has to move first. Names differ then.
func first(opts []pulumi.ResourceOption) []pulumi.ResourceOption {
	return append(slices.Clone(opts), pulumi.DeleteBeforeReplace(false))
}

// Rule lets TCP connections through, or keeps them out; what no rule lets in stays out.
type Rule struct {
	Name string
	// Outbound is for connections to the outside; Deny keeps them out.
	Outbound, Deny bool
	// Source and Destination are service tags, such as AzureFrontDoor.Backend, or ranges.
	Source, Destination string
	Ports               []string
}

func (r Rule) properties(priority int) pulumi.Map {
	direction, access := "Inbound", "Allow"
	if r.Outbound {
		direction = "Outbound"
	}
	if r.Deny {
		access = "Deny"
	}
	properties := pulumi.Map{
		"name": pulumi.String(r.Name), "priority": pulumi.Int(priority), "direction": pulumi.String(direction), "access": pulumi.String(access),
		"protocol": pulumi.String("Tcp"), "sourceAddressPrefix": pulumi.String(r.Source), "sourcePortRange": pulumi.String("*"),
		"destinationAddressPrefix": pulumi.String(r.Destination),
	}
	if len(r.Ports) == 1 {
		properties["destinationPortRange"] = pulumi.String(r.Ports[0])
	} else {
		properties["destinationPortRanges"] = pulumi.ToStringArray(r.Ports)
	}
	return properties
}

// NewSecurityGroup makes a group of rules; the first rule comes first. Azure's own default rules
// shut out the internet behind them.
func NewSecurityGroup(
	ctx *pulumi.Context, name string, place Place, groupName pulumi.StringInput, rules []Rule, opts ...pulumi.ResourceOption,
) (*Resource, error) {
	list := pulumi.Array{}
	for i, rule := range rules {
		list = append(list, rule.properties(100+10*i))
	}
	group := &Resource{}
	err := ctx.RegisterResource(Token("NetworkSecurityGroup"), name, place.with(pulumi.Map{
		"networkSecurityGroupName": groupName, "securityRules": list,
	}), group, first(opts)...)
	if err != nil {
		return nil, fmt.Errorf("network security group %s: %w", name, err)
	}
	return group, nil
}
