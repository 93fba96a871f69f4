package guardrails

import (
	"fmt"
	"regexp"
	"strings"
)

// edgeRules are about what stands before gateways and models.
func edgeRules() []Rule {
	return []Rule{
		{
			ID: "firewall-prevents", Severity: Mandatory, Production: true,
			Says:        "A web application firewall blocks: it is on, in prevention.",
			Reason:      "Detection writes down an attack that has come through.",
			Link:        "https://learn.microsoft.com/azure/web-application-firewall/afds/waf-front-door-best-practices",
			perResource: firewallMode,
		},
		{
			ID: "firewall-present", Severity: Mandatory, Production: true,
			Says:   "A web application firewall stands in Front Door and in Application Gateway.",
			Reason: "An endpoint that is on the internet gets every scan and flood that there is.",
			Link:   "https://learn.microsoft.com/azure/web-application-firewall/afds/waf-front-door-best-practices",
			whole:  firewallMissing,
		},
		{
			ID: "front-door-lock", Severity: Mandatory,
			Says:   "Gateways behind Front Door refuse what does not come from this one: their policies check X-Azure-FDID.",
			Reason: "Whoever knows a gateway's own name goes around the firewall, its limits and the failover otherwise.",
			Link:   "https://learn.microsoft.com/azure/frontdoor/origin-security",
			whole:  lockMissing,
		},
	}
}

func firewallMode(r resource, _ Options) []string {
	var found []string
	// The policies of Front Door and of Application Gateway say the same by other names.
	if !r.is("network:Policy", "network:WebApplicationFirewallPolicy") {
		return nil
	}
	for _, path := range []string{"policySettings.enabledState", "policySettings.state"} {
		if r.text(path) == "Disabled" {
			found = append(found, path+" is Disabled; enable it")
		}
	}
	switch r.at("policySettings.mode") {
	case nil:
		found = append(found, "policySettings.mode says nothing; set it to Prevention")
	case "Detection":
		found = append(found, "policySettings.mode is Detection; set it to Prevention (waf.mode: prevention)")
	}
	return found
}

func firewallMissing(all []resource, _ Options) []string {
	var found []string
	profiles, policies := ofKind(all, "cdn:Profile"), ofKind(all, "cdn:SecurityPolicy")
	for _, profile := range profiles {
		if len(policies) == 0 {
			found = append(found, fmt.Sprintf("the Front Door %s has no firewall (frontDoor.waf.mode: prevention)", profile.name))
		}
	}
	for _, gateway := range ofKind(all, "network:ApplicationGateway") {
		if gateway.at("firewallPolicy") == nil {
			found = append(found, fmt.Sprintf("the Application Gateway %s has no firewall (applicationGateway.waf.mode: prevention)", gateway.name))
		}
	}
	return found
}

func lockMissing(all []resource, _ Options) []string {
	if len(ofKind(all, "cdn:AFDOrigin")) == 0 || len(ofKind(all, "apimanagement:ApiManagementService")) == 0 {
		return nil
	}
	for _, policy := range ofKind(all, "apimanagement:Policy") {
		if locks(policy) {
			return nil
		}
	}
	policies := ofKind(all, "apimanagement:ApiPolicy")
	if len(policies) == 0 {
		return []string{"no policy checks X-Azure-FDID; check it in the policy of every API, or in that of the service"}
	}
	var found []string
	for _, policy := range policies {
		if !locks(policy) {
			found = append(found, fmt.Sprintf("the policy %s does not check X-Azure-FDID", policy.name))
		}
	}
	return found
}

// comments are those of a policy document.
var comments = regexp.MustCompile(`(?s)<!--.*?-->`)

// locks reports whether a policy looks at what Front Door sends; one that is not known yet
// may.
func locks(policy resource) bool {
	document := comments.ReplaceAllString(policy.text("value"), "")
	return unknown(policy.at("value")) || strings.Contains(strings.ToLower(document), "x-azure-fdid")
}

func ofKind(all []resource, kind string) []resource {
	var found []resource
	for _, each := range all {
		if each.is(kind) {
			found = append(found, each)
		}
	}
	return found
}
