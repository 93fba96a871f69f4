package csharp

import "slices"

// The nodes of tuples.
type (
	// TupleValue is (X, name: Y).
	TupleValue struct {
		At
		Items []Argument
	}
	// Deconstruct is (a, b) = Value, (int a, var b) = Value or var (a, b) = Value.
	Deconstruct struct {
		At
		Targets []Target
		Value   Expression
	}
	// Target is one place that Deconstruct fills: X, or a variable that it declares.
	Target struct {
		At
		X    Expression
		Name string
		// Type of the variable; nil for var.
		Type *TypeName
	}
)

func (*TupleValue) expression()  {}
func (*Deconstruct) expression() {}
func (*Deconstruct) statement()  {}

// tupleType reads (int, string) or (int a, string b).
func (p *parser) tupleType() *TypeName {
	start := p.expect("(")
	t := &TypeName{At: At(start.offset), Name: "ValueTuple", Qualifier: "System"}
	for {
		t.Arguments = append(t.Arguments, p.typeName())
		name := ""
		if isIdentifier(p.token()) {
			name = p.advance().text
		}
		t.Names = append(t.Names, name)
		if !p.accept(",") {
			break
		}
	}
	p.expect(")")
	if len(t.Arguments) < 2 {
		p.fail(start.offset, "CS8124: a tuple has two items at least")
	}
	p.uniqueNames(start, t.Names)
	return t
}

// tupleValue reads the rest of (X, Y) behind its first item.
func (p *parser) tupleValue(start token, first Argument) Expression {
	tuple := &TupleValue{At: At(start.offset), Items: []Argument{first}}
	for p.accept(",") {
		tuple.Items = append(tuple.Items, p.tupleItem())
	}
	p.expect(")")
	if len(tuple.Items) < 2 {
		p.fail(start.offset, "CS8124: a tuple has two items at least")
	}
	names := make([]string, len(tuple.Items))
	for i, item := range tuple.Items {
		names[i] = item.Name
	}
	p.uniqueNames(start, names)
	return tuple
}

func (p *parser) uniqueNames(start token, names []string) {
	for i, name := range names {
		if name != "" && slices.Contains(names[:i], name) {
			p.fail(start.offset, "CS8127: the names of a tuple's items must be unique, and '"+name+"' stands there twice")
		}
	}
}

func (p *parser) tupleItem() Argument {
	item := Argument{}
	if isIdentifier(p.token()) && p.isNext(":") {
		item.Name = p.advance().text
		p.at++
	}
	item.Value = p.expression()
	return item
}

// deconstruction reads a statement that takes a tuple apart into variables that it
// declares, or nothing.
func (p *parser) deconstruction() Statement {
	start := p.token()
	if !p.isMark("(") && (!p.isWord("var") || !p.isNext("(")) {
		return nil
	}
	at := p.at
	var targets []Target
	if !p.try(func() {
		targets = p.targets()
		p.expect("=")
	}) {
		p.at = at
		return nil
	}
	node := &Deconstruct{At: At(start.offset), Targets: targets, Value: p.expression()}
	p.expect(";")
	return node
}

// targets reads var (a, b) or (int a, var b).
func (p *parser) targets() []Target {
	all := p.acceptWord("var")
	p.expect("(")
	var targets []Target
	for {
		target := Target{At: At(p.token().offset)}
		if !all && (!p.isWord("var") || !isIdentifier(p.ahead(1))) {
			target.Type = p.typeName()
		} else if !all {
			p.at++
		}
		target.Name = p.identifier("a variable").text
		targets = append(targets, target)
		if !p.accept(",") {
			break
		}
	}
	p.expect(")")
	return targets
}

// assignedTuple makes (a, b) = value a deconstruction.
func assignedTuple(left *TupleValue, value Expression) Expression {
	node := &Deconstruct{At: left.At, Value: value}
	for _, item := range left.Items {
		target := Target{At: At(item.Value.Offset()), X: item.Value}
		if name, ok := item.Value.(*Name); ok && name.Name == "_" {
			target.X, target.Name = nil, "_"
		}
		node.Targets = append(node.Targets, target)
	}
	return node
}

// forEachTuple reads foreach (var (a, b) in items): each item gets a name that no
// code can write and is taken apart in the body.
func (p *parser) forEachTuple(at At) *ForEach {
	const item = "<item>"
	start := At(p.token().offset)
	parts := &Deconstruct{At: start, Targets: p.targets(), Value: &Name{At: start, Name: item}}
	p.expectWord("in")
	node := &ForEach{At: at, Name: item, Collection: p.expression()}
	p.expect(")")
	node.Body = &Block{At: start, Statements: []Statement{parts, p.statement()}}
	return node
}
