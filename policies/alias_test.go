package policies_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/aoai-gateway/aoai-gateway/policies"
)

// aliased are two accounts that have gpt, and one that has old; a request asks for the alias
// chat in its body.
const aliased = `
base https://api.example/openai
backend aa https://aa.example/openai
backend bb https://bb.example/openai
backend cc https://cc.example/openai
backend path-aa https://aa.example/openai/deployments/gpt
backend path-bb https://bb.example/openai/deployments/gpt
backend path-cc https://cc.example/openai/deployments/old
pool models = aa bb
pool small = cc
`

const (
	aliasByBody = "POST /v1/responses\nContent-Type: application/json\n\n{\"model\":\"Chat\",\"input\":\"Hello\"}"
	aliasByPath = "POST /deployments/chat/chat/completions?api-version=1\nContent-Type: application/json\n\n{\"messages\":[]}"
	inPath      = "template /deployments/{deployment-id}/chat/completions\nparameter deployment-id chat\n"
)

func aliasBalancers() map[string]policies.Part {
	robin, pooled := balancer(), pool()
	robin.Routes = []policies.Route{{Model: "gpt", Backends: []string{"aa", "bb"}}, {Model: "old", Backends: []string{"cc"}}}
	pooled.Routes = []policies.PoolRoute{{Pool: "models", Route: policies.Route{Model: "gpt", Backends: []string{"aa", "bb"}}}, {Pool: "small", Route: policies.Route{Model: "old", Backends: []string{"cc"}}}}
	robin.Aliases = []policies.Alias{{Name: "chat", Models: []string{"gpt", "old"}}}
	pooled.Aliases = robin.Aliases
	return map[string]policies.Part{"round robin": robin, "pool": pooled}
}

// The first deployment of an alias answers, on whichever account; the next one does where the
// accounts of the first are busy, fail, or do not have it. Each account is asked for its own
// deployment, by path as in a body.
func TestAliasesLeadToDeployments(t *testing.T) {
	t.Parallel()
	cases := []struct{ reason, answers, last, deployment, attempts string }{
		{"all are well", "answer * => 200", "", "gpt", "1"},
		{"one account of the first is busy", "answer https://aa => 429 Retry-After: 7\nanswer * => 200", "bb", "gpt", ""},
		{"the first is busy", "answer https://cc => 200\nanswer * => 429 Retry-After: 7", "cc", "old", "3"},
		{"the first is missing", "answer https://cc => 200\nanswer * => 404", "cc", "old", "3"},
		{"the first cannot be reached", "answer https://cc => 200\nanswer * => refused", "cc", "old", "3"},
	}
	for name, part := range aliasBalancers() {
		for _, c := range cases {
			t.Run(name+"/"+c.reason, func(t *testing.T) {
				t.Parallel()
				record := newGateway(t, aliased+c.answers, policies.Model{}, part, policies.Errors{}).send(aliasByBody)
				require.Contains(t, record, "= 200 OK", record)
				require.Contains(t, record, "x-gateway-model: "+c.deployment+"\n")
				require.Contains(t, record, "x-gateway-attempts: "+c.attempts)
				hosts := askedOf(record)
				if c.last != "" {
					require.Equal(t, c.last, hosts[len(hosts)-1])
				}
				for line := range strings.Lines(record) {
					if strings.HasPrefix(line, "> ") {
						require.Contains(t, line, ".example/openai/v1/responses")
					}
				}
				require.Contains(t, record, `"model":"`+c.deployment+`"`)
				require.NotContains(t, strings.ToLower(record), `"model":"chat"`)

				record = newGateway(t, aliased+inPath+c.answers, policies.Model{}, part, policies.Errors{}).send(aliasByPath)
				require.Contains(t, record, "= 200 OK", record)
				require.Contains(t, record, ".example/openai/deployments/"+c.deployment+"/chat/completions?api-version=1\n")
				require.NotContains(t, record, "/deployments/chat")
				require.Contains(t, record, "x-gateway-model: "+c.deployment+"\n")
			})
		}
	}
}

// What is known of a deployment that is busy holds for its alias, too, until its time is over.
func TestAliasesRememberWhoIsBusy(t *testing.T) {
	t.Parallel()
	for name, part := range aliasBalancers() {
		for kind, lines := range map[string]string{aliasByBody: "", aliasByPath: inPath} {
			t.Run(name+"/"+lines, func(t *testing.T) {
				t.Parallel()
				g := newGateway(t, aliased+lines+"answer https://aa => 429 Retry-After: 7\nanswer https://bb => 429 Retry-After: 7\nanswer * => 200", policies.Model{}, part, policies.Errors{})
				require.Equal(t, "cc", lastOf(g.send(kind)))
				for range 4 {
					require.Equal(t, []string{"cc"}, askedOf(g.send(kind)))
				}
			})
		}
	}
}

func lastOf(record string) string {
	hosts := askedOf(record)
	return hosts[len(hosts)-1]
}

// When no deployment of an alias can serve, callers are told what they are told of a model.
func TestAliasesThatNobodyServes(t *testing.T) {
	t.Parallel()
	for name, part := range aliasBalancers() {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			g := newGateway(t, aliased+"answer * => 429 Retry-After: 7", policies.Model{}, part, policies.Errors{})
			record := g.send(aliasByBody)
			require.Contains(t, record, "= 429 Too Many Requests")
			require.Len(t, askedOf(record), 3)
			record = g.send(aliasByBody)
			require.Contains(t, record, "= 429 Too Many Requests")
			require.Contains(t, record, "x-gateway-exhausted: true", "known to be busy")
			require.Empty(t, askedOf(record))
			record = newGateway(t, aliased+"answer * => 404 Content-Type: application/json | {}", policies.Model{}, part, policies.Errors{}).send(aliasByBody)
			require.Contains(t, record, "= 404 Not Found")
			require.Len(t, askedOf(record), 3)
		})
	}
}

