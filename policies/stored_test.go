package policies_test

import (
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/aoai-gateway/aoai-gateway/policies"
)

// byID are three accounts, and a request for what one of them keeps.
const byID = noModel + `
template /v1/responses/{id}
parameter id resp_1
`

const (
	retrieve = "GET /v1/responses/resp_1"
	// followUp refers to what one account has stored.
	followUp = "POST /v1/responses\nContent-Type: application/json\n\n{\"model\":\"gpt\",\"previous_response_id\":\"resp_1\"}"
	// What an account says of a response that another one keeps. Sources: microsoft/agent-framework#6419
	// (previous_response_id), openclaw/openclaw#21782 (items), higress-group/higress#3841 (encrypted content).
	notFoundThere  = `404 Content-Type: application/json | {"error":{"code":null,"message":"Response with id 'resp_1' not found."}}`
	noPrevious     = `400 Content-Type: application/json | {"error":{"code":"previous_response_not_found","message":"Previous response with id 'resp_1' not found."}}`
	noItem         = `400 Content-Type: application/json | {"error":{"code":null,"message":"Item with id 'rs_1' not found. Items are not persisted when store is set to false."}}`
	notEncryptedBy = `400 Content-Type: application/json | {"error":{"code":"invalid_encrypted_content","message":"The encrypted content could not be verified."}}`
	ownMistake     = `400 Content-Type: application/json | {"error":{"code":"invalid_value","message":"Invalid value."}}`
)

// asked are the accounts that requests of a record went to, in order of their names.
func askedOf(record string) []string {
	var hosts []string
	for line := range strings.Lines(record) {
		if strings.HasPrefix(line, "> ") {
			_, rest, _ := strings.Cut(line, "https://")
			host, _, _ := strings.Cut(rest, ".example")
			hosts = append(hosts, host)
		}
	}
	return hosts
}

func storedBalancers() map[string]policies.Part {
	robin, pooled, consumption := balancer(), pool(), pool()
	robin.Stored.Backends, pooled.Stored.Backends, consumption.Stored.Backends = []string{"aa", "bb", "cc"}, []string{"aa", "bb", "cc"}, []string{"aa", "bb", "cc"}
	consumption.Consumption = true
	return map[string]policies.Part{"round robin": robin, "pool": pooled, "consumption": consumption}
}

// Nobody but the account knows what it keeps: the others say at once that they do not have
// it, and the gateway goes on until one has it.
func TestStoredThingsAreFound(t *testing.T) {
	t.Parallel()
	cases := []struct{ reason, lines, request, missing string }{
		{"a response by its id", byID, retrieve, notFoundThere},
		{"one that is deleted", byID, strings.Replace(retrieve, "GET", "DELETE", 1), notFoundThere},
		{"one that is cancelled, whatever the body says", byID, "POST /v1/responses/resp_1/cancel\nContent-Type: application/json\n\n{\"model\":\"gpt\"}", notFoundThere},
		{"a follow-up", noModel, followUp, noPrevious},
		{"items of an earlier answer", noModel, followUp, noItem},
		{"what another account has encrypted", noModel, followUp, notEncryptedBy},
	}
	for name, part := range storedBalancers() {
		for _, holder := range []string{"aa", "bb", "cc"} {
			for _, c := range cases {
				t.Run(name+"/"+holder+"/"+c.reason, func(t *testing.T) {
					t.Parallel()
					g := newGateway(t, c.lines+"answer https://"+holder+" => 200 Content-Type: application/json | {}\nanswer * => "+c.missing, policies.Model{}, part, policies.ManagedIdentity{}, policies.Errors{})
					record := g.send(c.request)
					require.Contains(t, record, "= 200 OK\n")
					hosts := askedOf(record)
					require.Equal(t, holder, hosts[len(hosts)-1])
					require.Contains(t, record, "x-gateway-backend: "+holder)
				})
			}
		}
	}
}

// Who was asked in vain is not to blame: requests for models still go to all accounts.
func TestSearchesBlameNobody(t *testing.T) {
	t.Parallel()
	for name, part := range storedBalancers() {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			once := ""
			for _, host := range []string{"aa", "bb"} {
				once += "answer https://" + host + " => " + noPrevious + "\nanswer https://" + host + " => 200\n"
			}
			g := newGateway(t, noModel+once+"answer * => 200", policies.Model{}, part, policies.Errors{})
			seen := map[string]bool{}
			for range 24 {
				record := g.send(followUp)
				require.Contains(t, record, "= 200 OK")
				require.NotContains(t, record, "# cache balance-waits")
				require.NotContains(t, record, "Failed:")
				hosts := askedOf(record)
				seen[hosts[len(hosts)-1]] = true
			}
			require.Len(t, seen, 3, "all of them: %v", seen)
			g = newGateway(t, byID+"answer https://cc => 200\nanswer * => "+notFoundThere, policies.Model{}, part, policies.Errors{})
			for range 6 {
				record := g.send(retrieve)
				require.NotContains(t, record, "# cache balance-waits")
				require.NotContains(t, record, "Failed:")
			}
		})
	}
}

// Who had a response is asked first for an hour, as clients do that wait for a response in
// the background.
func TestHoldersAreRemembered(t *testing.T) {
	t.Parallel()
	for name, part := range storedBalancers() {
		if name == "consumption" {
			continue // it has no cache
		}
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			g := newGateway(t, byID+strings.Repeat("answer https://cc => 200\n", 30)+"answer * => "+notFoundThere, policies.Model{}, part, policies.Errors{})
			for range 20 { // until somebody else was asked before, as chance has it
				if len(askedOf(g.send(retrieve))) > 1 {
					break
				}
			}
			for range 5 {
				require.Equal(t, []string{"cc"}, askedOf(g.send(retrieve)))
			}
			require.NoError(t, g.world.Sleep(t.Context(), 2*time.Hour))
			require.Contains(t, g.send(retrieve), "= 200 OK", "forgotten, and found again")
		})
	}
}

