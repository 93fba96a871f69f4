package policy

import (
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/aoai-gateway/aoai-gateway/internal/policy/csharp"
	"github.com/aoai-gateway/aoai-gateway/internal/policy/document"
	"github.com/aoai-gateway/aoai-gateway/internal/policy/dotnet"
	"github.com/aoai-gateway/aoai-gateway/internal/policy/exchange"
	"github.com/aoai-gateway/aoai-gateway/internal/policy/library"
)

// sample is what a condition is tried with.
type sample struct {
	status int
	region string
	method string
}

type noRandom struct{}

func (noRandom) Float64() float64 { return 0.5 }

// holds evaluates a condition for a sample; false for ok where it needs more than
// the sample has.
func (b *compilation) holds(v *value, s sample) (result, ok bool) {
	at := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	env := &library.Env{
		Now: func() time.Time { return at }, Random: noRandom{}, Culture: dotnet.Invariant(), Limits: library.Limits{Steps: 10_000, Memory: 1 << 20},
		Exchange: &exchange.Context{
			Request: &exchange.Request{Method: s.method}, Response: &exchange.Response{StatusCode: s.status}, Variables: map[string]any{}, Timestamp: at,
			Deployment: exchange.Deployment{Region: s.region},
		},
	}
	got, err := v.compiled.Evaluate(env)
	result, ok = got.(bool)
	return result, ok && err == nil
}

// hopeless are the statuses that another attempt cannot change: the request itself is wrong,
// or, at the same backend, the gateway may not make it. Another backend may know the
// gateway's identity, or have the deployment.
func hopeless(elsewhere bool) []int {
	if elsewhere {
		return []int{400}
	}
	return []int{400, 401, 403, 404}
}

// maxWait is the time that the waits of a retry may add before it is doubtful:
// callers of language models give up, or time out, about then.
const maxWait = 30 * time.Second

func (c *elementCompilation) lintRetry(steps []*step) {
	condition := c.get("condition")
	if !forwards(steps) || condition == nil {
		return
	}
	if condition.compiled != nil {
		c.lintRetryCondition(condition, switchesBackend(steps))
	}
	count, interval := c.literalNumber("count"), c.literalNumber("interval")
	longest := c.longestWait(count, interval)
	if longest > maxWait {
		c.note(c.element.Position(), Doubtful, "retry-wait", "the waits of this retry add up to %v: the caller waits that long while other backends could answer; use a shorter interval, a smaller count or another backend at once (first-fast-retry)", longest)
	}
	if again, ok := c.retries(condition, 429); ok && again && interval >= 1 && !strings.Contains(c.element.Inner()+condition.text, "Retry-After") && !switchesBackend(steps) {
		c.note(c.element.Position(), Doubtful, "retry-after-ignored", "429 is retried after a wait of its own, without a look at the answer's Retry-After header: the backend refuses again until that time is over")
	}
}

// longestWait adds up the waits of a retry, as far as they are literal.
func (c *elementCompilation) longestWait(count, interval float64) time.Duration {
	delta, most := c.literalNumber("delta"), c.literalNumber("max-interval")
	total := 0.0
	first := 1.0
	if fast, _ := truth(c.literal("first-fast-retry", "false")); fast {
		first = 2
	}
	for n := first; n <= count; n++ {
		wait := interval + (n-first)*delta
		if most > 0 {
			wait = min(most, interval+delta*float64(uint64(1)<<uint64(min(n-first, 40))-1))
		}
		total += wait
	}
	return seconds(total)
}

func (c *elementCompilation) retries(condition *value, status int) (again, ok bool) {
	if condition.compiled == nil {
		return truth(strings.TrimSpace(condition.text))
	}
	return c.holds(condition, sample{status: status, method: "POST"})
}

func (c *elementCompilation) lintRetryCondition(condition *value, elsewhere bool) {
	at := condition.at(expressionStart(condition.text))
	if again, ok := c.retries(condition, 200); ok && again {
		c.note(at, Doubtful, "retry-success", "the condition holds for a response of 200, too: every call is repeated until the count is used up; compare the status with what is worth another attempt: 408, 429, 5xx")
		return
	}
	var statuses []string
	for _, status := range hopeless(elsewhere) {
		if again, ok := c.retries(condition, status); ok && again {
			statuses = append(statuses, strconv.Itoa(status))
		}
	}
	if statuses != nil {
		c.note(at, Doubtful, "retry-client-error", "the condition retries %s: the request itself is wrong, so that every attempt fails the same way; retry 408, 429 and 5xx only", list(statuses))
	}
}

// forwards tells whether steps call the backend.
func forwards(steps []*step) bool { return contains(steps, "forward-request") }

func switchesBackend(steps []*step) bool { return contains(steps, "set-backend-service") }

func contains(steps []*step, kind string) bool {
	for _, s := range steps {
		if s.kind == kind {
			return true
		}
		for _, inner := range s.branches {
			if contains(inner.steps, kind) {
				return true
			}
		}
	}
	return false
}

func (c *elementCompilation) lintForward(f *forwarding) {
	if c.place.retried && !f.bufferRequest {
		c.lints = append(c.lints, c.lintUnbuffered)
	}
	if !f.bufferResponse {
		c.streaming = true
	}
	c.lintThinking(f)
}

func (c *elementCompilation) lintUnbuffered() {
	if !c.bodyKept {
		c.note(c.element.Position(), Doubtful, "buffer-request-body", "<forward-request> is retried without buffer-request-body=\"true\": the body of a POST has been sent when the first attempt fails, and is not there for the next one")
	}
}

