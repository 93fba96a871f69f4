package policy

import (
	"bytes"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/aoai-gateway/aoai-gateway/internal/policy/exchange"
	"github.com/aoai-gateway/aoai-gateway/internal/policy/library"
)

// tokenKinds know what language models cost.
func tokenKinds() []*kind {
	names := func(names ...string) []attribute {
		var list []attribute
		for _, name := range names {
			list = append(list, may(name, text()).fixed())
		}
		return list
	}
	limit := append([]attribute{
		need("counter-key", text()), may("tokens-per-minute", integer(1, unbounded)), may("token-quota", integer(1, unbounded)),
		may("token-quota-period", oneOf("Hourly", "Daily", "Weekly", "Monthly", "Yearly")), need("estimate-prompt-tokens", boolean()),
	}, names("retry-after-header-name", "retry-after-variable-name", "remaining-quota-tokens-header-name", "remaining-quota-tokens-variable-name",
		"remaining-tokens-header-name", "remaining-tokens-variable-name", "tokens-consumed-header-name", "tokens-consumed-variable-name")...)
	dimension := child{name: "dimension", required: true, many: true, attributes: []attribute{need("name", text()), may("value", text())}}
	emit := []attribute{may("namespace", text()).fixed(), may("value", number(0))}
	var found []*kind
	for _, prefix := range []string{"azure-openai", "llm"} {
		found = append(found,
			&kind{name: prefix + "-token-limit", sections: in("inbound"), attributes: limit, compile: tokenLimit},
			&kind{name: prefix + "-emit-token-metric", sections: in("inbound"), attributes: emit, children: []child{dimension}, compile: emitTokenMetric},
		)
	}
	return found
}

// usage is what a call of a model took.
type usage struct{ prompt, completion, total float64 }

// estimate counts the tokens of a text.
func (w *World) estimate(text string) float64 {
	if w.Tokens != nil {
		return float64(w.Tokens(text))
	}
	return float64((len(text) + 3) / 4)
}

