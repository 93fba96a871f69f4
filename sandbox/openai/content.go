package openai

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"math"
	"math/rand/v2"
	"net/http"
	"strings"
	"unicode"
)

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
	if _, err := s.w.Write([]byte(text)); err != nil || s.flush() != nil { //nolint:gosec // events are JSON, and no browser shows them as a page
		return false
	}
	select {
	case <-s.gone:
		return false
	default:
		return true
	}
}
