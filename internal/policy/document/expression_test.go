package document

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// What is kept of brackets that were passed over once says the same as passing over
// them again does.
func TestKeptBracketsEndWhereTheyWould(t *testing.T) {
	t.Parallel()
	for _, each := range []struct{ reason, text string }{
		{"nothing closes", strings.Repeat(`<a b="@("/>`, 20)},
		{"quotes that open inside of others", strings.Repeat(`<a b="@( '"/>`, 20)},
		{"the later close, the first does not", `<a>@((</a><a>@(1)</a><a>@{ f[1]; }</a>`},
		{"one inside of the other, with text behind", strings.Repeat(`<a/>@(`, 10) + strings.Repeat(`x)`, 10)},
		{"strings with holes", `@($"{a}{f("{")}" + $"{(" )) @("(" + '(' + @"("")") @("\"(")`},
		{"comments without an end", strings.Repeat(`<a>@(/*</a>`, 5) + "@(1)"},
		{"comments with one", `@( /* ) */ 1) @( // )` + "\n 2)"},
		{"entities for quotes", `@(&quot;)&quot; + &#39;(&#x27; + f()) @(&quot;(&quot;)`},
		{"brackets that open nothing", `) } ] @() @{ ) }`},
	} {
		for first := range len(each.text) {
			kept := &brackets{s: each.text}
			kept.keep()
			kept.end(first)
			for at := first; at < len(each.text); at++ {
				if !strings.ContainsRune("({[", rune(each.text[at])) {
					continue
				}
				wantEnd, want := (&brackets{s: each.text}).end(at)
				end, ok := kept.end(at)
				require.Equal(t, want, ok, "%s: %d after %d", each.reason, at, first)
				require.Equal(t, wantEnd, end, "%s: %d after %d", each.reason, at, first)
			}
		}
	}
}

// However many expressions nothing closes, the text is passed over a few times and not
// once for each: every bracket that is kept was reached once.
func TestUnclosedBracketsAreKept(t *testing.T) {
	t.Parallel()
	text := strings.Repeat(`<a>@(</a>`, 1000)
	b := &brackets{s: text}
	b.keep()
	_, ok := b.end(strings.IndexByte(text, '('))
	require.False(t, ok)
	require.Len(t, b.ends, 1000, "one pass tells of all brackets behind it")
}
