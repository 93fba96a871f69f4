package deployed

import (
	"cmp"
	"slices"
	"strings"
)

// Subnet is a part of a network.
type Subnet struct {
	// SecurityGroup is nil for none.
	SecurityGroup *SecurityGroup
}

// SecurityGroup decides who may connect.
type SecurityGroup struct {
	// Inbound are its rules for connections from outside, in the order in which they are
	// asked. Outbound are those for connections to the outside.
	Inbound, Outbound []SecurityRule
}

// SecurityRule lets connections through, or stops them.
type SecurityRule struct {
	Priority int
	Allow    bool
	// TCP says that the rule is for connections of TCP, among others.
	TCP bool
	// Sources and Destinations are ranges of addresses, service tags, or *.
	Sources, Destinations []string
	Ports                 []Range
}

// subnet is the one of an id, nil where there is none.
func (r *reader) subnet(id string) *Subnet {
	found, ok := r.get(id)
	if !ok {
		return nil
	}
	s := &Subnet{}
	if group, ok := r.get(found.properties().id("networkSecurityGroup")); ok {
		s.SecurityGroup = securityGroup(group.properties())
	}
	return s
}

func securityGroup(properties object) *SecurityGroup {
	g := &SecurityGroup{}
	for _, each := range append(properties.objects("securityRules"), properties.objects("defaultSecurityRules")...) {
		switch rule := each.object("properties"); rule.text("direction") {
		case "Inbound":
			g.Inbound = append(g.Inbound, securityRule(rule))
		case "Outbound":
			g.Outbound = append(g.Outbound, securityRule(rule))
		}
	}
	for _, rules := range [][]SecurityRule{g.Inbound, g.Outbound} {
		slices.SortStableFunc(rules, func(a, b SecurityRule) int { return cmp.Compare(a.Priority, b.Priority) })
	}
	return g
}

func securityRule(of object) SecurityRule {
	protocol := of.text("protocol")
	rule := SecurityRule{
		Priority: of.number("priority", 0), Allow: of.text("access") == "Allow", TCP: protocol == "*" || strings.EqualFold(protocol, "Tcp"),
		Sources:      oneOrMore(of, "sourceAddressPrefix", "sourceAddressPrefixes"),
		Destinations: oneOrMore(of, "destinationAddressPrefix", "destinationAddressPrefixes"),
	}
	for _, ports := range oneOrMore(of, "destinationPortRange", "destinationPortRanges") {
		if ports == "*" {
			ports = "0-65535"
		}
		if parsed, ok := parseRange(ports); ok {
			rule.Ports = append(rule.Ports, parsed)
		}
	}
	return rule
}

// oneOrMore are the values of a property that can be given as one or as a list.
func oneOrMore(of object, one, list string) []string {
	if value := of.text(one); value != "" {
		return append([]string{value}, of.texts(list)...)
	}
	return of.texts(list)
}
