package bench

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"sync"

	"github.com/aoai-gateway/aoai-gateway/policies"
	"github.com/aoai-gateway/aoai-gateway/sandbox/lab"
)

// Backends are n alike, with the names account-1, account-2, ...
func Backends(n int) []lab.Backend {
	list := make([]lab.Backend, n)
	for i := range list {
		list[i] = lab.Backend{ID: fmt.Sprintf("account-%d", i+1)}
	}
	return list
}

// Ours are this project's balancers over some backends, each with all that goes
// around it in a deployment.
func Ours(backends []lab.Backend) ([]Policy, error) {
	ids := func(model string) []string {
		list := make([]string, len(backends))
		for i, backend := range backends {
			list[i] = backend.Of(model)
		}
		return list
	}
	var list []Policy
	for name, balancer := range map[string]policies.Part{
		"round-robin": policies.RoundRobin{
			Name: "bench", Waits: policies.DefaultWaits(), Timeouts: policies.DefaultAttemptTimeouts(), Routes: []policies.Route{{Model: "gpt-4o", Backends: ids("gpt-4o")}, {Model: "embeddings", Backends: ids("embeddings")}},
		},
		"pool": policies.Pool{
			Waits: policies.DefaultWaits(), Timeouts: policies.DefaultAttemptTimeouts(),
			Routes: []policies.PoolRoute{{Pool: "pool-gpt-4o", Route: policies.Route{Model: "gpt-4o", Backends: ids("gpt-4o")}}, {Pool: "pool-embeddings", Route: policies.Route{Model: "embeddings", Backends: ids("embeddings")}}},
		},
	} {
		rendered, err := policies.Compose(policies.Access{SubscriptionKey: true}, policies.Model{}, balancer, policies.ManagedIdentity{}, policies.Errors{})
		if err != nil {
			return nil, fmt.Errorf("rendering %s: %w", name, err)
		}
		list = append(list, Policy{Name: name, Document: rendered.Document, PerDeployment: true})
	}
	slices.SortFunc(list, func(a, b Policy) int { return strings.Compare(b.Name, a.Name) })
	// Round robin needs no breakers, and keeps its promises without them.
	bare := list[0]
	bare.Name, bare.WithoutBreakers = "no-breakers", true
	return append(list, bare), nil
}

// Chance is what rotations are compared with: every request goes anywhere.
func Chance(backends []lab.Backend) Policy {
	ids := make([]string, len(backends))
	for i, backend := range backends {
		ids[i] = `"` + backend.ID + `"`
	}
	return Policy{Name: "chance", Document: `<policies><inbound><base />
		<set-backend-service backend-id="@(new [] {` + strings.Join(ids, ", ") + `}[new Random().Next(` + strconv.Itoa(len(ids)) + `)])" />
		<authentication-managed-identity resource="https://cognitiveservices.azure.com" /></inbound>
		<backend><forward-request buffer-request-body="true" /></backend><outbound><base /></outbound><on-error><base /></on-error></policies>`}
}

// locked makes a source of chance good for many requests at once.
func locked(random func() float64) func() float64 {
	var mu sync.Mutex
	return func() float64 {
		mu.Lock()
		defer mu.Unlock()
		return random()
	}
}
