package library

import (
	"strconv"
	"strings"
	"unicode"

	"github.com/aoai-gateway/aoai-gateway/internal/policy/dotnet"
)

// maxPathDepth bounds queries within queries.
const maxPathDepth = 100

// pathParser reads a JSONPath as Newtonsoft.Json's JPath does.
type pathParser struct {
	s     []rune
	at    int
	depth int
	call  *Call
}

// pathFault ends the reading of a path.
type pathFault struct{ err error }

func (p *pathParser) fail(message string) {
	panic(pathFault{dotnet.Throw("Newtonsoft.Json.JsonException", message)})
}

// selectTokens hands over what a JSONPath leads to, one token after the other.
// Strict makes it an exception where a step leads nowhere.
func (c *Call) selectTokens(t Token, path string, strict bool, yield func(Token) error) error {
	filters, err := c.parsePath(path)
	if err != nil {
		return err
	}
	return (&pathWalk{c, t, strict}).start(filters, t, yield)
}

func (c *Call) parsePath(path string) (filters []pathFilter, err error) {
	if err := c.Take(len(path)); err != nil {
		return nil, err
	}
	p := &pathParser{s: []rune(path), call: c}
	defer func() {
		if cause := recover(); cause != nil {
			fault, ok := cause.(pathFault)
			if !ok {
				panic(cause)
			}
			err = fault.err
		}
	}()
	p.main(&filters)
	return filters, nil
}

// char is the character at the parser's place, which .NET reads without looking
// whether there is one.
func (p *pathParser) char() rune {
	if p.at >= len(p.s) {
		panic(pathFault{dotnet.IndexOutOfRange()})
	}
	return p.s[p.at]
}

func (p *pathParser) need(message string) {
	if p.at >= len(p.s) {
		p.fail(message)
	}
}

func (p *pathParser) blanks() {
	for p.at < len(p.s) && p.s[p.at] == ' ' {
		p.at++
	}
}

func (p *pathParser) match(word string) bool {
	if !strings.HasPrefix(string(p.s[p.at:min(len(p.s), p.at+len(word))]), word) {
		return false
	}
	p.at += len(word)
	return true
}

func (p *pathParser) main(filters *[]pathFilter) {
	start := p.at
	p.blanks()
	if p.at == len(p.s) {
		return
	}
	if p.s[p.at] == '$' {
		if len(p.s) == 1 {
			return
		}
		// A property may start with $, too.
		if p.at+1 < len(p.s) && (p.s[p.at+1] == '.' || p.s[p.at+1] == '[') {
			p.at++
			start = p.at
		}
	}
	if p.path(filters, start, false) {
		return
	}
	last := p.at
	p.blanks()
	if p.at < len(p.s) {
		p.fail("Unexpected character while parsing path: " + string(p.s[last]))
	}
}

// path reads steps up to the end, or to what ends them inside of a query, and
// tells whether the end was reached.
func (p *pathParser) path(filters *[]pathFilter, start int, query bool) bool {
	scan, afterIndexer, afterDot := false, false, false
	member := func(text []rune) {
		*filters = append(*filters, memberFilter(string(text), scan))
		scan = false
	}
loop:
	for p.at < len(p.s) {
		switch c := p.s[p.at]; {
		case c == '[' || c == '(':
			if p.at > start {
				member(p.s[start:p.at])
			}
			*filters = append(*filters, p.indexer(c, scan))
			scan = false
			p.at++
			start, afterIndexer, afterDot = p.at, true, false
		case c == ']' || c == ')' || c == ' ':
			break loop
		case c == '.':
			if p.at > start {
				member(p.s[start:p.at])
			}
			if p.at+1 < len(p.s) && p.s[p.at+1] == '.' {
				scan = true
				p.at++
			}
			p.at++
			start, afterIndexer, afterDot = p.at, false, true
		case query && strings.ContainsRune("=<!>|&", c):
			break loop
		case afterIndexer:
			p.fail("Unexpected character following indexer: " + string(c))
		default:
			p.at++
		}
	}
	ended := p.at == len(p.s)
	if p.at > start {
		member([]rune(strings.TrimRightFunc(string(p.s[start:p.at]), unicode.IsSpace)))
	} else if afterDot && (ended || query) {
		p.fail("Unexpected end while parsing path.")
	}
	return ended
}

