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
}

// ParseJSON reads one JSON value. The error is a JsonReaderException.
func ParseJSON(s string) (Token, error) {
	r := &jsonReader{s: strings.TrimPrefix(s, "\ufeff")}
	r.blank()
	if r.at >= len(r.s) {
		return nil, r.fail("Error reading JToken from JsonReader. Path '', line 0, position 0.")
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

func (r *jsonReader) fail(message string) error {
	return dotnet.Throw("Newtonsoft.Json.JsonReaderException", message)
}

// failAt adds path and place, as Newtonsoft.Json's messages do.
func (r *jsonReader) failAt(message string) error {
	line := strings.Count(r.s[:r.at], "\n") + 1
	position := r.at - (strings.LastIndexByte(r.s[:r.at], '\n') + 1)
	path := ""
	for _, step := range r.path {
		if path != "" && !strings.HasPrefix(step, "[") {
			path += "."
		}
		path += step
	}
	return r.fail(message + ". Path '" + path + "', line " + strconv.Itoa(line) + ", position " + strconv.Itoa(position) + ".")
}

func (r *jsonReader) char() string {
	if r.at >= len(r.s) {
		return ""
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
		return nil, r.failAt("Unexpected end of content while loading JToken")
	}
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
	case c == '-' || c >= '0' && c <= '9':
		return r.number()
	}
	for word, v := range map[string]any{"true": true, "false": false, "null": nil, "undefined": nil} {
		if strings.HasPrefix(r.s[r.at:], word) {
			r.at += len(word)
			return &JValue{Value: v}, nil
		}
	}
	return nil, r.failAt("Unexpected character encountered while parsing value: " + r.char())
}

func (r *jsonReader) object(depth int) (Token, error) {
	r.at++
	o := NewObject()
	for {
		r.blank()
		if r.at >= len(r.s) {
			return nil, r.failAt("Unexpected end of content while loading JObject")
		}
		if r.s[r.at] == '}' {
			r.at++
			return o, nil
		}
		name, err := r.name()
		if err != nil {
			return nil, err
		}
		r.path = append(r.path, name)
		r.blank()
		if r.at >= len(r.s) || r.s[r.at] != ':' {
			return nil, r.failAt("Invalid character after parsing property name. Expected ':' but got: " + r.char())
		}
		r.at++
		value, err := r.value(depth + 1)
		if err != nil {
			return nil, err
		}
		o.Set(name, value)
		r.path = r.path[:len(r.path)-1]
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
		return r.failAt("Unexpected end of content while loading JObject")
	case r.s[r.at] == ',':
		r.at++
	case r.s[r.at] != closing:
		return r.failAt("After parsing a value an unexpected character was encountered: " + r.char())
	}
	return nil
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
	if r.at == start {
		return "", r.failAt("Invalid property identifier character: " + r.char())
	}
	return r.s[start:r.at], nil
}

func (r *jsonReader) array(depth int) (Token, error) {
	r.at++
	a := &JArray{}
	for {
		r.blank()
		if r.at >= len(r.s) {
			return nil, r.failAt("Unexpected end of content while loading JArray")
		}
		if r.s[r.at] == ']' {
			r.at++
			return a, nil
		}
		r.path = append(r.path, "["+strconv.Itoa(len(a.items))+"]")
		item, err := r.value(depth + 1)
		if err != nil {
			return nil, err
		}
		r.path = r.path[:len(r.path)-1]
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

func (r *jsonReader) number() (Token, error) {
	start := r.at
	for r.at < len(r.s) && strings.IndexByte("+-.0123456789eExXabcdfABCDF", r.s[r.at]) >= 0 {
		r.at++
	}
	text := r.s[start:r.at]
	if !strings.ContainsAny(text, ".eE") || strings.HasPrefix(text, "0x") {
		if n, err := strconv.ParseInt(text, 0, 64); err == nil {
			return &JValue{Value: n}, nil
		}
		if n, err := strconv.ParseInt(text, 10, 64); err == nil {
			return &JValue{Value: n}, nil
		}
		if n, err := strconv.ParseUint(text, 10, 64); err == nil {
			return &JValue{Value: n}, nil
		}
	}
	f, err := strconv.ParseFloat(text, 64)
	if err != nil {
		r.at = start
		return nil, r.failAt("Input string '" + text + "' is not a valid number")
	}
	return &JValue{Value: f}, nil
}

// dateOrText makes a date of text in ISO 8601 form with a time, which is what
// Newtonsoft.Json does unless told otherwise.
func dateOrText(s string) any {
	if len(s) < len("2000-01-01T00:00:00") || len(s) > 40 || s[4] != '-' || s[7] != '-' || s[10] != 'T' || s[13] != ':' || s[16] != ':' {
		return s
	}
	for i := range len(s) {
		if (s[i] < '0' || s[i] > '9') && strings.IndexByte("-T:.+Z", s[i]) < 0 {
			return s
		}
	}
	// Written with Z it is UTC, with an offset local, else of no kind.
	d, err := dotnet.ParseDateTime(s, dotnet.Invariant(), 128)
	if err != nil {
		return s
	}
	return d
}
