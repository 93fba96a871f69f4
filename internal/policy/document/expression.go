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
// behind its matching bracket. It passes over strings, characters and comments
// with what they hold; quotes may be written as entities. False where the
// bracket has no match.
func expressionEnd(s string) (end int, ok bool) {
	scan := bracketScan{s: s, at: 1}
	for scan.at < len(s) {
		if !scan.token() {
			return 0, false
		}
		if scan.depth == 0 {
			return scan.at, true
		}
	}
	return 0, false
}

type bracketScan struct {
	s     string
	at    int
	depth int
}

// quoteAt is the quote that stands at an offset, raw or as an entity.
func (b *bracketScan) quoteAt(at int) (quote string, char byte) {
	rest := b.s[at:]
	for _, form := range [...]struct {
		text string
		char byte
	}{{`"`, '"'}, {`&quot;`, '"'}, {`&#34;`, '"'}, {`&#x22;`, '"'}, {`'`, '\''}, {`&apos;`, '\''}, {`&#39;`, '\''}, {`&#x27;`, '\''}} {
		if strings.HasPrefix(rest, form.text) {
			return form.text, form.char
		}
	}
	return "", 0
}

// token moves behind the next token; false where a string or comment has no
// end or a bracket closes what was not open.
func (b *bracketScan) token() bool {
	rest := b.s[b.at:]
	switch {
	case strings.HasPrefix(rest, "//"):
		end := strings.IndexByte(rest, '\n')
		if end < 0 {
			return false
		}
		b.at += end
		return true
	case strings.HasPrefix(rest, "/*"):
		end := strings.Index(rest[2:], "*/")
		if end < 0 {
			return false
		}
		b.at += end + 4
		return true
	case rest[0] == '$' || rest[0] == '@':
		return b.prefixed()
	}
	if quote, char := b.quoteAt(b.at); quote != "" {
		b.at += len(quote)
		return b.quoted(quote, char == '\'', false, false)
	}
	switch rest[0] {
	case '(', '{', '[':
		b.depth++
	case ')', '}', ']':
		b.depth--
		if b.depth < 0 {
			return false
		}
	}
	b.at++
	return true
}

// prefixed passes over $"...", @"..." and $@"...".
func (b *bracketScan) prefixed() bool {
	at, verbatim, holes := b.at, false, false
	for at < len(b.s) && (b.s[at] == '$' || b.s[at] == '@') {
		verbatim = verbatim || b.s[at] == '@'
		holes = holes || b.s[at] == '$'
		at++
	}
	if at < len(b.s) {
		if quote, char := b.quoteAt(at); char == '"' {
			b.at = at + len(quote)
			return b.quoted(quote, false, verbatim, holes)
		}
	}
	b.at++
	return true
}

// quoted moves behind the end of a string or character whose opening quote has
// been passed.
func (b *bracketScan) quoted(quote string, isChar, verbatim, holes bool) bool {
	for b.at < len(b.s) {
		rest := b.s[b.at:]
		switch {
		case strings.HasPrefix(rest, quote) && verbatim && strings.HasPrefix(rest[len(quote):], quote):
			b.at += 2 * len(quote)
		case strings.HasPrefix(rest, quote):
			b.at += len(quote)
			return true
		case rest[0] == '\\' && !verbatim:
			b.at++
			if b.at < len(b.s) {
				escaped, _ := b.quoteAt(b.at)
				b.at += max(1, len(escaped))
			}
		case rest[0] == '\n' && !verbatim && (isChar || !holes):
			// An apostrophe or quote that opens nothing: strings end on their line.
			return false
		case holes && (rest[0] == '{' || rest[0] == '}') && len(rest) > 1 && rest[1] == rest[0]:
			b.at += 2
		case holes && rest[0] == '{':
			if !b.hole() {
				return false
			}
		default:
			b.at++
		}
	}
	return false
}

func (b *bracketScan) hole() bool {
	outer := b.depth
	b.depth = 0
	for b.at < len(b.s) {
		if !b.token() {
			return false
		}
		if b.depth == 0 {
			b.depth = outer
			return true
		}
	}
	return false
}
