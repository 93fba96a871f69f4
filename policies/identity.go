package policies

import (
	"fmt"
	"net/url"
	"slices"
	"strings"

	"github.com/aoai-gateway/aoai-gateway/internal/azure"
	"github.com/aoai-gateway/aoai-gateway/internal/defaults"
	"github.com/aoai-gateway/aoai-gateway/internal/faults"
	"github.com/aoai-gateway/aoai-gateway/internal/policy/document"
)

// ManagedIdentity authenticates the gateway to Azure OpenAI by its managed
// identity. The caller's own credentials (Authorization, api-key, and the key as
// the query parameter subscription-key, none of which the service takes out
// itself) never reach a backend; what needs them has to stand before this part.
type ManagedIdentity struct {
	// ClientID of a user-assigned identity, or a reference to a named value; "" is
	// the system-assigned one.
	ClientID string
}

// Validate implements Part.
func (ManagedIdentity) Validate() error { return nil }

func (ManagedIdentity) file() string { return "managed-identity.xml" }

// Resource is what the gateway asks tokens for.
func (ManagedIdentity) Resource() string { return azure.CognitiveServicesAudience }

func (m ManagedIdentity) parameters() any { return m }

// Claim is one that a caller's token needs.
type Claim struct {
	Name   string   `json:"name"`
	Values []string `json:"values"`
	// Match is all or any of the values.
	Match string `json:"match" default:"all"`
}

// ClaimMatches are the values of Claim.Match.
var ClaimMatches = []string{"all", "any"}

// Any reports whether one of the values is enough.
func (c Claim) Any() bool { return c.Match == "any" }

// Access lets callers in: by a subscription key, which the service has looked up
// before any policy runs, or by an Entra token. Either suffices where both are
// allowed, and neither is 401. It puts who called into the variable caller and
// into a header, for logs and limits; such a header sent by the caller is removed
// first.
type Access struct {
	// SubscriptionKey lets in whoever has a key of a subscription. The caller is
	// then "subscription:" and its id.
	SubscriptionKey bool
	// Entra lets in whoever has a token that keeps its rules; nil takes none.
	Entra *Entra
	// Header takes the caller.
	Header string `default:"x-caller-id"`
}

// Entra is what tokens are held to. In a policy issuers, audiences, values of claims and the
// URL may be references to named values: {{name}}.
type Entra struct {
	// OpenIDConfiguration is the https URL of the issuer's OpenID configuration. A service
	// takes that of the tenant that is deployed to by default.
	OpenIDConfiguration string `json:"openIdConfiguration"`
	// Issuers that are trusted; by default both of the tenant. They have to be given with an
	// OpenIDConfiguration of your own.
	Issuers []string `json:"issuers"`
	// Audiences are the ids or URIs of your application; one at least. Those of Microsoft's
	// own services (SharedAudience) take RequiredClaims.
	Audiences []string `json:"audiences"`
	// RequiredClaims must all be there.
	RequiredClaims []Claim `json:"requiredClaims"`
	// CallerClaim tells callers apart: oid, sub, azp or appid. Where a token lacks
	// it, its subject stands in.
	CallerClaim string `json:"callerClaim" default:"oid"`
}

// SharedAudience reports whether an audience is one of Microsoft's own services for models:
// Entra gives tokens for it to anybody in the tenant who asks, so that such a token says
// nothing about who may call.
func SharedAudience(audience string) bool {
	named := strings.ToLower(strings.TrimRight(audience, "/"))
	return slices.Contains(azure.AccountAudiences, named) || slices.Contains(azure.AccountApplications, named)
}

// CallerClaims are the claims that can identify a caller: the subject, the object
// id, and the application's id in tokens of version 2 and 1.
var CallerClaims = []string{"sub", "oid", "azp", "appid"}

// Validate implements Part.
func (a Access) Validate() error {
	var list faults.List
	if !a.SubscriptionKey && a.Entra == nil {
		list.Add("", "lets nobody in: allow subscription keys, Entra tokens or both")
	}
	if a.Entra != nil {
		list.Merge("entra", a.Entra.Validate())
	}
	if strings.ContainsAny(a.Header, " \t\r\n:") {
		list.Add("header", "%q is no name of a header", a.Header).About(a.Header)
	}
	return list.Err()
}

