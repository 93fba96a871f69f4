package lab

import (
	"cmp"
	"maps"
	"net/http"
	"slices"
	"strings"

	"github.com/aoai-gateway/aoai-gateway/internal/arm"
	facts "github.com/aoai-gateway/aoai-gateway/internal/azure"
	"github.com/aoai-gateway/aoai-gateway/sandbox/azure"
)

type object = map[string]any

// deploy writes everything, in the order that Azure wants.
func (l *Lab) deploy() error {
	steps := []func() error{l.deployService, l.deployAccounts, l.deployAPI, l.deployPolicy, l.deployKey}
	if err := l.Put(Group, object{"location": "swedencentral"}); err != nil {
		return err
	}
	for _, step := range steps {
		if err := step(); err != nil {
			return err
		}
	}
	return nil
}

func (l *Lab) deployService() error {
	locations := []any{}
	for _, region := range l.options.Regions {
		locations = append(locations, object{"location": region, "sku": object{"name": l.options.SKU, "capacity": l.options.Units}})
	}
	units := l.options.Units
	if facts.GenerationOf(l.options.SKU) == facts.Consumption {
		units = 0 // it has none
	}
	return l.Put(ServiceID, object{
		"location": "swedencentral", "sku": object{"name": l.options.SKU, "capacity": units}, "identity": object{"type": "SystemAssigned"},
		"properties": object{"publisherEmail": "lab@contoso.com", "publisherName": "Lab", "additionalLocations": locations},
	})
}

// deployAccounts makes accounts with a deployment each, that the service may call,
// and their backends in a pool.
func (l *Lab) deployAccounts() error {
	service, err := l.Get(ServiceID)
	if err != nil {
		return err
	}
	identity, _ := service["identity"].(object)
	members := map[string][]any{}
	for _, backend := range l.options.Backends {
		if err := l.deployAccount(backend); err != nil {
			return err
		}
		role, err := l.RoleID(backend)
		if err != nil {
			return err
		}
		err = l.Put(role, object{"properties": object{
			"principalId": identity["principalId"], "principalType": "ServicePrincipal", "roleDefinitionId": arm.CognitiveServicesOpenAIUser.DefinitionID(subscription),
		}})
		if err != nil {
			return err
		}
		for _, model := range []string{l.options.Model, embeddings} {
			id := ServiceID + "/backends/" + backend.ID
			if l.options.PerDeployment {
				id = ServiceID + "/backends/" + backend.Of(model)
			}
			if err := l.Put(id, l.backend(backend)); err != nil {
				return err
			}
			members[model] = append(members[model], object{"id": id, "priority": cmp.Or(backend.Priority, 1), "weight": cmp.Or(backend.Weight, 1)})
		}
	}
	for _, model := range []string{l.options.Model, embeddings} {
		if err := l.Put(PoolID(model), object{"properties": object{"type": "Pool", "pool": object{"services": members[model]}}}); err != nil {
			return err
		}
	}
	return nil
}

// embeddings is the name of the deployments that all accounts have beside Options.Model.
const embeddings = "embeddings"

// Of is the id of the backend for one deployment of the account.
func (b Backend) Of(model string) string {
	return b.ID + "-" + arm.InBackendID(model)
}

// PoolID is the ARM id of a model's pool.
func PoolID(model string) string {
	return ServiceID + "/backends/pool-" + arm.InBackendID(model)
}

// The models of a lab's accounts.
const (
	chatModel, chatVersion            = "gpt-4o", "2024-11-20"
	embeddingModel, embeddingsVersion = "text-embedding-3-small", "1"
)

// offers lets each backend's region offer the lab's models, whatever Azure offers and the
// lab's clock says.
func offers(backends []Backend) []azure.Offer {
	var offers []azure.Offer
	for _, backend := range backends {
		offers = append(
			offers,
			azure.Offer{Region: backend.region(), SKU: backend.sku(), Model: chatModel, Version: chatVersion},
			azure.Offer{Region: backend.region(), SKU: backend.sku(), Model: embeddingModel, Version: embeddingsVersion, Can: []facts.Capability{facts.Embeddings}},
		)
	}
	return offers
}

func (b Backend) region() string { return cmp.Or(b.Region, "swedencentral") }

func (b Backend) sku() string { return cmp.Or(b.SKU, "Standard") }

