package csharp

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// lexer cuts code into tokens.
type lexer struct {
	code string
	base int // offset of code in the whole, for holes of interpolated strings
	at   int
}

func (l *lexer) fail(offset int, message string) *SyntaxError {
	return &SyntaxError{Offset: l.base + offset, Message: message}
}

func (l *lexer) peek(ahead int) byte {
	if l.at+ahead < len(l.code) {
		return l.code[l.at+ahead]
	}
	return 0
}

// next returns the token at hand and moves behind it.
func (l *lexer) next() (token, *SyntaxError) {
	if err := l.skipBlank(); err != nil {
		return token{}, err
	}
	start := l.at
	if start >= len(l.code) {
		return token{kind: tokenEnd, offset: l.base + start, end: l.base + start}, nil
	}
	t, err := l.read(start)
	if err != nil {
		return token{}, err
	}
	t.offset, t.end = l.base+start, l.base+l.at
	return t, nil
}

func (l *lexer) read(start int) (token, *SyntaxError) {
	c := l.code[start]
	rest := l.code[start:]
	switch {
	case strings.HasPrefix(rest, `$@"`), strings.HasPrefix(rest, `@$"`):
		l.at += 3
		return l.interpolated(start, true)
	case strings.HasPrefix(rest, `$"`):
		l.at += 2
		return l.interpolated(start, false)
	case strings.HasPrefix(rest, `@"`):
		l.at += 2
		return l.verbatim(start)
	case c == '"':
		l.at++
		return l.plain(start)
	case c == '\'':
		l.at++
		return l.char(start)
	case c >= '0' && c <= '9', c == '.' && isDigit(l.peek(1)):
		return l.number(start)
	case strings.HasPrefix(rest, "{{"):
		if name, length := namedValue(rest); length > 0 {
			l.at += length
			return token{kind: tokenNamedValue, text: name}, nil
		}
	}
	verbatim := c == '@'
	nameStart := start
	if verbatim {
		nameStart++
	}
	if length := nameLength(l.code[nameStart:]); length > 0 {
		l.at = nameStart + length
		return token{kind: tokenName, text: l.code[nameStart:l.at], isVerbatim: verbatim}, nil
	}
	for _, mark := range punctuation {
		if strings.HasPrefix(rest, mark) {
			l.at += len(mark)
			return token{kind: tokenPunctuation, text: mark}, nil
		}
	}
	r, _ := utf8.DecodeRuneInString(rest)
	return token{}, l.fail(start, "unexpected character "+quoteRune(r))
}

// punctuation, the longest first. `>>` is put together by the parser, because
// it also closes two type argument lists.
var punctuation = []string{
	"<<=", "...", "??=", "=>", "==", "!=", "<=", ">=", "&&", "||", "??", "?.", "?[", "++", "--", "+=", "-=", "*=", "/=", "%=", "&=", "|=", "^=", "<<", "->", "::",
	"{", "}", "(", ")", "[", "]", ".", ",", ";", ":", "?", "+", "-", "*", "/", "%", "=", "<", ">", "!", "~", "&", "|", "^",
}

func quoteRune(r rune) string {
	if r == utf8.RuneError {
		return "that is not UTF-8"
	}
	return "`" + string(r) + "`"
}

func isDigit(c byte) bool { return c >= '0' && c <= '9' }

func nameLength(s string) int {
	for i, r := range s {
		if r == '_' || unicode.IsLetter(r) || i > 0 && (unicode.IsDigit(r) || unicode.Is(unicode.Mn, r)) {
			continue
		}
		return i
	}
	return len(s)
}

// namedValue reads a placeholder {{name}} that was not substituted.
func namedValue(s string) (name string, length int) {
	end := strings.Index(s, "}}")
	if end < 0 {
		return "", 0
	}
	name = strings.TrimSpace(s[2:end])
	if name == "" {
		return "", 0
	}
	for _, r := range name {
		if !unicode.IsLetter(r) && !unicode.IsDigit(r) && !strings.ContainsRune("-._", r) {
			return "", 0
		}
	}
	return name, end + 2
}

// skipBlank passes white space, comments and preprocessor-like region lines.
func (l *lexer) skipBlank() *SyntaxError {
	for l.at < len(l.code) {
		rest := l.code[l.at:]
		r, size := utf8.DecodeRuneInString(rest)
		switch {
		case unicode.IsSpace(r) || r == '\ufeff' || r == '\u200b':
			l.at += size
		case strings.HasPrefix(rest, "//"):
			if end := strings.IndexByte(rest, '\n'); end >= 0 {
				l.at += end
			} else {
				l.at = len(l.code)
			}
		case strings.HasPrefix(rest, "/*"):
			end := strings.Index(rest[2:], "*/")
			if end < 0 {
				return l.fail(l.at, "a comment that starts with /* is not closed by */")
			}
			l.at += end + 4
		default:
			return nil
		}
	}
	return nil
}

// number reads digits with their suffix; the parser gives it its value.
func (l *lexer) number(start int) (token, *SyntaxError) {
	t := l.readNumber(start)
	digits := strings.TrimRight(t.text, "uUlLfFdDmM")
	switch {
	case strings.HasPrefix(strings.ToLower(digits), "0x_"), strings.HasPrefix(strings.ToLower(digits), "0b_"):
		return t, l.fail(start, "CS8107: a digit separator behind 0x or 0b is later than C# 7.0")
	case strings.HasSuffix(digits, "_"), strings.Contains(digits, "_."), strings.Contains(digits, "_e"), strings.Contains(digits, "_E"):
		return t, l.fail(start, "CS1013: invalid number: a digit separator stands between digits")
	}
	return t, nil
}

func (l *lexer) readNumber(start int) token {
	if l.peek(0) == '0' && (l.peek(1) == 'x' || l.peek(1) == 'X' || l.peek(1) == 'b' || l.peek(1) == 'B') {
		l.at += 2
		for isHex(l.peek(0)) || l.peek(0) == '_' {
			l.at++
		}
	} else {
		l.digits()
		if l.peek(0) == '.' && isDigit(l.peek(1)) {
			l.at++
			l.digits()
		}
		if e := l.peek(0); e == 'e' || e == 'E' {
			sign := 1
			if next := l.peek(1); next == '+' || next == '-' {
				sign = 2
			}
			if isDigit(l.peek(sign)) {
				l.at += sign
				l.digits()
			}
		}
	}
	for strings.IndexByte("uUlLfFdDmM", l.peek(0)) >= 0 && l.peek(0) != 0 {
		l.at++
	}
	return token{kind: tokenNumber, text: l.code[start:l.at]}
}

func (l *lexer) digits() {
	for isDigit(l.peek(0)) || l.peek(0) == '_' {
		l.at++
	}
}

func isHex(c byte) bool {
	return isDigit(c) || c >= 'a' && c <= 'f' || c >= 'A' && c <= 'F'
}
