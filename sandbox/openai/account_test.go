package openai_test

import (
	"encoding/base64"
	"encoding/json"
	"io"
	"maps"
	"net/http"
	"strconv"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/aoai-gateway/aoai-gateway/internal/arm"
	facts "github.com/aoai-gateway/aoai-gateway/internal/azure"
	"github.com/aoai-gateway/aoai-gateway/sandbox/azure"
	"github.com/aoai-gateway/aoai-gateway/sandbox/lab"
)

var caller = azure.Principal{ID: "5f8d3a1e-7c1b-4a53-9b0e-0a4d5d2f6c04", Type: "ServicePrincipal", Name: "caller"}

// account is an account that a caller may use.
type account struct {
	t   *testing.T
	lab *lab.Lab
}

const base = "https://models.openai.azure.com"

func inAccount(t *testing.T, capacity int, sku string, f func(a *account)) {
	t.Helper()
	backend := lab.Backend{ID: "models", Capacity: capacity, SKU: sku}
	options := lab.Options{Dir: t.TempDir(), Backends: []lab.Backend{backend}, Principals: []azure.Principal{caller}, Models: []azure.Offer{
		{Region: "swedencentral", SKU: "Standard", Model: "gpt-35-turbo-instruct", Version: "0914", Can: []facts.Capability{facts.Completions}},
		{Region: "swedencentral", SKU: "DataZoneStandard", Model: "gpt-4o", Version: "2024-11-20"},
	}}
	synctest.Test(t, func(t *testing.T) {
		l, err := lab.New(t.Context(), options)
		require.NoError(t, err)
		defer func() { require.NoError(t, l.Close()) }()
		id := lab.AccountID(backend)
		role := arm.CognitiveServicesOpenAIUser
		require.NoError(t, l.Put(id+"/providers/Microsoft.Authorization/roleAssignments/"+arm.AssignmentName(id, caller.ID, role), map[string]any{"properties": map[string]any{
			"principalId": caller.ID, "principalType": "ServicePrincipal", "roleDefinitionId": role.DefinitionID("00000000-0000-4000-8000-000000000002"),
		}}))
		f(&account{t, l})
	})
}

func (a *account) token(resource string) string {
	a.t.Helper()
	token, _, err := a.lab.Directory.ForApplication(caller, resource)
	require.NoError(a.t, err)
	return token
}

// got is an answer.
type got struct {
	status int
	header http.Header
	raw    string
	body   map[string]any
}

func (g got) code() any {
	inner, _ := g.body["error"].(map[string]any)
	return inner["code"]
}

// ask sends a request as the caller, with further headers of NAME: VALUE.
func (a *account) ask(method, path, body string, headers ...string) got {
	a.t.Helper()
	request, err := http.NewRequestWithContext(a.t.Context(), method, base+path, strings.NewReader(body))
	require.NoError(a.t, err)
	request.Header.Set("Authorization", "Bearer "+a.token("https://cognitiveservices.azure.com"))
	for _, header := range headers {
		name, value, _ := strings.Cut(header, ": ")
		request.Header.Set(name, value)
	}
	response, err := a.lab.Client().Do(request)
	require.NoError(a.t, err)
	defer func() { _ = response.Body.Close() }()
	raw, err := io.ReadAll(response.Body)
	require.NoError(a.t, err)
	answer := got{response.StatusCode, response.Header, string(raw), nil}
	_ = json.Unmarshal(raw, &answer.body)
	return answer
}

const (
	version = "?api-version=2024-10-21"
	chat    = "/openai/deployments/gpt-4o/chat/completions" + version
	hello   = `{"messages":[{"role":"user","content":"Hello"}]}`
)

