package policy

import (
	"bytes"
	"net/http"
	"strings"
	"sync"

	"github.com/tidwall/gjson"

	"github.com/aoai-gateway/aoai-gateway/internal/policy/exchange"
	"github.com/aoai-gateway/aoai-gateway/internal/policy/library"
)

// usage is what a call of a model took. Of the prompt's tokens some were cached, of the
// completion's some were for reasoning.
type usage struct{ prompt, completion, total, cached, reasoning float64 }

// estimate counts the tokens of a text.
func (w *World) estimate(text string) float64 {
	if w.Tokens != nil {
		return float64(w.Tokens(text))
	}
	return float64((len(text) + 3) / 4)
}

// modelRequest is the JSON object that a model is asked with; nil where the body
// is none.
func (x *Execution) modelRequest() *library.JObject {
	body := x.exchange.Request.Body
	if body == nil || body.Consumed() {
		return nil
	}
	data, err := body.Content(x.world.BodyLimit)
	if err != nil {
		return nil
	}
	return x.asked.object(data)
}

// promptEstimate estimates the prompt of the request as it is now, once and only where it is
// asked for.
func (x *Execution) promptEstimate() func() float64 {
	object := x.modelRequest()
	world := x.world
	return sync.OnceValue(func() float64 { return world.estimate(promptOf(object)) })
}

// parsed is the JSON of a body that was read last. Who reads it must not change it.
type parsed struct {
	data []byte
	read *library.JObject
}

// object reads a body, unless it is the same as last time; nil where it is no JSON object.
func (p *parsed) object(data []byte) *library.JObject {
	if len(data) == 0 {
		return nil
	}
	if len(data) != len(p.data) || &data[0] != &p.data[0] {
		token, _ := library.ParseJSON(string(data))
		p.data = data
		p.read, _ = token.(*library.JObject)
	}
	return p.read
}

// promptOf is the text of a request to a model: messages, prompt or input.
func promptOf(object *library.JObject) string {
	if object == nil {
		return ""
	}
	var b strings.Builder
	for _, name := range []string{"messages", "prompt", "input", "instructions"} {
		if v := object.Get(name); v != nil {
			collectText(v, &b)
		}
	}
	return b.String()
}

// collectText gathers every string in a token, apart from roles and types.
func collectText(t library.Token, b *strings.Builder) {
	switch t := t.(type) {
	case *library.JArray:
		for _, item := range t.Items() {
			collectText(item, b)
		}
	case *library.JObject:
		for _, name := range []string{"content", "text"} {
			if v := t.Get(name); v != nil {
				collectText(v, b)
			}
		}
	case *library.JValue:
		if s, ok := t.Value.(string); ok {
			b.WriteString(s)
			b.WriteByte('\n')
		}
	}
}

// usageMemo is the usage that an answer told when it was read last.
type usageMemo struct {
	data []byte
	read usage
	told bool
}

// of reads an answer's usage, unless the answer is the same as last time.
func (m *usageMemo) of(data []byte) (usage, bool) {
	if len(data) == 0 {
		return usage{}, false
	}
	if len(data) != len(m.data) || &data[0] != &m.data[0] {
		m.data = data
		m.read, m.told = usageOf(data)
	}
	return m.read, m.told
}

// usageOf reads the usage that the answer of a model tells, whichever API it was. The rest of
// the answer is passed over.
func usageOf(data []byte) (usage, bool) {
	if !gjson.ValidBytes(data) {
		return usage{}, false
	}
	told := gjson.GetBytes(data, "usage")
	if !told.IsObject() {
		told = gjson.GetBytes(data, "response.usage")
	}
	if !told.IsObject() {
		return usage{}, false
	}
	u := usage{
		prompt: count(told, "prompt_tokens", "input_tokens"), completion: count(told, "completion_tokens", "output_tokens"), total: count(told, "total_tokens"),
		cached:    count(told, "prompt_tokens_details.cached_tokens", "input_tokens_details.cached_tokens"),
		reasoning: count(told, "completion_tokens_details.reasoning_tokens", "output_tokens_details.reasoning_tokens"),
	}
	if u.total == 0 {
		u.total = u.prompt + u.completion
	}
	return u, true
}

// count is the first number that stands at one of the paths.
func count(told gjson.Result, paths ...string) float64 {
	for _, path := range paths {
		if n := told.Get(path); n.Type == gjson.Number {
			return n.Num
		}
	}
	return 0
}

