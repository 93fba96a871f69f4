package drift

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"
)

// ReadTemplates compares what deployment stacks have deployed with their templates: of
// what lies in those, Pulumi knows nothing. Templates of this project are literal (pools
// of API Management); one that is not is named among what was left out.
func (r *Report) ReadTemplates(ctx context.Context, cloud Cloud, deployed Deployed) error {
	for _, each := range inOrder(deployed) {
		scope, isStack := stackScope(each.ID)
		if !isStack {
			continue
		}
		resources, literal := literalResources(each.Inputs["template"])
		if !literal {
			r.Ignored = append(r.Ignored, Ignored{each.URN.Name(), "template", "not compared: it has expressions, or lies elsewhere"})
			continue
		}
		for _, wanted := range resources {
			found, err := readTemplated(ctx, cloud, scope, wanted)
			if err != nil {
				return fmt.Errorf("comparing what %s has deployed: %w", each.URN.Name(), err)
			}
			id, _ := templateID(scope, wanted) // readable, as it was just read
			r.compareDeployed(each, id, wanted, found)
		}
	}
	return nil
}

// literalResources are those of a template, if it is one without expressions.
func literalResources(template any) (resources []map[string]any, literal bool) {
	list, isList := path{"resources"}.in(template).([]any)
	if !isList || hasExpressions(list) {
		return nil, false
	}
	for _, each := range list {
		resource, isObject := each.(map[string]any)
		if !isObject {
			return nil, false
		}
		resources = append(resources, resource)
	}
	return resources, true
}

// hasExpressions reports whether a text in a template is an expression: [..], but not [[..].
func hasExpressions(value any) bool {
	switch value := value.(type) {
	case map[string]any:
		return slices.ContainsFunc(slices.Collect(maps.Values(value)), hasExpressions)
	case []any:
		return slices.ContainsFunc(value, hasExpressions)
	case string:
		return strings.HasPrefix(value, "[") && !strings.HasPrefix(value, "[[")
	}
	return false
}

// templateID is the id of a resource in a template: its type and its name have a segment
// each for every resource that it lies in.
func templateID(scope string, resource map[string]any) (string, error) {
	kind, _ := resource["type"].(string)
	name, _ := resource["name"].(string)
	types, names := strings.Split(kind, "/"), strings.Split(name, "/")
	if len(types) != len(names)+1 {
		return "", fmt.Errorf("the resource %q of type %q is not a name for each type", name, kind)
	}
	id := scope + "/providers/" + types[0]
	for i, each := range names {
		id += "/" + types[i+1] + "/" + each
	}
	return id, nil
}

// compareDeployed puts into the report where a resource is not as its template says.
func (r *Report) compareDeployed(stack *state, id string, wanted, found map[string]any) {
	change := Change{
		Resource: id[strings.LastIndexByte(id, '/')+1:], ID: id, Cause: Outside, Operation: "update",
		Likely: "the deployment stack " + stack.URN.Name() + " made it: aoai up puts it back, and pulumi alone does not look there",
	}
	change.Type, _ = wanted["type"].(string)
	if found == nil {
		r.Drift = append(r.Drift, change)
		return
	}
	for _, at := range differences(wanted["properties"], found["properties"], nil) {
		each := change
		each.Property, each.Wanted, each.Deployed, each.Found = at.String(), at.in(wanted["properties"]), at.in(wanted["properties"]), at.in(found["properties"])
		if (each.Wanted == nil && !at.inList()) || sameID(each.Wanted, each.Found) {
			continue // what is beside a template, Azure has filled in
		}
		r.Drift = append(r.Drift, each)
	}
}
