package azure

import (
	"fmt"
	"net/http"
	"net/netip"
	"slices"
	"strings"

	"github.com/aoai-gateway/aoai-gateway/internal/arm"
	facts "github.com/aoai-gateway/aoai-gateway/internal/azure"
)

// Private endpoints (Microsoft.Network, API version 2024-05-01): addresses in a subnet that
// lead to an account or a namespace of event hubs, and to nothing else.

const (
	privateEndpointType = "Microsoft.Network/privateEndpoints"
	accountType         = "Microsoft.CognitiveServices/accounts"
	namespaceType       = "Microsoft.EventHub/namespaces"
)

// linkTarget is what private endpoints lead to. Source of groups and names:
// https://learn.microsoft.com/azure/private-link/private-endpoint-overview
type linkTarget struct {
	// group is the one that a connection names.
	group string
	// hosts are the names that lead to an endpoint.
	hosts func(*Resource) []string
}

// linkTargets are what the sandbox models, by folded type.
var linkTargets = map[string]linkTarget{
	arm.Fold(accountType): {facts.AccountLinkGroup, func(r *Resource) []string {
		return facts.AccountHosts(text(r.Body, "kind"), strings.ToLower(text(r.Properties(), "customSubDomainName")))
	}},
	arm.Fold(namespaceType): {facts.EventHubLinkGroup, func(r *Resource) []string {
		return []string{facts.EventHubHost(strings.ToLower(lastSegment(r.ID)))}
	}},
}

func completePrivateEndpoint(p *put) error {
	if err := p.networked(); err != nil {
		return err
	}
	properties := p.properties()
	delete(properties, "resourceGuid") // it has none
	if list, _ := properties["manualPrivateLinkServiceConnections"].([]any); len(list) > 0 {
		return refuse(http.StatusBadRequest, "NotModelled",
			"The sandbox does not model manualPrivateLinkServiceConnections, which wait for an approval; give privateLinkServiceConnections on %s.", p.id.Name())
	}
	list, _ := properties["privateLinkServiceConnections"].([]any)
	if len(list) != 1 {
		return refuse(http.StatusBadRequest, "InvalidRequestFormat", "The private endpoint %s must have one privateLinkServiceConnection; it has %d.", p.id.Name(), len(list))
	}
	connection, _ := list[0].(map[string]any)
	account, err := p.linked(object(connection, "properties"))
	if err != nil {
		return err
	}
	connection["id"] = p.id.String() + "/privateLinkServiceConnections/" + text(connection, "name")
	connection["etag"] = p.body["etag"]
	object(connection, "properties")["provisioningState"] = "Succeeded"
	object(connection, "properties")["privateLinkServiceConnectionState"] = p.endpointState()
	if err := p.unchanged("PrivateEndpointCannotBeUpdated", "Make another endpoint.", "properties", "subnet", "id"); err != nil {
		return err
	}
	if err := p.keepsTarget(account.ID); err != nil {
		return err
	}
	hosts := linkTargets[arm.Fold(account.Type)].hosts(account)
	addresses, err := p.endpointAddresses(text(object(properties, "subnet"), "id"), len(hosts))
	if err != nil {
		return err
	}
	configs := make([]any, len(hosts))
	for i, host := range hosts {
		configs[i] = map[string]any{"fqdn": host, "ipAddresses": []any{addresses[i]}}
	}
	properties["customDnsConfigs"] = configs
	defaults(properties, map[string]any{"manualPrivateLinkServiceConnections": []any{}, "ipConfigurations": []any{}, "customNetworkInterfaceName": ""})
	return nil
}

// linked is the account or namespace that a connection leads to. An account that is being made or changed,
// or whose deployments are, takes no endpoint: hashicorp/terraform-provider-azurerm#31712,
// Azure/bicep-registry-modules#5957. Group ids: Azure's page on private-link resources. The
// codes for a wrong group and for an account without a subdomain are guessed.
func (p *put) linked(connection map[string]any) (*Resource, error) {
	target := text(connection, "privateLinkServiceId")
	if err := p.refersTo("privateLinkServiceId", target); err != nil {
		return nil, err
	}
	account, err := p.tx.Get(target)
	if err != nil {
		return nil, err
	}
	if account == nil || linkTargets[arm.Fold(account.Type)].hosts == nil {
		return nil, refuse(http.StatusBadRequest, "NotModelled", "The sandbox models private endpoints of %s and %s only; %s is something else.", accountType, namespaceType, target)
	}
	groups, its := valuesAt(connection, []string{"groupIds"}), linkTargets[arm.Fold(account.Type)]
	if !slices.Equal(groups, []string{its.group}) {
		return nil, refuse(http.StatusBadRequest, "PrivateLinkServiceGroupIdInvalid",
			"The groupIds %v of %s are not valid for %s; the valid one is %s.", groups, p.id.Name(), account.Type, its.group)
	}
	if strings.EqualFold(account.Type, namespaceType) {
		return account, nil
	}
	if text(account.Properties(), "customSubDomainName") == "" {
		return nil, refuse(http.StatusBadRequest, "CustomSubDomainRequired", "The account %s has no custom subdomain, which a private endpoint needs.", target)
	}
	below, err := p.tx.Under(account.ID)
	if err != nil {
		return nil, err
	}
	for _, each := range append(below, account) {
		if each.Operation != nil && !p.planted {
			return nil, refuse(http.StatusBadRequest, "AccountProvisioningStateInvalid",
				"Call to Microsoft.CognitiveServices/accounts failed. Error message: Account %s in state Accepted", account.ID)
		}
	}
	return account, nil
}

