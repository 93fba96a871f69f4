package e2e

import (
	"net/http"
	"testing"

	"github.com/openai/openai-go/v3"
	"github.com/openai/openai-go/v3/option"
	"github.com/stretchr/testify/require"
)

const bearerStack = `config:
  aoai-gateway:pattern: apim
  aoai-gateway:openai: [{name: sweden, region: swedencentral}]
  aoai-gateway:deployments: [{name: gpt-5.4-mini, model: gpt-5.4-mini, version: "2026-03-17", sku: GlobalStandard, capacity: 500}]
  aoai-gateway:apim: {publisher: {email: platform@contoso.com}, subscriptions: [{name: first-team}], bearerKeys: true}
`

// OpenAI's own client works with nothing but the gateway's URL and a key, as with OpenAI, once
// the option says so; headers of Azure's clients go on working. Taking the option back works.
func TestBearerKeys(t *testing.T) {
	t.Parallel()
	file := stackFile(t, bearerStack)
	w := newSeededWorld(t, file, trafficSeed())
	w.must(0, "up")
	w.settled()
	w.serving(func(x *traffic) {
		key := x.key("first-team")
		err := x.asksAsOpenAI(key)
		require.NoError(t, err)
		err = x.asksAsOpenAI("0123456789abcdef")
		x.refused(err, http.StatusUnauthorized)
		require.Contains(t, said(err), "invalid subscription key")
		require.NotContains(t, said(err), "Send a key in the header api-key")
		for name, client := range map[string]openai.Client{"dated": x.withKey(key), "a key in Azure's header counts first": x.v1(key)} {
			_, err := client.Chat.Completions.New(t.Context(), question())
			require.NoError(t, err, name)
		}
		err = x.asksAsOpenAI("")
		x.refused(err, http.StatusUnauthorized)
		require.Contains(t, said(err), "missing subscription key")
	})
	w.configure(file, ", bearerKeys: true", "")
	w.must(0, "up")
	w.serving(func(x *traffic) { bearerKeyIsTold(t, x, x.key("first-team")) })
}

// asksAsOpenAI is one chat of the official client as OpenAI's own pages show it.
func (x *traffic) asksAsOpenAI(key string) error {
	client := openai.NewClient(option.WithBaseURL(x.gateway+"/openai/v1"), option.WithAPIKey(key), option.WithHTTPClient(x.http), option.WithMaxRetries(0))
	_, err := client.Chat.Completions.New(x.t.Context(), question())
	return err
}