// lintWhen tells conditions that are always true, or never.
func (c *elementCompilation) lintWhen(when *elementCompilation) {
	condition := when.get("condition")
	if condition == nil || condition.compiled == nil {
		return
	}
	at := condition.at(expressionStart(condition.text))
	if truth, constant := condition.compiled.Value.(bool); constant && condition.compiled.Constant {
		c.note(at, Doubtful, "constant-condition", "the condition is always %v", truth)
		return
	}
	samples := c.samples(condition.compiled.Syntax)
	if samples == nil || c.told(at, "constant-condition") {
		return
	}
	first, decided := c.holds(condition, samples[0])
	for _, s := range samples[1:] {
		got, ok := c.holds(condition, s)
		if !ok || got != first {
			decided = false
			break
		}
	}
	if decided {
		c.note(at, Doubtful, "constant-condition", "the condition is always %v, whatever %s is%s", first, sampled(condition.compiled.Syntax), orRemedy(first))
	}
}

// told tells whether a rule has been noted at a place.
func (c *elementCompilation) told(at document.Position, rule string) bool {
	return slices.ContainsFunc(c.findings, func(f *Finding) bool {
		return f.Position == at && f.Rule == rule && f.Document == c.place.document.name
	})
}

func orRemedy(always bool) string {
	if always {
		return ": of two comparisons with != one always holds; join them by &&, or compare with =="
	}
	return ": one value cannot equal two; join the comparisons by ||"
}

// paths are the members of context that an expression reads.
func paths(syntax csharp.Node) map[string]bool {
	found := map[string]bool{}
	csharp.Walk(syntax, func(n csharp.Node) bool {
		if path := csharp.Path(n); strings.HasPrefix(path, "context.") {
			found[path] = true
			return false
		}
		return true
	})
	return found
}

// sampled says what of the context a condition depends on.
func sampled(syntax csharp.Node) string {
	return list(slices.Sorted(maps.Keys(paths(syntax))))
}

// samples are values for all that a condition depends on; nil where that is more
// than status, region and method.
func (c *elementCompilation) samples(syntax csharp.Node) []sample {
	statuses, regions, methods := []int{200}, []string{"West Europe"}, []string{"POST"}
	read := paths(syntax)
	if len(read) == 0 || changing(syntax) {
		return nil
	}
	for path := range read {
		// A call on a member counts as the member: Region.Equals.
		switch {
		case path == "context.Response.StatusCode" || strings.HasPrefix(path, "context.Response.StatusCode."):
			statuses = append([]int{200, 201, 204, 301, 400, 401, 403, 404, 408, 409, 413, 429, 500, 501, 502, 503, 504}, writtenNumbers(syntax)...)
		case path == "context.Deployment.Region" || strings.HasPrefix(path, "context.Deployment.Region."):
			regions = append([]string{"West Europe", "East US", "Japan East", "Sweden Central", "westeurope", "Atlantis"}, writtenTexts(syntax)...)
		case path == "context.Request.Method" || strings.HasPrefix(path, "context.Request.Method."):
			methods = append([]string{"GET", "POST", "PUT", "DELETE", "PATCH", "OPTIONS", "HEAD"}, writtenTexts(syntax)...)
		default:
			return nil
		}
	}
	var samples []sample
	for _, status := range statuses {
		for _, region := range regions {
			for _, method := range methods {
				samples = append(samples, sample{status, region, method})
			}
		}
	}
	return samples
}

// changing tells an expression that depends on the time or on chance.
func changing(syntax csharp.Node) bool {
	found := false
	csharp.Walk(syntax, func(n csharp.Node) bool {
		switch x := n.(type) {
		case *csharp.Name:
			found = found || slices.Contains([]string{"DateTime", "DateTimeOffset", "Random", "Guid"}, x.Name)
		case *csharp.TypeName:
			found = found || x.Name == "Random"
		}
		return !found
	})
	return found
}

// writtenNumbers are the whole numbers written in an expression, with their
// neighbours.
func writtenNumbers(syntax csharp.Node) []int {
	var found []int
	csharp.Walk(syntax, func(n csharp.Node) bool {
		if literal, ok := n.(*csharp.Literal); ok {
			if number, ok := literal.Value.(csharp.Number); ok {
				if v, err := strconv.Atoi(number.Digits); err == nil {
					found = append(found, v-1, v, v+1)
				}
			}
		}
		return true
	})
	return found
}

// writtenTexts are the strings written in an expression.
func writtenTexts(syntax csharp.Node) []string {
	var found []string
	csharp.Walk(syntax, func(n csharp.Node) bool {
		if x, ok := n.(csharp.Expression); ok {
			if text, ok := literalText(x); ok {
				found = append(found, text)
			}
		}
		return true
	})
	return found
}

// lintOtherwise wants a way for regions that nobody thought of, where no backend
// was chosen before.
func (c *elementCompilation) lintOtherwise(chosen bool) {
	if chosen || c.opaque {
		return
	}
	for _, each := range c.children["when"] {
		condition := each.get("condition")
		if condition == nil || condition.compiled == nil || !strings.Contains(each.element.Inner(), "<set-backend-service") {
			continue
		}
		for path := range paths(condition.compiled.Syntax) {
			if strings.HasPrefix(path, "context.Deployment.Region") {
				c.note(c.element.Position(), Doubtful, "region-otherwise", "backends are chosen by region without <otherwise>: a gateway in a region that no <when> names keeps the API's own backend")
				return
			}
		}
	}
}
