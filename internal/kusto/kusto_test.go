package kusto_test

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/aoai-gateway/aoai-gateway/internal/kusto"
	"github.com/aoai-gateway/aoai-gateway/internal/kusto/kustotest"
)

// now is the time of the tests.
var now = time.Date(2026, time.November, 28, 12, 34, 56, 0, time.UTC)

// logs is a small table of the kind that queries are about.
var logs = []kusto.Column{
	{Name: "TimeGenerated", Type: kusto.DateTime},
	{Name: "Id", Type: kusto.String},
	{Name: "Code", Type: kusto.Int},
	{Name: "Tokens", Type: kusto.Int},
	{Name: "Time", Type: kusto.Long},
	{Name: "Good", Type: kusto.Bool},
	{Name: "Headers", Type: kusto.Dynamic},
	{Name: "Share", Type: kusto.Real},
}

const rows = `[
{"TimeGenerated":"2026-11-28T12:01:00Z","Id":"a","Code":200,"Tokens":10,"Time":1,"Good":true,"Headers":{"x-caller":"ann","n":2},"Share":0.5},
{"TimeGenerated":"2026-11-28T12:04:59.5Z","Id":"b","Code":429,"Time":2,"Good":false,"Headers":{"x-caller":"bob"},"Share":1.5},
{"TimeGenerated":"2026-11-28T12:05:00Z","Id":"A","Code":200,"Tokens":30,"Time":4,"Good":true,"Headers":{"list":["p","q"]},"Share":3},
{"TimeGenerated":"2026-11-27T12:05:00Z","Id":"","Code":503,"Tokens":5,"Time":8}
]`

func tables(t *testing.T) func(string) (*kusto.Table, bool) {
	var decoded []json.RawMessage
	require.NoError(t, json.Unmarshal([]byte(rows), &decoded))
	table, err := kusto.FromJSON(logs, decoded)
	require.NoError(t, err)
	return func(name string) (*kusto.Table, bool) { return table, name == "Logs" }
}

// shown is a table as text: its columns, then its rows.
func shown(table *kusto.Table) string {
	var lines []string
	var head []string
	for _, column := range table.Columns {
		head = append(head, column.Name)
	}
	lines = append(lines, strings.Join(head, " "))
	for _, row := range table.Rows {
		var values []string
		for i, value := range row {
			values = append(values, kusto.Shown(value, table.Columns[i].Type))
		}
		lines = append(lines, strings.Join(values, " | "))
	}
	return strings.Join(lines, "\n")
}

