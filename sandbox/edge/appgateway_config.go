package edge

import (
	"net/netip"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/aoai-gateway/aoai-gateway/internal/arm"
	"github.com/aoai-gateway/aoai-gateway/sandbox/azure"
)

// gatewayConfig is a gateway as it is deployed at one moment.
type gatewayConfig struct {
	host           string
	address        netip.Addr
	http, https    bool
	instances      int
	members        []string
	timeout        time.Duration
	probe          gatewayProbe
	wall           *firewall
	backendsByHTTP bool
}

type gatewayProbe struct {
	path              string
	interval, timeout time.Duration
	threshold         int
	codes             any
}

// readGateway reads the first rule of a gateway; others are not run here.
func readGateway(held *azure.Snapshot, id string) *gatewayConfig {
	resource := held.Get(id)
	if resource == nil {
		return nil
	}
	properties := resource.Properties()
	part := func(kind string, reference map[string]any) map[string]any {
		for _, each := range objects(properties, kind) {
			if arm.Fold(text(each, "id")) == arm.Fold(text(reference, "id")) {
				return object(each, "properties")
			}
		}
		return nil
	}
	c := &gatewayConfig{instances: max(1, number(object(properties, "autoscaleConfiguration"), "minCapacity", number(object(properties, "sku"), "capacity", 1)))}
	for _, frontend := range objects(properties, "frontendIPConfigurations") {
		address := held.Get(text(object(object(frontend, "properties"), "publicIPAddress"), "id"))
		if address != nil {
			c.host = text(object(address.Properties(), "dnsSettings"), "fqdn")
			c.address, _ = netip.ParseAddr(text(address.Properties(), "ipAddress"))
		}
	}
	for _, listener := range objects(properties, "httpListeners") {
		protocol := text(object(listener, "properties"), "protocol")
		c.http, c.https = c.http || protocol == "Http", c.https || protocol == "Https"
	}
	rules := objects(properties, "requestRoutingRules")
	if len(rules) == 0 {
		return c
	}
	rule := object(rules[0], "properties")
	for _, address := range objects(part("backendAddressPools", object(rule, "backendAddressPool")), "backendAddresses") {
		if fqdn := strings.ToLower(text(address, "fqdn")); fqdn != "" {
			c.members = append(c.members, fqdn)
		}
	}
	settings := part("backendHttpSettingsCollection", object(rule, "backendHttpSettings"))
	c.timeout = time.Duration(number(settings, "requestTimeout", 20)) * time.Second
	c.backendsByHTTP = text(settings, "protocol") == "Http"
	// The default probe asks for the root. Source: the page on health probes.
	c.probe = gatewayProbe{path: "/", interval: 30 * time.Second, timeout: 30 * time.Second, threshold: 3}
	if probe := part("probes", object(settings, "probe")); probe != nil {
		c.probe = gatewayProbe{
			text(probe, "path"), time.Duration(number(probe, "interval", 30)) * time.Second, time.Duration(number(probe, "timeout", 30)) * time.Second,
			number(probe, "unhealthyThreshold", 3), object(probe, "match")["statusCodes"],
		}
	}
	c.wall = readGatewayFirewall(held.Get(text(object(properties, "firewallPolicy"), "id")))
	return c
}

// goodStatus reports whether a status is among codes and ranges such as 200-399, the
// default.
func goodStatus(status int, codes any) bool {
	list, _ := codes.([]any)
	if len(list) == 0 {
		return status >= 200 && status <= 399
	}
	return slices.ContainsFunc(list, func(each any) bool {
		code, _ := each.(string)
		from, to, isRange := strings.Cut(code, "-")
		if !isRange {
			to = from
		}
		low, lowErr := strconv.Atoi(from)
		high, highErr := strconv.Atoi(to)
		return lowErr == nil && highErr == nil && low <= status && status <= high
	})
}
