package stacks

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"

	"github.com/aoai-gateway/aoai-gateway/internal/faults"
)

// baseKey names the file that stacks of several environments share.
const baseKey = Project + ":base"

// WithBase puts the keys of the shared file, if the stack names one, under the stack's
// own: what the stack says wins, objects are merged member by member, lists are taken as
// a whole. What is empty says nothing; null, in an object of the stack, takes away what the
// shared file says there. That file has the form of a stack's file, with keys of this
// project alone, without secrets and without null; dir is where it lies.
func WithBase(values map[string]string, dir fs.FS) (map[string]string, error) {
	file, given := values[baseKey]
	if !given || file == "" {
		return values, nil
	}
	shared, err := readBase(dir, file)
	if err != nil {
		var list faults.List
		for _, fault := range faults.All(err) {
			list.Add(baseKey, "%s: %s", file, fault.Error())
		}
		return nil, list.Err()
	}
	merged := maps.Clone(shared)
	for key, own := range values {
		if saysNothing(own) {
			continue
		}
		if below, both := shared[key]; both {
			own = overlaid(below, own)
		}
		merged[key] = own
	}
	return merged, nil
}

// saysNothing reports whether a value is empty. Pulumi hands over the project's defaults,
// which are, as if the stack had said them.
func saysNothing(value string) bool { return value == "" || value == "[]" || value == "{}" }

// readBase reads a shared file into the form in which the engine hands over a stack's own.
func readBase(dir fs.FS, file string) (map[string]string, error) {
	if !fs.ValidPath(file) {
		return nil, errors.New("is not a path within the project; write it from the project's folder on, such as environments/base.yaml")
	}
	raw, err := fs.ReadFile(dir, file)
	if err != nil {
		var at *fs.PathError
		switch {
		case errors.Is(err, fs.ErrNotExist):
			return nil, errors.New("is not there; write the path from the project's folder on, such as environments/base.yaml, with its capital letters")
		case errors.As(err, &at):
			err = at.Err
		}
		return nil, fmt.Errorf("cannot be read: %w; name a file, such as environments/base.yaml", err)
	}
	var content struct {
		Config map[string]yaml.Node `yaml:"config"`
	}
	decoder := yaml.NewDecoder(bytes.NewReader(raw))
	decoder.KnownFields(true)
	if err := decoder.Decode(&content); err != nil {
		return nil, fmt.Errorf("is no YAML with config, and nothing else, at its top: %w", err)
	}
	if len(content.Config) == 0 {
		return nil, errors.New("says nothing; put keys of " + Project + " below config")
	}
	var list faults.List
	values := map[string]string{}
	for _, key := range slices.Sorted(maps.Keys(content.Config)) {
		node := content.Config[key]
		switch {
		case key == baseKey:
			list.Add(key, "names another file").Remedy("one may share with stacks only")
		case !strings.HasPrefix(key, Project+":"):
			list.Add(key, "is not a key of %s", Project).Remedy("others stand in the stack's own file")
		case isSecret(&node):
			list.Add(key, "holds a secret").Remedy("secrets are encrypted for one stack and stand in its file")
		default:
			value, err := textOf(&node)
			if err != nil {
				list.Add(key, "%v", err)
			}
			values[key] = value
		}
	}
	return values, list.Err()
}

// isSecret reports whether a value, or one in it, is encrypted.
func isSecret(node *yaml.Node) bool {
	if node.Kind == yaml.MappingNode && len(node.Content) == 2 && node.Content[0].Value == "secure" {
		return true
	}
	return slices.ContainsFunc(node.Content, isSecret)
}

// textOf is a value as the engine hands it over: a text as it is, all else as JSON.
func textOf(node *yaml.Node) (string, error) {
	value, err := plainYAML(node)
	if err != nil {
		return "", err
	}
	if text, isText := value.(string); isText {
		return text, nil
	}
	raw, err := json.Marshal(value)
	return string(raw), err
}

// plainYAML is a value as JSON knows it. A date is a text, as it is written.
func plainYAML(node *yaml.Node) (any, error) {
	switch {
	case node.Kind == yaml.AliasNode:
		return plainYAML(node.Alias)
	case node.Kind == yaml.MappingNode:
		object := map[string]any{}
		for i := 0; i+1 < len(node.Content); i += 2 {
			value, err := plainYAML(node.Content[i+1])
			if err != nil {
				return nil, err
			}
			object[node.Content[i].Value] = value
		}
		return object, nil
	case node.Kind == yaml.SequenceNode:
		list := []any{}
		for _, element := range node.Content {
			value, err := plainYAML(element)
			if err != nil {
				return nil, err
			}
			list = append(list, value)
		}
		return list, nil
	case node.ShortTag() == "!!null":
		return nil, fmt.Errorf("line %d is null, which says nothing; give a value or remove it", node.Line)
	case node.ShortTag() == "!!str", node.ShortTag() == "!!timestamp":
		return node.Value, nil
	}
	var value any
	if err := node.Decode(&value); err != nil {
		return nil, fmt.Errorf("line %d: %w", node.Line, err)
	}
	return value, nil
}

// overlaid is one value over another: objects member by member, all else as a whole.
func overlaid(below, above string) string {
	var under, over any
	if json.Unmarshal([]byte(below), &under) != nil || json.Unmarshal([]byte(above), &over) != nil {
		return above
	}
	raw, err := json.Marshal(merged(under, over))
	if err != nil {
		return above
	}
	return string(raw)
}

func merged(under, over any) any {
	below, belowIs := under.(map[string]any)
	above, aboveIs := over.(map[string]any)
	if !belowIs || !aboveIs {
		return over
	}
	both := maps.Clone(below)
	for name, member := range above {
		if lower, there := below[name]; there {
			member = merged(lower, member)
		}
		both[name] = member
	}
	return both
}
