package liquid_test

import (
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/aoai-gateway/aoai-gateway/internal/policy/library"
	"github.com/aoai-gateway/aoai-gateway/internal/policy/liquid"
)

// A template ends, and takes no more memory than it may.
func TestBounds(t *testing.T) {
	t.Parallel()
	for name, source := range map[string]string{
		"a range that never ends":   "{{ (1..2147483647) }}",
		"loops in loops":            strings.Repeat("{% for a in (1..1000) %}", 5) + "x" + strings.Repeat("{% endfor %}", 5),
		"text that doubles":         "{% assign a = 'xxxxxxxxxxxxxxxx' %}{% for i in (1..60) %}{% assign a = a | Append: a %}{% endfor %}",
		"text that is repeated":     "{{ 'x' | Times: 2147483647 }}",
		"output of captured text":   "{% capture a %}{% for i in (1..1000) %}0123456789{% endfor %}{% endcapture %}{% for i in (1..1000) %}{% for j in (1..1000) %}{{ a }}{% endfor %}{% endfor %}",
		"a list that is made again": "{% assign l = 'x' | Times: 100000 %}{% for i in l %}{% assign m = l | Sort %}{% endfor %}",
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			template, err := liquid.Parse(source, liquid.Options{})
			require.NoError(t, err)
			_, err = template.Render(input())
			require.ErrorIs(t, err, library.ErrLimit)
		})
	}
}

// What is nested too deep is refused when it is read.
func TestDepth(t *testing.T) {
	t.Parallel()
	_, err := liquid.Parse(strings.Repeat("{% if a %}", 500)+strings.Repeat("{% endif %}", 500), liquid.Options{})
	var mistake *liquid.SyntaxError
	require.ErrorAs(t, err, &mistake)
	require.Contains(t, mistake.Message, "deep")
}

// A mistake names its place in the template as it was written, also behind trimmed
// spaces.
func TestPlaceOfMistake(t *testing.T) {
	t.Parallel()
	source := "a  {{- b -}}\n\n  {%- if x -%}\n y {% endif %}{% nope %}"
	_, err := liquid.Parse(source, liquid.Options{})
	var mistake *liquid.SyntaxError
	require.ErrorAs(t, err, &mistake)
	require.Equal(t, strings.Index(source, "{% nope"), mistake.Offset)
}

// JSONArrayFor is a tag of API Management's own: commas stand between the items.
func TestArrayTag(t *testing.T) {
	t.Parallel()
	template, err := liquid.Parse("[{% JSONArrayFor i in (1..3) %}{{ i }}{% endJSONArrayFor %}]", liquid.Options{ArrayTag: true})
	require.NoError(t, err)
	text, err := template.Render(input())
	require.NoError(t, err)
	require.Equal(t, "[1,2,3]", text)
}

func input() liquid.Input {
	return liquid.Input{Variables: liquid.NewHash(), Now: time.Now, Budget: &library.Env{Limits: library.Limits{Steps: 200_000, Memory: 8 << 20}}}
}

// FuzzTemplate: no template ends the process, or goes on for ever.
func FuzzTemplate(f *testing.F) {
	for _, source := range []string{
		"{{ body.a | Replace: '(a+)+b', 'x' }}", "{% for i in body %}{{ i.Key }}{% endfor %}", "{%- case body.a -%}{% when 1, 2 or 3 %}{% else %}{% endcase %}",
		"{{ (1..9) | Join: '-' | Slice: -3, 2 }}", "{% cycle 'a': 1, 2 %}{% tablerow i in (1..4) cols:2 %}{{ i }}{% endtablerow %}", "{{ 1.5 | Plus: body.b | Round: 2 | Currency: 'de-DE' }}",
		"{% if body.a contains 'x' and 1 < 2 or body == empty %}{% elsif %}{% endif %}", "{{ 'now' | Date: 'yyyy' }}", "{% raw %}{{ x }}{% endraw %}{{{ x }}}",
	} {
		f.Add(source)
	}
	f.Fuzz(func(t *testing.T, source string) {
		template, err := liquid.Parse(source, liquid.Options{ArrayTag: true})
		if err != nil {
			return
		}
		body, err := liquid.FromJSON(`{"a":"text","b":[1,2.5,null,{"c":"2024-03-05T14:07:09Z"}],"d":{"e":{}}}`, true)
		require.NoError(t, err)
		in := input()
		in.Variables.Set("body", body)
		in.Budget = &library.Env{Limits: library.Limits{Steps: 100_000, Memory: 1 << 20}}
		_, _ = template.Render(in)
	})
}
