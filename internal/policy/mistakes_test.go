package policy_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/aoai-gateway/aoai-gateway/internal/policy"
)

// around is a document with room in three sections, on the lines 4, 7 and 11.
const around = "<policies>\n  <inbound>\n    <base />\n    {inbound}\n  </inbound>\n  <backend>\n    {backend}\n  </backend>\n  <outbound>\n    <base />\n    {outbound}\n  </outbound>\n  <on-error>\n    <base />\n  </on-error>\n</policies>"

// One mistake is told once, and where it stands.
func TestOneMistakeIsOneError(t *testing.T) {
	t.Parallel()
	compiler := policy.NewCompiler()
	for _, each := range []struct {
		reason, section, text string
		line                  int
	}{
		{"a policy that does not exist", "inbound", `<set-heder name="a"><value>1</value></set-heder>`, 4},
		{"a misspelt attribute, which is then not missing", "inbound", `<set-header nam="a"><value>1</value></set-header>`, 4},
		{"a missing attribute", "inbound", `<set-header><value>1</value></set-header>`, 4},
		{"a choice that does not exist", "inbound", `<set-header name="a" exists-action="overide"><value>1</value></set-header>`, 4},
		{"a misspelt member", "inbound", `<set-header name="a"><value>@(context.Request.Header["x"])</value></set-header>`, 4},
		{"an expression in text that nothing closes", "inbound", `<set-header name="a"><value>@(context.Request.Body.As<string>()</value></set-header>`, 4},
		{"an expression in an attribute that nothing closes", "inbound", `<set-variable name="a" value="@(1 + (2)" />`, 4},
		{"a condition that is no bool", "inbound", `<choose><when condition="@(context.Request.Method)"><set-method>GET</set-method></when></choose>`, 4},
		{"a when without a condition", "inbound", `<choose><when><set-method>GET</set-method></when></choose>`, 4},
		{"a choose that holds nothing", "inbound", `<choose></choose>`, 4},
		{"a retry without an interval", "backend", `<retry condition="@(context.Response.StatusCode == 500)" count="2"><forward-request buffer-request-body="true" /></retry>`, 7},
		{"a policy where it may not stand", "outbound", `<set-backend-service base-url="https://a.example" />`, 11},
		{"an element that is not closed", "inbound", `<set-header name="a"><value>1</value>`, 5},
		{"an element that is closed by another name", "inbound", `<set-header name="a"><value>1</valu></set-header>`, 4},
		{"a value without quotes", "inbound", `<set-header name=a><value>1</value></set-header>`, 4},
		{"an attribute that stands there twice", "inbound", `<set-header name="a" name="b"><value>1</value></set-header>`, 4},
		{"text among policies", "inbound", `hello`, 4},
		{"a cors without origins", "inbound", `<cors><allowed-methods><method>GET</method></allowed-methods></cors>`, 4},
		{"a validate-jwt that looks nowhere for the token", "inbound", `<validate-jwt><openid-config url="https://a.example" /></validate-jwt>`, 4},
		{"a number that is none", "inbound", `<rate-limit calls="many" renewal-period="60" />`, 4},
		{"a request without a URL", "inbound", `<send-request mode="new" response-variable-name="r"><set-method>GET</set-method></send-request>`, 4},
		{"children out of order", "inbound", `<return-response><set-body>a</set-body><set-status code="200" /></return-response>`, 4},
		{"a status that is no number", "outbound", `<set-status code="twohundred" reason="OK" />`, 11},
		{"a name that nothing declares", "inbound", `<set-variable name="a" value="@{ return x; }" />`, 4},
		{"a block that returns nothing", "inbound", `<set-variable name="a" value="@{ var x = 1; }" />`, 4},
		{"a value of another type", "inbound", `<set-variable name="a" value="@{ int x = "a"; return x; }" />`, 4},
		{"a limit of nothing", "inbound", `<llm-token-limit counter-key="a" estimate-prompt-tokens="true" />`, 4},
		{"a timeout that is no number", "backend", `<forward-request timeout="a" />`, 7},
		{"a backend that is named twice", "inbound", `<set-backend-service base-url="https://a" backend-id="b" />`, 4},
		{"a backend that is not named", "inbound", `<set-backend-service />`, 4},
		{"a URL that is not absolute", "inbound", `<set-backend-service base-url="a.example" />`, 4},
		{"an include without an id", "inbound", `<include-fragment />`, 4},
		{"an include with a misspelt attribute", "inbound", `<include-fragment fragment="x" />`, 4},
		{"a missing semicolon", "inbound", `<set-variable name="a" value="@{ var x = 1 return x; }" />`, 4},
		{"text behind an expression", "inbound", `<set-variable name="a" value="@(1) x" />`, 4},
		{"a range of addresses as one", "inbound", `<ip-filter action="allow"><address>10.0.0.0/8</address></ip-filter>`, 4},
		{"an identity without a resource", "inbound", `<authentication-managed-identity />`, 4},
		{"a value without a duration", "inbound", `<cache-store-value key="a" value="b" />`, 4},
		{"an event without text", "inbound", `<log-to-eventhub logger-id="x"></log-to-eventhub>`, 4},
		{"a metric without dimensions", "inbound", `<llm-emit-token-metric namespace="a"></llm-emit-token-metric>`, 4},
		{"a misspelt attribute that is needed", "inbound", `<authentication-managed-identity resorce="https://a" />`, 4},
		{"a misspelt condition", "inbound", `<choose><when condtion="@(true)"><set-method>GET</set-method></when></choose>`, 4},
		{"a misspelt attribute of a child", "inbound", `<return-response><set-status cod="200" /></return-response>`, 4},
		{"a misspelt child", "inbound", `<set-header name="a"><vale>1</vale></set-header>`, 4},
		{"a misspelt list", "inbound", `<cors><allowed-origin><origin>*</origin></allowed-origin></cors>`, 4},
	} {
		text := strings.ReplaceAll(around, "{"+each.section+"}", each.text)
		text = strings.NewReplacer("{inbound}", "", "{backend}", "<base />", "{outbound}", "").Replace(text)
		_, findings := compiler.Compile([]policy.Source{{Scope: policy.API, Name: "it", Text: text}}, policy.Options{})
		require.Len(t, findings, 1, "%s: %v", each.reason, findings)
		require.Equal(t, policy.Refused, findings[0].Severity, each.reason)
		require.Equal(t, each.line, findings[0].Line, "%s: %v", each.reason, findings)
		require.Greater(t, findings[0].Column, 1, each.reason)
	}
}
