package policy

import (
	"context"
	"crypto/x509"
	"errors"
	"time"

	"github.com/go-jose/go-jose/v4"

	"github.com/aoai-gateway/aoai-gateway/internal/policy/definition"
	"github.com/aoai-gateway/aoai-gateway/internal/policy/dotnet"
	"github.com/aoai-gateway/aoai-gateway/internal/policy/exchange"
	"github.com/aoai-gateway/aoai-gateway/internal/policy/library"
	"github.com/aoai-gateway/aoai-gateway/internal/policy/vectors"
)

// World is all that policies need from outside. A part that is nil makes the
// policies that need it fail, with a message that says so.
type World struct {
	Clock    Clock
	Random   library.Random
	Sender   Sender
	Backends Backends
	Identity Identity
	// Connections are those of the credential manager.
	Connections  Connections
	Keys         Keys
	Certificates Certificates
	Cache        Cache
	// Vectors are the cache of answers by what was asked.
	Vectors  Vectors
	Counters Counters
	Limiter  Limiter
	Log      Log
	// Definition is what the API's definition says of the operation; nil for nothing.
	Definition *definition.API
	// Tokens estimates tokens; nil counts one for every four characters.
	Tokens func(text string) int
	// Culture is what expressions format and parse with; nil is the invariant one.
	Culture *dotnet.Culture
	// BodyLimit is how much of a body policies may read, in bytes; 0: no limit.
	BodyLimit int64
	// Limits bound each expression; the zero value stands for the defaults.
	Limits library.Limits
}

// Clock is the time, which tests control.
type Clock interface {
	Now() time.Time
	// Sleep waits; it ends early, with the context's error, when that ends.
	Sleep(ctx context.Context, d time.Duration) error
}

// Call is a request that a policy sends.
type Call struct {
	Request *exchange.Request
	// ToBackend says that it is the caller's request, on its way to the API's backend; else
	// it is one of the policy's own.
	ToBackend bool
	// Unanswered says that nobody waits for the answer, and nobody hears of an error.
	Unanswered      bool
	Timeout         Timeout
	FollowRedirects bool
	// BufferResponse gathers the response's body before it goes on; else it is a
	// stream.
	BufferResponse bool
	// HTTPVersion is 1, 2or1 or 2.
	HTTPVersion string
	// Proxy is the URL of a proxy, or "".
	Proxy string
	// Certificate is the id or thumbprint of a client certificate, or "".
	Certificate string
}

// Timeout is how long a call may take.
type Timeout struct {
	After  time.Duration
	Covers Covered
}

// Covered is what of an answer has to be there in time.
type Covered int

const (
	// Headers have to be there; the body may take longer. Source:
	// https://learn.microsoft.com/azure/api-management/forward-request-policy
	Headers Covered = iota
	// WholeAnswer has to be there, with its body. The reference says that the call fails
	// after the time-out, and not what of it counts: a caller that wants the answer whole
	// has no call before its end. Sources:
	// https://learn.microsoft.com/azure/api-management/send-request-policy and
	// https://learn.microsoft.com/azure/api-management/send-one-way-request-policy
	WholeAnswer
)

// Sender sends requests.
type Sender interface {
	// Send returns the response of whoever answered. An error is one of
	// transport; one that is context.DeadlineExceeded counts as a timeout.
	Send(ctx context.Context, call *Call) (*exchange.Response, error)
}

// Target is where an attempt for a backend entity goes.
type Target struct {
	exchange.Backend
	URL exchange.URL
	// Headers are those that the entity adds, its credentials.
	Headers exchange.Headers
}

// ErrUnavailable is a backend whose breaker is open, or a pool without any
// member that is not.
var ErrUnavailable = errors.New("the backend is unavailable")

// ErrNoBackend is an id without a backend entity.
var ErrNoBackend = errors.New("there is no backend of this id")