// keepsTarget refuses to lead an endpoint elsewhere: azurerm makes another endpoint for that. The
// code is guessed.
func (p *put) keepsTarget(target string) error {
	for _, before := range valuesAt(p.oldProperties(), []string{"privateLinkServiceConnections", "properties", "privateLinkServiceId"}) {
		if !strings.EqualFold(before, target) {
			return refuse(http.StatusBadRequest, "PrivateEndpointCannotBeUpdated",
				"Property 'privateLinkServiceId' of %s is %s and cannot be changed to %s. Make another endpoint.", p.id, before, target)
		}
	}
	return nil
}

// endpointState is approved at once, as for who may approve; later it stays what the account's
// owner made of it, and disconnected once the account has gone. Source: Azure's page on managing
// private endpoints.
func (p *put) endpointState() any {
	list, _ := p.oldProperties()["privateLinkServiceConnections"].([]any)
	for _, each := range list {
		entry, _ := each.(map[string]any)
		inside, _ := entry["properties"].(map[string]any)
		if state, known := inside["privateLinkServiceConnectionState"].(map[string]any); known {
			return state
		}
	}
	return connectionState(connectionApproved, "Auto-Approved")
}

// azureKeeps is how many addresses at the start of a subnet are Azure's own; the last one is,
// too. Source: Azure's page on virtual networks (frequently asked questions).
const azureKeeps = 4

// endpointAddresses are the endpoint's addresses in its subnet: those that it has, or free
// ones. Sources: MicrosoftDocs/azure-docs#47048 (a delegated subnet), public reports of the
// codes SubnetIsFull and InvalidResourceReference; the code for a delegated subnet is guessed.
func (p *put) endpointAddresses(subnetID string, count int) ([]string, error) {
	asked := valuesAt(p.properties(), []string{"ipConfigurations", "properties", "privateIPAddress"})
	if had := valuesAt(p.oldProperties(), []string{"customDnsConfigs", "ipAddresses"}); len(had) == count && len(asked) == 0 {
		return had, nil
	}
	if err := p.refersToA("subnet", subnetID, subnetType); err != nil {
		return nil, err
	}
	subnet, err := p.tx.Get(subnetID)
	if err != nil {
		return nil, err
	}
	if err := p.inRegionOf(subnet); err != nil {
		return nil, err
	}
	if delegations, _ := subnet.Properties()["delegations"].([]any); len(delegations) > 0 {
		return nil, refuse(http.StatusBadRequest, "PrivateEndpointCreationNotAllowedAsSubnetIsDelegated",
			"Private endpoint %s cannot be created as subnet %s is delegated.", p.id, subnetID)
	}
	taken, err := p.takenIn(subnetID)
	if err != nil {
		return nil, err
	}
	if len(asked) > 0 {
		return p.staticAddresses(asked, count, subnet, taken)
	}
	free := freeAddresses(subnet, taken, count)
	if len(free) < count {
		return nil, refuse(http.StatusBadRequest, "SubnetIsFull", "Subnet %s does not have enough capacity for %d IP addresses.", subnet.ID, count)
	}
	return free, nil
}

// staticAddresses are those that the endpoint's configurations ask for, one for each host, in the
// order in which they are given. Source: the REST reference of private endpoints; the codes are
// those of network interfaces, from public reports.
func (p *put) staticAddresses(asked []string, count int, subnet *Resource, taken map[string]bool) ([]string, error) {
	if len(asked) != count {
		return nil, refuse(http.StatusBadRequest, "InvalidRequestFormat", "The private endpoint %s has %d ipConfigurations; its connection needs %d addresses.", p.id.Name(), len(asked), count)
	}
	for i, each := range asked {
		address, err := netip.ParseAddr(each)
		if err != nil {
			return nil, refuse(http.StatusBadRequest, "InvalidRequestFormat", "The address '%s' of %s is none.", each, p.id.Name())
		}
		switch {
		case !hasAddress(subnet, address):
			return nil, refuse(http.StatusBadRequest, "PrivateIPAddressNotInSubnet", "The address %s of %s is not one that the subnet %s gives.", address, p.id.Name(), subnet.ID)
		case taken[address.String()] || slices.Contains(asked[:i], each):
			return nil, refuse(http.StatusBadRequest, "PrivateIPAddressInUse", "IP configuration of %s is using the private IP address %s which is already allocated to another resource.", p.id, address)
		}
	}
	return asked, nil
}

