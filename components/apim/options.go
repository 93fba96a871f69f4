package apim

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/aoai-gateway/aoai-gateway/internal/faults"
	"github.com/aoai-gateway/aoai-gateway/policies"
)

// Options are the choices of a gateway of API Management. DefaultOptions gives the
// defaults.
type Options struct {
	// SKU is Consumption, Developer (no service level), Basic, Standard, Premium,
	// BasicV2 (default: the cheapest that has all that the policies use),
	// StandardV2 or PremiumV2. Going from a classic SKU to a v2 one or back
	// replaces the service.
	SKU string `json:"sku"`
	// Units of the SKU; 0 for Consumption, default 1.
	Units int `json:"units"`
	// Zones spread the units of Premium: "1", "2", "3".
	Zones     []string  `json:"zones"`
	Publisher Publisher `json:"publisher"`
	// Identity is system-assigned (default), or user-assigned where roles must
	// exist before the service does.
	Identity string `json:"identity"`
	// Restore brings back a service of the same name that was deleted less than
	// 48 hours ago; default false. Azure ignores all other properties in that
	// request and refuses it when nothing was deleted: switch it off again after
	// one `up`.
	Restore bool `json:"restore"`
	// Access is how callers are let in: subscription-key (default), entra or both.
	// Either suffices.
	Access []string `json:"access"`
	// Entra is what tokens are held to, where access has entra.
	Entra Entra `json:"entra"`
	// Products group subscriptions; their limits hold for each subscription.
	Products []Product `json:"products"`
	// Subscriptions are the consumers with a key of their own.
	Subscriptions []Subscription `json:"subscriptions"`
	// CallerLimits hold for each caller, whatever it came in by.
	CallerLimits  Limits        `json:"callerLimits"`
	LoadBalancing LoadBalancing `json:"loadBalancing"`
	Logging       Logging       `json:"logging"`
	Alerts        Alerts        `json:"alerts"`
}

// Publisher is told to users, and gets Azure's notices.
type Publisher struct {
	// Name is up to 100 characters; default Azure OpenAI gateway.
	Name string `json:"name"`
	// Email has to be given: Azure asks for one.
	Email string `json:"email"`
}

// Entra says which tokens are good.
type Entra struct {
	// OpenIDConfiguration is the https URL of the issuer's OpenID configuration;
	// default that of the tenant that is deployed to.
	OpenIDConfiguration string `json:"openIdConfiguration"`
	// Issuers that are trusted; default both issuers of the tenant. They have to be
	// given with an OpenIDConfiguration of your own.
	Issuers []string `json:"issuers"`
	// Audiences are the ids or URIs of your application; one at least.
	Audiences []string `json:"audiences"`
	// RequiredClaims must all be there.
	RequiredClaims []Claim `json:"requiredClaims"`
	// CallerClaim tells callers apart: oid (default), sub, azp or appid.
	CallerClaim string `json:"callerClaim"`
}

// Claim is one that tokens need.
type Claim struct {
	Name   string   `json:"name"`
	Values []string `json:"values"`
	// Match is all (default) or any of the values.
	Match string `json:"match"`
}

// Product is a set of subscriptions with the same limits.
type Product struct {
	// Name is the product's id.
	Name string `json:"name"`
	// DisplayName is for people; default the name.
	DisplayName string `json:"displayName"`
	Description string `json:"description"`
	Limits      Limits `json:"limits"`
}

// Subscription is one consumer with keys of its own.
type Subscription struct {
	// Name is the subscription's id; it stands in logs and metrics.
	Name string `json:"name"`
	// DisplayName is for people; default the name.
	DisplayName string `json:"displayName"`
	// Product is the name of a product; empty for the API alone.
	Product string `json:"product"`
	Limits  Limits `json:"limits"`
}

