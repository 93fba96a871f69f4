package gateway

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/aoai-gateway/aoai-gateway/internal/policy"
	"github.com/aoai-gateway/aoai-gateway/internal/policy/exchange"
	"github.com/aoai-gateway/aoai-gateway/sandbox/deployed"
)

// backend is a backend entity: a single one, or a pool.
type backend struct {
	*deployed.Backend
	// target is where requests go to a single backend.
	target policy.Target
	// err is why the gateway cannot use it: that fails the requests that choose it, and no
	// others.
	err error
}

func newBackend(of *deployed.Backend) *backend {
	b := &backend{Backend: of, target: policy.Target{Backend: exchange.Backend{ID: of.ID, Type: "Single"}}}
	if of.Pool {
		b.target.Type = "Pool"
		return b
	}
	var err error
	if b.target.URL, err = exchange.ParseURL(of.URL); err == nil {
		err = of.Mistake
	}
	if err != nil {
		b.err = fmt.Errorf("backend %s: %w", of.ID, err)
	}
	for _, header := range of.Headers {
		for _, value := range header.Values {
			b.target.Headers.Add(header.Name, value)
		}
	}
	if of.Authorization != "" {
		b.target.Headers.Set("Authorization", of.Authorization)
	}
	return b
}

// Choose implements policy.Backends: the entity itself, or the member of a pool
// whose turn it is.
func (v *visit) Choose(ctx context.Context, id string) (*policy.Target, error) {
	found := v.config.backends[strings.ToLower(id)]
	if found == nil {
		return nil, fmt.Errorf("%w: %s", policy.ErrNoBackend, id)
	}
	if found.err != nil {
		return nil, found.err
	}
	now := time.Now()
	if !found.Pool {
		if v.unit.open(found, now) {
			return nil, policy.ErrUnavailable
		}
		return v.aim(ctx, found)
	}
	chosen, err := v.unit.turn(v.config, found, now)
	if err != nil {
		return nil, err
	}
	target, err := v.aim(ctx, chosen)
	if err != nil {
		return nil, err
	}
	target.Type = "Pool"
	return target, nil
}

// aim is where requests to a single backend go, with a token of the identity that the entity
// names.
func (v *visit) aim(ctx context.Context, at *backend) (*policy.Target, error) {
	target := at.target
	if at.Identity == nil {
		return &target, nil
	}
	token, err := v.Token(ctx, at.Identity.Resource, at.Identity.ClientID)
	if err != nil {
		return nil, fmt.Errorf("the managed identity of backend %s: %w", at.ID, err)
	}
	target.Headers = target.Headers.Clone()
	target.Headers.Set("Authorization", "Bearer "+token)
	return &target, nil
}

// Report implements policy.Backends: it tells the backend's breaker in this unit.
func (v *visit) Report(_ context.Context, target *policy.Target, response *exchange.Response, err error) {
	found := v.config.backends[strings.ToLower(target.ID)]
	if found == nil || found.Breaker == nil {
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
		if !b.Pool && strings.EqualFold(strings.TrimSuffix(b.target.URL.String(), "/"), wanted) {
			return id
		}
	}
	return ""
}
