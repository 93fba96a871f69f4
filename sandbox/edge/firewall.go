package edge

import (
	"maps"
	"net/http"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/aoai-gateway/aoai-gateway/internal/arm"
	"github.com/aoai-gateway/aoai-gateway/sandbox/azure"
	"github.com/aoai-gateway/aoai-gateway/sandbox/network"
)

// firewall is a WAF policy; nil lets everything through.
type firewall struct {
	// prevents blocks; without it the firewall only watches.
	prevents bool
	status   int
	// rules says that Microsoft's rules against attacks are on, inspected how much of a
	// body they see.
	rules      bool
	inspected  int
	exclusions []exclusion
	// perMinute is the rate limit of one address; 0 for none.
	perMinute int
}

// exclusion keeps the managed rules out of some values.
type exclusion struct {
	// where is json, query, cookie or header.
	where    []string
	operator string
	selector string
}

// ruleHeader tells which rule has fired, in an answer: of the sandbox's own, as its
// firewalls write no logs.
const ruleHeader = "X-Sandbox-Firewall"

// bodyLimit is how much of a body the rules of Front Door see. Source: its page on
// limits.
const bodyLimit = 128 << 10

// frontDoorFirewall is the policy that a security policy ties to an endpoint.
func frontDoorFirewall(held *azure.Snapshot, endpointID string) *firewall {
	for _, security := range held.OfType("Microsoft.Cdn/profiles/securityPolicies") {
		parameters := object(security.Properties(), "parameters")
		for _, association := range objects(parameters, "associations") {
			for _, domain := range objects(association, "domains") {
				if arm.Fold(text(domain, "id")) == arm.Fold(endpointID) && security.Ready() {
					return readFrontDoorFirewall(held.Get(text(object(parameters, "wafPolicy"), "id")))
				}
			}
		}
	}
	return nil
}

func readFrontDoorFirewall(policy *azure.Resource) *firewall {
	if policy == nil {
		return nil
	}
	properties := policy.Properties()
	settings := object(properties, "policySettings")
	if text(settings, "enabledState") == "Disabled" {
		return nil
	}
	w := &firewall{prevents: text(settings, "mode") == "Prevention", inspected: bodyLimit, status: number(settings, "customBlockResponseStatusCode", http.StatusForbidden)}
	if text(settings, "requestBodyCheck") == "Disabled" {
		w.inspected = 0
	}
	for _, rule := range objects(object(properties, "customRules"), "rules") {
		if text(rule, "ruleType") == "RateLimitRule" && text(rule, "enabledState") != "Disabled" && text(rule, "action") == "Block" {
			w.perMinute = number(rule, "rateLimitThreshold", 0) / max(1, number(rule, "rateLimitDurationInMinutes", 1))
		}
	}
	for _, set := range objects(object(properties, "managedRules"), "managedRuleSets") {
		if !strings.Contains(text(set, "ruleSetType"), "DefaultRuleSet") {
			continue
		}
		w.rules = true
		for _, each := range objects(set, "exclusions") {
			where, known := map[string][]string{
				"RequestBodyJsonArgNames": {"json"}, "RequestBodyPostArgNames": {"form"}, "QueryStringArgNames": {"query"}, "RequestCookieNames": {"cookie"},
			}[text(each, "matchVariable")]
			if known {
				w.exclusions = append(w.exclusions, exclusion{where, text(each, "selectorMatchOperator"), text(each, "selector")})
			}
		}
	}
	return w
}

// readGatewayFirewall is the policy of an Application Gateway.
func readGatewayFirewall(policy *azure.Resource) *firewall {
	if policy == nil {
		return nil
	}
	properties := policy.Properties()
	settings := object(properties, "policySettings")
	if text(settings, "state") != "Enabled" {
		return nil
	}
	w := &firewall{
		prevents: text(settings, "mode") == "Prevention", inspected: number(settings, "requestBodyInspectLimitInKB", 128) << 10,
		status: number(settings, "customBlockResponseStatusCode", http.StatusForbidden),
	}
	if checks, given := settings["requestBodyCheck"].(bool); given && !checks {
		w.inspected = 0
	}
	for _, rule := range objects(properties, "customRules") {
		if text(rule, "ruleType") == "RateLimitRule" && text(rule, "state") != "Disabled" && text(rule, "action") == "Block" {
			minutes := 1
			if text(rule, "rateLimitDuration") == "FiveMins" {
				minutes = 5
			}
			w.perMinute = number(rule, "rateLimitThreshold", 0) / minutes
		}
	}
	managed := object(properties, "managedRules")
	for _, set := range objects(managed, "managedRuleSets") {
		w.rules = w.rules || strings.Contains(text(set, "ruleSetType"), "DefaultRuleSet") || text(set, "ruleSetType") == "OWASP"
	}
	for _, each := range objects(managed, "exclusions") {
		where, known := map[string][]string{
			"RequestArgNames": {"json", "form", "query"}, "RequestArgValues": {"json", "form", "query"},
			"RequestCookieNames": {"cookie"}, "RequestCookieValues": {"cookie"},
		}[text(each, "matchVariable")]
		if known {
			w.exclusions = append(w.exclusions, exclusion{where, text(each, "selectorMatchOperator"), text(each, "selector")})
		}
	}
	return w
}

// check is the rule that a request breaks, "" for none, and whether that ends it. Where
// says at which place of the edge requests are counted.
func (w *firewall) check(r *http.Request, body []byte, where string, limits *limits) (rule string, blocks bool) {
	if w == nil {
		return "", false
	}
	if w.perMinute > 0 && !limits.take(where+"\n"+network.Source(r).String(), w.perMinute) {
		return "rate limit", w.prevents
	}
	if !w.rules {
		return "", false
	}
	rule = attack(arguments(r, body[:min(len(body), w.inspected)]), w.exclusions)
	return rule, rule != "" && w.prevents
}

func (e exclusion) covers(a argument) bool {
	if !slices.Contains(e.where, a.where) {
		return false
	}
	switch e.operator {
	case "EqualsAny":
		return true
	case "StartsWith":
		return strings.HasPrefix(a.name, e.selector)
	case "EndsWith":
		return strings.HasSuffix(a.name, e.selector)
	case "Contains":
		return strings.Contains(a.name, e.selector)
	default:
		return a.name == e.selector
	}
}

// limits count requests in fixed windows of a minute. Source: the firewall's page on
// rate limiting of Front Door; Application Gateway's window slides.
type limits struct {
	mu      sync.Mutex
	windows map[string]*window
}

type window struct {
	began time.Time
	count int
}

func newLimits() *limits { return &limits{windows: map[string]*window{}} }

// take counts a request, and reports whether it is within the limit.
func (l *limits) take(key string, most int) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	now := time.Now()
	maps.DeleteFunc(l.windows, func(_ string, w *window) bool { return now.Sub(w.began) >= time.Minute })
	held := l.windows[key]
	if held == nil {
		held = &window{began: now}
		l.windows[key] = held
	}
	held.count++
	return held.count <= most
}
