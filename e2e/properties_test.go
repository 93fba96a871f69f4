package e2e

import (
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/aoai-gateway/aoai-gateway/internal/arm"
)

// property is one place in a deployed resource that somebody could change by hand.
type property struct {
	// path is how Pulumi names it, such as rules[0].name; shape the same with any index.
	path, shape string
	// place is where it stands in the ARM body: names and indices.
	place []any
	spec  *arm.Property
}

// propertiesOf are all that a resource was deployed with, as far as the contract tells
// where they stand.
func propertiesOf(kind *arm.ResourceType, inputs map[string]any) []property {
	var found []property
	var walk func(p *arm.Property, value any, path, template string, place []any)
	walk = func(p *arm.Property, value any, path, template string, place []any) {
		switch value := value.(type) {
		case map[string]any:
			for _, name := range slices.Sorted(maps.Keys(value)) {
				child := p.Properties[name]
				switch {
				case child != nil && !p.Opaque():
					rest := strings.TrimPrefix(child.ARM, template)
					walk(child, value[name], joined(path, name), child.ARM, append(slices.Clone(place), names(rest)...))
				case p.Opaque() || p.AdditionalProperties:
					walk(&arm.Property{Type: "any"}, value[name], joined(path, name), template+"/"+name, append(slices.Clone(place), name))
				}
			}
		case []any:
			items := p.Items
			if items == nil {
				items = &arm.Property{Type: "any"}
			}
			if len(value) > 1 {
				found = append(found, property{path, shapeOf(path) + " (one less)", place, p})
			}
			for i, element := range value {
				walk(items, element, fmt.Sprintf("%s[%d]", path, i), template+"[]", append(slices.Clone(place), i))
			}
		case nil:
		default:
			found = append(found, property{path, shapeOf(path), place, p})
		}
	}
	if len(kind.Inputs.Properties) > 0 {
		walk(kind.Inputs, inputs, "", "", nil)
	}
	return found
}

func joined(path, name string) string {
	if strings.Contains(name, ".") {
		return fmt.Sprintf("%s[%q]", path, name)
	}
	return strings.TrimPrefix(path+"."+name, ".")
}

var index = regexp.MustCompile(`\[\d+\]`)

func shapeOf(path string) string { return index.ReplaceAllString(path, "[]") }

func names(pointer string) []any {
	var list []any
	for _, name := range strings.Split(strings.Trim(pointer, "/"), "/") {
		if name != "" {
			list = append(list, name)
		}
	}
	return list
}

// at is the value at a place of a body; false for none.
func at(body any, place []any) (any, bool) {
	for _, step := range place {
		switch step := step.(type) {
		case string:
			object, _ := body.(map[string]any)
			member, there := object[step]
			if !there {
				return nil, false
			}
			body = member
		case int:
			list, _ := body.([]any)
			if step >= len(list) {
				return nil, false
			}
			body = list[step]
		}
	}
	return body, true
}

// put sets the value at a place, which is there.
func put(body any, place []any, value any) {
	parent, _ := at(body, place[:len(place)-1])
	switch step := place[len(place)-1].(type) {
	case string:
		parent.(map[string]any)[step] = value
	case int:
		parent.([]any)[step] = value
	}
}

// others are values that could stand in a value's place, the likeliest to be taken first.
func others(p property, value any, siblings []string) []any {
	var list []any
	for _, each := range p.spec.Enum {
		if each != value {
			list = append(list, each)
		}
	}
	switch value := value.(type) {
	case []any:
		list = append(list, value[:len(value)-1])
	case bool:
		list = append(list, !value)
	case float64:
		list = append(list, value+1, value-1, value*2, value/2)
	case string:
		list = append(list, otherTexts(value, siblings)...)
	}
	return list
}

func otherTexts(value string, siblings []string) []any {
	var list []any
	for _, sibling := range siblings {
		if !strings.EqualFold(sibling, value) {
			list = append(list, sibling)
		}
	}
	switch {
	case strings.Contains(value, "<inbound"):
		list = append(list, strings.Replace(value, "<inbound>", `<inbound><set-header name="x-by-hand"><value>1</value></set-header>`, 1), strings.Replace(value, "<inbound/>", "<inbound><base/></inbound>", 1))
	case strings.HasPrefix(value, "<fragment>"):
		list = append(list, strings.Replace(value, "<fragment>", `<fragment><set-header name="x-by-hand"><value>1</value></set-header>`, 1))
	case strings.HasPrefix(value, "P"):
		list = append(list, "PT5M", "PT10M", "PT1H", "PT2M", "P1D")
	case strings.HasPrefix(value, "https://"):
		list = append(list, strings.Replace(value, "https://", "https://other-", 1))
	}
	if number, err := strconv.Atoi(value); err == nil {
		list = append(list, strconv.Itoa(number+1), strconv.Itoa(number-1))
	}
	return append(list, value+"x", value+"-2", "x"+value, "other@contoso.com", "11111111-2222-4333-8444-555555555555", "10.99.0.0/24", "2027-06-01T00:00:00Z", "/*", value+" ")
}