// Limits bound what somebody may use. Zero is no limit.
type Limits struct {
	// Calls in CallsPeriodSeconds (1 to 300, default 60).
	Calls              int `json:"calls"`
	CallsPeriodSeconds int `json:"callsPeriodSeconds"`
	// TokensPerMinute counts prompt and completion.
	TokensPerMinute int `json:"tokensPerMinute"`
	// TokenQuota in TokenQuotaPeriod: Hourly, Daily, Weekly, Monthly (default) or
	// Yearly.
	TokenQuota       int    `json:"tokenQuota"`
	TokenQuotaPeriod string `json:"tokenQuotaPeriod"`
	// EstimatePromptTokens refuses a prompt that would not fit before it is sent,
	// at the cost of counting it.
	EstimatePromptTokens bool `json:"estimatePromptTokens"`
}

func (l Limits) empty() bool { return l == Limits{} }

// policy is the limit as the policy takes it; only a subscription's own names one.
func (l Limits) policy(key policies.Key, subscription string) policies.Limits {
	period := l.CallsPeriodSeconds
	if period == 0 {
		period = 60
	}
	quotaPeriod := l.TokenQuotaPeriod
	if quotaPeriod == "" {
		quotaPeriod = "Monthly"
	}
	return policies.Limits{
		Key: key, Subscription: subscription, Calls: l.Calls, CallsPeriod: period, TokensPerMinute: l.TokensPerMinute,
		TokenQuota: l.TokenQuota, TokenQuotaPeriod: quotaPeriod, EstimatePromptTokens: l.EstimatePromptTokens,
	}
}

func (l Limits) validate(offered capabilities, sku string) error {
	var list faults.List
	if l.empty() {
		return nil
	}
	if !offered.limits {
		list.Add("", "need another SKU: %s has no limits by key; remove them", sku)
	}
	for _, number := range []struct {
		path  string
		value int
	}{
		{"calls", l.Calls}, {"callsPeriodSeconds", l.CallsPeriodSeconds},
		{"tokensPerMinute", l.TokensPerMinute}, {"tokenQuota", l.TokenQuota},
	} {
		if number.value < 0 {
			list.Add(number.path, "%d is below 0; 0 is no limit", number.value)
		}
	}
	if l.CallsPeriodSeconds > 0 {
		list.Between("callsPeriodSeconds", l.CallsPeriodSeconds, 1, 300, "s")
		if l.Calls == 0 {
			list.Add("callsPeriodSeconds", "%d has no effect without calls", l.CallsPeriodSeconds)
		}
	}
	if l.TokenQuotaPeriod != "" {
		list.OneOf("tokenQuotaPeriod", l.TokenQuotaPeriod, policies.QuotaPeriods)
		if l.TokenQuota == 0 {
			list.Add("tokenQuotaPeriod", "%q has no effect without tokenQuota", l.TokenQuotaPeriod)
		}
	}
	if l.EstimatePromptTokens && l.TokensPerMinute == 0 && l.TokenQuota == 0 {
		list.Add("estimatePromptTokens", "true has no effect without tokensPerMinute or tokenQuota")
	}
	return list.Err()
}

// LoadBalancing says how requests are spread over the accounts that have their
// model.
type LoadBalancing struct {
	// Strategy is round-robin (default) or pool.
	//
	// round-robin gives each account its turn, by a counter in the gateway's
	// cache: strict where requests do not overlap. It takes accounts of the same
	// size, and nothing but ordinary backends.
	//
	// pool uses the service's own pools with weights, priorities and circuit
	// breakers: provisioned throughput first, pay-as-you-go as overflow. Take it
	// where accounts differ in size or price, and under much load. Pools are made
	// by a deployment stack (see components/apim/pool.go), which has not been tried
	// on Azure.
	Strategy string `json:"strategy"`
	// MaxAttempts is how many accounts one request may be sent to; 0 (default) for
	// each account once, at most 50.
	MaxAttempts int `json:"maxAttempts"`
	// AttemptTimeoutSeconds is how long one account may take to the headers of its
	// answer; 10 to 240, default 100.
	AttemptTimeoutSeconds int `json:"attemptTimeoutSeconds"`
	// TotalTimeoutSeconds is what the caller, or the edge before the gateway,
	// waits for the whole: another attempt starts only while there is room for it.
	// Default 230, below Front Door's 240.
	TotalTimeoutSeconds int `json:"totalTimeoutSeconds"`
	// ExhaustedRetryAfterSeconds is what callers are told when all accounts are
	// busy and none said for how long; 1 to 3600, default 10.
	ExhaustedRetryAfterSeconds int            `json:"exhaustedRetryAfterSeconds"`
	CircuitBreaker             CircuitBreaker `json:"circuitBreaker"`
}

