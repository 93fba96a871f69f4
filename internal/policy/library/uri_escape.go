package library

import (
	"strconv"
	"strings"
	"unicode/utf8"
)

func isUnreserved(c byte) bool {
	return isLetterByte(c) || c >= '0' && c <= '9' || strings.IndexByte(unreservedMarks, c) >= 0
}

func hexByte(s string) (byte, bool) {
	if len(s) < 3 || s[0] != '%' {
		return 0, false
	}
	n, err := strconv.ParseUint(s[1:3], 16, 8)
	return byte(n), err == nil
}

// escapePart escapes what may not stand in a URI, and unescapes what need not be
// escaped.
func escapePart(s string) string {
	var b strings.Builder
	for i := 0; i < len(s); i++ {
		c := s[i]
		if decoded, ok := hexByte(s[i:]); ok {
			if isUnreserved(decoded) {
				b.WriteByte(decoded)
			} else {
				b.WriteString(s[i : i+3])
			}
			i += 2
			continue
		}
		if isUnreserved(c) || strings.IndexByte(reservedMarks, c) >= 0 {
			b.WriteByte(c)
			continue
		}
		writeEscaped(&b, c)
	}
	return b.String()
}

func writeEscaped(b *strings.Builder, c byte) {
	const hexDigits = "0123456789ABCDEF"
	b.WriteByte('%')
	b.WriteByte(hexDigits[c>>4])
	b.WriteByte(hexDigits[c&15])
}

// withoutDots takes . and .. out of a path.
func withoutDots(path string) string {
	if !strings.Contains(path, "/.") {
		return path
	}
	var kept []string
	segments := strings.Split(path, "/")
	for i, segment := range segments {
		last := i == len(segments)-1
		switch segment {
		case ".":
			if last {
				kept = append(kept, "")
			}
		case "..":
			if len(kept) > 1 {
				kept = kept[:len(kept)-1]
			}
			if last {
				kept = append(kept, "")
			}
		default:
			kept = append(kept, segment)
		}
	}
	return strings.Join(kept, "/")
}

// unescapeBut undoes escapes of UTF-8 text, but of the marks to keep. What is no
// valid text stays escaped.
func unescapeBut(s, keep string) string {
	if !strings.Contains(s, "%") {
		return s
	}
	var b strings.Builder
	for i := 0; i < len(s); {
		var raw []byte
		at := i
		for {
			c, ok := hexByte(s[at:])
			if !ok {
				break
			}
			raw = append(raw, c)
			at += 3
		}
		if len(raw) == 0 {
			b.WriteByte(s[i])
			i++
			continue
		}
		for len(raw) > 0 {
			r, size := utf8.DecodeRune(raw)
			switch {
			case r == utf8.RuneError && size == 1:
				// It is escaped anew.
				writeEscaped(&b, raw[0])
			case r < ' ' && keep != "" || r < utf8.RuneSelf && strings.ContainsRune(keep, r):
				b.WriteString(s[i : i+3*size])
			default:
				b.WriteRune(r)
			}
			raw = raw[size:]
			i += 3 * size
		}
	}
	return b.String()
}
