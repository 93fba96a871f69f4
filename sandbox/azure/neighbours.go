package azure

import (
	"net/http"

	"github.com/aoai-gateway/aoai-gateway/internal/arm"
	facts "github.com/aoai-gateway/aoai-gateway/internal/azure"
)

// What can be asked of an account and of an API Management service beside what is stored.

// accountAsked is the account that a question is about.
func (s *Service) accountAsked(at []string) (*Resource, error) {
	id, err := arm.ParseID("/subscriptions/" + at[1] + "/resourceGroups/" + at[2] + "/providers/Microsoft.CognitiveServices/accounts/" + at[3])
	if err != nil {
		return nil, refuse(http.StatusBadRequest, "InvalidResourceId", "%v", err)
	}
	return s.lookUp(id)
}

// accountModels lists the models that an account may deploy. Source: the REST reference of
// accounts, List Models.
func (s *Service) accountModels(_ *http.Request, at []string) (answer, error) {
	account, err := s.accountAsked(at)
	if err != nil {
		return answer{}, err
	}
	value := []any{}
	for _, model := range s.offering() {
		skus := []any{}
		for _, sku := range model.SKUs(text(account.Body, "location")) {
			skus = append(skus, listedSKU(model, sku, Quota{SKU: sku, Model: model.Name}.usageName()))
		}
		if len(skus) > 0 {
			value = append(value, map[string]any{
				"format": "OpenAI", "name": model.Name, "version": model.Version, "lifecycleStatus": lifecycle(model, s.now()),
				"capabilities": capabilities(model), "skus": skus,
			})
		}
	}
	return ok(map[string]any{"value": value}), nil
}

// accountUsages tells what an account may call; without limits of the account's own there is
// nothing to tell.
func (s *Service) accountUsages(_ *http.Request, at []string) (answer, error) {
	if _, err := s.accountAsked(at); err != nil {
		return answer{}, err
	}
	return ok(map[string]any{"value": []any{}}), nil
}

// accountSKUs lists the SKUs that an account may have.
func (s *Service) accountSKUs(_ *http.Request, at []string) (answer, error) {
	account, err := s.accountAsked(at)
	if err != nil {
		return answer{}, err
	}
	value := []any{}
	if facts.HasModels(text(account.Body, "kind")) {
		value = append(value, map[string]any{"resourceType": account.Type, "sku": map[string]any{"name": "S0", "tier": "Standard"}})
	}
	return ok(map[string]any{"value": value}), nil
}

// networkStatus tells, by location, whether a service reaches what it depends on. Source: the
// REST reference of Network Status.
func (s *Service) networkStatus(_ *http.Request, at []string) (answer, error) {
	id, err := arm.ParseID("/subscriptions/" + at[1] + "/resourceGroups/" + at[2] + "/providers/Microsoft.ApiManagement/service/" + at[3])
	if err != nil {
		return answer{}, refuse(http.StatusBadRequest, "InvalidResourceId", "%v", err)
	}
	service, err := s.lookUp(id)
	if err != nil {
		return answer{}, err
	}
	locations := append([]string{text(service.Body, "location")}, valuesAt(service.Body, []string{"properties", "additionalLocations", "location"})...)
	list := []any{}
	for _, location := range locations {
		list = append(list, map[string]any{"location": arm.DisplayName(location), "networkStatus": map[string]any{
			"dnsServers": []any{"168.63.129.16"},
			"connectivityStatus": []any{map[string]any{
				"name": facts.GatewayHost(id.Name()), "status": "success", "error": "", "resourceType": "Management", "isOptional": false,
				"lastUpdated": s.now().UTC().Format("2006-01-02T15:04:05Z"), "lastStatusChange": s.now().UTC().Format("2006-01-02T15:04:05Z"),
			}},
		}})
	}
	return answer{status: http.StatusOK, body: list}, nil
}