// Strategies are the ways to spread requests.
var Strategies = []string{"round-robin", "pool"}

// CircuitBreaker leaves an account alone after failures (429 and 5xx). It honours
// Retry-After.
type CircuitBreaker struct {
	// Failures within IntervalSeconds trip it; default 1 (the first), 1 to 10000.
	Failures int `json:"failures"`
	// IntervalSeconds is 1 to 3600; default 60.
	IntervalSeconds int `json:"intervalSeconds"`
	// TripSeconds is how long it stays open where no Retry-After says; 1 to 3600,
	// default 10.
	TripSeconds int `json:"tripSeconds"`
}

// Logging says what is written down. Text of prompts and completions is not,
// unless bodyBytes, llm messages or eventHub ask for it.
type Logging struct {
	// ApplicationInsights makes a component for traces and token metrics; default
	// true. It needs monitor.
	ApplicationInsights bool `json:"applicationInsights"`
	// SamplingPercent of requests are logged; 0 to 100, default 100.
	SamplingPercent int `json:"samplingPercent"`
	// BodyBytes of requests and responses are kept, which are text of prompts and
	// completions; 0 (default) to 8192.
	BodyBytes int `json:"bodyBytes"`
	// LLM is off, tokens (default: counts of tokens by model) or messages (text of
	// prompts and completions, too). It uses a preview version of Azure's API.
	LLM string `json:"llm"`
	// EventHub takes prompts and completions whole.
	EventHub EventHub `json:"eventHub"`
}

// LLMLogs are the values of Logging.LLM.
var LLMLogs = []string{"off", "tokens", "messages"}

// MaxBodyBytes is how much of a body a diagnostic keeps (ARM contract).
const MaxBodyBytes = 8192

// EventHub is where whole prompts and completions go.
type EventHub struct {
	// Enabled makes an event hub and sends text to it; default false.
	Enabled bool `json:"enabled"`
	// Chunks is how many events a text may take, of 32,000 characters each; 1 to
	// 20, default 4.
	Chunks int `json:"chunks"`
	// RetentionHours is how long events are kept; 1 to 168, default 24.
	RetentionHours int `json:"retentionHours"`
	// Partitions of the event hub; 1 to 32, default 4. It can never change.
	Partitions int `json:"partitions"`
}

// Alerts are sent by e-mail.
type Alerts struct {
	// Emails get them; none (default) makes no alerts.
	Emails []string `json:"emails"`
	// ThrottledPercent of answers that are 429 in WindowMinutes alert; default 10.
	ThrottledPercent int `json:"throttledPercent"`
	// FailedPercent of answers that are 5xx alert; default 5.
	FailedPercent int `json:"failedPercent"`
	// BreakerTrips is how many requests that found their backends tripped alert;
	// default 10.
	BreakerTrips int `json:"breakerTrips"`
	// WindowMinutes is 5, 10, 15 (default), 30 or 60.
	WindowMinutes int `json:"windowMinutes"`
}

// DefaultOptions are what an empty configuration means.
func DefaultOptions() Options {
	return Options{
		SKU: "BasicV2", Units: 1, Identity: SystemAssigned, Access: []string{AccessKey},
		Publisher: Publisher{Name: "Azure OpenAI gateway"},
		LoadBalancing: LoadBalancing{
			Strategy: "round-robin", AttemptTimeoutSeconds: 100, TotalTimeoutSeconds: 230, ExhaustedRetryAfterSeconds: 10,
			CircuitBreaker: CircuitBreaker{Failures: 1, IntervalSeconds: 60, TripSeconds: 10},
		},
		Logging: Logging{
			ApplicationInsights: true, SamplingPercent: 100, LLM: "tokens",
			EventHub: EventHub{Chunks: 4, RetentionHours: 24, Partitions: 4},
		},
		Alerts: Alerts{ThrottledPercent: 10, FailedPercent: 5, BreakerTrips: 10, WindowMinutes: 15},
	}
}

