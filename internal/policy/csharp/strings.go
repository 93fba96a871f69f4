package csharp

import (
	"strconv"
	"strings"
	"unicode/utf8"
)

func (l *lexer) plain(start int) (token, *SyntaxError) {
	var value strings.Builder
	for l.at < len(l.code) {
		switch c := l.code[l.at]; c {
		case '"':
			l.at++
			return token{kind: tokenString, text: value.String()}, nil
		case '\\':
			r, err := l.escape()
			if err != nil {
				return token{}, err
			}
			value.WriteRune(r)
		case '\n':
			return token{}, l.fail(start, `CS1010: a string is not closed by " on its line; strings over several lines are written @"..."`)
		default:
			value.WriteByte(c)
			l.at++
		}
	}
	return token{}, l.fail(start, `CS1010: a string is not closed by "`)
}

func (l *lexer) verbatim(start int) (token, *SyntaxError) {
	var value strings.Builder
	for l.at < len(l.code) {
		c := l.code[l.at]
		if c == '"' {
			if l.peek(1) != '"' {
				l.at++
				return token{kind: tokenString, text: value.String()}, nil
			}
			l.at++
		}
		value.WriteByte(c)
		l.at++
	}
	return token{}, l.fail(start, `CS1039: a string that starts with @" is not closed by "`)
}

func (l *lexer) char(start int) (token, *SyntaxError) {
	if l.at >= len(l.code) {
		return token{}, l.fail(start, "a character is not closed by '")
	}
	var r rune
	if l.code[l.at] == '\'' {
		return token{}, l.fail(start, `CS1011: a character is missing between ' and '`)
	}
	if l.code[l.at] == '\\' {
		escaped, err := l.escape()
		if err != nil {
			return token{}, err
		}
		r = escaped
	} else {
		var size int
		r, size = utf8.DecodeRuneInString(l.code[l.at:])
		l.at += size
	}
	if l.peek(0) != '\'' {
		return token{}, l.fail(start, `CS1012: one character stands between ' and '; text is written "..."`)
	}
	l.at++
	return token{kind: tokenChar, text: string(r), char: r}, nil
}

// escape reads \n and its like.
func (l *lexer) escape() (rune, *SyntaxError) {
	start := l.at
	l.at++
	c := l.peek(0)
	l.at++
	if i := strings.IndexByte(`'"\0abfnrtv`, c); i >= 0 && c != 0 {
		return rune("'\"\\\x00\a\b\f\n\r\t\v"[i]), nil
	}
	switch c {
	case 'u':
		return l.hexEscape(start, 4, 4)
	case 'U':
		return l.hexEscape(start, 8, 8)
	case 'x':
		return l.hexEscape(start, 1, 4)
	}
	return 0, l.fail(start, `CS1009: unrecognized escape sequence; a backslash itself is written \\, or the string @"..."`)
}

func (l *lexer) hexEscape(start, least, most int) (rune, *SyntaxError) {
	length := 0
	for length < most && isHex(l.peek(length)) {
		length++
	}
	if length < least {
		return 0, l.fail(start, "CS1009: an escape sequence lacks hexadecimal digits")
	}
	value, err := strconv.ParseUint(l.code[l.at:l.at+length], 16, 32)
	if err != nil || value > utf8.MaxRune {
		return 0, l.fail(start, "CS1009: an escape sequence is beyond Unicode")
	}
	l.at += length
	return l.pair(rune(value)), nil
}

// pair joins a high surrogate with the low one that follows as \uXXXX.
func (l *lexer) pair(high rune) rune {
	if high < 0xD800 || high > 0xDBFF || !strings.HasPrefix(l.code[l.at:], `\u`) || l.at+6 > len(l.code) {
		return high
	}
	low, err := strconv.ParseUint(l.code[l.at+2:l.at+6], 16, 32)
	if err != nil || low < 0xDC00 || low > 0xDFFF {
		return high
	}
	l.at += 6
	return (high-0xD800)<<10 + (rune(low) - 0xDC00) + 0x10000
}

