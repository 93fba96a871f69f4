package azure

import (
	"net/http"
	"net/netip"
	"slices"
	"strings"

	"github.com/aoai-gateway/aoai-gateway/internal/arm"
	facts "github.com/aoai-gateway/aoai-gateway/internal/azure"
)

// Services of API Management that stand in a subnet as a whole. Sources:
// https://learn.microsoft.com/azure/api-management/virtual-network-injection-resources (classic),
// https://learn.microsoft.com/azure/api-management/inject-vnet-v2 (PremiumV2).

const (
	internalNetwork = "Internal"
	noNetwork       = "None"
)

// needsSubnet refuses a service in a network that is not named. The code is guessed.
func (p serviceWrite) needsSubnet(location map[string]any, region string) error {
	kind := text(p.properties(), "virtualNetworkType")
	if _, given := location["virtualNetworkConfiguration"].(map[string]any); given || kind == noNetwork {
		return nil
	}
	return refuse(http.StatusBadRequest, "InvalidParameters",
		"The virtual network type of service %s is '%s', and it has no virtualNetworkConfiguration in %s.", p.id.Name(), kind, region)
}

// checkInjection holds the subnet of a classic service to what it needs; codes but that of a SKU
// without networks are guessed. That a delegated subnet fails: MicrosoftDocs/azure-docs#109182.
func (p serviceWrite) checkInjection(subnet *Resource, location map[string]any) error {
	sku := text(object(p.body, "sku"), "name")
	if known, _ := facts.FindAPIMSKU(sku); !known.Injects {
		return refuse(http.StatusBadRequest, "InvalidParameters", "A virtual network is not supported for Sku Type '%s'.", sku)
	}
	if delegated := delegations(subnet); len(delegated) > 0 {
		return refuse(http.StatusBadRequest, "InvalidParameters",
			"The subnet %s is delegated to %s; API Management of sku %s needs a subnet without delegations.", subnet.ID, strings.Join(delegated, ", "), sku)
	}
	return p.hasRoom(subnet, location)
}

// checkInjectionV2 holds the subnet of a PremiumV2 service to what it needs. Source of the code
// for a wrong delegation: Azure/terraform-azurerm-avm-ptn-aiml-landing-zone#93; of a subnet's other
// users and size, and of a service that is there already, they are guessed.
func (p serviceWrite) checkInjectionV2(subnet *Resource) error {
	delegated := delegations(subnet)
	if !slices.ContainsFunc(delegated, func(name string) bool { return strings.EqualFold(name, facts.InjectionDelegation) }) {
		return refuse(http.StatusBadRequest, "VirtualNetworkSubnetHasIncorrectDelegation",
			"The subnet %s of service %s has to be delegated to %s.", subnet.ID, p.id.Name(), facts.InjectionDelegation)
	}
	if err := p.ownSubnet(subnet); err != nil {
		return err
	}
	return p.hasRoom(subnet, p.body)
}

// staysInjected refuses to take a v2 service into a network, or out of one.
func (p serviceWrite) staysInjected() error {
	before, after := text(p.oldProperties(), "virtualNetworkType"), text(p.properties(), "virtualNetworkType")
	v2 := facts.GenerationOf(text(object(p.body, "sku"), "name")) == facts.V2
	if p.old == nil || !v2 || before == after || before != internalNetwork && after != internalNetwork {
		return nil
	}
	return refuse(http.StatusBadRequest, "InvalidParameters",
		"The virtual network type of service %s cannot go from '%s' to '%s': a v2 service is injected into a network when it is made. Make another service.", p.id.Name(), before, after)
}

