package gateway

import (
	"crypto/subtle"
	"net/http"
	"strings"

	"github.com/aoai-gateway/aoai-gateway/internal/policy"
	"github.com/aoai-gateway/aoai-gateway/internal/policy/exchange"
	"github.com/aoai-gateway/aoai-gateway/sandbox/deployed"
)

// find is the active subscription of a key that is good for an API, and the product
// that it is good through.
func (c *config) find(key string, a *api) (*deployed.Subscription, *deployed.Product) {
	for _, s := range c.service.Subscriptions {
		if !s.Active || !has(s, key) {
			continue
		}
		if p := s.Scope.Product; p != nil {
			if p.Has(a.API) && p.Published {
				return s, p
			}
			continue
		}
		if s.Scope.API == a.API || s.Scope.AllAPIs {
			return s, nil
		}
	}
	return nil, nil
}

// has reports whether a key is one of a subscription's.
func has(s *deployed.Subscription, key string) bool {
	for _, own := range []string{s.Primary, s.Secondary} {
		if own != "" && subtle.ConstantTimeCompare([]byte(own), []byte(key)) == 1 {
			return true
		}
	}
	return false
}

// open is the product that lets callers use an API without a key, if there is one.
func (c *config) open(a *api) *deployed.Product {
	for _, p := range c.service.Products {
		if p.Has(a.API) && !p.SubscriptionRequired && p.Published {
			return p
		}
	}
	return nil
}

// consumer is who calls: nobody known, where he came without a key.
type consumer struct {
	key          string
	subscription *deployed.Subscription
	product      *deployed.Product
}

// admit looks up who calls, before any policy runs. A key that is given has to be
// good, also where none is needed. Source: API Management's page on subscriptions,
// and its reference of predefined errors. That a bearer token is looked at last is assumed.
func (r *request) admit(a *api) (consumer, *policy.Error) {
	key := r.r.Header.Get(a.KeyHeader)
	if key == "" {
		key = r.r.URL.Query().Get(a.KeyQuery)
	}
	if key == "" && a.BearerKeys {
		key = bearerOf(r.r.Header.Get("Authorization"))
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
	if a.NeedsKey {
		return consumer{}, r.unauthorized(a, "SubscriptionKeyNotFound",
			"Access denied due to missing subscription key. Make sure to include subscription key when making requests to an API.")
	}
	return consumer{}, nil
}

// bearerOf is the token of an Authorization header, "" for none.
func bearerOf(header string) string {
	scheme, token, _ := strings.Cut(strings.TrimSpace(header), " ")
	if !strings.EqualFold(scheme, "Bearer") {
		return ""
	}
	return strings.TrimSpace(token)
}

func (r *request) unauthorized(a *api, reason, message string) *policy.Error {
	refusal := &policy.Error{
		Failure: exchange.Failure{Source: "authorization", Reason: reason, Message: message, Section: "inbound"}, Status: http.StatusUnauthorized, Public: message,
	}
	refusal.Headers.Set("WWW-Authenticate", `AzureApiManagementKey realm="`+r.publicURL().Base()+"/"+strings.Join(a.segments, "/")+`",name="`+a.KeyHeader+`",type="header"`)
	return refusal
}

// seen are the caller's subscription and its owner, as expressions see them.
func (c consumer) seen() (*exchange.Subscription, *exchange.User) {
	s := c.subscription
	if s == nil {
		return nil, nil
	}
	shown := &exchange.Subscription{ID: s.ID, Name: s.DisplayName, Key: c.key, PrimaryKey: s.Primary, SecondaryKey: s.Secondary, Created: s.Created}
	if s.Owner == "" {
		return shown, nil
	}
	return shown, &exchange.User{ID: s.Owner, FirstName: "Administrator"}
}
