package openai

import (
	"math"
	"net/http"
	"strconv"
	"time"

	facts "github.com/aoai-gateway/aoai-gateway/internal/azure"
	"github.com/aoai-gateway/aoai-gateway/sandbox/azure"
)

// spending is what a deployment was asked in the windows that run.
type spending struct{ tokens, requests, minute window }

// window is a fixed one that begins with its first use.
type window struct {
	start time.Time
	used  int
}

func (w *window) at(now time.Time, length time.Duration) {
	if now.Sub(w.start) >= length {
		*w = window{start: now}
	}
}

// spend counts a call against the deployment's limits: 429 with the time to wait
// where one is used up. Tokens are those of the prompt and those that the answer may
// take, as the service estimates them.
func (a *Account) spend(c *call, o operation, tokens int) *refusal {
	limit, requests := limitsOf(c.deployment)
	a.mu.Lock()
	defer a.mu.Unlock()
	s := a.spent[c.deployment.Name()]
	if s == nil {
		s = &spending{}
		a.spent[c.deployment.Name()] = s
	}
	now := time.Now()
	s.tokens.at(now, facts.TokenWindow)
	s.requests.at(now, facts.RequestWindow)
	s.minute.at(now, time.Minute)
	header := c.w.Header()
	var wait time.Duration
	var what, reset string
	switch {
	case s.requests.used >= requests:
		wait, what, reset = facts.RequestWindow-now.Sub(s.requests.start), "call rate", "X-Ratelimit-Reset-Requests"
	case s.tokens.used >= limit || (tokens > limit-s.tokens.used && s.tokens.used > 0):
		wait, what, reset = facts.TokenWindow-now.Sub(s.tokens.start), "token rate", "X-Ratelimit-Reset-Tokens"
	default:
		s.requests.used++
		s.minute.used++
		s.tokens.used += tokens
	}
	if requests != math.MaxInt32 {
		header.Set("x-ratelimit-limit-requests", strconv.Itoa(requests*6))
		header.Set("x-ratelimit-remaining-requests", strconv.Itoa(max(0, requests*6-s.minute.used)))
	}
	header.Set("x-ratelimit-limit-tokens", strconv.Itoa(limit))
	header.Set("x-ratelimit-remaining-tokens", strconv.Itoa(max(0, limit-s.tokens.used)))
	if what == "" {
		return nil
	}
	seconds := int(math.Ceil(wait.Seconds()))
	refused := failf(http.StatusTooManyRequests, "429", "Requests to the %s operation under API version %s have exceeded the %s limit of this deployment. Retry after %d seconds.", o.name, c.api, what, seconds)
	refused.header = http.Header{
		"Retry-After": {strconv.Itoa(seconds)}, "Retry-After-Ms": {strconv.FormatInt(wait.Milliseconds(), 10)}, reset: {strconv.Itoa(seconds)},
	}
	return refused
}

// limitsOf are the limits that the deployment's answer in the control plane tells: tokens a
// minute, and requests in 10 seconds.
func limitsOf(deployment *azure.Resource) (tokens, requests int) {
	requests = math.MaxInt32
	limits, _ := deployment.Properties()["rateLimits"].([]any)
	for _, each := range limits {
		limit, _ := each.(map[string]any)
		count, _ := limit["count"].(float64)
		switch limit["key"] {
		case "token":
			tokens = int(count)
		case "request":
			requests = int(count)
		}
	}
	return tokens, requests
}

// most is how many tokens the answer may take: what the request says, else what the
// sandbox answers.
func (c *call) most() int {
	for _, name := range []string{"max_completion_tokens", "max_tokens", "max_output_tokens"} {
		if n, ok := c.body[name].(float64); ok {
			return int(n)
		}
	}
	return answerWords
}

// text is a text by its name; "" where there is none.
func text(object map[string]any, name string) string {
	value, _ := object[name].(string)
	return value
}
