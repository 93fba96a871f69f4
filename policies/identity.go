package policies

import (
	"fmt"
	"net/url"
	"strings"

	"github.com/aoai-gateway/aoai-gateway/internal/faults"
)

// ManagedIdentity authenticates the gateway to Azure OpenAI by its managed
// identity. The caller's own credentials, Authorization and api-key, never reach
// a backend; what needs them has to stand before this part.
type ManagedIdentity struct {
	// ClientID of a user-assigned identity; "" is the system-assigned one.
	ClientID string
}

// Validate implements Part.
func (ManagedIdentity) Validate() error { return nil }

func (ManagedIdentity) file() string { return "managed-identity.xml" }

func (m ManagedIdentity) parameters() any { return m }

// Claim is one that a caller's token needs.
type Claim struct {
	Name   string
	Values []string
	// Any takes one of the values as enough; else all are needed.
	Any bool
}

// Caller validates the caller's Entra token and puts one of its claims into a
// header, for logs and limits. Such a header sent by the caller is removed first.
type Caller struct {
	// Issuers, Audiences, Claims and the URL of the OpenID configuration are what
	// tokens are held to. They may be references to named values: {{name}}.
	OpenIDConfiguration string
	Issuers, Audiences  []string
	Claims              []Claim
	// Claim is the one that identifies callers: sub, oid or azp; default oid.
	Claim string
	// Header takes it; default x-caller-id.
	Header string
}

// Validate implements Part.
func (c Caller) Validate() error {
	var list faults.List
	if !isNamedValue(c.OpenIDConfiguration) {
		parsed, err := url.Parse(c.OpenIDConfiguration)
		if err != nil || parsed.Scheme != "https" || parsed.Host == "" {
			list.Add("openIdConfiguration", "%q is no https URL such as https://login.microsoftonline.com/<tenant>/v2.0/.well-known/openid-configuration", c.OpenIDConfiguration)
		}
	}
	if len(c.Issuers) == 0 {
		list.Add("issuers", "is empty: tokens of any issuer with a good signature would pass; name the issuers that you trust")
	}
	if len(c.Audiences) == 0 {
		list.Add("audiences", "is empty: tokens for other services would pass; name your application's id or URI")
	}
	for i, claim := range c.Claims {
		if claim.Name == "" || len(claim.Values) == 0 {
			list.Add(fmt.Sprintf("claims[%d]", i), "needs a name and values")
		}
	}
	list.OneOf("claim", c.claim(), []string{"sub", "oid", "azp", "appid"})
	if strings.ContainsAny(c.Header, " \t\r\n:") {
		list.Add("header", "%q is no name of a header", c.Header)
	}
	return list.Err()
}

func isNamedValue(s string) bool { return strings.HasPrefix(s, "{{") && strings.HasSuffix(s, "}}") }

func (c Caller) claim() string {
	if c.Claim == "" {
		return "oid"
	}
	return c.Claim
}

func (Caller) file() string { return "caller.xml" }

func (c Caller) parameters() any {
	c.Claim = c.claim()
	if c.Header == "" {
		c.Header = DefaultCallerHeader
	}
	return c
}

// DefaultCallerHeader carries who called, to logs and limits.
const DefaultCallerHeader = "x-caller-id"

// Key is what limits and metrics tell callers apart by.
type Key string

// The keys.
const (
	// BySubscription counts by API Management subscription.
	BySubscription Key = "subscription"
	// ByCaller counts by the header that Caller sets.
	ByCaller Key = "caller"
)

// expression is the key in C#. Who has neither counts as nobody, together.
func (k Key) expression() expression {
	if k == ByCaller {
		return `@(context.Request.Headers.GetValueOrDefault("` + DefaultCallerHeader + `", "nobody"))`
	}
	return `@(context.Subscription != null ? context.Subscription.Id : "nobody")`
}

// Limits bound what one caller may use. Zero is no limit.
type Limits struct {
	Key Key
	// Calls in CallsPeriod seconds, 1 to 300.
	Calls, CallsPeriod int
	TokensPerMinute    int
	TokenQuota         int
	// TokenQuotaPeriod is Hourly, Daily, Weekly, Monthly or Yearly.
	TokenQuotaPeriod string
	// EstimatePromptTokens refuses a request whose prompt would not fit, at the
	// cost of counting it; else the request after it is refused.
	EstimatePromptTokens bool
}

// Validate implements Part.
func (l Limits) Validate() error {
	var list faults.List
	list.OneOf("key", string(l.Key), []string{string(BySubscription), string(ByCaller)})
	if l.Calls == 0 && l.TokensPerMinute == 0 && l.TokenQuota == 0 {
		list.Add("", "limits nothing: set calls, tokensPerMinute or tokenQuota")
	}
	if l.Calls > 0 {
		list.Between("callsPeriod", l.CallsPeriod, 1, 300, "seconds")
	}
	if l.TokenQuota > 0 {
		list.OneOf("tokenQuotaPeriod", l.TokenQuotaPeriod, []string{"Hourly", "Daily", "Weekly", "Monthly", "Yearly"})
	}
	for path, n := range map[string]int{"calls": l.Calls, "tokensPerMinute": l.TokensPerMinute, "tokenQuota": l.TokenQuota} {
		if n < 0 {
			list.Add(path, "%d is below 0; 0 is no limit", n)
		}
	}
	return list.Err()
}

func (Limits) file() string { return "limits.xml" }

func (l Limits) parameters() any {
	return struct {
		Limits
		KeyExpression expression
	}{l, l.Key.expression()}
}

// TokenMetrics counts tokens by subscription, API, backend and caller.
type TokenMetrics struct {
	Key Key
	// Namespace of the metrics; default aoai-gateway.
	Namespace string
}

// Validate implements Part.
func (m TokenMetrics) Validate() error {
	var list faults.List
	list.OneOf("key", string(m.Key), []string{string(BySubscription), string(ByCaller)})
	return list.Err()
}

func (TokenMetrics) file() string { return "token-metrics.xml" }

func (m TokenMetrics) parameters() any {
	if m.Namespace == "" {
		m.Namespace = "aoai-gateway"
	}
	return struct {
		TokenMetrics
		KeyExpression expression
	}{m, m.Key.expression()}
}

// Errors gives every error of the gateway the shape that Azure OpenAI clients
// read, with the request's id and nothing internal in it. Errors of the models
// pass as they are.
type Errors struct{}

// Validate implements Part.
func (Errors) Validate() error { return nil }

func (Errors) file() string { return "errors.xml" }

func (Errors) parameters() any { return nil }
