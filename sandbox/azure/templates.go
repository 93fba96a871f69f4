package azure

import (
	"errors"
	"fmt"
	"net/http"
	"strings"

	"github.com/aoai-gateway/aoai-gateway/internal/arm"
)

// Template deployments: Microsoft.Resources/deployments, API version 2022-09-01.
// Templates are deployed as they stand: expressions in brackets are refused.

// completeTemplate writes the template's resources, all or none. Deleting the
// deployment later deletes none of them, and the answer does not repeat the
// template. Source: Resource Manager's pages on deployments.
func completeTemplate(p *put) error {
	properties := p.properties()
	if mode := text(properties, "mode"); mode != "Incremental" {
		return refuse(http.StatusBadRequest, "InvalidTemplateDeployment", "The sandbox deploys in the mode Incremental only, not '%s'.", mode)
	}
	template, _ := properties["template"].(map[string]any)
	if template == nil {
		return refuse(http.StatusBadRequest, "InvalidTemplate", "The deployment '%s' has no template.", p.id.Name())
	}
	if expression := firstExpression(template["resources"]); expression != "" {
		return refuse(http.StatusBadRequest, "InvalidTemplate", "The sandbox does not evaluate template expressions such as '%s'.", expression)
	}
	resources, _ := template["resources"].([]any)
	made, used := []any{}, map[string]bool{}
	for i, each := range resources {
		body, _ := each.(map[string]any)
		id, err := p.templateResource(body)
		if err != nil {
			var refusal *Error
			if errors.As(err, &refusal) {
				nested := refuse(refusal.Status, "DeploymentFailed", "At least one resource deployment operation failed: resources[%d]: %s: %s", i, refusal.Code, refusal.Message)
				nested.Details = append([]Detail{{refusal.Code, text(body, "name"), refusal.Message}}, refusal.Details...)
				return nested
			}
			return err
		}
		made = append(made, map[string]any{"id": id.String()})
		used[id.Namespace] = true
	}
	delete(properties, "template")
	providers := []any{}
	for namespace := range used {
		providers = append(providers, map[string]any{"namespace": namespace, "resourceTypes": []any{}})
	}
	properties["templateHash"], properties["outputResources"], properties["providers"] = label(20, fmt.Sprint(template)), made, providers
	properties["provisioningState"], properties["timestamp"], properties["duration"] = "Succeeded", p.timestamp(), "PT1S"
	properties["correlationId"], properties["dependencies"] = p.service.newGUID(), []any{}
	return nil
}

// templateResource writes one resource of a template.
func (p *put) templateResource(body map[string]any) (arm.ID, error) {
	types, names := strings.Split(text(body, "type"), "/"), strings.Split(text(body, "name"), "/")
	if len(types) != len(names)+1 {
		return arm.ID{}, refuse(http.StatusBadRequest, "InvalidTemplate",
			"The name '%s' has %d segments; the type '%s' needs %d.", text(body, "name"), len(names), text(body, "type"), len(types)-1)
	}
	if !apiVersionForm.MatchString(text(body, "apiVersion")) {
		return arm.ID{}, refuse(http.StatusBadRequest, "InvalidTemplate", "The resource '%s' has no apiVersion.", text(body, "name"))
	}
	id := arm.ID{Scope: p.id.Scope, Namespace: types[0], Types: types[1:], Names: names}
	content := map[string]any{}
	for name, value := range body {
		switch name {
		case "type", "apiVersion", "name", "dependsOn":
		default:
			content[name] = copyDeep(value)
		}
	}
	return id, p.service.put(p.tx, id, content)
}

// firstExpression finds a string that Resource Manager would evaluate.
func firstExpression(value any) string {
	switch value := value.(type) {
	case string:
		if strings.HasPrefix(value, "[") && strings.HasSuffix(value, "]") && !strings.HasPrefix(value, "[[") {
			return value
		}
	case []any:
		for _, element := range value {
			if found := firstExpression(element); found != "" {
				return found
			}
		}
	case map[string]any:
		for _, member := range value {
			if found := firstExpression(member); found != "" {
				return found
			}
		}
	}
	return ""
}
