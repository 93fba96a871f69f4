package policies_test

import (
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/aoai-gateway/aoai-gateway/policies"
)

// outcomes are what an account makes of a request; served and blamed end it.
var outcomes = []string{
	"200", "400", "401", "403", "404", "408", "410", "429", "429 Retry-After: 3", "429 Retry-After: 60", "429 Retry-After: 3600",
	"500", "502", "503", "503 Retry-After: 5", "reset", "refused",
}

// pauses between requests, in seconds, lie around the times after which an account is asked again.
var pauses = []int{0, 1, 3, 5, 9, 10, 11, 14, 15, 16, 61}

// Whatever three accounts answer, in whatever order and after whatever pauses, what
// docs/policies.md promises of one request and the next holds, with both strategies and
// however the service tells what is unavailable.
func TestBalancersKeepTheirPromises(t *testing.T) {
	t.Parallel()
	for strategy, part := range map[string]policies.Part{"round robin": balancer(), "pool": pool()} {
		t.Run(strategy, func(t *testing.T) {
			t.Parallel()
			rapid.Check(t, func(r *rapid.T) {
				h := history{r: r, t: t, left: map[string][]string{}, told: map[string]time.Duration{}, busy: map[string]time.Duration{"aa": 0, "bb": 0, "cc": 0}}
				for _, id := range []string{"aa", "bb", "cc"} {
					h.left[id] = rapid.SliceOfN(rapid.SampledFrom(outcomes), 4, 4).Draw(r, id)
				}
				switches := unavailable[rapid.SampledFrom(slices.Sorted(maps.Keys(unavailable))).Draw(r, "told")]
				h.gateway = newGatewayWith(t, switches, threeBackends+h.script(), policies.Model{}, part, policies.Errors{})
				for range rapid.IntRange(1, 4).Draw(r, "requests") {
					h.request()
				}
			})
		})
	}
}

// history is what came of the requests so far: what accounts have left to answer, until when one
// has said that it is busy, and until when it is to be left alone.
type history struct {
	r       *rapid.T
	t       *testing.T
	gateway *gateway
	now     time.Duration
	left    map[string][]string
	told    map[string]time.Duration
	busy    map[string]time.Duration
}

func (h *history) script() string {
	var lines strings.Builder
	for _, id := range slices.Sorted(maps.Keys(h.left)) {
		for _, outcome := range h.left[id] {
			fmt.Fprintf(&lines, "answer https://%s => %s\n", id, outcome)
		}
	}
	return lines.String()
}

func (h *history) request() {
	pause := time.Duration(rapid.SampledFrom(pauses).Draw(h.r, "pause")) * time.Second
	h.now += pause
	record := h.gateway.chatAfter(pause)
	asked := strings.Fields(visited(record))
	var status, end string
	for i, id := range asked {
		require.NotContains(h.r, asked[:i], id, "asked twice:\n%s", record)
		require.LessOrEqual(h.r, h.busy[id], h.now, "%s said how long it is busy, and is asked:\n%s", id, record)
		status, h.left[id] = h.left[id][0], h.left[id][1:]
		if status == "200" || status == "400" {
			require.Len(h.r, asked, i+1, "asked for more after %s:\n%s", status, record)
			end = status
		}
		h.note(id, status)
	}
	if end != "" {
		require.Contains(h.r, record, "= "+end+" ")
		return
	}
	for id, until := range h.busy {
		if !slices.Contains(asked, id) {
			require.Greater(h.r, until, h.now, "%s could have served, and was not asked:\n%s", id, record)
		}
	}
	if strings.Contains(record, "= 429 ") {
		require.InDelta(h.r, 30, number(h.t, record, `retry-after: (\d+)`), 29, "clients take 1 to 59 seconds:\n%s", record)
		require.InDelta(h.r, 29_500, number(h.t, record, `retry-after-ms: (\d+)`), 29_500, "%s", record)
	}
}

// note keeps until when an account is not asked after an answer: for as long as it has said, also
// before, or 15 seconds; and for a trip of 10 seconds where that is longer than two of them.
func (h *history) note(id, outcome string) {
	status, told, _ := strings.Cut(outcome, " Retry-After: ")
	if status != "429" && status != "503" {
		return
	}
	if seconds, err := strconv.Atoi(told); err == nil {
		h.told[id] = h.now + time.Duration(seconds)*time.Second
	} else if h.told[id] <= h.now {
		h.told[id] = h.now + 15*time.Second
	}
	h.busy[id] = h.told[id]
	if h.told[id] > h.now+20*time.Second {
		h.busy[id] = h.now + 10*time.Second
	}
}

func number(t *testing.T, record, pattern string) int {
	t.Helper()
	found := regexp.MustCompile(pattern).FindStringSubmatch(record)
	require.NotNil(t, found, "%s lacks %s", record, pattern)
	value, err := strconv.Atoi(found[1])
	require.NoError(t, err)
	return value
}