// interpolated reads $"text {hole,alignment:format}".
func (l *lexer) interpolated(start int, verbatim bool) (token, *SyntaxError) {
	t := token{kind: tokenInterpolated}
	var text strings.Builder
	flush := func() {
		if text.Len() > 0 {
			t.parts = append(t.parts, rawPart{text: text.String()})
			text.Reset()
		}
	}
	for l.at < len(l.code) {
		c := l.code[l.at]
		switch {
		case c == '"' && verbatim && l.peek(1) == '"':
			text.WriteByte('"')
			l.at += 2
		case c == '"':
			l.at++
			flush()
			return t, nil
		case (c == '{' || c == '}') && l.peek(1) == c:
			text.WriteByte(c)
			l.at += 2
		case c == '{':
			flush()
			hole, err := l.hole(verbatim)
			if err != nil {
				return token{}, err
			}
			t.parts = append(t.parts, hole)
		case c == '}':
			return token{}, l.fail(l.at, "CS8086: in an interpolated string a single } is written }}")
		case c == '\\' && !verbatim:
			r, err := l.escape()
			if err != nil {
				return token{}, err
			}
			text.WriteRune(r)
		default:
			text.WriteByte(c)
			l.at++
		}
	}
	return token{}, l.fail(start, `an interpolated string is not closed by "`)
}

// hole reads {code,alignment:format}; brackets and strings inside the code are
// passed over.
func (l *lexer) hole(verbatim bool) (rawPart, *SyntaxError) {
	open := l.at
	l.at++
	part := rawPart{hole: true, offset: l.base + l.at}
	codeStart, depth := l.at, 0
	for {
		before := l.at
		if depth == 0 {
			l.skipSpaces()
			switch l.peek(0) {
			case '}', ',', ':':
				part.code = l.code[codeStart:l.at]
				if l.peek(0) == ',' && !l.alignmentFollows() {
					break
				}
				return l.holeTail(open, part, verbatim)
			}
			l.at = before
		}
		inner, err := l.next()
		if err != nil {
			return rawPart{}, err
		}
		switch inner.text {
		case "(", "[", "{", "?[":
			if inner.kind == tokenPunctuation {
				depth++
			}
		case ")", "]", "}":
			if inner.kind == tokenPunctuation {
				depth--
			}
		}
		if inner.kind == tokenEnd {
			return rawPart{}, l.fail(open, "CS8076: a hole { of an interpolated string is not closed by }")
		}
	}
}

// alignmentFollows tells the comma before an alignment, a constant, from one between type arguments.
func (l *lexer) alignmentFollows() bool {
	rest := l.code[l.at+1:]
	end := strings.IndexAny(rest, ":}")
	return end < 0 || !strings.ContainsAny(rest[:end], "<>{[(")
}

// format reads what stands between : and } of a hole. It is text of the string: escapes count, and
// doubled braces stand for one.
func (l *lexer) format(verbatim bool) (string, *SyntaxError) {
	start := l.at
	l.at++
	var text strings.Builder
	for l.at < len(l.code) {
		c := l.code[l.at]
		switch {
		case (c == '{' || c == '}') && l.peek(1) == c:
			text.WriteByte(c)
			l.at += 2
		case c == '}':
			if text.Len() == 0 {
				return "", l.fail(start, "CS8089: empty format specifier; leave out the colon")
			}
			return text.String(), nil
		case c == '"' && verbatim && l.peek(1) == '"':
			text.WriteByte(c)
			l.at += 2
		case c == '\\' && !verbatim:
			r, err := l.escape()
			if err != nil {
				return "", err
			}
			text.WriteRune(r)
		case c == '"':
			return "", nil
		default:
			text.WriteByte(c)
			l.at++
		}
	}
	return "", nil
}

func (l *lexer) skipSpaces() {
	for l.at < len(l.code) && strings.IndexByte(" \t\r\n", l.code[l.at]) >= 0 {
		l.at++
	}
}

func (l *lexer) holeTail(open int, part rawPart, verbatim bool) (rawPart, *SyntaxError) {
	if l.peek(0) == ',' {
		l.at++
		start := l.at
		for l.at < len(l.code) && l.code[l.at] != ':' && l.code[l.at] != '}' {
			l.at++
		}
		part.alignment, part.hasAlignment = strings.TrimSpace(l.code[start:l.at]), true
	}
	if l.peek(0) == ':' {
		format, err := l.format(verbatim)
		if err != nil {
			return rawPart{}, err
		}
		part.format, part.hasFormat = format, true
	}
	if l.peek(0) != '}' {
		return rawPart{}, l.fail(open, "CS8076: a hole { of an interpolated string is not closed by }")
	}
	l.at++
	return part, nil
}
