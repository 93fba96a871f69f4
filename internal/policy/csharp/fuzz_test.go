package csharp_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/aoai-gateway/aoai-gateway/internal/policy/csharp"
)

// FuzzParse reads any code: it never panics, and a mistake has a place in the
// code.
func FuzzParse(f *testing.F) {
	for _, code := range []string{
		`context.Response.StatusCode >= 500 || (string)context.Variables["a"] == "b"`, `var x = new Dictionary<string, int[]> { ["a"] = new[] { 1 } }; foreach (var p in x) { return p.Key; } return null;`,
		`a?.b?[0] ?? (c < d ? e : f<int>(g))`, `$"{x,-3:N2} {{}} {(y ? "a" : "b")}" + @"c:\""d"`, `switch (x) { case int n when n > 1: break; case "a": default: return 1; }`,
		`try { int f(int x) => x + 1; } catch (Exception e) when (e != null) { throw; } finally { }`, `items.Where(x => x.a > 1).Select((x, i) => new { x.a, i }).ToList()`, `0x1F + 1_000L + 1.5e-3m`, "{{named}} + 1",
	} {
		f.Add(code)
	}
	f.Fuzz(func(t *testing.T, code string) {
		for _, parse := range []func(string) error{
			func(code string) error { _, err := csharp.ParseExpression(code); return err },
			func(code string) error {
				block, err := csharp.ParseBlock(code)
				if err == nil {
					csharp.Walk(block, func(csharp.Node) bool { return true })
				}
				return err
			},
			func(code string) error { _, err := csharp.ParseType(code); return err },
		} {
			err := parse(code)
			if err == nil {
				continue
			}
			syntax, ok := csharp.AsSyntaxError(err)
			require.True(t, ok)
			require.GreaterOrEqual(t, syntax.Offset, 0)
			require.LessOrEqual(t, syntax.Offset, len(code))
		}
	})
}
