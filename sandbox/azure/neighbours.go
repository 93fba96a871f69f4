package azure

import (
	"net/http"

	"github.com/aoai-gateway/aoai-gateway/internal/arm"
	facts "github.com/aoai-gateway/aoai-gateway/internal/azure"
)

// What can be asked of an account and of an API Management service beside what is stored.

// asked is the resource that a question is about. What can be asked of it has its API versions.
func (s *Service) asked(r *http.Request, path string) (*Resource, error) {
	id, err := arm.ParseID(path)
	if err != nil {
		return nil, refuse(http.StatusBadRequest, "InvalidResourceId", "%v", err)
	}
	kind, err := s.kindOf(id)
	if err != nil {
		return nil, err
	}
	if err := checkAPIVersion(kind, r.URL.Query().Get("api-version")); err != nil {
		return nil, err
	}
	return s.lookUp(id)
}

// accountAsked is the account that a question is about.
func (s *Service) accountAsked(r *http.Request, at []string) (*Resource, error) {
	return s.asked(r, "/subscriptions/"+at[1]+"/resourceGroups/"+at[2]+"/providers/Microsoft.CognitiveServices/accounts/"+at[3])
}

// accountModels lists the models that an account may deploy. Source: the REST reference of
// accounts, List Models.
func (s *Service) accountModels(r *http.Request, at []string) (answer, error) {
	account, err := s.accountAsked(r, at)
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
func (s *Service) accountUsages(r *http.Request, at []string) (answer, error) {
	if _, err := s.accountAsked(r, at); err != nil {
		return answer{}, err
	}
	return ok(map[string]any{"value": []any{}}), nil
}

// accountSKUs lists the SKUs that an account may have.
func (s *Service) accountSKUs(r *http.Request, at []string) (answer, error) {
	account, err := s.accountAsked(r, at)
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
func (s *Service) networkStatus(r *http.Request, at []string) (answer, error) {
	service, err := s.asked(r, "/subscriptions/"+at[1]+"/resourceGroups/"+at[2]+"/providers/Microsoft.ApiManagement/service/"+at[3])
	if err != nil {
		return answer{}, err
	}
	locations := append([]string{text(service.Body, "location")}, valuesAt(service.Body, []string{"properties", "additionalLocations", "location"})...)
	list := []any{}
	for _, location := range locations {
		list = append(list, map[string]any{"location": arm.DisplayName(location), "networkStatus": map[string]any{
			"dnsServers": []any{"168.63.129.16"},
			"connectivityStatus": []any{map[string]any{
				"name": facts.GatewayHost(lastSegment(service.ID)), "status": "success", "error": "", "resourceType": "Management", "isOptional": false,
				"lastUpdated": s.now().UTC().Format("2006-01-02T15:04:05Z"), "lastStatusChange": s.now().UTC().Format("2006-01-02T15:04:05Z"),
			}},
		}})
	}
	return answer{status: http.StatusOK, body: list}, nil
}