// A conversation by an alias goes on where it is stored, even if that account's deployment is
// not the preferred one.
func TestAliasesFindConversations(t *testing.T) {
	t.Parallel()
	for name, part := range aliasBalancers() {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			g := newGateway(t, aliased+"answer https://cc => 200\nanswer * => "+noPrevious, policies.Model{}, part, policies.Errors{})
			record := g.send(strings.Replace(followUp, `"gpt"`, `"chat"`, 1))
			require.Contains(t, record, "= 200 OK", record)
			require.Equal(t, "cc", lastOf(record))
		})
	}
}

// GET models tells aliases, and a form, which a policy cannot change, is told what to do.
func TestAliasesAreTold(t *testing.T) {
	t.Parallel()
	for name, part := range aliasBalancers() {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			send := func(lines, request string) string {
				return newGateway(t, aliased+lines+"answer * => 200", policies.Model{}, part, policies.Errors{}).send(request)
			}
			require.Contains(t, send("", "GET /v1/models"), `{"id":"chat","object":"model","created":0,"owned_by":"azure"}`)
			require.Contains(t, send("template /v1/models/{model}\nparameter model chat\n", "GET /v1/models/chat"), `{"id":"chat"`)
			form := "Content-Type: multipart/form-data; boundary=x\n\n--x\r\nContent-Disposition: form-data; name=\"model\"\r\n\r\nchat\r\n--x--\r\n"
			record := send("", "POST /v1/audio/transcriptions\n"+form)
			require.Contains(t, record, "= 400 Bad Request", record)
			require.Contains(t, record, "A form cannot ask for an alias")
			record = send(strings.Replace(inPath, "chat/completions", "audio/transcriptions", 1), "POST /deployments/chat/audio/transcriptions\n"+form)
			require.Contains(t, record, "= 200 OK", record)
			require.Contains(t, record, ".example/openai/deployments/gpt/audio/transcriptions")
		})
	}
}

// Models are asked for by their own names as before.
func TestModelsBesideAliases(t *testing.T) {
	t.Parallel()
	for name, part := range aliasBalancers() {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			g := newGateway(t, aliased+"answer * => 200", policies.Model{}, part, policies.Errors{})
			for range 3 {
				record := g.send(strings.Replace(aliasByBody, "Chat", "old", 1))
				require.Equal(t, []string{"cc"}, askedOf(record))
				require.NotContains(t, record, "x-gateway-model")
			}
		})
	}
}

// Gateways prefer the deployment that comes first to one that is near, and of its accounts
// those that are near.
func TestAliasesPreferTheirOrderToRegions(t *testing.T) {
	t.Parallel()
	for name, part := range aliasBalancers() {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			near := func(id string) []policies.RegionRoute {
				return []policies.RegionRoute{{Region: "westeurope", Backends: []string{id}, Pool: "unused"}}
			}
			switch balancer := part.(type) {
			case policies.RoundRobin:
				balancer.Routes[0].Regions, balancer.Routes[1].Regions = near("bb"), near("cc")
			case policies.Pool:
				balancer.Routes[0].Regions, balancer.Routes[1].Regions = near("bb"), near("cc")
			}
			g := newGateway(t, aliased+"region West Europe\nanswer https://bb => 200\nanswer https://bb => 500\nanswer https://aa => 500\nanswer * => 200", policies.Model{}, part, policies.Errors{})
			require.Equal(t, []string{"bb"}, askedOf(g.send(aliasByBody)))
			require.Equal(t, []string{"bb", "aa", "cc"}, askedOf(g.send(aliasByBody)))
		})
	}
}

// Chats that a spent budget leads to an alias are served by its deployments.
func TestBudgetsLeadToAliases(t *testing.T) {
	t.Parallel()
	for name, part := range aliasBalancers() {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			byPath := strings.Replace(inPath, "parameter deployment-id chat", "parameter deployment-id gpt", 1)
			for request, lines := range map[string]string{chat: byPath, strings.Replace(aliasByBody, "Chat", "gpt", 1): ""} {
				g := newStoppable(t, policies.BudgetStopped, "chat", aliased+lines+"answer https://cc => 200\nanswer * => 404", part)
				record := g.send(request)
				require.Contains(t, record, "= 200 OK", record)
				require.Contains(t, record, "x-gateway-budget: chat")
				require.Contains(t, record, "x-gateway-model: old")
				require.Equal(t, "cc", lastOf(record))
			}
		})
	}
}

// The event of a completion tells which deployment answered, where callers ask for an alias and
// where they ask for a deployment.
func TestPromptLogsTellDeployments(t *testing.T) {
	t.Parallel()
	for name, part := range aliasBalancers() {
		for model, deployment := range map[string]string{"chat": "old", "old": "old"} {
			t.Run(name+"/"+model, func(t *testing.T) {
				t.Parallel()
				log := policies.PromptLog{Logger: "prompts", Chunks: 1, Aliases: true}
				g := newGateway(t, aliased+"answer https://cc => 200\nanswer * => 404", policies.Model{}, part, log, policies.Errors{})
				record := g.send(strings.Replace(aliasByBody, "Chat", model, 1))
				require.Contains(t, record, `"model":"`+model+`","deployment":"`+deployment+`"`, record)
			})
		}
	}
}
