package policy

import (
	"errors"
	"fmt"
	"math"
	"net/http"
	"time"

	"github.com/aoai-gateway/aoai-gateway/internal/azure"
	"github.com/aoai-gateway/aoai-gateway/internal/policy/exchange"
)

// controlKinds decide what runs, and keep values.
func controlKinds() []*kind {
	body := []child{
		{name: "set-status", policy: true}, {name: "set-header", many: true, policy: true}, {name: "set-body", policy: true},
	}
	return []*kind{
		{name: "choose", sections: all(), children: []child{
			{name: "when", required: true, many: true, policies: true, attributes: []attribute{need("condition", boolean())}}, {name: "otherwise", policies: true},
		}, compile: choose},
		{name: "set-variable", sections: all(), attributes: []attribute{need("name", text()).fixed(), need("value", object())}, compile: setVariable},
		{name: "return-response", sections: all(), attributes: []attribute{may("response-variable-name", text()).fixed()}, children: body, compile: returnResponse},
		{name: "retry", sections: all(), policies: true, attributes: []attribute{
			need("condition", boolean()), need("count", integer(1, azure.MaxRetries)), need("interval", wholeNumber()), may("max-interval", wholeFrom(1)),
			may("delta", wholeFrom(1)), may("first-fast-retry", boolean()),
		}, compile: retry},
		{name: "limit-concurrency", sections: all(), policies: true, attributes: []attribute{need("key", text()), need("max-count", integer(1, unbounded)).fixed()}, compile: limitConcurrency},
		{name: "wait", sections: in("inbound", "backend", "outbound"), policies: true, attributes: []attribute{may("for", oneOf("all", "any"))}, compile: wait},
		{name: "mock-response", sections: in("inbound", "outbound", "on-error"), attributes: []attribute{
			may("status-code", integer(100, 999)).fixed(), may("content-type", text()).fixed(), may("index", integer(0, unbounded)).fixed(), may("enabled", boolean()).fixed().undocumented(),
		}, compile: mockResponse},
	}
}

func choose(c *elementCompilation) runner {
	type when struct {
		condition *value
		steps     []*step
	}
	chosen := c.backendChosen
	whens := make([]when, 0, len(c.children["when"]))
	for _, each := range c.children["when"] {
		steps := c.nested(each.element, each.path)
		whens = append(whens, when{each.get("condition"), steps})
		c.step.branches = append(c.step.branches, branch{"when " + describe(each.get("condition")), steps})
		c.lintWhen(each)
	}
	var otherwise []*step
	if each := c.first("otherwise"); each != nil {
		otherwise = c.nested(each.element, each.path)
		c.step.branches = append(c.step.branches, branch{"otherwise", otherwise})
	} else {
		c.lintOtherwise(chosen)
	}
	return func(x *Execution) error {
		for i := range whens {
			ok, err := whens[i].condition.boolean(x, false)
			if err != nil {
				return err
			}
			if ok {
				x.tell("when[%d]", i+1)
				return x.steps(whens[i].steps)
			}
		}
		return x.steps(otherwise)
	}
}

func setVariable(c *elementCompilation) runner {
	name, v := c.literal("name", ""), c.get("value")
	c.step.detail = name + " = " + describe(v)
	c.noteVariable(name, v)
	c.lintStored(v)
	return func(x *Execution) error {
		got, err := v.object(x)
		if err != nil {
			return err
		}
		x.exchange.Variables[name] = got
		if x.trace != nil {
			text, _ := x.env.Text(x.library, got)
			kind := "null"
			if got != nil {
				kind = x.library.TypeOf(got).String()
			}
			x.tell("%s = %s (%s)", name, text, kind)
		}
		return nil
	}
}

func returnResponse(c *elementCompilation) runner {
	variable := c.literal("response-variable-name", "")
	apply := c.responseParts()
	return func(x *Execution) error {
		response := &exchange.Response{StatusCode: http.StatusOK, Reason: "OK"}
		if variable != "" {
			stored, ok := x.response(variable)
			if !ok {
				return &Error{Failure: failure("return-response", "", "the variable "+variable+" holds no response")}
			}
			copied := *stored
			copied.Headers = stored.Headers.Clone()
			response = &copied
		}
		if err := apply(x, response); err != nil {
			return err
		}
		x.respond(response)
		x.tell("%d %s", response.StatusCode, response.Reason)
		return errEnd
	}
}

// responseParts compiles set-status, set-header and set-body inside of another
// policy.
func (c *elementCompilation) responseParts() func(x *Execution, response *exchange.Response) error {
	var parts []func(x *Execution, response *exchange.Response) error
	if each := c.first("set-status"); each != nil {
		parts = append(parts, each.status())
		c.step.detail = describe(each.get("code"))
	}
	for _, each := range c.children["set-header"] {
		a := each.assignment()
		parts = append(parts, func(x *Execution, response *exchange.Response) error { return a.apply(x, &response.Headers, true) })
	}
	if each := c.first("set-body"); each != nil {
		body := each.bodyValue(false)
		parts = append(parts, func(x *Execution, response *exchange.Response) error {
			data, err := body(x)
			response.Body = exchange.NewBody(data)
			return err
		})
	}
	return func(x *Execution, response *exchange.Response) error {
		for _, part := range parts {
			if err := part(x, response); err != nil {
				return err
			}
		}
		return nil
	}
}

