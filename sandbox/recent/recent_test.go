package recent_test

import (
	"context"
	"errors"
	"net"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/aoai-gateway/aoai-gateway/sandbox/recent"
)

var client = recent.Who{Host: "edge", Kind: "front-door", Method: "POST", Path: "/chat"}

// However much clients ask, and however much happens for them, little is kept, and what was
// dropped is told.
func TestMemoryIsBounded(t *testing.T) {
	log := recent.New()
	for range recent.MaxRequests + 7 {
		_, visit := log.Client(t.Context(), client)
		visit.End(200)
	}
	list := log.Summaries()
	require.Len(t, list, recent.MaxRequests)
	require.Equal(t, "107", list[0].ID, "the newest comes first")
	_, found := log.Request("7")
	require.False(t, found, "the oldest have gone")

	long := strings.Repeat("é", 10_000)
	_, visit := log.Client(t.Context(), recent.Who{Path: long})
	for range 1000 {
		asked, key := visit.Ask(recent.Who{Host: "account", Path: long})
		asked.Sent(key, nil)
		visit.Note(long)
		visit.Fault(long)
	}
	kept, found := log.Request("108")
	require.True(t, found)
	require.Equal(t, 1000-39+1000-400, kept.Unkept)
	require.Len(t, kept.Hop.Hops, 39)
	require.Len(t, kept.Hop.Steps, 400)
	require.Len(t, kept.Hop.Faults, 40)
	for _, text := range []string{kept.Hop.Path, kept.Hop.Steps[0].Text, kept.Hop.Faults[0], kept.Hop.Hops[0].Path} {
		require.Less(t, len(text), 500)
	}
}

// What services ask each other stands below the request that it was asked for.
func TestHopsStandBelowTheirRequest(t *testing.T) {
	log := recent.New()
	ctx, edge := log.Client(t.Context(), client)
	asked, key := recent.Of(ctx).Ask(recent.Who{Host: "north", Kind: "account"})
	asked.Sent(key, &net.DNSError{Name: "north", Err: "secret words"})
	asked, key = edge.Ask(recent.Who{Host: "south", Kind: "account"})
	_, south := log.Arrive(context.Background(), key)
	south.Fault("status 429")
	south.End(429)
	asked.Sent(key, nil)
	edge.End(429)
	_, again := log.Arrive(context.Background(), key)
	require.Nil(t, again, "a key is good once")

	summary := log.Summaries()[0]
	require.Equal(t, "south", summary.Answered)
	require.Equal(t, 2, summary.Attempts)
	require.True(t, summary.Faulted)
	require.Equal(t, 429, summary.Status)
	kept, _ := log.Request(summary.ID)
	require.Equal(t, "the host name was not found", kept.Hop.Hops[0].Problem)
	require.Zero(t, kept.Hop.Hops[0].Status)
	require.Equal(t, 429, kept.Hop.Hops[1].Status)
}

// The words of an error do not get in: anything may stand there.
func TestProblemsAreToldInOwnWords(t *testing.T) {
	for want, problem := range map[string]error{
		"no answer in time":          context.DeadlineExceeded,
		"the caller stopped waiting": context.Canceled,
		"the connection broke off":   errors.New("read https://x/?key=secret: EOF"),
	} {
		log := recent.New()
		_, visit := log.Client(t.Context(), client)
		asked, key := visit.Ask(recent.Who{Host: "account"})
		asked.Sent(key, problem)
		kept, _ := log.Request("1")
		require.Equal(t, want, kept.Hop.Hops[0].Problem)
	}
}

// Without anybody who watches, everything is taken and nothing kept.
func TestNobodyWatches(t *testing.T) {
	visit := recent.Of(t.Context())
	require.Nil(t, visit)
	asked, key := visit.Ask(client)
	require.Empty(t, key)
	asked.Sent(key, errors.New("lost"))
	visit.Note("nothing")
	visit.Fault("nothing")
	visit.End(200)
}
