package definition

import (
	"encoding/json"
	"errors"
	"fmt"
	"math/big"
	"slices"
	"strconv"
	"strings"

	"github.com/santhosh-tekuri/jsonschema/v6"
	"github.com/santhosh-tekuri/jsonschema/v6/kind"
)

// Mistake is where a value breaks a schema, in the words of Json.NET Schema, which the service
// uses. Source: https://www.newtonsoft.com/jsonschema/help/html/Introduction.htm
type Mistake struct {
	Message      string
	Line, Column int

	offset int
}

func (m *Mistake) String() string {
	return fmt.Sprintf("%s Line: %d, Position: %d", m.Message, m.Line, m.Column)
}

// Check holds JSON to the type at a pointer of a schema, "" for the schema itself. An error is
// JSON that cannot be read, or a schema that cannot be compiled.
func (s *Schemas) Check(text, id, pointer string, options Options) ([]*Mistake, error) {
	schema, err := s.compile(id, pointer, options)
	if err != nil {
		return nil, err
	}
	r, value, err := readJSON(text, options.AnyCase)
	if err != nil {
		return nil, err
	}
	var broken *jsonschema.ValidationError
	if err := schema.Validate(value); !errors.As(err, &broken) {
		return nil, err
	}
	c := &checked{reader: r, value: value}
	c.collect(broken)
	// Json.NET Schema reads a body once, from its beginning to its end.
	slices.SortStableFunc(c.mistakes, func(a, b *Mistake) int { return a.offset - b.offset })
	for _, each := range c.mistakes {
		each.Line, each.Column = r.position(each.offset)
	}
	return c.mistakes, nil
}

// checked is a value that breaks a schema.
type checked struct {
	*reader

	value    any
	mistakes []*Mistake
}

func (c *checked) add(offset int, format string, args ...any) {
	c.mistakes = append(c.mistakes, &Mistake{Message: fmt.Sprintf(format, args...), offset: offset})
}

func (c *checked) collect(e *jsonschema.ValidationError) {
	path := strings.Join(append(slices.Clone(e.InstanceLocation), ""), "\x00")
	at, value := c.spans[path], lookup(c.value, e.InstanceLocation)
	switch k := e.ErrorKind.(type) {
	case *kind.AllOf:
		c.add(at.last, "JSON does not match all schemas from 'allOf'. Invalid schema indexes: %s.", indexes(e.Causes))
	case *kind.AnyOf:
		c.add(at.last, "JSON does not match any schemas from 'anyOf'.")
	case *kind.OneOf:
		if len(k.Subschemas) == 0 {
			c.add(at.last, "JSON is valid against no schemas from 'oneOf'.")
			return
		}
		c.add(at.last, "JSON is valid against more than one schema from 'oneOf'. Valid schema indexes: %s.", join(k.Subschemas))
	case *kind.Not:
		c.add(at.last, "JSON is valid against schema from 'not'.")
	case *kind.AdditionalProperties:
		for _, name := range k.Properties {
			inner := path + name + "\x00"
			c.add(c.spans[inner].name, "Property '%s' has not been defined and the schema does not allow additional properties.", c.written[inner])
		}
	case *kind.Required:
		c.add(at.last, "Required properties are missing from object: %s.", strings.Join(k.Missing, ", "))
	case *kind.MinProperties, *kind.MaxProperties, *kind.MinItems, *kind.MaxItems, *kind.UniqueItems, *kind.Contains, *kind.AdditionalItems, *kind.DependentRequired, *kind.Dependency:
		c.add(at.last, "%s", ofContainer(e.ErrorKind))
	default:
		if len(e.Causes) == 0 {
			c.add(at.first, "%s", ofScalar(e.ErrorKind, value))
			return
		}
		for _, cause := range e.Causes {
			c.collect(cause)
		}
	}
}

func lookup(value any, path []string) any {
	for _, segment := range path {
		switch inner := value.(type) {
		case map[string]any:
			value = inner[segment]
		case []any:
			n, err := strconv.Atoi(segment)
			if err != nil || n >= len(inner) {
				return nil
			}
			value = inner[n]
		}
	}
	return value
}

// indexes are those of the schemas of an allOf that do not match.
func indexes(causes []*jsonschema.ValidationError) string {
	var found []string
	for _, each := range causes {
		found = append(found, each.SchemaURL[strings.LastIndexByte(each.SchemaURL, '/')+1:])
	}
	return strings.Join(found, ", ")
}

func join(numbers []int) string {
	texts := make([]string, len(numbers))
	for i, n := range numbers {
		texts[i] = strconv.Itoa(n)
	}
	return strings.Join(texts, ", ")
}

