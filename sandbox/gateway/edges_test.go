package gateway_test

import (
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/aoai-gateway/aoai-gateway/sandbox/entra"
	"github.com/aoai-gateway/aoai-gateway/sandbox/lab"
	"github.com/aoai-gateway/aoai-gateway/sandbox/network"
)

// document wraps what stands in inbound.
func document(inbound string) string {
	return `<policies><inbound><base />` + inbound + `</inbound><backend><base /></backend><outbound><base /></outbound><on-error><base /></on-error></policies>`
}

// A preflight that no policy answers is no way around the key.
func TestPreflightWithoutCors(t *testing.T) {
	t.Parallel()
	inLab(t, lab.Options{Document: forward("north", "<set-method>POST</set-method>")}, func(t *testing.T, l *lab.Lab) {
		for _, headers := range [][]string{{"Access-Control-Request-Method: POST"}, {"Origin: https://app.example", "Access-Control-Request-Method: POST"}} {
			got, err := tryTo(t, l.Client(), http.MethodOptions, "https://"+lab.Gateway+chatPath, `{"messages":[{"role":"user","content":"Hello"}]}`, headers...)
			require.NoError(t, err)
			require.Equal(t, 404, got.status, got.body)
		}
		require.Zero(t, asked(l, "north.openai.azure.com"))
	})
}

// An API that leads nowhere says so, instead of asking itself.
func TestNoBackendAtAll(t *testing.T) {
	t.Parallel()
	inLab(t, lab.Options{Document: document("")}, func(t *testing.T, l *lab.Lab) {
		api, err := l.Get(lab.ServiceID + "/apis/openai")
		require.NoError(t, err)
		delete(api["properties"].(map[string]any), "serviceUrl")
		require.NoError(t, l.Put(lab.ServiceID+"/apis/openai", api))
		require.Equal(t, 500, ask(t, l, chatPath).status)
		require.EqualValues(t, 1, asked(l, lab.Gateway))
	})
}

// A backend that the gateway cannot use fails the requests that choose it, and no
// others; its URL may be a named value.
func TestOneBadBackend(t *testing.T) {
	t.Parallel()
	inLab(t, lab.Options{Document: forward("north", ""), NamedValues: map[string]string{"south-url": "https://south.openai.azure.com/openai"}}, func(t *testing.T, l *lab.Lab) {
		for id, url := range map[string]string{"bad": "fabric:/app", "named": "{{south-url}}"} {
			require.NoError(t, l.Put(lab.ServiceID+"/backends/"+id, map[string]any{"properties": map[string]any{"url": url, "protocol": "http"}}))
		}
		require.NoError(t, l.Plane.Refresh(t.Context()))
		require.Equal(t, 200, ask(t, l, chatPath).status)
		require.NoError(t, l.SetPolicy(forward("bad", "")))
		require.Equal(t, 500, ask(t, l, chatPath).status)
		require.NoError(t, l.SetPolicy(forward("named", "")))
		require.Equal(t, "francecentral", ask(t, l, chatPath).header.Get("x-ms-region"))
	})
}

// A region that is lost takes connections that are open with it.
func TestLostRegionBreaksOpenConnections(t *testing.T) {
	t.Parallel()
	inLab(t, lab.Options{Document: forward("south", "")}, func(t *testing.T, l *lab.Lab) {
		require.Equal(t, 200, ask(t, l, chatPath).status)
		order(t, l, network.Fault{Region: "France Central", Kind: "unreachable"})
		require.Equal(t, 500, ask(t, l, chatPath).status)
		order(t, l)
		require.Equal(t, 200, ask(t, l, chatPath).status)
	})
}

// Answers that HTTP does not allow a body stay whole answers.
func TestAnswersWithoutBody(t *testing.T) {
	t.Parallel()
	for status, want := range map[string]int{"204": 204, "304": 304, "103": 500} {
		inLab(t, lab.Options{Document: document(`<return-response><set-status code="` + status + `" reason="x" /><set-body>never</set-body></return-response>`)}, func(t *testing.T, l *lab.Lab) {
			got := ask(t, l, chatPath)
			require.Equal(t, want, got.status)
			require.Empty(t, got.body)
		})
	}
}

