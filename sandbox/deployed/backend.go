package deployed

import (
	"strings"

	"github.com/aoai-gateway/aoai-gateway/internal/isoduration"
	"github.com/aoai-gateway/aoai-gateway/internal/policy/breaker"
)

// Backend is a backend entity: a single one, or a pool. The values of named values stand
// where it refers to them.
type Backend struct {
	// ID is the backend's name.
	ID string
	// Pool says that requests go to Members.
	Pool    bool
	Members []Member
	// URL is that of a single backend.
	URL string
	// Headers are those that the entity adds to requests, its credentials, and
	// Authorization one more; "" for none. Credentials of queries and certificates are not
	// modelled.
	Headers       []Header
	Authorization string
	// Identity gets a token that the entity adds to requests; nil for none.
	Identity *BackendIdentity
	// Breaker is nil where there is none.
	Breaker *breaker.Rule
	// Mistake is why the gateway cannot use it; nil where it can.
	Mistake error
}

// BackendIdentity is a managed identity of the service, which a backend's requests show.
type BackendIdentity struct {
	// Resource is what its tokens are for; ClientID is "" for the service's own identity.
	Resource, ClientID string
}

// Member of a pool. A lower priority is used first.
type Member struct {
	// ID is the backend's name.
	ID               string
	Priority, Weight int
}

// Header is one with its values.
type Header struct {
	Name   string
	Values []string
}

func backend(of resource, namedValues map[string]string) *Backend {
	properties := of.properties()
	b := &Backend{ID: of.Name(), Pool: properties.text("type") == "Pool"}
	if b.Pool {
		for _, each := range properties.object("pool").objects("services") {
			b.Members = append(b.Members, Member{lastSegment(each.text("id")), each.number("priority", 0), each.number("weight", 0)})
		}
		return b
	}
	b.URL = substitute(properties.text("url"), namedValues)
	b.credentials(properties.object("credentials"), namedValues)
	for _, rule := range properties.object("circuitBreaker").objects("rules") {
		if b.Breaker, b.Mistake = breakerRule(rule); b.Mistake != nil {
			return b
		}
	}
	return b
}

func (b *Backend) credentials(credentials object, namedValues map[string]string) {
	headers := credentials.object("header")
	for _, name := range sortedKeys(headers) {
		header := Header{Name: name}
		for _, value := range headers.texts(name) {
			header.Values = append(header.Values, substitute(value, namedValues))
		}
		b.Headers = append(b.Headers, header)
	}
	if authorization := credentials.object("authorization"); authorization != nil {
		b.Authorization = authorization.text("scheme") + " " + substitute(authorization.text("parameter"), namedValues)
	}
	if identity := credentials.object("managedIdentity"); identity != nil {
		b.Identity = &BackendIdentity{Resource: identity.text("resource"), ClientID: identity.text("clientId")}
	}
}

// substitute puts the values of named values in.
func substitute(text string, namedValues map[string]string) string {
	if !strings.Contains(text, "{{") {
		return text
	}
	for name, value := range namedValues {
		text = strings.ReplaceAll(text, "{{"+name+"}}", value)
	}
	return text
}

func breakerRule(of object) (*breaker.Rule, error) {
	condition := of.object("failureCondition")
	rule := &breaker.Rule{
		Count: condition.number("count", 0), Percentage: condition.number("percentage", 0), AcceptRetryAfter: of.flag("acceptRetryAfter"),
		Reasons: condition.texts("errorReasons"),
	}
	var err error
	if rule.Interval, err = isoduration.Parse(condition.text("interval")); err != nil {
		return nil, err
	}
	if rule.Trip, err = isoduration.Parse(of.text("tripDuration")); err != nil {
		return nil, err
	}
	for _, each := range condition.objects("statusCodeRanges") {
		rule.Failures = append(rule.Failures, breaker.Range{Min: each.number("min", 0), Max: each.number("max", 0)})
	}
	return rule, nil
}
