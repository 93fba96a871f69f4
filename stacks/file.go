package stacks

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"reflect"
	"regexp"
	"slices"
	"strings"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource/config"
	"go.yaml.in/yaml/v3"

	"github.com/aoai-gateway/aoai-gateway/internal/azure"
	"github.com/aoai-gateway/aoai-gateway/internal/faults"
	"github.com/aoai-gateway/aoai-gateway/internal/suggest"
)

// fileKeys are what Pulumi reads at the top of a stack's file.
var fileKeys = []string{"config", "secretsprovider", "encryptedkey", "encryptionsalt", "environment"}

// CheckFile reads a stack's file as its user wrote it, before Pulumi does: Pulumi refuses
// what it cannot read without a place, and shows the rest in another form. project is the
// folder in which a shared file lies. All mistakes come at once in one readable error; advice
// is what a preview of the file tells.
func CheckFile(file string, project fs.FS, options ReadOptions) (Config, []Advice, error) {
	raw, err := os.ReadFile(file)
	if err != nil {
		return Config{}, nil, fmt.Errorf("reading the stack's file: %w", err)
	}
	read, advice, err := readFile(raw, project, options)
	if err != nil {
		return Config{}, nil, explainIn(file, err)
	}
	return read, advice, nil
}

// ModelsAreLeftToAzure reports whether the environment makes warnings of what the table of
// models refuses.
func ModelsAreLeftToAzure() bool { return os.Getenv(azure.CheckVariable) == azure.CheckWarns }

func readFile(raw []byte, project fs.FS, options ReadOptions) (Config, []Advice, error) {
	written, err := parseFile(raw)
	if err != nil {
		return Config{}, nil, err
	}
	options.IsSecret = func(key string) bool { return written.secret[key] }
	merged, err := WithBase(written.values, project)
	wrong := errors.Join(written.wrong.Err(), err)
	if wrong == nil && !written.partly {
		read, advice, err := ReadConfig(merged, options)
		if err != nil {
			return read, nil, err
		}
		var list faults.List
		list.Merge(Project+":", read.checkProduction())
		return read, advice, list.Err()
	}
	if merged == nil {
		merged = written.values
	}
	into := DefaultConfig(merged[Project+":pattern"])
	return into, nil, oncePerPlace(errors.Join(wrong, checkForeignKeys(merged, options.IsSecret), decode(merged, &into), checkRaw(merged)))
}

// fileContent is what a stack's file says.
type fileContent struct {
	// values are in the form in which the engine hands them over.
	values map[string]string
	// written are the keys as the user wrote them, by the full key.
	written map[string]string
	// secret are the keys that are encrypted as a whole.
	secret map[string]bool
	// partly says that only Pulumi knows some values: encrypted ones, or those of an
	// environment.
	partly bool
	wrong  faults.List
}

// notYAML takes the library's name off its errors.
var notYAML = regexp.MustCompile(`^yaml: (unmarshal errors:\s*)?`)

func parseFile(raw []byte) (*fileContent, error) {
	content := &fileContent{values: map[string]string{}, written: map[string]string{}, secret: map[string]bool{}}
	var document yaml.Node
	if err := yaml.NewDecoder(bytes.NewReader(raw)).Decode(&document); err != nil && len(bytes.TrimSpace(raw)) > 0 && err.Error() != "EOF" {
		return nil, faults.New("is not valid YAML: %s", notYAML.ReplaceAllString(err.Error(), "")).Remedy("indent with spaces, and give the members of one object the same indentation").Err()
	}
	if len(document.Content) == 0 || document.Content[0].ShortTag() == "!!null" {
		return nil, faults.New("says nothing").Remedy("write config: at its top, and the keys of %s below it", Project).Err()
	}
	root := document.Content[0]
	if root.Kind != yaml.MappingNode {
		return nil, faults.New("is %s", kindOf(root)).Remedy("write config: at its top, and the keys of %s below it", Project).Err()
	}
	for i := 0; i+1 < len(root.Content); i += 2 {
		content.readTop(root.Content[i].Value, root.Content[i+1])
	}
	content.duplicates("", root)
	if len(content.values) == 0 && content.wrong.Err() == nil && !content.partly {
		content.wrong.Add("config", "has no key; write the keys of %s below it, such as %s:openai", Project, Project)
	}
	return content, nil
}

// readTop reads one key at the top of the file.
func (c *fileContent) readTop(key string, value *yaml.Node) {
	switch {
	case key == "environment":
		c.partly = true
	case key == "config":
		if value.Kind != yaml.MappingNode {
			if value.ShortTag() != "!!null" {
				c.wrong.Add("config", "is %s; write keys below it, such as %s:openai", kindOf(value), Project)
			}
			return
		}
		for i := 0; i+1 < len(value.Content); i += 2 {
			c.readKey(value.Content[i].Value, value.Content[i+1])
		}
	case slices.Contains(fileKeys, key):
	case strings.Contains(key, ":"), slices.Contains(configKeys(), key):
		c.wrong.Add(key, "stands beside config, where nobody reads it; indent it below config:")
	default:
		c.wrong.Add(key, "is not a key of a stack's file; known are %s%s", strings.Join(fileKeys, ", "), suggest.Phrase(key, fileKeys))
	}
}

