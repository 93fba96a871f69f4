package openai_test

import (
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

const responsesPath = "/openai/v1/responses"

// respond makes a response, with further members of the request's JSON.
func (a *account) respond(more string) got {
	a.t.Helper()
	return a.respondOf("gpt-4o", more)
}

func (a *account) respondOf(model, more string) got {
	a.t.Helper()
	answer := a.ask("POST", responsesPath, `{"model":"`+model+`",`+more+`}`)
	require.Equal(a.t, 200, answer.status, answer.raw)
	return answer
}

func (g got) message() any {
	inner, _ := g.body["error"].(map[string]any)
	return inner["message"]
}

func (g got) id() string {
	id, _ := g.body["id"].(string)
	return id
}

// ids are those of a list's entries.
func (g got) ids() []string {
	var ids []string
	list, _ := g.body["data"].([]any)
	for _, each := range list {
		ids = append(ids, each.(map[string]any)["id"].(string))
	}
	return ids
}

// The states and the cancel call are those of the section "Background tasks" of
// https://learn.microsoft.com/azure/foundry/openai/how-to/responses. How long each state lasts
// is the sandbox's choice.
func TestAResponseInTheBackground(t *testing.T) {
	t.Parallel()
	inAccount(t, 1000, "Standard", func(a *account) {
		made := a.respond(`"input":"Hello","background":true`)
		require.Equal(t, "queued", made.body["status"], made.raw)
		require.Empty(t, made.body["output"])
		path := responsesPath + "/" + made.id()
		early := a.ask("POST", responsesPath, `{"model":"gpt-4o","input":"And?","previous_response_id":"`+made.id()+`"}`)
		require.Equal(t, 400, early.status, "a response that has not ended cannot be built on: %s", early.raw)
		time.Sleep(1500 * time.Millisecond)
		require.Equal(t, "in_progress", a.ask("GET", path, "").body["status"])
		time.Sleep(2 * time.Second)
		done := a.ask("GET", path, "")
		require.Equal(t, "completed", done.body["status"])
		require.NotEmpty(t, done.body["output"])
		require.NotNil(t, done.body["usage"])

		direct := a.respond(`"input":"Hello"`)
		require.Equal(t, text(t, direct), text(t, done), "the same question has the same answer")

		slow := a.respond(`"input":"Hello","background":true`)
		for range 2 {
			cancelled := a.ask("POST", responsesPath+"/"+slow.id()+"/cancel", "")
			require.Equal(t, 200, cancelled.status, "cancelling again returns the response")
			require.Equal(t, "cancelled", cancelled.body["status"])
			require.Empty(t, cancelled.body["output"])
			time.Sleep(time.Minute)
		}
		require.Equal(t, "cancelled", a.ask("GET", responsesPath+"/"+slow.id(), "").body["status"])
	})
}

// text is that of a response's first message.
func text(t *testing.T, answer got) string {
	t.Helper()
	for _, item := range answer.body["output"].([]any) {
		if item := item.(map[string]any); item["type"] == "message" {
			return item["content"].([]any)[0].(map[string]any)["text"].(string)
		}
	}
	require.Fail(t, "no message", answer.raw)
	return ""
}

// Words of the cancel call are those of Microsoft's server of the API
// (azure-ai-agentserver-responses, contract tests of cancel); those of an unknown id are
// OpenAI's, as public reports show them.
func TestRefusalsOfResponses(t *testing.T) {
	t.Parallel()
	inAccount(t, 1000, "Standard", func(a *account) {
		direct := a.respond(`"input":"Hello"`).id()
		background := a.respond(`"input":"Hello","background":true`).id()
		time.Sleep(time.Minute)
		for _, c := range []struct {
			reason, method, path, body string
			status                     int
			message                    string
		}{
			{"a response that nobody made", "GET", "/resp_0", "", 404, "Response with id 'resp_0' not found."},
			{"input of one that nobody made", "GET", "/resp_0/input_items", "", 404, "Response with id 'resp_0' not found."},
			{"deleting one that nobody made", "DELETE", "/resp_0", "", 404, "Response with id 'resp_0' not found."},
			{"cancelling one that nobody made", "POST", "/resp_0/cancel", "", 404, "Response with id 'resp_0' not found."},
			{"an id of something else", "GET", "/msg_0", "", 400, "Invalid 'response_id': 'msg_0'. Expected an ID that begins with 'resp'."},
			{"an action that there is none of", "POST", "/" + direct + "/freeze", "", 404, "Resource not found"},
			{"a response that was not in the background", "POST", "/" + direct + "/cancel", "", 400, "Cannot cancel a synchronous response."},
			{"one that has ended", "POST", "/" + background + "/cancel", "", 400, "Cannot cancel a completed response."},
			{"a stream of one that was none", "GET", "/" + direct + "?stream=true", "", 400, "This response was not made with 'stream': true, so that it cannot be streamed."},
			{"in the background and not stored", "POST", "", `{"model":"gpt-4o","input":"a","background":true,"store":false}`, 400, "Background mode requires 'store' to be true: the answer is fetched later."},
			{"an item that nobody stored", "POST", "", `{"model":"gpt-4o","input":[{"type":"item_reference","id":"rs_0"}]}`, 400, "Item with id 'rs_0' not found. Items are not persisted when `store` is set to false. Try again with `store` set to true, or remove this item from your input."},
			{"input that is no item", "POST", "", `{"model":"gpt-4o","input":["a"]}`, 400, "Invalid type for 'input[0]': expected an object."},
			{"a page that is too large", "GET", "/" + direct + "/input_items?limit=101", "", 400, `Invalid 'limit': "101" is not a whole number from 1 to 100.`},
			{"an order that there is none of", "GET", "/" + direct + "/input_items?order=up", "", 400, `Invalid 'order': "up" is neither asc nor desc.`},
			{"another method", "PUT", "/" + direct, "{}", 405, "PUT is not allowed here."},
		} {
			answer := a.ask(c.method, responsesPath+c.path, c.body)
			require.Equal(t, c.status, answer.status, "%s: %s", c.reason, answer.raw)
			require.Equal(t, c.message, answer.message(), c.reason)
		}
	})
}

// A response keeps its input and that of the turns before it; order, limit and after are those
// of OpenAI's list of input items, which Azure's v1 API has.
func TestInputItems(t *testing.T) {
	t.Parallel()
	inAccount(t, 1000, "Standard", func(a *account) {
		first := a.respond(`"input":"One","instructions":"Be brief."`)
		second := a.respond(`"input":[{"role":"user","content":"Two"},{"type":"function_call_output","call_id":"call_1","output":"3"}],"previous_response_id":"` + first.id() + `"`)
		path := responsesPath + "/" + second.id() + "/input_items"
		all := a.ask("GET", path+"?order=asc", "")
		texts := []string{}
		for _, each := range all.body["data"].([]any) {
			item := each.(map[string]any)
			if content, isMessage := item["content"].([]any); isMessage {
				texts = append(texts, content[0].(map[string]any)["text"].(string))
			} else {
				texts = append(texts, item["output"].(string))
			}
		}
		require.Equal(t, []string{"One", text(t, first), "Two", "3"}, texts, "instructions are no input")
		backwards := slices.Clone(all.ids())
		slices.Reverse(backwards)
		require.Equal(t, backwards, a.ask("GET", path, "").ids(), "the newest comes first by default")
		page := a.ask("GET", path+"?limit=2", "")
		require.Equal(t, backwards[:2], page.ids())
		require.Equal(t, true, page.body["has_more"])
		rest := a.ask("GET", path+"?limit=2&after="+page.body["last_id"].(string), "")
		require.Equal(t, backwards[2:], rest.ids())
		require.Equal(t, false, rest.body["has_more"])

		again := a.respond(`"input":[{"type":"item_reference","id":"` + backwards[0] + `"}]`)
		require.Equal(t, backwards[:1], a.ask("GET", responsesPath+"/"+again.id()+"/input_items", "").ids(), "an item that the account keeps can be referred to")
	})
}

// A later turn has an answer of its own, and its tokens are those of all turns.
func TestATurnBuildsOnThoseBefore(t *testing.T) {
	t.Parallel()
	inAccount(t, 1000, "Standard", func(a *account) {
		first, other := a.respond(`"input":"One"`), a.respond(`"input":"Another"`)
		turn := func(before got) got {
			return a.respond(`"input":"And then?","previous_response_id":"` + before.id() + `"`)
		}
		require.NotEqual(t, text(t, turn(first)), text(t, turn(other)))
		tokens := func(answer got) float64 { return answer.body["usage"].(map[string]any)["input_tokens"].(float64) }
		alone := tokens(a.respond(`"input":"And then?"`))
		require.Greater(t, tokens(turn(first)), alone+tokens(first))

		require.Equal(t, 200, a.ask("DELETE", responsesPath+"/"+first.id(), "").status)
		gone := a.ask("POST", responsesPath, `{"model":"gpt-4o","input":"a","previous_response_id":"`+first.id()+`"}`)
		require.Equal(t, "previous_response_not_found", gone.code())
	})
}

// Azure keeps responses for 30 days: section "Delete response" of
// https://learn.microsoft.com/azure/foundry/openai/how-to/responses.
func TestResponsesAreKeptForAMonth(t *testing.T) {
	t.Parallel()
	inAccount(t, 1000, "Standard", func(a *account) {
		id := a.respond(`"input":"Hello"`).id()
		time.Sleep(30*24*time.Hour - time.Minute)
		require.Equal(t, 200, a.ask("GET", responsesPath+"/"+id, "").status)
		time.Sleep(time.Minute)
		require.Equal(t, 404, a.ask("GET", responsesPath+"/"+id, "").status)
	})
}

// What an account keeps is bounded by its size, and not by how many responses there are.
func TestTheOldestResponsesGo(t *testing.T) {
	t.Parallel()
	inAccount(t, 1_000_000, "Standard", func(a *account) {
		long := strings.Repeat("word ", 400_000)
		var ids []string
		for i := range 20 {
			ids = append(ids, a.respond(fmt.Sprintf(`"input":"%d %s"`, i, long)).id())
		}
		status := func(id string) int { return a.ask("GET", responsesPath+"/"+id, "").status }
		require.Equal(t, 404, status(ids[0]))
		require.Equal(t, 200, status(ids[len(ids)-1]))
	})
}

// events are the JSON of a stream's events, and the kinds in their order.
func events(t *testing.T, raw string) (kinds []string, bodies []map[string]any) {
	t.Helper()
	for each := range strings.SplitSeq(strings.TrimSpace(raw), "\n\n") {
		name, data, _ := strings.Cut(each, "\n")
		var body map[string]any
		require.NoError(t, json.Unmarshal([]byte(strings.TrimPrefix(data, "data: ")), &body))
		require.Equal(t, strings.TrimPrefix(name, "event: "), body["type"])
		kinds, bodies = append(kinds, body["type"].(string)), append(bodies, body)
	}
	return kinds, bodies
}

// The events are those of the section "Streaming events" of OpenAI's reference of responses,
// whose API Azure's v1 API is; a stream in the background can be taken up again by
// starting_after, as Azure's page on responses says.
func TestStreamsOfResponses(t *testing.T) {
	t.Parallel()
	inAccount(t, 1000, "Standard", func(a *account) {
		kinds, bodies := events(t, a.respond(`"input":"Hello","stream":true`).raw)
		require.Equal(t, []string{"response.created", "response.in_progress", "response.output_item.added", "response.content_part.added"}, kinds[:4])
		require.Equal(t, []string{"response.output_text.done", "response.content_part.done", "response.output_item.done", "response.completed"}, kinds[len(kinds)-4:])
		var deltas strings.Builder
		for i, body := range bodies {
			require.InDelta(t, i, body["sequence_number"], 0)
			if body["type"] == "response.output_text.delta" {
				deltas.WriteString(body["delta"].(string))
			}
		}
		last := bodies[len(bodies)-1]["response"].(map[string]any)
		require.Equal(t, text(t, got{body: last}), deltas.String())

		began := time.Now()
		inBackground := a.respond(`"input":"Hello","stream":true,"background":true`)
		require.GreaterOrEqual(t, time.Since(began), time.Second, "the stream is as slow as the response")
		kinds, bodies = events(t, inBackground.raw)
		require.Equal(t, []string{"response.created", "response.queued", "response.in_progress"}, kinds[:3])
		id := bodies[0]["response"].(map[string]any)["id"].(string)
		resumed := a.ask("GET", responsesPath+"/"+id+"?stream=true&starting_after=4", "")
		require.Equal(t, http.StatusOK, resumed.status)
		_, again := events(t, resumed.raw)
		require.Equal(t, bodies[5:], again)
	})
}

// What the request says is repeated in the response.
func TestAResponseRepeatsItsParameters(t *testing.T) {
	t.Parallel()
	inAccount(t, 1000, "Standard", func(a *account) {
		given := map[string]any{
			"instructions": "Be brief.", "max_output_tokens": 500.0, "metadata": map[string]any{"team": "a"}, "temperature": 0.5, "top_p": 0.9,
			"truncation": "auto", "user": "u1", "store": false, "parallel_tool_calls": false,
		}
		request := maps.Clone(given)
		request["model"], request["input"] = "gpt-4o", "Hello"
		encoded, err := json.Marshal(request)
		require.NoError(t, err)
		answer := a.ask("POST", responsesPath, string(encoded))
		for name, value := range given {
			require.Equal(t, value, answer.body[name], name)
		}
	})
}

// Dated versions before the first one with the Responses API say which that is.
func TestResponsesNeedAVersion(t *testing.T) {
	t.Parallel()
	inAccount(t, 1000, "Standard", func(a *account) {
		const body = `{"model":"gpt-4o","input":"Hello"}`
		old := a.ask("POST", "/openai/responses?api-version=2024-10-21", body)
		require.Equal(t, 400, old.status)
		require.Equal(t, "Azure OpenAI Responses API is enabled only for api-version 2025-03-01-preview and later", old.message())
		require.Equal(t, 400, a.ask("GET", "/openai/responses/resp_1?api-version=2024-10-21", "").status)
		for _, path := range []string{"/openai/responses?api-version=2025-03-01-preview", "/openai/v1/responses", "/openai/v1/responses?api-version=preview"} {
			require.Equal(t, 200, a.ask("POST", path, body).status, path)
		}
	})
}
