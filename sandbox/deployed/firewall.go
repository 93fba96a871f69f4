package deployed

import (
	"net/http"
	"slices"
	"strings"
)

// Firewall is a policy of a web application firewall that is on.
type Firewall struct {
	// ID is the ARM id of the policy, Name its name.
	ID, Name string
	// Prevents refuses what breaks a rule; without it the firewall only watches.
	Prevents bool
	// Status is what a refused request is answered with, and Redirect where an action sends
	// a request that asks for that.
	Status   int
	Redirect string
	// Inspected is how many bytes of a body the managed rules see.
	Inspected int
	// LargestBody and LargestUpload are the most bytes of a body, and of one with files; 0 for
	// any.
	LargestBody, LargestUpload int
	RuleSets                   []RuleSet
	Exclusions                 []Exclusion
	// PerMinute is how many requests one address may send; 0 for no limit.
	PerMinute int
}

// RuleSet is one of Microsoft's, with what the policy changes in it.
type RuleSet struct {
	Type, Version string
	// Action is what follows from too high an anomaly score: Block, Log or Redirect.
	Action    string
	Overrides []Override
}

// Override changes a rule of a set, or with Rule "" a whole group.
type Override struct {
	Group, Rule string
	Enabled     bool
	// Action is Block, Log, Allow or Redirect; "" adds to the anomaly score.
	Action string
}

// Exclusion keeps managed rules out of some values, or names.
type Exclusion struct {
	Where []Part
	// Names says that it keeps rules out of the names, not out of the values.
	Names bool
	// Operator compares a value's name with Selector: Equals, StartsWith, EndsWith,
	// Contains, or EqualsAny for all names. Fold ignores the case of letters.
	Operator, Selector string
	Fold               bool
	// Set, Group and Rule are the rules that it is for; "" for all.
	Set, Group, Rule string
}

// Part is a part of a request in which values have names.
type Part string

// The parts of a request.
const (
	Query      Part = "query"
	Cookie     Part = "cookie"
	HeaderPart Part = "header"
	Form       Part = "form"
	JSON       Part = "json"
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
				return frontDoorFirewall(policy)
			}
		}
	}
	return nil
}

func frontDoorFirewall(of resource) *Firewall {
	policy := of.properties()
	settings := policy.object("policySettings")
	if !enabled(settings) {
		return nil
	}
	w := &Firewall{
		ID: of.ID, Name: of.Name(), Prevents: settings.text("mode") == "Prevention", Inspected: bodyLimit,
		Status: settings.number("customBlockResponseStatusCode", http.StatusForbidden), Redirect: settings.text("redirectUrl"),
	}
	if settings.text("requestBodyCheck") == "Disabled" {
		w.Inspected = 0
	}
	for _, rule := range policy.object("customRules").objects("rules") {
		if limitsRate(rule) && enabled(rule) {
			w.PerMinute = rule.number("rateLimitThreshold", 0) / max(1, rule.number("rateLimitDurationInMinutes", 1))
		}
	}
	for _, each := range policy.object("managedRules").objects("managedRuleSets") {
		set := RuleSet{Type: each.text("ruleSetType"), Version: each.text("ruleSetVersion"), Action: each.text("ruleSetAction")}
		w.exclude(each.objects("exclusions"), frontDoorParts, Exclusion{Set: set.Type})
		for _, group := range each.objects("ruleGroupOverrides") {
			scope := Exclusion{Set: set.Type, Group: group.text("ruleGroupName")}
			w.exclude(group.objects("exclusions"), frontDoorParts, scope)
			set.override(scope.Group, group.objects("rules"), "enabledState")
			for _, rule := range group.objects("rules") {
				scope.Rule = rule.text("ruleId")
				w.exclude(rule.objects("exclusions"), frontDoorParts, scope)
			}
		}
		w.RuleSets = append(w.RuleSets, set)
	}
	return w
}

// override reads what a policy changes in a group. A group without rules is off, and so is a
// rule that does not say that it is on. Source: the REST references of both policies.
func (s *RuleSet) override(group string, rules []object, state string) {
	if len(rules) == 0 {
		s.Overrides = append(s.Overrides, Override{Group: group})
	}
	for _, rule := range rules {
		action := rule.text("action")
		if action == "AnomalyScoring" || action == "None" {
			action = ""
		}
		s.Overrides = append(s.Overrides, Override{Group: group, Rule: rule.text("ruleId"), Enabled: rule.text(state) == "Enabled", Action: action})
	}
}