// Every mistake is told in the API's own shape, with its status and code.
func TestRefusals(t *testing.T) {
	t.Parallel()
	inAccount(t, 1000, "Standard", func(a *account) {
		for _, c := range []struct {
			reason, method, path, body, header string
			status                             int
			code                               any
		}{
			{"a good request", "POST", chat, hello, "x: y", 200, nil},
			{"no version", "POST", "/openai/deployments/gpt-4o/chat/completions", hello, "x: y", 404, "404"},
			{"no such path", "POST", "/openai/nothing" + version, hello, "x: y", 404, "404"},
			{"not the API at all", "GET", "/favicon.ico", "", "x: y", 404, "404"},
			{"no such deployment", "POST", "/openai/deployments/none/chat/completions" + version, hello, "x: y", 404, "DeploymentNotFound"},
			{"a model that cannot", "POST", "/openai/deployments/embeddings/chat/completions" + version, hello, "x: y", 400, "OperationNotSupported"},
			{"another method", "PUT", chat, hello, "x: y", 405, "405"},
			{"no JSON", "POST", chat, "{", "x: y", 400, nil},
			{"no messages", "POST", chat, "{}", "x: y", 400, "missing_required_parameter"},
			{"empty messages", "POST", chat, `{"messages":[]}`, "x: y", 400, "empty_array"},
			{"tokens below 1", "POST", chat, `{"max_tokens":0,"messages":[{"role":"user","content":"Hello"}]}`, "x: y", 400, "integer_below_min_value"},
			{"temperature above 2", "POST", chat, `{"temperature":3,"messages":[{"role":"user","content":"Hello"}]}`, "x: y", 400, "decimal_above_max_value"},
			{"a model that is missing", "POST", "/openai/v1/chat/completions", hello, "x: y", 400, "missing_required_parameter"},
			{"what the filter refuses", "POST", chat, `{"messages":[{"role":"user","content":"sandbox:content-filter"}]}`, "x: y", 400, "content_filter"},
			{"no credentials", "POST", chat, hello, "Authorization: ", 401, "401"},
			{"a token for another resource", "POST", chat, hello, "Authorization: Bearer " + a.token("https://vault.azure.net"), 401, "Unauthorized"},
			{"a token that is none", "POST", chat, hello, "Authorization: Bearer x.y.z", 401, "Unauthorized"},
			{"a key, and keys are off", "POST", chat, hello, "api-key: 00000000000000000000000000000000", 403, "AuthenticationTypeDisabled"},
			{"a number that is none", "POST", chat, `{"max_tokens":"many","messages":[{"role":"user","content":"Hello"}]}`, "x: y", 400, "invalid_type"},
			{"too many answers", "POST", chat, `{"n":999,"messages":[{"role":"user","content":"Hello"}]}`, "x: y", 400, "invalid_value"},
			{"HEAD, which nobody has seen answered", "HEAD", "/status-0123456789abcdef", "", "x: y", 404, nil},
			{"too many dimensions", "POST", "/openai/deployments/embeddings/embeddings" + version, `{"input":"a","dimensions":9999}`, "x: y", 400, "invalid_value"},
			{"a response that was never stored", "POST", "/openai/v1/responses", `{"model":"gpt-4o","input":"a","previous_response_id":"resp_none"}`, "x: y", 400, "previous_response_not_found"},
		} {
			answer := a.ask(c.method, c.path, c.body, c.header)
			require.Equal(t, c.status, answer.status, "%s: %s", c.reason, answer.raw)
			require.Equal(t, c.code, answer.code(), "%s: %s", c.reason, answer.raw)
			if c.status >= 400 && c.method != "HEAD" {
				inner, _ := answer.body["error"].(map[string]any)
				require.NotEmpty(t, inner["message"], c.reason)
			}
		}
		require.Equal(t, 200, a.ask("GET", "/status-0123456789abcdef", "", "Authorization: ").status, "the status path needs nothing")
	})
}

