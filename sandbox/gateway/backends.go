package gateway

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"regexp"
	"strconv"
	"strings"
	"time"

	"github.com/aoai-gateway/aoai-gateway/internal/policy"
	"github.com/aoai-gateway/aoai-gateway/internal/policy/breaker"
	"github.com/aoai-gateway/aoai-gateway/internal/policy/exchange"
	"github.com/aoai-gateway/aoai-gateway/sandbox/azure"
)

// backend is a backend entity: a single one, or a pool.
type backend struct {
	id     string
	target policy.Target
	// rule is nil where there is no breaker.
	rule *breaker.Rule
	// members are those of a pool, nil for a single backend.
	members []member
	// err is why the gateway cannot use it.
	err error
}

// member of a pool. A lower priority is used first.
type member struct {
	id               string
	priority, weight int
}

// readBackends reads all backends. One that cannot be used fails the requests that
// choose it, and no others.
func (c *config) readBackends() {
	for _, each := range c.below("backends") {
		c.policies.Backends = append(c.policies.Backends, each.Name())
		made := &backend{id: each.Name()}
		if err := c.readBackend(each, made); err != nil {
			made.err = fmt.Errorf("backend %s: %w", each.Name(), err)
		}
		c.backends[strings.ToLower(each.Name())] = made
	}
}

func (c *config) readBackend(resource *azure.Resource, b *backend) error {
	properties := resource.Properties()
	b.target.Backend = exchange.Backend{ID: b.id, Type: "Single"}
	if text(properties, "type") == "Pool" {
		b.target.Type = "Pool"
		services, _ := inner(properties, "pool")["services"].([]any)
		for _, each := range services {
			entry, _ := each.(map[string]any)
			id := text(entry, "id")
			priority, _ := entry["priority"].(float64)
			weight, _ := entry["weight"].(float64)
			b.members = append(b.members, member{id[strings.LastIndexByte(id, '/')+1:], int(priority), int(weight)})
		}
		return nil
	}
	var err error
	if b.target.URL, err = exchange.ParseURL(c.substitute(text(properties, "url"))); err != nil {
		return err
	}
	c.credentials(b, inner(properties, "credentials"))
	rules, _ := inner(properties, "circuitBreaker")["rules"].([]any)
	for _, each := range rules {
		rule, _ := each.(map[string]any)
		if b.rule, err = readRule(rule); err != nil {
			return err
		}
	}
	return nil
}

// substitute puts the values of named values in.
func (c *config) substitute(text string) string {
	if !strings.Contains(text, "{{") {
		return text
	}
	for name, value := range c.policies.NamedValues {
		text = strings.ReplaceAll(text, "{{"+name+"}}", value)
	}
	return text
}

// credentials are headers that the entity adds to requests. Those of queries and
// certificates are not modelled.
func (c *config) credentials(b *backend, credentials map[string]any) {
	for name, values := range inner(credentials, "header") {
		list, _ := values.([]any)
		for _, each := range list {
			value, _ := each.(string)
			b.target.Headers.Add(name, c.substitute(value))
		}
	}
	if authorization := inner(credentials, "authorization"); authorization != nil {
		b.target.Headers.Set("Authorization", text(authorization, "scheme")+" "+c.substitute(text(authorization, "parameter")))
	}
}

func readRule(rule map[string]any) (*breaker.Rule, error) {
	condition := inner(rule, "failureCondition")
	count, _ := condition["count"].(float64)
	percentage, _ := condition["percentage"].(float64)
	made := &breaker.Rule{Count: int(count), Percentage: int(percentage), AcceptRetryAfter: flag(rule, "acceptRetryAfter")}
	var err error
	if made.Interval, err = duration(text(condition, "interval")); err != nil {
		return nil, err
	}
	if made.Trip, err = duration(text(rule, "tripDuration")); err != nil {
		return nil, err
	}
	ranges, _ := condition["statusCodeRanges"].([]any)
	for _, each := range ranges {
		entry, _ := each.(map[string]any)
		least, _ := entry["min"].(float64)
		most, _ := entry["max"].(float64)
		made.Failures = append(made.Failures, breaker.Range{Min: int(least), Max: int(most)})
	}
	reasons, _ := condition["errorReasons"].([]any)
	for _, each := range reasons {
		reason, _ := each.(string)
		made.Reasons = append(made.Reasons, reason)
	}
	return made, nil
}

var durationForm = regexp.MustCompile(`^P(?:(\d+)W)?(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+(?:\.\d+)?)S)?)?$`)

// duration reads ISO 8601 durations of weeks and less.
func duration(written string) (time.Duration, error) {
	parts := durationForm.FindStringSubmatch(written)
	if parts == nil {
		return 0, fmt.Errorf("%q is not an ISO 8601 duration such as PT1M", written)
	}
	var d time.Duration
	for i, unit := range []time.Duration{7 * 24 * time.Hour, 24 * time.Hour, time.Hour, time.Minute, time.Second} {
		n, _ := strconv.ParseFloat(parts[i+1], 64)
		d += time.Duration(n * float64(unit))
	}
	return d, nil
}

// Choose implements policy.Backends: the entity itself, or the member of a pool
// whose turn it is.
func (v *visit) Choose(_ context.Context, id string) (*policy.Target, error) {
	found := v.config.backends[strings.ToLower(id)]
	if found == nil {
		return nil, fmt.Errorf("%w: %s", policy.ErrNoBackend, id)
	}
	if found.err != nil {
		return nil, found.err
	}
	now := time.Now()
	if found.members == nil {
		if v.unit.open(found, now) {
			return nil, policy.ErrUnavailable
		}
		target := found.target
		return &target, nil
	}
	chosen, err := v.unit.turn(v.config, found, now)
	if err != nil {
		return nil, err
	}
	target := chosen.target
	target.Type = "Pool"
	return &target, nil
}

// Report implements policy.Backends: it tells the backend's breaker in this unit.
func (v *visit) Report(_ context.Context, target *policy.Target, response *exchange.Response, err error) {
	found := v.config.backends[strings.ToLower(target.ID)]
	if found == nil || found.rule == nil {
		return
	}
	b := v.unit.breaker(found)
	switch {
	case response != nil:
		b.Report(time.Now(), response.StatusCode, retryAfter(response.Headers.Get("Retry-After")))
	case errors.Is(err, context.Canceled):
		// The caller has left: nothing is known of the backend.
	case errors.Is(err, context.DeadlineExceeded):
		b.ReportError(time.Now(), "Timeout")
	default:
		b.ReportError(time.Now(), "BackendConnectionFailure")
	}
}

// maxRetryAfter is how long a Retry-After is believed, in seconds: a year.
const maxRetryAfter = 365 * 24 * 3600

// retryAfter reads both forms of Retry-After; 0 where there is none.
func retryAfter(header string) time.Duration {
	if seconds, err := strconv.Atoi(header); err == nil {
		return time.Duration(min(seconds, maxRetryAfter)) * time.Second
	}
	if at, err := http.ParseTime(header); err == nil {
		return time.Until(at)
	}
	return 0
}

// ByURL implements policy.Backends.
func (v *visit) ByURL(base string) string {
	url, err := exchange.ParseURL(base)
	if err != nil {
		return ""
	}
	wanted := strings.TrimSuffix(url.String(), "/")
	for _, id := range v.config.policies.Backends {
		b := v.config.backends[strings.ToLower(id)]
		if b.members == nil && strings.EqualFold(strings.TrimSuffix(b.target.URL.String(), "/"), wanted) {
			return id
		}
	}
	return ""
}