// The kinds of identity, and the ways in.
const (
	SystemAssigned = "system-assigned"
	UserAssigned   = "user-assigned"
	AccessKey      = "subscription-key"
	AccessEntra    = "entra"
)

// allows reports whether callers are let in by a way.
func (o Options) allows(access string) bool { return slices.Contains(o.Access, access) }

// ResourceLogs reports whether the SKU writes logs of requests.
func (o Options) ResourceLogs() bool { return skus[o.SKU].resourceLogs }

// idForm is stricter than the service's: ids stand in URLs, logs and policies.
var idForm = regexp.MustCompile(`^[a-z0-9](?:[a-z0-9-]{0,62}[a-z0-9])?$`)

const idAllowed = "1 to 64 lower-case letters, digits and inner hyphens"

// Validate returns every mistake, with its path below the options. Region is where
// the service will be, "" where that is not known.
func (o Options) Validate(region string) error {
	var list faults.List
	list.OneOf("sku", o.SKU, SKUs())
	validateUnits(&list, o.SKU, o.Units, o.Zones, region)
	list.Merge("publisher", o.Publisher.validate())
	list.OneOf("identity", o.Identity, []string{SystemAssigned, UserAssigned})
	list.Merge("", o.validateAccess())
	list.Merge("", o.validateConsumers())
	offered, known := skus[o.SKU]
	if !known {
		return list.Err()
	}
	list.Merge("callerLimits", o.CallerLimits.validate(offered, o.SKU))
	list.Merge("loadBalancing", o.LoadBalancing.validate(offered, o.SKU))
	list.Merge("logging", o.Logging.validate(offered, o.SKU))
	list.Merge("alerts", o.Alerts.validate(offered, o.SKU))
	return list.Err()
}

func (p Publisher) validate() error {
	var list faults.List
	if p.Name == "" || len(p.Name) > 100 {
		list.Add("name", "has %d characters; allowed are 1 to 100", len(p.Name))
	}
	list.Email("email", p.Email)
	if len(p.Email) > 100 {
		list.Add("email", "has %d characters; at most 100 are allowed", len(p.Email))
	}
	return list.Err()
}

func (o Options) validateAccess() error {
	var list faults.List
	if len(o.Access) == 0 {
		list.Add("access", "is empty, so that nobody would be let in; give %s, %s or both", AccessKey, AccessEntra)
	}
	for i, way := range o.Access {
		list.OneOf(fmt.Sprintf("access[%d]", i), way, []string{AccessKey, AccessEntra})
		if slices.Index(o.Access, way) < i {
			list.Add(fmt.Sprintf("access[%d]", i), "%q stands there twice", way)
		}
	}
	if o.allows(AccessEntra) {
		list.Merge("entra", o.Entra.validate())
	} else if !o.Entra.empty() {
		list.Add("entra", "has no effect: access has no %s", AccessEntra)
	}
	if !o.allows(AccessKey) {
		if len(o.Products) > 0 {
			list.Add("products", "have no effect: access has no %s", AccessKey)
		}
		if len(o.Subscriptions) > 0 {
			list.Add("subscriptions", "have no effect: access has no %s", AccessKey)
		}
	}
	return list.Err()
}

func (e Entra) empty() bool {
	return e.OpenIDConfiguration == "" && e.CallerClaim == "" && len(e.Issuers)+len(e.Audiences)+len(e.RequiredClaims) == 0
}

// sharedAudience is Azure OpenAI's own. Entra gives tokens for it to whoever is in
// the tenant and asks.
const sharedAudience = "https://cognitiveservices.azure.com"

