package azure

import (
	"cmp"
	"fmt"
	"net/http"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// filter is a parsed $filter of a list: OData's comparisons and text functions on a
// resource's own properties, joined by and, or and not. Source: the REST reference of API
// Management's lists.
type filter func(body map[string]any) bool

var filterToken = regexp.MustCompile(`\s*(?:('(?:[^']|'')*')|([A-Za-z_@][\w./@-]*)|(-?\d+(?:\.\d+)?)|([(),]))`)

// parseFilter refuses what is no filter.
func parseFilter(text string) (filter, error) {
	p := &filterParser{}
	for rest := text; strings.TrimSpace(rest) != ""; {
		at := filterToken.FindStringIndex(rest)
		if at == nil || at[0] != 0 {
			return nil, badFilter(text)
		}
		p.tokens = append(p.tokens, strings.TrimSpace(rest[:at[1]]))
		rest = rest[at[1]:]
	}
	parsed, err := p.or()
	if err != nil || len(p.tokens) > 0 {
		return nil, badFilter(text)
	}
	return parsed, nil
}

func badFilter(text string) error {
	return refuse(http.StatusBadRequest, "InvalidFilterInQueryString", "The $filter '%s' is not valid.", text)
}

type filterParser struct{ tokens []string }

func (p *filterParser) next() string {
	if len(p.tokens) == 0 {
		return ""
	}
	token := p.tokens[0]
	p.tokens = p.tokens[1:]
	return token
}

// take takes the next token if it is the wanted one.
func (p *filterParser) take(wanted string) bool {
	if len(p.tokens) > 0 && strings.EqualFold(p.tokens[0], wanted) {
		p.next()
		return true
	}
	return false
}

func (p *filterParser) or() (filter, error) {
	left, err := p.and()
	for err == nil && p.take("or") {
		var right filter
		before := left
		if right, err = p.and(); err == nil {
			left = func(body map[string]any) bool { return before(body) || right(body) }
		}
	}
	return left, err
}

func (p *filterParser) and() (filter, error) {
	left, err := p.one()
	for err == nil && p.take("and") {
		var right filter
		before := left
		if right, err = p.one(); err == nil {
			left = func(body map[string]any) bool { return before(body) && right(body) }
		}
	}
	return left, err
}

func (p *filterParser) one() (filter, error) {
	switch {
	case p.take("not"):
		inner, err := p.one()
		return func(body map[string]any) bool { return !inner(body) }, err
	case p.take("("):
		inner, err := p.or()
		if err == nil && !p.take(")") {
			err = fmt.Errorf("a parenthesis is not closed")
		}
		return inner, err
	}
	name := p.next()
	if p.take("(") {
		return p.function(name)
	}
	operator, literal := strings.ToLower(p.next()), p.next()
	wanted, ok := literalOf(literal)
	if !isName(name) || !ok || !slices.Contains([]string{"eq", "ne", "gt", "ge", "lt", "le"}, operator) {
		return nil, fmt.Errorf("no comparison")
	}
	return func(body map[string]any) bool {
		value, there := fieldOf(body, name)
		order := compareValues(value, wanted)
		switch operator {
		case "eq":
			return there && order == 0
		case "ne":
			return !there || order != 0
		case "gt":
			return there && order > 0
		case "ge":
			return there && order >= 0
		case "lt":
			return there && order < 0
		}
		return there && order <= 0
	}, nil
}

func (p *filterParser) function(name string) (filter, error) {
	name = strings.ToLower(name)
	if name == "atscope" && p.take(")") {
		return func(map[string]any) bool { return true }, nil // the list itself looks at the scope
	}
	if name == "assignedto" {
		literal := p.next()
		if _, isText := literalOf(literal); !isText || !p.take(")") {
			return nil, fmt.Errorf("assignedTo takes one text")
		}
		return func(body map[string]any) bool {
			value, _ := fieldOf(body, "principalId")
			return compareValues(value, strings.Trim(literal, "'")) == 0
		}, nil
	}
	first := p.next()
	if !p.take(",") {
		return nil, fmt.Errorf("%s takes two arguments", name)
	}
	second := p.next()
	if !p.take(")") {
		return nil, fmt.Errorf("%s is not closed", name)
	}
	if name == "substringof" {
		first, second = second, first
	}
	tests := map[string]func(string, string) bool{
		"contains": strings.Contains, "substringof": strings.Contains, "startswith": strings.HasPrefix, "endswith": strings.HasSuffix,
	}
	test := tests[name]
	wanted, isLiteral := literalOf(second)
	part, isText := wanted.(string)
	if test == nil || !isName(first) || !isLiteral || !isText {
		return nil, fmt.Errorf("no function of filters")
	}
	return func(body map[string]any) bool {
		value, _ := fieldOf(body, first)
		text, _ := value.(string)
		return test(strings.ToLower(text), strings.ToLower(part))
	}, nil
}

func isName(token string) bool {
	return token != "" && (token[0] >= 'A' && token[0] <= 'Z' || token[0] >= 'a' && token[0] <= 'z' || token[0] == '_')
}

func literalOf(token string) (any, bool) {
	if len(token) > 1 && token[0] == '\'' {
		return strings.ReplaceAll(token[1:len(token)-1], "''", "'"), true
	}
	switch strings.ToLower(token) {
	case "true":
		return true, true
	case "false":
		return false, true
	case "null":
		return nil, true
	}
	number, err := strconv.ParseFloat(token, 64)
	return number, err == nil
}

// fieldOf is a resource's property by a name such as displayName or properties/path.
func fieldOf(body map[string]any, name string) (any, bool) {
	path := strings.FieldsFunc(name, func(r rune) bool { return r == '/' || r == '.' })
	properties, _ := body["properties"].(map[string]any)
	for _, start := range []map[string]any{body, properties} {
		var value any = start
		found := true
		for _, segment := range path {
			object, _ := value.(map[string]any)
			found = false
			for each := range object {
				if strings.EqualFold(each, segment) {
					value, found = object[each], true
					break
				}
			}
			if !found {
				break
			}
		}
		if found {
			return value, true
		}
	}
	return nil, false
}

func compareValues(a, b any) int {
	if one, ok := a.(float64); ok {
		if other, ok := b.(float64); ok {
			return cmp.Compare(one, other)
		}
	}
	return strings.Compare(strings.ToLower(fmt.Sprint(a)), strings.ToLower(fmt.Sprint(b)))
}