// Keys work where local authentication is on, and only those of the account.
func TestKeys(t *testing.T) {
	t.Parallel()
	inAccount(t, 1000, "Standard", func(a *account) {
		id := lab.AccountID(lab.Backend{ID: "models"})
		body, err := a.lab.Get(id)
		require.NoError(t, err)
		properties, _ := body["properties"].(map[string]any)
		properties["disableLocalAuth"] = false
		require.NoError(t, a.lab.Put(id, body))
		keys, err := a.lab.Post(id + "/listKeys")
		require.NoError(t, err)
		require.NotEqual(t, keys["key1"], keys["key2"])
		for _, name := range []string{"key1", "key2"} {
			require.Equal(t, 200, a.ask("POST", chat, hello, "Authorization: ", "api-key: "+keys[name].(string)).status, name)
		}
		v1 := `{"model":"gpt-4o","messages":[{"role":"user","content":"Hello"}]}`
		require.Equal(t, 200, a.ask("POST", "/openai/v1/chat/completions", v1, "Authorization: Bearer "+keys["key1"].(string)).status, "the v1 API takes a key as a token")
		require.Equal(t, 401, a.ask("POST", chat, hello, "api-key: 00000000000000000000000000000000").status)
	})
}

// The same question has the same answer, streamed or not; another one another.
func TestAnswersFollowFromQuestions(t *testing.T) {
	t.Parallel()
	inAccount(t, 1000, "Standard", func(a *account) {
		text := func(body string) string {
			answer := a.ask("POST", chat, body)
			require.Equal(t, 200, answer.status, answer.raw)
			return answer.body["choices"].([]any)[0].(map[string]any)["message"].(map[string]any)["content"].(string)
		}
		require.Equal(t, text(hello), text(hello))
		require.NotEqual(t, text(hello), text(`{"messages":[{"role":"user","content":"Goodbye"}]}`))
		require.Len(t, strings.Fields(text(`{"max_tokens":5,"messages":[{"role":"user","content":"Hello"}]}`)), 5)

		streamed := a.ask("POST", chat, `{"stream":true,"stream_options":{"include_usage":true},"messages":[{"role":"user","content":"Hello"}]}`)
		var whole strings.Builder
		usage := 0.0
		events := strings.Split(strings.TrimSpace(streamed.raw), "\n\n")
		require.Equal(t, "data: [DONE]", events[len(events)-1])
		for _, event := range events[:len(events)-1] {
			var chunk struct {
				Choices []struct{ Delta struct{ Content string } }
				Usage   map[string]any
			}
			require.NoError(t, json.Unmarshal([]byte(strings.TrimPrefix(event, "data: ")), &chunk))
			for _, choice := range chunk.Choices {
				whole.WriteString(choice.Delta.Content)
			}
			if chunk.Usage != nil {
				usage, _ = chunk.Usage["total_tokens"].(float64)
			}
		}
		require.Equal(t, text(hello), whole.String())
		require.Positive(t, usage)
	})
}

// JSON and tool calls keep the caller's schema, so that clients which parse them can.
func TestShapedAnswers(t *testing.T) {
	t.Parallel()
	const schema = `{"type":"object","properties":{"city":{"type":"string"},"days":{"type":"array","items":{"type":"integer"}},"unit":{"enum":["C","F"]}},"required":["city","days","unit"]}`
	inAccount(t, 1000, "Standard", func(a *account) {
		message := func(more string) map[string]any {
			answer := a.ask("POST", chat, `{"messages":[{"role":"user","content":"Hello"}],`+more+`}`)
			require.Equal(t, 200, answer.status, answer.raw)
			return answer.body["choices"].([]any)[0].(map[string]any)["message"].(map[string]any)
		}
		want := map[string]any{"city": "sandbox", "days": []any{1.0}, "unit": "C"}
		var got map[string]any
		require.NoError(t, json.Unmarshal([]byte(message(`"response_format":{"type":"json_schema","json_schema":{"name":"w","schema":` + schema + `}}`)["content"].(string)), &got))
		require.Equal(t, want, got)
		tool := `"tools":[{"type":"function","function":{"name":"weather","parameters":` + schema + `}}],"tool_choice":`
		for _, choice := range []string{`"required"`, `{"type":"function","function":{"name":"weather"}}`} {
			calls := message(tool + choice)["tool_calls"].([]any)[0].(map[string]any)["function"].(map[string]any)
			require.Equal(t, "weather", calls["name"])
			require.NoError(t, json.Unmarshal([]byte(calls["arguments"].(string)), &got))
			require.Equal(t, want, got)
		}
		require.NotEmpty(t, message(tool + `"auto"`)["content"])
	})
}