func (e Entra) validate() error {
	var list faults.List
	switch {
	case e.OpenIDConfiguration == "" && len(e.Issuers) > 0:
		list.Add("openIdConfiguration", "is missing: issuers of your own need the URL of their OpenID configuration")
	case e.OpenIDConfiguration != "" && len(e.Issuers) == 0:
		list.Add("issuers", "is empty: tokens of any issuer with a good signature would pass; name the issuers that you trust")
	}
	if len(e.Audiences) == 0 {
		list.Add("audiences", "is empty: tokens for other services would pass; name your application's id or URI")
	}
	for i, audience := range e.Audiences {
		if audience == "" {
			list.Add(fmt.Sprintf("audiences[%d]", i), "is empty")
		}
		if strings.TrimSuffix(audience, "/") == sharedAudience && len(e.RequiredClaims) == 0 {
			list.Add(fmt.Sprintf("audiences[%d]", i), "%q is every Azure OpenAI's: anybody in the tenant gets such tokens; "+
				"add requiredClaims (oid, appid or roles), or use an application of your own", audience)
		}
	}
	for i, issuer := range e.Issuers {
		if issuer == "" {
			list.Add(fmt.Sprintf("issuers[%d]", i), "is empty")
		}
	}
	for i, claim := range e.RequiredClaims {
		at := fmt.Sprintf("requiredClaims[%d]", i)
		if claim.Name == "" {
			list.Add(at+".name", "is missing")
		}
		if len(claim.Values) == 0 {
			list.Add(at+".values", "is empty; give the values that are wanted")
		}
		if claim.Match != "" {
			list.OneOf(at+".match", claim.Match, []string{"all", "any"})
		}
	}
	if e.CallerClaim != "" {
		list.OneOf("callerClaim", e.CallerClaim, policies.CallerClaims)
	}
	if e.OpenIDConfiguration != "" && !strings.HasPrefix(e.OpenIDConfiguration, "https://") {
		list.Add("openIdConfiguration", "%q is no https URL such as https://login.microsoftonline.com/<tenant>/v2.0/.well-known/openid-configuration", e.OpenIDConfiguration)
	}
	return list.Err()
}

func (o Options) validateConsumers() error {
	var list faults.List
	offered := skus[o.SKU]
	products := make([]string, len(o.Products))
	for i, product := range o.Products {
		at := fmt.Sprintf("products[%d]", i)
		checkID(&list, at+".name", product.Name, "product", products[:i])
		products[i] = product.Name
		checkLength(&list, at+".displayName", product.DisplayName, 300)
		checkLength(&list, at+".description", product.Description, 1000)
		list.Merge(at+".limits", product.Limits.validate(offered, o.SKU))
		first := slices.IndexFunc(o.Products, func(other Product) bool { return other.displayName() == product.displayName() })
		if first < i && products[first] != product.Name {
			list.Add(at+".displayName", "%q is that of [%d] already; Azure tells products apart by it", product.displayName(), first)
		}
	}
	names := make([]string, len(o.Subscriptions))
	for i, subscription := range o.Subscriptions {
		at := fmt.Sprintf("subscriptions[%d]", i)
		checkID(&list, at+".name", subscription.Name, "subscription", names[:i])
		names[i] = subscription.Name
		checkLength(&list, at+".displayName", subscription.DisplayName, 100)
		if subscription.Product != "" && !slices.Contains(products, subscription.Product) {
			list.OneOf(at+".product", subscription.Product, products)
		}
		list.Merge(at+".limits", subscription.Limits.validate(offered, o.SKU))
	}
	return list.Err()
}

func checkID(list *faults.List, path, id, kind string, before []string) {
	if !idForm.MatchString(id) {
		list.Add(path, "%q is not a name for a %s here; allowed are %s", id, kind, idAllowed)
	}
	if first := slices.Index(before, id); first >= 0 {
		list.Add(path, "%q is used by [%d] already", id, first)
	}
}

