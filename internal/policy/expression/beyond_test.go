package expression_test

import (
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/aoai-gateway/aoai-gateway/internal/policy/expression"
	"github.com/aoai-gateway/aoai-gateway/internal/policy/library"
)

// What the service allows and this library lacks is refused by its name when the
// expression is compiled, and never found out when it runs.
func TestMembersThatCannotRunAreRefused(t *testing.T) {
	t.Parallel()
	l := library.New()
	compiler := expression.NewCompiler(l)
	tried := 0
	for _, name := range slices.Sorted(maps.Keys(l.Members())) {
		for _, member := range l.BeyondNames(name) {
			receivers := []string{name}
			for text, sample := range samples {
				if short, _, _ := strings.Cut(text, "<"); short == name {
					receivers = append(receivers, "("+sample+")")
				}
			}
			if keyword, problem := l.Lookup(name, nil); problem == nil && samples[keyword.String()] != "" {
				receivers = append(receivers, "("+samples[keyword.String()]+")")
			}
			refused := false
			for _, receiver := range receivers {
				for _, arguments := range []string{"", "()"} {
					mark, got := evaluate(compiler, "@("+receiver+"."+member+arguments+")")
					require.Contains(t, []string{"!!", "??"}, mark, "%s.%s: %s", receiver, member, got)
					refused = refused || mark == "??" && strings.Contains(got, member)
				}
			}
			require.True(t, refused, "%s.%s is not refused by its name", name, member)
			tried++
		}
	}
	for _, name := range l.BeyondTypes() {
		mark, got := evaluate(compiler, "@("+name+".Any())")
		require.Equal(t, "??", mark, got)
		require.Contains(t, got, name)
		tried++
	}
	require.Greater(t, tried, 100)
}