// gatewayFirewall is the policy of an Application Gateway.
func gatewayFirewall(of resource) *Firewall {
	policy := of.properties()
	settings := policy.object("policySettings")
	if settings.text("state") != "Enabled" {
		return nil
	}
	w := &Firewall{
		ID: of.ID, Name: of.Name(), Prevents: settings.text("mode") == "Prevention", Inspected: settings.number("requestBodyInspectLimitInKB", 128) << 10,
		Status: settings.number("customBlockResponseStatusCode", http.StatusForbidden),
	}
	if checks, given := settings["requestBodyCheck"].(bool); given && !checks {
		w.Inspected = 0
	}
	if settings.flag("requestBodyEnforcement") {
		w.LargestBody = settings.number("maxRequestBodySizeInKb", 128) << 10
	}
	if settings.flag("fileUploadEnforcement") {
		w.LargestUpload = settings.number("fileUploadLimitInMb", 100) << 20
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
	for _, each := range managed.objects("managedRuleSets") {
		set := RuleSet{Type: each.text("ruleSetType"), Version: each.text("ruleSetVersion"), Action: "Block"}
		for _, group := range each.objects("ruleGroupOverrides") {
			set.override(group.text("ruleGroupName"), group.objects("rules"), "state")
		}
		w.RuleSets = append(w.RuleSets, set)
	}
	for _, scope := range gatewayScopes(managed.objects("exclusions")) {
		w.exclude([]object{scope.of}, gatewayParts, scope.Exclusion)
	}
	return w
}

// scoped is an exclusion of an Application Gateway with one of the scopes that it is for.
type scoped struct {
	of object
	Exclusion
}

// gatewayScopes are the exclusions, once for each set, group or rule that they are for.
func gatewayScopes(exclusions []object) []scoped {
	var all []scoped
	for _, each := range exclusions {
		sets := each.objects("exclusionManagedRuleSets")
		if len(sets) == 0 {
			all = append(all, scoped{of: each})
		}
		for _, set := range sets {
			scope := Exclusion{Set: set.text("ruleSetType")}
			groups := set.objects("ruleGroups")
			if len(groups) == 0 {
				all = append(all, scoped{each, scope})
			}
			for _, group := range groups {
				scope.Group, scope.Rule = group.text("ruleGroupName"), ""
				rules := group.objects("rules")
				if len(rules) == 0 {
					all = append(all, scoped{each, scope})
				}
				for _, rule := range rules {
					scope.Rule = rule.text("ruleId")
					all = append(all, scoped{each, scope})
				}
			}
		}
	}
	return all
}

func limitsRate(rule object) bool {
	return rule.text("ruleType") == "RateLimitRule" && rule.text("action") == "Block"
}

// named is what a match variable of an exclusion is about.
type named struct {
	parts []Part
	names bool
	// fold says that the case of letters in names does not count.
	fold bool
}

// The match variables of both firewalls. Sources: the pages on exclusion lists; case counts
// everywhere but in headers, and on Front Door in cookies.
var (
	frontDoorParts = map[string]named{
		"RequestBodyJsonArgNames": {parts: []Part{JSON}}, "RequestBodyPostArgNames": {parts: []Part{Form}}, "QueryStringArgNames": {parts: []Part{Query}},
		"RequestCookieNames": {parts: []Part{Cookie}, fold: true}, "RequestHeaderNames": {parts: []Part{HeaderPart}, fold: true},
	}
	gatewayParts = map[string]named{
		"RequestArgNames": {parts: []Part{JSON, Form, Query}}, "RequestArgValues": {parts: []Part{JSON, Form, Query}}, "RequestArgKeys": {parts: []Part{JSON, Form, Query}, names: true},
		"RequestCookieNames": {parts: []Part{Cookie}}, "RequestCookieValues": {parts: []Part{Cookie}}, "RequestCookieKeys": {parts: []Part{Cookie}, names: true},
		"RequestHeaderNames": {parts: []Part{HeaderPart}, fold: true}, "RequestHeaderValues": {parts: []Part{HeaderPart}, fold: true}, "RequestHeaderKeys": {parts: []Part{HeaderPart}, names: true, fold: true},
	}
)

// exclude adds exclusions for the rules of a scope.
func (w *Firewall) exclude(exclusions []object, variables map[string]named, scope Exclusion) {
	for _, each := range exclusions {
		if about, known := variables[each.text("matchVariable")]; known {
			added := scope
			added.Where, added.Names, added.Fold = about.parts, about.names, about.fold
			added.Operator, added.Selector = each.text("selectorMatchOperator"), each.text("selector")
			w.Exclusions = append(w.Exclusions, added)
		}
	}
}

// Covers reports whether an exclusion is for a value in a part of a request, by its name.
func (e *Exclusion) Covers(part Part, name string) bool {
	if !slices.Contains(e.Where, part) {
		return false
	}
	selector := e.Selector
	if e.Fold {
		name, selector = strings.ToLower(name), strings.ToLower(selector)
	}
	switch e.Operator {
	case "EqualsAny":
		return true
	case "StartsWith":
		return strings.HasPrefix(name, selector)
	case "EndsWith":
		return strings.HasSuffix(name, selector)
	case "Contains":
		return strings.Contains(name, selector)
	default:
		return name == selector
	}
}
