package csharp_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/aoai-gateway/aoai-gateway/internal/policy/csharp"
)

// A query reads as the calls that the compiler makes of it.
func TestQueriesAreCalls(t *testing.T) {
	t.Parallel()
	for query, calls := range map[string]string{
		"from x in a where x > 1 select x * 2":             "a.Where(x => x > 1).Select(x => x * 2)",
		"from x in a orderby x.b descending, x.c select x": "a.OrderByDescending(x => x.b).ThenBy(x => x.c).Select(x => x)",
		"from x in a group x by x.b":                       "a.GroupBy(x => x.b)",
		"from x in a group x.c by x.b into g select g.Key": "a.GroupBy(x => x.b, x => x.c).Select(g => g.Key)",
		"from JObject x in a select x":                     "a.Cast<JObject>().Select(x => x)",
	} {
		read, err := csharp.ParseExpression(query)
		require.NoError(t, err, query)
		written, err := csharp.ParseExpression(calls)
		require.NoError(t, err, calls)
		require.Equal(t, csharp.Key(written), csharp.Key(read), query)
	}
	_, err := csharp.ParseExpression("from x in a where x > 1")
	require.ErrorContains(t, err, "CS0742")
}
