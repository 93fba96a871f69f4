package gateway

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"unicode"

	"github.com/aoai-gateway/aoai-gateway/internal/policy"
	"github.com/aoai-gateway/aoai-gateway/sandbox/recent"
)

// steps are the lines of a trace that people may see. Values of policies come from requests,
// named values and tokens: a value is shown only where it names something deployed, or is a
// number; of anything else only the length is told.
func (v *visit) steps(trace *policy.Trace) []recent.Step {
	words := v.config.words()
	insights := v.config.insights != nil
	steps := make([]recent.Step, 0, len(trace.Entries))
	var above []string // the policies that the entry stands in
	for _, entry := range trace.Entries {
		step := recent.Step{AtMS: float64(entry.Elapsed.Microseconds()) / 1000, Depth: entry.Depth, Policy: entry.Policy}
		switch {
		case entry.Policy != "":
			above = append(above[:min(entry.Depth, len(above))], entry.Policy)
		case entry.Message == "":
			above, step.Section = nil, entry.Section
		default:
			kind := ""
			if 0 < entry.Depth && entry.Depth <= len(above) {
				kind = above[entry.Depth-1]
			}
			step.Text = words.told(kind, entry.Message, insights)
		}
		steps = append(steps, step)
	}
	return steps
}

// words are the names of what is deployed, in lower case.
type words map[string]bool

func (c *config) words() words {
	known := words{"busy": true, "failed": true, "none": true, "true": true, "false": true}
	add := func(names ...string) {
		for _, name := range names {
			known[strings.ToLower(name)] = true
		}
	}
	add(c.service.Name, c.public.Host)
	for _, each := range c.service.Regions {
		add(each.Name)
	}
	for _, each := range c.backends {
		add(each.ID, each.target.URL.Host)
	}
	for _, each := range c.apis {
		add(each.ID)
	}
	for _, each := range c.service.Products {
		add(each.ID)
	}
	for _, each := range c.service.Subscriptions {
		add(each.ID)
	}
	for _, account := range c.picture.Accounts {
		add(account.Subdomain, account.Region)
		for _, deployment := range account.Deployments {
			add(deployment.Name, deployment.Model.Name)
		}
	}
	delete(known, "")
	return known
}

// told is what is shown of what a policy did. Policies that are not named here show only how
// much they said.
func (w words) told(kind, message string, insights bool) string {
	if text, found := strings.CutPrefix(message, "error: "); found {
		return "error: " + w.failure(text)
	}
	if text, found := strings.CutPrefix(message, "failed: "); found {
		return "failed: " + w.failure(text)
	}
	for _, start := range []string{"context.Trace: ", "ignored: "} {
		if text, found := strings.CutPrefix(message, start); found {
			return start + hidden(text)
		}
	}
	switch kind {
	case "choose", "retry", "cors", "set-method", "cache-lookup", "set-body", "log-to-eventhub", "emit-metric", "llm-emit-token-metric", "azure-openai-emit-token-metric",
		"quota", "authentication-managed-identity":
		return message
	case "set-backend-service", "forward-request", "send-request", "send-one-way-request", "rewrite-uri", "redirect-content-urls":
		address, _, _ := strings.Cut(message, "?")
		return address
	case "set-variable":
		name, rest, _ := strings.Cut(message, " = ")
		at := max(0, strings.LastIndex(rest, " ("))
		return name + " = " + w.value(rest[:at], slices.Contains(plainTypes, rest[at:])) + rest[at:]
	case "set-header", "set-query-parameter":
		name, value, _ := strings.Cut(message, ": ")
		lower := strings.ToLower(name)
		return name + ": " + w.value(value, strings.HasPrefix(lower, "retry-after") || strings.HasPrefix(lower, "x-ratelimit-"))
	case "trace":
		if insights { // the stack logs it
			return message
		}
	case "set-status", "return-response":
		status, _, _ := strings.Cut(message, " ")
		return status
	case "cache-lookup-value", "cache-store-value":
		for _, end := range []string{": hit", ": miss", ": miss, default taken", ": miss, null"} {
			if strings.HasSuffix(message, end) {
				return strings.TrimPrefix(end, ": ")
			}
		}
		if at := strings.LastIndex(message, " for "); at >= 0 {
			return "kept" + message[at:]
		}
	case "rate-limit", "rate-limit-by-key", "quota-by-key", "llm-token-limit", "azure-openai-token-limit":
		// The key may be anything that a request has.
		return strings.TrimSpace(message[strings.LastIndex(message, ":")+1:])
	}
	return hidden(message)
}

// frank are reasons of failures whose messages the gateway words itself, with nothing of a
// request but names.
var frank = regexp.MustCompile(`^(SubscriptionKeyNotFound|SubscriptionKeyInvalid|OperationNotFound|HeaderNotFound|TokenNotPresent|TokenExpired|TokenSignatureInvalid|TokenSignatureKeyNotFound|RateLimitExceeded|QuotaExceeded|TokenLimitExceeded|TokenQuotaExceeded|CallerIpNotAllowed|CallerIpBlocked|BackendConnectionFailure|Timeout|ClientConnectionFailure)$`)

// failure is an error in the form SOURCE: REASON: MESSAGE.
func (w words) failure(text string) string {
	source, rest, _ := strings.Cut(text, ": ")
	reason, message, given := strings.Cut(rest, ": ")
	switch {
	case !given || strings.ContainsFunc(reason, unicode.IsSpace):
		return source + ": " + hidden(rest)
	case frank.MatchString(reason):
		return source + ": " + reason + ": " + message
	default:
		return source + ": " + reason
	}
}

// plainTypes are those of numbers, as traces write them behind a value.
var plainTypes = []string{" (bool)", " (decimal)", " (double)", " (int)", " (long)"}

var number = regexp.MustCompile(`^-?[0-9]{1,15}(\.[0-9]+)?$`)

// value is a value where all its words are names of what is deployed or numbers. A text of
// numbers alone is hidden unless it is plain.
func (w words) value(text string, plain bool) string {
	if text == "" {
		return "(empty)"
	}
	names := 0
	for _, word := range strings.FieldsFunc(text, func(r rune) bool { return strings.ContainsRune(" ,;|", r) }) {
		word = strings.ToLower(word)
		host := strings.TrimSuffix(strings.TrimPrefix(word, "https://"), "/")
		switch {
		case w[word], w[host]:
			names++
		case !number.MatchString(word):
			return hidden(text)
		}
	}
	if names == 0 && !plain {
		return hidden(text)
	}
	return text
}

func hidden(text string) string {
	return fmt.Sprintf("(hidden, %d characters)", len([]rune(text)))
}
