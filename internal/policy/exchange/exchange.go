package exchange

import (
	"crypto/rsa"
	"crypto/x509"
	"time"
)

// Request is what a caller asked, and after policies changed it, what the
// backend is asked.
type Request struct {
	Method string
	URL    URL
	// OriginalURL is what the caller asked for.
	OriginalURL URL
	Headers     Headers
	// Body is nil where the request has none.
	Body *Body
	// IPAddress of the caller.
	IPAddress string
	// MatchedParameters are those of the operation's URL template.
	MatchedParameters map[string]string
	// Certificate is the one that the client showed.
	Certificate *x509.Certificate
}

// Response is what the caller gets, or what somebody answered.
type Response struct {
	StatusCode int
	// Reason is the text behind the status; "" stands for the usual one.
	Reason  string
	Headers Headers
	// Body is nil where the response has none.
	Body *Body
}

// Failure is an error as context.LastError shows it. All but Source and Message
// may be empty.
type Failure struct {
	// Source is the policy or the gateway's own step that failed.
	Source  string
	Reason  string
	Message string
	// Scope is global, product, api or operation; Section inbound, backend,
	// outbound or on-error.
	Scope   string
	Section string
	// Path is the place among nested policies: choose[3]/when[2].
	Path string
	// PolicyID is the id attribute of the policy.
	PolicyID string
}

// Context is all that an expression sees as context.
type Context struct {
	Request      *Request
	Response     *Response
	Variables    Variables
	LastError    *Failure
	RequestID    string
	Timestamp    time.Time
	Tracing      bool
	API          API
	Operation    Operation
	Product      *Product
	Subscription *Subscription
	User         *User
	Deployment   Deployment
	Backend      *Backend
	Workspace    *Named
}

// Variables are what policies have set, by their names. A value has any type that an expression
// can have.
type Variables map[string]any

// Named is something with an id and a name.
type Named struct{ ID, Name string }

// API is the API that was called.
type API struct {
	ID, Name, Path, Revision, Version string
	IsCurrentRevision                 bool
	ServiceURL                        URL
	Protocols                         []string
	// KeyHeader and KeyQuery are the names that carry subscription keys.
	KeyHeader, KeyQuery string
}

// Operation is the operation of the API that was called.
type Operation struct{ ID, Name, Method, URLTemplate string }

// Product is the product whose subscription was used.
type Product struct {
	ID, Name             string
	ApprovalRequired     bool
	SubscriptionRequired bool
	// SubscriptionLimit is nil where there is none.
	SubscriptionLimit *int
	Published         bool
	Groups            []Named
	APIs              []API
}

// Subscription is the one whose key was used.
type Subscription struct {
	ID, Name, Key, PrimaryKey, SecondaryKey string
	Created                                 time.Time
	Start, End                              *time.Time
}

// User is who owns the subscription.
type User struct {
	ID, Email, FirstName, LastName, Note string
	Groups                               []Named
	// Identities have the provider as their name.
	Identities []Named
	Registered time.Time
}

// Deployment is the gateway that runs.
type Deployment struct {
	Region, ServiceID, ServiceName string
	// GatewayID is "managed" for the service's own gateways; InstanceID names the
	// unit that runs.
	GatewayID, InstanceID string
	// Certificates are those of the service, by their thumbprints in upper case.
	Certificates map[string]Certificate
}

// Certificate is one of the service, with its key if that is RSA's; nil for none.
type Certificate struct {
	*x509.Certificate

	Key *rsa.PrivateKey
}

// Backend is the entity that the request goes to; Type is Single or Pool.
type Backend struct{ ID, Type, Region string }
