package azure

import (
	"net/http"
	"strings"

	"github.com/aoai-gateway/aoai-gateway/internal/arm"
)

// Products, subscriptions and their keys.

func completeProduct(p *put) error {
	properties := p.properties()
	switch taken, err := p.sameAs(); {
	case err != nil:
		return err
	case taken != "":
		return invalid("name", "Product with the same name already exists")
	}
	defaults(properties, map[string]any{"state": "notPublished", "subscriptionRequired": true})
	if properties["subscriptionRequired"] == true {
		defaults(properties, map[string]any{"approvalRequired": false})
	}
	if p.old != nil {
		return nil
	}
	// The service subscribes its administrator to every new product. Source:
	// Azure/bicep-registry-modules#6516.
	return p.subscribe("/subscriptions/"+strings.ReplaceAll(p.service.newGUID(), "-", "")[:24], p.id.String())
}

// productNotInUse refuses to delete a product that somebody subscribes to, unless
// the request says that subscriptions go, too. Source: Azure/apiops#94.
func productNotInUse(tx *Tx, id arm.ID, r *http.Request) error {
	below, err := tx.Under(apimService(id).String())
	if err != nil {
		return err
	}
	var subscribed []*Resource
	for _, resource := range below {
		properties, _ := resource.Body["properties"].(map[string]any)
		if strings.HasSuffix(arm.Fold(resource.Type), "/subscriptions") && strings.EqualFold(text(properties, "scope"), id.String()) {
			subscribed = append(subscribed, resource)
		}
	}
	if len(subscribed) == 0 {
		return nil
	}
	if r.URL.Query().Get("deleteSubscriptions") != "true" {
		return refuse(http.StatusBadRequest, "ValidationError", "Product cannot be deleted since it has existing subscriptions. "+
			"Delete subscriptions before deleting the product or pass in deleteSubscriptions=true as query param")
	}
	for _, resource := range subscribed {
		if err := tx.Delete(resource.ID); err != nil {
			return err
		}
	}
	return nil
}

// fragmentNotInUse refuses to delete what a policy includes: its callers would get 500.
// Source: API Management's page on policy fragments.
func fragmentNotInUse(tx *Tx, id arm.ID, _ *http.Request) error {
	users, err := policiesThat(tx, id, func(document string) bool { return strings.Contains(document, `fragment-id="`+id.Name()+`"`) })
	if err != nil {
		return err
	}
	return inUse("Policy fragment", id, users)
}

// completeProductAPI is a link: its name is an API's.
func completeProductAPI(p *put) error {
	return p.refersTo("apiId", apimService(p.id).String()+"/apis/"+p.id.Name())
}

// completeSubscription gives a subscription its keys, which no answer but that of
// listSecrets holds. Source: the service's REST reference.
func completeSubscription(p *put) error {
	properties := p.properties()
	if err := p.subscriptionScope(text(properties, "scope")); err != nil {
		return err
	}
	if p.hidden == nil {
		p.hidden = map[string]any{}
	}
	for _, name := range []string{"primaryKey", "secondaryKey"} {
		if given := text(properties, name); given != "" {
			p.hidden[name] = given
		} else if text(p.hidden, name) == "" {
			p.hidden[name] = strings.ReplaceAll(p.service.newGUID(), "-", "")
		}
		delete(properties, name)
	}
	defaults(properties, map[string]any{"state": "submitted", "allowTracing": false})
	keep(properties, p.oldProperties(), "createdDate", func() any { return p.timestamp() })
	return nil
}

// subscriptionScope refuses what a key cannot be for.
func (p *put) subscriptionScope(scope string) error {
	service := apimService(p.id)
	full := absolute(scope, service)
	if strings.EqualFold(full, service.String()+"/apis") {
		return nil
	}
	id, err := arm.ParseID(full)
	kind := arm.Fold(id.Type())
	if err != nil || !strings.HasPrefix(arm.Fold(full), arm.Fold(service.String())+"/") ||
		(!strings.HasSuffix(kind, "/service/apis") && !strings.HasSuffix(kind, "/service/products")) {
		return invalid("scope", "Subscription scope should be one of '/apis', '/apis/{apiId}', '/products/{productId}'")
	}
	found, err := p.tx.Get(id.String())
	if err != nil {
		return err
	}
	if found == nil {
		return invalid("scope", "There is no '%s' in the service.", scope)
	}
	p.properties()["scope"] = id.String()
	return nil
}
