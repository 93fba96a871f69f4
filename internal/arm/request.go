package arm

import (
	"maps"
	"slices"
	"strings"
)

// InputsOf reads the inputs of a resource, as the SDK names them, out of a request's body.
// What the contract does not list (outputs that a client sends back) is left out, and so is
// null.
func (t *ResourceType) InputsOf(body map[string]any) map[string]any {
	return inputsOf(t.Inputs, "", body).(map[string]any)
}

func inputsOf(p *Property, at string, value any) any {
	switch value := value.(type) {
	case map[string]any:
		if at != "" && p.Opaque() {
			return value
		}
		inputs := map[string]any{}
		for name, child := range p.Properties {
			place := placeBelow(child.ARM, at)
			if member, ok := memberAt(value, place); ok && member != nil {
				inputs[name] = inputsOf(child, child.ARM, member)
			}
		}
		if p.AdditionalProperties {
			maps.Copy(inputs, value)
		}
		return inputs
	case []any:
		list := make([]any, len(value))
		for i, element := range value {
			list[i] = element
			if p.Items != nil {
				list[i] = inputsOf(p.Items, at+"[]", element)
			}
		}
		return list
	default:
		return value
	}
}

// placeBelow is a child's place in the body relative to its parent's.
func placeBelow(child, parent string) []string {
	return strings.Split(strings.TrimPrefix(strings.TrimPrefix(child, parent), "/"), "/")
}

// memberAt finds a member by names, the letters' case aside, as Azure reads bodies.
func memberAt(object map[string]any, path []string) (any, bool) {
	var value any = object
	for _, name := range path {
		members, ok := value.(map[string]any)
		if !ok {
			return nil, false
		}
		if value, ok = memberNamed(members, name); !ok {
			return nil, false
		}
	}
	return value, true
}

func memberNamed(members map[string]any, name string) (any, bool) {
	if value, ok := members[name]; ok {
		return value, true
	}
	for other, value := range members {
		if strings.EqualFold(other, name) {
			return value, true
		}
	}
	return nil, false
}

// onlySDKRequires are inputs that the typed SDK demands and the service does not: a pool has
// neither URL nor protocol, and a query rule is on by default.
var onlySDKRequires = map[string][]string{
	"Microsoft.ApiManagement/service/backends": {"url", "protocol"},
	"Microsoft.Insights/scheduledQueryRules":   {"enabled"},
}

// CheckRequest compares a request's id and body with the contract, with the table and the
// rules that a preview's check uses. What the contract does not list passes.
func (t *ResourceType) CheckRequest(id string, body map[string]any) []Violation {
	inputs := t.InputsOf(body)
	c := &checker{}
	c.checkObject("", t.Inputs, inputs, true)
	if t.Path != "" {
		names, err := t.Path.Match(id)
		if err != nil {
			c.fail("id", "%v", err)
		}
		for name, value := range names {
			if _, inBody := inputs[name]; !inBody {
				inputs[name] = value
			}
			c.checkPathParameter(t, name, value)
		}
	}
	for _, name := range t.SDKRequired {
		if _, given := inputs[name]; !given && !slices.Contains(onlySDKRequires[t.ARMType], name) && t.Inputs.Properties[name] != nil {
			c.miss(name)
		}
	}
	for _, rule := range Rules {
		if rule.holdsFor(t.Token) {
			rule.check(c, inputs)
		}
	}
	violations := c.sorted()
	for i := range violations {
		violations[i].Place = t.placeOf(violations[i].Path)
	}
	return violations
}

// placeOf turns the path of an input into its place in the body, such as
// properties.healthProbeSettings.probePath.
func (t *ResourceType) placeOf(path string) string {
	property, place := t.Inputs, ""
	rest := path
	for rest != "" && property != nil {
		name, after, _ := strings.Cut(rest, ".")
		bare, index, indexed := strings.Cut(name, "[")
		child := property.Properties[bare]
		if child == nil {
			break
		}
		place = strings.TrimPrefix(place+"."+strings.Join(placeBelow(child.ARM, property.ARM), "."), ".")
		property, rest = child, after
		if indexed {
			place, property = place+"["+index, child.Items
			if property != nil && property.ARM == "" {
				property = &Property{Properties: property.Properties, Items: property.Items, ARM: child.ARM + "[]"}
			}
		}
	}
	if rest == "" {
		return place
	}
	return strings.Trim(place+"."+rest, ".")
}
