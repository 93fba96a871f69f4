package gateway

import (
	"crypto/subtle"
	"net/http"
	"strings"
	"time"

	"github.com/aoai-gateway/aoai-gateway/internal/arm"
	"github.com/aoai-gateway/aoai-gateway/internal/policy"
	"github.com/aoai-gateway/aoai-gateway/internal/policy/exchange"
	"github.com/aoai-gateway/aoai-gateway/sandbox/azure"
)

// subscription is what a key belongs to.
type subscription struct {
	resource           *azure.Resource
	primary, secondary string
	// scope is folded: an API's id, a product's, or the service's /apis.
	scope string
}

func (c *config) readConsumers() {
	for _, each := range c.below("products") {
		p := &product{resource: each, apis: map[string]bool{}}
		for _, link := range c.held.Below(each.ID, typePrefix+"products/apis") {
			p.apis[strings.ToLower(link.Name())] = true
		}
		c.products[arm.Fold(each.ID)] = p
	}
	for _, each := range c.below("subscriptions") {
		c.subscriptions = append(c.subscriptions, &subscription{
			resource: each, primary: text(each.Hidden, "primaryKey"), secondary: text(each.Hidden, "secondaryKey"),
			scope: strings.TrimSuffix(arm.Fold(text(each.Properties(), "scope")), "/"),
		})
	}
}

// find is the active subscription of a key that is good for an API, and the product
// that it is good through.
func (c *config) find(key string, a *api) (*subscription, *product) {
	for _, s := range c.subscriptions {
		if text(s.resource.Properties(), "state") != "active" || !s.has(key) {
			continue
		}
		if p, ok := c.products[s.scope]; ok {
			if p.apis[strings.ToLower(a.id)] && text(p.resource.Properties(), "state") == "published" {
				return s, p
			}
			continue
		}
		service := arm.Fold(c.service.ID)
		if s.scope == arm.Fold(a.resource.ID) || s.scope == service || s.scope == service+"/apis" {
			return s, nil
		}
	}
	return nil, nil
}

func (s *subscription) has(key string) bool {
	for _, own := range []string{s.primary, s.secondary} {
		if own != "" && subtle.ConstantTimeCompare([]byte(own), []byte(key)) == 1 {
			return true
		}
	}
	return false
}

// open is the product that lets callers use an API without a key, if there is one.
func (c *config) open(a *api) *product {
	for _, each := range c.below("products") {
		p := c.products[arm.Fold(each.ID)]
		if p.apis[strings.ToLower(a.id)] && !flag(each.Properties(), "subscriptionRequired") && text(each.Properties(), "state") == "published" {
			return p
		}
	}
	return nil
}

// consumer is who calls: nobody known, where he came without a key.
type consumer struct {
	key          string
	subscription *subscription
	product      *product
}

// admit looks up who calls, before any policy runs. A key that is given has to be
// good, also where none is needed. Source: API Management's page on subscriptions,
// and its reference of predefined errors.
func (r *request) admit(a *api) (consumer, *policy.Error) {
	key := r.r.Header.Get(a.keyHeader)
	if key == "" {
		key = r.r.URL.Query().Get(a.keyQuery)
	}
	if key != "" {
		if found, p := r.config.find(key, a); found != nil {
			return consumer{key, found, p}, nil
		}
		return consumer{}, r.unauthorized(a, "SubscriptionKeyInvalid",
			"Access denied due to invalid subscription key. Make sure to provide a valid key for an active subscription.")
	}
	if p := r.config.open(a); p != nil {
		return consumer{product: p}, nil
	}
	if a.needsKey {
		return consumer{}, r.unauthorized(a, "SubscriptionKeyNotFound",
			"Access denied due to missing subscription key. Make sure to include subscription key when making requests to an API.")
	}
	return consumer{}, nil
}

func (r *request) unauthorized(a *api, reason, message string) *policy.Error {
	refusal := &policy.Error{
		Failure: exchange.Failure{Source: "authorization", Reason: reason, Message: message, Section: "inbound"}, Status: http.StatusUnauthorized, Public: message,
	}
	refusal.Headers.Set("WWW-Authenticate", `AzureApiManagementKey realm="`+r.publicURL().Base()+"/"+strings.Join(a.segments, "/")+`",name="`+a.keyHeader+`",type="header"`)
	return refusal
}

// seen is the subscription as expressions see it, and its owner.
func (s *subscription) seen(key string) (*exchange.Subscription, *exchange.User) {
	if s == nil {
		return nil, nil
	}
	properties := s.resource.Properties()
	created, _ := time.Parse(time.RFC3339Nano, text(properties, "createdDate"))
	shown := &exchange.Subscription{
		ID: s.resource.Name(), Name: text(properties, "displayName"), Key: key, PrimaryKey: s.primary, SecondaryKey: s.secondary, Created: created,
	}
	owner := text(properties, "ownerId")
	if owner == "" {
		return shown, nil
	}
	return shown, &exchange.User{ID: owner[strings.LastIndexByte(owner, '/')+1:], FirstName: "Administrator"}
}
