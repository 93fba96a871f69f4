package schema_test

import (
	"encoding/json"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/aoai-gateway/aoai-gateway/sandbox/openai/schema"
)

func decode(t *testing.T, text string) *schema.Schema {
	t.Helper()
	var value *schema.Schema
	require.NoError(t, json.Unmarshal([]byte(text), &value))
	return value
}

// Example itself holds each value to its schema by the library santhosh-tekuri/jsonschema, which
// passes the JSON Schema Test Suite; here is what a value looks like.
func TestExample(t *testing.T) {
	t.Parallel()
	for reason, c := range map[string]struct{ schema, want string }{
		"an object with all its properties": {`{"type":"object","properties":{"a":{"type":"string"},"b":{"type":"integer"}},"required":["a"]}`, `{"a":"sandbox","b":1}`},
		"a fixed value":                     {`{"const":"x"}`, `"x"`},
		"one of a list":                     {`{"enum":["C","F"]}`, `"C"`},
		"a type or null":                    {`{"type":["null","boolean"]}`, `true`},
		"a choice":                          {`{"anyOf":[{"type":"integer"},{"type":"null"}]}`, `1`},
		"a choice beside properties":        {`{"type":"object","properties":{"a":{"const":1}},"anyOf":[{"required":["a"]}]}`, `{"a":1}`},
		"several at once":                   {`{"allOf":[{"type":"object","properties":{"a":{"const":1}},"required":["a"]},{"properties":{"b":{"const":2}},"required":["b"]}]}`, `{"a":1,"b":2}`},
		"a definition":                      {`{"$ref":"#/$defs/n","$defs":{"n":{"type":"number","minimum":5}}}`, `5`},
		"numbers with limits":               {`{"type":"object","properties":{"a":{"type":"integer","exclusiveMinimum":7},"b":{"type":"number","maximum":-2},"c":{"type":"integer","multipleOf":5,"minimum":11},"d":{"type":"integer","exclusiveMaximum":0}}}`, `{"a":8,"b":-2,"c":15,"d":-1}`},
		"texts with lengths":                {`{"type":"object","properties":{"a":{"type":"string","minLength":9},"b":{"type":"string","maxLength":3}}}`, `{"a":"sandboxxx","b":"san"}`},
		"texts with formats":                {`{"type":"object","properties":{"a":{"type":"string","format":"date"},"b":{"type":"string","format":"uuid"}}}`, `{"a":"2026-01-02","b":"00000000-0000-4000-8000-000000000001"}`},
		"texts with patterns":               {`{"type":"object","properties":{"a":{"type":"string","pattern":"^[A-Z]{2}-[0-9]+$"},"b":{"type":"string","pattern":"^(x|y)z?$"}}}`, `{"a":"AA-0","b":"x"}`},
		"lists with lengths":                {`{"type":"array","items":{"type":"boolean"},"minItems":2}`, `[true,true]`},
		"a list of nothing":                 {`{"type":"array","items":{"type":"boolean"},"maxItems":0}`, `[]`},
		"a tuple":                           {`{"type":"array","prefixItems":[{"const":"a"},{"type":"integer"}]}`, `["a",1]`},
		"no schema but an empty one":        {`{}`, `"sandbox"`},
	} {
		value, err := schema.Example(decode(t, c.schema))
		require.NoError(t, err, reason)
		require.JSONEq(t, c.want, string(value), reason)
	}
}

// A schema that contains itself has a value that ends. The schema is the one of a recursive user
// interface in https://learn.microsoft.com/azure/foundry/openai/how-to/structured-outputs, made
// smaller.
func TestASchemaThatContainsItself(t *testing.T) {
	t.Parallel()
	value, err := schema.Example(decode(t, `{"type":"object","properties":{"type":{"enum":["div","button"]},"children":{"type":"array","items":{"$ref":"#"}}},"required":["type","children"],"additionalProperties":false}`))
	require.NoError(t, err)
	require.NotEmpty(t, value)
	list, err := schema.Example(decode(t, `{"$ref":"#/$defs/node","$defs":{"node":{"type":"object","properties":{"next":{"anyOf":[{"$ref":"#/$defs/node"},{"type":"null"}]}},"required":["next"]}}}`))
	require.NoError(t, err)
	require.NotEmpty(t, list)
}

func TestSchemasWithoutExample(t *testing.T) {
	t.Parallel()
	for reason, text := range map[string]string{
		"a type that there is none of": `{"type":"text"}`,
		"a reference to nothing":       `{"$ref":"#/$defs/none"}`,
		"a reference to a host":        `{"$ref":"https://contoso.com/schema.json"}`,
		"a pattern that is none":       `{"type":"string","pattern":"("}`,
	} {
		_, err := schema.Example(decode(t, text))
		require.Error(t, err, reason)
		require.NotErrorIs(t, err, schema.ErrNoExample, reason)
	}
	for reason, text := range map[string]string{
		"a contradiction":               `{"type":"integer","minimum":3,"maximum":2}`,
		"what contains itself for ever": `{"type":"object","properties":{"a":{"$ref":"#"},"b":{"$ref":"#"}},"required":["a","b"]}`,
	} {
		_, err := schema.Example(decode(t, text))
		require.ErrorIs(t, err, schema.ErrNoExample, reason)
	}
}

// The messages are those of public reports, such as vercel/ai#6403.
func TestCheckStrict(t *testing.T) {
	t.Parallel()
	for reason, c := range map[string]struct{ schema, want string }{
		"all is said":       {`{"type":"object","properties":{"a":{"type":"string"}},"required":["a"],"additionalProperties":false}`, ""},
		"others are let in": {`{"type":"object","properties":{}}`, "In context=(), 'additionalProperties' is required to be supplied and to be false."},
		"a property may be missing": {
			`{"type":"object","properties":{"a":{"type":"string"}},"additionalProperties":false}`,
			"In context=(), 'required' is required to be supplied and to be an array including every key in properties. Missing 'a'.",
		},
		"a property that there is none of": {
			`{"type":"object","properties":{},"required":["b"],"additionalProperties":false}`,
			"In context=(), 'required' is required to be supplied and to be an array including every key in properties. Extra required key 'b' supplied.",
		},
		"an object below": {
			`{"type":"object","properties":{"a":{"type":"array","items":{"type":"object"}}},"required":["a"],"additionalProperties":false}`,
			"In context=('properties', 'a', 'items'), 'additionalProperties' is required to be supplied and to be false.",
		},
		"an object of a choice": {
			`{"anyOf":[{"type":"null"},{"type":"object"}]}`,
			"In context=('anyOf', '1'), 'additionalProperties' is required to be supplied and to be false.",
		},
	} {
		err := schema.CheckStrict(decode(t, c.schema))
		if c.want == "" {
			require.NoError(t, err, reason)
			continue
		}
		require.EqualError(t, err, c.want, reason)
	}
}
