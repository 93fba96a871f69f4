package page

import (
	"time"

	"github.com/aoai-gateway/aoai-gateway/sandbox/network"
	"github.com/aoai-gateway/aoai-gateway/sandbox/recent"
)

// Snapshot is all that the page shows at one moment. Lists are in a lasting order.
type Snapshot struct {
	Time        time.Time        `json:"time"`
	Nodes       []Node           `json:"nodes"`
	Links       []Link           `json:"links"`
	Deployments []Deployment     `json:"deployments"`
	Faults      []network.Fault  `json:"faults"`
	Requests    []recent.Summary `json:"requests"`
}

// Health is what those who send requests think of a host.
type Health string

// The healths of a host. Unwatched is that of a host which nobody probes and no breaker
// guards, or which has not been asked yet.
const (
	Well      Health = "well"
	Partly    Health = "partly"
	Unwell    Health = "unwell"
	Unwatched Health = "unwatched"
)

// Node is a host that answers, or several names of one.
type Node struct {
	// Host is the name that links and faults use; Names are all.
	Host   string   `json:"host"`
	Names  []string `json:"names"`
	Kind   string   `json:"kind"`
	Region string   `json:"region,omitempty"`
	// URL is where the host answers on this machine.
	URL    string `json:"url"`
	Health Health `json:"health"`
	// Counts are those of all names.
	Counts network.Tally `json:"counts"`
	// Faults are those in force that concern the host, in a few words.
	Faults []string `json:"faults"`
}

// Link leads from a host to one that it sends requests to.
type Link struct {
	From   string `json:"from"`
	To     string `json:"to"`
	Health Health `json:"health"`
	// Views are what each edge location, instance or unit of From has found out.
	Views []View `json:"views"`
}

// View is To in the eyes of one part of From.
type View struct {
	// By is the edge location or instance, or the region and unit of a gateway.
	By string `json:"by"`
	// Name is what From calls it: an origin, or a backend with a breaker.
	Name string `json:"name"`
	// Breaker says that a circuit breaker tells the state, and not a probe.
	Breaker bool `json:"breaker,omitempty"`
	// Well is false for an origin that failed its probes and for an open breaker; Disabled is
	// an origin that is switched off.
	Well     bool `json:"well"`
	Disabled bool `json:"disabled,omitempty"`
	// OpenSeconds is how long a breaker stays open.
	OpenSeconds float64 `json:"openSeconds,omitempty"`
	LatencyMS   float64 `json:"latencyMs,omitempty"`
	// Requests are those that were sent to an origin.
	Requests int64 `json:"requests,omitempty"`
}

// Deployment is a model that an account answers with.
type Deployment struct {
	// Host is that of the account's node.
	Host  string `json:"host"`
	Name  string `json:"name"`
	Model string `json:"model"`
	SKU   string `json:"sku"`
	// Share is its part of all requests that deployments of the same name took, 0 to 1.
	Share            float64 `json:"share"`
	Requests         int64   `json:"requests"`
	Refused          int64   `json:"refused"`
	PromptTokens     int64   `json:"promptTokens"`
	CompletionTokens int64   `json:"completionTokens"`
	// Window is how many tokens count against Limit, which is for a minute.
	Window int `json:"window"`
	Limit  int `json:"limit"`
}
