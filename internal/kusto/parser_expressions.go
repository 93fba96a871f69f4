package kusto

import (
	"encoding/json"
	"slices"
	"strconv"
	"strings"
	"time"
)

// expression reads one, from the weakest operator down: or, and, comparisons, sums,
// products, signs.
func (p *parser) expression() expression {
	defer p.deeper()()
	left := p.conjunction()
	for p.isName("or") {
		operator := p.take()
		left = &infix{at(operator.at), "or", left, p.conjunction()}
	}
	return left
}

func (p *parser) conjunction() expression {
	left := p.comparison()
	for p.isName("and") {
		operator := p.take()
		left = &infix{at(operator.at), "and", left, p.comparison()}
	}
	return left
}

var comparisons = []string{"==", "!=", "<>", "<", ">", "<=", ">=", "=~", "!~"}

// wordComparisons are those that may have ! before them.
var wordComparisons = []string{
	"has", "has_cs", "contains", "contains_cs", "startswith", "startswith_cs", "endswith", "endswith_cs", "hasprefix", "hassuffix", "in", "between",
}

func (p *parser) comparison() expression {
	left := p.sum()
	next := p.peek()
	switch {
	case next.kind == tokenSymbol && slices.Contains(comparisons, next.text):
		p.take()
		operator := next.text
		if operator == "<>" {
			operator = "!="
		}
		return &infix{at(next.at), operator, left, p.sum()}
	case next.kind == tokenName && (next.text == "has_any" || next.text == "has_all"):
		p.take()
		return &infix{at(next.at), next.text, left, p.list()}
	case next.kind == tokenName && next.text == "matches":
		p.take()
		if !p.takesName("regex") {
			p.unexpected("regex")
		}
		return &infix{at(next.at), "matches regex", left, p.sum()}
	case next.kind == tokenName && slices.Contains(wordComparisons, next.text):
		return p.wordComparison(left, next.at, "")
	case p.at("!") && slices.Contains(wordComparisons, p.tokens[p.next+1].text):
		p.take()
		return p.wordComparison(left, next.at, "!")
	}
	return left
}

func (p *parser) wordComparison(left expression, begin int, not string) expression {
	operator := p.take()
	name := not + operator.text
	switch operator.text {
	case "in":
		if p.takes("~") {
			name += "~"
		}
		return &infix{at(begin), name, left, p.list()}
	case "between":
		open := p.expect("(")
		low := p.sum()
		p.expect("..")
		high := p.sum()
		p.expect(")")
		return &infix{at(begin), name, left, &list{at: at(open.at), items: []expression{low, high}}}
	}
	return &infix{at(begin), name, left, p.sum()}
}

// list is in brackets: values, or a table whose first column has them.
func (p *parser) list() *list {
	open := p.expect("(")
	made := &list{at: at(open.at)}
	if p.startsPipe() {
		made.table = p.pipe()
		p.expect(")")
		return made
	}
	for !p.takes(")") {
		made.items = append(made.items, p.expression())
		if !p.takes(",") && !p.at(")") {
			p.unexpected(", or )")
		}
	}
	return made
}

func (p *parser) sum() expression {
	left := p.product()
	for p.at("+") || p.at("-") {
		operator := p.take()
		left = &infix{at(operator.at), operator.text, left, p.product()}
	}
	return left
}

func (p *parser) product() expression {
	left := p.signed()
	for p.at("*") || p.at("/") || p.at("%") {
		operator := p.take()
		left = &infix{at(operator.at), operator.text, left, p.signed()}
	}
	return left
}

func (p *parser) signed() expression {
	if sign := p.peek(); p.takes("-") {
		defer p.deeper()()
		return &negation{at(sign.at), p.signed()}
	}
	p.takes("+")
	return p.postfix()
}

// postfix is what a value's members and elements are taken from.
func (p *parser) postfix() expression {
	of := p.primary()
	for {
		next := p.peek()
		switch {
		case p.takes("."):
			named := p.name("a member")
			if side, is := of.(*nameOf); is && (side.name == "$left" || side.name == "$right") {
				of = &nameOf{at(side.position()), named.text, strings.TrimPrefix(side.name, "$")}
				continue
			}
			of = &member{at(next.at), of, named.text}
		case p.at("["):
			p.take()
			index := p.expression()
			p.expect("]")
			of = &element{at(next.at), of, index}
		default:
			return of
		}
	}
}

func (p *parser) primary() expression {
	next := p.peek()
	switch next.kind {
	case tokenString:
		p.take()
		text := next.text
		for p.peek().kind == tokenString { // literals side by side are one
			text += p.take().text
		}
		return &literal{at(next.at), String, text}
	case tokenNumber:
		p.take()
		return number(next)
	case tokenTime:
		p.take()
		return &literal{at(next.at), TimeSpan, timeSpan(next)}
	case tokenName:
		return p.nameOrCall()
	case tokenSymbol:
		switch next.text {
		case "(":
			p.take()
			inner := p.expression()
			p.expect(")")
			return inner
		case "*":
			p.take()
			return &starOf{at(next.at)}
		case "$":
			p.take()
			side := p.take()
			if side.text != "left" && side.text != "right" {
				refuse(next.at, "$%s is not known; $left and $right are, in the condition of a join", side.text)
			}
			return &nameOf{at: at(next.at), name: "$" + side.text}
		case "[":
			named := p.name("a column")
			return &nameOf{at: at(next.at), name: named.text}
		}
	case tokenEnd:
	}
	p.unexpected("an expression")
	return nil
}

