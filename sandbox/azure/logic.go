package azure

import (
	"net/http"
	"strings"

	"github.com/aoai-gateway/aoai-gateway/internal/arm"
	facts "github.com/aoai-gateway/aoai-gateway/internal/azure"
)

// Logic App workflows of the plan Consumption: Microsoft.Logic, API version 2019-05-01. The
// sandbox runs those that one HTTP request starts and that send one, as the workflow's own
// identity; all other kinds are refused by name.

const workflowType = "Microsoft.Logic/workflows"

// completeWorkflow fills what Azure fills. Source: the REST reference's examples of
// workflows.
func completeWorkflow(p *put) error {
	properties := p.properties()
	if err := p.settle(); err != nil {
		return err
	}
	definition, _ := properties["definition"].(map[string]any)
	if len(definition) == 0 {
		return refuse(http.StatusBadRequest, "InvalidWorkflowDefinition", "The workflow '%s' has no definition.", p.id.Name())
	}
	if err := checkWorkflow(definition); err != nil {
		return err
	}
	if parameters, _ := properties["parameters"].(map[string]any); len(parameters) > 0 {
		return unmodelledWorkflow("parameters")
	}
	before := p.oldProperties()
	key := label(32, p.id.String())
	if p.hidden == nil {
		p.hidden = map[string]any{"sig": strings.ReplaceAll(p.service.newGUID()+p.service.newGUID(), "-", "")}
	}
	keep(properties, before, "createdTime", func() any { return p.timestamp() })
	properties["changedTime"], properties["version"], properties["provisioningState"] = p.timestamp(), label(20, p.etag()), "Succeeded"
	properties["accessEndpoint"] = "https://" + facts.WorkflowHost(text(p.body, "location")) + ":443/workflows/" + key
	defaults(properties, map[string]any{"state": "Enabled"})
	return nil
}

func unmodelledWorkflow(what string) error {
	return refuse(http.StatusBadRequest, "InvalidTemplate", "The sandbox does not model workflows with %s: it runs those that one trigger of the type Request starts and that have one action of the type Http.", what)
}

// checkWorkflow refuses what the sandbox would not run.
func checkWorkflow(definition map[string]any) error {
	triggers, _ := definition["triggers"].(map[string]any)
	actions, _ := definition["actions"].(map[string]any)
	for _, name := range sorted(triggers) {
		trigger, _ := triggers[name].(map[string]any)
		if kind := text(trigger, "type"); kind != "Request" || text(trigger, "kind") != "" && text(trigger, "kind") != "Http" {
			return unmodelledWorkflow("a trigger of the type " + kind + " and the kind " + text(trigger, "kind"))
		}
	}
	for _, name := range sorted(actions) {
		action, _ := actions[name].(map[string]any)
		if kind := text(action, "type"); kind != "Http" {
			return unmodelledWorkflow("an action of the type " + kind)
		}
		if after, _ := action["runAfter"].(map[string]any); len(after) > 0 {
			return unmodelledWorkflow("an order of actions (runAfter)")
		}
		inputs, _ := action["inputs"].(map[string]any)
		authentication, _ := inputs["authentication"].(map[string]any)
		if kind := text(authentication, "type"); kind != "ManagedServiceIdentity" || authentication["identity"] != nil {
			return unmodelledWorkflow("an action that authenticates otherwise than by the workflow's own identity")
		}
	}
	switch {
	case len(triggers) != 1:
		return unmodelledWorkflow("more or fewer triggers than one")
	case len(actions) != 1:
		return unmodelledWorkflow("more or fewer actions than one")
	}
	for _, member := range []string{"parameters", "staticResults"} {
		if held, _ := definition[member].(map[string]any); len(held) > 0 {
			return unmodelledWorkflow(member)
		}
	}
	if expression := firstWorkflowExpression(actions); expression != "" {
		return unmodelledWorkflow("expressions such as " + expression)
	}
	return callsSomething(actions)
}

// callsSomething refuses an action of the type Http that says neither how nor what it calls.
// Source: the schema reference of Logic Apps' actions.
func callsSomething(actions map[string]any) error {
	for name, each := range actions {
		action, _ := each.(map[string]any)
		inputs, _ := action["inputs"].(map[string]any)
		for _, needed := range []string{"method", "uri"} {
			if text(inputs, needed) == "" {
				return refuse(http.StatusBadRequest, "InvalidTemplate", "The action '%s' of the workflow has no inputs.%s.", name, needed)
			}
		}
	}
	return nil
}

// firstWorkflowExpression finds a text that the workflow would evaluate: one that begins with
// an @, or has an expression in braces in it.
func firstWorkflowExpression(value any) string {
	switch value := value.(type) {
	case string:
		if strings.HasPrefix(value, "@") && !strings.HasPrefix(value, "@@") || strings.Contains(value, "@{") {
			return value
		}
	case []any:
		for _, element := range value {
			if found := firstWorkflowExpression(element); found != "" {
				return found
			}
		}
	case map[string]any:
		for _, name := range sorted(value) {
			if found := firstWorkflowExpression(value[name]); found != "" {
				return found
			}
		}
	}
	return ""
}

// isCallback reports whether an action asks where a workflow's trigger is called.
func isCallback(id arm.ID, action string) bool {
	return strings.EqualFold(id.Type(), workflowType+"/triggers") && strings.EqualFold(action, "listCallbackUrl")
}

// callback tells where a trigger is called: an address with a signature, which lets in
// whoever has it. Source: the REST reference of Workflow Triggers - List Callback Url.
func (s *Service) callback(id arm.ID) (answer, error) {
	workflow, _ := id.Parent()
	found, err := s.lookUp(workflow)
	if err != nil {
		return answer{}, err
	}
	definition, _ := found.Properties()["definition"].(map[string]any)
	triggers, _ := definition["triggers"].(map[string]any)
	if triggers[id.Name()] == nil {
		return answer{}, refuse(http.StatusNotFound, "WorkflowTriggerNotFound", "The workflow '%s' has no trigger '%s'.", workflow.Name(), id.Name())
	}
	base := text(found.Properties(), "accessEndpoint") + "/triggers/" + id.Name() + "/paths/invoke"
	query := map[string]any{"api-version": "2016-10-01", "sp": "/triggers/" + id.Name() + "/run", "sv": "1.0", "sig": text(found.Hidden, "sig")}
	return ok(map[string]any{
		"value":  base + "?api-version=2016-10-01&sp=%2Ftriggers%2F" + id.Name() + "%2Frun&sv=1.0&sig=" + text(found.Hidden, "sig"),
		"method": http.MethodPost, "basePath": base, "queries": query,
	}), nil
}
