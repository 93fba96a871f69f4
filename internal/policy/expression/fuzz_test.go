package expression_test

import (
	"errors"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/aoai-gateway/aoai-gateway/internal/policy/expression"
	"github.com/aoai-gateway/aoai-gateway/internal/policy/library"
)

// FuzzEvaluate compiles and evaluates any expression: it never fails by a mistake
// of its own, and always ends within its budget.
func FuzzEvaluate(f *testing.F) {
	for _, c := range suite(f) {
		f.Add(c.code)
	}
	compiler := expression.NewCompiler(library.New())
	f.Fuzz(func(t *testing.T, code string) {
		compiled, err := compiler.Compile(code)
		if err != nil {
			var problem *expression.Problem
			require.ErrorAs(t, err, &problem)
			require.NotContains(t, problem.Message, "internal error")
			return
		}
		env := suiteEnv()
		env.Limits = library.Limits{Steps: 20_000, Memory: 4 << 20}
		v, err := compiled.Evaluate(env)
		var internal *expression.InternalError
		if errors.As(err, &internal) {
			t.Fatal(internal)
		}
		if err == nil {
			_, _ = env.Text(compiler.Library(), v)
		}
	})
}
