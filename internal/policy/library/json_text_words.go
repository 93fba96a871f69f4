package library

import (
	"math"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf16"
	"unicode/utf8"
)

// matches passes a word, which has to be whole and to be followed by nothing that
// could go on with it.
func (r *textReader) matches(word string) (bool, error) {
	if len(r.s)-r.at < len(word) {
		r.at = len(r.s)
		return false, r.unexpectedEnd()
	}
	for i := range len(word) {
		if r.s[r.at+i] != word[i] {
			r.at += i
			return false, nil
		}
	}
	r.at += len(word)
	return r.at >= len(r.s) || r.separates(), nil
}

func (r *textReader) separates() bool {
	switch r.s[r.at] {
	case '}', ']', ',', 0:
		return true
	case '/':
		return r.at+1 < len(r.s) && (r.s[r.at+1] == '/' || r.s[r.at+1] == '*')
	case ')':
		return r.state == stateConstructor || r.state == stateConstructorStart
	}
	return unicode.IsSpace(r.char())
}

func (r *textReader) word(word, kind string, token jsonToken, value any) error {
	ok, err := r.matches(word)
	if err != nil {
		return err
	}
	if !ok {
		return r.fail("Error parsing " + kind + " value.")
	}
	r.found(token, value)
	return nil
}

// special reads NaN, Infinity or -Infinity.
func (r *textReader) special(kind readKind) error {
	word, value := "NaN", math.NaN()
	switch {
	case strings.HasPrefix(r.s[r.at:], "-"):
		word, value = "-Infinity", math.Inf(-1)
	case strings.HasPrefix(r.s[r.at:], "I"):
		word, value = "Infinity", math.Inf(1)
	}
	ok, err := r.matches(word)
	switch {
	case err != nil:
		return err
	case !ok:
		return r.fail("Error parsing " + word + " value.")
	case kind == readAny || kind == readDouble:
		r.found(tokenFloat, value)
	case kind == readString:
		r.found(tokenString, word)
	default:
		return r.fail("Cannot read " + word + " value.")
	}
	return nil
}

// null reads null where another type is expected.
func (r *textReader) null() error {
	if r.at+1 >= len(r.s) {
		r.at = len(r.s)
		return r.unexpectedEnd()
	}
	if r.s[r.at+1] == 'u' {
		return r.word("null", "null", tokenNull, nil)
	}
	r.at += 2
	return r.unexpected(rune(r.s[r.at-1]))
}

func (r *textReader) comment(isToken bool) error {
	r.at++
	if r.at+1 >= len(r.s) {
		return r.fail("Unexpected end while parsing comment.")
	}
	line := r.s[r.at] == '/'
	if !line && r.s[r.at] != '*' {
		return r.fail("Error parsing comment. Expected: *, got " + string(r.char()) + ".")
	}
	r.at++
	start, end := r.at, len(r.s)
	if line {
		if i := strings.IndexAny(r.s[start:], "\r\n"); i >= 0 {
			end = start + i
		}
		r.at = end
	} else {
		i := strings.Index(r.s[start:], "*/")
		if i < 0 {
			r.at = len(r.s)
			return r.fail("Unexpected end while parsing comment.")
		}
		end = start + i
		r.at = end + len("*/")
	}
	if isToken {
		r.set(tokenComment, r.s[start:end])
	}
	return nil
}

// constructor reads the head of new Date(1).
func (r *textReader) constructor() error {
	ok, err := r.matches("new")
	if err != nil {
		return err
	}
	if !ok {
		return r.fail("Unexpected content while parsing JSON.")
	}
	r.blank()
	start := r.at
	for r.at < len(r.s) && (unicode.IsLetter(r.char()) || unicode.IsDigit(r.char())) {
		r.at += utf8.RuneLen(r.char())
	}
	name := r.s[start:r.at]
	r.blank()
	switch {
	case r.at >= len(r.s):
		return r.fail("Unexpected end while parsing constructor.")
	case r.s[r.at] != '(':
		return r.fail("Unexpected character while parsing constructor: " + string(r.char()) + ".")
	}
	if err := r.open(tokenStartConstructor, containerConstructor, stateConstructorStart); err != nil {
		return err
	}
	r.held = name
	return nil
}

func isIdentifier(c rune) bool {
	return unicode.IsLetter(c) || unicode.IsDigit(c) || c == '_' || c == '$'
}

// property reads a name and the colon behind it.
func (r *textReader) property() error {
	var name string
	switch c := r.char(); {
	case c == '"' || c == '\'':
		var err error
		if name, err = r.quoted(byte(c)); err != nil {
			return err
		}
	case isIdentifier(c):
		start := r.at
		for r.at < len(r.s) && isIdentifier(r.char()) {
			r.at += utf8.RuneLen(r.char())
		}
		if r.at >= len(r.s) {
			return r.fail("Unexpected end while parsing unquoted property name.")
		}
		if c = r.char(); c != ':' && !unicode.IsSpace(c) {
			return r.fail("Invalid JavaScript property identifier character: " + string(c) + ".")
		}
		name = r.s[start:r.at]
	default:
		return r.fail("Invalid property identifier character: " + string(c) + ".")
	}
	r.blank()
	if r.at >= len(r.s) || r.s[r.at] != ':' {
		return r.fail("Invalid character after parsing property name. Expected ':' but got: " + string(r.char()) + ".")
	}
	r.at++
	r.kind, r.held, r.state, r.here.name = tokenPropertyName, name, stateProperty, name
	return nil
}

// quoted reads a string whose opening quote is at the reader's place.
func (r *textReader) quoted(quote byte) (string, error) {
	r.at++
	start := r.at
	for r.at < len(r.s) && r.s[r.at] != quote && r.s[r.at] != '\\' {
		r.at++
	}
	if r.at < len(r.s) && r.s[r.at] == quote {
		r.at++
		return r.s[start : r.at-1], nil
	}
	var b strings.Builder
	b.WriteString(r.s[start:r.at])
	for r.at < len(r.s) {
		c := r.s[r.at]
		r.at++
		switch {
		case c == quote:
			return b.String(), nil
		case c != '\\':
			b.WriteByte(c)
			continue
		}
		if err := r.escape(&b, quote); err != nil {
			return "", err
		}
	}
	return "", r.fail("Unterminated string. Expected delimiter: " + string(quote) + ".")
}

func (r *textReader) escape(b *strings.Builder, quote byte) error {
	if r.at >= len(r.s) {
		return r.fail("Unterminated string. Expected delimiter: " + string(quote) + ".")
	}
	c := r.char()
	r.at += utf8.RuneLen(c)
	if i := strings.IndexRune(`"\/'bfnrt`, c); i >= 0 {
		b.WriteByte("\"\\/'\b\f\n\r\t"[i])
		return nil
	}
	if c != 'u' {
		return r.fail(`Bad JSON escape sequence: \` + string(c) + ".")
	}
	var all []uint16
	for {
		if r.at+4 >= len(r.s) {
			return r.fail("Unexpected end while parsing Unicode escape sequence.")
		}
		unit, err := strconv.ParseUint(r.s[r.at:r.at+4], 16, 16)
		if err != nil {
			return r.fail(`Invalid Unicode escape sequence: \u` + r.s[r.at:r.at+4] + ".")
		}
		all = append(all, uint16(unit))
		r.at += 4
		if len(all) > 1 || unit < 0xD800 || unit > 0xDBFF || !strings.HasPrefix(r.s[r.at:], `\u`) {
			break
		}
		r.at += 2
	}
	for _, c := range utf16.Decode(all) {
		b.WriteRune(c)
	}
	return nil
}
