package definition_test

import (
	"encoding/json"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/aoai-gateway/aoai-gateway/internal/policy/definition"
)

// Mistakes have the words and the places of Json.NET Schema. Source of the words:
// https://www.newtonsoft.com/jsonschema/help/html/T_Newtonsoft_Json_Schema_ErrorType.htm and
// the tests of JamesNK/Newtonsoft.Json.Schema.
func TestMistakes(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ reason, schema, body, want string }{
		{"a type", `{"type":"string"}`, `1`, "Invalid type. Expected String but got Integer. Line: 1, Position: 1"},
		{"several types, in the order of the library", `{"type":["null","string"]}`, ` 1.5`, "Invalid type. Expected String, Null but got Number. Line: 1, Position: 4"},
		{"an object in the place of an array ends at its brace", `{"type":"array"}`, "\n{\"a\":1}", "Invalid type. Expected Array but got Object. Line: 2, Position: 1"},
		{"null where nothing says nullable", `{"type":"boolean"}`, `null`, "Invalid type. Expected Boolean but got Null. Line: 1, Position: 4"},
		{"nullable", `{"type":"boolean","nullable":true}`, `null`, ""},
		{"an enumeration that is nullable", `{"type":"string","enum":["a"],"nullable":true}`, `null`, ""},
		{"an enumeration", `{"enum":["a",1]}`, `"<b>"`, `Value "<b>" is not defined in enum. Line: 1, Position: 5`},
		{"a constant", `{"const":1}`, `2`, "Value 2 does not match const. Line: 1, Position: 1"},
		{"what is required, at the end of the object", `{"required":["a","b"]}`, `{"c":1}`, "Required properties are missing from object: a, b. Line: 1, Position: 7"},
		{"a property that is not defined, behind its colon", `{"properties":{"a":{}},"additionalProperties":false}`, `{"a":1, "b" : 2}`, "Property 'b' has not been defined and the schema does not allow additional properties. Line: 1, Position: 13"},
		{"a length counted in characters, a place in UTF-16", `{"items":{"maxLength":1}}`, `["😀","ab"]`, "String 'ab' exceeds maximum length of 1. Line: 1, Position: 10"},
		{"too short", `{"minLength":3}`, `"ab"`, "String 'ab' is less than minimum length of 3. Line: 1, Position: 4"},
		{"a pattern of .NET", `{"pattern":"^(?<=x|^)a$"}`, `"b"`, "String 'b' does not match regex pattern '^(?<=x|^)a$'. Line: 1, Position: 3"},
		{"a format", `{"format":"date-time"}`, `"today"`, "String 'today' does not validate against format 'date-time'. Line: 1, Position: 7"},
		{"a format that JSON Schema does not know", `{"format":"int32"}`, `1`, ""},
		{"below the minimum", `{"minimum":2.5}`, `1`, "Integer 1 is less than minimum value of 2.5. Line: 1, Position: 1"},
		{"above the maximum", `{"maximum":2}`, `2.5`, "Float 2.5 exceeds maximum value of 2. Line: 1, Position: 3"},
		{"an exclusive bound as OpenAPI 3.0 has it", `{"minimum":0,"exclusiveMinimum":true}`, `0`, "Integer 0 equals minimum value of 0 and exclusive minimum is true. Line: 1, Position: 1"},
		{"an exclusive bound as JSON Schema has it", `{"exclusiveMaximum":3}`, `3`, "Integer 3 equals maximum value of 3 and exclusive maximum is true. Line: 1, Position: 1"},
		{"a bound that is not exclusive", `{"minimum":0,"exclusiveMinimum":false}`, `0`, ""},
		{"a multiple", `{"multipleOf":2}`, `3`, "Integer 3 is not a multiple of 2. Line: 1, Position: 1"},
		{"too few items", `{"minItems":1}`, `[ ]`, "Array item count 0 is less than minimum count of 1. Line: 1, Position: 3"},
		{"too many items", `{"maxItems":1}`, `[1,2]`, "Array item count 2 exceeds maximum count of 1. Line: 1, Position: 5"},
		{"the same item twice", `{"uniqueItems":true}`, `[1,1]`, "Non-unique array item at index 1. Line: 1, Position: 5"},
		{"too few properties", `{"minProperties":1}`, `{}`, "Object property count 0 is less than minimum count of 1. Line: 1, Position: 2"},
		{"too many properties", `{"maxProperties":0}`, `{"a":1}`, "Object property count 1 exceeds maximum count of 0. Line: 1, Position: 7"},
		{"none of anyOf", `{"anyOf":[{"type":"string"},{"type":"null"}]}`, `1`, "JSON does not match any schemas from 'anyOf'. Line: 1, Position: 1"},
		{"none of oneOf", `{"oneOf":[{"type":"string"}]}`, `1`, "JSON is valid against no schemas from 'oneOf'. Line: 1, Position: 1"},
		{"two of oneOf", `{"oneOf":[{},{"type":"string"},{"type":"integer"}]}`, `1`, "JSON is valid against more than one schema from 'oneOf'. Valid schema indexes: 0, 2. Line: 1, Position: 1"},
		{"not all of allOf", `{"allOf":[{},{"type":"string"}]}`, `1`, "JSON does not match all schemas from 'allOf'. Invalid schema indexes: 1. Line: 1, Position: 1"},
		{"not", `{"not":{}}`, `1`, "JSON is valid against schema from 'not'. Line: 1, Position: 1"},
		{"a schema of an older draft", `{"$schema":"http://json-schema.org/draft-04/schema#","minimum":1,"exclusiveMinimum":true}`, `2`, ""},
		{"what stands first is told first", `{"required":["z"],"properties":{"a":{"type":"string"}}}`, `{"a":1}`, "Invalid type. Expected String but got Integer. Line: 1, Position: 6"},
	} {
		t.Run(c.reason, func(t *testing.T) {
			t.Parallel()
			mistakes, err := schemas(t, c.schema).Check(c.body, "s", "", definition.Options{})
			require.NoError(t, err)
			got := ""
			if len(mistakes) > 0 {
				got = mistakes[0].String()
			}
			require.Equal(t, c.want, got)
		})
	}
}

func schemas(t *testing.T, schema string) *definition.Schemas {
	t.Helper()
	s := &definition.Schemas{}
	require.NoError(t, json.Unmarshal([]byte(`{"s":`+schema+`,"other":{"type":"string"}}`), s))
	return s
}

// Schemas of the service refer to each other, and to nothing else.
func TestReferences(t *testing.T) {
	t.Parallel()
	mistakes, err := schemas(t, `{"items":{"$ref":"/schemas/other"}}`).Check(`[1]`, "s", "", definition.Options{})
	require.NoError(t, err)
	require.Len(t, mistakes, 1)
	_, err = schemas(t, `{"$ref":"https://example.com/x.json"}`).Check(`1`, "s", "", definition.Options{})
	require.ErrorContains(t, err, "is no schema of the service")
}

// What cannot be read, or not be compiled, is an error and no mistake.
func TestUnreadable(t *testing.T) {
	t.Parallel()
	for reason, c := range map[string][2]string{
		"a body that ends too early": {`{}`, `{"a":`}, "more than one value": {`{}`, `1 2`}, "a schema that is none": {`{"type":"file"}`, `1`}, "a pattern that is none": {`{"pattern":"("}`, `"a"`},
	} {
		_, err := schemas(t, c[0]).Check(c[1], "s", "", definition.Options{})
		require.Error(t, err, reason)
	}
}