func retry(c *elementCompilation) runner {
	condition, count := c.get("condition"), c.get("count")
	waits := retryWaits{c.get("interval"), c.get("max-interval"), c.get("delta"), c.get("first-fast-retry")}
	inner := c.place.below(c.path)
	inner.retried = true
	steps := c.policies(inner, c.element.Children)
	c.step.detail = "up to " + describe(count) + " times more while " + describe(condition)
	c.step.branches = []branch{{"", steps}}
	c.lintRetry(steps)
	return func(x *Execution) error {
		most, err := count.number(x, 1)
		if err != nil {
			return err
		}
		if most < 1 || most > azure.MaxRetries {
			return invalidValue(fmt.Sprintf("The retry count has to be between 1 and %d.", azure.MaxRetries))
		}
		for n := 1; ; n++ {
			failed := x.steps(steps)
			if errors.Is(failed, errEnd) {
				return failed
			}
			x.showFailure(failed)
			again, err := condition.boolean(x, false)
			if err != nil {
				return err
			}
			if !again || n > int(most) {
				return failed
			}
			pause, err := waits.before(x, n)
			if err != nil {
				return err
			}
			x.tell("retry %d of %d after %v", n, int(most), pause)
			if err := x.world.Clock.Sleep(x.ctx, pause); err != nil {
				return &Error{Failure: failure("retry", reasonClientLeft, err.Error()), cause: err}
			}
		}
	}
}

// showFailure lets the condition of a retry see an error of its children.
func (x *Execution) showFailure(err error) {
	if err == nil {
		return
	}
	f := x.asFailure(err)
	x.exchange.LastError = &f.Failure
	switch {
	case f.answered:
	case x.program.switches.NoResponseAfterTransportFailure && f.Status == 0:
		x.respond(nil)
	default:
		x.respond(f.answer(x.exchange.RequestID))
	}
}

// retryWaits are the attributes that say how long to wait.
type retryWaits struct{ interval, most, delta, fast *value }

// before is the time to wait before retry n, counted from 1. Only interval:
// fixed. With delta: linear. With max-interval, too: exponential.
func (w *retryWaits) before(x *Execution, n int) (time.Duration, error) {
	fast, err := w.fast.boolean(x, false)
	if err != nil {
		return 0, err
	}
	if fast {
		if n == 1 {
			return 0, nil
		}
		n--
	}
	interval, err := w.interval.number(x, 0)
	if err != nil {
		return 0, err
	}
	if w.delta == nil {
		return seconds(interval), nil
	}
	delta, err := w.delta.number(x, 0)
	if err != nil {
		return 0, err
	}
	if w.most == nil {
		return seconds(interval + float64(n-1)*delta), nil
	}
	most, err := w.most.number(x, 0)
	if err != nil {
		return 0, err
	}
	growth := math.Pow(2, float64(n-1))
	wait := interval + (growth-1)*(0.8+0.4*x.world.Random.Float64())*delta
	if x.program.switches.ExponentialFromInterval {
		wait = interval * growth
	}
	return seconds(math.Min(wait, most)), nil
}

// seconds is a time in seconds, up to a century.
func seconds(n float64) time.Duration {
	return time.Duration(math.Max(0, math.Min(n, 100*365*24*3600)) * float64(time.Second))
}

func limitConcurrency(c *elementCompilation) runner {
	key, most := c.get("key"), c.literalNumber("max-count")
	steps := c.nested(c.element, c.path)
	c.step.detail = describe(key) + ", at most " + c.literal("max-count", "")
	c.step.branches = []branch{{"", steps}}
	return func(x *Execution) error {
		name, err := key.required(x, "key")
		if err != nil {
			return err
		}
		if x.world.Limiter == nil {
			return missingWorld("a concurrency limiter")
		}
		leave, ok := x.world.Limiter.Enter(name, int(most))
		if !ok {
			return refused(http.StatusTooManyRequests, "", "Too many concurrent requests.")
		}
		defer leave()
		return x.steps(steps)
	}
}

// wait runs its children one after the other: the service runs them at the same
// time, which policies can tell by the clock only.
func wait(c *elementCompilation) runner {
	steps := c.nested(c.element, c.path)
	for _, s := range steps {
		switch s.kind {
		case "send-request", "cache-lookup-value", "choose":
		case "forward-request", "cache-store-value", "authentication-managed-identity", "authentication-token":
			// wait.xsd has them; Microsoft's reference does not.
			c.note(s.position, Doubtful, "undocumented", "Microsoft's reference does not have <%s> inside of <wait>; the service's schema does", s.kind)
		default:
			c.note(s.position, Refused, "element", "<wait> cannot hold <%s>; it takes <send-request>, <cache-lookup-value> and <choose>", s.kind)
		}
	}
	c.step.branches = []branch{{"", steps}}
	ends := c.get("for")
	return func(x *Execution) error {
		mode, err := ends.trimmed(x)
		if err != nil {
			return err
		}
		for _, s := range steps {
			if err := x.steps([]*step{s}); err != nil {
				return err
			}
			if mode == "any" {
				return nil
			}
		}
		return nil
	}
}

func mockResponse(c *elementCompilation) runner {
	status := int(c.literalNumber("status-code"))
	if status == 0 {
		status = http.StatusOK
	}
	contentType := c.literal("content-type", "application/json")
	return func(x *Execution) error {
		response := &exchange.Response{StatusCode: status, Reason: http.StatusText(status), Body: exchange.NewBody(nil)}
		response.Headers.Set("Content-Type", contentType)
		x.respond(response)
		return errEnd
	}
}
