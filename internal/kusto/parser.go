package kusto

import (
	"slices"
	"strings"
)

// maxDepth is how deep expressions and pipes may lie in each other.
const maxDepth = 100

type parser struct {
	tokens []token
	next   int
	depth  int
}

// parse reads a whole query.
func parse(text string) *query {
	p := &parser{tokens: lex(text)}
	q := &query{}
	for {
		for p.takes(";") {
		}
		if p.peek().kind == tokenEnd {
			break
		}
		if q.body != nil {
			refuse(p.peek().at, "another statement stands behind the query; give one query, with let before it")
		}
		if p.isName("let") {
			q.lets = append(q.lets, p.let())
		} else {
			q.body = p.pipe()
		}
		if end := p.peek(); end.kind != tokenEnd && end.text != ";" {
			p.unexpected("| or the end of the query")
		}
	}
	if q.body == nil {
		refuse(p.peek().at, "the query has no table to begin with")
	}
	return q
}

func (p *parser) peek() token { return p.tokens[p.next] }

func (p *parser) take() token {
	taken := p.tokens[p.next]
	if taken.kind != tokenEnd {
		p.next++
	}
	return taken
}

// at tells whether a symbol comes.
func (p *parser) at(symbol string) bool {
	next := p.peek()
	return next.kind == tokenSymbol && next.text == symbol
}

// takes moves past a symbol, if it comes.
func (p *parser) takes(symbol string) bool {
	if !p.at(symbol) {
		return false
	}
	p.next++
	return true
}

func (p *parser) isName(name string) bool {
	next := p.peek()
	return next.kind == tokenName && next.text == name
}

func (p *parser) takesName(name string) bool {
	if !p.isName(name) {
		return false
	}
	p.next++
	return true
}

func (p *parser) expect(symbol string) token {
	if !p.at(symbol) {
		p.unexpected(symbol)
	}
	return p.take()
}

func (p *parser) unexpected(wanted string) {
	next := p.peek()
	if next.kind == tokenEnd {
		refuse(next.at, "the query ends where %s should stand", wanted)
	}
	refuse(next.at, "%q stands where %s should", next.text, wanted)
}

// name takes the name of a column, table or the like: a word, or ['any text'].
func (p *parser) name(of string) token {
	next := p.peek()
	if next.kind == tokenName {
		return p.take()
	}
	if p.at("[") && p.tokens[p.next+1].kind == tokenString {
		p.take()
		named := p.take()
		p.expect("]")
		return named
	}
	p.unexpected("the name of " + of)
	return token{}
}

// word takes a word that may have hyphens, as those of operators have.
func (p *parser) word() token {
	word := p.take()
	for p.at("-") && p.peek().at == word.end && p.tokens[p.next+1].kind == tokenName && p.tokens[p.next+1].at == word.end+1 {
		p.take()
		part := p.take()
		word.text, word.end = word.text+"-"+part.text, part.end
	}
	return word
}

// deeper guards against what lies too deep.
func (p *parser) deeper() func() {
	if p.depth++; p.depth > maxDepth {
		refuse(p.peek().at, "more than %d expressions lie in each other", maxDepth)
	}
	return func() { p.depth-- }
}

func (p *parser) let() let {
	begin := p.take()
	named := p.name("what let defines")
	p.expect("=")
	made := let{at: begin.at, name: named.text}
	if p.at("(") && (p.tokens[p.next+1].text == ")" || (p.tokens[p.next+1].kind == tokenName && p.tokens[p.next+2].text == ":")) {
		refuse(p.peek().at, "functions of a query's own are not supported; write the expression where it is needed")
	}
	switch {
	case p.isName("materialize") && p.tokens[p.next+1].text == "(":
		// All tables of let are kept here; in Azure that is asked for.
		p.next += 2
		made.table = p.pipe()
		p.expect(")")
	case p.startsPipe():
		made.table = p.pipe()
	default:
		made.scalar = p.expression()
	}
	return made
}

// startsPipe tells whether a table comes: a source that says so, or a name or bracket
// with a pipe behind it.
func (p *parser) startsPipe() bool {
	if next := p.peek(); next.kind == tokenName && slices.Contains([]string{"datatable", "union", "print"}, next.text) {
		return true
	}
	depth := 0
	for _, each := range p.tokens[p.next:] {
		if each.kind == tokenEnd || (each.text == ";" && each.kind == tokenSymbol) {
			return false
		}
		if each.kind != tokenSymbol {
			continue
		}
		switch each.text {
		case "(", "[":
			depth++
		case ")", "]":
			if depth--; depth < 0 {
				return false
			}
		case ",":
			if depth == 0 {
				return false
			}
		case "|":
			return true
		}
	}
	return false
}

