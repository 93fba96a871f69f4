package document

import (
	"strconv"
	"strings"
	"unicode/utf8"
)

// decode replaces entities by what they mean. An ampersand that starts no known
// entity stays as it is: rawxml is full of them.
func decode(raw string, origin int) Text {
	var b textBuilder
	at := 0
	for at < len(raw) {
		amp := strings.IndexByte(raw[at:], '&')
		if amp < 0 {
			break
		}
		amp += at
		value, length := entity(raw[amp:])
		if length == 0 {
			b.add(raw[at:amp+1], origin+at)
			at = amp + 1
			continue
		}
		b.add(raw[at:amp], origin+at)
		b.add(value, origin+amp)
		at = amp + length
	}
	b.add(raw[at:], origin+at)
	return b.text()
}

// plain is raw text taken as it is.
func plain(raw string, origin int) Text {
	var b textBuilder
	b.add(raw, origin)
	return b.text()
}

func entity(s string) (value string, length int) {
	end := strings.IndexByte(s[:min(len(s), 12)], ';')
	if end < 0 {
		return "", 0
	}
	name := s[1:end]
	switch name {
	case "lt":
		return "<", end + 1
	case "gt":
		return ">", end + 1
	case "amp":
		return "&", end + 1
	case "quot":
		return `"`, end + 1
	case "apos":
		return "'", end + 1
	}
	if !strings.HasPrefix(name, "#") {
		return "", 0
	}
	digits, base := name[1:], 10
	if strings.HasPrefix(digits, "x") || strings.HasPrefix(digits, "X") {
		digits, base = digits[1:], 16
	}
	code, err := strconv.ParseUint(digits, base, 32)
	if err != nil || code == 0 || code > utf8.MaxRune {
		return "", 0
	}
	return string(rune(code)), end + 1
}

func escapeText(s string) string {
	return strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;", "\r", "&#xD;").Replace(s)
}

func escapeAttribute(s string) string {
	return strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;", `"`, "&quot;", "\n", "&#xA;", "\r", "&#xD;", "\t", "&#x9;").Replace(s)
}
