package apim

import (
	"github.com/aoai-gateway/aoai-gateway/internal/azure"
	"github.com/aoai-gateway/aoai-gateway/internal/faults"
	"github.com/aoai-gateway/aoai-gateway/policies"
)

// LoadBalancing says how requests are spread over the accounts that have their
// model.
type LoadBalancing struct {
	// Strategy is round-robin or pool.
	//
	// round-robin gives each account its turn, by a counter in the gateway's
	// cache: strict where requests do not overlap. It takes accounts of the same
	// size, and nothing but ordinary backends.
	//
	// pool uses the service's own pools with weights, priorities and circuit
	// breakers: provisioned throughput first, pay-as-you-go as overflow. Take it
	// where accounts differ in size or price, and under much load. Pools are made
	// by a deployment stack (see components/apim/pool.go), which has not been tried
	// on Azure.
	Strategy string `json:"strategy" default:"round-robin"`
	// MaxAttempts is how many accounts one request may be sent to; 0 for
	// each account once, at most 50.
	MaxAttempts int `json:"maxAttempts"`
	// AttemptTimeoutSeconds is how long one account may take to the headers of its
	// answer; 10 to 240. The default gives way to TotalTimeoutSeconds where that is less: a
	// model may think for that long, and is paid once. Behind an account that never answers,
	// 8 seconds are left for another one. Lower it where no model thinks for long.
	AttemptTimeoutSeconds int `json:"attemptTimeoutSeconds" default:"222"`
	// TotalTimeoutSeconds is what the caller, or the edge before the gateway,
	// waits for the whole: each attempt gets what is left of it.
	// The default is below Front Door's 240.
	TotalTimeoutSeconds int `json:"totalTimeoutSeconds" default:"230"`
	// ExhaustedRetryAfterSeconds is what callers are told when all accounts are
	// busy and none said for how long; 1 to 3600. Callers are told 59 at
	// most: clients ignore more.
	ExhaustedRetryAfterSeconds int            `json:"exhaustedRetryAfterSeconds" default:"10"`
	CircuitBreaker             CircuitBreaker `json:"circuitBreaker"`
}

// Strategies are the ways to spread requests.
var Strategies = []string{"round-robin", "pool"}

// CircuitBreaker says when a deployment of an account is left alone. The gateway's policy
// leaves it alone for what its Retry-After asks for, or for TripSeconds; the service's own
// breaker for a second.
type CircuitBreaker struct {
	// Failures (429, 502, 503 or 504) within IntervalSeconds trip the service's breaker; 1 to
	// 10000.
	Failures int `json:"failures" default:"1"`
	// IntervalSeconds is 1 to 3600.
	IntervalSeconds int `json:"intervalSeconds" default:"60"`
	// TripSeconds is how long a deployment is left alone that failed while another one
	// served, and after how long one is asked again whose Retry-After is longer than twice
	// that; 1 to 3600.
	TripSeconds int `json:"tripSeconds" default:"10"`
}

// AttemptTimeout is how long one attempt may take, in seconds: the default gives way to a
// shorter whole.
func (b LoadBalancing) AttemptTimeout() int {
	if b.AttemptTimeoutSeconds == DefaultOptions().LoadBalancing.AttemptTimeoutSeconds {
		return min(b.AttemptTimeoutSeconds, b.TotalTimeoutSeconds)
	}
	return b.AttemptTimeoutSeconds
}

func (b LoadBalancing) validate(offered azure.APIMSKU, sku string) error {
	var list faults.List
	list.OneOf("strategy", b.Strategy, Strategies)
	if b.Strategy == "round-robin" && !offered.Cache {
		list.Add("strategy", "round-robin counts in the built-in cache, which %s does not have", sku).Remedy("use pool")
	}
	list.Between("maxAttempts", b.MaxAttempts, 0, azure.MaxRetries, "attempts")
	list.Between("attemptTimeoutSeconds", b.AttemptTimeoutSeconds, policies.LeastAttemptTimeout, azure.MaxForwardSeconds, "s")
	if b.TotalTimeoutSeconds < b.AttemptTimeout() {
		list.Add("totalTimeoutSeconds", "%d leaves no room for one attempt of %d", b.TotalTimeoutSeconds, b.AttemptTimeoutSeconds).About(b.TotalTimeoutSeconds).Remedy("raise it, or lower attemptTimeoutSeconds")
	}
	list.Between("totalTimeoutSeconds", b.TotalTimeoutSeconds, 10, 3600, "s")
	list.Between("exhaustedRetryAfterSeconds", b.ExhaustedRetryAfterSeconds, 1, 3600, "s")
	breaker := b.CircuitBreaker
	if !offered.Breakers && breaker != DefaultOptions().LoadBalancing.CircuitBreaker {
		list.Add("circuitBreaker", "has no effect on %s, which has none", sku).Remedy("remove it")
	}
	list.Between("circuitBreaker.failures", breaker.Failures, azure.BreakerFailures.Min, azure.BreakerFailures.Max, "failures")
	list.Between("circuitBreaker.intervalSeconds", breaker.IntervalSeconds, 1, 3600, "s")
	list.Between("circuitBreaker.tripSeconds", breaker.TripSeconds, 1, 3600, "s")
	return list.Err()
}
