package arm

import (
	"cmp"
	"fmt"
	"maps"
	"math"
	"slices"
	"strings"

	"github.com/aoai-gateway/aoai-gateway/internal/suggest"
)

// Violation is one way in which inputs break the contract.
type Violation struct {
	// Path is the place in the inputs, such as healthProbeSettings.probePath.
	Path string
	// Place is the place in a request's body; only CheckRequest sets it.
	Place string
	// Message says what is wrong and what would be right.
	Message string
	// Warning is set where Azure may still accept the value: an unknown member
	// of an open enum.
	Warning bool
	// Missing is set where something that is needed is not there.
	Missing bool
}

func (v Violation) String() string { return v.Path + ": " + v.Message }

// Unknown stands for a value that is not known before deployment; it passes
// every check.
type Unknown struct{}

// Check compares inputs with the contract: unknown, missing, mis-shaped and
// out-of-range properties, closed and open enums, and the Rules between them. Values are what JSON decodes
// to, or Unknown. Violations come sorted by path.
func (t *ResourceType) Check(inputs map[string]any) []Violation {
	c := &checker{}
	for _, name := range t.SDKRequired {
		if _, ok := inputs[name]; !ok {
			c.fail(name, "is missing; %s needs it", t.Token)
		}
	}
	body := make(map[string]any, len(inputs))
	for name, value := range inputs {
		// A diagnostic setting's name stands in the path and in the body.
		if _, inBody := t.Inputs.Properties[name]; inBody {
			body[name] = value
		} else if !slices.Contains(t.PathParams, name) {
			body[name] = value
			continue
		}
		c.checkPathParameter(t, name, value)
	}
	c.checkObject("", t.Inputs, body, true)
	for _, rule := range Rules {
		if rule.holdsFor(t.Token) {
			rule.check(c, inputs)
		}
	}
	return c.sorted()
}

type checker struct{ found []Violation }

// sorted are the violations by path, each once.
func (c *checker) sorted() []Violation {
	slices.SortFunc(c.found, func(a, b Violation) int {
		return cmp.Or(cmp.Compare(a.Path, b.Path), cmp.Compare(a.Message, b.Message))
	})
	return slices.Compact(c.found)
}

func (c *checker) fail(path, format string, args ...any) {
	c.found = append(c.found, Violation{Path: path, Message: fmt.Sprintf(format, args...)})
}

// miss notes that something that is needed is not there.
func (c *checker) miss(path string) {
	c.found = append(c.found, Violation{Path: path, Message: "is missing", Missing: true})
}

// need notes which of some places are empty, but for those below what is not known yet.
func (c *checker) need(object map[string]any, paths ...string) {
	for _, path := range paths {
		var value any = object
		for _, name := range strings.Split(path, ".") {
			if members, ok := value.(map[string]any); ok {
				value = members[name]
			} else if _, unknown := value.(Unknown); !unknown {
				value = nil
			}
		}
		if value == nil {
			c.miss(path)
		}
	}
}

func (c *checker) warn(path, format string, args ...any) {
	c.found = append(c.found, Violation{Path: path, Message: fmt.Sprintf(format, args...), Warning: true})
}

func (c *checker) checkPathParameter(t *ResourceType, name string, value any) {
	if _, unknown := value.(Unknown); unknown {
		return
	}
	if !slices.Contains(t.Path.Parameters(), name) {
		return
	}
	text, ok := value.(string)
	if !ok {
		c.fail(name, "must be a string, not %s", describe(value))
		return
	}
	if name == t.Path.Name() {
		c.checkString(name, t.NameConstraint, text)
	}
}

