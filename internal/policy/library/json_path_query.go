package library

import (
	"errors"
	"strconv"
	"strings"
	"unicode"

	"github.com/aoai-gateway/aoai-gateway/internal/policy/dotnet"
)

// pathTest is a query: whether a token counts.
type pathTest func(w *pathWalk, t Token) (bool, error)

func (p *pathParser) queryFilter(closing rune, scan bool) pathFilter {
	p.at++
	p.need("Path ended with open indexer.")
	if p.s[p.at] != '(' {
		p.fail("Unexpected character while parsing path indexer: " + string(p.s[p.at]))
	}
	p.at++
	if p.depth++; p.depth > maxPathDepth {
		panic(pathFault{ErrLimit})
	}
	test := p.expression()
	p.depth--
	p.at++
	p.need("Path ended with open indexer.")
	p.blanks()
	if p.char() != closing {
		p.fail("Unexpected character while parsing path indexer: " + string(p.s[p.at]))
	}
	return queryFilter{test, scan}
}

// composite is some tests joined by && or ||.
type composite struct {
	or    bool
	tests []pathTest
}

func (c *composite) test(w *pathWalk, t Token) (bool, error) {
	for _, each := range c.tests {
		ok, err := each(w, t)
		if err != nil || ok == c.or {
			return ok, err
		}
	}
	return !c.or, nil
}

// expression reads comparisons joined by && and ||. As in Newtonsoft.Json, a
// change of the operator opens a group within the one before.
func (p *pathParser) expression() pathTest {
	var root, parent *composite
	for p.at < len(p.s) {
		one := p.comparison()
		c := p.char()
		if c == ')' {
			if parent == nil {
				return one
			}
			parent.tests = append(parent.tests, one)
			return root.test
		}
		if c != '&' && c != '|' {
			continue
		}
		if !p.match(string(c) + string(c)) {
			p.unexpected()
		}
		if or := c == '|'; parent == nil || parent.or != or {
			inner := &composite{or: or}
			if parent != nil {
				parent.tests = append(parent.tests, inner.test)
			}
			parent = inner
			if root == nil {
				root = parent
			}
		}
		parent.tests = append(parent.tests, one)
	}
	p.fail("Path ended with open query.")
	return nil
}

func (p *pathParser) unexpected() {
	p.fail("Unexpected character while parsing path query: " + string(p.char()))
}

func (p *pathParser) comparison() pathTest {
	left := p.side()
	if c := p.char(); c == ')' || c == '|' || c == '&' {
		return func(w *pathWalk, t Token) (bool, error) {
			err := left(w, t, func(Token) error { return errStop })
			return errors.Is(err, errStop), ignoreStop(err)
		}
	}
	operator := p.operator()
	right := p.side()
	return func(w *pathWalk, t Token) (bool, error) {
		err := left(w, t, func(x Token) error {
			return right(w, t, func(y Token) error {
				ok, err := compares(operator, x, y)
				if err == nil && ok {
					err = errStop
				}
				return err
			})
		})
		return errors.Is(err, errStop), ignoreStop(err)
	}
}

func ignoreStop(err error) error {
	if errors.Is(err, errStop) {
		return nil
	}
	return err
}

// pathSide is one side of a comparison: a path's tokens, or a constant.
type pathSide func(w *pathWalk, t Token, yield func(Token) error) error

func (p *pathParser) side() pathSide {
	p.blanks()
	if c := p.char(); c == '$' || c == '@' {
		var filters []pathFilter
		if c == '$' {
			filters = []pathFilter{rootFilter{}}
		}
		p.at++
		if p.path(&filters, p.at, true) {
			p.fail("Path ended with open query.")
		}
		p.blanks()
		p.need("Path ended with open query.")
		return func(w *pathWalk, t Token, yield func(Token) error) error {
			return (&pathWalk{w.call, w.root, false}).start(filters, t, yield)
		}
	}
	v, ok := p.constant()
	if !ok {
		p.unexpected()
	}
	p.blanks()
	p.need("Path ended with open query.")
	value := &JValue{Value: v}
	return func(_ *pathWalk, _ Token, yield func(Token) error) error { return yield(value) }
}

func (p *pathParser) constant() (any, bool) {
	switch c := p.char(); {
	case c == '\'':
		return p.quoted(), true
	case c == '/':
		return p.pattern(), true
	case unicode.IsDigit(c) || c == '-':
		start := p.at
		for p.at++; p.at < len(p.s); p.at++ {
			if p.s[p.at] != ' ' && p.s[p.at] != ')' {
				continue
			}
			text := string(p.s[start:p.at])
			if strings.ContainsAny(text, ".eE") {
				f, err := dotnet.ParseDouble(text, dotnet.StyleFloat|dotnet.AllowThousands, dotnet.Invariant())
				return f, err == nil
			}
			n, err := strconv.ParseInt(text, 10, 64)
			return n, err == nil
		}
	case c == 't' && p.match("true"):
		return true, true
	case c == 'f' && p.match("false"):
		return false, true
	case c == 'n' && p.match("null"):
		return nil, true
	}
	return nil, false
}

// pattern reads /regular expression/options with its slashes.
func (p *pathParser) pattern() string {
	start := p.at
	for p.at++; p.at < len(p.s); {
		switch c := p.s[p.at]; {
		case c == '\\' && p.at+1 < len(p.s):
			p.at += 2
		case c == '/':
			p.at++
			for p.at < len(p.s) && unicode.IsLetter(p.s[p.at]) {
				p.at++
			}
			return string(p.s[start:p.at])
		default:
			p.at++
		}
	}
	p.fail("Path ended with an open regex.")
	return ""
}

func (p *pathParser) operator() string {
	if p.at+1 >= len(p.s) {
		p.fail("Path ended with open query.")
	}
	for _, operator := range []string{"===", "==", "=~", "!==", "!=", "<>", "<=", "<", ">=", ">"} {
		if p.match(operator) {
			return operator
		}
	}
	p.fail("Could not read query operator.")
	return ""
}
