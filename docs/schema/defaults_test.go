package main

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"go.yaml.in/yaml/v3"
)

// tagged are the defaults in the tags of the configuration's fields, by the path of the key.
func tagged(t *testing.T) map[string]any {
	t.Helper()
	raw, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	var schema struct {
		Properties struct {
			Config struct {
				Properties map[string]map[string]any `json:"properties"`
			} `json:"config"`
		} `json:"properties"`
	}
	if err := json.Unmarshal(raw, &schema); err != nil {
		t.Fatal(err)
	}
	found := map[string]any{}
	var walk func(path string, of map[string]any)
	walk = func(path string, of map[string]any) {
		if value, given := of["default"]; given {
			found[path] = value
		}
		properties, _ := of["properties"].(map[string]any)
		for key, member := range properties {
			walk(path+"."+key, member.(map[string]any))
		}
		if items, isList := of["items"].(map[string]any); isList {
			walk(path+"[]", items)
		}
	}
	for key, of := range schema.Properties.Config.Properties {
		walk(strings.TrimPrefix(key, "aoai-gateway:"), of)
	}
	if len(found) < 40 {
		t.Errorf("only %d defaults were found", len(found))
	}
	return found
}

// written are the values that a page has for a default: each element of a list by itself.
func written(value any) []string {
	list, isList := value.([]any)
	if !isList {
		return []string{fmt.Sprint(value)}
	}
	texts := make([]string, len(list))
	for i, element := range list {
		texts[i] = fmt.Sprint(element)
	}
	return texts
}

var (
	heading = regexp.MustCompile("^## `([A-Za-z]+)`")
	quoted  = regexp.MustCompile("`([^`]+)`")
)

// row is a line of a table: the keys in it, the defaults in its cell, and the whole line.
type row struct {
	section        string
	keys, defaults []string
	line           string
}

// rows are those of the page on configuration, below the headings that name a key.
func rows(t *testing.T) []row {
	t.Helper()
	page, err := os.ReadFile(filepath.Join(project, "docs", "configuration.md"))
	if err != nil {
		t.Fatal(err)
	}
	texts := func(cell string) []string {
		var found []string
		for _, match := range quoted.FindAllStringSubmatch(cell, -1) {
			found = append(found, strings.Split(strings.Trim(match[1], "[]"), ", ")...)
		}
		return found
	}
	var found []row
	section := ""
	for line := range strings.Lines(string(page)) {
		if strings.HasPrefix(line, "## ") {
			section = ""
			if match := heading.FindStringSubmatch(line); match != nil {
				section = match[1]
			}
		}
		if cells := strings.Split(line, "|"); len(cells) > 3 {
			found = append(found, row{section, texts(cells[1]), texts(cells[2]), line})
		}
	}
	return found
}

// tells reports whether a row has the default of a key.
func (r row) tells(path, text string) bool {
	of, below, nested := strings.Cut(strings.ReplaceAll(path, "[]", ""), ".")
	if nested != (r.section != "") || (nested && of != r.section) {
		return false
	}
	if !nested {
		below = of
	}
	named := slices.ContainsFunc(r.keys, func(key string) bool {
		return strings.HasSuffix("."+below, "."+strings.TrimPrefix(strings.ReplaceAll(key, "[]", ""), "."))
	})
	parent, member, _ := strings.Cut(below, ".")
	inText := strings.Contains(r.line, parent) && strings.Contains(r.line, "`"+member[strings.LastIndex(member, ".")+1:]+"`: `"+text+"` (default)")
	return inText || (named && slices.Contains(r.defaults, text))
}

// The tables of the page on configuration tell the defaults that the fields' tags have.
func TestThePageTellsTheDefaults(t *testing.T) {
	page := rows(t)
	for path, value := range tagged(t) {
		path = strings.TrimPrefix(path, "openai[].deployments") // told at deployments
		if strings.HasPrefix(path, "[].") {
			path = "deployments" + path
		}
		for _, text := range written(value) {
			if !slices.ContainsFunc(page, func(r row) bool { return r.tells(path, text) }) {
				t.Errorf("docs/configuration.md does not tell that %s is %s by default", path, text)
			}
		}
	}
}

// Pulumi.yaml has empty defaults, and tells in descriptions what they mean.
func TestTheProjectTellsTheDefaults(t *testing.T) {
	raw, err := os.ReadFile(filepath.Join(project, "Pulumi.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	var content struct {
		Config map[string]struct {
			Description string `yaml:"description"`
		} `yaml:"config"`
	}
	if err := yaml.Unmarshal(raw, &content); err != nil {
		t.Fatal(err)
	}
	for path, value := range tagged(t) {
		if strings.ContainsAny(path, ".[") {
			continue
		}
		said := content.Config[path].Description
		if !strings.Contains(said, fmt.Sprintf("%v (default", value)) && !strings.Contains(said, fmt.Sprintf("default %v", value)) {
			t.Errorf("Pulumi.yaml says of %s %q, and not that %v is the default", path, said, value)
		}
	}
}