// Validate returns every mistake, with its path below the settings.
func (e Entra) Validate() error {
	var list faults.List
	if !document.IsReference(e.OpenIDConfiguration) {
		parsed, err := url.Parse(e.OpenIDConfiguration)
		if err != nil || parsed.Scheme != "https" || parsed.Host == "" {
			list.Add("openIdConfiguration", "%q is no https URL such as %s", e.OpenIDConfiguration, azure.OpenIDConfiguration("<tenant>")).About(e.OpenIDConfiguration)
		}
	}
	if len(e.Issuers) == 0 {
		list.Add("issuers", "is empty: tokens of any issuer with a good signature would pass").Remedy("name the issuers that you trust")
	}
	if len(e.Audiences) == 0 {
		list.Add("audiences", "is empty: tokens for other services would pass").Remedy("name your application's id or URI")
	}
	for i, issuer := range e.Issuers {
		plainText(&list, fmt.Sprintf("issuers[%d]", i), issuer)
	}
	for i, audience := range e.Audiences {
		plainText(&list, fmt.Sprintf("audiences[%d]", i), audience)
		if SharedAudience(audience) && len(e.RequiredClaims) == 0 {
			list.Add(fmt.Sprintf("audiences[%d]", i), "%q is Microsoft's own: anybody in the tenant gets such tokens", audience).About(audience).Remedy("add requiredClaims (oid, appid or roles), or use an application of your own")
		}
	}
	for i, claim := range e.RequiredClaims {
		at := fmt.Sprintf("requiredClaims[%d]", i)
		if claim.Name == "" || len(claim.Values) == 0 {
			list.Add(at, "needs a name and values")
		}
		list.OneOf(at+".match", defaults.Filled(claim).Match, ClaimMatches)
		plainText(&list, at+".name", claim.Name)
		for j, value := range claim.Values {
			plainText(&list, fmt.Sprintf("%s.values[%d]", at, j), value)
		}
	}
	list.OneOf("callerClaim", defaults.Filled(e).CallerClaim, CallerClaims)
	return list.Err()
}

// plainText notes a value that the service would take for an expression, or for a
// reference within a text. A reference alone is what it says.
func plainText(list *faults.List, path, value string) {
	if document.OpensExpression(value) || (document.HasReference(value) && !document.IsReference(value)) {
		list.Add(path, "%q would be taken for an expression or a reference to a named value", value).About(value)
	}
}

func (Access) file() string { return "access.xml" }

func (a Access) parameters() any {
	a = defaults.Filled(a)
	if a.Entra != nil {
		entra := defaults.Filled(*a.Entra)
		a.Entra = &entra
	}
	return a
}

// indented is Entra as its template sees it.
type indented struct {
	Entra
	Indent string
}

// At is what the template of the token takes, at an indentation.
func (e *Entra) At(indent string) any { return indented{*e, indent} }

// Key is what limits and metrics tell callers apart by. The service keeps one
// counter for each value of a key, wherever limits use it: limits of different
// scopes need keys of their own, or a call counts twice.
type Key string

// The keys.
const (
	// BySubscription counts by API Management subscription.
	BySubscription Key = "subscription"
	// ByProduct counts by subscription, too, apart from BySubscription: for the
	// policy of a product.
	ByProduct Key = "product"
	// ByCaller counts by the caller that Access has found.
	ByCaller Key = "caller"
)

var keys = []string{string(BySubscription), string(ByProduct), string(ByCaller)}

// expression is the key in C#. Who has neither counts as nobody, together.
func (k Key) expression() expression {
	switch k {
	case ByCaller:
		return `@("caller:" + context.Variables.GetValueOrDefault<string>("caller", "nobody"))`
	case ByProduct:
		return `@("product:" + (context.Product != null ? context.Product.Id : "none") + ":" + (context.Subscription != null ? context.Subscription.Id : "nobody"))`
	default: // BySubscription
		return `@("subscription:" + (context.Subscription != null ? context.Subscription.Id : "nobody"))`
	}
}

