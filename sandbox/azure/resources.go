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
	return answer{status: http.StatusOK, body: map[string]any{
		"id": id.String(), "subscriptionId": id.Name(), "tenantId": s.seed.TenantID,
		"displayName": "Sandbox", "state": "Enabled",
	}}, nil
}
