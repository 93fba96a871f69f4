package document

import "strings"

// OpensExpression reports whether a policy would take a value for an expression.
func OpensExpression(value string) bool {
	_, opens := opensExpression(value)
	return opens
}

// opensExpression tells whether text starts an expression, white space before it
// passed over; at is the offset of the @.
func opensExpression(s string) (at int, ok bool) {
	at = len(s) - len(strings.TrimLeft(s, " \t\r\n"))
	rest := s[at:]
	return at, strings.HasPrefix(rest, "@(") || strings.HasPrefix(rest, "@{")
}

// expressionEnd finds where the expression that starts at the @ of s ends,
// behind its matching bracket. False where the bracket has no match.
func expressionEnd(s string) (end int, ok bool) {
	return (&brackets{s: s}).end(1)
}

// brackets finds the ends of brackets in C#. It passes over strings, characters and
// comments with what they hold; quotes may be written as entities.
type brackets struct {
	s string
	// ends are the ends that were found, or unclosed; nil keeps none. A text that has
	// to be read again from a later place is kept, so that no part of it is passed over
	// once for each place.
	ends map[int]int
	// endless says that no */ stands behind this offset; 0 says nothing.
	endless int
}

// unclosed is the end of a bracket that has none.
const unclosed = -1

// keep keeps the ends that are found from now on.
func (b *brackets) keep() {
	if b.ends == nil {
		b.ends = map[int]int{}
	}
}

// end is the offset behind the bracket that closes the one at an offset.
func (b *brackets) end(at int) (end int, ok bool) {
	var open []int
	for at < len(b.s) {
		switch b.s[at] {
		case '(', '{', '[':
			switch known, ok := b.ends[at]; {
			case !ok:
				open = append(open, at)
				at++
				continue
			case known == unclosed:
				return b.fail(open)
			default:
				at = known
			}
		case ')', '}', ']':
			if len(open) == 0 {
				return b.fail(open)
			}
			at++
			if b.ends != nil {
				b.ends[open[len(open)-1]] = at
			}
			open = open[:len(open)-1]
		default:
			if at, ok = b.token(at); !ok {
				return b.fail(open)
			}
		}
		if len(open) == 0 {
			return at, true
		}
	}
	return b.fail(open)
}

// fail notes brackets that nothing closes.
func (b *brackets) fail(open []int) (end int, ok bool) {
	if b.ends != nil {
		for _, at := range open {
			b.ends[at] = unclosed
		}
	}
	return 0, false
}

// quoteAt is the quote that stands at an offset, raw or as an entity.
func (b *brackets) quoteAt(at int) (quote string, char byte) {
	switch rest := b.s[at:]; rest[0] {
	case '"', '\'':
		return rest[:1], rest[0]
	case '&':
		for _, form := range [...]struct {
			text string
			char byte
		}{{`&quot;`, '"'}, {`&#34;`, '"'}, {`&#x22;`, '"'}, {`&apos;`, '\''}, {`&#39;`, '\''}, {`&#x27;`, '\''}} {
			if strings.HasPrefix(rest, form.text) {
				return form.text, form.char
			}
		}
	}
	return "", 0
}

// token is the offset behind a token that is no bracket; false where a string or
// comment has no end.
func (b *brackets) token(at int) (next int, ok bool) {
	rest := b.s[at:]
	switch {
	case strings.HasPrefix(rest, "//"):
		end := strings.IndexByte(rest, '\n')
		return at + end, end >= 0
	case strings.HasPrefix(rest, "/*"):
		return b.comment(at)
	case rest[0] == '$' || rest[0] == '@':
		return b.prefixed(at)
	}
	if quote, char := b.quoteAt(at); quote != "" {
		return b.quoted(at+len(quote), quote, char == '\'', false, false)
	}
	return at + 1, true
}

func (b *brackets) comment(at int) (next int, ok bool) {
	if b.endless > 0 && at >= b.endless {
		return 0, false
	}
	end := strings.Index(b.s[at+2:], "*/")
	if end < 0 {
		b.endless = at
		return 0, false
	}
	return at + end + 4, true
}

// prefixed passes over $"...", @"..." and $@"...".
func (b *brackets) prefixed(at int) (next int, ok bool) {
	start, verbatim, holes := at, false, false
	for at < len(b.s) && (b.s[at] == '$' || b.s[at] == '@') {
		verbatim = verbatim || b.s[at] == '@'
		holes = holes || b.s[at] == '$'
		at++
	}
	if at < len(b.s) {
		if quote, char := b.quoteAt(at); char == '"' {
			return b.quoted(at+len(quote), quote, false, verbatim, holes)
		}
	}
	return start + 1, true
}

// quoted is the offset behind the end of a string or character whose opening quote
// stands before at.
func (b *brackets) quoted(at int, quote string, isChar, verbatim, holes bool) (next int, ok bool) {
	for at < len(b.s) {
		rest := b.s[at:]
		switch {
		case strings.HasPrefix(rest, quote) && verbatim && strings.HasPrefix(rest[len(quote):], quote):
			at += 2 * len(quote)
		case strings.HasPrefix(rest, quote):
			return at + len(quote), true
		case rest[0] == '\\' && !verbatim:
			at++
			if at < len(b.s) {
				escaped, _ := b.quoteAt(at)
				at += max(1, len(escaped))
			}
		case rest[0] == '\n' && !verbatim && (isChar || !holes):
			// An apostrophe or quote that opens nothing: strings end on their line.
			return 0, false
		case holes && (rest[0] == '{' || rest[0] == '}') && len(rest) > 1 && rest[1] == rest[0]:
			at += 2
		case holes && rest[0] == '{':
			if at, ok = b.end(at); !ok {
				return 0, false
			}
		default:
			at++
		}
	}
	return 0, false
}
