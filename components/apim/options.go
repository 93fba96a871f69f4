package apim

import (
	"fmt"
	"slices"
	"unicode/utf8"

	"github.com/aoai-gateway/aoai-gateway/internal/azure"
	"github.com/aoai-gateway/aoai-gateway/internal/defaults"
	"github.com/aoai-gateway/aoai-gateway/internal/faults"
)

// Options are the choices of a gateway of API Management. DefaultOptions gives the
// defaults.
type Options struct {
	// SKU is Consumption, Developer (no service level), Basic, Standard, Premium,
	// BasicV2 (the cheapest that has all that the policies use),
	// StandardV2 or PremiumV2. Going from a classic SKU to a v2 one, to or from
	// Consumption, replaces the service.
	SKU string `json:"sku" default:"BasicV2"`
	// Units of the SKU; 0 for Consumption.
	Units int `json:"units" default:"1"`
	// Zones spread the units of Premium: "1", "2", "3".
	Zones []string `json:"zones"`
	// Drain keeps the edge from sending requests to the service's own region, and
	// GatewayOff switches the gateway there off. For maintenance, the first
	// comes before the second: otherwise requests still come when the gateway goes.
	Drain      bool `json:"drain"`
	GatewayOff bool `json:"gatewayOff"`
	// Regions are where the service has gateways beside its own region; Premium only.
	Regions   []Region  `json:"regions"`
	Publisher Publisher `json:"publisher"`
	// Identity is system-assigned, or user-assigned where roles must
	// exist before the service does.
	Identity string `json:"identity" default:"system-assigned"`
	// CustomDomains are host names of yours by which callers reach the gateways, beside
	// Azure's own name of the service. Developer and Premium take several, other SKUs one.
	CustomDomains []CustomDomain `json:"customDomains"`
	// Restore brings back a service that was deleted outside of the stack less than
	// 48 hours ago, under the name that the stack still has for it.
	// Azure ignores all other properties in that request and refuses it when nothing
	// was deleted. What lay in the service is there again, and has to be imported
	// before `up` goes on: where the deletion was a mistake, undelete the service
	// with Azure's tools before the next refresh instead.
	Restore bool `json:"restore"`
	// Access is how callers are let in: subscription-key, entra or both.
	// Either suffices.
	Access []string `json:"access" default:"subscription-key"`
	// BearerKeys takes a key as Authorization: Bearer, too, as OpenAI's own client sends it;
	// for access by subscription-key alone. It is not proven on Azure.
	BearerKeys bool `json:"bearerKeys"`
	// Entra is what tokens are held to, where access has entra.
	Entra Entra `json:"entra" default:"-"`
	// Products group subscriptions; their limits hold for each subscription.
	Products []Product `json:"products"`
	// Subscriptions are the consumers with a key of their own.
	Subscriptions []Subscription `json:"subscriptions"`
	// CallerLimits hold for each caller, whatever it came in by.
	CallerLimits  Limits        `json:"callerLimits" default:"-"`
	SemanticCache SemanticCache `json:"semanticCache"`
	ContentSafety ContentSafety `json:"contentSafety"`
	LoadBalancing LoadBalancing `json:"loadBalancing"`
	Logging       Logging       `json:"logging"`
	Alerts        Alerts        `json:"alerts"`
}

// Publisher is told to users, and gets Azure's notices.
type Publisher struct {
	// Name is up to 100 characters.
	Name string `json:"name" default:"Azure OpenAI gateway"`
	// Email has to be given: Azure asks for one.
	Email string `json:"email"`
}

// DefaultOptions are what an empty configuration means.
func DefaultOptions() Options { return defaults.Of[Options]() }

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
func (o Options) ResourceLogs() bool { return offeredBy(o.SKU).ResourceLogs }

// Breakers reports whether the SKU has circuit breakers: without them no later
// priority of a pool is ever used.
func (o Options) Breakers() bool { return offeredBy(o.SKU).Breakers }

// WithoutMonitor returns what has no effect where nothing is monitored, as mistakes
// with their paths below the options.
func (o Options) WithoutMonitor() error {
	var list faults.List
	unset := DefaultOptions().Logging
	unset.EventHub = o.Logging.EventHub // goes its own way
	if o.Logging != unset {
		list.Add("logging", "has no effect without monitor, but for eventHub").Remedy("remove the rest")
	}
	if len(o.Alerts.Emails) > 0 {
		list.Add("alerts.emails", "alerts are made from logs, and nothing is monitored").Remedy("remove them")
	}
	return list.Err()
}

// Validate returns every mistake, with its path below the options. Region is where
// the service will be, "" where that is not known.
func (o Options) Validate(region string) error {
	var list faults.List
	list.OneOf("sku", o.SKU, SKUs())
	validateUnits(&list, "", o.SKU, o.Units, o.Zones, region)
	list.Merge("", o.validateRegions(region))
	list.Merge("publisher", o.Publisher.validate())
	list.OneOf("identity", o.Identity, []string{SystemAssigned, UserAssigned})
	list.Merge("", o.validateDomains())
	list.Merge("", o.validateAccess())
	list.Merge("", o.validateConsumers())
	offered, known := azure.FindAPIMSKU(o.SKU)
	if !known {
		return list.Err()
	}
	list.Merge("callerLimits", validateLimits(o.CallerLimits, offered, o.SKU))
	list.Merge("semanticCache", o.SemanticCache.validate(o.Identity))
	list.Merge("contentSafety", o.ContentSafety.validate(o.Identity, offered))
	list.Merge("loadBalancing", o.LoadBalancing.validate(offered, o.SKU))
	list.Merge("logging", o.Logging.validate(offered, o.SKU))
	list.Merge("alerts", o.Alerts.validate(offered, o.SKU, o.Logging.SamplingPercent))
	return list.Err()
}

func (p Publisher) validate() error {
	var list faults.List
	if length := utf8.RuneCountInString(p.Name); length < 1 || length > 100 {
		list.Add("name", "has %d characters", length).About(p.Name).Remedy("allowed are 1 to 100")
	}
	list.Email("email", p.Email)
	if len(p.Email) > 100 {
		list.Add("email", "has %d characters", len(p.Email)).About(p.Email).Remedy("at most 100 are allowed")
	}
	return list.Err()
}

func (o Options) validateAccess() error {
	var list faults.List
	if len(o.Access) == 0 {
		list.Add("access", "is empty, so that nobody would be let in").Remedy("give %s, %s or both", AccessKey, AccessEntra)
	}
	for i, way := range o.Access {
		list.OneOf(fmt.Sprintf("access[%d]", i), way, []string{AccessKey, AccessEntra})
		if slices.Index(o.Access, way) < i {
			list.Add(fmt.Sprintf("access[%d]", i), "%q stands there twice", way).About(way).Remedy("remove one")
		}
	}
	o.validateBearerKeys(&list)
	if o.allows(AccessEntra) {
		list.Merge("entra", validateEntra(o.Entra))
	} else if !saysNothing(o.Entra) {
		list.Add("entra", "has no effect: access has no %s", AccessEntra).Remedy("add it to access, or remove the key")
	}
	if len(o.Access) > 0 && list.Err() == nil && !o.allows(AccessKey) {
		if len(o.Products) > 0 {
			list.Add("products", "have no effect: access has no %s", AccessKey).Remedy("add it to access, or remove them")
		}
		if len(o.Subscriptions) > 0 {
			list.Add("subscriptions", "have no effect: access has no %s", AccessKey).Remedy("add it to access, or remove them")
		}
	}
	return list.Err()
}
