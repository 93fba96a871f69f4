package policy_test

import (
	"context"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/aoai-gateway/aoai-gateway/internal/policy"
	"github.com/aoai-gateway/aoai-gateway/internal/policy/script"
)

// given are values that the tables of policies do not tell.
var given = map[string]string{
	"authentication-certificate+":     "thumbprint='x'",
	"azure-openai-token-limit+":       "tokens-per-minute='1';token-quota='1' token-quota-period='Daily';token-quota='1';token-quota-period='Daily'",
	"llm-token-limit+":                "tokens-per-minute='1';token-quota='1' token-quota-period='Daily';token-quota='1';token-quota-period='Daily'",
	"azure-openai-emit-token-metric>": `<dimension name="API ID" />`, "llm-emit-token-metric>": `<dimension name="API ID" />`, "emit-metric>": `<dimension name="API ID" />`,
	"ip-filter>": "<address>203.0.113.7</address>", "renewal-period": "300", "quota/renewal-period": "300", "quota-by-key/renewal-period": "300",
	"send-request>": "<set-url>https://one.example</set-url><set-method>GET</set-method>", "send-one-way-request>": "<set-url>https://one.example</set-url><set-method>GET</set-method>",
	"validate-jwt+": "header-name='Authorization'", "first-period-start": "2026-01-31T00:00:00Z", "set-backend-service+": "base-url='https://one.example';backend-id='1'",
	"base-url": "https://one.example", "trace>": "<message>1</message>", "wait>": `<cache-lookup-value key="1" variable-name="1" />`,
	"validate-content>": `<content validate-as="json" action="prevent" case-insensitive-property-names="true" /><content type="application/json" validate-as="json" action="prevent" schema-id="a" schema-ref="#/a" allow-additional-properties="false" />`,
	"quota+":            "calls='1'", "quota-by-key+": "calls='1'",
}

// neverAccepted are attributes that the service takes and that cannot be run here: those
// that the table says so of, and one of which the value decides.
func neverAccepted() map[string]string {
	found := policy.Beyond()
	found["authentication-certificate body"] = "no keys in documents"
	return found
}

// unable are the words of what cannot be run.
var unable = []string{"internal error: ", "cannot be run here", "is not available here", "not supported"}

// What check accepts, run can do: every policy with every attribute and every
// choice of it either is refused when it is read, or runs.
func TestAcceptedPoliciesRun(t *testing.T) {
	t.Parallel()
	compiler, beyond := policy.NewCompiler(), neverAccepted()
	accepted := map[string]bool{}
	refused := map[string]string{}
	for _, each := range policy.Specimens(given) {
		sections := map[string]string{}
		sections[each.Section] = each.Text
		text := "<policies>"
		for _, section := range []string{"inbound", "backend", "outbound", "on-error"} {
			text += "<" + section + ">" + sections[section] + "</" + section + ">"
		}
		text += "</policies>"
		name := each.Kind + " " + each.Attribute
		program, findings := compiler.Compile([]policy.Source{{Scope: policy.Global, Text: text}}, policy.Options{Lenient: true})
		if program == nil {
			refused[name] = findings[0].Message + ": " + each.Text
			continue
		}
		accepted[name] = true
		record, trace := runAll(t, program)
		for _, words := range unable {
			require.NotContains(t, record+trace, words, "%s\n%s", each.Text, text)
		}
	}
	for name, why := range refused {
		if _, ok := beyond[name]; !ok {
			require.True(t, accepted[name], "%s is never accepted: %s", name, why)
		}
	}
	for name := range beyond {
		require.False(t, accepted[name], "%s is accepted by now", name)
	}
}

func runAll(t *testing.T, program *policy.Program) (record, failure string) {
	t.Helper()
	written, err := script.Parse("answer * => 200 Content-Type: application/json | {}\nbackend 1 https://one.example\ntoken https://cognitiveservices.azure.com t\nsubscription s\nproduct p\nauthorization 1 1 t")
	require.NoError(t, err)
	request, err := script.ParseRequest("POST /x\nContent-Type: application/json\nOrigin: https://app.example\n\n{}")
	require.NoError(t, err)
	world := script.New(written)
	e := world.Exchange(request)
	require.NoError(t, program.Run(context.Background(), e, world.World(), nil))
	if e.LastError != nil {
		failure = e.LastError.Message
	}
	return strings.Join(world.Record(), "\n"), failure
}