// A role that a group has is its members'.
func TestRolesOfGroups(t *testing.T) {
	t.Parallel()
	group := "5f8d3a1e-7c1b-4a53-9b0e-0a4d5d2f6c02"
	member := azure.Principal{ID: "5f8d3a1e-7c1b-4a53-9b0e-0a4d5d2f6c07", Type: "User", Name: "member", Groups: []string{group}}
	backend := lab.Backend{ID: "models"}
	options := lab.Options{Dir: t.TempDir(), Backends: []lab.Backend{backend}, Principals: []azure.Principal{member, {ID: group, Type: "Group", Name: "team"}}}
	synctest.Test(t, func(t *testing.T) {
		l, err := lab.New(t.Context(), options)
		require.NoError(t, err)
		defer func() { require.NoError(t, l.Close()) }()
		token, _, err := l.Directory.ForApplication(member, "https://cognitiveservices.azure.com")
		require.NoError(t, err)
		a := &account{t, l}
		require.Equal(t, 401, a.ask("POST", chat, hello, "Authorization: Bearer "+token).status)
		id, role := lab.AccountID(backend), arm.CognitiveServicesOpenAIUser
		require.NoError(t, l.Put(id+"/providers/Microsoft.Authorization/roleAssignments/"+arm.AssignmentName(id, group, role), map[string]any{"properties": map[string]any{
			"principalId": group, "principalType": "Group", "roleDefinitionId": role.DefinitionID("00000000-0000-4000-8000-000000000002"),
		}}))
		require.Equal(t, 200, a.ask("POST", chat, hello, "Authorization: Bearer "+token).status)
	})
}

