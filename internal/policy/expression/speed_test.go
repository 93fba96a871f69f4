package expression_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/aoai-gateway/aoai-gateway/internal/policy/expression"
	"github.com/aoai-gateway/aoai-gateway/internal/policy/library"
)

// measured are expressions as policies use them.
func measured() []struct{ name, code string } {
	return []struct{ name, code string }{
		{"smallest", `@(context.Request.Headers.GetValueOrDefault("Content-Type", "") == "application/json")`},
		{"status", `@(context.Response.StatusCode >= 500 || context.Response.StatusCode == 429)`},
		{"json", `@((string)context.Request.Body.As<JObject>(preserveContent: true)["messages"][1]["content"])`},
		{"json-changed", `@{ var body = context.Request.Body.As<JObject>(preserveContent: true); body["stream"] = true; body.Remove("stop"); return body.ToString(Newtonsoft.Json.Formatting.None); }`},
		{"linq", `@(context.Request.Url.Path.Split('/').Where(s => s.Length > 0).Select(s => s.ToUpper()).Last())`},
		{"regex", `@(Regex.Match(context.Request.Url.Path, "/deployments/([^/]+)").Groups[1].Value)`},
		{"loop-1000", `@{ var n = 0; for (var i = 0; i < 1000; i++) { n += i % 7; } return n; }`},
		{"interpolated", `@($"{context.Request.Method} {context.Response.StatusCode:D5} {DateTime.UtcNow:yyyy-MM-dd}")`},
	}
}

// BenchmarkExpressions evaluates them here alone; BenchmarkBesideMono compares with Mono.
func BenchmarkExpressions(b *testing.B) {
	compiler := expression.NewCompiler(library.New())
	for _, c := range measured() {
		compiled, err := compiler.Compile(c.code)
		require.NoError(b, err, c.name)
		b.Run(c.name, func(b *testing.B) {
			env := suiteEnv()
			limits := env.Limits
			b.ReportAllocs()
			for b.Loop() {
				env.Limits = limits
				if _, err := compiled.Evaluate(env); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
