package liquid_test

import (
	_ "embed"
	"errors"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/aoai-gateway/aoai-gateway/internal/policy/library"
	"github.com/aoai-gateway/aoai-gateway/internal/policy/liquid"
)

// otherwise are the rows of testdata/dotliquid.tsv that are answered otherwise
// here, each with its reason.
var otherwise = map[string]string{}

// TestDotLiquid holds the templates of testdata/dotliquid.tsv: what DotLiquid
// 2.0.361 gives in C# mode. Of faults only the prefix is compared, since their
// words belong to the .NET runtime.
func TestDotLiquid(t *testing.T) {
	t.Parallel()
	data, err := os.ReadFile("testdata/dotliquid.tsv")
	require.NoError(t, err)
	lines := strings.Split(strings.TrimSuffix(string(data), "\n"), "\n")
	require.Greater(t, len(lines), 600)
	for _, line := range lines[1:] {
		row := strings.Split(line, "\t")
		t.Run(row[0], func(t *testing.T) {
			t.Parallel()
			want := unescape(row[4])
			got := render(t, unescape(row[1]), unescape(row[2]), row[3])
			if reason, listed := otherwise[row[0]]; listed {
				require.NotEqual(t, withoutWords(want), withoutWords(got), "answered as DotLiquid by now, though listed: %s", reason)
				return
			}
			require.Equal(t, withoutWords(want), withoutWords(got), "template: %s\ndata: %s", unescape(row[1]), row[2])
		})
	}
}

func unescape(s string) string {
	return strings.NewReplacer(`\\`, `\`, `\n`, "\n", `\r`, "\r", `\t`, "\t").Replace(s)
}

// withoutWords leaves of a fault what its prefix says.
func withoutWords(s string) string {
	if strings.HasPrefix(s, "parse throws") {
		return "parse throws"
	}
	for _, prefix := range []string{"Liquid error:", "Liquid syntax error:"} {
		if before, _, found := strings.Cut(s, prefix); found {
			return before + prefix
		}
	}
	return s
}

func render(t *testing.T, source, data, options string) string {
	t.Helper()
	template, err := liquid.Parse(source, liquid.Options{})
	var mistake *liquid.SyntaxError
	if errors.As(err, &mistake) {
		return "parse throws: " + mistake.Message
	}
	require.NoError(t, err)
	body, err := liquid.FromJSON(data, strings.Contains(options, "parsedate"))
	require.NoError(t, err)
	variables := liquid.NewHash().Set("body", body)
	if strings.Contains(options, "top") {
		variables = body.(*liquid.Hash)
	}
	if strings.Contains(options, "typed") {
		typed(variables)
	}
	text, err := template.Render(liquid.Input{Variables: variables, Now: time.Now, Budget: &library.Env{Limits: library.DefaultLimits()}})
	require.NoError(t, err)
	return text
}

// typed makes objects of lists of strings what Dictionary<string, string[]> is.
func typed(h *liquid.Hash) {
	all := true
	for _, name := range h.Names() {
		v, _ := h.Get(name)
		if inner, ok := v.(*liquid.Hash); ok {
			typed(inner)
		}
		_, isList := v.(*liquid.List)
		all = all && isList
	}
	if !all {
		return
	}
	h.Typed = true
	for _, name := range h.Names() {
		v, _ := h.Get(name)
		v.(*liquid.List).Strings = true
	}
}
