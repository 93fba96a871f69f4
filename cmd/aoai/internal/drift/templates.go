package drift

import (
	"context"
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strings"
)

// ReadTemplates compares what deployment stacks have deployed with their templates: of
// what lies in those, Pulumi knows nothing. Templates of this project are literal: pools
// of API Management.
func (r *Report) ReadTemplates(ctx context.Context, cloud Cloud, deployed Deployed) error {
	for _, each := range inOrder(deployed) {
		template, _ := each.Inputs["template"].(map[string]any)
		scope, _, isStack := strings.Cut(each.ID, "/providers/Microsoft.Resources/deploymentStacks/")
		if !isStack {
			continue
		}
		resources, _ := template["resources"].([]any)
		for _, one := range resources {
			wanted, _ := one.(map[string]any)
			id, err := templateID(scope, wanted)
			if err != nil {
				return fmt.Errorf("reading the template of %s: %w", each.URN.Name(), err)
			}
			version, _ := wanted["apiVersion"].(string)
			found, err := cloud.Get(ctx, id, version)
			if err != nil {
				return fmt.Errorf("comparing what %s has deployed: %w", each.URN.Name(), err)
			}
			r.compareDeployed(each, id, wanted, found)
		}
	}
	return nil
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
		Resource: id[strings.LastIndexByte(id, '/')+1:], ID: id, Cause: Outside, Operation: "none",
		Likely: "up sees no change in what the deployment stack " + stack.URN.Name() + " has deployed; put it back by hand, or with pulumi up --replace '" + string(stack.URN) + "'",
	}
	change.Type, _ = wanted["type"].(string)
	if found == nil {
		r.Drift = append(r.Drift, change)
		return
	}
	differences(wanted["properties"], found["properties"], "", func(path string, deployed, now any) {
		each := change
		each.Property, each.Wanted, each.Deployed, each.Found = path, deployed, deployed, now
		r.Drift = append(r.Drift, each)
	})
}

// differences tells where found lacks what wanted says; what is beside it, Azure has
// filled in. Lists are wanted as a whole.
func differences(wanted, found any, path string, tell func(path string, wanted, found any)) {
	switch wanted := wanted.(type) {
	case map[string]any:
		object, _ := found.(map[string]any)
		for _, name := range slices.Sorted(maps.Keys(wanted)) {
			differences(wanted[name], object[name], strings.TrimPrefix(path+"."+name, "."), tell)
		}
	case []any:
		list, _ := found.([]any)
		if len(list) != len(wanted) {
			tell(path, wanted, found)
			return
		}
		for i := range wanted {
			differences(wanted[i], list[i], fmt.Sprintf("%s[%d]", path, i), tell)
		}
	case string:
		if text, isText := found.(string); !isText || (text != wanted && !sameID(wanted, text)) {
			tell(path, wanted, found)
		}
	default:
		if !reflect.DeepEqual(wanted, found) {
			tell(path, wanted, found)
		}
	}
}
