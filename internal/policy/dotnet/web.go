package dotnet

import (
	"net/url"
	"strconv"
	"strings"
	"unicode/utf8"
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

// DecodeURL is WebUtility.UrlDecode: a plus is a space, and what is no escape stays
// as it is.
func DecodeURL(s string) string {
	var b strings.Builder
	var raw []byte
	for i := 0; i < len(s); i++ {
		c := s[i]
		switch {
		case c == '+':
			c = ' '
		case c == '%' && i+2 < len(s):
			if n, err := strconv.ParseUint(s[i+1:i+3], 16, 8); err == nil && s[i+1] != '+' {
				raw = append(raw, byte(n))
				i += 2
				continue
			}
		case c >= utf8.RuneSelf:
			b.WriteString(DecodeUTF8(raw))
			raw = raw[:0]
			b.WriteByte(c)
			continue
		}
		raw = append(raw, c)
	}
	return b.String() + DecodeUTF8(raw)
}

// DecodeUTF8 is Encoding.UTF8.GetString: each sequence that is cut short, and each
// byte that starts none, becomes one U+FFFD.
func DecodeUTF8(data []byte) string {
	if utf8.Valid(data) {
		return string(data)
	}
	var b strings.Builder
	for len(data) > 0 {
		r, size := utf8.DecodeRune(data)
		if r == utf8.RuneError && size == 1 {
			length := 1
			switch lead := data[0]; {
			case lead >= 0xF0 && lead <= 0xF4:
				length = 3
				if len(data) > 1 && (lead == 0xF0 && data[1] < 0x90 || lead == 0xF4 && data[1] >= 0x90) {
					length = 2
				}
			case lead >= 0xE0 && lead < 0xF0:
				length = 2
			}
			for size < min(length, len(data)) && data[size]&0xC0 == 0x80 {
				size++
			}
		}
		b.WriteRune(r)
		data = data[size:]
	}
	return b.String()
}
