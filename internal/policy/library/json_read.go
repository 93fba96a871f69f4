package library

import (
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/aoai-gateway/aoai-gateway/internal/policy/dotnet"
)

// maxJSONDepth is the bound of Newtonsoft.Json 13.
const maxJSONDepth = 64

// jsonReader reads JSON as Newtonsoft.Json does: strings may stand in single
// quotes, names without quotes, comments are passed over, a comma may end a
// list, and strings that look like ISO 8601 times become dates.
type jsonReader struct {
	s    string
	at   int
	path []string
	// root is the class that loads; started says that a token has been read.
	root    string
	started bool
}

// ParseJSON reads one JSON value. The error is a JsonReaderException.
func ParseJSON(s string) (Token, error) { return parseJSON(s, "JToken") }

// parseJSON is the Parse of JToken, JObject or JArray, which kind names.
func parseJSON(s, kind string) (Token, error) {
	r := &jsonReader{s: strings.TrimPrefix(s, "\ufeff"), root: kind}
	r.blank()
	if r.at >= len(r.s) {
		return nil, r.failAt("Error reading " + kind + " from JsonReader")
	}
	opening := map[byte]string{'{': "JObject", '[': "JArray"}[r.s[r.at]]
	if kind == "JToken" && opening != "" {
		r.root = opening
	}
	if kind != "JToken" && opening != kind {
		return nil, r.otherKind(kind, opening)
	}
	token, err := r.value(0)
	if err != nil {
		return nil, err
	}
	r.blank()
	if r.at < len(r.s) {
		return nil, r.failAt("Additional text encountered after finished reading JSON content: " + r.char())
	}
	return token, nil
}

// otherKind is what the Parse of one kind says to another one.
func (r *jsonReader) otherKind(kind, opening string) error {
	found := map[string]string{"JObject": "StartObject", "JArray": "StartArray"}[opening]
	r.started = found != ""
	if found != "" {
		r.at++
	} else {
		token, err := r.value(0)
		if err != nil {
			return err
		}
		found = typeName(token)
	}
	return r.failAt("Error reading " + kind + " from JsonReader. Current JsonReader item is not " + map[string]string{"JObject": "an object", "JArray": "an array"}[kind] + ": " + found)
}

func (r *jsonReader) fail(message string) error {
	return dotnet.Throw("Newtonsoft.Json.JsonReaderException", message)
}

// failAt adds path and place, as Newtonsoft.Json's messages do.
func (r *jsonReader) failAt(message string) error {
	line := strings.Count(r.s[:r.at], "\n") + 1
	position := r.at - (strings.LastIndexByte(r.s[:r.at], '\n') + 1)
	if position == 0 && !r.started {
		line = 0
	}
	path := ""
	for _, step := range r.path {
		if strings.HasPrefix(step, "[") {
			path += step
		} else {
			path += pathStepText(step, path == "")
		}
	}
	return r.fail(message + ". Path '" + path + "', line " + strconv.Itoa(line) + ", position " + strconv.Itoa(position) + ".")
}

func (r *jsonReader) char() string {
	if r.at >= len(r.s) {
		return "\x00"
	}
	c, _ := utf8.DecodeRuneInString(r.s[r.at:])
	return string(c)
}

func (r *jsonReader) blank() {
	for r.at < len(r.s) {
		rest := r.s[r.at:]
		switch {
		case strings.IndexByte(" \t\r\n", rest[0]) >= 0:
			r.at++
		case strings.HasPrefix(rest, "//"):
			if end := strings.IndexByte(rest, '\n'); end >= 0 {
				r.at += end
			} else {
				r.at = len(r.s)
			}
		case strings.HasPrefix(rest, "/*") && strings.Contains(rest[2:], "*/"):
			r.at += strings.Index(rest[2:], "*/") + 4
		default:
			return
		}
	}
}

func (r *jsonReader) value(depth int) (Token, error) {
	if depth > maxJSONDepth {
		return nil, r.failAt("The reader's MaxDepth of 64 has been exceeded")
	}
	r.blank()
	if r.at >= len(r.s) {
		return nil, r.ended()
	}
	start := r.started
	r.started = true
	switch c := r.s[r.at]; {
	case c == '{':
		return r.object(depth)
	case c == '[':
		return r.array(depth)
	case c == '"' || c == '\'':
		text, err := r.quoted(c)
		if err != nil {
			return nil, err
		}
		return &JValue{Value: dateOrText(text)}, nil
	case c == '-' && strings.HasPrefix(r.s[r.at:], "-I"), strings.IndexByte("tfnuNI", c) >= 0:
		if token, err := r.word(); token != nil || err != nil {
			return token, err
		}
	case c == '-' || c == '.' || c >= '0' && c <= '9':
		return r.number()
	}
	r.started = start
	return nil, r.failAt("Unexpected character encountered while parsing value: " + r.char())
}

// ended is what the end of the text within a value says.
func (r *jsonReader) ended() error {
	return r.failAt("Unexpected end of content while loading " + r.root)
}

