package openai

import (
	"math"
	"net/http"
	"strconv"
	"time"

	facts "github.com/aoai-gateway/aoai-gateway/internal/azure"
	"github.com/aoai-gateway/aoai-gateway/sandbox/deployed"
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
	limit, requests := c.deployment.Limits.Tokens, c.deployment.Limits.Requests
	a.mu.Lock()
	defer a.mu.Unlock()
	s := a.spent[c.deployment.Name]
	if s == nil {
		s = &spending{}
		a.spent[c.deployment.Name] = s
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
	if requests != deployed.NoLimit {
		header.Set("x-ratelimit-limit-requests", strconv.Itoa(requests*6))
		header.Set("x-ratelimit-remaining-requests", strconv.Itoa(max(0, requests*6-s.minute.used)))
	}
	header.Set("x-ratelimit-limit-tokens", strconv.Itoa(limit))
	header.Set("x-ratelimit-remaining-tokens", strconv.Itoa(max(0, limit-s.tokens.used)))
	if what == "" {
		a.usage(c.deployment.Name).Requests++
		return nil
	}
	a.usage(c.deployment.Name).Refused++
	seconds := int(math.Ceil(wait.Seconds()))
	refused := failf(http.StatusTooManyRequests, "429", "Requests to the %s operation under API version %s have exceeded the %s limit of this deployment. Retry after %d seconds.", o.name, c.api, what, seconds)
	refused.header = http.Header{
		"Retry-After": {strconv.Itoa(seconds)}, "Retry-After-Ms": {strconv.FormatInt(wait.Milliseconds(), 10)}, reset: {strconv.Itoa(seconds)},
	}
	return refused
}

// most is how many tokens the answer may take: what the request says, else what the
// sandbox answers.
func (c *call) most() int {
	if n, given := c.mostGiven(); given {
		return n
	}
	return answerWords
}

// mostGiven is what the request says of that.
func (c *call) mostGiven() (n int, given bool) {
	r := &c.body
	for _, each := range []number{r.MaxCompletionTokens, r.MaxTokens, r.MaxOutputTokens} {
		if each.given {
			return int(each.value), true
		}
	}
	return 0, false
}