func (c *checker) check(path string, p *Property, value any) {
	if _, unknown := value.(Unknown); unknown || value == nil || p.Type == "any" {
		return
	}
	switch p.Type {
	case "object":
		if object, ok := value.(map[string]any); ok {
			c.checkObject(path, p, object, false)
			return
		}
	case "array":
		if list, ok := value.([]any); ok {
			c.checkArray(path, p, list)
			return
		}
	case "string":
		if text, ok := value.(string); ok {
			c.checkString(path, p, text)
			return
		}
	case "integer":
		if number, ok := value.(float64); ok {
			c.checkNumber(path, p, number)
			return
		}
	case "boolean":
		if _, ok := value.(bool); ok {
			return
		}
	}
	c.fail(path, "must be %s, not %s", article(p.Type), describe(value))
}

// checkObject checks an object's members. location is never demanded at the
// root: azure-native takes it from the resource group.
func (c *checker) checkObject(path string, p *Property, object map[string]any, root bool) {
	for name, child := range p.Properties {
		if _, ok := object[name]; !ok && child.Required && (!root || name != "location") {
			c.miss(join(path, name))
		}
	}
	for name, value := range object {
		child, known := p.Properties[name]
		if known {
			c.check(join(path, name), child, value)
		} else if !p.Opaque() && !p.AdditionalProperties {
			c.fail(join(path, name), "is not a property here%s", suggest.Phrase(name, slices.Collect(maps.Keys(p.Properties))))
		}
	}
}

func (c *checker) checkArray(path string, p *Property, list []any) {
	if p.MinItems != nil && len(list) < *p.MinItems {
		c.fail(path, "has %d elements; at least %d are needed", len(list), *p.MinItems)
	}
	if p.MaxItems != nil && len(list) > *p.MaxItems {
		c.fail(path, "has %d elements; at most %d are allowed", len(list), *p.MaxItems)
	}
	for i, value := range list {
		if p.Items != nil {
			c.check(fmt.Sprintf("%s[%d]", path, i), p.Items, value)
		}
	}
}

func (c *checker) checkString(path string, p *Property, text string) {
	if p == nil {
		return
	}
	length := len([]rune(text))
	if p.MinLength != nil && length < *p.MinLength {
		c.fail(path, "%q has %d characters; at least %d are needed", text, length, *p.MinLength)
	}
	if p.MaxLength != nil && length > *p.MaxLength {
		c.fail(path, "%q has %d characters; at most %d are allowed", text, length, *p.MaxLength)
	}
	if p.pattern != nil && !p.pattern.MatchString(text) {
		c.fail(path, "%q does not match %s", text, p.Pattern)
	}
	if len(p.Enum) == 0 || slices.ContainsFunc(p.Enum, func(e string) bool { return strings.EqualFold(e, text) }) {
		return
	}
	if p.Open {
		c.warn(path, "%q is not among the values that Azure documents: %s", text, strings.Join(p.Enum, ", "))
		return
	}
	c.fail(path, "%q is not allowed; one of %s", text, strings.Join(p.Enum, ", "))
}

func (c *checker) checkNumber(path string, p *Property, number float64) {
	if math.IsNaN(number) || math.IsInf(number, 0) {
		c.fail(path, "%v is not a number that Azure can read", number)
	}
	if p.Minimum != nil && number < *p.Minimum {
		c.fail(path, "%v is too low; at least %v is needed", number, *p.Minimum)
	}
	if p.Maximum != nil && number > *p.Maximum {
		c.fail(path, "%v is too high; at most %v is allowed", number, *p.Maximum)
	}
}

func join(path, name string) string {
	if path == "" {
		return name
	}
	return path + "." + name
}

func article(kind string) string {
	if strings.ContainsAny(kind[:1], "aeio") {
		return "an " + kind
	}
	return "a " + kind
}

func describe(value any) string {
	switch value := value.(type) {
	case map[string]any:
		return "an object"
	case []any:
		return "an array"
	case string:
		return fmt.Sprintf("the string %q", value)
	case float64:
		return fmt.Sprintf("the number %v", value)
	case bool:
		return fmt.Sprintf("the boolean %v", value)
	default:
		return fmt.Sprintf("%T", value)
	}
}
