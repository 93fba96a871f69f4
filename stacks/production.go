package stacks

import (
	"github.com/aoai-gateway/aoai-gateway/guardrails"
	"github.com/aoai-gateway/aoai-gateway/internal/faults"
)

// checkProduction refuses what the guardrails of production would refuse later, as far as the
// keys alone show it, under the key that has to change. The guardrails hold for every program;
// see guardrails/rules_order.go and rules_edge.go.
func (c *Config) checkProduction() error {
	var list faults.List
	if c.Environment != guardrails.Production {
		return nil
	}
	if c.Budget.Amount == 0 && !c.waives("budget") {
		list.Add("budget", "is missing, and production needs one").Remedy("give amount, startDate and emails, or waive the rule budget in guardrails.waivers")
	}
	if !c.hasEdge() {
		return list.Err()
	}
	path, mode := "frontDoor.waf.mode", c.FrontDoor.WAF.Mode
	if c.Edge == EdgeApplicationGateway {
		path, mode = "applicationGateway.waf.mode", c.ApplicationGateway.WAF.Mode
	}
	switch {
	case mode == "off" && !c.waives("firewall-present"):
		list.Add(path, "is off, and production needs a firewall").About(mode).Remedy("set it to prevention, or waive the rule firewall-present in guardrails.waivers")
	case mode == "detection" && !c.waives("firewall-prevents"):
		list.Add(path, "is detection, which blocks nothing, and production needs a firewall that blocks").About(mode).Remedy("set it to prevention, or waive the rule firewall-prevents in guardrails.waivers")
	}
	return list.Err()
}