// cases are queries, what they give, and where that is written. Pages without a host are those
// of https://learn.microsoft.com/kusto/query/.
var cases = []struct{ query, want, source string }{
	{`Logs | where Code == 200 | project Id, Tokens`, "Id Tokens\na | 10\nA | 30", "where-operator"},
	{`Logs | where Tokens != 10 | project Id`, "Id\nb\nA\n", "scalar-data-types/null-values: null != 10 is true"},
	{`Logs | where not(Tokens > 10) | project Id`, "Id\na\n", "null-values: null > 10 is null, and so is its not"},
	{`print a = int(null) == int(null), b = int(null) == 5, c = int(null) != 5`, "a b c\nnull | false | true", "null-values"},
	{`print a = int(null) > 3 or true, b = int(null) > 3 and false`, "a b\ntrue | false", "logical operators over null"},
	{`Logs | where Id =~ "a" | count`, "Count\n2", "datatypes-string-operators: =~ folds case"},
	{`Logs | where Id == "a" | count`, "Count\n1", "datatypes-string-operators: == does not"},
	{`Logs | where Id in ("a", "b") | summarize count()`, "count_\n2", "in-cs-operator"},
	{`Logs | where Id in~ ("A") or Id !in ("a", "A", "b") | count`, "Count\n3", "in-operator"},
	{`print a = "North America" has "america", b = "North America" has "amer", c = "North America" has_cs "america"`, "a b c\ntrue | false | false", "has-operator: whole terms, case folded"},
	{`print a = "x is left alone." has "is left alone", b = "this left" has "is left", c = "North America" contains "AMER"`, "a b c\ntrue | false | true", "has-operator, contains-operator"},
	{`print a = "North" startswith "nor", b = "North" endswith "TH", c = "North" !contains "x", d = "abc-def" hasprefix "de"`, "a b c d\ntrue | true | true | true", "string operators"},
	{`print a = "one two" has_any ("three", "TWO"), b = "one two" has_all ("one", "three"), c = "a1" matches regex "^a[0-9]$"`, "a b c\ntrue | false | true", "has-any, has-all, matches-regex"},
	{`print a = 5 between (1 .. 5), b = 6 !between (1 .. 5), c = datetime(2026-11-02) between (datetime(2026-11-01) .. 1d)`, "a b c\ntrue | true | true", "between-operator"},
	{`print a = 7 / 2, b = 7.0 / 2, c = 7 % 2, d = 1 / 0, e = -3 + 2 * 2`, "a b c d e\n3 | 3.5 | 1 | null | 1", "numeric operators: whole numbers divide to whole numbers"},
	{`print a = datetime(2026-11-28) - datetime(2026-11-27), b = datetime(2026-11-28) + 90m, c = 1h / 30m, d = 2 * 1h`, "a b c d\n1.00:00:00 | 2026-11-28T01:30:00Z | 2.0 | 02:00:00", "datetime-timespan-arithmetic"},
	{`print a = now() - ago(1d), b = bin(datetime(2026-11-28 12:34:56), 5m), c = bin(7, 5), d = bin(-1, 5), e = bin(7.5, 2)`, "a b c d e\n1.00:00:00 | 2026-11-28T12:30:00Z | 5 | -5 | 6.0", "bin-function"},
	{`Logs | summarize Requests = count(), Failed = countif(Code >= 500), Sum = sum(Tokens) by bin(TimeGenerated, 5m) | order by TimeGenerated asc`, "TimeGenerated Requests Failed Sum\n2026-11-27T12:05:00Z | 1 | 1 | 5\n2026-11-28T12:00:00Z | 2 | 0 | 10\n2026-11-28T12:05:00Z | 1 | 0 | 30", "summarize-operator; nulls do not count in sum"},
	{`Logs | where Code == 1 | summarize count(), sum(Tokens), max(Tokens)`, "count_ sum_Tokens max_Tokens\n0 | 0 | null", "summarize-operator: one row of no rows, without by"},
	{`Logs | where Code == 1 | summarize count() by Code`, "Code count_", "summarize-operator: no rows of no rows, with by"},
	{`Logs | summarize arg_max(Time, Id, Tokens) by Good | order by Good asc`, "Good Time Id Tokens\nnull | 8 |  | 5\nfalse | 2 | b | null\ntrue | 4 | A | 30", "arg-max-aggregation-function; sort-operator: nulls are first upwards"},
	{`Logs | order by Tokens | project Tokens`, "Tokens\n30\n10\n5\nnull", "sort-operator: downwards, nulls last, where nothing is said"},
	{`Logs | top 2 by Time | project Time`, "Time\n8\n4", "top-operator"},
	{`Logs | where isnotempty(Headers["x-caller"]) | project Caller = tostring(Headers["x-caller"]), N = toint(Headers.n)`, "Caller N\nann | 2\nbob | null", "scalar-data-types/dynamic"},
	{`Logs | mv-expand Item = Headers.list to typeof(string) | where Time > 2 | project Time, Item`, "Time Item\n4 | p\n4 | q\n8 | ", "mv-expand-operator: null makes one row"},
	{`print X = dynamic([1, 2]), Y = dynamic([]) | mv-expand X, Y | project X, Y`, "X Y\n1 | null\n2 | null", "mv-expand-operator: side by side, shorter ones are filled with null"},
	{`print X = dynamic([]) | mv-expand X | count`, "Count\n0", "mv-expand-operator: an empty array makes no row"},
	{`print X = dynamic({"a": 1, "b": "c"}) | mv-expand X | project tostring(X)`, "X\n{\"a\":1}\n{\"b\":\"c\"}", "mv-expand-operator: bags of one property"},
	{`print a = parse_json('{"u":{"n":3},"l":[1,2]}') | project n = toint(a.u.n), end = tolong(a.l[-1]), none = tostring(a.x.y), text = tostring(a.l)`, "n end none text\n3 | 2 |  | [1,2]", "parse-json-function, dynamic"},
	{`print a = parse_json("no json"), b = isnull(parse_json("")), c = tostring(parse_json("null"))`, "a b c\nno json | true | ", "parse-json-function: what is no JSON is a text"},
	{`datatable(K: string, L: long)["x", 1, "x", 2, "y", 3] | join (datatable(K: string, R: long)["x", 10, "x", 11, "z", 12]) on K | project K, L, R`, "K L R\nx | 1 | 10\nx | 1 | 11", "join-operator: innerunique where nothing is said"},
	{`datatable(K: string, L: long)["x", 1, "x", 2, "y", 3] | join kind=inner (datatable(K: string, R: long)["x", 10]) on K`, "K L K1 R\nx | 1 | x | 10\nx | 2 | x | 10", "join-inner: the right key has another name"},
	{`datatable(K: string, L: long)["x", 1, "y", 3] | join kind=leftouter (datatable(K: string, R: long)["x", 10, "z", 1]) on K`, "K L K1 R\nx | 1 | x | 10\ny | 3 |  | null", "join-leftouter"},
	{`datatable(K: string, L: long)["x", 1, "y", 3] | join kind=fullouter (datatable(J: string, R: long)["x", 10, "z", 1]) on $left.K == $right.J`, "K L J R\nx | 1 | x | 10\ny | 3 |  | null\n | null | z | 1", "join-fullouter"},
	{`datatable(K: string, L: long)["x", 1, "y", 3] | join kind=leftanti (datatable(K: string)["x"]) on K`, "K L\ny | 3", "join-leftanti"},
	{`datatable(K: string)["x", "y"] | join kind=rightsemi (datatable(K: string, R: long)["x", 7, "z", 8]) on K`, "K R\nx | 7", "join-rightsemi"},
	{`datatable(K: string, L: long)["x", 1, "y", 3] | lookup (datatable(K: string, R: long)["x", 10]) on K`, "K L R\nx | 1 | 10\ny | 3 | null", "lookup-operator: leftouter, one key"},
	{`let T = Logs | where Code == 200; let least = 10; T | where Tokens > least | project Tokens`, "Tokens\n30", "let-statement"},
	{`Logs | where Id in ((Logs | where Code == 429 | project Id)) | project Id`, "Id\nb", "in-operator: a table of one column"},
	{`union isfuzzy=true Missing, (datatable(Id: string, More: int)["z", 1]), Logs | summarize count() by Id | order by Id asc`, "Id count_\n | 1\nA | 1\na | 1\nb | 1\nz | 1", "union-operator: isfuzzy leaves out tables that are not there"},
	{`Logs | extend Tokens = Tokens * 2, Twice = Tokens | where Time == 1 | project Tokens, Twice`, "Tokens Twice\n20 | 10", "extend-operator: all of the row that came in"},
	{`Logs | project-away TimeGenerated, Headers, Share, Good | project-rename Key = Id | take 1`, "Key Code Tokens Time\na | 200 | 10 | 1", "project-away, project-rename"},
	{`Logs | distinct Code | order by Code asc`, "Code\n200\n429\n503", "distinct-operator"},
	{`Logs | summarize percentile(Time, 50), percentiles(Time, 75, 100), avg(Share), dcount(Code), make_list(Id), make_set(Code)`, "percentile_Time_50 percentile_Time_75 percentile_Time_100 avg_Share dcount_Code list_Id set_Code\n2 | 4 | 8 | 1.6666666666666667 | 3 | [\"a\",\"b\",\"A\",\"\"] | [200,429,503]", "percentiles, make-list: nearest rank, nulls left out"},
	{`Logs | summarize sumif(Tokens, Code == 200), take_any(Id), maxif(Time, Code == 200)`, "sumif_Tokens Id maxif_Time\n40 | a | 4", "sumif, take-any, maxif"},
	{`print a = iff(1 > 2, 1, 2.5), b = case(false, "x", true, "y", "z"), c = coalesce("", "d"), d = coalesce(int(null), 4)`, "a b c d\n2.5 | y | d | 4", "iff, case, coalesce: an empty text is none"},
	{`print a = tostring(split("a,b", ",")[1]), b = strcat("x", 1, true), c = strlen("äb"), d = substring("abc", 1, 1), e = toupper("a"), f = replace_string("aa", "a", "b")`, "a b c d e f\nb | x1true | 2 | b | A | bb", "scalar functions of text"},
	{`print a = tostring(parse_url("https://u@a.b:8/c/d?e=f#g").Host), b = extract("x=([0-9]+)", 1, "y x=12"), c = toint("1.7"), d = todouble("x"), e = round(2.345, 1)`, "a b c d e\na.b | 12 | 1 | null | 2.3", "parse-url, extract, toint, round"},
	{"print a = @\"c:\\d\", b = \"q\\\"\", ['c d'] = 1 // a comment", "a b c d\nc:\\d | q\" | 1", "scalar-data-types/string, entity-names"},
	{`print a = tostring(1.0), b = tostring(dynamic({"b": [1, null], "a": "x"})), c = strcat_array(dynamic(["x", "y"]), "-"), d = array_length(dynamic([1])), e = tostring(bag_pack("k", 1))`, "a b c d e\n1.0 | {\"a\":\"x\",\"b\":[1,null]} | x-y | 1 | {\"k\":1}", "conversions"},
	{`Logs | order by Time asc | summarize Ids = strcat_array(make_list_if(Id, isnotempty(Id)), "+"), Mean = sum(Time) / count()`, "Ids Mean\na+b+A | 3", "summarize-operator: expressions of aggregates"},
	{`let T = materialize(Logs | where Code == 200); T | mv-expand with_itemindex=N X = Headers.list | where isnotnull(X) | project N, X`, "N X\n0 | p\n1 | q", "materialize-function, mv-expand-operator"},
	{`print a = tostring(extract_all(@'"c":"([^"]*)"', '{"c":"x"}{"c":"y"}')), b = replace_regex("gpt-4o-2024-11-20", @'-(\d{4})-\d{2}-\d{2}$', @'@\1'), c = countof("a b a", "a")`, "a b c\n[\"x\",\"y\"] | gpt-4o@2024 | 2", "extract-all, replace-regex, countof"},
	{`Logs | summarize Seen = max(Id), Least = min(TimeGenerated) | render table`, "Seen Least\nb | 2026-11-27T12:05:00Z", "render-operator changes no rows"},
}

