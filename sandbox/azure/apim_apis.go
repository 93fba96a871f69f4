package azure

import (
	"net/http"
	"strings"

	"github.com/aoai-gateway/aoai-gateway/internal/arm"
	facts "github.com/aoai-gateway/aoai-gateway/internal/azure"
)

// APIs and operations, and backends with their pools.

// apiWrite is an API on its way into the store, with the operations that its definition brings.
type apiWrite struct{ *put }

func completeAPI(p *put) error { return apiWrite{p}.fill() }

// fill fills what Azure fills, and refuses what Azure refuses.
func (p apiWrite) fill() error {
	properties := p.properties()
	if err := p.notModelled(); err != nil {
		return err
	}
	if err := p.importDefinition(); err != nil {
		return err
	}
	if err := p.bearerKeys(); err != nil {
		return err
	}
	switch taken, err := p.sameAs(); {
	case err != nil:
		return err
	case taken != "":
		// Two spaces: the service's own words.
		return invalid("path", "Cannot create API '%s' with the same Path '%s' as API '%s'  unless it's a part of the same version set",
			p.id.Name(), text(properties, "path"), taken)
	}
	defaults(properties, map[string]any{
		"displayName": p.id.Name(), "apiRevision": "1", "isCurrent": true, "subscriptionRequired": true,
		"protocols": []any{"https"},
	})
	defaults(object(properties, "subscriptionKeyParameterNames"), map[string]any{"header": "Ocp-Apim-Subscription-Key", "query": "subscription-key"})
	return nil
}

// bearerAPIVersion is the first API version with subscriptionKeyParameterNames.bearer. Source:
// Azure-Samples/AI-Gateway, whose modules write it. That older versions drop it is assumed.
const bearerAPIVersion = "2025-03-01-preview"

// bearerKeys is whether a key may come as Authorization: Bearer.
func (p apiWrite) bearerKeys() error {
	names := object(p.properties(), "subscriptionKeyParameterNames")
	switch value := text(names, "bearer"); {
	case p.apiVersion < bearerAPIVersion:
		delete(names, "bearer")
	case names["bearer"] != nil && value != "enabled" && value != "disabled":
		return invalid("subscriptionKeyParameterNames.bearer", "The value '%v' is not allowed: enabled or disabled.", names["bearer"])
	}
	return nil
}

func completeOperation(p *put) error {
	properties := p.properties()
	switch taken, err := p.sameAs(); {
	case err != nil:
		return err
	case taken != "":
		return invalid("urlTemplate", "Operation with the same method and URL template already exists: %s.", taken)
	}
	for _, name := range templateParameters(text(properties, "urlTemplate")) {
		if !declares(properties["templateParameters"], name) {
			return invalid("templateParameters", "All template parameters used in the UriTemplate must be defined in the Operation, and vice-versa: '%s'.", name)
		}
	}
	defaults(properties, map[string]any{"templateParameters": []any{}, "responses": []any{}})
	defaults(object(properties, "request"), map[string]any{"queryParameters": []any{}, "headers": []any{}, "representations": []any{}})
	return nil
}

// templateParameters are the names in braces of a URL template.
func templateParameters(template string) []string {
	var names []string
	for part := range strings.SplitSeq(template, "{") {
		if name, _, ok := strings.Cut(part, "}"); ok {
			names = append(names, strings.TrimPrefix(name, "*"))
		}
	}
	return names
}

func declares(parameters any, name string) bool {
	list, _ := parameters.([]any)
	for _, each := range list {
		if parameter, _ := each.(map[string]any); text(parameter, "name") == name {
			return true
		}
	}
	return false
}

