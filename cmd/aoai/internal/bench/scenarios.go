package bench

import (
	"net/http"
	"time"

	"github.com/aoai-gateway/aoai-gateway/internal/azure"
	"github.com/aoai-gateway/aoai-gateway/sandbox/lab"
	"github.com/aoai-gateway/aoai-gateway/sandbox/network"
)

// Scenario is a load with something that goes wrong.
type Scenario struct {
	Name, Says string
	// shape changes the backends; nil leaves them alike.
	shape  func(backends []lab.Backend)
	faults func(backends []lab.Backend) []network.Fault
	load   Load
	// sized makes the load by the backends' capacity instead; nil for load.
	sized func(backends []lab.Backend) Load
	// one says that the faults hit the first of the backends that they are given: each is
	// broken in turn.
	one bool
	// counts chooses the requests that count; nil for all. The others are there to go wrong.
	counts func(load Load, number int) bool
	// servable says that some backend could have served every request, so that each
	// failure is one that the policy is to blame for.
	servable bool
	// hopeless says that no other attempt could have helped: more than one a request
	// is waste.
	hopeless bool
	// breaks says that answers break off after they began, which only a policy can mend
	// that holds whole answers back.
	breaks bool
}

// modelMS is how long a model takes in the scenarios, and pieceMS is between the pieces
// of a stream, of which there are streamPieces, in milliseconds. Where spreads are
// measured, a model takes up to jitterMS more.
const modelMS, jitterMS, pieceMS, streamPieces = 300, 200, 20, 27

func everyday(requests int) Load {
	return Load{Requests: requests, Callers: 8, Pause: 200 * time.Millisecond}
}

func first(fault network.Fault) func([]lab.Backend) []network.Fault {
	return func(backends []lab.Backend) []network.Fault {
		fault.Host = backends[0].Host()
		return []network.Fault{fault}
	}
}

func all(fault network.Fault) func([]lab.Backend) []network.Fault {
	return func(backends []lab.Backend) []network.Fault {
		faults := make([]network.Fault, len(backends))
		for i, backend := range backends {
			faults[i] = fault
			faults[i].Host = backend.Host()
			if fault.RetryAfterSeconds > 0 {
				faults[i].RetryAfterSeconds += 2 * i
			}
		}
		return faults
	}
}

// capacities gives backends so many thousand tokens a minute, and weights alike.
func capacities(units ...int) func([]lab.Backend) {
	return func(backends []lab.Backend) {
		for i := range backends {
			n := units[min(i, len(units)-1)]
			backends[i].Capacity, backends[i].Weight = n, n/units[0]
		}
	}
}

