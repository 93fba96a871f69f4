package azurenative

import (
	"maps"
	"strings"

	"github.com/aoai-gateway/aoai-gateway/internal/arm"
)

// requestBody turns inputs as the SDK names them into the ARM body, by the
// places that the contract gives.
func requestBody(p *arm.Property, inputs map[string]any) map[string]any {
	if len(p.Properties) == 0 {
		return map[string]any{} // a resource without inputs
	}
	return toARM(p, "", inputs).(map[string]any)
}

// toARM converts one value whose own place in the body is at.
func toARM(p *arm.Property, at string, value any) any {
	switch value := value.(type) {
	case map[string]any:
		if p.Opaque() {
			return value
		}
		body := map[string]any{}
		for name, member := range value {
			child, known := p.Properties[name]
			if !known {
				if p.AdditionalProperties {
					body[name] = member
				}
				continue
			}
			place(body, segments(child.ARM, at), toARM(child, child.ARM, member))
		}
		return body
	case []any:
		list := make([]any, len(value))
		for i, element := range value {
			list[i] = element
			if p.Items != nil {
				list[i] = toARM(p.Items, at+"[]", element)
			}
		}
		return list
	default:
		return value
	}
}

// outputs turns an ARM answer into what the SDK names its outputs: inputs back
// at their own places, and what only Azure knows beside them, lifted out of
// `properties` where the contract flattens that.
func outputs(p *arm.Property, answer map[string]any) map[string]any {
	out := fromARM(p, "", answer).(map[string]any)
	delete(out, "id")
	return out
}

func fromARM(p *arm.Property, at string, value any) any {
	switch value := value.(type) {
	case map[string]any:
		// A resource without inputs has its own form all the same.
		if p == nil || (at != "" && p.Opaque()) {
			return value
		}
		rest := cloneDeep(value)
		out := map[string]any{}
		for name, child := range p.Properties {
			if member, ok := take(rest, segments(child.ARM, at)); ok && member != nil {
				out[name] = fromARM(child, child.ARM, member)
			}
		}
		// What goes by the name of an input that lies elsewhere is not that input:
		// a backend's own type, and the ARM type of every resource.
		maps.DeleteFunc(rest, func(name string, _ any) bool { return p.Properties[name] != nil })
		if lifted, ok := rest["properties"].(map[string]any); ok && p.Flattened {
			delete(rest, "properties")
			copyOutputs(out, lifted)
		}
		copyOutputs(out, rest)
		return out
	case []any:
		list := make([]any, len(value))
		for i, element := range value {
			list[i] = element
			if p != nil && p.Items != nil {
				list[i] = fromARM(p.Items, at+"[]", element)
			}
		}
		return list
	default:
		return value
	}
}

// copyOutputs takes over what is no input, by the SDK's names, which begin in lower
// case where Azure's do not (ConnectionString).
func copyOutputs(out, answer map[string]any) {
	for name, value := range answer {
		if value != nil {
			out[strings.ToLower(name[:1])+name[1:]] = value
		}
	}
}

// inputProjection keeps of outputs what is also an input.
func inputProjection(p *arm.Property, outputs map[string]any) map[string]any {
	if len(p.Properties) == 0 {
		return map[string]any{} // a resource without inputs
	}
	return project(p, outputs).(map[string]any)
}

func project(p *arm.Property, value any) any {
	switch value := value.(type) {
	case map[string]any:
		if p.Opaque() {
			return value
		}
		kept := map[string]any{}
		for name, member := range value {
			if child, known := p.Properties[name]; known {
				kept[name] = project(child, member)
			} else if p.AdditionalProperties {
				kept[name] = member
			}
		}
		return kept
	case []any:
		list := make([]any, len(value))
		for i, element := range value {
			list[i] = element
			if p.Items != nil {
				list[i] = project(p.Items, element)
			}
		}
		return list
	default:
		return value
	}
}

// segments is a child's place relative to its parent's.
func segments(child, parent string) []string {
	return strings.Split(strings.TrimPrefix(strings.TrimPrefix(child, parent), "/"), "/")
}

func place(body map[string]any, path []string, value any) {
	for _, segment := range path[:len(path)-1] {
		below, ok := body[segment].(map[string]any)
		if !ok {
			below = map[string]any{}
			body[segment] = below
		}
		body = below
	}
	last := path[len(path)-1]
	before, wasObject := body[last].(map[string]any)
	if object, ok := value.(map[string]any); ok && wasObject {
		maps.Copy(before, object)
		return
	}
	body[last] = value
}

// take removes and returns what stands at path.
func take(body map[string]any, path []string) (any, bool) {
	for _, segment := range path[:len(path)-1] {
		below, ok := body[segment].(map[string]any)
		if !ok {
			return nil, false
		}
		body = below
	}
	last := path[len(path)-1]
	value, ok := body[last]
	delete(body, last)
	return value, ok
}

// cloneDeep copies objects, so that take does not reach into the original.
func cloneDeep(object map[string]any) map[string]any {
	clone := make(map[string]any, len(object))
	for name, value := range object {
		if below, ok := value.(map[string]any); ok {
			value = cloneDeep(below)
		}
		clone[name] = value
	}
	return clone
}
