package policy

import (
	"context"
	"net/http"
	"strconv"
	"time"

	"github.com/aoai-gateway/aoai-gateway/internal/policy/exchange"
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
		may("prompt-type", oneOf("auto", "chat-completion", "completion", "embeddings")).fixed().undocumented(), may("ignore-prompt", boolean()).fixed().undocumented(),
	}, names("retry-after-header-name", "retry-after-variable-name", "remaining-quota-tokens-header-name", "remaining-quota-tokens-variable-name",
		"remaining-tokens-header-name", "remaining-tokens-variable-name", "tokens-consumed-header-name", "tokens-consumed-variable-name")...)
	dimension := child{name: "dimension", required: true, many: true, most: mostDimensions, attributes: []attribute{need("name", text()), may("value", text())}}
	emit := []attribute{
		may("namespace", text()).fixed(), may("name", text()).fixed().undocumented(), may("value-type", oneOf("all", "total-tokens", "prompt-tokens", "completion-tokens")).fixed().undocumented(),
		may("ignore-prompt", boolean()).fixed().undocumented(),
	}
	var found []*kind
	for _, prefix := range []string{"azure-openai", "llm"} {
		found = append(found,
			&kind{name: prefix + "-token-limit", sections: in("inbound"), attributes: limit, notConsumption: true, compile: tokenLimit},
			&kind{name: prefix + "-emit-token-metric", sections: in("inbound"), attributes: emit, children: []child{dimension}, compile: emitTokenMetric},
		)
	}
	return found
}

// tokenLimits is a *-token-limit policy.
type tokenLimits struct {
	key, perMinute, quota, period, estimate *value

	rate, quotaTold                  tellLimit
	consumedHeader, consumedVariable string
}

func tokenLimit(c *elementCompilation) runner {
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
	prompt, tokens := x.promptEstimate(), 0.0
	// A stream's prompt is always estimated.
	if estimated || wantsStream(x.modelRequest()) {
		tokens = prompt()
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
	x.answered = append(x.answered, func(response *exchange.Response) { t.settle(x, response, tokens, keys, windows) })
	return nil
}

func (t *tokenLimits) check(x *Execution, key string, window Window, most, tokens float64, status int, tell *tellLimit) error {
	used, reset, err := x.world.Counters.Used(x.ctx, key, window, x.now())
	if err != nil {
		return err
	}
	if used >= most || used+tokens > most {
		if status == http.StatusForbidden {
			return tell.exceeded(x, status, "TokenQuotaExceeded", "Token quota is exceeded.", reset)
		}
		return tell.exceeded(x, status, "TokenLimitExceeded", "Token limit is exceeded.", reset)
	}
	tell.left(x, most-used-tokens, most)
	x.tell("%s: %v of %v, and %v more", key, used, most, tokens)
	return nil
}

// settle counts what the call took, once that is known.
func (t *tokenLimits) settle(x *Execution, response *exchange.Response, tokens float64, keys []string, windows []Window) {
	world, ctx := x.world, context.WithoutCancel(x.ctx)
	x.whenUsed(response, func() float64 { return tokens }, func(u usage) {
		for i, key := range keys {
			_ = world.Counters.Add(ctx, key, windows[i], world.Clock.Now(), u.total)
		}
	})
	if response == nil || response.Body.Streaming() {
		return
	}
	data, err := response.Body.Content(world.BodyLimit)
	if err != nil {
		return
	}
	if u, ok := x.told.of(data); ok {
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

// tokenMetrics are what the policy counts. The page names total, prompt and completion tokens;
// of cached and reasoning tokens, which the service counts since June 2026, the names are
// assumed. Source: https://learn.microsoft.com/azure/api-management/llm-emit-token-metric-policy
func tokenMetrics(u usage) []Metric {
	metrics := []Metric{{Name: "Total Tokens", Value: u.total}, {Name: "Prompt Tokens", Value: u.prompt}, {Name: "Completion Tokens", Value: u.completion}}
	if u.cached > 0 {
		metrics = append(metrics, Metric{Name: "Cached Tokens", Value: u.cached})
	}
	if u.reasoning > 0 {
		metrics = append(metrics, Metric{Name: "Reasoning Tokens", Value: u.reasoning})
	}
	return metrics
}

func emitTokenMetric(c *elementCompilation) runner {
	namespace, dimensions := c.literal("namespace", "API Management"), c.dimensions()
	c.step.detail = describeDimensions(c)
	return func(x *Execution) error {
		named, err := dimensions.evaluate(x)
		if err != nil {
			return err
		}
		prompt := x.promptEstimate()
		x.answered = append(x.answered, func(response *exchange.Response) {
			world, ctx := x.world, context.WithoutCancel(x.ctx)
			dimensions.settle(x, named)
			x.whenUsed(response, prompt, func(u usage) {
				if world.Log == nil {
					return
				}
				for _, m := range tokenMetrics(u) {
					m.Namespace, m.Dimensions = namespace, named
					world.Log.Metric(ctx, m)
				}
			})
		})
		return nil
	}
}
