package azure

import (
	"errors"
	"net/http"
	"slices"
	"strings"

	"github.com/aoai-gateway/aoai-gateway/internal/arm"
)

// Deployment stacks: Microsoft.Resources/deploymentStacks, API version 2024-03-01.
// Templates are deployed as they stand: expressions in brackets are refused.

// stackWrite is a deployment stack on its way into the store.
type stackWrite struct{ *put }

func completeStack(p *put) error { return stackWrite{p}.fill() }

// fill writes the template's resources, all or none, and deletes or
// detaches what the stack had before and the template does not name any more. The
// answer does not repeat the template. Source: Resource Manager's pages on
// deployment stacks.
func (p stackWrite) fill() error {
	properties := p.properties()
	if p.id.ResourceGroup() == "" {
		return refuse(http.StatusBadRequest, "InvalidTemplate", "The sandbox does not model deployment stacks outside of resource groups.")
	}
	if properties["templateLink"] != nil {
		return refuse(http.StatusBadRequest, "InvalidTemplate", "The sandbox does not model templateLink: give the template itself.")
	}
	template, _ := properties["template"].(map[string]any)
	if template == nil {
		return refuse(http.StatusBadRequest, "InvalidTemplate", "The deployment stack '%s' has no template.", p.id.Name())
	}
	if expression := firstExpression(template["resources"]); expression != "" {
		return refuse(http.StatusBadRequest, "InvalidTemplate", "The sandbox does not evaluate template expressions such as '%s'.", expression)
	}
	made, err := p.deployTemplate(template)
	if err != nil {
		return err
	}
	properties["deletedResources"], properties["detachedResources"], properties["failedResources"] = []any{}, []any{}, []any{}
	dropped := []any{}
	for _, id := range valuesAt(p.oldProperties(), []string{"resources", "id"}) {
		if !slices.ContainsFunc(made, func(kept string) bool { return strings.EqualFold(kept, id) }) {
			dropped = append(dropped, map[string]any{"id": id})
			if text(object(properties, "actionOnUnmanage"), "resources") == "delete" {
				if err := removeManaged(p.tx, id); err != nil {
					return err
				}
			}
		}
	}
	fate := "detachedResources"
	if text(object(properties, "actionOnUnmanage"), "resources") == "delete" {
		fate = "deletedResources"
	}
	properties[fate] = dropped
	managed := []any{}
	for _, id := range made {
		managed = append(managed, map[string]any{"id": id, "status": "managed", "denyStatus": "none"})
	}
	delete(properties, "template") // write-only
	p.systemData()
	properties["resources"], properties["provisioningState"] = managed, "succeeded"
	properties["deploymentId"] = p.id.Scope + "/providers/Microsoft.Resources/deployments/" + p.id.Name() + "-" + label(12, p.etag())
	properties["duration"], properties["correlationId"] = "PT1S", p.service.newGUID()
	return nil
}

// deployTemplate writes the resources of a template and returns their ids.
func (p stackWrite) deployTemplate(template map[string]any) ([]string, error) {
	resources, _ := template["resources"].([]any)
	var made []string
	for i, each := range resources {
		body, _ := each.(map[string]any)
		id, err := p.templateResource(body)
		var refusal *Error
		if errors.As(err, &refusal) {
			nested := refuse(refusal.Status, "DeploymentFailed", "At least one resource deployment operation failed: resources[%d]: %s: %s", i, refusal.Code, refusal.Message)
			nested.Details = append([]Detail{{refusal.Code, text(body, "name"), refusal.Message}}, refusal.Details...)
			return nil, nested
		}
		if err != nil {
			return nil, err
		}
		made = append(made, id.String())
	}
	return made, nil
}

// unmanage is the deletion of a stack: its resources stay, unless the request says
// otherwise.
func unmanage(tx *Tx, id arm.ID, r *http.Request) error {
	found, err := tx.Get(id.String())
	if err != nil || found == nil || r.URL.Query().Get("unmanageAction.Resources") != "delete" {
		return err
	}
	for _, managed := range valuesAt(found.Body, []string{"properties", "resources", "id"}) {
		if err := removeManaged(tx, managed); err != nil {
			return err
		}
	}
	return nil
}

// removeManaged deletes a resource that a stack does not want any more, and all
// below it.
func removeManaged(tx *Tx, id string) error {
	below, err := tx.Under(id)
	if err != nil {
		return err
	}
	for _, resource := range below {
		if err := tx.Delete(resource.ID); err != nil {
			return err
		}
	}
	return tx.Delete(id)
}

// templateResource writes one resource of a template.
func (p stackWrite) templateResource(body map[string]any) (arm.ID, error) {
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
	k, err := p.service.kindOf(id)
	if err != nil {
		return arm.ID{}, err
	}
	if err := checkAPIVersion(k, text(body, "apiVersion")); err != nil {
		return arm.ID{}, err
	}
	return id, p.service.put(p.tx, id, text(body, "apiVersion"), content, false)
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
