package dotnet

import (
	"net/url"
	"strconv"
	"strings"
)

// EncodeHTML is WebUtility.HtmlEncode: it writes the marks of HTML as entities, and as
// numbers what Latin-1 has above 160 and what is beyond the first plane.
func EncodeHTML(s string) string {
	var b strings.Builder
	for _, r := range s {
		switch {
		case r == '&':
			b.WriteString("&amp;")
		case r == '<':
			b.WriteString("&lt;")
		case r == '>':
			b.WriteString("&gt;")
		case r == '"':
			b.WriteString("&quot;")
		case r == '\'', r >= 160 && r < 256, r > 0xFFFF:
			b.WriteString("&#" + strconv.Itoa(int(r)) + ";")
		default:
			b.WriteRune(r)
		}
	}
	return b.String()
}

// EncodeURL is WebUtility.UrlEncode, which leaves other marks alone than Go does.
func EncodeURL(s string) string {
	return strings.NewReplacer("%21", "!", "%2A", "*", "%28", "(", "%29", ")", "~", "%7E").Replace(url.QueryEscape(s))
}