func (r *jsonReader) object(depth int) (Token, error) {
	r.at++
	o := NewObject()
	outside := len(r.path)
	for {
		r.blank()
		switch {
		case r.at >= len(r.s) && depth == 0 && len(o.properties) == 0:
			return nil, r.failAt("Error reading " + r.root + " from JsonReader")
		case r.at >= len(r.s):
			return nil, r.ended()
		case r.s[r.at] == '}':
			r.at++
			r.path = r.path[:outside]
			return o, nil
		}
		name, err := r.name()
		if err != nil {
			return nil, err
		}
		r.blank()
		if r.at >= len(r.s) || r.s[r.at] != ':' {
			return nil, r.failAt("Invalid character after parsing property name. Expected ':' but got: " + r.char())
		}
		r.at++
		r.path = append(r.path[:outside], name)
		value, err := r.value(depth + 1)
		if err != nil {
			return nil, err
		}
		o.Set(name, value)
		if err := r.separator('}'); err != nil {
			return nil, err
		}
	}
}

// separator passes a comma, or leaves the closing bracket for the caller.
func (r *jsonReader) separator(closing byte) error {
	r.blank()
	switch {
	case r.at >= len(r.s):
		return r.ended()
	case r.s[r.at] == ',':
		r.at++
	case r.s[r.at] == '}' && closing == ']':
		return r.wrongEnd("EndObject", "Array")
	case r.s[r.at] == ']' && closing == '}':
		return r.wrongEnd("EndArray", "Object")
	case r.s[r.at] != closing:
		return r.failAt("After parsing a value an unexpected character was encountered: " + r.char())
	}
	return nil
}

func (r *jsonReader) wrongEnd(token, container string) error {
	r.at++
	r.path = r.path[:len(r.path)-1]
	return r.failAt("JsonToken " + token + " is not valid for closing JsonType " + container)
}

func (r *jsonReader) name() (string, error) {
	if c := r.s[r.at]; c == '"' || c == '\'' {
		return r.quoted(c)
	}
	start := r.at
	for r.at < len(r.s) {
		c, size := utf8.DecodeRuneInString(r.s[r.at:])
		if c != '_' && c != '$' && (c < '0' || c > '9') && (c < 'a' || c > 'z') && (c < 'A' || c > 'Z') && c < utf8.RuneSelf {
			break
		}
		r.at += size
	}
	if r.at >= len(r.s) {
		return "", r.failAt("Unexpected end while parsing unquoted property name")
	}
	if r.at == start {
		return "", r.failAt("Invalid property identifier character: " + r.char())
	}
	return r.s[start:r.at], nil
}

func (r *jsonReader) array(depth int) (Token, error) {
	r.at++
	a := &JArray{}
	outside := len(r.path)
	for {
		r.blank()
		switch {
		case r.at >= len(r.s) && depth == 0 && len(a.items) == 0:
			return nil, r.failAt("Error reading " + r.root + " from JsonReader")
		case r.at >= len(r.s):
			return nil, r.ended()
		case r.s[r.at] == ']':
			r.at++
			r.path = r.path[:outside]
			return a, nil
		case r.s[r.at] == ',':
			// What is left out counts as undefined.
			r.at++
			a.Append(&JValue{undefined: true})
			continue
		}
		r.path = append(r.path[:outside], "["+strconv.Itoa(len(a.items))+"]")
		item, err := r.value(depth + 1)
		if err != nil {
			return nil, err
		}
		a.Append(item)
		if err := r.separator(']'); err != nil {
			return nil, err
		}
	}
}

func (r *jsonReader) quoted(quote byte) (string, error) {
	r.at++
	start := r.at
	for r.at < len(r.s) && r.s[r.at] != quote && r.s[r.at] != '\\' {
		r.at++
	}
	if r.at < len(r.s) && r.s[r.at] == quote {
		r.at++
		return r.s[start : r.at-1], nil
	}
	var b strings.Builder
	b.WriteString(r.s[start:r.at])
	for r.at < len(r.s) {
		c := r.s[r.at]
		r.at++
		switch {
		case c == quote:
			return b.String(), nil
		case c != '\\':
			b.WriteByte(c)
			continue
		}
		if err := r.escape(&b); err != nil {
			return "", err
		}
	}
	return "", r.failAt("Unterminated string. Expected delimiter: " + string(quote))
}

func (r *jsonReader) escape(b *strings.Builder) error {
	if r.at >= len(r.s) {
		return r.failAt("Unterminated string. Expected delimiter: \"")
	}
	c := r.s[r.at]
	r.at++
	if i := strings.IndexByte(`"\/'bfnrt`, c); i >= 0 {
		b.WriteByte("\"\\/'\b\f\n\r\t"[i])
		return nil
	}
	if c != 'u' {
		return r.failAt(`Bad JSON escape sequence: \` + string(c))
	}
	var all []uint16
	for {
		if r.at+4 > len(r.s) {
			return r.failAt("Unexpected end while parsing Unicode escape sequence")
		}
		unit, err := strconv.ParseUint(r.s[r.at:r.at+4], 16, 16)
		if err != nil {
			return r.failAt(`Invalid Unicode escape sequence: \u` + r.s[r.at:r.at+4])
		}
		all = append(all, uint16(unit))
		r.at += 4
		if len(all) > 1 || unit < 0xD800 || unit > 0xDBFF || !strings.HasPrefix(r.s[r.at:], `\u`) {
			break
		}
		r.at += 2
	}
	b.WriteString(fromUnits(all))
	return nil
}