// pipe reads a source and its steps.
func (p *parser) pipe() *pipe {
	defer p.deeper()()
	made := &pipe{source: p.source()}
	for p.takes("|") {
		if p.peek().kind != tokenName {
			p.unexpected("an operator")
		}
		operator := p.word()
		next := p.step(operator)
		if next == nil {
			refuse(operator.at, "the operator %s is not supported; these are: %s", operator.text, strings.Join(Operators(), ", "))
		}
		made.steps = append(made.steps, next)
	}
	return made
}

func (p *parser) source() source {
	if p.takes("(") {
		inner := p.pipe()
		p.expect(")")
		return inner
	}
	named := p.name("a table")
	if named.kind == tokenName {
		switch named.text {
		case "datatable":
			return p.dataTable()
		case "print":
			return &printed{p.columns()}
		case "union":
			return p.union(named)
		}
	}
	if p.at("(") {
		refuse(named.at, "%s(…) as a table is not supported; name the table", named.text)
	}
	return &tableName{at(named.at), named.text}
}

func (p *parser) dataTable() *dataTable {
	made := &dataTable{}
	p.expect("(")
	for !p.takes(")") {
		column := p.name("a column")
		p.expect(":")
		made.columns = append(made.columns, Column{column.text, p.typeName()})
		if !p.takes(",") && !p.at(")") {
			p.unexpected(", or )")
		}
	}
	open := p.expect("[")
	for !p.takes("]") {
		made.values = append(made.values, p.expression())
		if !p.takes(",") && !p.at("]") {
			p.unexpected(", or ]")
		}
	}
	if len(made.columns) == 0 || len(made.values)%len(made.columns) != 0 {
		refuse(open.at, "the %d values do not fill rows of %d columns", len(made.values), len(made.columns))
	}
	return made
}

var typeNames = map[string]Type{
	"bool": Bool, "boolean": Bool, "int": Int, "long": Long, "real": Real, "double": Real, "string": String, "datetime": DateTime, "date": DateTime,
	"timespan": TimeSpan, "time": TimeSpan, "dynamic": Dynamic,
}

func (p *parser) typeName() Type {
	if p.peek().kind != tokenName {
		p.unexpected("a type")
	}
	named := p.take()
	typ, known := typeNames[named.text]
	if !known {
		refuse(named.at, "the type %s is not supported", named.text)
	}
	return typ
}

// option takes name=value in front of an operator's arguments.
func (p *parser) option(known ...string) (name string, value token, found bool) {
	next := p.peek()
	if next.kind != tokenName || p.tokens[p.next+1].text != "=" || !slices.Contains(known, next.text) {
		return "", token{}, false
	}
	p.next += 2
	return next.text, p.take(), true
}

func (p *parser) union(operator token) *unionOf {
	made := &unionOf{at: at(operator.at)}
	for {
		name, value, found := p.option("isfuzzy", "kind", "withsource")
		if !found {
			break
		}
		switch {
		case name == "withsource":
			made.withSource = value.text
		case name == "isfuzzy" && (value.text == "true" || value.text == "false"):
			made.fuzzy = value.text == "true"
		case name == "kind" && (value.text == "inner" || value.text == "outer"):
			made.inner = value.text == "inner"
		default:
			refuse(value.at, "%s of union is not %q", name, value.text)
		}
	}
	for {
		made.parts = append(made.parts, &pipe{source: p.source()})
		if !p.takes(",") {
			return made
		}
	}
}

// columns reads expressions with names, separated by commas.
func (p *parser) columns() []named {
	var found []named
	for {
		found = append(found, p.column())
		if !p.takes(",") {
			return found
		}
	}
}

// column is NAME = expression, or an expression alone.
func (p *parser) column() named {
	begin := p.next
	next := p.peek()
	if next.kind == tokenName || (p.at("[") && p.tokens[p.next+1].kind == tokenString) {
		name := p.name("a column")
		if p.takes("=") {
			return named{name.text, p.expression()}
		}
		p.next = begin
	}
	return named{"", p.expression()}
}