// Limits bound what somebody may use. Zero is no limit.
type Limits struct {
	// Calls in CallsPeriodSeconds (1 to 300).
	Calls              int `json:"calls"`
	CallsPeriodSeconds int `json:"callsPeriodSeconds" default:"60"`
	// TokensPerMinute counts prompt and completion.
	TokensPerMinute int `json:"tokensPerMinute"`
	// TokenQuota in TokenQuotaPeriod: Hourly, Daily, Weekly, Monthly or
	// Yearly.
	TokenQuota       int    `json:"tokenQuota"`
	TokenQuotaPeriod string `json:"tokenQuotaPeriod" default:"Monthly"`
	// Spend is money in TokenQuotaPeriod. It has to become a TokenQuota (apim.Options.BoundSpending)
	// before it limits anything: the gateway counts tokens.
	Spend float64 `json:"spend"`
	// EstimatePromptTokens refuses a prompt that would not fit before it is sent, at the cost
	// of counting it; else the request after it is refused.
	EstimatePromptTokens bool `json:"estimatePromptTokens"`
}

// Limited holds each of those that a key tells apart to limits.
type Limited struct {
	Key Key
	// Subscription limits only callers with a key of that subscription; "" limits
	// everybody.
	Subscription string
	Limits
}

// QuotaPeriods are the periods of a quota of tokens. Source: API Management's
// reference of llm-token-limit.
var QuotaPeriods = []string{"Hourly", "Daily", "Weekly", "Monthly", "Yearly"}

// Validate implements Part.
func (l Limited) Validate() error {
	var list faults.List
	l = defaults.Filled(l)
	list.OneOf("key", string(l.Key), keys)
	if l.Calls == 0 && l.TokensPerMinute == 0 && l.TokenQuota == 0 {
		list.Add("", "limits nothing: set calls, tokensPerMinute or tokenQuota")
	}
	if l.Spend != 0 {
		list.Add("spend", "%v is money, and the gateway counts tokens", l.Spend).About(l.Spend).Remedy("turn it into tokenQuota by the price of a token")
	}
	if l.Calls > 0 {
		list.Between("callsPeriodSeconds", l.CallsPeriodSeconds, azure.RateLimitSeconds.Min, azure.RateLimitSeconds.Max, "seconds")
	}
	if l.TokenQuota > 0 {
		list.OneOf("tokenQuotaPeriod", l.TokenQuotaPeriod, QuotaPeriods)
	}
	for path, n := range map[string]int{"calls": l.Calls, "tokensPerMinute": l.TokensPerMinute, "tokenQuota": l.TokenQuota} {
		if n < 0 {
			list.Add(path, "%d is below 0", n).About(n).Remedy("0 is no limit")
		}
	}
	return list.Err()
}

func (Limited) file() string { return "limits.xml" }

func (l Limited) parameters() any {
	l = defaults.Filled(l)
	indent := "    "
	if l.Subscription != "" {
		indent = "        "
	}
	return struct {
		Limited
		KeyExpression expression
		Indent        string
	}{l, l.Key.expression(), indent}
}

// TokenMetrics counts tokens by subscription, API, backend and the caller that
// Access has found.
type TokenMetrics struct {
	// Namespace of the metrics.
	Namespace string `default:"aoai-gateway"`
	// ByModel counts by the deployment that was asked for, too: a fifth dimension, of the five
	// that the service takes.
	ByModel bool
}

// Validate implements Part.
func (TokenMetrics) Validate() error { return nil }

func (TokenMetrics) file() string { return "token-metrics.xml" }

func (m TokenMetrics) parameters() any { return defaults.Filled(m) }

// Errors gives every error of the gateway the shape that Azure OpenAI clients
// read, with the request's id and nothing internal in it. Errors of the models
// pass as they are.
type Errors struct {
	// SubscriptionKey says that callers may come with a key in the header api-key alone: who
	// sends one as OpenAI's own client does, as Authorization: Bearer, is told the header.
	SubscriptionKey bool
}

// Validate implements Part.
func (Errors) Validate() error { return nil }

func (Errors) file() string { return "errors.xml" }

func (e Errors) parameters() any {
	return struct {
		Errors
		Lost string
	}{e, lost}
}
