package library

import (
	"strconv"
	"strings"

	"github.com/aoai-gateway/aoai-gateway/internal/policy/dotnet"
)

// selectTokens follows a JSONPath: names, indices, slices' simplest forms [*]
// and .*, and .. for any depth. Filters compare a member with a constant.
func selectTokens(t Token, path string) ([]Token, error) {
	p := &pathReader{s: strings.TrimSpace(path)}
	p.s = strings.TrimPrefix(p.s, "$")
	found := []Token{t}
	for p.at < len(p.s) {
		step, err := p.step()
		if err != nil {
			return nil, err
		}
		var next []Token
		for _, each := range found {
			next = append(next, step(each)...)
		}
		found = next
	}
	return found, nil
}

type pathReader struct {
	s  string
	at int
}

type pathStep func(Token) []Token

func (p *pathReader) fail(message string) error {
	return dotnet.Throw("Newtonsoft.Json.JsonException", message)
}

func (p *pathReader) step() (pathStep, error) {
	deep := false
	if strings.HasPrefix(p.s[p.at:], "..") {
		deep = true
		p.at += 2
	} else if p.s[p.at] == '.' {
		p.at++
	}
	if p.at >= len(p.s) {
		return nil, p.fail("Unexpected end while parsing path.")
	}
	var step pathStep
	var err error
	if p.s[p.at] == '[' {
		step, err = p.bracket()
	} else {
		end := p.at + strings.IndexAny(p.s[p.at:]+".", ".[")
		step = named(p.s[p.at:end])
		p.at = end
	}
	if err != nil || !deep {
		return step, err
	}
	return func(t Token) []Token {
		found := step(t)
		for _, each := range descendants(t) {
			found = append(found, step(each)...)
		}
		return found
	}, nil
}

func named(name string) pathStep {
	if name == "*" {
		return all
	}
	return func(t Token) []Token {
		if o, ok := t.(*JObject); ok {
			if value := o.Get(name); value != nil {
				return []Token{value}
			}
		}
		return nil
	}
}

func all(t Token) []Token {
	var found []Token
	for _, each := range children(t) {
		if p, ok := each.(*JProperty); ok {
			found = append(found, p.value)
		} else {
			found = append(found, each.(Token))
		}
	}
	return found
}

// descendants are all tokens below, properties passed over.
func descendants(t Token) []Token {
	var found []Token
	for _, each := range all(t) {
		found = append(found, each)
		found = append(found, descendants(each)...)
	}
	return found
}

func (p *pathReader) bracket() (pathStep, error) {
	end := strings.IndexByte(p.s[p.at:], ']')
	if end < 0 {
		return nil, p.fail("Path ended with open indexer.")
	}
	inner := strings.TrimSpace(p.s[p.at+1 : p.at+end])
	if strings.HasPrefix(inner, "?(") {
		return p.filter()
	}
	p.at += end + 1
	if inner == "*" {
		return all, nil
	}
	if len(inner) >= 2 && (inner[0] == '\'' || inner[0] == '"') && inner[len(inner)-1] == inner[0] {
		return named(inner[1 : len(inner)-1]), nil
	}
	i, err := strconv.Atoi(inner)
	if err != nil {
		return nil, p.fail("Unexpected character while parsing path indexer: " + inner)
	}
	return func(t Token) []Token {
		a, ok := t.(*JArray)
		at := i
		if ok && at < 0 {
			at += len(a.items)
		}
		if !ok || at < 0 || at >= len(a.items) {
			return nil
		}
		return []Token{a.items[at]}
	}, nil
}

// filter is [?(@.path == constant)], with the usual comparisons, or [?(@.path)].
func (p *pathReader) filter() (pathStep, error) {
	end := strings.Index(p.s[p.at:], ")]")
	if end < 0 {
		return nil, p.fail("Path ended with open query.")
	}
	query := strings.TrimSpace(p.s[p.at+len("[?(") : p.at+end])
	p.at += end + len(")]")
	if !strings.HasPrefix(query, "@") {
		return nil, p.fail("Unexpected character while parsing path query: " + query)
	}
	for _, operator := range []string{"==", "!=", "<=", ">=", "<", ">"} {
		left, right, ok := strings.Cut(query, operator)
		if !ok {
			continue
		}
		constant, err := ParseJSON(strings.TrimSpace(right))
		if err != nil {
			return nil, err
		}
		path := strings.TrimPrefix(strings.TrimSpace(left), "@")
		return accepted(path, func(t Token) bool { return compares(t, operator, constant) }), nil
	}
	return accepted(strings.TrimPrefix(query, "@"), func(Token) bool { return true }), nil
}

func accepted(path string, test func(Token) bool) pathStep {
	return func(t Token) []Token {
		var found []Token
		for _, item := range all(t) {
			values, err := selectTokens(item, path)
			if err == nil && len(values) > 0 && test(values[0]) {
				found = append(found, item)
			}
		}
		return found
	}
}

func compares(t Token, operator string, constant Token) bool {
	x, isX := t.(*JValue)
	y, isY := constant.(*JValue)
	if !isX || !isY {
		return false
	}
	if operator == "==" || operator == "!=" {
		return x.equals(y) == (operator == "==")
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

// pathOf is JToken.Path: usage.details[0].name.
func pathOf(t Token) string {
	parent := t.parent()
	switch p := parent.(type) {
	case nil:
		if property, ok := t.(*JProperty); ok {
			return property.Name
		}
		return ""
	case *JProperty:
		return pathOf(p)
	case *JArray:
		for i, item := range p.items {
			if item == t {
				return pathOf(p) + "[" + strconv.Itoa(i) + "]"
			}
		}
	}
	prefix := pathOf(parent)
	if property, ok := t.(*JProperty); ok {
		if prefix == "" {
			return property.Name
		}
		return prefix + "." + property.Name
	}
	return prefix
}