// Backends are the backend entities of the service.
type Backends interface {
	// Choose picks where one attempt goes: the entity itself, or a member of the
	// pool. ErrUnavailable where all are tripped.
	Choose(ctx context.Context, id string) (*Target, error)
	// Report tells how the attempt ended, for circuit breakers. Response is nil
	// where there was none.
	Report(ctx context.Context, target *Target, response *exchange.Response, err error)
	// ByURL is the id of the single backend whose URL a base-url matches, or "".
	ByURL(base string) string
}

// Identity gets tokens for the service's managed identities.
type Identity interface {
	// Token is an access token for a resource; clientID is "" for the
	// system-assigned identity.
	Token(ctx context.Context, resource, clientID string) (string, error)
}

// Connection is one of the credential manager, and who asks for its token.
type Connection struct {
	Provider, ID string
	// Caller is the token of whoever asks; "" is the service's own identity.
	Caller string
}

// Authorization is what a provider gave for a connection.
type Authorization struct {
	AccessToken string
	// Claims are what stands beside the token in the provider's answer.
	Claims map[string]string
}

// Connections are those to providers of credentials.
type Connections interface {
	Authorization(ctx context.Context, connection Connection) (*Authorization, error)
}

// OpenID is what an OpenID configuration says.
type OpenID struct {
	Issuer string
	Keys   jose.JSONWebKeySet
}

// Keys fetches OpenID configurations, and keeps them for an hour.
type Keys interface {
	// OpenID fetches anew where refresh says so and the last time is long enough
	// ago.
	OpenID(ctx context.Context, url string, refresh bool) (*OpenID, error)
}

// Certificates are those of the service.
type Certificates interface {
	// Certificate finds one by its id or thumbprint; nil where there is none.
	Certificate(id string) *x509.Certificate
}

// Cache keeps values by key. What it stores may become visible later, or never:
// it is asynchronous and volatile.
type Cache interface {
	Get(ctx context.Context, key string) (value any, ok bool, err error)
	Store(ctx context.Context, key string, value any, ttl time.Duration) error
	Remove(ctx context.Context, key string) error
}

// Vectors keep answers by what was asked.
type Vectors interface {
	// Nearest is what was kept for the nearest question of a partition, no farther than a
	// cosine distance.
	Nearest(partition string, vector []float32, most float64, now time.Time) (found vectors.Found, ok bool)
	Keep(partition string, vector []float32, value any, ttl time.Duration, now time.Time)
}

// Window is the time that a counter counts over.
type Window struct {
	Length time.Duration
	// Sliding windows look back from now; fixed ones begin at Start and repeat.
	// A fixed window of length 0 never ends.
	Sliding bool
	Start   time.Time
}

// Reset is how long a fixed window goes on; 0 of one that never ends.
func (w Window) Reset(now time.Time) time.Duration {
	if w.Length <= 0 {
		return 0
	}
	length := int64(w.Length / time.Second)
	// In whole seconds: the year 1 is farther away than a Duration can say.
	gone := (now.Unix() - w.Start.Unix()) % length
	if gone < 0 {
		gone += length
	}
	return time.Duration(length-gone) * time.Second
}

// Counters count by key. All policies and scopes that use a key share it.
type Counters interface {
	// Used is what was counted in the window, and how long until some of it is
	// free again.
	Used(ctx context.Context, key string, window Window, now time.Time) (amount float64, reset time.Duration, err error)
	Add(ctx context.Context, key string, window Window, now time.Time, amount float64) error
}

// Limiter bounds how many requests are under way by key.
type Limiter interface {
	// Enter is false where most are under way already; leave ends it.
	Enter(key string, most int) (leave func(), ok bool)
}

// Message is what the trace policy writes.
type Message struct {
	Source, Severity, Text string
	Metadata               map[string]string
}

// Metric is a custom metric.
type Metric struct {
	Namespace, Name string
	Value           float64
	Dimensions      map[string]string
}

// Event is a message for an event hub.
type Event struct {
	Logger                    string
	PartitionID, PartitionKey string
	Body                      []byte
}

// Log takes what policies write.
type Log interface {
	Trace(ctx context.Context, m Message)
	Metric(ctx context.Context, m Metric)
	Event(ctx context.Context, e Event) error
}
