package openai

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"net/http"
	"strconv"
	"strings"
	"unicode"

	"github.com/aoai-gateway/aoai-gateway/sandbox/network"
)

// maxForm is how much of a form is kept in memory, in bytes; files beyond that lie on disk.
const maxForm = 1 << 20

// readBody decodes JSON, or the text fields of a form.
func (c *call) readBody() *refusal {
	if strings.HasPrefix(c.r.Header.Get("Content-Type"), "multipart/") {
		if err := c.r.ParseMultipartForm(maxForm); err != nil {
			return invalid("", "", "The form cannot be read: %v", err)
		}
		c.body = map[string]any{}
		for name, values := range c.r.MultipartForm.Value {
			if list, isList := strings.CutSuffix(name, "[]"); isList {
				c.body[list] = anyOf(values)
				continue
			}
			c.body[name] = values[0]
		}
		for name := range c.r.MultipartForm.File {
			c.body[strings.TrimSuffix(name, "[]")] = true
		}
		return nil
	}
	raw, err := network.ReadAll(c.r.Body)
	if err == nil {
		err = json.Unmarshal(raw, &c.body)
	}
	var tooLarge *http.MaxBytesError
	switch {
	case errors.As(err, &tooLarge):
		return failf(http.StatusRequestEntityTooLarge, "413", "The request body is over %d bytes.", tooLarge.Limit)
	case err != nil || c.body == nil:
		return invalid("", "", "The body of the request is no JSON object.")
	}
	return nil
}

// number is one of JSON, or of a form's field.
func number(value any) (float64, bool) {
	if text, isText := value.(string); isText {
		n, err := strconv.ParseFloat(text, 64)
		return n, err == nil
	}
	n, isNumber := value.(float64)
	return n, isNumber
}

func anyOf(texts []string) []any {
	list := make([]any, len(texts))
	for i, text := range texts {
		list[i] = text
	}
	return list
}

// prompt is the text that a call asks with; its parameters are checked here.
func (c *call) prompt(o operation) (string, *refusal) {
	if refused := c.checkParameters(o); refused != nil {
		return "", refused
	}
	var b strings.Builder
	for _, name := range []string{"messages", "prompt", "input", "instructions"} {
		collect(c.body[name], &b)
	}
	if o.needs != "" && c.body[o.needs] == nil {
		return "", invalid(o.needs, "missing_required_parameter", "Missing required parameter: '%s'.", o.needs)
	}
	if messages, ok := c.body["messages"].([]any); o.needs == "messages" && (!ok || len(messages) == 0) {
		return "", invalid("messages", "empty_array", "Invalid 'messages': expected an array with at least one message.")
	}
	for _, name := range []string{"max_tokens", "max_completion_tokens", "max_output_tokens", "temperature", "top_p", "n", "partial_images"} {
		if value, given := c.body[name]; given && value != nil {
			_, isText := value.(string)
			if _, isNumber := number(value); !isNumber || (isText && c.r.MultipartForm == nil) {
				return "", invalid(name, "invalid_type", "Invalid type for '%s': expected a number.", name)
			}
		}
	}
	if n, given := number(c.body["n"]); given && (n < 1 || n > 128 || n != math.Trunc(n)) {
		return "", invalid("n", "invalid_value", "Invalid 'n': %v is not a whole number from 1 to 128.", n)
	}
	for _, name := range []string{"max_tokens", "max_completion_tokens", "max_output_tokens"} {
		if n, given := c.body[name].(float64); given && (n < 1 || n != math.Trunc(n)) {
			return "", invalid(name, "integer_below_min_value", "Invalid '%s': %v is not a whole number of at least 1.", name, n)
		}
	}
	if t, given := c.body["temperature"].(float64); given && (t < 0 || t > 2) {
		return "", invalid("temperature", "decimal_above_max_value", "Invalid 'temperature': %v is not between 0 and 2.", t)
	}
	return b.String(), nil
}