// Scenarios are what policies are measured by.
func Scenarios() []Scenario {
	const status = "status"
	return append([]Scenario{
		{Name: "healthy", Says: "nothing goes wrong", load: everyday(300), servable: true},
		{
			Name: "one-429", Says: "one backend is throttled: 429 with a Retry-After of 10 s, whenever it is asked", load: everyday(300), servable: true,
			one: true, faults: first(network.Fault{Kind: status, Status: http.StatusTooManyRequests, RetryAfterSeconds: 10}),
		},
		{
			Name: "all-429", Says: "all backends are throttled, for 20 s and more", load: everyday(120),
			faults: all(network.Fault{Kind: status, Status: http.StatusTooManyRequests, RetryAfterSeconds: 20}),
		},
		{
			Name: "500-storm", Says: "one backend answers 500 to two requests of three", load: everyday(300), servable: true,
			one: true, faults: first(network.Fault{Kind: status, Status: http.StatusInternalServerError, Share: 0.66}),
		},
		{
			Name: "reset-before", Says: "one backend breaks connections off before it answers", load: everyday(300), servable: true,
			one: true, faults: first(network.Fault{Kind: "reset"}),
		},
		{
			Name: "reset-in-stream", Says: "one backend breaks off in the middle of a stream", load: streaming(300), breaks: true,
			one: true, faults: first(network.Fault{Kind: "reset-stream", AfterBytes: 1500}),
		},
		{
			Name: "slow-backend", Says: "one backend takes 20 s", load: everyday(200), servable: true,
			one: true, faults: first(network.Fault{Kind: "latency", DelayMS: 20_000}),
		},
		{Name: "hang", Says: "one backend never answers", load: everyday(90), servable: true, one: true, faults: first(network.Fault{Kind: "hang"})},
		{
			Name: "flapping", Says: "one backend answers 503 for 2 s, then works for 2 s", load: everyday(300), servable: true,
			one: true, faults: first(network.Fault{Kind: status, Status: http.StatusServiceUnavailable, OnMS: 2000, OffMS: 2000}),
		},
		{
			Name: "capacity-1:3", Says: "one backend of 20,000 tokens a minute and others of 60,000, asked for four fifths of it all", shape: capacities(20, 60), servable: true,
			sized: fourFifths,
		},
		{
			Name: "provisioned", Says: "provisioned throughput first, with pay-as-you-go for what is beyond", shape: provisioned, servable: true,
			load: Load{Requests: 300, Callers: 8, Pause: 300 * time.Millisecond, MaxTokens: 300},
		},
		{
			Name: "token-endpoint-down", Says: "the gateway's identity gets no token", load: everyday(60), hopeless: true,
			faults: login(network.Fault{Kind: "unreachable"}),
		},
		{
			Name: "token-endpoint-down-later", Says: "the endpoint goes down after the first token, which is kept", load: everyday(300), servable: true,
			faults: login(network.Fault{Kind: "unreachable", Skip: 8}),
		},
		{
			Name: "model-400", Says: "the model refuses every request with 400", load: everyday(120), hopeless: true,
			faults: all(network.Fault{Kind: status, Status: http.StatusBadRequest}),
		},
		{
			Name: "large-post", Says: "requests of 4 MB, and one backend that answers 503", servable: true,
			load: Load{Requests: 12, Callers: 4, Pause: time.Second, BodyBytes: 4 << 20, MaxTokens: 10},
			one:  true, faults: first(network.Fault{Kind: status, Status: http.StatusServiceUnavailable}),
		},
		{
			Name: "region-lost", Says: "the region of all backends but the last is lost", load: everyday(300), servable: true, shape: regions,
			faults: func([]lab.Backend) []network.Fault {
				return []network.Fault{{Region: "lostregion", Kind: "unreachable"}}
			},
		},
		{Name: "dns", Says: "the name of one backend is not found", load: everyday(300), servable: true, one: true, faults: first(network.Fault{Kind: "dns"})},
		{Name: "all-down", Says: "no backend can be reached", load: everyday(60), faults: all(network.Fault{Kind: "unreachable"})},
	}, situations()...)
}

// fourFifths asks for that much of what all backends together give in a minute, for three
// minutes.
func fourFifths(backends []lab.Backend) Load {
	const tokens, callers, minutes = 500, 4, 3
	total := 0
	for _, backend := range backends {
		total += backend.Capacity * 1000
	}
	rate := total * 4 / 5 / (tokens + 6) // requests a minute; 6 tokens are the prompt's
	pause := time.Minute*callers/time.Duration(rate) - modelMS*time.Millisecond
	return Load{Requests: rate * minutes, Callers: callers, Pause: max(0, pause), MaxTokens: tokens}
}

func streaming(requests int) Load {
	load := everyday(requests)
	load.Stream = true
	return load
}

func login(fault network.Fault) func([]lab.Backend) []network.Fault {
	fault.Host = azure.LoginHost
	return func([]lab.Backend) []network.Fault { return []network.Fault{fault} }
}

// provisioned makes the first backend provisioned throughput, which is used before the
// others: 25 units are about two thirds of what the scenario asks for in a minute.
func provisioned(backends []lab.Backend) {
	for i := range backends {
		backends[i].Priority = 2
	}
	backends[0].Priority, backends[0].SKU, backends[0].Capacity = 1, "ProvisionedManaged", 25
}

// regions puts all backends but the last into a region that is lost.
func regions(backends []lab.Backend) {
	for i := range len(backends) - 1 {
		backends[i].Region = "lostregion"
	}
}