// The other calls of the API answer in their own shapes.
func TestOtherCalls(t *testing.T) {
	t.Parallel()
	inAccount(t, 1000, "Standard", func(a *account) {
		floats := a.ask("POST", "/openai/deployments/embeddings/embeddings"+version, `{"input":["one","two"],"dimensions":8}`)
		require.Equal(t, 200, floats.status, floats.raw)
		data := floats.body["data"].([]any)
		require.Len(t, data, 2)
		require.Len(t, data[0].(map[string]any)["embedding"], 8)
		encoded := a.ask("POST", "/openai/deployments/embeddings/embeddings"+version, `{"input":"one","encoding_format":"base64"}`)
		raw, err := base64.StdEncoding.DecodeString(encoded.body["data"].([]any)[0].(map[string]any)["embedding"].(string))
		require.NoError(t, err)
		require.Len(t, raw, 4*1536)

		number := a.ask("POST", "/openai/deployments/embeddings/embeddings"+version, `{"input":[1,2,3],"dimensions":4}`)
		require.Len(t, number.body["data"], 1, "a list of numbers is one text in tokens")
		require.InDelta(t, 3, number.body["usage"].(map[string]any)["prompt_tokens"], 0)
		lists := a.ask("POST", "/openai/deployments/embeddings/embeddings"+version, `{"input":[[1,2],[3,4]],"dimensions":4}`).body["data"].([]any)
		require.NotEqual(t, lists[0].(map[string]any)["embedding"], lists[1].(map[string]any)["embedding"])
		require.Equal(t, 400, a.ask("POST", "/openai/deployments/embeddings/embeddings"+version, `{"input":""}`).status)

		require.Equal(t, "OperationNotSupported", a.ask("POST", "/openai/deployments/gpt-4o/completions"+version, `{"prompt":"Hello"}`).code())
		two := a.ask("POST", chat, `{"n":2,"messages":[{"role":"user","content":"Hello"}]}`)
		require.Len(t, two.body["choices"], 2)

		first := a.ask("POST", "/openai/v1/responses", `{"model":"gpt-4o","input":"Hello"}`)
		require.Equal(t, "completed", first.body["status"], first.raw)
		id := first.body["id"].(string)
		second := a.ask("POST", "/openai/v1/responses", `{"model":"gpt-4o","input":"And then?","previous_response_id":"`+id+`"}`)
		require.Equal(t, id, second.body["previous_response_id"], second.raw)
		require.Equal(t, id, a.ask("GET", "/openai/v1/responses/"+id, "").body["id"])
		require.Equal(t, true, a.ask("DELETE", "/openai/v1/responses/"+id, "").body["deleted"])
		require.Equal(t, 404, a.ask("GET", "/openai/v1/responses/"+id, "").status)
		unkept := a.ask("POST", "/openai/v1/responses", `{"model":"gpt-4o","input":"Hello","store":false}`)
		require.Equal(t, 404, a.ask("GET", "/openai/v1/responses/"+unkept.body["id"].(string), "").status)
		streamed := a.ask("POST", "/openai/v1/responses", `{"model":"gpt-4o","input":"Hello","stream":true}`)
		for _, event := range []string{"response.created", "response.output_text.delta", "response.completed"} {
			require.Contains(t, streamed.raw, "event: "+event+"\n")
		}

		for name, offer := range map[string]azure.Offer{
			"images": {SKU: "GlobalStandard", Model: "gpt-image-2", Version: "2026-04-21"}, "speech": {SKU: "Standard", Model: "tts", Version: "001"},
			"ears": {SKU: "Standard", Model: "whisper", Version: "001"}, "old": {SKU: "Standard", Model: "gpt-35-turbo-instruct", Version: "0914"},
		} {
			require.NoError(t, a.lab.Put(lab.AccountID(lab.Backend{ID: "models"})+"/deployments/"+name, map[string]any{
				"sku":        map[string]any{"name": offer.SKU, "capacity": 10},
				"properties": map[string]any{"model": map[string]any{"format": "OpenAI", "name": offer.Model, "version": offer.Version}},
			}))
		}
		completion := a.ask("POST", "/openai/deployments/old/completions"+version, `{"prompt":"Hello"}`)
		require.Equal(t, "text_completion", completion.body["object"], completion.raw)
		picture := a.ask("POST", "/openai/deployments/images/images/generations"+version, `{"prompt":"a tree"}`)
		require.Equal(t, 200, picture.status, picture.raw)
		sound := a.ask("POST", "/openai/deployments/speech/audio/speech"+version, `{"input":"Hello","voice":"alloy"}`)
		require.Equal(t, "audio/mpeg", sound.header.Get("Content-Type"))
		form := "--b\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a.wav\"\r\n\r\nRIFF\r\n--b--\r\n"
		heard := a.ask("POST", "/openai/deployments/ears/audio/transcriptions"+version, form, "Content-Type: multipart/form-data; boundary=b")
		require.NotEmpty(t, heard.body["text"], heard.raw)
	})
}

// Capacity bounds tokens a minute and requests in ten seconds; who waits as long as he
// is told is served.
func TestLimits(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		capacity int
		sku      string
		body     string
		// served are how many requests of 5 come through, and wait is what the next is
		// told, in seconds.
		served, wait int
	}{
		"requests":    {3, "Standard", `{"max_tokens":1,"messages":[{"role":"user","content":"Hello"}]}`, 3, 10},
		"tokens":      {100, "Standard", `{"max_tokens":40000,"messages":[{"role":"user","content":"Hello"}]}`, 2, 60},
		"provisioned": {2, "ProvisionedManaged", `{"max_tokens":1500,"messages":[{"role":"user","content":"Hello"}]}`, 3, 60},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			inAccount(t, c.capacity, c.sku, func(a *account) {
				statuses := map[int]int{}
				var refused got
				for range 5 {
					answer := a.ask("POST", chat, c.body)
					statuses[answer.status]++
					if answer.status == 429 {
						refused = answer
					}
				}
				require.Equal(t, map[int]int{200: c.served, 429: 5 - c.served}, statuses)
				require.Equal(t, strconv.Itoa(c.wait), refused.header.Get("Retry-After"))
				require.Equal(t, strconv.Itoa(c.wait*1000), refused.header.Get("retry-after-ms"))
				require.Equal(t, "429", refused.code())
				time.Sleep(time.Duration(c.wait) * time.Second)
				after := a.ask("POST", chat, c.body)
				require.Equal(t, 200, after.status, after.raw)
				left, err := strconv.Atoi(after.header.Get("x-ratelimit-remaining-tokens"))
				require.NoError(t, err)
				require.Positive(t, left)
				require.Contains(t, maps.Collect(maps.All(after.header)), "X-Ratelimit-Limit-Tokens")
			})
		})
	}
}