// A lost account, or a busy one, may be the one that has it: callers are told what is lost, and
// never that it is not there. What all accounts deny is told in their words.
func TestLostAccountsAreTold(t *testing.T) {
	t.Parallel()
	const lost = "is stored at one account alone"
	cases := []struct{ reason, lines, request, answers, status, body string }{
		{"nobody has it", byID, retrieve, "answer * => " + notFoundThere, "404", "Response with id 'resp_1' not found."},
		{"nobody has what is referred to", noModel, followUp, "answer * => " + noPrevious, "400", "previous_response_not_found"},
		{"one cannot be reached", byID, retrieve, "answer https://bb => refused\nanswer * => " + notFoundThere, "503", lost},
		{"one cannot be reached, in a conversation", noModel, followUp, "answer https://bb => refused\nanswer * => " + noPrevious, "503", lost},
		{"one fails", byID, retrieve, "answer https://bb => 500\nanswer * => " + notFoundThere, "503", lost},
		{"one does not let the gateway in", byID, retrieve, "answer https://bb => 403\nanswer * => " + notFoundThere, "503", lost},
		{"one is busy", byID, retrieve, "answer https://bb => 429 Retry-After: 7\nanswer * => " + notFoundThere, "429", "All models are busy"},
		{"one is busy, in a conversation", noModel, followUp, "answer https://bb => 429 Retry-After: 7\nanswer * => " + noPrevious, "429", "All models are busy"},
		{"the account's own mistake of the caller", noModel, followUp, "answer https://bb => " + ownMistake + "\nanswer * => " + noPrevious, "400", "invalid_value"},
	}
	for name, part := range storedBalancers() {
		if name == "consumption" {
			continue // it passes on what the last account said
		}
		for how, switches := range unavailable {
			for _, c := range cases {
				t.Run(name+"/"+how+"/"+c.reason, func(t *testing.T) {
					t.Parallel()
					g := newGatewayWith(t, switches, c.lines+strings.Repeat(c.answers+"\n", 20), policies.Model{}, part, policies.Errors{})
					for range 6 { // in whatever order they are asked
						record := g.send(c.request)
						require.Contains(t, record, "= "+c.status+" ", record)
						require.Contains(t, record, c.body, record)
					}
				})
			}
		}
	}
}

// An account that fails keeps nobody from what another one has, whichever is asked first, and
// is asked last afterwards.
func TestStoredThingsAreFoundBehindFailures(t *testing.T) {
	t.Parallel()
	for name, part := range storedBalancers() {
		for _, failure := range []string{"500", "401", "refused", "429 Retry-After: 1"} {
			t.Run(name+"/"+failure, func(t *testing.T) {
				t.Parallel()
				lines := byID + strings.Repeat("answer https://aa => "+failure+"\nanswer https://cc => 200\n", 60) + "answer * => " + notFoundThere
				g := newGateway(t, lines, policies.Model{}, part, policies.Errors{})
				for range 24 {
					record := g.send(retrieve)
					require.Contains(t, record, "= 200 OK", record)
					require.Contains(t, record, "x-gateway-backend: cc")
				}
			})
		}
	}
}

// One request costs no more attempts than the configuration says; who only says that it does
// not have the thing is not counted.
func TestSearchesAreNotBounded(t *testing.T) {
	t.Parallel()
	part := balancer()
	part.Stored.Backends, part.Attempts = []string{"aa", "bb", "cc"}, 1
	g := newGateway(t, byID+"answer https://cc => 200\nanswer * => "+notFoundThere, policies.Model{}, part, policies.Errors{})
	require.Contains(t, g.send(retrieve), "= 200 OK")
	g = newGateway(t, noModel+"answer * => 500", policies.Model{}, part, policies.Errors{})
	require.Len(t, askedOf(g.send(followUp)), 1)
}

// Gateways of a region ask its own accounts first.
func TestSearchesBeginNearby(t *testing.T) {
	t.Parallel()
	near := []policies.RegionRoute{{Region: "westeurope", Backends: []string{"cc"}}}
	robin, pooled := balancer(), pool()
	robin.Stored = policies.Stored{Backends: []string{"aa", "bb", "cc"}, Regions: near}
	near[0].Pool = "unused"
	pooled.Stored = robin.Stored
	for _, part := range []policies.Part{robin, pooled} {
		g := newGateway(t, byID+"region West Europe\nanswer * => 200", policies.Model{}, part, policies.Errors{})
		for range 5 {
			require.Equal(t, []string{"cc"}, askedOf(g.send(retrieve)))
		}
	}
}

// Reading an answer again costs no tokens, though the answer tells how many it had.
func TestReadingAgainCostsNoTokens(t *testing.T) {
	t.Parallel()
	part := balancer()
	part.Stored.Backends = []string{"aa"}
	g := newGateway(t, byID+"answer * => 200 Content-Type: application/json | "+used, policies.Model{},
		policies.Limited{Key: policies.ByCaller, Limits: policies.Limits{TokensPerMinute: 100}}, part, policies.TokenMetrics{}, policies.Errors{})
	for range 4 {
		record := g.send(retrieve)
		require.Contains(t, record, "= 200 OK")
		require.NotContains(t, record, "# count")
	}
}
