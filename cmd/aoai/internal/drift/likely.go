package drift

import "strings"

// likely is what usually leads to a difference that came from outside; "" where nothing
// is known.
func likely(c Change) string {
	if c.Cause == Pending {
		return ""
	}
	kind := shortType(c.Type)
	switch {
	case strings.HasSuffix(kind, "Policy") && c.Property == "value":
		return "the policy was edited in the portal, or by a pipeline of its own"
	case kind == "Deployment" && strings.HasSuffix(c.Property, "version"):
		return "somebody, or Azure on the day of a model's retirement, took another version; take it over, or put it back while it can still be had"
	case strings.HasSuffix(c.Property, "apacity"):
		return "somebody scaled it by hand, or an autoscale rule did"
	case strings.HasPrefix(c.Property, "tags"):
		return "a rule of Azure Policy, or a tool that tags"
	case strings.Contains(c.Property, "networkAcls") || strings.Contains(c.Property, "securityRules"):
		return "somebody let an address in by hand"
	case strings.HasSuffix(c.Property, "nabledState"), strings.HasSuffix(c.Property, "disableGateway"):
		return "somebody switched it during an incident, or for maintenance"
	}
	return ""
}