// ownSubnet refuses a subnet that anybody else uses.
func (p serviceWrite) ownSubnet(subnet *Resource) error {
	users, err := p.usedBy(subnet.ID)
	if err != nil {
		return err
	}
	for _, user := range users {
		if !strings.EqualFold(user.ID, p.id.String()) {
			return refuse(http.StatusBadRequest, "InvalidParameters", "The subnet %s is used by %s; the service needs a subnet of its own.", subnet.ID, user.ID)
		}
	}
	for _, prefix := range prefixes(subnet.Properties(), "addressPrefix", "addressPrefixes") {
		if prefix.Bits() > facts.IntegrationBits {
			return refuse(http.StatusBadRequest, "InvalidParameters", "The subnet %s is a /%d; the service needs a /%d or larger.", subnet.ID, prefix.Bits(), facts.IntegrationBits)
		}
	}
	return nil
}

// hasRoom refuses a subnet without an address for each instance.
func (p serviceWrite) hasRoom(subnet *Resource, location map[string]any) error {
	sku := object(location, "sku")
	units, _ := sku["capacity"].(float64)
	need := facts.InjectionAddresses(text(object(p.body, "sku"), "name"), int(units), p.isInternal())
	free := 0
	for _, prefix := range prefixes(subnet.Properties(), "addressPrefix", "addressPrefixes") {
		free += facts.FreeAddresses(prefix)
	}
	if free < need {
		return refuse(http.StatusBadRequest, "InvalidParameters", "The subnet %s has %d addresses; the service %s needs %d.", subnet.ID, free, p.id.Name(), need)
	}
	return nil
}

func (p serviceWrite) isInternal() bool {
	return text(p.properties(), "virtualNetworkType") == internalNetwork
}

// privateAddress gives a region of an internal service the address of its load balancer; it
// stays while the service stays in the subnet.
func (p serviceWrite) privateAddress(location, before map[string]any, subnet *Resource) error {
	delete(location, "privateIPAddresses") // Azure decides it
	if !p.isInternal() {
		return nil
	}
	had := valuesAt(before, []string{"virtualNetworkConfiguration", "subnetResourceId"})
	if kept, there := before["privateIPAddresses"].([]any); there && len(had) == 1 && strings.EqualFold(had[0], subnet.ID) {
		location["privateIPAddresses"] = kept
		return nil
	}
	taken, err := p.takenIn(subnet.ID)
	if err != nil {
		return err
	}
	free := freeAddresses(subnet, taken, 1)
	if len(free) == 0 {
		return refuse(http.StatusBadRequest, "SubnetIsFull", "Subnet %s does not have enough capacity for %d IP addresses.", subnet.ID, 1)
	}
	location["privateIPAddresses"] = []any{free[0]}
	return nil
}

// takenIn are the addresses of a subnet that others than this resource have.
func (p *put) takenIn(subnetID string) (map[string]bool, error) {
	neighbours, err := p.usedBy(subnetID)
	if err != nil {
		return nil, err
	}
	taken := map[string]bool{}
	for _, other := range neighbours {
		if strings.EqualFold(other.ID, p.id.String()) {
			continue
		}
		for _, path := range [][]string{{"customDnsConfigs", "ipAddresses"}, {"privateIPAddresses"}, {"additionalLocations", "privateIPAddresses"}} {
			for _, address := range valuesAt(other.Properties(), path) {
				taken[address] = true
			}
		}
	}
	return taken, nil
}

// freeAddresses are the first addresses of a subnet that nobody has.
func freeAddresses(subnet *Resource, taken map[string]bool, count int) []string {
	var free []string
	for _, prefix := range prefixes(subnet.Properties(), "addressPrefix", "addressPrefixes") {
		at := prefix.Masked().Addr()
		for range azureKeeps {
			at = at.Next()
		}
		for ; len(free) < count && prefix.Contains(at.Next()); at = at.Next() {
			if !taken[at.String()] {
				free = append(free, at.String())
			}
		}
	}
	return free
}

// delegations are the types that a subnet is delegated to.
func delegations(subnet *Resource) []string {
	return valuesAt(subnet.Properties(), []string{"delegations", "properties", "serviceName"})
}

// managementPort is the one by which API Management's control plane reaches a classic service
// that stands in a network.
const managementPort = 3443