func memberFilter(name string, scan bool) pathFilter {
	var names []string
	if name != "*" {
		names = []string{name}
	}
	if scan {
		return scanFilter{names}
	}
	return fieldFilter{names: names}
}

func (p *pathParser) indexer(opening rune, scan bool) pathFilter {
	p.at++
	closing := ']'
	if opening == '(' {
		closing = ')'
	}
	p.need("Path ended with open indexer.")
	p.blanks()
	switch p.char() {
	case '\'':
		return p.quotedFields(closing, scan)
	case '?':
		return p.queryFilter(closing, scan)
	}
	return p.arrayIndexer(closing)
}

func (p *pathParser) quotedFields(closing rune, scan bool) pathFilter {
	var fields []string
	for p.at < len(p.s) {
		field := p.quoted()
		p.blanks()
		p.need("Path ended with open indexer.")
		switch p.s[p.at] {
		case closing:
			if fields == nil {
				return namedFilter(field, scan)
			}
			fields = append(fields, field)
			if scan {
				return scanFilter{fields}
			}
			return fieldFilter{names: fields, several: true}
		case ',':
			p.at++
			p.blanks()
			fields = append(fields, field)
		default:
			p.fail("Unexpected character while parsing path indexer: " + string(p.s[p.at]))
		}
	}
	p.fail("Path ended with open indexer.")
	return nil
}

func namedFilter(name string, scan bool) pathFilter {
	if scan {
		return scanFilter{[]string{name}}
	}
	return fieldFilter{names: []string{name}}
}

// quoted reads a string in single quotes.
func (p *pathParser) quoted() string {
	var b strings.Builder
	p.at++
	for p.at < len(p.s) {
		switch c := p.s[p.at]; {
		case c == '\\' && p.at+1 < len(p.s):
			p.at++
			c = p.s[p.at]
			at := strings.IndexRune(`btnfr\"'/`, c)
			if at < 0 {
				p.fail(`Unknown escape character: \` + string(c))
			}
			b.WriteByte("\b\t\n\f\r\\\"'/"[at])
			p.at++
		case c == '\'':
			p.at++
			return b.String()
		default:
			b.WriteRune(c)
			p.at++
		}
	}
	p.fail("Path ended with an open string.")
	return ""
}

// arrayIndexer reads an index, several, a slice, or *.
func (p *pathParser) arrayIndexer(closing rune) pathFilter {
	start, end := p.at, -1
	var indices []int32
	var slice sliceFilter
	colons := 0
	text := func() string {
		if end < 0 {
			end = p.at
		}
		return string(p.s[start:end])
	}
	next := func() {
		p.at++
		p.blanks()
		start, end = p.at, -1
	}
	for p.at < len(p.s) {
		switch c := p.s[p.at]; {
		case c == ' ':
			end = p.at
			p.blanks()
		case c == closing:
			written := text()
			if colons > 0 {
				if written != "" {
					slice.set(colons, p.number(written))
				}
				return slice
			}
			return indexFilter{append(indices, p.index(written)), indices != nil}
		case c == ',':
			indices = append(indices, p.index(text()))
			next()
		case c == '*':
			p.at++
			p.need("Path ended with open indexer.")
			p.blanks()
			if p.char() != closing {
				p.fail("Unexpected character while parsing path indexer: *")
			}
			return indexFilter{}
		case c == ':':
			if written := text(); written != "" {
				slice.set(colons, p.number(written))
			}
			colons++
			next()
		case !unicode.IsDigit(c) && c != '-', end >= 0:
			p.fail("Unexpected character while parsing path indexer: " + string(c))
		default:
			p.at++
		}
	}
	p.fail("Path ended with open indexer.")
	return nil
}

func (p *pathParser) index(written string) int32 {
	if written == "" {
		p.fail("Array index expected.")
	}
	return p.number(written)
}

// number is what Convert.ToInt32 makes of digits.
func (p *pathParser) number(written string) int32 {
	n, err := strconv.ParseInt(written, 10, 32)
	if err != nil {
		_, failed := dotnet.ParseInt(written, 32, dotnet.StyleInteger, dotnet.Invariant())
		panic(pathFault{failed})
	}
	return int32(n)
}
