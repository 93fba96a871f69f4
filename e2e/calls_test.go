package e2e

import (
	"context"
	"errors"
	"net/http"
	"path/filepath"
	"testing"

	"github.com/openai/openai-go/v3"
	"github.com/openai/openai-go/v3/option"
	"github.com/openai/openai-go/v3/responses"
	"github.com/stretchr/testify/require"
)

// v1 is the official client as OpenAI means it, with the key in Azure's header.
func (x *traffic) v1(key string) openai.Client {
	return openai.NewClient(option.WithBaseURL(x.gateway+"/openai/v1"), option.WithAPIKey("none"), option.WithHeader("api-key", key),
		option.WithHTTPClient(x.http), option.WithMaxRetries(0))
}

// The official client's calls beside those of models, on a deployed stack whose accounts
// differ, at both paths.
func TestCallsOfClients(t *testing.T) {
	t.Parallel()
	w := newSeededWorld(t, filepath.Join(root, "e2e", "testdata", "calls", "stack.yaml"), trafficSeed())
	w.must(0, "up")
	w.serving(func(x *traffic) {
		key := x.key("first-team")
		t.Run("key as bearer", func(t *testing.T) { bearerKeyIsTold(t, x, key) })
		for name, client := range map[string]openai.Client{"dated": x.withKey(key), "v1": x.v1(key)} {
			t.Run(name+"/models", func(t *testing.T) { modelsAreTold(t, client) })
			t.Run(name+"/responses", func(t *testing.T) { responsesStay(t, client) })
			t.Run(name+"/lost account", func(t *testing.T) { lostResponsesAreTold(t, x, client) })
		}
	})
}

// modelsAreTold: what callers can ask for is all that some account has.
func modelsAreTold(t *testing.T, client openai.Client) {
	t.Helper()
	ctx := context.Background()
	var names []string
	for list := client.Models.ListAutoPaging(ctx); list.Next(); {
		names = append(names, list.Current().ID)
	}
	require.ElementsMatch(t, []string{"gpt-5.4-mini", "embeddings"}, names)
	one, err := client.Models.Get(ctx, "embeddings")
	require.NoError(t, err)
	require.Equal(t, "embeddings", one.ID)
	_, err = client.Models.Get(ctx, "gpt-9")
	var refused *openai.Error
	require.ErrorAs(t, err, &refused)
	require.Equal(t, 404, refused.StatusCode)
	require.Equal(t, "DeploymentNotFound", refused.Code)
}

func asked(input, previous string) responses.ResponseNewParams {
	params := responses.ResponseNewParams{Model: "gpt-5.4-mini", Input: responses.ResponseNewParamsInputUnion{OfString: openai.String(input)}}
	if previous != "" {
		params.PreviousResponseID = openai.String(previous)
	}
	return params
}

// responsesStay: conversations go on at the account that has them, streamed or not, and stored
// responses are read and deleted there.
func responsesStay(t *testing.T, client openai.Client) {
	t.Helper()
	ctx := context.Background()
	served := map[string]bool{}
	for range 6 {
		var id string
		stream := client.Responses.NewStreaming(ctx, asked("Hello", ""))
		for stream.Next() {
			id = stream.Current().Response.ID
		}
		require.NoError(t, stream.Err())
		require.NotEmpty(t, id)
		var reply *http.Response
		second, err := client.Responses.New(ctx, asked("And then?", id), option.WithResponseInto(&reply))
		require.NoError(t, err)
		require.Equal(t, id, second.PreviousResponseID)
		served[reply.Header.Get("x-gateway-backend")] = true
		read, err := client.Responses.Get(ctx, id, responses.ResponseGetParams{})
		require.NoError(t, err, said(err))
		require.Equal(t, id, read.ID)
		require.NoError(t, client.Responses.Delete(ctx, id))
		_, err = client.Responses.Get(ctx, id, responses.ResponseGetParams{})
		var refused *openai.Error
		require.ErrorAs(t, err, &refused)
		require.Equal(t, 404, refused.StatusCode)
		require.Contains(t, refused.Message, "not found")
	}
	_, err := client.Responses.New(ctx, asked("And then?", "resp_of_nobody"))
	var refused *openai.Error
	require.ErrorAs(t, err, &refused)
	require.Equal(t, "previous_response_not_found", refused.Code)
	require.Greater(t, len(served), 1, "conversations are spread over the accounts: %v", served)
}

// lostResponsesAreTold: while the account that has a response is lost, callers are not told that
// the response is not there; new conversations go on elsewhere.
func lostResponsesAreTold(t *testing.T, x *traffic, client openai.Client) {
	t.Helper()
	ctx := context.Background()
	var reply *http.Response
	first, err := client.Responses.New(ctx, asked("Hello", ""), option.WithResponseInto(&reply))
	require.NoError(t, err)
	region := map[string]string{
		"sweden-gpt-5_4-mini": "swedencentral", "france-gpt-5_4-mini": "francecentral", "poland-gpt-5_4-mini": "polandcentral",
	}[reply.Header.Get("x-gateway-backend")]
	require.NotEmpty(t, region, reply.Header)
	for _, kind := range []string{`"kind": "status", "status": 500`, `"kind": "reset"`} {
		x.faults(`[{"region": "` + region + `", "hostKind": "account", ` + kind + `}]`)
		var refused *openai.Error
		_, err = client.Responses.Get(ctx, first.ID, responses.ResponseGetParams{})
		require.ErrorAs(t, err, &refused)
		require.Equal(t, 503, refused.StatusCode, refused.Message)
		require.Contains(t, refused.Message, "is stored at one account")
		_, err = client.Responses.New(ctx, asked("And then?", first.ID))
		require.ErrorAs(t, err, &refused)
		require.Equal(t, 503, refused.StatusCode, refused.Message)
		_, err = client.Responses.New(ctx, asked("Hello", ""))
		require.NoError(t, err)
	}
	x.faults(`[]`)
	_, err = client.Responses.Get(ctx, first.ID, responses.ResponseGetParams{})
	require.NoError(t, err)
}

// said is what an answer said, "" for none.
func said(err error) string {
	var refused *openai.Error
	if !errors.As(err, &refused) {
		return ""
	}
	return string(refused.DumpResponse(true))
}

// bearerKeyIsTold: OpenAI's own client sends its key where API Management does not look.
func bearerKeyIsTold(t *testing.T, x *traffic, key string) {
	t.Helper()
	client := openai.NewClient(option.WithBaseURL(x.gateway+"/openai/v1"), option.WithAPIKey(key), option.WithHTTPClient(x.http), option.WithMaxRetries(0))
	_, err := client.Models.List(t.Context())
	require.Contains(t, said(err), "401 Unauthorized")
	require.Contains(t, said(err), "Send a key in the header api-key.")
}
