package stacks

import (
	"cmp"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"regexp"
	"strings"

	"go.yaml.in/yaml/v3"

	"github.com/aoai-gateway/aoai-gateway/internal/faults"
)

// text is a value as the engine hands it over. What YAML reads otherwise than it was meant is
// noted, and taken as it was meant.
func (c *fileContent) text(path string, node *yaml.Node) string {
	value := c.plain(path, node)
	if text, isText := value.(string); isText {
		return text
	}
	raw, err := json.Marshal(value)
	if err != nil {
		c.wrong.Add(path, "%v", err)
	}
	return string(raw)
}

// jsonNumber is how JSON writes numbers.
var jsonNumber = regexp.MustCompile(`^-?(0|[1-9][0-9]*)(\.[0-9]+)?([eE][+-]?[0-9]+)?$`)

// plain is a value as JSON knows it.
func (c *fileContent) plain(path string, node *yaml.Node) any {
	switch node.Kind {
	case yaml.AliasNode:
		return c.plain(path, node.Alias)
	case yaml.MappingNode:
		if text, secret := cipherOf(node); secret {
			c.partly = true
			c.checkCipher(path, text)
			return "encrypted"
		}
		return c.object(path, node)
	case yaml.SequenceNode:
		list := []any{}
		for i, element := range node.Content {
			list = append(list, c.plain(fmt.Sprintf("%s[%d]", path, i), element))
		}
		return list
	default: // a scalar
	}
	switch node.ShortTag() {
	case "!!str":
		return node.Value
	case "!!timestamp":
		day := cmp.Or(dayOf(node.Value), node.Value)
		c.wrong.Add(path, "%s is a time stamp, which YAML makes of a date without quotes; write it in quotes: %q", node.Value, day)
		return day
	}
	if jsonNumber.MatchString(node.Value) {
		return json.Number(node.Value)
	}
	var value any
	if err := node.Decode(&value); err != nil {
		c.wrong.Add(path, "%v", err)
	}
	if _, isText := value.(string); !isText && value != nil && node.ShortTag() != "!!bool" {
		// Another notation, such as 0x10, 010, 1_000 or .inf.
		c.wrong.Add(path, "%s is a number in another notation, which YAML reads as %v; write plain digits, or quotes around it if it is text: %q", node.Value, value, node.Value)
		return json.Number("1")
	}
	return value
}

func (c *fileContent) object(path string, node *yaml.Node) map[string]any {
	object := map[string]any{}
	for i := 0; i+1 < len(node.Content); i += 2 {
		key, below := node.Content[i], node.Content[i+1]
		at := faults.Join(path, key.Value)
		switch {
		case key.ShortTag() == "!!merge":
			c.wrong.Add(at, "merges an anchor, which Pulumi does not read; write the keys out")
		case key.Kind != yaml.ScalarNode:
			c.wrong.Add(path, "has a key that is no text; write a name before the colon")
		case key.ShortTag() != "!!str":
			c.wrong.Add(at, "is a key that YAML does not read as text; write it in quotes: %q", key.Value)
			object[key.Value] = c.plain(at, below)
		default:
			object[key.Value] = c.plain(at, below)
		}
	}
	return object
}

// cipherOf is an encrypted value's text, and whether the value is one.
func cipherOf(node *yaml.Node) (string, bool) {
	if node.Kind != yaml.MappingNode || len(node.Content) != 2 || node.Content[0].Value != "secure" {
		return "", false
	}
	return node.Content[1].Value, true
}

// A passphrase encrypts by AES-GCM: a nonce, and a text that has at least its tag.
const nonceBytes, tagBytes = 12, 16

// checkCipher refuses what no secrets provider of Pulumi wrote.
func (c *fileContent) checkCipher(path, text string) {
	if nonce, sealed, ours := cutCipher(text); ours {
		n, err := base64.StdEncoding.DecodeString(nonce)
		t, err2 := base64.StdEncoding.DecodeString(sealed)
		if err == nil && err2 == nil && len(n) == nonceBytes && len(t) >= tagBytes {
			return
		}
	} else if _, err := base64.StdEncoding.DecodeString(text); err == nil && text != "" {
		return
	}
	at := path
	if strings.ContainsAny(strings.TrimPrefix(path, Project+":"), ".[") {
		at = "--path " + path
	}
	c.wrong.Add(path+".secure", "%q is not an encrypted value of Pulumi; remove secure: around a plain value, or encrypt it: pulumi config set --secret %s", text, at)
}

func cutCipher(text string) (nonce, sealed string, ours bool) {
	below, ours := strings.CutPrefix(text, "v1:")
	nonce, sealed, _ = strings.Cut(below, ":")
	return nonce, sealed, ours
}
