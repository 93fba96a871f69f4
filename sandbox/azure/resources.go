package azure

import (
	"net/http"

	"github.com/aoai-gateway/aoai-gateway/internal/arm"
)

// Resource groups and subscriptions: Microsoft.Resources.

func completeResourceGroup(p *put) error {
	before := text(p.old, "location")
	if now := arm.NormalRegion(text(p.body, "location")); before != "" && now != "" && before != now {
		return refuse(http.StatusConflict, "InvalidResourceGroupLocation",
			"Invalid resource group location '%s'. The Resource group already exists in location '%s'.", now, before)
	}
	if err := p.settle(); err != nil {
		return err
	}
	p.body["properties"] = map[string]any{"provisioningState": "Succeeded"}
	return nil
}

func (s *Service) subscription(method string, id arm.ID) (answer, error) {
	if method != http.MethodGet {
		return answer{}, methodNotAllowed(method, id.Type())
	}
	if id.Name() != s.seed.SubscriptionID {
		return answer{}, refuse(http.StatusNotFound, "SubscriptionNotFound", "The subscription '%s' could not be found.", id.Name())
	}
	return ok(s.subscriptionBody()), nil
}

func (s *Service) subscriptionBody() map[string]any {
	return map[string]any{
		"id": "/subscriptions/" + s.seed.SubscriptionID, "subscriptionId": s.seed.SubscriptionID, "tenantId": s.seed.TenantID,
		"displayName": "Sandbox", "state": "Enabled",
	}
}

// subscriptions and tenants are what tools list when somebody logs in. Sources: the REST
// references of both.
func (s *Service) subscriptions(*http.Request, []string) (answer, error) {
	return ok(map[string]any{"value": []any{s.subscriptionBody()}, "count": map[string]any{"type": "Total", "value": 1.0}}), nil
}

func (s *Service) tenants(*http.Request, []string) (answer, error) {
	return ok(map[string]any{"value": []any{map[string]any{"id": "/tenants/" + s.seed.TenantID, "tenantId": s.seed.TenantID, "displayName": "Sandbox", "tenantCategory": "Home"}}}), nil
}

// locations are the regions that the subscription may use. Source: the REST reference of
// Subscriptions - List Locations.
func (s *Service) locations(*http.Request, []string) (answer, error) {
	regions, err := arm.Regions()
	if err != nil {
		return answer{}, err
	}
	value := []any{}
	for _, region := range regions {
		value = append(value, map[string]any{
			"id": "/subscriptions/" + s.seed.SubscriptionID + "/locations/" + region.Name, "name": region.Name, "type": "Region",
			"displayName": region.DisplayName, "regionalDisplayName": region.DisplayName,
		})
	}
	return ok(map[string]any{"value": value}), nil
}
