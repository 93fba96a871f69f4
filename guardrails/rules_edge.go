package guardrails

import (
	"fmt"
	"regexp"
	"slices"
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
			PerResource: firewallMode,
		},
		{
			ID: "firewall-present", Severity: Mandatory, Production: true,
			Says:   "A web application firewall stands in Front Door and in Application Gateway.",
			Reason: "An endpoint that is on the internet gets every scan and flood that there is.",
			Link:   "https://learn.microsoft.com/azure/web-application-firewall/afds/waf-front-door-best-practices",
			Whole:  firewallMissing,
		},
		{
			ID: "front-door-lock", Severity: Mandatory,
			Says:   "Gateways behind Front Door refuse what does not come from this one: their policies check X-Azure-FDID.",
			Reason: "Whoever knows a gateway's own name goes around the firewall, its limits and the failover otherwise.",
			Link:   "https://learn.microsoft.com/azure/frontdoor/origin-security",
			Whole:  lockMissing,
		},
	}
}

func firewallMode(r Resource, _ Options) []string {
	var found []string
	// The policies of Front Door and of Application Gateway say the same by other names.
	if !r.Is("network:Policy", "network:WebApplicationFirewallPolicy") {
		return nil
	}
	// Front Door's is on where it says nothing (ARM reference of its policies); of the
	// other's state no default is told.
	if r.Text("policySettings.enabledState") == "Disabled" {
		found = append(found, "policySettings.enabledState is Disabled; enable it")
	}
	if state := r.At("policySettings.state"); r.Is("network:WebApplicationFirewallPolicy") && state != "Enabled" && !Unknown(state) {
		found = append(found, "policySettings.state is not Enabled; enable it")
	}
	switch r.At("policySettings.mode") {
	case nil:
		found = append(found, "policySettings.mode says nothing; set it to Prevention")
	case "Detection":
		found = append(found, "policySettings.mode is Detection; set it to Prevention (waf.mode: prevention)")
	}
	return found
}

func firewallMissing(all []Resource, _ Options) []string {
	var found []string
	for _, profile := range withoutOwn(ofKind(all, "cdn:Profile"), ofKind(all, "cdn:SecurityPolicy"), "profileName") {
		found = append(found, fmt.Sprintf("the Front Door %s has no firewall (frontDoor.waf.mode: prevention)", profile.Name))
	}
	for _, gateway := range ofKind(all, "network:ApplicationGateway") {
		if gateway.At("firewallPolicy") == nil {
			found = append(found, fmt.Sprintf("the Application Gateway %s has no firewall (applicationGateway.waf.mode: prevention)", gateway.Name))
		}
	}
	return found
}

// withoutOwn are the owners that have nothing of their own: owner and owned are matched by
// an input that names the owner in both. Where that is not known before the deployment, or
// Azure's provider makes up the owner's name, each owned one stands for another owner.
func withoutOwn(owners, owned []Resource, name string) []Resource {
	unmatched := 0
	names := map[string]bool{}
	for _, owner := range owners {
		if known := strings.ToLower(owner.Text(name)); known != "" {
			names[known] = false
		}
	}
	for _, each := range owned {
		of := strings.ToLower(each.Text(name))
		if had, known := names[of]; known && !had {
			names[of] = true
		} else if !known {
			unmatched++
		}
	}
	var without []Resource
	for _, owner := range owners {
		switch {
		case names[strings.ToLower(owner.Text(name))]:
		case unmatched > 0:
			unmatched--
		default:
			without = append(without, owner)
		}
	}
	return without
}

func lockMissing(all []Resource, _ Options) []string {
	apis, policies := ofKind(all, "apimanagement:Api"), ofKind(all, "apimanagement:ApiPolicy")
	if len(ofKind(all, "cdn:AFDOrigin")) == 0 || len(ofKind(all, "apimanagement:ApiManagementService")) == 0 {
		return nil
	}
	fragments := ofKind(all, "apimanagement:PolicyFragment")
	for _, policy := range ofKind(all, "apimanagement:Policy") {
		if locks(policy, fragments) {
			return nil
		}
	}
	if len(policies) == 0 {
		return []string{"no policy checks X-Azure-FDID; check it in the policy of every API, or in that of the service"}
	}
	var found []string
	for _, api := range withoutOwn(apis, policies, "apiId") {
		found = append(found, fmt.Sprintf("the API %s has no policy that checks X-Azure-FDID, and the service's does not", api.Name))
	}
	for _, policy := range policies {
		if !locks(policy, fragments) {
			found = append(found, fmt.Sprintf("the policy %s does not check X-Azure-FDID", policy.Name))
		}
	}
	return found
}

// comments are those of a policy document.
var comments = regexp.MustCompile(`(?s)<!--.*?-->`)

// locks reports whether a policy looks at what Front Door sends, itself or by a fragment
// that it includes; one that is not known yet may.
func locks(policy Resource, fragments []Resource) bool {
	document := strings.ToLower(comments.ReplaceAllString(policy.Text("value"), ""))
	if Unknown(policy.At("value")) || strings.Contains(document, "x-azure-fdid") {
		return true
	}
	return slices.ContainsFunc(fragments, func(fragment Resource) bool {
		id := strings.ToLower(fragment.Text("id"))
		return id != "" && strings.Contains(document, `fragment-id="`+id+`"`) && locks(fragment, nil)
	})
}

func ofKind(all []Resource, kind string) []Resource {
	var found []Resource
	for _, each := range all {
		if each.Is(kind) {
			found = append(found, each)
		}
	}
	return found
}