// Queries give what the language's reference says.
func TestQueries(t *testing.T) {
	for _, each := range cases {
		got, err := kusto.Run(t.Context(), each.query, kusto.Options{Table: tables(t), Now: now})
		require.NoError(t, err, each.query)
		require.Equal(t, each.want, strings.TrimSuffix(shown(got), "\n\n"), "%s\n%s", each.query, each.source)
	}
}

// Microsoft's analyser finds no fault in the queries of the tests, and gives their columns the
// same names and types.
func TestColumnsAreThoseOfMicrosoftsAnalyser(t *testing.T) {
	var queries []kustotest.Query
	for _, each := range cases {
		queries = append(queries, kustotest.Query{Name: each.query, Text: each.query})
	}
	for i, answer := range kustotest.Analyse(t, map[string][]kusto.Column{"Logs": logs}, queries) {
		for _, said := range answer.Diagnostics {
			// One case is about the kind of join that is meant where none is said, which it advises against.
			if !strings.HasPrefix(said, "Suggestion") && !strings.Contains(said, "Missing") && !strings.Contains(said, "KS508") {
				t.Errorf("%s\n%s", answer.Name, said)
			}
		}
		got, err := kusto.Run(t.Context(), cases[i].query, kusto.Options{Table: tables(t), Now: now})
		require.NoError(t, err)
		if fmt.Sprint(got.Columns) != fmt.Sprint(answer.Columns) {
			t.Errorf("%s\nhere      %v\nMicrosoft %v", cases[i].query, got.Columns, answer.Columns)
		}
	}
}

