package azure

import (
	"net/http"

	"github.com/aoai-gateway/aoai-gateway/internal/arm"
)

// Resource groups and subscriptions: Microsoft.Resources.

func completeResourceGroup(p *put) error {
	if err := p.settle(); err != nil {
		return err
	}
	location := text(p.body, "location")
	if before := text(p.old, "location"); before != "" && before != location {
		return refuse(http.StatusConflict, "InvalidResourceGroupLocation",
			"Invalid resource group location '%s'. The Resource group already exists in location '%s'.", location, before)
	}
	p.body["properties"] = map[string]any{"provisioningState": "Succeeded"}
	return nil
}

func (s *Service) subscription(method string, id arm.ID) (int, any, error) {
	if method != http.MethodGet {
		return 0, nil, methodNotAllowed(method, id.Type())
	}
	if id.Name() != s.seed.SubscriptionID {
		return 0, nil, refuse(http.StatusNotFound, "SubscriptionNotFound", "The subscription '%s' could not be found.", id.Name())
	}
	return http.StatusOK, map[string]any{
		"id": id.String(), "subscriptionId": id.Name(), "tenantId": s.seed.TenantID,
		"displayName": "Sandbox", "state": "Enabled",
	}, nil
}
