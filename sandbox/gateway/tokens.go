package gateway

import (
	"context"
	"fmt"
	"sync"
	"time"

	"github.com/aoai-gateway/aoai-gateway/sandbox/deployed"
)

// TokenSource signs tokens for managed identities.
type TokenSource interface {
	// Token is one for a resource, and how long it is good. The error is that of an
	// endpoint that does not answer.
	Token(ctx context.Context, identity deployed.Principal, resource string) (token string, lifetime time.Duration, err error)
}

// tokens keeps tokens until shortly before they end, as the service does.
type tokens struct {
	source TokenSource

	mu   sync.Mutex
	held map[tokenOf]held
}

// tokenOf says whose token it is, and for what.
type tokenOf struct{ principal, resource string }

type held struct {
	token string
	until time.Time
}

// tokenMargin is how long before its end a token is got anew, and tokenTimeout how long
// its endpoint may take; the service's own figures are not documented.
const (
	tokenMargin  = 5 * time.Minute
	tokenTimeout = 30 * time.Second
)

func newTokens(source TokenSource) *tokens { return &tokens{source: source, held: map[tokenOf]held{}} }

// get is a token for an identity of the service.
func (t *tokens) get(ctx context.Context, c *config, resource, clientID string) (string, error) {
	identity, ok := c.service.Identities.Of(clientID)
	if !ok {
		return "", fmt.Errorf("the service has no managed identity %q", clientID)
	}
	key := tokenOf{identity.ID, resource}
	t.mu.Lock()
	kept := t.held[key]
	t.mu.Unlock()
	if time.Now().Before(kept.until) {
		return kept.token, nil
	}
	ctx, cancel := context.WithTimeout(ctx, tokenTimeout)
	defer cancel()
	token, lifetime, err := t.source.Token(ctx, identity, resource)
	if err != nil {
		return "", fmt.Errorf("asking the endpoint of managed identities: %w", err)
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	t.held[key] = held{token, time.Now().Add(lifetime - tokenMargin)}
	return token, nil
}

// Token implements policy.Identity.
func (v *visit) Token(ctx context.Context, resource, clientID string) (string, error) {
	return v.service.tokens.get(ctx, v.config, resource, clientID)
}
