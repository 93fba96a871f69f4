package policy

import (
	"fmt"
	"math"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/aoai-gateway/aoai-gateway/internal/azure"
	"github.com/aoai-gateway/aoai-gateway/internal/policy/exchange"
)

// limitKinds bound how much somebody may call.
func limitKinds() []*kind {
	told := []attribute{
		may("retry-after-header-name", text()).fixed(), may("retry-after-variable-name", text()).fixed(), may("remaining-calls-header-name", text()).fixed(),
		may("remaining-calls-variable-name", text()).fixed(), may("total-calls-header-name", text()).fixed(),
	}
	byKey := []attribute{may("increment-condition", boolean()), may("increment-count", integer(0, unbounded)), need("counter-key", text())}
	// nested are limits for single APIs and operations.
	nested := func(more ...attribute) []child {
		limits := append([]attribute{
			may("name", text()).fixed(), may("id", text()).fixed(), may("calls", integer(1, unbounded)).fixed(), may("renewal-period", integer(0, unbounded)).fixed(),
		}, more...)
		operation := child{name: "operation", many: true, attributes: limits}
		return []child{{name: "api", many: true, attributes: limits, children: []child{operation}}, operation}
	}
	var toldApart []attribute
	for _, each := range told {
		toldApart = append(toldApart, each.undocumented())
	}
	return []*kind{
		{
			name: "rate-limit-by-key", sections: in("inbound"), notConsumption: true, compile: rateLimitByKey,
			attributes: append(append([]attribute{need("calls", integer(1, unbounded)), need("renewal-period", within(azure.RateLimitSeconds))}, byKey...), append(slices.Clone(told),
				may("flexible-retry-window", boolean()).fixed(), may("increment-after-response", boolean()).fixed())...),
		},
		{
			name: "rate-limit", sections: in("inbound"), scopes: []string{"product", "api", "operation"}, once: true, compile: rateLimit, children: nested(toldApart...),
			attributes: append([]attribute{need("calls", integer(1, unbounded)).fixed(), need("renewal-period", within(azure.RateLimitSeconds)).fixed()}, told...),
		},
		{
			name: "quota-by-key", sections: in("inbound"), notConsumption: true, compile: quotaByKey,
			attributes: append([]attribute{
				may("calls", integer(1, unbounded)).fixed(), may("bandwidth", integer(1, unbounded)).fixed(), need("renewal-period", integer(0, unbounded)).fixed(), may("first-period-start", text()).fixed(),
			}, byKey...),
		},
		{
			name: "quota", sections: in("inbound"), scopes: []string{"product"}, once: true, compile: quota, children: nested(may("bandwidth", integer(1, unbounded)).fixed())[:1],
			attributes: []attribute{may("calls", integer(1, unbounded)).fixed(), may("bandwidth", integer(1, unbounded)).fixed(), need("renewal-period", integer(0, unbounded)).fixed()},
		},
	}
}

// tellLimit writes what is left into headers and variables.
type tellLimit struct {
	retryHeader, retryVariable, leftHeader, leftVariable, totalHeader string
}

func (c *elementCompilation) tellLimit(left string) tellLimit {
	return tellLimit{
		c.literal("retry-after-header-name", "Retry-After"), c.literal("retry-after-variable-name", ""), c.literal("remaining-"+left+"-header-name", ""),
		c.literal("remaining-"+left+"-variable-name", ""), c.literal("total-calls-header-name", ""),
	}
}

func (t *tellLimit) left(x *Execution, left, total float64) {
	if t.leftVariable != "" {
		x.exchange.Variables[t.leftVariable] = int32(max(0, left))
	}
	header, totalHeader := t.leftHeader, t.totalHeader
	if header == "" && totalHeader == "" {
		return
	}
	x.atEnd = append(x.atEnd, func(response *exchange.Response) {
		if response == nil {
			return
		}
		if header != "" {
			response.Headers.Set(header, strconv.FormatFloat(max(0, left), 'f', 0, 64))
		}
		if totalHeader != "" {
			response.Headers.Set(totalHeader, strconv.FormatFloat(total, 'f', 0, 64))
		}
	})
}

// exceeded is the failure of a limit, with how long to wait.
func (t *tellLimit) exceeded(x *Execution, status int, reason, message string, reset time.Duration) *Error {
	wait := int(math.Ceil(reset.Seconds()))
	f := refused(status, reason, message)
	if status == http.StatusTooManyRequests || reason == "TokenQuotaExceeded" {
		f.Public = fmt.Sprintf("%s Try again in %d seconds.", strings.TrimSuffix(message, ".")+".", wait)
	}
	if t.retryHeader != "" {
		f.Headers.Set(t.retryHeader, strconv.Itoa(wait))
	}
	if t.retryVariable != "" {
		x.exchange.Variables[t.retryVariable] = int32(wait) //nolint:gosec // at most some years in seconds
	}
	return f
}