func (l *Lab) deployAccount(backend Backend) error {
	err := l.Put(AccountID(backend), object{
		"location": backend.region(), "kind": "OpenAI", "sku": object{"name": "S0"},
		"properties": object{"customSubDomainName": cmp.Or(backend.Account, backend.ID), "disableLocalAuth": true},
	})
	if err != nil {
		return err
	}
	for name, model := range map[string]object{
		l.options.Model: {"format": "OpenAI", "name": chatModel, "version": chatVersion}, embeddings: {"format": "OpenAI", "name": embeddingModel, "version": embeddingsVersion},
	} {
		err := l.Put(AccountID(backend)+"/deployments/"+name, object{
			"sku": object{"name": backend.sku(), "capacity": cmp.Or(backend.Capacity, 100_000)}, "properties": object{"model": model},
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// backend has the circuit breaker that this project's backends have, or had when there was
// one for each account.
func (l *Lab) backend(backend Backend) object {
	path := "/openai"
	if l.options.RootAPI {
		path = ""
	}
	properties := object{"url": "https://" + backend.Host() + path, "protocol": "http"}
	ranges, trip := []any{object{"min": 429, "max": 429}, object{"min": 500, "max": 599}}, "PT10S"
	if l.options.PerDeployment {
		trip, ranges = "PT1S", []any{object{"min": 429, "max": 429}, object{"min": 502, "max": 504}}
	}
	if sku, _ := facts.FindAPIMSKU(l.options.SKU); sku.Breakers && !l.options.WithoutBreakers {
		properties["circuitBreaker"] = object{"rules": []any{object{
			"name": "throttled-or-failed", "tripDuration": trip, "acceptRetryAfter": !l.options.PerDeployment,
			"failureCondition": object{"count": 1, "interval": "PT60S", "statusCodeRanges": ranges},
		}}}
	}
	return object{"properties": properties}
}

// operations that the API has, below /openai.
var operations = map[string]string{
	"chat": "/deployments/{deployment-id}/chat/completions", "completions": "/deployments/{deployment-id}/completions",
	"embeddings": "/deployments/{deployment-id}/embeddings", "responses": "/responses", "v1-chat": "/v1/chat/completions",
}

func (l *Lab) deployAPI() error {
	path, prefix, url := "openai", "", ""
	if l.options.RootAPI {
		path, prefix = "", "/openai"
	}
	if len(l.options.Backends) > 0 {
		url = "https://" + l.options.Backends[0].Host() + "/" + path
	}
	err := l.Put(ServiceID+"/apis/openai", object{"properties": object{
		"displayName": "Azure OpenAI", "path": path, "serviceUrl": url, "protocols": []any{"https"}, "subscriptionRequired": true,
		"subscriptionKeyParameterNames": object{"header": l.options.KeyHeader, "query": "subscription-key"},
	}})
	if err != nil {
		return err
	}
	for _, id := range slices.Sorted(maps.Keys(operations)) {
		properties := object{"displayName": id, "method": http.MethodPost, "urlTemplate": prefix + operations[id]}
		if strings.Contains(operations[id], "{deployment-id}") {
			properties["templateParameters"] = []any{object{"name": "deployment-id", "type": "string", "required": true}}
		}
		if err := l.Put(ServiceID+"/apis/openai/operations/"+id, object{"properties": properties}); err != nil {
			return err
		}
	}
	return nil
}

func (l *Lab) deployPolicy() error {
	for name, value := range l.options.NamedValues {
		if err := l.Put(ServiceID+"/namedValues/"+name, object{"properties": object{"displayName": name, "value": value}}); err != nil {
			return err
		}
	}
	for name, fragment := range l.options.Fragments {
		if err := l.Put(ServiceID+"/policyFragments/"+name, object{"properties": object{"value": fragment, "format": "rawxml"}}); err != nil {
			return err
		}
	}
	if l.options.Document == "" {
		return nil
	}
	return l.SetPolicy(l.options.Document)
}

// SetPolicy replaces the API's policy.
func (l *Lab) SetPolicy(document string) error {
	return l.Put(ServiceID+"/apis/openai/policies/policy", object{"properties": object{"value": document, "format": "rawxml"}})
}

func (l *Lab) deployKey() error {
	id := ServiceID + "/subscriptions/lab"
	if err := l.Put(id, object{"properties": object{"displayName": "Lab", "scope": ServiceID + "/apis/openai", "state": "active"}}); err != nil {
		return err
	}
	secrets, err := l.Post(id + "/listSecrets")
	if err != nil {
		return err
	}
	l.Key, _ = secrets["primaryKey"].(string)
	return nil
}