func (p *parser) nameOrCall() expression {
	named := p.take()
	switch named.text {
	case "true", "false":
		return &literal{at(named.at), Bool, named.text == "true"}
	}
	if !p.at("(") {
		return &nameOf{at: at(named.at), name: named.text}
	}
	if typ, is := typeNames[named.text]; is {
		return p.typedLiteral(named, typ)
	}
	p.take()
	made := &call{at: at(named.at), name: named.text}
	for !p.takes(")") {
		made.arguments = append(made.arguments, p.expression())
		if !p.takes(",") && !p.at(")") {
			p.unexpected(", or )")
		}
	}
	return made
}

func number(of token) *literal {
	if whole, err := strconv.ParseInt(of.text, 0, 64); err == nil {
		return &literal{at(of.at), Long, whole}
	}
	fraction, err := strconv.ParseFloat(of.text, 64)
	if err != nil {
		refuse(of.at, "%s is no number that fits", of.text)
	}
	return &literal{at(of.at), Real, fraction}
}

// typedLiteral is such as datetime(2026-11-01), time(5m), dynamic({"a":1}) and int(null).
func (p *parser) typedLiteral(named token, typ Type) expression {
	open := p.expect("(")
	if p.isName("null") && p.tokens[p.next+1].text == ")" {
		p.next += 2
		if typ == String {
			refuse(named.at, "a string is never null; give \"\"")
		}
		return &literal{at(named.at), typ, nil}
	}
	if typ == Dynamic {
		value := p.json()
		p.expect(")")
		return &literal{at(named.at), Dynamic, value}
	}
	var parts []string
	last := open.end
	for !p.at(")") {
		next := p.take()
		if next.kind == tokenEnd {
			p.unexpected(")")
		}
		if next.at > last && len(parts) > 0 {
			parts = append(parts, " ")
		}
		parts, last = append(parts, next.text), next.end
	}
	p.take()
	text := strings.Join(parts, "")
	value := fromText(text, typ)
	if value == nil {
		refuse(named.at, "%q is no %s", text, typ)
	}
	return &literal{at(named.at), typ, value}
}

// json reads the value of a dynamic literal.
func (p *parser) json() any {
	defer p.deeper()()
	next := p.take()
	switch {
	case next.kind == tokenString:
		return next.text
	case next.kind == tokenNumber:
		return number(next).value
	case next.kind == tokenName && (next.text == "true" || next.text == "false" || next.text == "null"):
		var value any
		if err := json.Unmarshal([]byte(next.text), &value); err != nil {
			refuse(next.at, "%s is no JSON", next.text)
		}
		return value
	case next.kind == tokenSymbol && next.text == "-" && p.peek().kind == tokenNumber:
		positive := number(p.take())
		return negate(positive.value)
	case next.kind == tokenSymbol && next.text == "[":
		items := []any{}
		for !p.takes("]") {
			items = append(items, p.json())
			if !p.takes(",") && !p.at("]") {
				p.unexpected(", or ]")
			}
		}
		return items
	case next.kind == tokenSymbol && next.text == "{":
		bag := map[string]any{}
		for !p.takes("}") {
			key := p.take()
			if key.kind != tokenString {
				refuse(key.at, "a property's name stands in quotes")
			}
			p.expect(":")
			bag[key.text] = p.json()
			if !p.takes(",") && !p.at("}") {
				p.unexpected(", or }")
			}
		}
		return bag
	}
	refuse(next.at, "%q is no JSON", next.text)
	return nil
}

var units = []struct {
	prefix string
	length time.Duration
}{
	{"microsecond", time.Microsecond},
	{"millisecond", time.Millisecond},
	{"ms", time.Millisecond},
	{"minute", time.Minute},
	{"m", time.Minute},
	{"second", time.Second},
	{"s", time.Second},
	{"hour", time.Hour},
	{"h", time.Hour},
	{"day", 24 * time.Hour},
	{"d", 24 * time.Hour},
	{"tick", 100 * time.Nanosecond},
}

func timeSpan(of token) time.Duration {
	unit := strings.TrimLeft(of.text, "0123456789.")
	count, err := strconv.ParseFloat(strings.TrimSuffix(of.text, unit), 64)
	for _, each := range units {
		if err == nil && strings.HasPrefix(unit, each.prefix) {
			return time.Duration(count * float64(each.length))
		}
	}
	refuse(of.at, "%s is no timespan", of.text)
	return 0
}
