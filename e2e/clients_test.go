package e2e

import (
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"go.yaml.in/yaml/v3"
)

// clientCall is a call of the table, which each of its clients makes at each of its paths.
type clientCall struct {
	Call, With string
	Clients    map[string][]string
	Source     string
	// Ends says who answers, and Azure what an account of Azure would do where nobody does.
	Ends, Azure string
	// Status is the answer's, 0 for 200.
	Status int
	Body   map[string]any
	// Before is the response that the call builds on, ID what it asks for, File what it sends.
	Before map[string]any
	ID     string
	File   string
	// Gets are places in the answer, with what is there.
	Gets map[string]any
}

// clientRow is a call by one client at one path.
type clientRow struct {
	clientCall

	Client, Path string
}

func (r clientRow) name() string {
	return strings.TrimSuffix(strings.Join([]string{r.Client, r.Path, r.Call, r.With}, "/"), "/")
}

// clientReply is what a row got: the last answer on the wire, and what the client made of it.
type clientReply struct {
	Status  int
	Backend string
	// Refusal is the body of an answer of 400 and above.
	Refusal string
	// Result is what the client returned, as JSON, and Error what it threw.
	Result, Error string
}

// Ends of calls.
const (
	endsAtAccount = "account"
	endsAtGateway = "gateway"
	endsNowhere   = "nobody"
)

// clientRows reads the table.
func clientRows(t *testing.T) []clientRow {
	t.Helper()
	content, err := os.ReadFile(filepath.Join("testdata", "clients", "calls.yaml"))
	require.NoError(t, err)
	var table struct {
		Sources map[string]string
		Calls   []clientCall
	}
	require.NoError(t, yaml.Unmarshal(content, &table))
	var rows []clientRow
	for _, call := range table.Calls {
		require.Contains(t, table.Sources, call.Source, call.Call)
		require.Contains(t, []string{endsAtAccount, endsAtGateway, endsNowhere}, call.Ends, call.Call)
		require.Equal(t, call.Ends == endsNowhere, call.Azure != "", "azure is said of calls that end nowhere: %s", call.Call)
		for client, paths := range call.Clients {
			for _, path := range paths {
				rows = append(rows, clientRow{clientCall: call, Client: client, Path: path})
			}
		}
	}
	slices.SortFunc(rows, func(a, b clientRow) int { return strings.Compare(a.name(), b.name()) })
	return rows
}

// check holds a reply to its row.
func (r clientRow) check(t *testing.T, got clientReply) {
	t.Helper()
	want := max(r.Status, http.StatusOK)
	if r.Ends == endsNowhere {
		want = http.StatusNotFound
	}
	require.Equal(t, want, got.Status, "%s %s", got.Error, got.Refusal)
	said := got.Refusal
	if want < http.StatusBadRequest {
		require.Empty(t, got.Error)
		said = got.Result
	} else {
		require.NotEmpty(t, got.Error, "the client does not tell of the refusal")
	}
	hasBackend := got.Backend != "" && got.Backend != "none"
	require.Equal(t, r.Ends == endsAtAccount, hasBackend, "answered by %q", got.Backend)
	var answer any
	if len(r.Gets) > 0 || r.Ends == endsNowhere {
		decoder := json.NewDecoder(strings.NewReader(said))
		decoder.UseNumber()
		require.NoError(t, decoder.Decode(&answer), "%q", said)
	}
	if r.Ends == endsNowhere {
		require.Contains(t, fmt.Sprint(placed(answer, "error.message")), "There is no operation", said)
	}
	for place, want := range r.Gets {
		got := placed(answer, place)
		switch text := fmt.Sprint(want); {
		case text == "*":
			require.NotContains(t, []any{nil, "", json.Number("0")}, got, "%s of %s", place, said)
		case strings.HasPrefix(text, "~"):
			require.Contains(t, fmt.Sprint(got), text[1:], "%s of %s", place, said)
		default:
			require.Equal(t, text, fmt.Sprint(got), "%s of %s", place, said)
		}
	}
}

// placed is what stands at a place of an answer, such as choices.0.index; -1 is the last of a list,
// and # how many it has. It is nil where there is nothing.
func placed(answer any, place string) any {
	for _, part := range strings.Split(place, ".") {
		switch held := answer.(type) {
		case map[string]any:
			answer = held[part]
		case []any:
			if part == "#" {
				return len(held)
			}
			i, err := strconv.Atoi(part)
			if i < 0 {
				i += len(held)
			}
			if err != nil || i < 0 || i >= len(held) {
				return nil
			}
			answer = held[i]
		default:
			return nil
		}
	}
	return answer
}

// The page on calls has the numbers of the table by client: calls that get what Azure would
// answer, those refused as Azure refuses them, and those that the gateway does not publish.
func TestCountsOfCallsAreTold(t *testing.T) {
	type counted struct{ answered, refused, unpublished int }
	counts := map[string]counted{}
	var all counted
	add := func(to counted, r clientRow) counted {
		switch {
		case r.Ends == endsNowhere && r.Azure == "answers":
			to.unpublished++
		case r.Ends == endsNowhere || r.Status >= http.StatusBadRequest:
			to.refused++
		default:
			to.answered++
		}
		return to
	}
	for _, row := range clientRows(t) {
		counts[row.Client], all = add(counts[row.Client], row), add(all, row)
	}
	page, err := os.ReadFile(filepath.Join(root, "docs", "calls.md"))
	require.NoError(t, err)
	for client, n := range counts {
		require.Regexp(t, fmt.Sprintf(`(?m)^\| .%s. .*\| %d \| %d \| %d \|$`, regexp.QuoteMeta(client), n.answered, n.refused, n.unpublished), string(page))
	}
	require.Contains(t, string(page), fmt.Sprintf("| all | %d | %d | %d |", all.answered, all.refused, all.unpublished))
	require.GreaterOrEqual(t, all.answered+all.refused, 170)
}

// Official clients make the calls of the table on a deployed stack: those for Go always, those
// for Node where AOAI_JS is set.
func TestCallsOfOfficialClients(t *testing.T) {
	t.Parallel()
	rows := clientRows(t)
	w := newSeededWorld(t, filepath.Join(root, "e2e", "testdata", "clients", "stack.yaml"), trafficSeed())
	w.must(0, "up")
	w.serving(func(x *traffic) {
		byGo := &goClients{x: x, key: x.key("first-team")}
		var others []clientRow
		for _, row := range rows {
			if row.Client != "openai-go" {
				others = append(others, row)
				continue
			}
			t.Run(row.name(), func(t *testing.T) { row.check(t, byGo.do(t, row)) })
		}
		dir := nodeModules(t)
		if dir == "" {
			return
		}
		for i, reply := range x.byNode(t, dir, others) {
			t.Run(others[i].name(), func(t *testing.T) { others[i].check(t, reply) })
		}
	})
}
