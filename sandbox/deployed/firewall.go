package deployed

import (
	"net/http"
	"slices"
	"strings"
)

// Firewall is a policy of a web application firewall that is on.
type Firewall struct {
	// Prevents refuses what breaks a rule; without it the firewall only watches.
	Prevents bool
	// Status is what a refused request is answered with.
	Status int
	// ManagedRules says that Microsoft's rules against attacks are on, Inspected how many
	// bytes of a body they see.
	ManagedRules bool
	Inspected    int
	Exclusions   []Exclusion
	// PerMinute is how many requests one address may send; 0 for no limit.
	PerMinute int
}

// Exclusion keeps the managed rules out of some values.
type Exclusion struct {
	Where []Part
	// Operator compares a value's name with Selector: Equals, StartsWith, EndsWith,
	// Contains, or EqualsAny for all names.
	Operator, Selector string
}

// Part is a part of a request in which values have names.
type Part string

// The parts of a request.
const (
	Query  Part = "query"
	Cookie Part = "cookie"
	Form   Part = "form"
	JSON   Part = "json"
)

// bodyLimit is how much of a body the rules of Front Door see. Source: its page on
// limits.
const bodyLimit = 128 << 10

// endpointFirewall is the policy that a security policy of a profile ties to an endpoint.
func (r *reader) endpointFirewall(profile resource, endpointID string) *Firewall {
	for _, security := range r.readyChildren(profile, securityPolicyType) {
		parameters := security.properties().object("parameters")
		for _, association := range parameters.objects("associations") {
			here := slices.ContainsFunc(association.objects("domains"), func(domain object) bool { return fold(domain.text("id")) == fold(endpointID) })
			if policy, found := r.get(parameters.id("wafPolicy")); here {
				if !found {
					return nil
				}
				return frontDoorFirewall(policy.properties())
			}
		}
	}
	return nil
}

func frontDoorFirewall(policy object) *Firewall {
	settings := policy.object("policySettings")
	if !enabled(settings) {
		return nil
	}
	w := &Firewall{Prevents: settings.text("mode") == "Prevention", Inspected: bodyLimit, Status: settings.number("customBlockResponseStatusCode", http.StatusForbidden)}
	if settings.text("requestBodyCheck") == "Disabled" {
		w.Inspected = 0
	}
	for _, rule := range policy.object("customRules").objects("rules") {
		if limitsRate(rule) && enabled(rule) {
			w.PerMinute = rule.number("rateLimitThreshold", 0) / max(1, rule.number("rateLimitDurationInMinutes", 1))
		}
	}
	for _, set := range policy.object("managedRules").objects("managedRuleSets") {
		if !strings.Contains(set.text("ruleSetType"), "DefaultRuleSet") {
			continue
		}
		w.ManagedRules = true
		w.exclude(set, map[string][]Part{
			"RequestBodyJsonArgNames": {JSON}, "RequestBodyPostArgNames": {Form}, "QueryStringArgNames": {Query}, "RequestCookieNames": {Cookie},
		})
	}
	return w
}

// gatewayFirewall is the policy of an Application Gateway.
func gatewayFirewall(policy object) *Firewall {
	settings := policy.object("policySettings")
	if settings.text("state") != "Enabled" {
		return nil
	}
	w := &Firewall{
		Prevents: settings.text("mode") == "Prevention", Inspected: settings.number("requestBodyInspectLimitInKB", 128) << 10,
		Status: settings.number("customBlockResponseStatusCode", http.StatusForbidden),
	}
	if checks, given := settings["requestBodyCheck"].(bool); given && !checks {
		w.Inspected = 0
	}
	for _, rule := range policy.objects("customRules") {
		if limitsRate(rule) && rule.text("state") != "Disabled" {
			minutes := 1
			if rule.text("rateLimitDuration") == "FiveMins" {
				minutes = 5
			}
			w.PerMinute = rule.number("rateLimitThreshold", 0) / minutes
		}
	}
	managed := policy.object("managedRules")
	for _, set := range managed.objects("managedRuleSets") {
		kind := set.text("ruleSetType")
		w.ManagedRules = w.ManagedRules || strings.Contains(kind, "DefaultRuleSet") || kind == "OWASP"
	}
	w.exclude(managed, map[string][]Part{
		"RequestArgNames": {JSON, Form, Query}, "RequestArgValues": {JSON, Form, Query}, "RequestCookieNames": {Cookie}, "RequestCookieValues": {Cookie},
	})
	return w
}

func limitsRate(rule object) bool {
	return rule.text("ruleType") == "RateLimitRule" && rule.text("action") == "Block"
}

// exclude adds the exclusions of some rules, as far as they name a part of a request that the managed
// rules look at.
func (w *Firewall) exclude(rules object, parts map[string][]Part) {
	for _, each := range rules.objects("exclusions") {
		if where, known := parts[each.text("matchVariable")]; known {
			w.Exclusions = append(w.Exclusions, Exclusion{where, each.text("selectorMatchOperator"), each.text("selector")})
		}
	}
}
