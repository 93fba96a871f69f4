package e2e

import (
	"context"
	"encoding/json"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/openai/openai-go/v3"
	"github.com/openai/openai-go/v3/responses"
	"github.com/openai/openai-go/v3/shared"
	"github.com/stretchr/testify/require"

	"github.com/aoai-gateway/aoai-gateway/internal/kusto"
	"github.com/aoai-gateway/aoai-gateway/internal/kusto/kustotest"
	"github.com/aoai-gateway/aoai-gateway/sandbox"
)

// loggingStack logs all that can be logged, knows prices, and alerts.
func loggingStack(t *testing.T) string {
	t.Helper()
	roomy := strings.Replace(twoModels(t, "round-robin"), "version: \"2026-03-17\"\n", "version: \"2026-03-17\"\n      capacity: 200\n", 1)
	return strings.Replace(roomy, "    loadBalancing:\n", `    products:
      - name: standard
    logging:
      llm: messages
      bodyBytes: 8192
    alerts:
      emails: [on-call@contoso.com]
    loadBalancing:
`, 1) + `      - name: second-team
        product: standard
  aoai-gateway:monitor:
    prices:
      - {model: gpt-5.4-mini, input: 2, cachedInput: 0.5, output: 10}
      - {model: text-embedding-3-small, input: 0.1, output: 0}
`
}

// result is what a query gives, by its columns.
type result []map[string]any

// only are the values of a column where another one has a value.
func (r result) only(column, where string, is any) []any {
	var found []any
	for _, row := range r {
		if row[where] == is {
			found = append(found, row[column])
		}
	}
	return found
}

// sum of a column of whole numbers.
func (r result) sum(column string) (total int64) {
	for _, row := range r {
		n, _ := row[column].(int64)
		total += n
	}
	return total
}

// queries runs deployed queries.
type queries struct {
	x        *traffic
	deployed []sandbox.DeployedQuery
}

// in is the same for a test of its own.
func (q queries) in(t *testing.T) queries {
	world, x := *q.x.world, *q.x
	world.t, x.world = t, &world
	return queries{&x, q.deployed}
}

// run gives the rows of the one deployed query whose name begins so.
func (q queries) run(kind, name string) result {
	q.x.t.Helper()
	at := slices.IndexFunc(q.deployed, func(d sandbox.DeployedQuery) bool { return d.Kind == kind && strings.HasPrefix(d.Name, name) })
	require.GreaterOrEqual(q.x.t, at, 0, "no %s is called %s", kind, name)
	// Messages to event hubs and the rest of the background are written then.
	require.NoError(q.x.t, q.x.session.Logs(q.x.t.Context(), "LostEvents", nil))
	table, cut, err := sandbox.QueryLogs(q.x.t.Context(), q.x.dir, q.deployed[at].Text)
	require.NoError(q.x.t, err, name)
	require.Empty(q.x.t, cut)
	var rows result
	for _, values := range table.Rows {
		row := map[string]any{}
		for i, column := range table.Columns {
			row[column.Name] = values[i]
		}
		rows = append(rows, row)
	}
	return rows
}

// Each deployed query, over real traffic, gives what was sent: its sums are what the accounts
// have counted.
func TestDeployedQueries(t *testing.T) {
	t.Parallel()
	w := newSeededWorld(t, stackFile(t, loggingStack(t)), trafficSeed())
	w.must(0, "up")
	w.serving(func(x *traffic) {
		deployed, err := x.session.Queries(t.Context())
		require.NoError(t, err)
		q := queries{x, deployed}
		t.Run("without a row", func(t *testing.T) {
			for _, each := range deployed {
				_, _, err := sandbox.QueryLogs(t.Context(), x.dir, each.Text)
				require.NoError(t, err, each.Name)
			}
		})
		calls := x.manyCalls()
		t.Run("rows have the columns of their tables", func(t *testing.T) { rowsHaveColumns(t, x) })
		t.Run("tokens", func(t *testing.T) { q.in(t).countTokens(calls) })
		t.Run("money", func(t *testing.T) { q.in(t).countMoney() })
		t.Run("messages", func(t *testing.T) { q.in(t).readMessages() })
		t.Run("failures", func(t *testing.T) { q.in(t).seeFailures() })
		t.Run("the workbook shows the same", func(t *testing.T) {
			q := q.in(t)
			require.Equal(t, q.run("saved-query", "tokens-by-model"), q.run("workbook", q.workbook()+"/tokens-by-model"))
		})
		t.Run("Microsoft's analyser", func(t *testing.T) { analyseDeployed(t, deployed) })
	})
}

func (q queries) workbook() string {
	at := slices.IndexFunc(q.deployed, func(d sandbox.DeployedQuery) bool { return d.Kind == "workbook" })
	name, _, _ := strings.Cut(q.deployed[at].Name, "/")
	return name
}

// longText is longer than a row of the log takes, and than what is kept of bodies.
var longText = strings.Repeat("All work and no play makes Jack a dull boy. ", 2000)

