package e2e

import (
	"net/http"
	"strings"
	"testing"

	"github.com/openai/openai-go/v3"
	"github.com/openai/openai-go/v3/option"
	"github.com/openai/openai-go/v3/responses"
	"github.com/stretchr/testify/require"

	"github.com/aoai-gateway/aoai-gateway/sandbox/network"
)

const (
	inSweden = "swedencentral"
	inFrance = "francecentral"
)

// A response is found through Front Door whichever region's gateway is asked, also while the
// gateway is lost through which it was made; while its account is lost, callers are told what is
// lost; and once the account is gone for good, that it is not there.
func TestStoredResponsesInTwoRegions(t *testing.T) {
	t.Parallel()
	content := strings.Replace(readFile(t, example("multi-region/defaults")), "version: \"2026-03-17\"\n", "version: \"2026-03-17\"\n      capacity: 900\n", 1)
	w := newSeededWorld(t, stackFile(t, content), trafficSeed())
	w.must(0, "up")
	var kept string
	w.serving(func(x *traffic) {
		x.edge()
		client := x.withKey(x.key("first-team"))
		t.Run("found from the other region", func(t *testing.T) { x.foundFromAfar(t, client) })
		t.Run("found while the gateway is lost", func(t *testing.T) { x.foundAround(t, client) })
		t.Run("told while the account is lost", func(t *testing.T) { kept = x.toldOfLoss(t, client) })
	})
	w.flags[3] = stackFile(t, strings.ReplaceAll(content, "- name: sweden\n", "- name: sweden2\n"))
	w.must(0, "up")
	w.serving(func(x *traffic) {
		x.edge()
		_, err := x.read(t, x.withKey(x.key("first-team")), inFrance, kept)
		gives(t, err, http.StatusNotFound)
		require.Contains(t, said(err), "not found", "the account is gone for good")
	})
}

// made is the id of a response that was asked for near a region, as a stream.
func (x *traffic) made(t *testing.T, client openai.Client, region string) string {
	t.Helper()
	var id string
	stream := client.Responses.NewStreaming(t.Context(), asked("Hello", ""), near(region))
	for stream.Next() {
		id = stream.Current().Response.ID
	}
	require.NoError(t, stream.Err())
	require.NotEmpty(t, id)
	return id
}

// read asks for a stored response near a region. It tells which region's gateway and which
// region's account answered, or what the refusal said.
func (x *traffic) read(t *testing.T, client openai.Client, region, id string) (servedBy string, err error) {
	t.Helper()
	var reply *http.Response
	found, err := client.Responses.Get(t.Context(), id, responses.ResponseGetParams{}, near(region), option.WithResponseInto(&reply))
	if err == nil {
		require.Equal(t, id, found.ID)
	}
	return regionsOf(reply), err
}

// regionsOf are those of the gateway and of the account that answered.
func regionsOf(reply *http.Response) string {
	return reply.Header.Get("x-gateway-region") + " > " + reply.Header.Get("x-ms-region")
}

// gives holds a refusal to a status.
func gives(t *testing.T, err error, status int) {
	t.Helper()
	var refused *openai.Error
	require.ErrorAs(t, err, &refused)
	require.Equal(t, status, refused.StatusCode, refused.Message)
}

// foundFromAfar: made in Sweden, read, gone on with and deleted in France.
func (x *traffic) foundFromAfar(t *testing.T, client openai.Client) {
	t.Helper()
	id := x.made(t, client, inSweden)
	from, err := x.read(t, client, inFrance, id)
	require.NoError(t, err, said(err))
	require.Equal(t, "France Central > swedencentral", from)
	var reply *http.Response
	second, err := client.Responses.New(t.Context(), asked("And then?", id), near(inFrance), option.WithResponseInto(&reply))
	require.NoError(t, err, said(err))
	require.Equal(t, id, second.PreviousResponseID)
	require.Equal(t, "France Central > swedencentral", regionsOf(reply), "the conversation stays with its account")
	require.NoError(t, client.Responses.Delete(t.Context(), id, near(inFrance)))
	_, err = x.read(t, client, inSweden, id)
	gives(t, err, http.StatusNotFound)
}

// foundAround: Sweden's gateway is lost, and its account is not.
func (x *traffic) foundAround(t *testing.T, client openai.Client) {
	t.Helper()
	id := x.made(t, client, inSweden)
	x.order(network.Fault{Region: inSweden, Kind: "unreachable", HostKind: "gateway"})
	defer x.order()
	from, err := x.read(t, client, inSweden, id)
	require.NoError(t, err, said(err))
	require.Equal(t, "France Central > swedencentral", from)
}

// toldOfLoss: Sweden's account is lost. Its id is returned.
func (x *traffic) toldOfLoss(t *testing.T, client openai.Client) string {
	t.Helper()
	id := x.made(t, client, inSweden)
	x.order(network.Fault{Region: inSweden, Kind: "unreachable", HostKind: "account"})
	defer x.order()
	for _, region := range []string{inSweden, inFrance} {
		_, err := x.read(t, client, region, id)
		gives(t, err, http.StatusServiceUnavailable)
		require.Contains(t, said(err), "is stored at one account alone, and one that may have it gives no answer now")
		_, err = client.Responses.New(t.Context(), asked("And then?", id), near(region))
		require.Contains(t, said(err), "send the whole input instead", "a conversation stands still")
		require.NotEmpty(t, x.made(t, client, region), "a new one goes on elsewhere")
	}
	return id
}