// hasAddress reports whether a subnet gives an address to others than Azure.
func hasAddress(subnet *Resource, address netip.Addr) bool {
	for _, prefix := range prefixes(subnet.Properties(), "addressPrefix", "addressPrefixes") {
		first := prefix.Masked().Addr()
		for range azureKeeps {
			first = first.Next()
		}
		if prefix.Contains(address) && !address.Less(first) && prefix.Contains(address.Next()) {
			return true
		}
	}
	return false
}

// inRegionOf refuses an endpoint elsewhere than its network.
func (p *put) inRegionOf(subnet *Resource) error {
	network, err := p.tx.Get(parentOf(subnet.ID))
	if err != nil {
		return err
	}
	if network == nil || text(network.Body, "location") != text(p.body, "location") {
		return refuse(http.StatusBadRequest, "InvalidResourceReference",
			"Resource %s referenced by resource %s was not found. Make sure that the referenced resource exists, and that both resources are in the same region.",
			subnet.ID, p.id)
	}
	return nil
}

// disconnect leaves the endpoints of accounts and namespaces that go without a connection: a new account of
// the same name needs new endpoints. Source: Azure's page on managing private endpoints.
func disconnect(tx *Tx, doomed []*Resource) error {
	for _, account := range doomed {
		if linkTargets[arm.Fold(account.Type)].hosts == nil {
			continue
		}
		endpoints, err := endpointsOf(tx, account.ID)
		if err != nil {
			return err
		}
		for _, endpoint := range endpoints {
			if err := tx.setConnection(endpoint, connectionState(connectionDisconnected, "Deleted state")); err != nil {
				return err
			}
		}
	}
	return nil
}

// endpointsOf are the private endpoints that lead to a resource.
func endpointsOf(tx *Tx, id string) ([]*Resource, error) {
	return tx.WithValue(privateEndpointType, "", id)
}

// checkIntegration holds the subnet of a v2 service to what its outbound integration needs.
// Source of both messages: deployment logs of a public sample (coolgalsandiego/ai-course,
// 361_apim_genai_openai_frontdoor); size: https://learn.microsoft.com/azure/api-management/integrate-vnet-outbound
func (p serviceWrite) checkIntegration(subnet *Resource, networkType string) error {
	sku := text(object(p.body, "sku"), "name")
	known, _ := facts.FindAPIMSKU(sku)
	switch {
	case !known.Integrates:
		return refuse(http.StatusBadRequest, "InvalidParameters", "A virtual network is not supported for Sku Type '%s'.", sku)
	case networkType == internalNetwork && known.Injects:
		return p.checkInjectionV2(subnet)
	case networkType != "External":
		return refuse(http.StatusBadRequest, "InvalidParameters", "Setting up '%s' Virtual Network Type is not supported for Sku Type '%s'.", networkType, sku)
	}
	if !slices.ContainsFunc(delegations(subnet), func(name string) bool { return strings.EqualFold(name, facts.IntegrationDelegation) }) {
		return refuse(http.StatusBadRequest, "InvalidParameters",
			"API Management service V2 outbound Virtual Network integration with SubnetId `%s` requires subnet to be delegated to %s. Please refer to https://aka.ms/apim-vnet-outbound for more details.",
			subnet.ID, facts.IntegrationDelegation)
	}
	return p.ownSubnet(subnet)
}

// zoneOf is the private zone in which a public host is looked up from within networks, and the
// name of its record there. Source: Azure's page on the DNS zones of private endpoints.
func zoneOf(host string) (zone, record string, err error) {
	record, domain, ok := strings.Cut(host, ".")
	if _, isAddress := netip.ParseAddr(host); !ok || isAddress == nil {
		return "", "", fmt.Errorf("%q is no host name", host)
	}
	return facts.PrivateZone(domain), record, nil
}

// uniqueZoneGroup: an endpoint has one zone group. Source: Azure's page on private endpoints'
// DNS; the code is guessed.
func (p *put) uniqueZoneGroup(endpoint arm.ID) error {
	below, err := p.tx.Under(endpoint.String())
	if err != nil {
		return err
	}
	for _, other := range below {
		if strings.EqualFold(other.Type, p.id.Type()) && !strings.EqualFold(other.ID, p.id.String()) {
			return refuse(http.StatusBadRequest, "PrivateDnsZoneGroupLimitReached", "The private endpoint %s has the zone group %s already.", endpoint.Name(), lastSegment(other.ID))
		}
	}
	return nil
}