// manyCalls sends what gateways get, by two callers, and says how many calls were answered.
func (x *traffic) manyCalls() (answered int64) {
	x.t.Helper()
	ctx := x.t.Context()
	first, second := x.withKey(x.key("first-team")), x.withKey(x.key("second-team"))
	for range 3 {
		_, err := first.Chat.Completions.New(ctx, question())
		require.NoError(x.t, err)
	}
	thinking := question()
	thinking.ReasoningEffort = shared.ReasoningEffortLow
	_, err := second.Chat.Completions.New(ctx, thinking)
	require.NoError(x.t, err)
	streamed := question()
	streamed.StreamOptions.IncludeUsage = openai.Bool(true)
	stream := second.Chat.Completions.NewStreaming(ctx, streamed)
	for stream.Next() {
		_ = stream.Current()
	}
	require.NoError(x.t, stream.Err())
	_, err = first.Responses.New(ctx, responses.ResponseNewParams{Model: "gpt-5.4-mini", Input: responses.ResponseNewParamsInputUnion{OfString: openai.String("Tell me of logs")}})
	require.NoError(x.t, err)
	told := first.Responses.NewStreaming(ctx, responses.ResponseNewParams{Model: "gpt-5.4-mini", Input: responses.ResponseNewParamsInputUnion{OfString: openai.String("Tell me of streams")}})
	for told.Next() {
		_ = told.Current()
	}
	require.NoError(x.t, told.Err())
	require.NoError(x.t, embeds(ctx, second))
	long := openai.ChatCompletionNewParams{Model: "gpt-5.4-mini", Messages: []openai.ChatCompletionMessageParamUnion{openai.UserMessage(longText)}}
	for range 4 {
		// Two accounts take turns, so that each reads its prompt a second time from its cache.
		_, err = second.Chat.Completions.New(ctx, long)
		require.NoError(x.t, err)
	}
	return 12
}

// accounts is what the accounts have counted.
func (x *traffic) accounts() (requests, prompt, completion, cached, reasoning int64) {
	x.t.Helper()
	state, err := x.session.State(x.t.Context())
	require.NoError(x.t, err)
	for _, each := range state.Models {
		requests += each.Requests
		prompt, completion = prompt+each.PromptTokens, completion+each.CompletionTokens
		cached, reasoning = cached+each.CachedTokens, reasoning+each.ReasoningTokens
	}
	return requests, prompt, completion, cached, reasoning
}

func (q queries) countTokens(calls int64) {
	t := q.x.t
	requests, prompt, completion, cached, reasoning := q.x.accounts()
	require.Equal(t, calls, requests)
	require.Positive(t, cached)
	require.Positive(t, reasoning)
	for _, name := range []string{"tokens-by-model", "tokens-by-caller", "tokens-by-product", "tokens-by-backend", "showback"} {
		rows := q.run("saved-query", name)
		require.Equal(t, []int64{requests, prompt, completion}, []int64{rows.sum("Requests"), rows.sum("PromptTokens"), rows.sum("CompletionTokens")}, "%s: %v", name, rows)
		require.Greater(t, len(rows), 1, name)
	}
	rows := q.run("saved-query", "tokens-by-caller")
	require.Equal(t, []any{int64(5)}, rows.only("Requests", "Caller", "subscription:first-team"), "%v", rows)
	require.Equal(t, []any{int64(7)}, rows.only("Requests", "Caller", "subscription:second-team"), "%v", rows)
	rows = q.run("saved-query", "tokens-by-product")
	require.Equal(t, []any{int64(7)}, rows.only("Requests", "ProductId", "standard"), "%v", rows)
	rows = q.run("saved-query", "tokens-by-model")
	require.Equal(t, []any{int64(11)}, rows.only("Requests", "Model", "gpt-5.4-mini-2026-03-17"), "%v", rows)
	state, err := q.x.session.State(t.Context())
	require.NoError(t, err)
	byAccount := map[string]int64{}
	for _, each := range state.Models {
		byAccount[each.Account[strings.LastIndex(each.Account, "/")+1:]+".openai.azure.com"] += each.Requests
	}
	rows = q.run("saved-query", "tokens-by-backend")
	for host, count := range byAccount {
		require.Equal(t, []any{count}, rows.only("Requests", "Backend", host), "%v", rows)
	}
}

func (q queries) countMoney() {
	t := q.x.t
	_, _, _, cached, reasoning := q.x.accounts()
	rows := q.run("saved-query", "showback")
	require.Equal(t, []int64{cached, reasoning}, []int64{rows.sum("CachedTokens"), rows.sum("ReasoningTokens")}, "%v", rows)
	state, err := q.x.session.State(t.Context())
	require.NoError(t, err)
	var due, told float64
	for _, each := range state.Models {
		if each.Deployment == "embeddings" {
			due += 0.1 * float64(each.PromptTokens) / 1e6
			continue
		}
		due += (2*float64(each.PromptTokens-each.CachedTokens) + 0.5*float64(each.CachedTokens) + 10*float64(each.CompletionTokens)) / 1e6
	}
	for _, row := range rows {
		cost, is := row["Cost"].(float64)
		require.True(t, is, "a model has no price: %v", row)
		told += cost
	}
	require.InDelta(t, due, told, 1e-9)
}

