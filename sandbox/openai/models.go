package openai

import (
	"net/http"
	"strings"
	"time"

	facts "github.com/aoai-gateway/aoai-gateway/internal/azure"
	"github.com/aoai-gateway/aoai-gateway/sandbox/deployed"
)

// accessible are the models that an account may use: those that its region offers, and those
// that are deployed. Source: Models - List of the authoring API, 2024-10-21, which names base
// models and no deployments.
func (c *call) accessible() ([]map[string]any, *refusal) {
	table, err := facts.LoadModels()
	if err != nil {
		return nil, failf(http.StatusInternalServerError, "InternalServerError", "%v", err)
	}
	var list []map[string]any
	listed := map[deployed.Model]bool{}
	now := time.Now()
	for _, model := range table.Models {
		if len(model.SKUs(c.deployed.Region)) == 0 || model.RetiredOn(now) {
			continue
		}
		listed[deployed.Model{Name: model.Name, Version: model.Version}] = true
		list = append(list, c.describe(*model))
	}
	for _, each := range c.deployed.Deployments {
		if listed[each.Model] {
			continue
		}
		listed[each.Model] = true
		model := facts.Model{Name: each.Model.Name, Version: each.Model.Version, Stage: facts.GA}
		for _, capability := range facts.Capabilities {
			if each.Can(capability) {
				model.Can = append(model.Can, capability)
			}
		}
		list = append(list, c.describe(model))
	}
	return list, nil
}

// lifecycles are the stages by their names in the data plane. Source: the authoring API's
// lifecycle statuses.
var lifecycles = map[facts.Stage]string{
	facts.Preview: "preview", facts.GA: "generally-available", facts.Legacy: "generally-available", facts.Deprecated: "deprecating", facts.Retired: "deprecated",
}

// describe is a model as the list has it. The v1 API has OpenAI's members, too.
func (c *call) describe(model facts.Model) map[string]any {
	created := int64(0)
	if day, err := facts.ParseDate(model.Version); err == nil {
		created = day.Unix()
	}
	described := map[string]any{
		"id": modelID(model.Name, model.Version), "object": "model", "status": "succeeded", "created_at": created, "lifecycle_status": lifecycles[model.Stage],
		"capabilities": map[string]any{
			"fine_tune": false, "inference": true, "completion": model.Does(facts.Completions), "chat_completion": model.Does(facts.Chat), "embeddings": model.Does(facts.Embeddings),
		},
	}
	if model.Retires != nil {
		described["deprecation"] = map[string]any{"inference": model.Retires.Unix()}
	}
	if c.api == "v1" {
		described["created"], described["owned_by"] = created, "system"
	}
	return described
}

func modelID(name, version string) string {
	if version == "" {
		return name
	}
	return name + "-" + version
}

// models lists what the account may use.
func (c *call) models() *refusal {
	list, refused := c.accessible()
	if refused != nil {
		return refused
	}
	return c.answer(map[string]any{"object": "list", "data": list})
}

// aModel is one of them.
func (c *call) aModel(id string) *refusal {
	list, refused := c.accessible()
	if refused != nil {
		return refused
	}
	for _, each := range list {
		if each["id"] == strings.ToLower(id) {
			return c.answer(each)
		}
	}
	return notFound()
}

// deployments lists what is deployed. No page of today names the call; clients use it with an
// older version of the API (langflow-ai/langflow#14509).
func (c *call) deployments() *refusal {
	list := []any{}
	for _, each := range c.deployed.Deployments {
		status := "running"
		if each.Ready {
			status = "succeeded"
		}
		list = append(list, map[string]any{
			"id": each.Name, "model": each.Model.Name, "object": "deployment", "owner": "organization-owner", "status": status,
			"scale_settings": map[string]any{"scale_type": "standard"},
		})
	}
	return c.answer(map[string]any{"object": "list", "data": list})
}
