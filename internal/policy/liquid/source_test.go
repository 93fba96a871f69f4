package liquid_test

import (
	"testing"

	"github.com/stretchr/testify/require"
)

// Templates that testdata/dotliquid.tsv has none of; the answers are what DotLiquid's own
// tests and sources of version 2.0 say, at https://github.com/dotliquid/dotliquid.
func TestDotLiquidSources(t *testing.T) {
	t.Parallel()
	const (
		tests     = "src/DotLiquid.Tests/Tags/Html/TableRowTests.cs"
		tableRow  = "src/DotLiquid/Tags/Html/TableRow.cs"
		condition = "src/DotLiquid/Condition.cs"
		data      = `{"n":[1,2,3,4,5,6],"none":[],"two":2,"obj":{"a":{"b":"deep"},"x":"y"},"s":"abc"}`
	)
	for _, c := range []struct{ reason, source, template, want string }{
		{"rows of three", tests, `{% tablerow n in body.n cols:3%} {{n}} {% endtablerow %}`, "<tr class=\"row1\">\n<td class=\"col1\"> 1 </td><td class=\"col2\"> 2 </td><td class=\"col3\"> 3 </td></tr>\n<tr class=\"row2\"><td class=\"col1\"> 4 </td><td class=\"col2\"> 5 </td><td class=\"col3\"> 6 </td></tr>\n"},
		{"an empty list has one row", tests, `{% tablerow n in body.none cols:3%} {{n}} {% endtablerow %}`, "<tr class=\"row1\">\n</tr>\n"},
		{"offset and limit", tests, `{% tablerow n in body.n cols:2 offset:1 limit:3 %}{{n}}{% endtablerow %}`, "<tr class=\"row1\">\n<td class=\"col1\">2</td><td class=\"col2\">3</td></tr>\n<tr class=\"row2\"><td class=\"col1\">4</td></tr>\n"},
		{"columns begin anew in each row", tests, `{% tablerow n in body.n cols:5%}{{tablerowloop.col}}{% endtablerow %}`, "<tr class=\"row1\">\n<td class=\"col1\">1</td><td class=\"col2\">2</td><td class=\"col3\">3</td><td class=\"col4\">4</td><td class=\"col5\">5</td></tr>\n<tr class=\"row2\"><td class=\"col1\">1</td></tr>\n"},
		{"cols is needed", "https://github.com/dotliquid/dotliquid/issues/498", `{% tablerow n in body.n %}{{n}}{% endtablerow %}`, "Liquid error:"},
		{"cols may be a variable", tableRow, `{% tablerow n in body.obj cols:body.two %}{{n}};{% endtablerow %}`, "<tr class=\"row1\">\n<td class=\"col1\">[a, DotLiquid.Hash];</td><td class=\"col2\">[x, y];</td></tr>\n"},
		{"limit is no variable", "https://github.com/dotliquid/dotliquid/pull/512", `{% tablerow n in body.n cols:2 limit:body.two %}{{n}}{% endtablerow %}`, "Liquid error:"},
		{"what cannot be counted has no table", tableRow, `{% tablerow n in body.two cols:2 %}x{% endtablerow %}.`, "."},
		{"a text becomes the character that it is compared with", condition, `{% for c in body.s %}{% if c == 'b' %}{{c}}{% endif %}{% endfor %}`, "b"},
		{"of characters the difference has to be 1", condition, `{% for c in body.s %}{% if c < 'c' %}{{c}}{% endif %}{% endfor %}`, "b"},
		{"of characters the difference may be any", condition, `{% for c in body.s %}{% if c <= 'c' %}{{c}}{% endif %}{% endfor %}`, "abc"},
		{"a longer text is no character", condition, `{% for c in body.s %}{% if c < 'cc' %}{{c}}{% endif %}{% break %}{% endfor %}`, "Liquid error:"},
		{"a longer text is unequal", condition, `{% for c in body.s %}{% if c == 'bb' %}{{c}}{% endif %}{% endfor %}.`, "."},
	} {
		t.Run(c.reason, func(t *testing.T) {
			t.Parallel()
			require.Equal(t, c.want, withoutWords(render(t, c.template, data, "")), c.source)
		})
	}
}
