package expression_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/aoai-gateway/aoai-gateway/internal/policy/expression"
	"github.com/aoai-gateway/aoai-gateway/internal/policy/library"
)

// TestRepeatedPatterns matches by patterns that were used before, as C# would if it compiled each
// anew.
func TestRepeatedPatterns(t *testing.T) {
	t.Parallel()
	compiler := expression.NewCompiler(library.New())
	for _, c := range []struct{ reason, code, want string }{
		{
			"options belong to the pattern",
			`@(Regex.IsMatch("A", "a") + " " + Regex.IsMatch("A", "a", RegexOptions.IgnoreCase) + " " + Regex.IsMatch("A", "a"))`,
			"string: False True False",
		},
		{
			"more patterns than are kept",
			`@{ for (var i = 0; i < 300; i++) { if (!Regex.IsMatch("x" + i % 150, "^x" + i % 150 + "$") || Regex.IsMatch("y", "^x" + i + "$")) { return i; } } return -1; }`,
			"int: -1",
		},
		{
			"a text longer than what patterns are kept for",
			`@(Regex.Matches(new string('a', 40000) + "b", "a+b").Count + Regex.Matches("ab", "a+b").Count)`,
			"int: 2",
		},
		{
			"one pattern within its own evaluator",
			`@(Regex.Replace("ab", "[a-z]", m => Regex.Replace("c" + m.Value, "[a-z]", "<$&>")))`,
			"string: <c><a><c><b>",
		},
	} {
		mark, got := evaluate(compiler, c.code)
		require.Equal(t, "=>", mark, c.reason)
		require.Equal(t, c.want, got, c.reason)
	}
}