// whenUsed calls do once it is known what the answer took: at once, or when the
// last of a stream has passed by. A stream is never held up: it is watched, once for all that
// wait for it. The prompt is estimated only where the answer does not tell its usage.
func (x *Execution) whenUsed(response *exchange.Response, prompt func() float64, do func(u usage)) {
	if response == nil || response.StatusCode >= http.StatusBadRequest {
		return
	}
	world := x.world
	if response.Body.Streaming() {
		if x.passing == nil || x.passing.body != response.Body {
			passing := &passing{body: response.Body}
			x.passing = passing
			response.Body.Watch(func(data []byte) { passing.end(world, data) })
		}
		x.passing.waiting = append(x.passing.waiting, waiting{prompt, do})
		return
	}
	data, err := response.Body.Content(world.BodyLimit)
	if err != nil {
		return
	}
	if u, ok := x.told.of(data); ok {
		do(u)
		return
	}
	if isEventStream(response) {
		do(streamUsage(world, data, prompt))
	}
}

// passing is a stream that policies wait for, to learn what it took.
type passing struct {
	body    *exchange.Body
	waiting []waiting
}

// waiting is who wants to know what a call took, with its estimate of the prompt.
type waiting struct {
	prompt func() float64
	do     func(u usage)
}

func (p *passing) end(world *World, data []byte) {
	told, events := streamTold(data)
	for _, each := range p.waiting {
		u := told
		if events != nil {
			u = estimated(world, events, each.prompt)
		}
		each.do(u)
	}
}

func isEventStream(response *exchange.Response) bool {
	return strings.HasPrefix(strings.ToLower(response.Headers.Get("Content-Type")), "text/event-stream")
}

// streamUsage takes the usage that the answer tells, in one piece or in its last
// events; else it estimates.
func streamUsage(world *World, data []byte, prompt func() float64) usage {
	told, events := streamTold(data)
	if events == nil {
		return told
	}
	return estimated(world, events, prompt)
}

// streamTold is the usage that the answer tells, in one piece or in its last events. Where it
// tells none, its events are returned.
func streamTold(data []byte) (told usage, untold [][]byte) {
	if u, whole := usageOf(data); whole {
		return u, nil
	}
	events := [][]byte{}
	for line := range bytes.SplitSeq(data, []byte("\n")) {
		event, ok := bytes.CutPrefix(bytes.TrimSpace(line), []byte("data:"))
		if !ok {
			continue
		}
		events = append(events, event)
		if u, ok := usageOf(event); ok && u.total > 0 {
			told = u
		}
	}
	if told.total > 0 {
		return told, nil
	}
	return usage{}, events
}

// estimated is what a call took whose answer does not tell it.
func estimated(world *World, events [][]byte, prompt func() float64) usage {
	completion, asked := world.estimate(deltas(events)), prompt()
	return usage{prompt: asked, completion: completion, total: asked + completion}
}

// deltas is the text of a stream's events.
func deltas(events [][]byte) string {
	var text strings.Builder
	for _, event := range events {
		if token, err := library.ParseJSON(string(event)); err == nil {
			collectDeltas(token, &text)
		}
	}
	return text.String()
}

func collectDeltas(t library.Token, b *strings.Builder) {
	object, ok := t.(*library.JObject)
	if !ok {
		return
	}
	if delta, ok := object.Get("delta").(*library.JValue); ok {
		if s, isText := delta.Value.(string); isText {
			b.WriteString(s)
		}
	}
	choices, ok := object.Get("choices").(*library.JArray)
	if !ok {
		return
	}
	for _, choice := range choices.Items() {
		if each, ok := choice.(*library.JObject); ok {
			if delta, ok := each.Get("delta").(*library.JObject); ok {
				if content := delta.Get("content"); content != nil {
					collectText(content, b)
				}
			}
			if content, ok := each.Get("text").(*library.JValue); ok {
				collectText(content, b)
			}
		}
	}
}

// Usage is what a call of a model took, in tokens.
type Usage struct{ Prompt, Completion, Total float64 }

// Usage reads what an answer of a model says it took; where it does not say, it is
// estimated from the answer and the request.
func (w *World) Usage(request, answer []byte) Usage {
	u := streamUsage(w, answer, func() float64 {
		token, err := library.ParseJSON(string(request))
		if err != nil {
			return 0
		}
		object, _ := token.(*library.JObject)
		return w.estimate(promptOf(object))
	})
	return Usage{u.prompt, u.completion, u.total}
}

// wantsStream tells whether the caller asked for a stream.
func wantsStream(object *library.JObject) bool {
	if object == nil {
		return false
	}
	stream, ok := object.Get("stream").(*library.JValue)
	return ok && stream.Value == true
}
