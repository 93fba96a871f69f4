package drift

import (
	"context"
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strings"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
)

// FoundTemplates are the templates of deployment stacks as Azure has what they deployed, by
// the stack's URN, where that is not what was deployed. Pulumi's refresh does not look there:
// an update repairs these once the stack's state holds them.
func FoundTemplates(ctx context.Context, cloud Cloud, deployed Deployed) (map[resource.URN]any, error) {
	changed := map[resource.URN]any{}
	for _, each := range inOrder(deployed) {
		scope, isStack := stackScope(each.ID)
		if !isStack {
			continue
		}
		resources, literal := literalResources(each.Inputs["template"])
		if !literal {
			continue
		}
		found, same := []any{}, true
		for _, wanted := range resources {
			body, err := readTemplated(ctx, cloud, scope, wanted)
			if err != nil {
				return nil, fmt.Errorf("looking at what %s has deployed: %w", each.URN.Name(), err)
			}
			if body == nil {
				same = false
				continue
			}
			now := templated(wanted, body)
			same = same && reflect.DeepEqual(now, wanted)
			found = append(found, now)
		}
		if !same {
			template, _ := each.Inputs["template"].(map[string]any)
			template = maps.Clone(template)
			template["resources"] = found
			changed[each.URN] = template
		}
	}
	return changed, nil
}

// templated is a resource of a template as Azure has it.
func templated(wanted, body map[string]any) map[string]any {
	now := maps.Clone(wanted)
	for _, member := range []string{"properties", "sku", "tags"} {
		if written, has := wanted[member]; has {
			now[member] = asFound(written, body[member], path{member})
		}
	}
	return now
}

// asFound is a value of a template as Azure has it; members that the template does not
// write are Azure's own, and a value in another form is the same value.
func asFound(wanted, found any, at path) any {
	switch wanted := wanted.(type) {
	case map[string]any:
		body, isObject := found.(map[string]any)
		if !isObject {
			break
		}
		now := map[string]any{}
		for name, value := range wanted {
			if value := asFound(value, body[name], at.to(name)); value != nil {
				now[name] = value
			}
		}
		return now
	case []any:
		list, isList := found.([]any)
		if !isList {
			break
		}
		now := slices.Clone(list)
		for i := range min(len(wanted), len(list)) {
			now[i] = asFound(wanted[i], list[i], at.to(i))
		}
		return now
	}
	if meaningless(Change{Property: at.String(), Wanted: wanted, Deployed: wanted, Found: found}, nil) != "" {
		return wanted
	}
	return found
}

// stackScope is the scope of a deployment stack, if an id is that of one.
func stackScope(id string) (scope string, isStack bool) {
	scope, _, isStack = strings.Cut(id, "/providers/Microsoft.Resources/deploymentStacks/")
	return scope, isStack
}

// readTemplated reads a resource that a template deploys; nil where there is none.
func readTemplated(ctx context.Context, cloud Cloud, scope string, wanted map[string]any) (map[string]any, error) {
	id, err := templateID(scope, wanted)
	if err != nil {
		return nil, err
	}
	version, _ := wanted["apiVersion"].(string)
	return cloud.Get(ctx, id, version)
}
