package gateway

import (
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/aoai-gateway/aoai-gateway/internal/policy/exchange"
	"github.com/aoai-gateway/aoai-gateway/sandbox/deployed"
)

// api is an API with its operations.
type api struct {
	*deployed.API
	segments   []string
	operations []*operation
	// diagnostics are the API's own, by their names in lower case.
	diagnostics map[string]*deployed.Diagnostic
	// shown is the API as expressions see it.
	shown exchange.API
}

// operation is one of an API, or the stand-in for none.
type operation struct {
	*deployed.Operation
	template []string
}

// none stands for the operation of a request that matches no operation.
var none = &operation{Operation: &deployed.Operation{}}

func newAPI(of *deployed.API) *api {
	a := &api{API: of, segments: split(of.Path), diagnostics: byName(of.Diagnostics), shown: exchange.API{
		ID: of.ID, Name: of.DisplayName, Path: of.Path, Revision: of.Revision, Version: of.Version, IsCurrentRevision: true,
		ServiceURL: serviceURL(of.ServiceURL), Protocols: of.Protocols, KeyHeader: of.KeyHeader, KeyQuery: of.KeyQuery,
	}}
	for _, each := range of.Operations {
		path, _, _ := strings.Cut(each.URLTemplate, "?")
		a.operations = append(a.operations, &operation{each, split(path)})
	}
	return a
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
		if !strings.EqualFold(o.Method, method) && o.Method != "*" {
			continue
		}
		parameters, fixed, ok := o.fits(segments)
		if ok && (fixed > bestFixed || (fixed == bestFixed && best.Method == "*")) {
			best, bestParameters, bestFixed = o, parameters, fixed
		}
	}
	return best, bestParameters
}

// answersOptions reports whether an operation of the method OPTIONS takes a path: then a
// preflight is a request like others. Source: API Management's reference of cors.
func (a *api) answersOptions(segments []string) bool {
	found, _ := a.match(http.MethodOptions, segments)
	return found != nil && found.Method != "*"
}

// fits reports whether a path is one of the operation, with its parameters and how many of its
// parts are fixed. Parameters are gathered only where it is: most paths are of another one.
func (o *operation) fits(segments []string) (parameters map[string]string, fixed int, ok bool) {
	if fixed, ok = o.walk(segments, func(string, string) {}); !ok {
		return nil, 0, false
	}
	_, _ = o.walk(segments, func(name, value string) {
		if parameters == nil {
			parameters = map[string]string{}
		}
		parameters[name] = unescape(value)
	})
	return parameters, fixed, true
}

// walk goes along the template, and hands over the parameters that it meets.
func (o *operation) walk(segments []string, named func(name, value string)) (fixed int, ok bool) {
	for i, part := range o.template {
		name, isNamed := strings.CutPrefix(part, "{")
		name = strings.TrimSuffix(name, "}")
		if rest, wild := strings.CutPrefix(name, "*"); isNamed && wild {
			named(rest, strings.Join(segments[min(i, len(segments)):], "/"))
			return fixed, true
		}
		if part == "*" && i == len(o.template)-1 {
			return fixed, true // the rest of the path, however long
		}
		switch {
		case i >= len(segments):
			return 0, false
		case isNamed:
			named(name, segments[i])
		case strings.EqualFold(part, segments[i]) || part == "*":
			fixed++
		default:
			return 0, false
		}
	}
	return fixed, len(o.template) == len(segments)
}

func unescape(segment string) string {
	if unescaped, err := url.PathUnescape(segment); err == nil {
		return unescaped
	}
	return segment
}

// seen is the operation as expressions see it.
func (o *operation) seen() exchange.Operation {
	return exchange.Operation{ID: o.ID, Name: o.DisplayName, Method: o.Method, URLTemplate: o.URLTemplate}
}

// shownProduct is a product as expressions see it; nil for none.
func shownProduct(p *deployed.Product) *exchange.Product {
	if p == nil {
		return nil
	}
	return &exchange.Product{
		ID: p.ID, Name: p.DisplayName, ApprovalRequired: p.ApprovalRequired, SubscriptionRequired: p.SubscriptionRequired, Published: p.Published,
	}
}
