package gateway

import (
	"net/url"
	"slices"
	"strings"

	"github.com/aoai-gateway/aoai-gateway/internal/arm"
	"github.com/aoai-gateway/aoai-gateway/internal/policy/exchange"
	"github.com/aoai-gateway/aoai-gateway/sandbox/azure"
)

// api is an API with its operations.
type api struct {
	resource   *azure.Resource
	id         string
	segments   []string
	operations []*operation
	needsKey   bool
	keyHeader  string
	keyQuery   string
	// diagnostics are the API's own, which take the place of the service's.
	diagnostics map[string]diagnostic
	// shown is the API as expressions see it.
	shown exchange.API
}

// operation is one of an API, or the stand-in for none.
type operation struct {
	resource *azure.Resource
	id       string
	method   string
	template []string
}

// none stands for the operation of a request that matches no operation.
var none = &operation{id: ""}

func (c *config) readAPIs() {
	for _, each := range c.below("apis") {
		properties := each.Properties()
		if current, given := properties["isCurrent"].(bool); given && !current {
			continue
		}
		names := inner(properties, "subscriptionKeyParameterNames")
		a := &api{
			resource: each, id: each.Name(), segments: split(text(properties, "path")), needsKey: flag(properties, "subscriptionRequired"),
			keyHeader: text(names, "header"), keyQuery: text(names, "query"),
		}
		for _, held := range c.held.Below(each.ID, typePrefix+"apis/operations") {
			path, _, _ := strings.Cut(text(held.Properties(), "urlTemplate"), "?")
			a.operations = append(a.operations, &operation{
				resource: held, id: held.Name(), method: text(held.Properties(), "method"), template: split(path),
			})
		}
		a.diagnostics = c.readDiagnostics(c.held.Below(each.ID, typePrefix+"apis/diagnostics"))
		a.shown = a.seen()
		c.apis = append(c.apis, a)
	}
}

func split(path string) []string {
	path = strings.Trim(path, "/")
	if path == "" {
		return nil
	}
	return strings.Split(path, "/")
}

// match finds the API with the longest path that a request's path begins with, and
// the rest of the path. Case does not matter.
func (c *config) match(path string) (found *api, rest []string) {
	segments := split(path)
	for _, a := range c.apis {
		if len(a.segments) <= len(segments) && (found == nil || len(a.segments) > len(found.segments)) &&
			slices.EqualFunc(a.segments, segments[:len(a.segments)], strings.EqualFold) {
			found, rest = a, segments[len(a.segments):]
		}
	}
	return found, rest
}

// match finds the operation of a request, with what its template names. Fixed
// segments win over named ones.
func (a *api) match(method string, segments []string) (*operation, map[string]string) {
	var best *operation
	var bestParameters map[string]string
	bestFixed := -1
	for _, o := range a.operations {
		if !strings.EqualFold(o.method, method) && o.method != "*" {
			continue
		}
		parameters, fixed, ok := o.fits(segments)
		if ok && fixed > bestFixed {
			best, bestParameters, bestFixed = o, parameters, fixed
		}
	}
	return best, bestParameters
}

func (o *operation) fits(segments []string) (parameters map[string]string, fixed int, ok bool) {
	parameters = map[string]string{}
	for i, part := range o.template {
		name, isNamed := strings.CutPrefix(part, "{")
		name = strings.TrimSuffix(name, "}")
		if rest, wild := strings.CutPrefix(name, "*"); isNamed && wild {
			parameters[rest] = unescape(strings.Join(segments[min(i, len(segments)):], "/"))
			return parameters, fixed, true
		}
		switch {
		case i >= len(segments):
			return nil, 0, false
		case isNamed:
			parameters[name] = unescape(segments[i])
		case strings.EqualFold(part, segments[i]) || part == "*":
			fixed++
		default:
			return nil, 0, false
		}
	}
	return parameters, fixed, len(o.template) == len(segments)
}

func unescape(segment string) string {
	if unescaped, err := url.PathUnescape(segment); err == nil {
		return unescaped
	}
	return segment
}

// seen is the API as expressions see it.
func (a *api) seen() exchange.API {
	properties := a.resource.Properties()
	var protocols []string
	list, _ := properties["protocols"].([]any)
	for _, each := range list {
		protocol, _ := each.(string)
		protocols = append(protocols, protocol)
	}
	return exchange.API{
		ID: a.id, Name: text(properties, "displayName"), Path: text(properties, "path"), Revision: text(properties, "apiRevision"),
		Version: text(properties, "apiVersion"), IsCurrentRevision: true, ServiceURL: serviceURL(text(properties, "serviceUrl")),
		Protocols: protocols, KeyHeader: a.keyHeader, KeyQuery: a.keyQuery,
	}
}

func (o *operation) seen() exchange.Operation {
	if o.resource == nil {
		return exchange.Operation{}
	}
	properties := o.resource.Properties()
	return exchange.Operation{ID: o.id, Name: text(properties, "displayName"), Method: o.method, URLTemplate: text(properties, "urlTemplate")}
}

// product is a bundle of APIs.
type product struct {
	resource *azure.Resource
	apis     map[string]bool
}

func (p *product) key() string {
	if p == nil {
		return ""
	}
	return arm.Fold(p.resource.ID)
}

func (p *product) seen() *exchange.Product {
	if p == nil {
		return nil
	}
	properties := p.resource.Properties()
	return &exchange.Product{
		ID: p.resource.Name(), Name: text(properties, "displayName"), ApprovalRequired: flag(properties, "approvalRequired"),
		SubscriptionRequired: flag(properties, "subscriptionRequired"), Published: text(properties, "state") == "published",
	}
}
