package e2e

import (
	"errors"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/openai/openai-go/v3"
	"github.com/openai/openai-go/v3/azure"
	"github.com/openai/openai-go/v3/option"
	"github.com/stretchr/testify/require"
)

// stoppingStack is a stack whose budget of one dollar stops calls at one percent.
func stoppingStack(t *testing.T, stop string) string {
	t.Helper()
	return stackFile(t, `config:
  aoai-gateway:pattern: apim
  aoai-gateway:openai: [{name: sweden, region: swedencentral}, {name: france, region: francecentral}]
  aoai-gateway:deployments:
    - {name: big, model: gpt-5.4-mini, version: "2026-03-17", sku: GlobalStandard, capacity: 500}
    - {name: small, model: gpt-5.4-mini, version: "2026-03-17", sku: GlobalStandard, capacity: 500}
  aoai-gateway:apim: {publisher: {email: platform@contoso.com}, subscriptions: [{name: first-team}]}
  aoai-gateway:budget:
    amount: 1
    startDate: "`+time.Now().UTC().Format("2006-01")+`-01"
    thresholds: [50, 100]
    emails: [finance@contoso.com]
    stop: `+stop+`
`)
}

// counting counts what is sent.
type counting struct {
	next http.RoundTripper
	sent int
}

func (c *counting) RoundTrip(r *http.Request) (*http.Response, error) {
	c.sent++
	return c.next.RoundTrip(r)
}

// spend asks for so much that the budget's share is spent, and waits until the gateway knows.
func (x *traffic) spend(stopped func() bool) {
	x.t.Helper()
	big := openai.ChatCompletionNewParams{Model: "big", Messages: []openai.ChatCompletionMessageParamUnion{openai.UserMessage(strings.Repeat("word ", 20_000))}}
	client := x.withKey(x.key("first-team"))
	_, err := client.Chat.Completions.New(x.t.Context(), big)
	require.NoError(x.t, err)
	require.Eventually(x.t, stopped, time.Minute, 100*time.Millisecond)
}

// Calls cost money, the budget fires, its workflow runs, and calls stop: OpenAI's own client
// is told so once and does not try again. What has stopped them is no drift, and no up takes
// it back. Somebody does, by one command.
func TestBudgetStopsCalls(t *testing.T) {
	t.Parallel()
	w := newSeededWorld(t, stoppingStack(t, "{action: refuse, percent: 1}"), trafficSeed())
	up := w.must(0, "up")
	w.settled()
	w.callbackIsASecret(up.String())
	w.serving(func(x *traffic) {
		counted := &counting{next: x.http.Transport}
		client := openai.NewClient(azure.WithEndpoint(x.gateway, apiVersion), azure.WithAPIKey(x.key("first-team")), option.WithHTTPClient(&http.Client{Transport: counted}))
		ask := func() error {
			_, err := client.Chat.Completions.New(t.Context(), openai.ChatCompletionNewParams{Model: "small", Messages: question().Messages})
			return err
		}
		require.NoError(t, ask())
		x.spend(func() bool { return ask() != nil })
		before := counted.sent
		var refusal *openai.Error
		require.True(t, errors.As(ask(), &refusal))
		require.Equal(t, http.StatusTooManyRequests, refusal.StatusCode)
		require.Equal(t, "insufficient_quota", refusal.Code)
		require.Contains(t, refusal.Message, "The budget budget-aoai-")
		require.Equal(t, before+1, counted.sent, "the client was told not to try again")

		status := w.must(0, "budget", "status")
		require.Contains(t, status.stdout, "calls are stopped")
		require.NotContains(t, status.stdout, " 0.00 of")
		w.must(0, "drift")
		w.must(0, "up", "--expect-no-changes")
		w.must(0, "refresh")
		w.must(0, "up")
		require.Error(t, ask(), "no up takes the stop back")

		require.Contains(t, w.must(0, "budget", "resume").stdout, "calls are answered")
		require.NoError(t, ask())
		w.must(0, "drift")
		require.Contains(t, w.must(0, "budget", "stop").stdout, "calls are stopped")
		require.Error(t, ask())
	})
	w.must(0, "destroy")
}

// callbackIsASecret: the signature of the workflow's trigger stands nowhere in clear.
func (w *world) callbackIsASecret(said string) {
	w.t.Helper()
	state, err := os.ReadFile(filepath.Join(w.dir, "state", ".pulumi", "stacks", "aoai-gateway", "test.json"))
	require.NoError(w.t, err)
	signature := ""
	for _, resource := range w.stored() {
		if resource.Type == "Microsoft.Logic/workflows" {
			signature, _ = resource.Hidden["sig"].(string)
		}
	}
	require.NotEmpty(w.t, signature)
	require.NotContains(w.t, string(state), signature, "the state has the signature in clear")
	require.NotContains(w.t, said, signature)
}

// With an alias chats go on, at the cheaper model.
func TestBudgetLeadsToTheAlias(t *testing.T) {
	t.Parallel()
	w := newSeededWorld(t, stoppingStack(t, "{action: alias, percent: 1, alias: small}"), trafficSeed())
	w.must(0, "up")
	w.serving(func(x *traffic) {
		var answered *http.Response
		client := x.withKey(x.key("first-team"))
		ask := func() string {
			_, err := client.Chat.Completions.New(t.Context(), openai.ChatCompletionNewParams{Model: "big", Messages: question().Messages}, option.WithResponseInto(&answered))
			require.NoError(t, err)
			return answered.Header.Get("x-gateway-budget")
		}
		require.Empty(t, ask())
		x.spend(func() bool { return ask() == "small" })
	})
}
