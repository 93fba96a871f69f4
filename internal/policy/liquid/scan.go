package liquid

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// cursor reads the markup of a tag or variable.
type cursor struct {
	s  string
	at int
}

func (c *cursor) done() bool { return c.at >= len(c.s) }

func (c *cursor) rest() string { return c.s[c.at:] }

func (c *cursor) peek() rune {
	r, _ := utf8.DecodeRuneInString(c.rest())
	return r
}

func (c *cursor) advance() {
	_, size := utf8.DecodeRuneInString(c.rest())
	c.at += size
}

func (c *cursor) space() {
	for !c.done() && unicode.IsSpace(c.peek()) {
		c.advance()
	}
}

// take takes a text that stands here.
func (c *cursor) take(s string) bool {
	if !strings.HasPrefix(c.rest(), s) {
		return false
	}
	c.at += len(s)
	return true
}

func isWord(r rune) bool {
	return r == '_' || unicode.IsLetter(r) || unicode.IsDigit(r) || unicode.Is(unicode.Mn, r) || unicode.Is(unicode.Pc, r)
}

// while takes the characters that are of a kind.
func (c *cursor) while(is func(rune) bool) string {
	from := c.at
	for !c.done() && is(c.peek()) {
		c.advance()
	}
	return c.s[from:c.at]
}

func (c *cursor) word() string { return c.while(isWord) }

// quoted takes a text in quotes, with them.
func (c *cursor) quoted() string {
	if c.done() || c.s[c.at] != '\'' && c.s[c.at] != '"' {
		return ""
	}
	end := strings.IndexByte(c.s[c.at+1:], c.s[c.at])
	if end < 0 {
		return ""
	}
	from := c.at
	c.at += end + 2
	return c.s[from:c.at]
}

// fragment takes a text in quotes, or what reaches to the next space, | or, where
// commas part fragments, comma.
func (c *cursor) fragment(commas bool) string {
	if q := c.quoted(); q != "" {
		return q
	}
	from := c.at
	for !c.done() {
		r := c.peek()
		if r == '\'' || r == '"' {
			if c.quoted() == "" {
				break
			}
			continue
		}
		if unicode.IsSpace(r) || r == '|' || r == ',' && commas {
			break
		}
		c.advance()
	}
	return c.s[from:c.at]
}

// find takes the first fragment from here on.
func (c *cursor) find(commas bool) string {
	for !c.done() {
		if f := c.fragment(commas); f != "" {
			return f
		}
		c.advance()
	}
	return ""
}

// fragments takes fragments that stand without a space between them.
func (c *cursor) fragments() string {
	from := c.at
	for c.fragment(true) != "" {
		continue
	}
	return c.s[from:c.at]
}
