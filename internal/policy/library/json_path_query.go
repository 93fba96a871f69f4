package library

import (
	"encoding/base64"
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
			return (&pathWalk{w.call, w.root, false}).walk(filters, t, yield)
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

// compares holds two tokens together. Only values compare; everything else is
// unequal.
func compares(operator string, left, right Token) (bool, error) {
	x, isX := left.(*JValue)
	y, isY := right.(*JValue)
	if !isX || !isY {
		return operator == "!=" || operator == "<>", nil
	}
	switch operator {
	case "==":
		return equalsText(x, y)
	case "!=", "<>":
		ok, err := equalsText(x, y)
		return !ok, err
	case "===":
		return equalsStrictly(x, y)
	case "!==":
		ok, err := equalsStrictly(x, y)
		return !ok, err
	case "=~":
		return matchesPattern(x, y)
	}
	order, err := compareTokens(x, y)
	switch operator {
	case "<":
		return order < 0, err
	case ">":
		return order > 0, err
	case "<=":
		return order <= 0, err
	}
	return order >= 0, err
}

func mixed(x, y *JValue) bool {
	a, b := typeName(x), typeName(y)
	return a == "Integer" && b == "Float" || a == "Float" && b == "Integer"
}

func equalsStrictly(x, y *JValue) (bool, error) {
	if mixed(x, y) {
		order, err := compareTokens(x, y)
		return order == 0, err
	}
	return x.equals(y), nil
}

// equalsText is ==: a date or the like equals its text.
func equalsText(x, y *JValue) (bool, error) {
	if x.equals(y) || mixed(x, y) {
		return equalsStrictly(x, y)
	}
	text, ok := y.Value.(string)
	if !ok {
		return false, nil
	}
	switch v := x.Value.(type) {
	case dotnet.DateTime, dotnet.DateTimeOffset:
		return `"`+text+`"` == JSON(x), nil
	case *Bytes:
		return text == base64.StdEncoding.EncodeToString(v.Data), nil
	case dotnet.Guid:
		return text == v.String(), nil
	case dotnet.TimeSpan:
		return text == v.String(), nil
	case *URIValue:
		return text == v.original, nil
	}
	return false, nil
}

func matchesPattern(x, y *JValue) (bool, error) {
	input, isText := x.Value.(string)
	written, isPattern := y.Value.(string)
	if !isText || !isPattern {
		return false, nil
	}
	last := strings.LastIndexByte(written, '/')
	if last <= 0 {
		return false, nil
	}
	options := int32(0)
	for _, c := range written[last+1:] {
		options |= map[rune]int32{'i': 1, 'm': 2, 's': 16, 'x': 32}[c]
	}
	re, err := compileRegex(written[1:last], options)
	if err != nil {
		return false, err
	}
	return re.isMatch(input)
}

// compareTokens is JValue.CompareTo.
func compareTokens(x, y *JValue) (int, error) {
	kind := typeName(x)
	if kind == "String" {
		kind = typeName(y)
	}
	a, b := x.Value, y.Value
	switch {
	case a == nil && b == nil:
		return 0, nil
	case b == nil:
		return 1, nil
	case a == nil:
		return -1, nil
	}
	env := &Env{Culture: dotnet.Invariant()}
	switch kind {
	case "String", "Comment", "Raw":
		s, err := env.Format(nil, a, "")
		if err != nil {
			return 0, err
		}
		z, err := env.Format(nil, b, "")
		return int(compareOrdinal(s, z, false)), err
	case "Integer", "Float", "Boolean", "Date":
		return compareValuesOf(kind, a, b)
	case "Bytes", "Guid", "Uri", "TimeSpan":
		if typeName(y) != kind {
			return 0, dotnet.Throw("System.ArgumentException", "Object must be of type "+map[string]string{"Bytes": "byte[]"}[kind]+".")
		}
	}
	return Compare(a, b)
}

func compareValuesOf(kind string, a, b any) (int, error) {
	target := map[string]string{"Integer": "Int64", "Float": "Double", "Boolean": "Boolean", "Date": "DateTime"}[kind]
	_, isReal := b.(float64)
	if kind == "Integer" && isReal {
		target = "Double"
	}
	x, err := convertLoosely(a, target)
	if err != nil {
		return 0, err
	}
	y, err := convertLoosely(b, target)
	if err != nil {
		return 0, err
	}
	if f, ok := x.(float64); ok && nearlyEqual(f, to[float64](y)) {
		return 0, nil
	}
	return Compare(x, y)
}

// convertLoosely is System.Convert for the values that JSON holds.
func convertLoosely(v any, target string) (any, error) {
	invariant := dotnet.Invariant()
	if d, ok := v.(dotnet.DateTimeOffset); ok && target == "DateTime" {
		return dotnet.DateTime{Ticks: d.Clock}, nil
	}
	if s, ok := v.(string); ok {
		switch target {
		case "Int64":
			return either(dotnet.ParseInt(s, 64, dotnet.StyleInteger, invariant))
		case "Double":
			return either(dotnet.ParseDouble(s, dotnet.StyleFloat|dotnet.AllowThousands, invariant))
		case "Boolean":
			return either(parseBool(s))
		}
		return either(dotnet.ParseDateTime(s, invariant, 0))
	}
	if _, ok := v.(dotnet.DateTime); ok && target == "DateTime" {
		return v, nil
	}
	converted, err := changeType(v, target)
	if err == nil && converted == nil {
		err = dotnet.InvalidCast("Unable to cast the value to '" + target + "'.")
	}
	return converted, err
}