func rateLimitByKey(c *elementCompilation) runner {
	calls, period, key := c.get("calls"), c.get("renewal-period"), c.get("counter-key")
	c.step.detail = describe(calls) + " in " + describe(period) + " s by " + describe(key)
	count, tell := c.counting(), c.tellLimit("calls")
	return func(x *Execution) error {
		name, err := key.required(x, "counter-key")
		if err != nil {
			return err
		}
		most, err := calls.number(x, 0)
		if err != nil {
			return err
		}
		length, err := period.seconds(x, 0)
		if err != nil {
			return err
		}
		if length < seconds(float64(azure.RateLimitSeconds.Min)) || length > seconds(float64(azure.RateLimitSeconds.Max)) {
			return invalidValue(fmt.Sprintf("The renewal-period has to be between %d and %d seconds.", azure.RateLimitSeconds.Min, azure.RateLimitSeconds.Max))
		}
		return x.limitRate("rate:"+name, most, length, count, tell)
	}
}

func rateLimit(c *elementCompilation) runner {
	most, length := c.literalNumber("calls"), seconds(c.literalNumber("renewal-period"))
	tell, scope := c.tellLimit("calls"), c.place.document.scope
	c.step.detail = fmt.Sprintf("%v in %v by subscription", most, length)
	if len(c.children["api"])+len(c.children["operation"]) > 0 {
		c.note(c.element.Position(), Unsupported, "unsupported-policy", "limits by API or operation inside of <rate-limit> cannot be run here")
	}
	return func(x *Execution) error {
		if x.exchange.Subscription == nil {
			return nil
		}
		return x.limitRate("rate:"+x.scopeID(scope)+":"+x.exchange.Subscription.ID, most, length, counting{}, tell)
	}
}

// scopeID names what a document is attached to, for counters of its own.
func (x *Execution) scopeID(scope Scope) string {
	switch scope {
	case Product:
		if x.exchange.Product != nil {
			return "product:" + x.exchange.Product.ID
		}
	case API:
		return "api:" + x.exchange.API.ID
	case Operation:
		return "operation:" + x.exchange.API.ID + ":" + x.exchange.Operation.ID
	case Global, Workspace:
	}
	return string(scope)
}

func (c *elementCompilation) literalNumber(name string) float64 {
	n, err := strconv.ParseFloat(c.literal(name, "0"), 64)
	if err != nil {
		return 0
	}
	return n
}

// counting is what a request counts for, and when.
type counting struct{ condition, amount *value }

func (c *elementCompilation) counting() counting {
	return counting{c.get("increment-condition"), c.get("increment-count")}
}

// count counts the request: at once, or once the response is there where a
// condition is to be asked then.
func (n counting) count(x *Execution, add func(amount float64)) error {
	amount, err := n.amount.number(x, 1)
	if err != nil {
		return err
	}
	if n.condition == nil {
		add(amount)
		return nil
	}
	x.atEnd = append(x.atEnd, func(*exchange.Response) {
		if ok, err := n.condition.boolean(x, true); err == nil && ok {
			add(amount)
		}
	})
	return nil
}

func (x *Execution) limitRate(key string, most float64, length time.Duration, n counting, tell tellLimit) error {
	if x.world.Counters == nil {
		return missingWorld("a counter")
	}
	window := Window{Length: length, Sliding: true}
	used, reset, err := x.world.Counters.Used(x.ctx, key, window, x.now())
	if err != nil {
		return err
	}
	if used >= most {
		return tell.exceeded(x, http.StatusTooManyRequests, "RateLimitExceeded", "Rate limit is exceeded", reset)
	}
	tell.left(x, most-used-1, most)
	x.tell("%s: %v of %v", key, used+1, most)
	return n.count(x, func(amount float64) {
		if x.countsOnce(key) {
			_ = x.world.Counters.Add(x.ctx, key, window, x.now(), amount)
		}
	})
}

// quotaCheck is quota and quota-by-key.
type quotaCheck struct {
	calls, bandwidth, period *value
	start                    time.Time
	counting                 counting
}