func (q queries) readMessages() {
	t := q.x.t
	rows := q.run("saved-query", "messages")
	require.Contains(t, rows.only("Request", "Deployment", "gpt-5.4-mini"), any(longText), "a text of several rows is one again")
	require.Contains(t, rows.only("Request", "Deployment", "gpt-5.4-mini"), any("Tell me of streams"))
	for _, row := range rows {
		require.NotEmpty(t, row["Model"])
		require.Positive(t, row["PromptTokens"])
		require.Equal(t, row["Deployment"] == "embeddings", row["Response"] == "", "%v", row)
	}
	rows = q.run("saved-query", "prompts-and-responses")
	require.Len(t, rows, 12)
	for _, row := range rows {
		require.NotEmpty(t, row["Prompt"], "%v", row)
		require.NotEmpty(t, row["Response"], "%v", row)
		require.NotEmpty(t, row["Model"], "%v", row)
		require.Positive(t, row["PromptTokens"], "%v", row)
		require.NotContains(t, row["Response"], "data:", "a stream is put together: %v", row)
	}
}

// seeFailures throttles, fails and breaks off calls, and looks at who tells of it.
func (q queries) seeFailures() {
	t, x := q.x.t, q.x
	client := x.withKey(x.key("first-team"))
	before := q.run("saved-query", "throttled-and-failed")
	require.Zero(t, before.sum("Failed")+before.sum("Throttled"))
	x.faults(`[{"hostKind": "account", "kind": "reset-stream", "afterBytes": 300}]`)
	broken := q.breakOff(t.Context(), client)
	x.faults(`[{"hostKind": "account", "kind": "status", "status": 429, "retryAfterSeconds": 1}]`)
	for range 3 {
		_, err := chats(t.Context(), client)
		x.refused(err, http.StatusTooManyRequests)
	}
	x.faults(`[]`)
	rows := q.run("saved-query", "throttled-and-failed")
	require.EqualValues(t, 3, rows.sum("Throttled"), "%v", rows)
	require.EqualValues(t, broken, rows.sum("BrokenOff"), "%v", rows)
	require.EqualValues(t, broken, rows.sum("Failed"), "a stream that broke off is no good answer: %v", rows)
	// The alerts count 20 requests at least, so that a few calls of which one failed page nobody.
	require.Equal(t, []any{0.0}, q.run("alert", "throttled-").only("Value", "Value", 0.0))
	for range 20 - int(rows.sum("Requests")) {
		require.NoError(t, embeds(t.Context(), client))
	}
	throttled, failed := q.run("alert", "throttled-"), q.run("alert", "failed-")
	require.InDelta(t, 15, throttled[0]["Value"], 0.01)
	require.InDelta(t, 100*float64(broken)/20, failed[0]["Value"], 0.01)
	require.NotNil(t, q.run("alert", "tripped-"))
	left := q.run("saved-query", "backends-left-alone")
	require.NotEmpty(t, left)
	require.NotEmpty(t, left.only("Backend", "Model", "gpt-5.4-mini"))
}

// breakOff streams until one stream has broken off after its first piece, and counts those.
func (q queries) breakOff(ctx context.Context, client openai.Client) (broken int) {
	stream := client.Chat.Completions.NewStreaming(ctx, question())
	for stream.Next() {
		_ = stream.Current()
	}
	if stream.Err() != nil {
		broken++
	}
	require.Equal(q.x.t, 1, broken)
	return broken
}

// rowsHaveColumns holds every row that was written to its table's columns and their types.
func rowsHaveColumns(t *testing.T, x *traffic) {
	seen := map[string]int{}
	for name, columns := range sandbox.LogTables() {
		rows := x.rows(name)
		seen[name] = len(rows)
		for _, row := range rows {
			written, err := json.Marshal(row)
			require.NoError(t, err)
			table, err := kusto.FromJSON(columns, []json.RawMessage{written})
			require.NoError(t, err)
			for i, column := range columns {
				value, given := row[column.Name]
				require.False(t, given && value != nil && table.Rows[0][i] == nil, "%s.%s is a %s, and this is %v", name, column.Name, column.Type, value)
				delete(row, column.Name)
			}
			require.Empty(t, row, "%s has no such columns", name)
		}
	}
	for _, name := range []string{"ApiManagementGatewayLogs", "ApiManagementGatewayLlmLog", "AppMetrics"} {
		require.Positive(t, seen[name], name)
	}
}

// analyseDeployed lets Microsoft's analyser read the queries that are deployed.
func analyseDeployed(t *testing.T, deployed []sandbox.DeployedQuery) {
	var asked []kustotest.Query
	for _, each := range deployed {
		asked = append(asked, kustotest.Query{Name: each.Kind + " " + each.Name, Text: each.Text})
	}
	for _, answer := range kustotest.Analyse(t, sandbox.LogTables(), asked) {
		for _, said := range answer.Diagnostics {
			t.Errorf("%s: %s", answer.Name, said)
		}
		require.NotEmpty(t, answer.Columns, answer.Name)
	}
}