// prompt is the text of a request to a model: messages, prompt or input.
func (x *Execution) prompt() string {
	body := x.exchange.Request.Body
	if body == nil || body.Consumed() {
		return ""
	}
	data, err := body.Bytes(x.world.BodyLimit)
	if err != nil {
		return ""
	}
	token, err := library.ParseJSON(string(data))
	if err != nil {
		return ""
	}
	object, ok := token.(*library.JObject)
	if !ok {
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

// usageOf reads the usage that the answer of a model tells, whichever API it was.
func usageOf(data []byte) (usage, bool) {
	token, err := library.ParseJSON(string(data))
	if err != nil {
		return usage{}, false
	}
	object, ok := token.(*library.JObject)
	if !ok {
		return usage{}, false
	}
	told, ok := object.Get("usage").(*library.JObject)
	if !ok {
		if response, isResponse := object.Get("response").(*library.JObject); isResponse {
			told, ok = response.Get("usage").(*library.JObject)
		}
		if !ok {
			return usage{}, false
		}
	}
	read := func(names ...string) float64 {
		for _, name := range names {
			if v, isValue := told.Get(name).(*library.JValue); isValue {
				n, _ := library.Float(v.Value)
				return n
			}
		}
		return 0
	}
	u := usage{prompt: read("prompt_tokens", "input_tokens"), completion: read("completion_tokens", "output_tokens"), total: read("total_tokens")}
	if u.total == 0 {
		u.total = u.prompt + u.completion
	}
	return u, true
}

// whenUsed calls do once it is known what the answer took: at once, or when the
// last of a stream has passed by. A stream is never held up: it is watched.
func (x *Execution) whenUsed(response *exchange.Response, prompt float64, do func(u usage)) {
	if response == nil || response.StatusCode >= http.StatusBadRequest {
		return
	}
	world := x.world
	if response.Body.Streaming() {
		response.Body.Watch(func(data []byte) { do(streamUsage(world, data, prompt)) })
		return
	}
	data, err := response.Body.Bytes(world.BodyLimit)
	if err != nil {
		return
	}
	if u, ok := usageOf(data); ok {
		do(u)
		return
	}
	if isEventStream(response) {
		do(streamUsage(world, data, prompt))
	}
}

func isEventStream(response *exchange.Response) bool {
	return strings.HasPrefix(strings.ToLower(response.Headers.Get("Content-Type")), "text/event-stream")
}

// streamUsage takes the usage that the last events tell, else estimates.
func streamUsage(world *World, data []byte, prompt float64) usage {
	var text strings.Builder
	var told usage
	known := false
	for line := range bytes.SplitSeq(data, []byte("\n")) {
		event, ok := bytes.CutPrefix(bytes.TrimSpace(line), []byte("data:"))
		if !ok {
			continue
		}
		if u, ok := usageOf(event); ok && u.total > 0 {
			told, known = u, true
			continue
		}
		token, err := library.ParseJSON(string(event))
		if err != nil {
			continue
		}
		collectDeltas(token, &text)
	}
	if known {
		return told
	}
	completion := world.estimate(text.String())
	return usage{prompt, completion, prompt + completion}
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

// tokenLimits is a *-token-limit policy.
type tokenLimits struct {
	key, perMinute, quota, period, estimate *value

	rate, quotaTold                  tellLimit
	consumedHeader, consumedVariable string
}

func tokenLimit(c *compiler) runner {
	t := &tokenLimits{
		key: c.get("counter-key"), perMinute: c.get("tokens-per-minute"), quota: c.get("token-quota"), period: c.get("token-quota-period"), estimate: c.get("estimate-prompt-tokens"),
		rate: c.tellLimit("tokens"), quotaTold: c.tellLimit("quota-tokens"),
		consumedHeader: c.literal("tokens-consumed-header-name", ""), consumedVariable: c.literal("tokens-consumed-variable-name", ""),
	}
	c.step.detail = describe(t.perMinute) + " tokens a minute by " + describe(t.key)
	if t.perMinute == nil && t.quota == nil {
		c.note(c.element.Position(), Refused, "missing-attribute", "<%s> needs tokens-per-minute, or token-quota with token-quota-period", c.element.Name)
	}
	if (t.quota == nil) != (t.period == nil) {
		c.note(c.element.Position(), Refused, "missing-attribute", "token-quota and token-quota-period come together")
	}
	for _, name := range []string{t.consumedVariable, t.rate.retryVariable, t.rate.leftVariable, t.quotaTold.leftVariable} {
		c.noteVariable(name, nil)
	}
	return t.run
}

func (t *tokenLimits) run(x *Execution) error {
	name, err := t.key.required(x, "counter-key")
	if err != nil {
		return err
	}
	if x.world.Counters == nil {
		return missingWorld("a counter")
	}
	estimated, err := t.estimate.boolean(x, false)
	if err != nil {
		return err
	}
	prompt := x.prompt()
	tokens := x.world.estimate(prompt)
	// A stream's prompt is always estimated.
	if !estimated && !x.wantsStream() {
		tokens = 0
	}
	var windows []Window
	var keys []string
	if t.perMinute != nil {
		most, err := t.perMinute.number(x, 0)
		if err != nil {
			return err
		}
		window := Window{Length: time.Minute, Sliding: true}
		if err := t.check(x, "tokens:"+name, window, most, tokens, http.StatusTooManyRequests, &t.rate); err != nil {
			return err
		}
		windows, keys = append(windows, window), append(keys, "tokens:"+name)
	}
	if t.quota != nil {
		most, err := t.quota.number(x, 0)
		if err != nil {
			return err
		}
		period, err := t.period.trimmed(x)
		if err != nil {
			return err
		}
		window := quotaWindow(period, x.now())
		if err := t.check(x, "token-quota:"+name, window, most, tokens, http.StatusForbidden, &t.quotaTold); err != nil {
			return err
		}
		windows, keys = append(windows, window), append(keys, "token-quota:"+name)
	}
	if t.consumedVariable != "" {
		x.exchange.Variables[t.consumedVariable] = int32(tokens)
	}
	x.after = append(x.after, func(response *exchange.Response) { t.settle(x, response, tokens, keys, windows) })
	return nil
}

// wantsStream tells whether the caller asked for a stream.
func (x *Execution) wantsStream() bool {
	body := x.exchange.Request.Body
	if body == nil || body.Consumed() {
		return false
	}
	data, err := body.Bytes(x.world.BodyLimit)
	if err != nil {
		return false
	}
	token, err := library.ParseJSON(string(data))
	if err != nil {
		return false
	}
	object, ok := token.(*library.JObject)
	if !ok {
		return false
	}
	stream, ok := object.Get("stream").(*library.JValue)
	return ok && stream.Value == true
}

func (t *tokenLimits) check(x *Execution, key string, window Window, most, tokens float64, status int, tell *tellLimit) error {
	used, reset, err := x.world.Counters.Used(x.ctx, key, window, x.now())
	if err != nil {
		return err
	}
	if used >= most || used+tokens > most {
		if status == http.StatusForbidden {
			return tell.exceeded(x, status, "TokenQuotaExceeded", "Token quota is exceeded. Try again in "+strconv.Itoa(int(reset.Seconds()))+" seconds.", reset)
		}
		return tell.exceeded(x, status, "TokenLimitExceeded", "Token limit is exceeded. Try again in "+strconv.Itoa(int(reset.Seconds()))+" seconds.", reset)
	}
	tell.left(x, most-used-tokens, most)
	x.tell("%s: %v of %v, and %v more", key, used, most, tokens)
	return nil
}

// settle counts what the call took, once that is known.
func (t *tokenLimits) settle(x *Execution, response *exchange.Response, tokens float64, keys []string, windows []Window) {
	world, ctx := x.world, x.ctx
	x.whenUsed(response, tokens, func(u usage) {
		for i, key := range keys {
			_ = world.Counters.Add(ctx, key, windows[i], world.Clock.Now(), u.total)
		}
	})
	if response == nil || response.Body.Streaming() {
		return
	}
	data, err := response.Body.Bytes(world.BodyLimit)
	if err != nil {
		return
	}
	if u, ok := usageOf(data); ok {
		if t.consumedVariable != "" {
			x.exchange.Variables[t.consumedVariable] = int32(u.total)
		}
		if t.consumedHeader != "" {
			response.Headers.Set(t.consumedHeader, strconv.FormatFloat(u.total, 'f', 0, 64))
		}
	}
}

// quotaWindow begins at the time cut to its unit, in UTC.
func quotaWindow(period string, now time.Time) Window {
	now = now.UTC()
	day := time.Date(now.Year(), now.Month(), now.Day(), 0, 0, 0, 0, time.UTC)
	month := time.Date(now.Year(), now.Month(), 1, 0, 0, 0, 0, time.UTC)
	year := time.Date(now.Year(), 1, 1, 0, 0, 0, 0, time.UTC)
	switch period {
	case "Hourly":
		return Window{Length: time.Hour, Start: now.Truncate(time.Hour)}
	case "Daily":
		return Window{Length: 24 * time.Hour, Start: day}
	case "Weekly":
		monday := day.AddDate(0, 0, -(int(now.Weekday())+6)%7)
		return Window{Length: 7 * 24 * time.Hour, Start: monday}
	case "Monthly":
		return Window{Length: month.AddDate(0, 1, 0).Sub(month), Start: month}
	}
	return Window{Length: year.AddDate(1, 0, 0).Sub(year), Start: year}
}

func emitTokenMetric(c *compiler) runner {
	namespace, dimensions := c.literal("namespace", "API Management"), c.dimensions()
	c.step.detail = describeDimensions(c)
	return func(x *Execution) error {
		named, err := dimensions(x)
		if err != nil {
			return err
		}
		prompt := x.world.estimate(x.prompt())
		x.after = append(x.after, func(response *exchange.Response) {
			world, ctx := x.world, x.ctx
			x.whenUsed(response, prompt, func(u usage) {
				if world.Log == nil {
					return
				}
				for _, m := range []Metric{{Name: "Total Tokens", Value: u.total}, {Name: "Prompt Tokens", Value: u.prompt}, {Name: "Completion Tokens", Value: u.completion}} {
					m.Namespace, m.Dimensions = namespace, named
					world.Log.Metric(ctx, m)
				}
			})
		})
		return nil
	}
}
