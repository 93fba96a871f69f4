package openai

import (
	"encoding/json"
	"errors"
	"net/http"
	"strings"

	"github.com/aoai-gateway/aoai-gateway/sandbox/network"
)

// maxForm is how much of a form is kept in memory, in bytes; files beyond that lie on disk.
const maxForm = 1 << 20

// maxNested is how deep values of a request may lie in others. It bounds how long reading takes.
const maxNested = 100

// read decodes JSON, or the text fields of a form.
func (c *call) read(into any) *refusal {
	if strings.HasPrefix(c.r.Header.Get("Content-Type"), "multipart/") {
		if err := c.r.ParseMultipartForm(maxForm); err != nil {
			return invalid("", "", "The form cannot be read: %v", err)
		}
		c.raw = c.formAsJSON()
	} else {
		var err error
		c.raw, err = network.ReadAll(c.r.Body)
		var tooLarge *http.MaxBytesError
		switch {
		case errors.As(err, &tooLarge):
			return failf(http.StatusRequestEntityTooLarge, "413", "The request body is over %d bytes.", tooLarge.Limit)
		case err != nil || !isObject(c.raw):
			return noObject()
		}
	}
	if nests(c.raw) > maxNested {
		return notModelled("requests whose values are nested more than %d deep", maxNested)
	}
	var wrongType *json.UnmarshalTypeError
	if err := json.Unmarshal(c.raw, into); err != nil && !errors.As(err, &wrongType) {
		return noObject()
	}
	return nil
}

func noObject() *refusal { return invalid("", "", "The body of the request is no JSON object.") }

// formAsJSON is a form as JSON would write it. A field that was sent as a list has [] after its
// name, and a file only counts as there.
func (c *call) formAsJSON() []byte {
	fields := map[string]json.RawMessage{}
	for name, values := range c.r.MultipartForm.Value {
		list, isList := strings.CutSuffix(name, "[]")
		if isList {
			fields[list] = encoded(values)
		} else {
			fields[name] = encoded(values[0])
		}
	}
	for name := range c.r.MultipartForm.File {
		fields[strings.TrimSuffix(name, "[]")] = encoded(true)
	}
	return encoded(fields)
}

// encoded is a value that always encodes, as JSON.
func encoded[T string | []string | bool | map[string]json.RawMessage | []inputPart](value T) json.RawMessage {
	data, err := json.Marshal(value)
	if err != nil {
		panic(err) // none of these types can fail
	}
	return data
}

// nests is how deep lists and objects lie in each other.
func nests(data []byte) int {
	deepest, depth := 0, 0
	inText, escaped := false, false
	for _, b := range data {
		switch {
		case escaped:
			escaped = false
		case inText:
			escaped, inText = b == '\\', b != '"'
		case b == '"':
			inText = true
		case b == '{' || b == '[':
			depth++
			deepest = max(deepest, depth)
		case b == '}' || b == ']':
			depth--
		}
	}
	return deepest
}
