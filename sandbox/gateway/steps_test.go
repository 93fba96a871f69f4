package gateway_test

import (
	"encoding/json"
	"net/http"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/aoai-gateway/aoai-gateway/sandbox/lab"
	"github.com/aoai-gateway/aoai-gateway/sandbox/network"
	"github.com/aoai-gateway/aoai-gateway/sandbox/recent"
)

// kept is all that is remembered of the requests so far, as JSON.
func kept(t *testing.T, l *lab.Lab) string {
	t.Helper()
	all := ""
	for _, summary := range l.Network.Recent.Summaries() {
		request, found := l.Network.Recent.Request(summary.ID)
		require.True(t, found)
		encoded, err := json.Marshal(request)
		require.NoError(t, err)
		all += string(encoded)
	}
	return all
}

// A policy that puts secrets and prompts wherever it can shows none of them in the trace.
func TestTracesShowNoSecrets(t *testing.T) {
	const document = `<policies><inbound><base />
		<set-variable name="prompt" value="@(context.Request.Body.As<string>(preserveContent: true))" />
		<set-variable name="pin" value="@("8071")" />
		<set-variable name="key" value="@(context.Request.Headers.GetValueOrDefault("api-key", ""))" />
		<set-variable name="named" value="{{hush}}" />
		<set-variable name="chosen" value="north" />
		<set-variable name="count" value="@(7 * 6)" />
		<set-header name="x-copy" exists-action="override"><value>@((string)context.Variables["key"])</value></set-header>
		<set-query-parameter name="copy" exists-action="override"><value>@((string)context.Variables["key"])</value></set-query-parameter>
		<cache-store-value key="@((string)context.Variables["prompt"])" value="x" duration="60" />
		<cache-lookup-value key="@((string)context.Variables["key"])" variable-name="looked" />
		<rate-limit-by-key calls="5" renewal-period="60" counter-key="@((string)context.Variables["key"])" />
		<trace source="here" severity="information"><message>@((string)context.Variables["prompt"])</message></trace>
		<set-variable name="logged" value="@{ context.Trace((string)context.Variables["prompt"]); return "x"; }" />
		<authentication-managed-identity resource="https://cognitiveservices.azure.com" output-token-variable-name="token" />
		<set-variable name="again" value="@((string)context.Variables["token"])" />
		<set-header name="Authorization" exists-action="override"><value>@("Bearer " + (string)context.Variables["token"])</value></set-header>
		<set-header name="api-key" exists-action="delete" />
		<set-backend-service backend-id="north" />
		</inbound>
		<backend><forward-request timeout="10" /></backend>
		<outbound><set-variable name="broken" value="@(int.Parse((string)context.Variables["prompt"]))" /></outbound><on-error><base /></on-error></policies>`
	inLab(t, lab.Options{Document: document, NamedValues: map[string]string{"hush": "named-secret-4711"}}, func(t *testing.T, l *lab.Lab) {
		l.Network.Recent = recent.New()
		got, err := tryTo(t, l.Client(), http.MethodPost, "https://"+lab.Gateway+chatPath+"&token=query-secret", `{"messages":[{"role":"user","content":"my private question"}]}`,
			"api-key: "+l.Key)
		require.NoError(t, err)
		require.Equal(t, 500, got.status, got.body)
		all := kept(t, l)
		token, err := l.IdentityToken()
		require.NoError(t, err)
		for what, secret := range map[string]string{
			"the caller's key": l.Key, "the prompt": "private question", "a named value": "named-secret", "a query": "query-secret", "the start of a token": token[:20], "a number in a text": "8071",
		} {
			require.NotContains(t, all, secret, what)
		}
		for what, want := range map[string]string{
			"which policy": `"policy":"forward-request"`, "what it asked": "POST https://north.openai.azure.com/openai/deployments/gpt-4o/chat/completions", "its answer": "answered 200",
			"the backend": "backend north", "a name of what is deployed": "chosen = north (string)", "a number": "count = 42 (int)", "how much is hidden": "key = (hidden, 32 characters) (string)",
			"the limit": `"text":"1 of 5"`, "why it failed": "error: set-variable: ExpressionValueEvaluationFailure", "the account below": `"kind":"account"`,
		} {
			require.Contains(t, all, want, what)
		}
	})
}

// A refusal, a fault and a second attempt are seen in the trace.
func TestTracesShowFaultsAndRefusals(t *testing.T) {
	const document = `<policies><inbound><base /><set-backend-service backend-id="north" /><set-header name="api-key" exists-action="delete" />
		<authentication-managed-identity resource="https://cognitiveservices.azure.com" /></inbound>
		<backend><retry condition="@(context.Response.StatusCode == 503)" count="1" interval="0"><forward-request buffer-request-body="true" /></retry></backend>
		<outbound><base /></outbound><on-error><base /></on-error></policies>`
	inLab(t, lab.Options{Document: document, WithoutBreakers: true}, func(t *testing.T, l *lab.Lab) {
		l.Network.Recent = recent.New()
		order(t, l, network.Fault{HostKind: "account", Kind: "status", Status: 503, Times: 1})
		require.Equal(t, 200, ask(t, l, chatPath).status)
		summary := l.Network.Recent.Summaries()[0]
		require.Equal(t, 2, summary.Attempts)
		require.True(t, summary.Faulted)
		require.Equal(t, 200, summary.Status)
		all := kept(t, l)
		require.Contains(t, all, `"faults":["status 503"]`)
		require.Contains(t, all, "retry 1 of 1")

		require.Equal(t, 401, ask(t, l, chatPath, "api-key: wrong").status)
		require.Contains(t, kept(t, l), "SubscriptionKeyInvalid")
		require.NotContains(t, kept(t, l), "wrong")
	})
}