// The time of send-request counts to the end of the answer, and nobody waits for
// send-one-way-request.
func TestSideRequests(t *testing.T) {
	t.Parallel()
	const call = ` timeout="5"><set-url>https://south.openai.azure.com/status-0123456789abcdef</set-url><set-method>GET</set-method></`
	inLab(t, lab.Options{Document: document(`<send-request mode="new" response-variable-name="r" ignore-error="true"` + call + `send-request><return-response><set-body>@(context.Variables["r"] == null ? "gave up" : "waited")</set-body></return-response>`)}, func(t *testing.T, l *lab.Lab) {
		require.Equal(t, "waited", ask(t, l, chatPath).body)
		order(t, l, network.Fault{Host: "south", Kind: "hang"})
		began := time.Now()
		require.Equal(t, "gave up", ask(t, l, chatPath).body)
		require.Equal(t, 5*time.Second, time.Since(began))
		require.NoError(t, l.SetPolicy(document(`<send-one-way-request`+call+`send-one-way-request><return-response><set-body>at once</set-body></return-response>`)))
		began = time.Now()
		require.Equal(t, "at once", ask(t, l, chatPath).body)
		require.Zero(t, time.Since(began))
		time.Sleep(6 * time.Second)
		synctest.Wait()
		for _, host := range l.Network.Addresses() {
			require.Zero(t, host.Counts.InFlight, host.Host)
		}
	})
}

// What expressions see of the request is what the caller sent.
func TestWhatExpressionsSee(t *testing.T) {
	t.Parallel()
	inLab(t, lab.Options{Document: document(`<return-response><set-body>@(context.Subscription.Key + "|" + context.Request.Headers.GetValueOrDefault("Host", "") + "|" + context.Deployment.Region + "|" + context.Request.OriginalUrl.Host)</set-body></return-response>`)}, func(t *testing.T, l *lab.Lab) {
		want := l.Key + "|" + lab.Gateway + "|Sweden Central|" + lab.Gateway
		require.Equal(t, want, ask(t, l, chatPath).body)
		got, err := tryTo(t, l.Client(), http.MethodPost, "https://"+lab.Gateway+chatPath+"&subscription-key="+l.Key, "{}")
		require.NoError(t, err)
		require.Equal(t, want, got.body, "a key in the query is a key")
	})
}

// A Liquid template sees the request that the caller sent.
func TestLiquidTemplate(t *testing.T) {
	t.Parallel()
	template := `<set-body template="liquid">{{ body.messages[0].content }} {{ body.messages.first.role }} {{ context.Request.Headers['x-team'] }}</set-body>`
	echo := `<return-response><set-body>@(context.Request.Body.As<string>())</set-body></return-response>`
	inLab(t, lab.Options{Document: document(template + echo)}, func(t *testing.T, l *lab.Lab) {
		got := ask(t, l, chatPath, "x-team: red")
		require.Equal(t, "Hello user red", got.body)
	})
}

// An endpoint for tokens that hangs holds nobody for ever.
func TestHangingTokenEndpoint(t *testing.T) {
	t.Parallel()
	inLab(t, lab.Options{Document: forward("north", "")}, func(t *testing.T, l *lab.Lab) {
		order(t, l, network.Fault{Host: entra.Login, Kind: "hang"})
		began := time.Now()
		require.Equal(t, 500, ask(t, l, chatPath).status)
		require.Equal(t, 30*time.Second, time.Since(began))
	})
}

// A host header that a policy sets is the one that the backend gets.
func TestHostHeader(t *testing.T) {
	t.Parallel()
	inLab(t, lab.Options{Document: forward("north", `<set-header name="Host" exists-action="override"><value>elsewhere.example</value></set-header>`)}, func(t *testing.T, l *lab.Lab) {
		got := ask(t, l, chatPath)
		require.Equal(t, http.StatusMisdirectedRequest, got.status, got.body)
		require.True(t, strings.Contains(got.body, "north.openai.azure.com"))
	})
}
