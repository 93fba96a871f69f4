package main

import (
	"encoding/json"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"
	"go.yaml.in/yaml/v3"
)

var project = filepath.Join("..", "..")

func TestSchemaIsUpToDate(t *testing.T) {
	want, err := generate(project)
	if err != nil {
		t.Fatal(err)
	}
	got, err := os.ReadFile(file)
	if err != nil || string(got) != string(want) {
		t.Errorf("%s is out of date (%v); run: go run ./docs/schema", file, err)
	}
}

func compiled(t *testing.T) *jsonschema.Schema {
	t.Helper()
	schema, err := jsonschema.NewCompiler().Compile(file)
	if err != nil {
		t.Fatal(err)
	}
	return schema
}

// check holds a stack file's text to the schema.
func check(t *testing.T, schema *jsonschema.Schema, text string) error {
	t.Helper()
	var value any
	if err := yaml.Unmarshal([]byte(text), &value); err != nil {
		t.Fatal(err)
	}
	encoded, err := json.Marshal(value)
	if err != nil {
		t.Fatal(err)
	}
	if value, err = jsonschema.UnmarshalJSON(strings.NewReader(string(encoded))); err != nil {
		t.Fatal(err)
	}
	return schema.Validate(value)
}

// Every stack file of the project names the schema in its first line, and keeps to it.
func TestStackFilesKeepToTheSchema(t *testing.T) {
	schema := compiled(t)
	var files []string
	for _, pattern := range []string{"Pulumi.*.yaml", "environments/*.yaml", "examples/*/*.yaml"} {
		found, err := filepath.Glob(filepath.Join(project, pattern))
		if err != nil || len(found) == 0 {
			t.Fatalf("%s: %v, %v", pattern, found, err)
		}
		files = append(files, found...)
	}
	for _, path := range files {
		if filepath.Base(path) == "Pulumi.yaml" {
			continue // a project of its own
		}
		raw, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		if err := check(t, schema, string(raw)); err != nil {
			t.Errorf("%s: %v", path, err)
		}
		line, _, _ := strings.Cut(string(raw), "\n")
		named, found := strings.CutPrefix(line, "# yaml-language-server: $schema=")
		if want, _ := filepath.Abs(file); !found || absolute(path, named) != want {
			t.Errorf("%s does not name the schema in its first line: %s", path, line)
		}
	}
}

func absolute(beside, relative string) string {
	path, _ := filepath.Abs(filepath.Join(filepath.Dir(beside), relative))
	return path
}

// What the program refuses for its form, an editor marks.
func TestSchemaRefuses(t *testing.T) {
	schema := compiled(t)
	for _, c := range []struct{ reason, config, at string }{
		{"a key one letter off", "aoai-gateway:patern: apim", "/config"},
		{"a namespace one letter off", "aoai-gatway:environment: production", "/config"},
		{"a member one letter off", "aoai-gateway:frontDoor: { wafs: {} }", "/config/aoai-gateway:frontDoor"},
		{"an unknown pattern", "aoai-gateway:pattern: front-dor", "/config/aoai-gateway:pattern"},
		{"a number in quotes", `aoai-gateway:budget: { amount: "5000" }`, "/config/aoai-gateway:budget/amount"},
		{"a version without quotes", "aoai-gateway:deployments: [{ name: chat, model: gpt-4o, version: 1 }]", "/config/aoai-gateway:deployments/0/version"},
		{"an unknown SKU of a model", "aoai-gateway:deployments: [{ name: chat, sku: Standrad }]", "/config/aoai-gateway:deployments/0/sku"},
		{"a list for an object", "aoai-gateway:tags: [team]", "/config/aoai-gateway:tags"},
		{"null in a list", "aoai-gateway:openai: [{ name: a, region: null }]", "/config/aoai-gateway:openai/0/region"},
	} {
		if err := check(t, schema, "config:\n  "+c.config+"\n"); err == nil || !strings.Contains(err.Error(), "'"+c.at+"'") {
			t.Errorf("%s: %v, want a mistake at %s", c.reason, err, c.at)
		}
	}
	for reason, text := range map[string]string{
		"another namespace's key":               "config:\n  azure-native:subscriptionId: x\n",
		"null, which takes a shared value away": "config:\n  aoai-gateway:frontDoor: { sku: null }\n",
		"Pulumi's own keys":                     "secretsprovider: azurekeyvault://x\nencryptedkey: x\n",
	} {
		if err := check(t, schema, text); err != nil {
			t.Errorf("%s is refused: %v", reason, err)
		}
	}
}

// The page on configuration tells every key that there is.
func TestEveryKeyIsDocumented(t *testing.T) {
	page, err := os.ReadFile(filepath.Join(project, "docs", "configuration.md"))
	if err != nil {
		t.Fatal(err)
	}
	raw, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	var schema map[string]any
	if err := json.Unmarshal(raw, &schema); err != nil {
		t.Fatal(err)
	}
	seen := 0
	var walk func(path string, of map[string]any)
	walk = func(path string, of map[string]any) {
		properties, _ := of["properties"].(map[string]any)
		for key, value := range properties {
			member, _ := value.(map[string]any)
			name := key[strings.LastIndex(key, ":")+1:]
			if strings.Contains(path+key, "aoai-gateway:") {
				seen++
				if !regexp.MustCompile("`[^`\n]*\\b" + regexp.QuoteMeta(name) + "\\b[^`\n]*`").Match(page) {
					t.Errorf("docs/configuration.md does not tell of %s%s", path, key)
				}
			}
			walk(path+key+".", member)
			if items, isList := member["items"].(map[string]any); isList {
				walk(path+key+"[].", items)
			}
		}
	}
	walk("", schema)
	if seen < 100 {
		t.Errorf("only %d keys were found", seen)
	}
}
