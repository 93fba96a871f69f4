package library

import (
	"math"
	"strconv"
	"strings"

	"github.com/aoai-gateway/aoai-gateway/internal/policy/dotnet"
)

// selectTokens follows a JSONPath: names, indices, several of them, slices, [*]
// and .*, and .. for any depth, and filters.
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

// missingToken is why SelectToken finds nothing where it has to.
func missingToken(t Token, path string) error {
	p := &pathReader{s: strings.TrimPrefix(strings.TrimSpace(path), "$")}
	for p.at < len(p.s) {
		step, err := p.step()
		if err != nil {
			return err
		}
		next := step(t)
		if len(next) > 0 {
			t = next[0]
			continue
		}
		_, notIndex := strconv.Atoi(p.last)
		switch _, isObject := t.(*JObject); {
		case isObject && notIndex != nil:
			return p.fail("Property '" + p.last + "' does not exist on JObject.")
		case notIndex != nil:
			return p.fail("Property '" + p.last + "' not valid on " + kindName(t) + ".")
		}
		if _, isArray := t.(*JArray); isArray {
			return p.fail("Index " + p.last + " outside the bounds of JArray.")
		}
		return p.fail("Index " + p.last + " not valid on " + kindName(t) + ".")
	}
	return nil
}

type pathReader struct {
	s  string
	at int
	// last is the name or index of the step read last, for messages.
	last string
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
		p.last = p.s[p.at:end]
		step = named(p.last)
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
	p.last = inner
	switch {
	case inner == "*":
		return all, nil
	case inner != "" && (inner[0] == '\'' || inner[0] == '"'):
		return p.several(inner, p.quoted)
	case strings.Contains(inner, ":"):
		return p.slice(inner)
	}
	return p.several(inner, p.index)
}

// several is what parts separated by commas select, one after the other.
func (p *pathReader) several(inner string, one func(string) (pathStep, error)) (pathStep, error) {
	var steps []pathStep
	for part := range strings.SplitSeq(inner, ",") {
		step, err := one(strings.TrimSpace(part))
		if err != nil {
			return nil, err
		}
		steps = append(steps, step)
	}
	return func(t Token) []Token {
		var found []Token
		for _, step := range steps {
			found = append(found, step(t)...)
		}
		return found
	}, nil
}

func (p *pathReader) quoted(part string) (pathStep, error) {
	if len(part) < 2 || part[len(part)-1] != part[0] {
		return nil, p.fail("Path ended with open string.")
	}
	p.last = part[1 : len(part)-1]
	return named(p.last), nil
}

// slice is [from:to:by], as in Python.
func (p *pathReader) slice(inner string) (pathStep, error) {
	bounds := [3]int{0, math.MaxInt32, 1}
	for i, part := range strings.SplitN(inner, ":", 3) {
		if part = strings.TrimSpace(part); part == "" {
			continue
		}
		n, err := strconv.Atoi(part)
		if err != nil || i == 2 && n <= 0 {
			return nil, p.fail("Unexpected character while parsing path indexer: " + part)
		}
		bounds[i] = n
	}
	return func(t Token) []Token {
		a, ok := t.(*JArray)
		if !ok {
			return nil
		}
		from, to := bounds[0], bounds[1]
		if from < 0 {
			from = max(0, from+len(a.items))
		}
		if to < 0 {
			to += len(a.items)
		}
		var found []Token
		for i := from; i < min(to, len(a.items)); i += bounds[2] {
			found = append(found, a.items[i])
		}
		return found
	}, nil
}

func (p *pathReader) index(inner string) (pathStep, error) {
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
		return prefix + pathStepText(property.Name, prefix == "")
	}
	return prefix
}

// pathStepText is a name in a path: .name, or ['na.me'] where it holds marks.
func pathStepText(name string, isFirst bool) string {
	switch {
	case strings.ContainsAny(name, ". '/\"[]()\t\n\r\f\b\\\u0085\u2028\u2029"):
		return "['" + strings.NewReplacer(`\`, `\\`, "'", `\'`).Replace(name) + "']"
	case isFirst:
		return name
	}
	return "." + name
}
