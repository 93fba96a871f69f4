package policies_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/aoai-gateway/aoai-gateway/internal/policy"
	"github.com/aoai-gateway/aoai-gateway/internal/policy/exchange"
	"github.com/aoai-gateway/aoai-gateway/internal/policy/script"
	"github.com/aoai-gateway/aoai-gateway/policies"
)

// OpenAI's own client sends its key as Authorization: Bearer, where API Management does not
// look for one. Whoever does that is told the header. Tokens have dots, and keys have none.
func TestKeysInTheWrongHeaderAreTold(t *testing.T) {
	t.Parallel()
	const hint = "Send a key in the header api-key"
	for _, c := range []struct {
		reason, authorization string
		part                  policies.Errors
		told                  bool
	}{
		{"a key", "Bearer 0123456789abcdef0123456789abcdef", policies.Errors{SubscriptionKey: true}, true},
		{"a token", "Bearer aaa.bbb.ccc", policies.Errors{SubscriptionKey: true}, false},
		{"nothing", "", policies.Errors{SubscriptionKey: true}, false},
		{"a key where none is taken", "Bearer 0123456789abcdef0123456789abcdef", policies.Errors{}, false},
	} {
		t.Run(c.reason, func(t *testing.T) {
			t.Parallel()
			rendered, err := policies.Compose(c.part)
			require.NoError(t, err)
			program, findings := policy.NewCompiler().Compile([]policy.Source{{Scope: policy.API, Text: rendered.Document}}, policy.Options{Switches: policy.Switches{Rawxml: true}})
			require.NotNil(t, program, findings)
			written, err := script.Parse(threeBackends)
			require.NoError(t, err)
			url, err := exchange.ParseURL("https://api.example/openai/v1/chat/completions")
			require.NoError(t, err)
			request := &exchange.Request{Method: "POST", URL: url, OriginalURL: url}
			if c.authorization != "" {
				request.Headers.Set("Authorization", c.authorization)
			}
			e := &exchange.Context{Request: request, Variables: map[string]any{}}
			refusal := policy.Error{Failure: exchange.Failure{Reason: "SubscriptionKeyNotFound", Message: "Access denied due to missing subscription key."}, Status: 401}
			require.NoError(t, program.Refuse(t.Context(), e, script.New(written).World(), nil, &refusal))
			body, err := e.Response.Body.Bytes(0)
			require.NoError(t, err)
			require.Contains(t, string(body), "Access denied due to missing subscription key.")
			if c.told {
				require.Contains(t, string(body), hint)
			} else {
				require.NotContains(t, string(body), hint)
			}
		})
	}
}