// readKey reads one key of the configuration.
func (c *fileContent) readKey(written string, value *yaml.Node) {
	full := written
	if !strings.Contains(full, ":") {
		full = Project + ":" + full
	} else if key, err := config.ParseKey(full); err == nil {
		full = key.String()
	}
	if first, twice := c.written[full]; twice {
		if written != first { // else duplicates tells
			c.wrong.Add(written, "is the same key as %q, which is given, too; keep one", first)
		}
		return
	}
	c.written[full] = written
	c.values[full] = "" // it is given, though nothing of it may be readable
	for value.Kind == yaml.AliasNode {
		value = value.Alias
	}
	if text, secret := cipherOf(value); secret {
		c.secret[full], c.partly = true, true
		c.checkCipher(full, text)
		return
	}
	key, ours := strings.CutPrefix(full, Project+":")
	if !ours {
		// Others may put anything there.
		c.values[full], _ = textOf(value)
		return
	}
	if c.rightKind(full, key, value) {
		c.values[full] = c.text(full, value)
	}
}

// rightKind refuses a value of another kind than the key takes: the engine would hand a list
// and its text over in the same form.
func (c *fileContent) rightKind(full, key string, value *yaml.Node) bool {
	field, known := configField(key)
	if !known {
		return true // decode tells
	}
	if value.ShortTag() == "!!null" {
		c.wrong.Add(full, "is empty; give %s, or remove the key", wantedOf(field))
		return false
	}
	var right bool
	switch field.Kind() {
	case reflect.Slice:
		right = value.Kind == yaml.SequenceNode
	case reflect.Map, reflect.Struct:
		right = value.Kind == yaml.MappingNode
	default:
		right = value.Kind == yaml.ScalarNode && (value.ShortTag() == "!!str" || value.ShortTag() == "!!timestamp")
	}
	if !right {
		c.wrong.Add(full, "must be %s, not %s%s", wantedOf(field), kindOf(value), remedyOf(field, value))
	}
	return right
}

// remedyOf says how to write what was probably meant.
func remedyOf(field reflect.Type, value *yaml.Node) string {
	scalar := value.Kind == yaml.ScalarNode
	switch {
	case field.Kind() == reflect.String && scalar:
		return fmt.Sprintf("; write it in quotes: %q", value.Value)
	case field.Kind() == reflect.String:
		return "; write one value behind the key"
	case field.Kind() == reflect.Slice && value.Kind == yaml.MappingNode && field.Elem().Kind() == reflect.Struct:
		return "; begin each entry with \"- \", and put its name into a member: - name: " + firstKey(value)
	case field.Kind() == reflect.Slice && scalar && strings.HasPrefix(strings.TrimSpace(value.Value), "["),
		field.Kind() != reflect.Slice && scalar && strings.HasPrefix(strings.TrimSpace(value.Value), "{"):
		return "; remove the quotes around it"
	case field.Kind() == reflect.Slice:
		return "; begin each entry with \"- \" on a line of its own"
	}
	return "; write its members as \"key: value\", each on a line of its own"
}

func firstKey(object *yaml.Node) string {
	if len(object.Content) == 0 {
		return "..."
	}
	return object.Content[0].Value
}

func wantedOf(field reflect.Type) string {
	switch field.Kind() {
	case reflect.Slice:
		return "a list"
	case reflect.Map, reflect.Struct:
		return "an object"
	default:
		return "a string"
	}
}

func kindOf(node *yaml.Node) string {
	switch {
	case node.Kind == yaml.MappingNode:
		return "an object"
	case node.Kind == yaml.SequenceNode:
		return "a list"
	case node.ShortTag() == "!!str":
		return fmt.Sprintf("the string %q", node.Value)
	case node.ShortTag() == "!!int", node.ShortTag() == "!!float":
		return "the number " + node.Value
	}
	return node.Value
}

// configField is the type of a key of this project.
func configField(key string) (reflect.Type, bool) {
	for field := range fieldsOf() {
		if field.Tag.Get("json") == key {
			return field.Type, true
		}
	}
	return nil, false
}

func configKeys() []string {
	var keys []string
	for field := range fieldsOf() {
		keys = append(keys, field.Tag.Get("json"))
	}
	return keys
}

func fieldsOf() func(yield func(reflect.StructField) bool) {
	return slices.Values(reflect.VisibleFields(reflect.TypeFor[Config]()))
}

// duplicates refuses keys that are given twice in one object.
func (c *fileContent) duplicates(path string, node *yaml.Node) {
	switch node.Kind {
	case yaml.MappingNode:
		lines := map[string]int{}
		for i := 0; i+1 < len(node.Content); i += 2 {
			key, below := node.Content[i], node.Content[i+1]
			at := faults.Join(path, key.Value)
			if path == "config" {
				at = key.Value
			}
			if first, twice := lines[key.Value]; twice {
				c.wrong.Add(at, "is given twice, in lines %d and %d; keep one", first, key.Line)
			}
			lines[key.Value] = key.Line
			c.duplicates(at, below)
		}
	case yaml.SequenceNode:
		for i, element := range node.Content {
			c.duplicates(fmt.Sprintf("%s[%d]", path, i), element)
		}
	default: // nothing lies below a scalar, and an alias repeats what was looked at
	}
}