// Headers are those of Azure's page on spillover (2026-06-18).
func TestSpillover(t *testing.T) {
	t.Parallel()
	inAccount(t, 1, "ProvisionedManaged", func(a *account) {
		id := lab.AccountID(lab.Backend{ID: "models"}) + "/deployments/"
		body := func(sku string, more map[string]any) map[string]any {
			properties := map[string]any{"model": map[string]any{"format": "OpenAI", "name": "gpt-4o", "version": "2024-11-20"}}
			maps.Copy(properties, more)
			return map[string]any{"sku": map[string]any{"name": sku, "capacity": 50}, "properties": properties}
		}
		require.NoError(t, a.lab.Put(id+"overflow", body("DataZoneStandard", nil)))
		long := `{"max_tokens":2400,"messages":[{"role":"user","content":"Hello"}]}`
		require.Equal(t, 200, a.ask("POST", chat, long).status, "the provisioned deployment has room")
		require.Equal(t, 429, a.ask("POST", chat, long).status, "and then none")

		spilled := a.ask("POST", chat, long, "x-ms-spillover-deployment: overflow")
		require.Equal(t, 200, spilled.status, spilled.raw)
		require.Equal(t, "gpt-4o", spilled.header.Get("x-ms-spillover-from-deployment"))
		require.Equal(t, "overflow", spilled.header.Get("x-ms-deployment-name"))
		require.Equal(t, "429", spilled.header.Get("x-ms-spillover-error"))
		require.Equal(t, 429, a.ask("POST", chat, long, "x-ms-spillover-deployment: none").status)

		provisioned := body("ProvisionedManaged", map[string]any{"spilloverDeploymentName": "overflow"})
		provisioned["sku"] = map[string]any{"name": "ProvisionedManaged", "capacity": 1}
		require.NoError(t, a.lab.Put(id+"gpt-4o", provisioned))
		require.Equal(t, "overflow", a.ask("POST", chat, long).header.Get("x-ms-deployment-name"))
	})
}

func TestABatchDeploymentAnswersNoCalls(t *testing.T) {
	t.Parallel()
	inAccount(t, 1000, "GlobalBatch", func(a *account) {
		require.Equal(t, "OperationNotSupported", a.ask("POST", chat, hello).code())
	})
}

// Host names are those of Microsoft's page on the upgrade (2026-01-07).
func TestAFoundryAccountAnswersAtThreeHosts(t *testing.T) {
	t.Parallel()
	inAccount(t, 1000, "Standard", func(a *account) {
		asked := func(host string) error {
			request, err := http.NewRequestWithContext(a.t.Context(), http.MethodPost, "https://models."+host+chat, strings.NewReader(hello))
			require.NoError(t, err)
			request.Header.Set("Authorization", "Bearer "+a.token("https://ai.azure.com"))
			response, err := a.lab.Client().Do(request)
			if err != nil {
				return err
			}
			defer func() { _ = response.Body.Close() }()
			require.Equal(t, 200, response.StatusCode, host)
			return nil
		}
		others := []string{"services.ai.azure.com", "cognitiveservices.azure.com"}
		for _, host := range others {
			require.Error(t, asked(host), "an account of kind OpenAI has no such host")
		}
		require.NoError(t, a.lab.Put(lab.AccountID(lab.Backend{ID: "models"}), map[string]any{
			"location": "swedencentral", "kind": "AIServices", "sku": map[string]any{"name": "S0"}, "identity": map[string]any{"type": "SystemAssigned"},
			"properties": map[string]any{"customSubDomainName": "models", "disableLocalAuth": true},
		}))
		require.NoError(t, a.lab.Plane.Refresh(a.t.Context()))
		for _, host := range append(others, "openai.azure.com") {
			require.NoError(t, asked(host))
		}
	})
}
