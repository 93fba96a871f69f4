package bench

import (
	"fmt"
	"net/http"
	"time"

	"github.com/aoai-gateway/aoai-gateway/sandbox/lab"
	"github.com/aoai-gateway/aoai-gateway/sandbox/network"
)

// situations are scenarios of loads that users complain about: several models, requests that
// are the fault themselves, models that think, accounts that are not set up, and clients that
// ask again.
func situations() []Scenario {
	const status = "status"
	list := []Scenario{
		{
			Name: "chat-throttled", Says: "chat is throttled at all accounts; counted is embeddings", load: mixed(300, 2), servable: true, counts: asks(embeddings),
			faults: all(network.Fault{Kind: status, Path: "chat/completions", Status: http.StatusTooManyRequests, RetryAfterSeconds: 30}),
		},
		{
			Name: "embeddings-throttled", Says: "embeddings, 1 % of the load, are throttled for 60 s; counted is chat", load: mixed(500, 100), servable: true, counts: asks(chat),
			faults: all(network.Fault{Kind: status, Path: "embeddings", Status: http.StatusTooManyRequests, RetryAfterSeconds: 60}),
		},
		{
			Name: "poison", Says: "1 % of the requests make every model answer 500; counted are the others", load: poisoned(300), servable: true, counts: asks(chat),
			faults: all(network.Fault{Kind: status, Path: "gpt-4o/completions", Status: http.StatusInternalServerError}),
		},
		{
			Name: "retry-after-300", Says: "one account says Retry-After 300 once, at four fifths of what all give", shape: capacities(20), sized: atRate(0.8, 5*time.Minute+30*time.Second, 0), servable: true,
			one: true, faults: first(network.Fault{Kind: status, Status: http.StatusTooManyRequests, RetryAfterSeconds: 300, Times: 1}),
		},
		{
			Name: "demand-190", Says: "for a minute 190 % of what all accounts give, by clients that retry twice", shape: capacities(20), sized: atRate(1.9, time.Minute, 2), servable: true,
		},
		{
			Name: "one-408", Says: "one account answers 408", load: everyday(300), servable: true,
			one: true, faults: first(network.Fault{Kind: status, Status: http.StatusRequestTimeout}),
		},
		{
			Name: "cut-answer", Says: "one account breaks answers off half way, that are not streamed", load: everyday(300), servable: true,
			one: true, faults: first(network.Fault{Kind: "reset-stream", AfterBytes: 200}),
		},
		{
			Name: "all-down-retried", Says: "no account can be reached, by clients that retry twice", load: retried(60),
			faults: all(network.Fault{Kind: "unreachable"}),
		},
		{
			Name: "all-500-retried", Says: "all accounts answer 500, to clients that retry twice", load: retried(60),
			faults: all(network.Fault{Kind: status, Status: http.StatusInternalServerError}),
		},
		{
			Name: "all-503-retried", Says: "all accounts answer 503, to clients that retry twice", load: retried(60),
			faults: all(network.Fault{Kind: status, Status: http.StatusServiceUnavailable}),
		},
	}
	for _, seconds := range []int{120, 150, 220} {
		for _, stream := range []bool{false, true} {
			name, says := fmt.Sprintf("thinks-%d", seconds), fmt.Sprintf("models think for %d s", seconds)
			if stream {
				name, says = name+"-stream", says+", then stream"
			}
			load := Load{Requests: 24, Callers: 8, Pause: time.Second, TakesMS: seconds * 1000, Stream: stream}
			list = append(list, Scenario{Name: name, Says: says, load: load, servable: true})
		}
	}
	for code, says := range map[int]string{
		http.StatusUnauthorized: "the gateway's identity is not known there yet", http.StatusForbidden: "a role is missing there",
		http.StatusNotFound: "the deployment is missing there", http.StatusGone: "the model is retired there",
	} {
		list = append(list, Scenario{
			Name: fmt.Sprintf("one-%d", code), Says: fmt.Sprintf("one account answers %d: %s", code, says), load: everyday(300), servable: true,
			one: true, faults: first(network.Fault{Kind: status, Status: code}),
		})
	}
	return list
}

// What requests ask for, beside chat. Poison is a call that an account answers in its own
// way, so that a fault can hit it alone.
var (
	embeddings = question{"embeddings", "embeddings"}
	poison     = question{"gpt-4o", "completions"}
)

// asks counts the requests for something.
func asks(what question) func(load Load, number int) bool {
	return func(load Load, number int) bool { return load.question(number) == what }
}

// mixed is chat with embeddings, one of so many requests.
func mixed(requests, each int) Load {
	load := everyday(requests)
	load.Ask = func(number int) question {
		if number%each == each/2 {
			return embeddings
		}
		return chat
	}
	return load
}

func poisoned(requests int) Load {
	load := everyday(requests)
	load.Ask = func(number int) question {
		if number%100 == 50 {
			return poison
		}
		return chat
	}
	return load
}

func retried(requests int) Load {
	load := everyday(requests)
	load.Retries = 2
	return load
}

// atRate is an open load of a share of what all backends give.
func atRate(share float64, during time.Duration, retries int) func(backends []lab.Backend) Load {
	const tokens = 500
	return func(backends []lab.Backend) Load {
		total := 0
		for _, backend := range backends {
			total += backend.Capacity * 1000
		}
		rate := float64(total) * share / (tokens + 6) / 60 // 6 tokens are the prompt's
		return Load{Requests: int(rate * during.Seconds()), Rate: rate, Retries: retries, MaxTokens: tokens}
	}
}