// managementReaches refuses what lies in a classic service whose subnet lets its control plane
// not in. Sources of status, code and message: Azure/apiops#497,
// Azure/azure-rest-api-specs#10289; of the rule:
// https://learn.microsoft.com/azure/api-management/virtual-network-reference
func (p *put) managementReaches() error {
	if p.planted || !strings.EqualFold(p.id.Namespace, "Microsoft.ApiManagement") || len(p.id.Types) < 2 {
		return nil
	}
	service, err := p.tx.Get(apimService(p.id).String())
	if err != nil || service == nil {
		return err
	}
	sku, _ := service.Body["sku"].(map[string]any)
	subnets := valuesAt(service.Properties(), []string{"virtualNetworkConfiguration", "subnetResourceId"})
	if len(subnets) == 0 || facts.GenerationOf(text(sku, "name")) != facts.Classic {
		return nil
	}
	subnet, err := p.tx.Get(subnets[0])
	if err != nil || subnet == nil {
		return err
	}
	for _, id := range valuesAt(subnet.Properties(), []string{"networkSecurityGroup", "id"}) {
		group, err := p.tx.Get(id)
		if err != nil || group == nil || letsIn(group, "ApiManagement", managementPort) {
			return err
		}
	}
	return refuse(http.StatusUnprocessableEntity, "ManagementApiRequestFailed",
		"Failed to connect to management endpoint %s.management.%s:%d for a service deployed in a Virtual Network. Make sure to follow guidance at https://aka.ms/apim-vnet-common-issues for Inbound connectivity to Management endpoint.",
		strings.ToLower(lastSegment(service.ID)), facts.GatewayDomain, managementPort)
}

// securityRules are the rules of a group for connections from outside, the first to be asked first.
func securityRules(group *Resource) []map[string]any {
	var rules []map[string]any
	for _, list := range []string{"securityRules", "defaultSecurityRules"} {
		entries, _ := group.Properties()[list].([]any)
		for _, each := range entries {
			entry, _ := each.(map[string]any)
			if rule, _ := entry["properties"].(map[string]any); text(rule, "direction") == "Inbound" {
				rules = append(rules, rule)
			}
		}
	}
	slices.SortStableFunc(rules, func(a, b map[string]any) int {
		first, _ := a["priority"].(float64)
		second, _ := b["priority"].(float64)
		return int(first - second)
	})
	return rules
}

// letsIn reports whether a group lets TCP connections of one of Azure's services in at a port.
func letsIn(group *Resource, tag string, port uint16) bool {
	for _, rule := range securityRules(group) {
		sources := append(valuesAt(rule, []string{"sourceAddressPrefixes"}), text(rule, "sourceAddressPrefix"))
		named := slices.ContainsFunc(sources, func(source string) bool {
			return source == "*" || slices.ContainsFunc([]string{tag, "AzureCloud", "Internet"}, func(known string) bool { return strings.EqualFold(source, known) })
		})
		protocol := text(rule, "protocol")
		ports := append(valuesAt(rule, []string{"destinationPortRanges"}), text(rule, "destinationPortRange"))
		if named && (protocol == "*" || strings.EqualFold(protocol, "Tcp")) && slices.ContainsFunc(ports, func(ports string) bool { return coversPort(ports, port) }) {
			return text(rule, "access") == "Allow"
		}
	}
	return false
}

// coversPort reports whether a port is in a range such as 3443, 3000-4000 or *.
func coversPort(ports string, port uint16) bool {
	low, high, isRange := strings.Cut(ports, "-")
	if !isRange {
		high = low
	}
	from, fromErr := netip.ParseAddrPort("0.0.0.0:" + low)
	to, toErr := netip.ParseAddrPort("0.0.0.0:" + high)
	return ports == "*" || fromErr == nil && toErr == nil && from.Port() <= port && port <= to.Port()
}

// networkOf is the id of the network that a subnet is in.
func networkOf(subnet arm.ID) string {
	network, _ := subnet.Parent()
	return network.String()
}