// completeBackend holds a pool and a single backend each to its own fields.
// Sources: reports of the service's messages (Azure/bicep#14097, Azure/apiops#797);
// API Management's page on backends.
func completeBackend(p *put) error {
	properties := p.properties()
	if text(properties, "type") == "Pool" {
		return p.pool(properties)
	}
	defaults(properties, map[string]any{"type": "Single"})
	for _, needed := range []string{"url", "protocol"} {
		if text(properties, needed) == "" {
			return invalid(needed, "'%s' must not be empty.", needed)
		}
	}
	if properties["circuitBreaker"] == nil {
		return nil
	}
	sku, err := p.apimSKU()
	if err != nil {
		return err
	}
	if offered, known := facts.FindAPIMSKU(sku); known && !offered.Breakers {
		return refuse(http.StatusBadRequest, "MethodNotAllowedInPricingTier", "Circuit breakers are not allowed in the pricing tier %s.", sku)
	}
	return nil
}

func (p *put) pool(properties map[string]any) error {
	for _, field := range []string{"url", "protocol"} {
		if properties[field] != nil {
			return invalid(field, "%s is not supported for backend pool.", strings.ToUpper(field[:1])+field[1:])
		}
	}
	services, _ := object(properties, "pool")["services"].([]any)
	if len(services) == 0 || len(services) > facts.MaxPoolMembers {
		return invalid("pool", "A backend pool has 1 to %d services, not %d.", facts.MaxPoolMembers, len(services))
	}
	for _, each := range services {
		member, _ := each.(map[string]any)
		id, err := arm.ParseID(absolute(text(member, "id"), apimService(p.id)))
		if err != nil {
			return invalid("pool", "%v", err)
		}
		found, err := p.tx.Get(id.String())
		if err != nil {
			return err
		}
		if found == nil {
			return invalid("pool", "Backend Entity '%s' not found.", id.Name())
		}
		inner, _ := found.Body["properties"].(map[string]any)
		if text(inner, "type") == "Pool" {
			return invalid("pool", "Backend Entity '%s' is a pool; a pool holds single backends only.", id.Name())
		}
	}
	return nil
}

// absolute makes a full id of one that starts below the service.
func absolute(id string, service arm.ID) string {
	if strings.HasPrefix(strings.ToLower(id), "/subscriptions/") && strings.Contains(strings.ToLower(id), "/providers/") {
		return id
	}
	return service.String() + id
}

// backendNotInUse refuses to delete what a policy names or a pool holds. The
// wording for policies is that of a public report; that pools hold their members is
// assumed.
func backendNotInUse(tx *Tx, id arm.ID, _ *http.Request) error {
	quoted := `"` + id.Name() + `"`
	users, err := policiesThat(tx, id, func(document string) bool { return strings.Contains(document, "backend-id="+quoted) })
	if err != nil {
		return err
	}
	below, err := tx.Under(apimService(id).String())
	if err != nil {
		return err
	}
	for _, resource := range below {
		properties, _ := resource.Body["properties"].(map[string]any)
		if strings.EqualFold(resource.Type, id.Type()) && text(properties, "type") == "Pool" {
			for _, member := range valuesAt(properties, []string{"pool", "services", "id"}) {
				if strings.EqualFold(absolute(member, apimService(id)), id.String()) {
					users = append(users, "/backends/"+text(resource.Body, "name"))
				}
			}
		}
	}
	return inUse("Backend", id, users)
}

// policiesThat are the policies of a service whose documents hold something, as
// paths below the service.
func policiesThat(tx *Tx, id arm.ID, holds func(document string) bool) ([]string, error) {
	service := apimService(id).String()
	below, err := tx.Under(service)
	var users []string
	for _, resource := range below {
		kind := arm.Fold(resource.Type)
		if (strings.HasSuffix(kind, "/policies") || strings.HasSuffix(kind, "/policyfragments")) && holds(text(resource.Hidden, "value")) {
			users = append(users, resource.ID[len(service):])
		}
	}
	return users, err
}

func inUse(what string, id arm.ID, users []string) error {
	if len(users) == 0 {
		return nil
	}
	return refuse(http.StatusBadRequest, "ValidationError", "The %s '%s' is used by the following entities:\r\n%s\r\n",
		what, id.Name(), strings.Join(users, "\r\n"))
}
