package deployed

import (
	"net/netip"
	"strconv"
	"strings"
	"time"
)

// ApplicationGateway is one with its first rule; others are not run here.
type ApplicationGateway struct {
	// ID is the ARM id.
	ID, Name, Region string
	// Ready says that the gateway has been made.
	Ready bool
	// Host is the name of the public address, "" where it has none, and Address where the
	// gateway calls from.
	Host    string
	Address netip.Addr
	// Network is the id of the network that the gateway stands in, folded, and Inside where it
	// calls from within it.
	Network string
	Inside  netip.Addr
	// HTTP and HTTPS say by what the gateway listens.
	HTTP, HTTPS bool
	// Rule, Listener, Pool and Settings are the names of the rule that is run and of its parts.
	Rule, Listener, Pool, Settings string
	Instances                      int
	// Members are the hosts that requests go to, and MembersByHTTP how.
	Members       []string
	MembersByHTTP bool
	// Called is the name under which members get requests.
	Called CalledAs
	// Timeout is how long a member may take to begin its answer.
	Timeout time.Duration
	Probe   GatewayProbe
	// Firewall is nil where nothing is refused.
	Firewall *Firewall
	// LogCategories are the categories, and groups of them, that diagnostic settings keep, and
	// OwnTables says that they go to tables of their own.
	LogCategories []string
	OwnTables     bool
}

// GatewayProbe is how an Application Gateway asks a member whether it is well.
type GatewayProbe struct {
	Path              string
	Interval, Timeout time.Duration
	// Threshold is how many probes in a row have to fail.
	Threshold int
	// Healthy are the status codes of a member that is well.
	Healthy []Range
	// Called is the name under which members get probes.
	Called CalledAs
}

// CalledAs is the name by which an Application Gateway calls a member: the Host of its
// requests, and what the member's certificate is compared with. Sources: the pages on backend
// settings and on health probes; MicrosoftDocs/azure-docs#40941, #94687, #44425.
type CalledAs struct {
	// Member says that each member is called by its own name; Fixed is one name for all.
	Member bool
	Fixed  string
}

// Of is the name for one member; otherwise stands where the gateway has none of its own.
func (c CalledAs) Of(member, otherwise string) string {
	switch {
	case c.Member:
		return member
	case c.Fixed != "":
		return c.Fixed
	}
	return otherwise
}

func settingsName(settings object) CalledAs {
	return CalledAs{settings.flag("pickHostNameFromBackendAddress"), settings.text("hostName")}
}

// probeName is the name in a probe; a probe without one takes that of the settings.
func probeName(probe, settings object) CalledAs {
	if host := probe.text("host"); host != "" && !probe.flag("pickHostNameFromBackendHttpSettings") {
		return CalledAs{Fixed: host}
	}
	return settingsName(settings)
}

// Range of whole numbers, both ends included.
type Range struct{ Min, Max int }

// Has reports whether a number is in the range.
func (r Range) Has(n int) bool { return r.Min <= n && n <= r.Max }

const applicationGatewayType = "Microsoft.Network/applicationGateways"

func (r *reader) applicationGateways() []*ApplicationGateway {
	var found []*ApplicationGateway
	for _, each := range r.ofType(applicationGatewayType) {
		found = append(found, r.applicationGateway(each))
	}
	return found
}

func (r *reader) applicationGateway(of resource) *ApplicationGateway {
	properties := of.properties()
	g := &ApplicationGateway{
		ID: of.ID, Name: of.Name(), Region: of.body().text("location"), Ready: of.Ready(),
		Instances: max(1, properties.object("autoscaleConfiguration").number("minCapacity", properties.object("sku").number("capacity", 1))),
	}
	g.LogCategories = r.logCategories(of)
	for _, setting := range r.extensions(of, settingType) {
		g.OwnTables = g.OwnTables || setting.properties().text("logAnalyticsDestinationType") == "Dedicated"
	}
	for _, entry := range properties.objects("gatewayIPConfigurations") {
		g.Network, g.Inside = r.stand(entry.object("properties").id("subnet"))
	}
	for _, frontend := range properties.objects("frontendIPConfigurations") {
		if address, found := r.get(frontend.object("properties").id("publicIPAddress")); found {
			g.Host = address.properties().object("dnsSettings").text("fqdn")
			g.Address, _ = netip.ParseAddr(address.properties().text("ipAddress"))
		}
	}
	for _, listener := range properties.objects("httpListeners") {
		protocol := listener.object("properties").text("protocol")
		g.HTTP, g.HTTPS = g.HTTP || protocol == "Http", g.HTTPS || protocol == "Https"
	}
	if rules := properties.objects("requestRoutingRules"); len(rules) > 0 {
		g.Rule = rules[0].text("name")
		g.route(properties, rules[0].object("properties"))
		if policy, found := r.get(properties.id("firewallPolicy")); found {
			g.Firewall = gatewayFirewall(policy)
		}
	}
	return g
}

// route reads what a rule leads to, and how.
func (g *ApplicationGateway) route(properties, rule object) {
	part := func(kind, id string) object {
		for _, each := range properties.objects(kind) {
			if fold(each.text("id")) == fold(id) {
				return each.object("properties")
			}
		}
		return nil
	}
	for _, address := range part("backendAddressPools", rule.id("backendAddressPool")).objects("backendAddresses") {
		if fqdn := strings.ToLower(address.text("fqdn")); fqdn != "" {
			g.Members = append(g.Members, fqdn)
		}
	}
	g.Listener, g.Pool, g.Settings = lastSegment(rule.id("httpListener")), lastSegment(rule.id("backendAddressPool")), lastSegment(rule.id("backendHttpSettings"))
	settings := part("backendHttpSettingsCollection", rule.id("backendHttpSettings"))
	g.Timeout, g.MembersByHTTP = seconds(settings.number("requestTimeout", 20)), settings.text("protocol") == "Http"
	probe := part("probes", settings.id("probe"))
	g.Probe, g.Called = gatewayProbe(probe), settingsName(settings)
	g.Probe.Called = probeName(probe, settings)
}

// gatewayProbe is a probe; the default one, which asks for the root, where there is none.
// Source: the page on health probes.
func gatewayProbe(of object) GatewayProbe {
	p := GatewayProbe{
		Path: "/", Interval: seconds(of.number("interval", 30)), Timeout: seconds(of.number("timeout", 30)), Threshold: of.number("unhealthyThreshold", 3),
		Healthy: []Range{{200, 399}},
	}
	if of == nil {
		return p
	}
	p.Path = of.text("path")
	if codes := of.object("match").texts("statusCodes"); len(codes) > 0 {
		p.Healthy = nil
		for _, code := range codes {
			if parsed, ok := parseRange(code); ok {
				p.Healthy = append(p.Healthy, parsed)
			}
		}
	}
	return p
}

// parseRange reads a number or a range, such as 200-399.
func parseRange(written string) (Range, bool) {
	from, to, isRange := strings.Cut(written, "-")
	if !isRange {
		to = from
	}
	low, lowErr := strconv.Atoi(from)
	high, highErr := strconv.Atoi(to)
	return Range{low, high}, lowErr == nil && highErr == nil
}
