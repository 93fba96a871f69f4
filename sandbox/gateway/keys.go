package gateway

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"sync"
	"time"

	"github.com/aoai-gateway/aoai-gateway/internal/policy"
)

// How long OpenID configurations are kept, and how soon one may be fetched again for
// a key that is not known. Sources: API Management's page on validate-jwt (an hour);
// the default of the library that the service is built on (5 minutes).
const (
	keysKept    = time.Hour
	keysRefresh = 5 * time.Minute
	maxKeys     = 1 << 20
)

// keys fetches OpenID configurations.
type keys struct {
	client *http.Client

	mu   sync.Mutex
	held map[string]*fetched
}

type fetched struct {
	openID *policy.OpenID
	at     time.Time
}

func newKeys(transport http.RoundTripper) *keys {
	return &keys{client: &http.Client{Transport: transport, Timeout: 20 * time.Second}, held: map[string]*fetched{}}
}

// OpenID implements policy.Keys.
func (k *keys) OpenID(ctx context.Context, url string, refresh bool) (*policy.OpenID, error) {
	k.mu.Lock()
	held := k.held[url]
	k.mu.Unlock()
	if held != nil {
		if age := time.Since(held.at); age < keysRefresh || (age < keysKept && !refresh) {
			return held.openID, nil
		}
	}
	made, err := k.fetch(ctx, url)
	if err != nil {
		if held != nil {
			return held.openID, nil // old keys are better than none
		}
		return nil, err
	}
	k.mu.Lock()
	defer k.mu.Unlock()
	k.held[url] = &fetched{made, time.Now()}
	return made, nil
}

func (k *keys) fetch(ctx context.Context, url string) (*policy.OpenID, error) {
	var configuration struct {
		Issuer string `json:"issuer"`
		Keys   string `json:"jwks_uri"`
	}
	if err := k.get(ctx, url, &configuration); err != nil {
		return nil, err
	}
	made := &policy.OpenID{Issuer: configuration.Issuer}
	return made, k.get(ctx, configuration.Keys, &made.Keys)
}

func (k *keys) get(ctx context.Context, url string, into any) (err error) {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, url, nil)
	if err != nil {
		return fmt.Errorf("asking for %s: %w", url, err)
	}
	response, err := k.client.Do(request)
	if err != nil {
		return fmt.Errorf("asking for %s: %w", url, err)
	}
	defer func() { _ = response.Body.Close() }()
	if response.StatusCode != http.StatusOK {
		return fmt.Errorf("asking for %s: %s", url, response.Status)
	}
	if err := json.NewDecoder(io.LimitReader(response.Body, maxKeys)).Decode(into); err != nil {
		return fmt.Errorf("reading %s: %w", url, err)
	}
	return nil
}