// ofContainer words what is wrong with an object or an array as a whole.
func ofContainer(k jsonschema.ErrorKind) string {
	switch k := k.(type) {
	case *kind.MinProperties:
		return fmt.Sprintf("Object property count %d is less than minimum count of %d.", k.Got, k.Want)
	case *kind.MaxProperties:
		return fmt.Sprintf("Object property count %d exceeds maximum count of %d.", k.Got, k.Want)
	case *kind.MinItems:
		return fmt.Sprintf("Array item count %d is less than minimum count of %d.", k.Got, k.Want)
	case *kind.MaxItems:
		return fmt.Sprintf("Array item count %d exceeds maximum count of %d.", k.Got, k.Want)
	case *kind.UniqueItems:
		return fmt.Sprintf("Non-unique array item at index %d.", max(k.Duplicates[0], k.Duplicates[1]))
	case *kind.DependentRequired:
		return fmt.Sprintf("Dependencies for property '%s' failed. Missing required keys: %s.", k.Prop, strings.Join(k.Missing, ", "))
	case *kind.Dependency:
		return fmt.Sprintf("Dependencies for property '%s' failed. Missing required keys: %s.", k.Prop, strings.Join(k.Missing, ", "))
	case *kind.AdditionalItems:
		return "The array has items that have not been defined and the schema does not allow additional items."
	}
	return "No items match contains."
}

// ofScalar words what is wrong with one value.
func ofScalar(k jsonschema.ErrorKind, value any) string {
	switch k := k.(type) {
	case *kind.Type:
		return fmt.Sprintf("Invalid type. Expected %s but got %s.", typeNames(k.Want), typeOf(value))
	case *kind.Enum:
		return fmt.Sprintf("Value %s is not defined in enum.", shown(value))
	case *kind.Const:
		return fmt.Sprintf("Value %s does not match const.", shown(value))
	case *kind.Format:
		return fmt.Sprintf("String '%v' does not validate against format '%s'.", value, k.Want)
	case *kind.Pattern:
		return fmt.Sprintf("String '%v' does not match regex pattern '%s'.", value, k.Want)
	case *kind.MinLength:
		return fmt.Sprintf("String '%v' is less than minimum length of %d.", value, k.Want)
	case *kind.MaxLength:
		return fmt.Sprintf("String '%v' exceeds maximum length of %d.", value, k.Want)
	case *kind.Minimum:
		return fmt.Sprintf("%s %v is less than minimum value of %s.", numberKind(value), value, bound(k.Want))
	case *kind.Maximum:
		return fmt.Sprintf("%s %v exceeds maximum value of %s.", numberKind(value), value, bound(k.Want))
	case *kind.ExclusiveMinimum:
		if k.Got.Cmp(k.Want) == 0 {
			return fmt.Sprintf("%s %v equals minimum value of %s and exclusive minimum is true.", numberKind(value), value, bound(k.Want))
		}
		return fmt.Sprintf("%s %v is less than minimum value of %s.", numberKind(value), value, bound(k.Want))
	case *kind.ExclusiveMaximum:
		if k.Got.Cmp(k.Want) == 0 {
			return fmt.Sprintf("%s %v equals maximum value of %s and exclusive maximum is true.", numberKind(value), value, bound(k.Want))
		}
		return fmt.Sprintf("%s %v exceeds maximum value of %s.", numberKind(value), value, bound(k.Want))
	case *kind.MultipleOf:
		return fmt.Sprintf("%s %v is not a multiple of %s.", numberKind(value), value, bound(k.Want))
	}
	return "Schema always fails validation."
}

func shown(value any) string {
	var b strings.Builder
	encoder := json.NewEncoder(&b)
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(value); err != nil {
		return fmt.Sprint(value)
	}
	return strings.TrimSuffix(b.String(), "\n")
}

// bound is a number as schemas write it.
func bound(n *big.Rat) string {
	if n.IsInt() {
		return n.RatString()
	}
	f, _ := n.Float64()
	return strconv.FormatFloat(f, 'f', -1, 64)
}

// typeOrder is the order in which Json.NET Schema lists several types.
var typeOrder = []string{"string", "number", "integer", "boolean", "object", "array", "null"}

func typeNames(types []string) string {
	var names []string
	for _, each := range typeOrder {
		if slices.Contains(types, each) {
			names = append(names, strings.ToUpper(each[:1])+each[1:])
		}
	}
	return strings.Join(names, ", ")
}

func typeOf(value any) string {
	switch value := value.(type) {
	case nil:
		return "Null"
	case bool:
		return "Boolean"
	case string:
		return "String"
	case []any:
		return "Array"
	case json.Number:
		if isWhole(value) {
			return "Integer"
		}
		return "Number"
	}
	return "Object"
}

func numberKind(value any) string {
	if n, ok := value.(json.Number); ok && isWhole(n) {
		return "Integer"
	}
	return "Float"
}

func isWhole(n json.Number) bool { return !strings.ContainsAny(n.String(), ".eE") }