func (c *elementCompilation) quotaCheck() *quotaCheck {
	q := &quotaCheck{calls: c.get("calls"), bandwidth: c.get("bandwidth"), period: c.get("renewal-period"), counting: c.counting()}
	if q.calls == nil && q.bandwidth == nil {
		c.note(c.element.Position(), Refused, "missing-attribute", "<%s> needs calls, bandwidth or both", c.element.Name)
	}
	if n := c.literalNumber("renewal-period"); n > 0 && n < 300 {
		c.note(c.get("renewal-period").at(0), Refused, "value", "renewal-period is %v; allowed are 0 (for ever) and at least 300 seconds", n)
	}
	if text := c.literal("first-period-start", ""); text != "" && !strings.Contains(text, "{{") {
		start, err := time.Parse(time.RFC3339, text)
		if err != nil {
			// quota-by-key.xsd: a dateTime, which needs no zone.
			start, err = time.Parse("2006-01-02T15:04:05", text)
		}
		if err != nil {
			c.note(c.get("first-period-start").at(0), Refused, "value", "first-period-start is a time such as 2026-01-31T00:00:00Z, not '%s'", text)
		}
		q.start = start
	}
	return q
}

func quotaByKey(c *elementCompilation) runner {
	q, key := c.quotaCheck(), c.get("counter-key")
	c.step.detail = describe(q.calls) + " calls " + describe(q.bandwidth) + " KB in " + describe(q.period) + " s by " + describe(key)
	return func(x *Execution) error {
		name, err := key.required(x, "counter-key")
		if err != nil {
			return err
		}
		return q.run(x, "quota:"+name)
	}
}

func quota(c *elementCompilation) runner {
	q, scope := c.quotaCheck(), c.place.document.scope
	if len(c.children["api"])+len(c.children["operation"]) > 0 {
		c.note(c.element.Position(), Unsupported, "unsupported-policy", "quotas by API or operation inside of <quota> cannot be run here")
	}
	return func(x *Execution) error {
		if x.exchange.Subscription == nil {
			return nil
		}
		return q.run(x, "quota:"+x.scopeID(scope)+":"+x.exchange.Subscription.ID)
	}
}

func (q *quotaCheck) run(x *Execution, key string) error {
	if x.world.Counters == nil {
		return missingWorld("a counter")
	}
	length, err := q.period.seconds(x, 0)
	if err != nil {
		return err
	}
	window := Window{Length: length, Start: q.start}
	for _, kind := range []struct {
		what string
		most *value
	}{{"call volume", q.calls}, {"bandwidth", q.bandwidth}} {
		if kind.most == nil {
			continue
		}
		most, err := kind.most.number(x, 0)
		if err != nil {
			return err
		}
		used, reset, err := x.world.Counters.Used(x.ctx, key+":"+kind.what, window, x.now())
		if err != nil {
			return err
		}
		if used >= most {
			message := "Out of " + kind.what + " quota. Quota will be replenished in " + clock(reset) + "."
			tell := tellLimit{retryHeader: "Retry-After"}
			return tell.exceeded(x, http.StatusForbidden, "QuotaExceeded", message, reset)
		}
		x.tell("%s: %v of %v", kind.what, used, most)
	}
	return q.counting.count(x, func(amount float64) {
		if !x.countsOnce(key) {
			return
		}
		_ = x.world.Counters.Add(x.ctx, key+":call volume", window, x.now(), amount)
		if q.bandwidth != nil {
			_ = x.world.Counters.Add(x.ctx, key+":bandwidth", window, x.now(), x.kilobytes())
		}
	})
}

// countsOnce tells whether the request has not yet been counted under a key: a key
// that several policies would raise is raised once (Microsoft's reference of
// quota-by-key and rate-limit-by-key).
func (x *Execution) countsOnce(key string) bool {
	if x.counted[key] {
		return false
	}
	if x.counted == nil {
		x.counted = map[string]bool{}
	}
	x.counted[key] = true
	return true
}

// kilobytes is the size of the request's body so far.
func (x *Execution) kilobytes() float64 {
	if body := x.exchange.Request.Body; body != nil && !body.Streaming() {
		if data, err := body.Bytes(0); err == nil {
			return float64(len(data)) / 1024
		}
	}
	return 0
}

// clock prints a time span as [d.]hh:mm:ss.
func clock(d time.Duration) string {
	whole := int64(math.Ceil(d.Seconds()))
	text := fmt.Sprintf("%02d:%02d:%02d", whole/3600%24, whole/60%60, whole%60)
	if days := whole / (24 * 3600); days > 0 {
		text = fmt.Sprintf("%d.%s", days, text)
	}
	return text
}
