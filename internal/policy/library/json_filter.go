package library

import (
	"strings"

	"github.com/dlclark/regexp2"
)

// filter is [?(@.path == constant)] with the usual comparisons, [?(@.path)], and
// several of these with && and ||.
func (p *pathReader) filter() (pathStep, error) {
	end := strings.Index(p.s[p.at:], ")]")
	if end < 0 {
		return nil, p.fail("Path ended with open query.")
	}
	query := p.s[p.at+len("[?(") : p.at+end]
	p.at += end + len(")]")
	test, err := p.either(query)
	if err != nil {
		return nil, err
	}
	return func(t Token) []Token {
		var found []Token
		for _, item := range all(t) {
			if test(item) {
				found = append(found, item)
			}
		}
		return found
	}, nil
}

type tokenTest func(Token) bool

// either is some tests joined by ||, each of them some joined by &&.
func (p *pathReader) either(query string) (tokenTest, error) {
	return p.joined(query, "||", true, func(part string) (tokenTest, error) {
		return p.joined(part, "&&", false, p.comparison)
	})
}

func (p *pathReader) joined(query, by string, decides bool, one func(string) (tokenTest, error)) (tokenTest, error) {
	var tests []tokenTest
	for _, part := range cutOutsideQuotes(query, by) {
		test, err := one(strings.TrimSpace(part))
		if err != nil {
			return nil, err
		}
		tests = append(tests, test)
	}
	return func(t Token) bool {
		for _, test := range tests {
			if test(t) == decides {
				return decides
			}
		}
		return !decides
	}, nil
}

func cutOutsideQuotes(s, by string) []string {
	var parts []string
	quote, start := byte(0), 0
	for i := 0; i < len(s); i++ {
		switch c := s[i]; {
		case quote != 0:
			if c == quote {
				quote = 0
			}
		case c == '\'' || c == '"':
			quote = c
		case strings.HasPrefix(s[i:], by):
			parts = append(parts, s[start:i])
			i += len(by) - 1
			start = i + 1
		}
	}
	return append(parts, s[start:])
}

func (p *pathReader) comparison(query string) (tokenTest, error) {
	if !strings.HasPrefix(query, "@") {
		return nil, p.fail("Unexpected character while parsing path query: " + query)
	}
	for _, operator := range []string{"=~", "===", "!==", "==", "!=", "<=", ">=", "<", ">"} {
		parts := cutOutsideQuotes(query, operator)
		if len(parts) != 2 {
			continue
		}
		path, right := strings.TrimPrefix(strings.TrimSpace(parts[0]), "@"), strings.TrimSpace(parts[1])
		if operator == "=~" {
			return p.matches(path, right)
		}
		constant, err := ParseJSON(right)
		if err != nil {
			return nil, err
		}
		return found(path, func(t Token) bool { return compares(t, operator, constant) }), nil
	}
	return found(strings.TrimPrefix(query, "@"), func(Token) bool { return true }), nil
}

// matches is @.path =~ /pattern/i.
func (p *pathReader) matches(path, written string) (tokenTest, error) {
	last := strings.LastIndexByte(written, '/')
	if last <= 0 || written[0] != '/' {
		return nil, p.fail("Unexpected character while parsing path query: " + written)
	}
	options := regexp2.None
	if strings.Contains(written[last:], "i") {
		options = regexp2.IgnoreCase
	}
	re, err := regexp2.Compile(written[1:last], options)
	if err != nil {
		return nil, p.fail(err.Error())
	}
	re.MatchTimeout = matchTimeout
	return found(path, func(t Token) bool {
		v, ok := t.(*JValue)
		if !ok {
			return false
		}
		ok, err := re.MatchString(to[string](v.Value))
		return ok && err == nil
	}), nil
}

// found tests what stands at a path of a token; where there is nothing, it fails.
func found(path string, test tokenTest) tokenTest {
	return func(t Token) bool {
		values, err := selectTokens(t, path)
		return err == nil && len(values) > 0 && test(values[0])
	}
}

func compares(t Token, operator string, constant Token) bool {
	x, isX := t.(*JValue)
	y, isY := constant.(*JValue)
	if !isX || !isY {
		return false
	}
	if operator[0] == '=' || operator[0] == '!' {
		return x.equals(y) == (operator[0] == '=')
	}
	a, isA := Float(x.Value)
	b, isB := Float(y.Value)
	if !isA || !isB {
		return false
	}
	switch operator {
	case "<":
		return a < b
	case ">":
		return a > b
	case "<=":
		return a <= b
	}
	return a >= b
}
