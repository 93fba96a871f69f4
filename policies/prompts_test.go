package policies_test

import (
	"encoding/base64"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/aoai-gateway/aoai-gateway/policies"
)

// asks is a chat of a caller, with more members of its body.
func asks(t *testing.T, caller, content, more string) string {
	t.Helper()
	claims := map[string]any{"iss": "https://issuer.example/", "aud": "api://models", "oid": caller, "roles": "reader", "exp": time.Date(2027, 1, 1, 0, 0, 0, 0, time.UTC).Unix()}
	return "POST /deployments/gpt/chat/completions?api-version=1\nContent-Type: application/json\nAuthorization: Bearer " + token(t, signingSecret, claims) +
		"\n\n" + `{"messages":[{"role":"user","content":` + content + `}]` + more + `}`
}

// An answer is for who asked, and for requests that are alike in all but their texts. The vectors
// are all the same here, so that what differs is what the part varies by.
func TestSemanticCachePart(t *testing.T) {
	t.Parallel()
	lines := threeBackends + "openid https://login.example/.well-known/openid-configuration https://issuer.example/ " + base64.StdEncoding.EncodeToString([]byte(signingSecret)) + `
backend vectors https://vectors.example/embeddings
answer https://vectors.example => 200 | {"data":[{"embedding":[1, 0]}]}
answer https://aa.example => 200 | {}
answer https://bb.example => 200 | {}
`
	picture := func(url string) string {
		return `[{"type":"text","text":"Look"},{"type":"image_url","image_url":{"url":"` + url + `"}}]`
	}
	for _, c := range []struct {
		reason        string
		shared        bool
		first, second string
		cached        bool
	}{
		{"the same", false, asks(t, "a", `"Hello"`, ""), asks(t, "a", `"Hello"`, ""), true},
		{"another text", false, asks(t, "a", `"Hello"`, ""), asks(t, "a", `"Hi"`, ""), true},
		{"another user of the same caller", false, asks(t, "a", `"Hello"`, `,"user":"x"`), asks(t, "a", `"Hello"`, `,"user":"y"`), true},
		{"another caller", false, asks(t, "a", `"Hello"`, ""), asks(t, "b", `"Hello"`, ""), false},
		{"another caller, shared", true, asks(t, "a", `"Hello"`, ""), asks(t, "b", `"Hello"`, ""), true},
		{"another temperature", false, asks(t, "a", `"Hello"`, ""), asks(t, "a", `"Hello"`, `,"temperature":1`), false},
		{"another model", false, asks(t, "a", `"Hello"`, ""), strings.Replace(asks(t, "a", `"Hello"`, ""), "/gpt/", "/embeddings/", 1), false},
		{"another version of the API", false, asks(t, "a", `"Hello"`, ""), strings.Replace(asks(t, "a", `"Hello"`, ""), "version=1", "version=2", 1), false},
		{"another picture", false, asks(t, "a", picture("https://a"), ""), asks(t, "a", picture("https://b"), ""), false},
		{"the same picture", false, asks(t, "a", picture("https://a"), ""), asks(t, "a", picture("https://a"), ""), true},
		{"no chat", false, strings.Replace(asks(t, "a", `"Hello"`, ""), "chat/completions", "embeddings", 1), strings.Replace(asks(t, "a", `"Hello"`, ""), "chat/completions", "embeddings", 1), false},
	} {
		t.Run(c.reason, func(t *testing.T) {
			t.Parallel()
			robin := balancer()
			robin.Cached = true
			g := newGateway(t, lines, policies.Access{Entra: entra()}, policies.Model{}, policies.SemanticCache{Embeddings: "vectors", ScoreThreshold: 0.05, Seconds: 60, Shared: c.shared}, robin)
			require.Contains(t, g.send(c.first), "= 200")
			record := g.send(c.second)
			require.Contains(t, record, "= 200")
			require.Equal(t, c.cached, !strings.Contains(record, "> POST https://aa") && !strings.Contains(record, "> POST https://bb"), record)
		})
	}
}

// What is judged harmful ends with 403 before anything else is asked; forms pass unjudged.
func TestContentSafetyPart(t *testing.T) {
	t.Parallel()
	const lines = threeBackends + `
backend judge https://judge.example
answer https://judge.example/contentsafety/text:shieldPrompt => 200 | {"userPromptAnalysis":{"attackDetected":false}}
answer https://judge.example/contentsafety/text:analyze => 200 | {"categoriesAnalysis":[{"category":"Hate","severity":4}]}
answer * => 200 | {}
`
	form := "POST /deployments/gpt/chat/completions?api-version=1\nContent-Type: multipart/form-data; boundary=x\n\n--x--"
	for _, c := range []struct {
		reason, request string
		threshold       int
		want            string
		visited         []string
	}{
		{"at the threshold", chat, 4, "= 403", []string{"judge", "judge"}},
		{"below it", chat, 5, "= 200", []string{"judge", "judge", "aa"}},
		{"a form", form, 1, "= 200", []string{"aa"}},
		{"a prompt without a type", strings.Replace(chat, "Content-Type: application/json\n", "", 1), 4, "= 403", []string{"judge", "judge"}},
	} {
		t.Run(c.reason, func(t *testing.T) {
			t.Parallel()
			g := newGateway(t, lines, policies.Model{}, policies.ContentSafety{Backend: "judge", ShieldPrompts: true, Thresholds: policies.Thresholds{Hate: c.threshold}}, balancer())
			record := g.send(c.request)
			require.Contains(t, record, c.want)
			require.Equal(t, c.visited, strings.Fields(visited(record)))
		})
	}
}