// What is wrong, or not supported, is told with its place.
func TestMistakes(t *testing.T) {
	for _, each := range []struct {
		query        string
		line, column int
		message      string
	}{
		{"Logs\n| where Cod == 1", 2, 9, "there is no column Cod"},
		{"Logs\n| make-series count() default=0 on TimeGenerated step 1h", 2, 3, "the operator make-series is not supported"},
		{"Logs | extend x = geo_distance_2points(1, 2, 3, 4)", 1, 19, "the function geo_distance_2points is not supported"},
		{"Nothing | count", 1, 1, "there is no table Nothing"},
		{"Logs | where Code", 1, 14, "a bool stands here, and this is a int"},
		{"Logs | where Id == 1", 1, 17, "== compares a string with a long"},
		{"Logs | where Headers + 1 > 2", 1, 22, "turn them into numbers"},
		{"Logs | project Id.x", 1, 18, "parse_json makes one"},
		{"Logs | extend x = count()", 1, 19, "stands in summarize only"},
		{"Logs | summarize 1 + strlen(Id)", 1, 20, "summarize counts by these functions"},
		{"Logs | summarize x = strcat(percentiles(Time, 1, 2), '')", 1, 29, "gives several columns"},
		{"Logs | where Id == 'x", 1, 20, "the string has no end"},
		{"Logs |", 1, 7, "the query ends where an operator should stand"},
		{"", 1, 1, "the query has no table to begin with"},
		{"Logs | count; Logs", 1, 15, "another statement stands behind the query"},
		{"Logs | join kind=cross (Logs) on Id", 1, 18, `the kind "cross" of join is not supported`},
		{"Logs | join (Logs) on Headers", 1, 23, "a join compares columns of one type that is not dynamic"},
		{"let f = (x: int) { x }; Logs", 1, 9, "functions of a query's own are not supported"},
		{"externaldata(a: string)['x'] | count", 1, 1, "externaldata(…) as a table is not supported"},
		{"Logs | where ä == 1", 1, 14, "nothing that a query has here"},
		{"print " + strings.Repeat("(", 1000), 1, 106, "lie in each other"},
		{"Logs | take x", 1, 13, "there is no column x"},
		{"Logs | project Id, Id", 1, 20, "the column Id is there already"},
		{"print datetime(yesterday)", 1, 7, `"yesterday" is no datetime`},
	} {
		_, err := kusto.Run(t.Context(), each.query, kusto.Options{Table: tables(t), Now: now})
		var fault *kusto.Error
		require.ErrorAs(t, err, &fault, each.query)
		require.Contains(t, fault.Message, each.message, each.query)
		require.Equal(t, [2]int{each.line, each.column}, [2]int{fault.Line, fault.Column}, each.query)
	}
}

// A query that would make too many rows ends, and so does one that nobody waits for.
func TestBounds(t *testing.T) {
	wide := `print X = dynamic([` + strings.TrimSuffix(strings.Repeat("0,", 1000), ",") + `]) | mv-expand A = X | mv-expand B = X`
	_, err := kusto.Run(t.Context(), wide+` | mv-expand C = X`, kusto.Options{})
	require.ErrorContains(t, err, "more than 500000 rows")
	gone, cancel := context.WithCancel(t.Context())
	cancel()
	_, err = kusto.Run(gone, `print 1 | count`, kusto.Options{})
	require.ErrorIs(t, err, context.Canceled)
}
