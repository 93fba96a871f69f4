package openai

import (
	"net/http"
	"strings"
	"time"

	facts "github.com/aoai-gateway/aoai-gateway/internal/azure"
	"github.com/aoai-gateway/aoai-gateway/sandbox/deployed"
)

// modelBody is a model as the list has it. The v1 API has OpenAI's members, too.
type modelBody struct {
	ID              string            `json:"id"`
	Object          string            `json:"object"`
	Status          string            `json:"status"`
	CreatedAt       int64             `json:"created_at"`
	LifecycleStatus string            `json:"lifecycle_status"`
	Capabilities    modelCapabilities `json:"capabilities"`
	Deprecation     *modelDeprecation `json:"deprecation,omitempty"`
	Created         *int64            `json:"created,omitempty"`
	OwnedBy         string            `json:"owned_by,omitempty"`
}

type modelCapabilities struct {
	FineTune       bool `json:"fine_tune"`
	Inference      bool `json:"inference"`
	Completion     bool `json:"completion"`
	ChatCompletion bool `json:"chat_completion"`
	Embeddings     bool `json:"embeddings"`
}

type modelDeprecation struct {
	Inference int64 `json:"inference"`
}

// deploymentBody is a deployment as the list has it.
type deploymentBody struct {
	ID            string        `json:"id"`
	Model         string        `json:"model"`
	Object        string        `json:"object"`
	Owner         string        `json:"owner"`
	Status        string        `json:"status"`
	ScaleSettings scaleSettings `json:"scale_settings"`
}

type scaleSettings struct {
	ScaleType string `json:"scale_type"`
}

// accessible are the models that an account may use: those that its region offers, and those
// that are deployed. Source: Models - List of the authoring API, 2024-10-21, which names base
// models and no deployments.
func (c *call) accessible() ([]modelBody, *refusal) {
	table, err := facts.LoadModels()
	if err != nil {
		return nil, failf(http.StatusInternalServerError, "InternalServerError", "%v", err)
	}
	var list []modelBody
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

func (c *call) describe(model facts.Model) modelBody {
	created := int64(0)
	if day, err := facts.ParseDate(model.Version); err == nil {
		created = day.Unix()
	}
	described := modelBody{
		ID: modelID(model.Name, model.Version), Object: "model", Status: "succeeded", CreatedAt: created, LifecycleStatus: lifecycles[model.Stage],
		Capabilities: modelCapabilities{Inference: true, Completion: model.Does(facts.Completions), ChatCompletion: model.Does(facts.Chat), Embeddings: model.Does(facts.Embeddings)},
	}
	if model.Retires != nil {
		described.Deprecation = &modelDeprecation{Inference: model.Retires.Unix()}
	}
	if c.api == "v1" {
		described.Created, described.OwnedBy = &created, "system"
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
	return c.answer(listOf(list))
}

// aModel is one of them.
func (c *call) aModel(id string) *refusal {
	list, refused := c.accessible()
	if refused != nil {
		return refused
	}
	for _, each := range list {
		if each.ID == strings.ToLower(id) {
			return c.answer(each)
		}
	}
	return notFound()
}

// deployments lists what is deployed. No page of today names the call; clients use it with an
// older version of the API (langflow-ai/langflow#14509).
func (c *call) deployments() *refusal {
	list := []deploymentBody{}
	for _, each := range c.deployed.Deployments {
		status := "running"
		if each.Ready {
			status = "succeeded"
		}
		list = append(list, deploymentBody{
			ID: each.Name, Model: each.Model.Name, Object: "deployment", Owner: "organization-owner", Status: status, ScaleSettings: scaleSettings{"standard"},
		})
	}
	return c.answer(listOf(list))
}
