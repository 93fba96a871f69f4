package csharp

import "slices"

// rangeRecord is the parameter that carries several range variables of a query
// from one call to the next. No code can write the name.
const rangeRecord = "<range>"

// queryWords begin a clause of a query, and so end the expression before them.
var queryWords = []string{"from", "where", "select", "group", "into", "orderby", "join", "let", "on", "equals", "by", "ascending", "descending"}

// query is a query expression while it is read. Like the compiler, the parser
// makes method calls of it: what follows needs to know no more than those.
type query struct {
	source    Expression
	variables []string
}

// isQuery tells whether `from` begins a query here and is no name.
func (p *parser) isQuery() bool {
	if !p.isWord("from") || !isIdentifier(p.ahead(1)) && !isPredefined(p.ahead(1)) {
		return false
	}
	if p.ahead(2).text == "in" {
		return true
	}
	at, ok := p.at, false
	p.try(func() {
		p.at++
		p.typeName()
		p.identifier("a range variable")
		ok = p.isWord("in")
	})
	p.at = at
	return ok
}

func (p *parser) queryExpression() Expression {
	p.queries++
	defer func() { p.queries-- }()
	q := &query{}
	name, source := p.from()
	q.source, q.variables = source, []string{name}
	for {
		t := p.token()
		at := At(t.offset)
		switch {
		case p.acceptWord("from"):
			p.at--
			name, source := p.from()
			q.source = q.call(at, "SelectMany", q.over(at, source), q.record(at, name, nil))
			q.variables = append(q.variables, name)
		case p.acceptWord("where"):
			q.source = q.call(at, "Where", q.over(at, p.expression()))
		case p.acceptWord("let"):
			name := p.identifier("a range variable").text
			p.expect("=")
			q.source = q.call(at, "Select", q.record(at, name, p.expression()))
			q.variables = append(q.variables, name)
		case p.acceptWord("join"):
			p.join(q, at)
		case p.acceptWord("orderby"):
			p.orderBy(q, at)
		case p.acceptWord("select"):
			q.source = q.call(at, "Select", q.over(at, p.expression()))
			if !p.into(q) {
				return q.source
			}
		case p.acceptWord("group"):
			value := p.expression()
			p.expectWord("by")
			key := q.over(at, p.expression())
			if word, ok := value.(*Name); ok && len(q.variables) == 1 && word.Name == q.variables[0] {
				q.source = q.call(at, "GroupBy", key)
			} else {
				q.source = q.call(at, "GroupBy", key, q.over(at, value))
			}
			if !p.into(q) {
				return q.source
			}
		default:
			p.fail(t.offset, "CS0742: a query ends with a select or a group clause")
		}
	}
}

// from reads from Type name in source; the type is a call of Cast.
func (p *parser) from() (name string, source Expression) {
	start := p.advance()
	var written *TypeName
	if !p.isNextWord("in") {
		written = p.typeName()
	}
	name = p.identifier("a range variable").text
	p.expectWord("in")
	source = p.expression()
	if written != nil {
		at := At(start.offset)
		source = &Call{At: at, Function: &Member{At: at, X: source, Name: "Cast", NameAt: start.offset, Arguments: []*TypeName{written}}}
	}
	return name, source
}

func (p *parser) isNextWord(word string) bool {
	t := p.ahead(1)
	return t.kind == tokenName && t.text == word
}

// join reads join name in source on key equals key, and into name.
func (p *parser) join(q *query, at At) {
	p.at--
	name, source := p.from()
	p.expectWord("on")
	outer := q.over(at, p.expression())
	p.expectWord("equals")
	inner := &Lambda{At: at, Parameters: []Parameter{{At: at, Name: name}}, Result: p.expression()}
	method := "Join"
	if p.acceptWord("into") {
		method, name = "GroupJoin", p.identifier("a range variable").text
	}
	q.source = q.call(at, method, source, outer, inner, q.record(at, name, nil))
	q.variables = append(q.variables, name)
}

func (p *parser) orderBy(q *query, at At) {
	method := "OrderBy"
	for {
		key := q.over(at, p.expression())
		name := method
		if p.acceptWord("descending") {
			name += "Descending"
		} else {
			p.acceptWord("ascending")
		}
		q.source = q.call(at, name, key)
		method = "ThenBy"
		if !p.accept(",") {
			return
		}
	}
}

// into goes on with what select or group gave, under one name.
func (p *parser) into(q *query) bool {
	if !p.acceptWord("into") {
		return false
	}
	q.variables = []string{p.identifier("a range variable").text}
	return true
}

func (q *query) call(at At, method string, arguments ...Expression) Expression {
	call := &Call{At: at, Function: &Member{At: at, X: q.source, Name: method, NameAt: int(at)}}
	for _, each := range arguments {
		call.Arguments = append(call.Arguments, Argument{Value: each})
	}
	return call
}

// over is a lambda in which the range variables can be used.
func (q *query) over(at At, result Expression) *Lambda {
	if len(q.variables) == 1 {
		return &Lambda{At: at, Parameters: []Parameter{{At: at, Name: q.variables[0]}}, Result: result}
	}
	lambda := &Lambda{At: at, Parameters: []Parameter{{At: at, Name: rangeRecord}}}
	lambda.Body = &Block{At: at, Statements: append(q.unpacked(at), &Return{At: at, X: result})}
	return lambda
}

// unpacked declares the range variables of the record.
func (q *query) unpacked(at At) []Statement {
	statements := make([]Statement, len(q.variables))
	for i, name := range q.variables {
		member := &Member{At: at, X: &Name{At: at, Name: rangeRecord}, Name: name, NameAt: int(at)}
		statements[i] = &Declare{At: at, Variables: []Declarator{{At: at, Name: name, Value: member}}}
	}
	return statements
}

// record is a lambda that makes a record of the range variables and one more:
// with a value, or else with what the lambda is given beside.
func (q *query) record(at At, name string, value Expression) *Lambda {
	made := &New{At: at, HasElements: true}
	for _, each := range append(slices.Clone(q.variables), name) {
		var v Expression = &Name{At: at, Name: each}
		if each == name && value != nil {
			v = value
		}
		made.Elements = append(made.Elements, Element{At: at, Name: each, Values: []Expression{v}})
	}
	lambda := q.over(at, made)
	if value == nil {
		lambda.Parameters = append(lambda.Parameters, Parameter{At: at, Name: name})
	}
	return lambda
}