func checkLength(list *faults.List, path, text string, most int) {
	if len(text) > most {
		list.Add(path, "has %d characters; at most %d are allowed", len(text), most)
	}
}

func (p Product) displayName() string {
	if p.DisplayName == "" {
		return p.Name
	}
	return p.DisplayName
}

func (s Subscription) displayName() string {
	if s.DisplayName == "" {
		return s.Name
	}
	return s.DisplayName
}

// maxAttempts is the bound of a retry's count. Source: API Management's reference
// of the policy retry.
const maxAttempts = 50

func (b LoadBalancing) validate(offered capabilities, sku string) error {
	var list faults.List
	list.OneOf("strategy", b.Strategy, Strategies)
	if b.Strategy == "round-robin" && !offered.cache {
		list.Add("strategy", "round-robin counts in the built-in cache, which %s does not have; use pool", sku)
	}
	list.Between("maxAttempts", b.MaxAttempts, 0, maxAttempts, "attempts")
	list.Between("attemptTimeoutSeconds", b.AttemptTimeoutSeconds, 10, 240, "s")
	if b.TotalTimeoutSeconds < b.AttemptTimeoutSeconds {
		list.Add("totalTimeoutSeconds", "%d leaves no room for one attempt of %d; raise it, or lower attemptTimeoutSeconds",
			b.TotalTimeoutSeconds, b.AttemptTimeoutSeconds)
	}
	list.Between("totalTimeoutSeconds", b.TotalTimeoutSeconds, 10, 3600, "s")
	list.Between("exhaustedRetryAfterSeconds", b.ExhaustedRetryAfterSeconds, 1, 3600, "s")
	breaker := b.CircuitBreaker
	list.Between("circuitBreaker.failures", breaker.Failures, 1, 10000, "failures")
	list.Between("circuitBreaker.intervalSeconds", breaker.IntervalSeconds, 1, 3600, "s")
	list.Between("circuitBreaker.tripSeconds", breaker.TripSeconds, 1, 3600, "s")
	return list.Err()
}

func (l Logging) validate(offered capabilities, sku string) error {
	var list faults.List
	list.Between("samplingPercent", l.SamplingPercent, 0, 100, "percent")
	list.Between("bodyBytes", l.BodyBytes, 0, MaxBodyBytes, "bytes")
	list.OneOf("llm", l.LLM, LLMLogs)
	if !offered.resourceLogs && l.LLM == "messages" {
		list.Add("llm", "messages go to Log Analytics, which %s does not log to; use eventHub", sku)
	}
	list.Between("eventHub.chunks", l.EventHub.Chunks, 1, policies.MaxPromptChunks, "events")
	list.Between("eventHub.retentionHours", l.EventHub.RetentionHours, 1, 168, "h")
	list.Between("eventHub.partitions", l.EventHub.Partitions, 1, 32, "partitions")
	return list.Err()
}

// windows are those of a scheduled query rule that are neither too short for a
// share nor too long for an alert.
var windows = []int{5, 10, 15, 30, 60}

func (a Alerts) validate(offered capabilities, sku string) error {
	var list faults.List
	for i, email := range a.Emails {
		list.Email(fmt.Sprintf("emails[%d]", i), email)
		if slices.Index(a.Emails, email) < i {
			list.Add(fmt.Sprintf("emails[%d]", i), "%q stands there twice", email)
		}
	}
	if len(a.Emails) > 0 && !offered.resourceLogs {
		list.Add("emails", "alerts are made from logs of requests, which %s does not write; remove them", sku)
	}
	list.Between("throttledPercent", a.ThrottledPercent, 1, 100, "percent")
	list.Between("failedPercent", a.FailedPercent, 1, 100, "percent")
	list.Between("breakerTrips", a.BreakerTrips, 1, 1_000_000, "requests")
	if !slices.Contains(windows, a.WindowMinutes) {
		list.Add("windowMinutes", "%d is not allowed; one of 5, 10, 15, 30, 60", a.WindowMinutes)
	}
	return list.Err()
}