// collect gathers the text of a prompt, whatever shape it has.
func collect(value any, b *strings.Builder) {
	switch value := value.(type) {
	case string:
		b.WriteString(value)
		b.WriteByte('\n')
	case []any:
		if text, are := tokens(value); are {
			b.WriteString(text)
			return
		}
		for _, item := range value {
			collect(item, b)
		}
	case map[string]any:
		for _, name := range []string{"content", "text", "arguments", "output"} {
			collect(value[name], b)
		}
	}
}

// textOf is the text of a part of a prompt.
func textOf(value any) string {
	var b strings.Builder
	collect(value, &b)
	return b.String()
}

// tokens stands for a list of token numbers: text that counts as so many tokens, and
// that no other list has.
func tokens(list []any) (text string, are bool) {
	var b strings.Builder
	for _, item := range list {
		n, isNumber := item.(float64)
		if !isNumber {
			return "", false
		}
		_, _ = fmt.Fprintf(&b, "#%03x", int64(n))
	}
	return b.String(), len(list) > 0
}

// bytesPerToken is how long a token is taken to be, as the gateway's policies do.
const bytesPerToken = 4

// count estimates tokens.
func count(text string) int { return (len(text) + bytesPerToken - 1) / bytesPerToken }

func digest(parts ...string) string {
	sum := sha256.Sum256([]byte(strings.Join(parts, "\x00")))
	return hex.EncodeToString(sum[:])
}

// answerWords is how long answers are, unless the request wants less.
const answerWords = 24

// words that answers are made of.
var words = strings.Fields("the model weighs each question by its own words and answers alike every time so that a test can tell one prompt from another without any cloud at hand")

// vector is the embedding of a text: of length 1, the same for the same text, and near
// that of a text with mostly the same words. Case, order and punctuation do not count.
func vector(model, text string, dimensions int) []float32 {
	parts := strings.FieldsFunc(strings.ToLower(text), func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) })
	if len(parts) == 0 {
		parts = []string{text}
	}
	sums := make([]float64, dimensions)
	for _, part := range parts {
		addWord(sums, model, part)
	}
	var norm float64
	for _, v := range sums {
		norm += v * v
	}
	values := make([]float32, dimensions)
	for i, v := range sums {
		values[i] = float32(v / math.Sqrt(norm))
	}
	return values
}

// addWord adds the direction of a word.
func addWord(sums []float64, model, word string) {
	direction := rand.New(rand.NewChaCha8(sha256.Sum256([]byte(model + "\x00" + word)))) //nolint:gosec // a vector is no secret, and the same each time
	for i := range sums {
		sums[i] += 2*direction.Float64() - 1
	}
}

// answer writes JSON.
func (c *call) answer(body any) *refusal {
	c.w.Header().Set("Content-Type", "application/json")
	_ = json.NewEncoder(c.w).Encode(body)
	return nil
}

func (c *call) wantsStream() bool {
	return c.body["stream"] == true || c.body["stream"] == "true" // a form has text
}

// stream writes server-sent events, each of them at once.
type stream struct {
	w     http.ResponseWriter
	flush func() error
	gone  <-chan struct{}
}

func (c *call) stream() *stream {
	c.w.Header().Set("Content-Type", "text/event-stream; charset=utf-8")
	c.w.WriteHeader(http.StatusOK)
	return &stream{w: c.w, flush: http.NewResponseController(c.w).Flush, gone: c.r.Context().Done()}
}

// send writes one event; name is "" where the API gives events none. False when the
// caller has left.
func (s *stream) send(name string, body any) bool {
	data, err := json.Marshal(body)
	if err != nil {
		return false
	}
	return s.raw(name, string(data))
}

func (s *stream) raw(name, data string) bool {
	text := "data: " + data + "\n\n"
	if name != "" {
		text = "event: " + name + "\n" + text
	}
	if _, err := s.w.Write([]byte(text)); err != nil || s.flush() != nil {
		return false
	}
	select {
	case <-s.gone:
		return false
	default:
		return true
	}
}
