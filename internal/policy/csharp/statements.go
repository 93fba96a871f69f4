package csharp

func (p *parser) block() *Block {
	p.enter()
	defer p.leave()
	start := p.expect("{")
	block := &Block{At: At(start.offset)}
	for !p.isMark("}") {
		if p.token().kind == tokenEnd {
			p.fail(start.offset, "a block { is not closed by }")
		}
		block.Statements = append(block.Statements, p.statement())
	}
	p.at++
	return block
}

func (p *parser) statement() Statement {
	p.enter()
	defer p.leave()
	t := p.token()
	at := At(t.offset)
	if t.kind == tokenPunctuation {
		switch t.text {
		case "{":
			return p.block()
		case ";":
			p.at++
			return &Empty{At: at}
		}
	}
	if t.kind == tokenName && !t.isVerbatim {
		switch t.text {
		case "if":
			return p.ifStatement(at)
		case "for":
			return p.forStatement(at)
		case "foreach":
			return p.forEach(at)
		case "while", "do":
			return p.while(at)
		case "switch":
			return p.switchStatement(at)
		case "try":
			return p.tryStatement(at)
		case "using":
			return p.using(at)
		case "checked", "unchecked":
			if p.isNext("{") {
				p.at++
				return &CheckedBlock{At: at, On: t.text == "checked", Body: p.block()}
			}
		case "lock", "goto", "yield", "unsafe", "fixed":
			if t.text != "yield" || p.ahead(1).text == "return" {
				p.fail(t.offset, "`"+t.text+"` is not supported in policy expressions")
			}
		case "return", "break", "continue", "throw":
			return p.jump(at, t.text)
		case "const":
			p.at++
			declare := p.declare(at)
			declare.Constant = true
			p.expect(";")
			return declare
		}
	}
	if declaration := p.declaration(); declaration != nil {
		return declaration
	}
	if parts := p.deconstruction(); parts != nil {
		return parts
	}
	x := p.expression()
	p.expect(";")
	return &Evaluate{At: at, X: x}
}

func (p *parser) jump(at At, word string) Statement {
	p.at++
	var x Expression
	if (word == "return" || word == "throw") && !p.isMark(";") {
		x = p.expression()
	}
	p.expect(";")
	switch word {
	case "return":
		return &Return{At: at, X: x}
	case "throw":
		return &Throw{At: at, X: x}
	case "break":
		return &Break{At: at}
	}
	return &Continue{At: at}
}

// declaration reads `Type name ...;` or a local function, or nothing.
func (p *parser) declaration() Statement {
	start := p.token()
	if !isIdentifier(start) && !isPredefined(start) && !p.isMark("(") {
		return nil
	}
	at, ok := p.at, false
	p.try(func() {
		p.typeName()
		if !isIdentifier(p.token()) {
			return
		}
		switch next := p.ahead(1); next.text {
		case "=", ";", ",", "(":
			ok = next.kind == tokenPunctuation
		}
	})
	isFunction := ok && p.isNext("(")
	p.at = at
	switch {
	case !ok:
		return nil
	case isFunction:
		return p.localFunction()
	}
	declare := p.declare(At(start.offset))
	p.expect(";")
	return declare
}

// declare reads Type name = value, name = value, without the semicolon.
func (p *parser) declare(at At) *Declare {
	node := &Declare{At: at}
	if p.isWord("var") && isIdentifier(p.ahead(1)) {
		p.at++
	} else {
		node.Type = p.typeName()
	}
	for {
		name := p.identifier("a variable")
		variable := Declarator{At: At(name.offset), Name: name.text}
		if p.accept("=") {
			if p.isMark("{") {
				variable.Elements, variable.HasElements = p.arrayValues(), true
			} else {
				variable.Value = p.expression()
			}
		}
		node.Variables = append(node.Variables, variable)
		if !p.accept(",") {
			return node
		}
	}
}

func (p *parser) localFunction() Statement {
	start := p.token()
	function := &LocalFunction{At: At(start.offset), Type: p.typeName(), Name: p.identifier("a function").text}
	p.expect("(")
	for !p.isMark(")") {
		parameter := Parameter{At: At(p.token().offset), Out: p.acceptWord("out"), Params: p.acceptWord("params")}
		parameter.Type = p.typeName()
		parameter.Name = p.identifier("a parameter").text
		if p.accept("=") {
			parameter.Default = p.expression()
		}
		function.Parameters = append(function.Parameters, parameter)
		if !p.accept(",") {
			break
		}
	}
	p.expect(")")
	if p.accept("=>") {
		function.Result = p.orThrow()
		p.expect(";")
		return function
	}
	function.Body = p.block()
	return function
}

func (p *parser) condition() Expression {
	p.expect("(")
	x := p.expression()
	p.expect(")")
	return x
}

func (p *parser) ifStatement(at At) Statement {
	p.at++
	node := &If{At: at, Condition: p.condition(), Then: p.statement()}
	if p.acceptWord("else") {
		node.Else = p.statement()
	}
	return node
}

func (p *parser) while(at At) Statement {
	if p.advance().text == "while" {
		return &While{At: at, Condition: p.condition(), Body: p.statement()}
	}
	node := &While{At: at, Do: true, Body: p.statement()}
	p.expectWord("while")
	node.Condition = p.condition()
	p.expect(";")
	return node
}

func (p *parser) forStatement(at At) Statement {
	p.at++
	p.expect("(")
	node := &For{At: at}
	if !p.isMark(";") {
		node.Start = p.forStart()
	}
	p.expect(";")
	if !p.isMark(";") {
		node.Condition = p.expression()
	}
	p.expect(";")
	for !p.isMark(")") {
		node.Next = append(node.Next, p.expression())
		if !p.accept(",") {
			break
		}
	}
	p.expect(")")
	node.Body = p.statement()
	return node
}

func (p *parser) forStart() []Statement {
	at := At(p.token().offset)
	var declare *Declare
	if p.try(func() { declare = p.declare(at) }) && p.isMark(";") {
		return []Statement{declare}
	}
	p.at = p.indexOf(at)
	var start []Statement
	for {
		start = append(start, &Evaluate{At: At(p.token().offset), X: p.expression()})
		if !p.accept(",") {
			return start
		}
	}
}

// indexOf finds the token at an offset again.
func (p *parser) indexOf(at At) int {
	for i := range p.tokens {
		if p.tokens[i].offset == int(at) {
			return i
		}
	}
	return p.at
}

func (p *parser) forEach(at At) Statement {
	p.at++
	p.expect("(")
	if p.isWord("var") && p.isNext("(") || p.isMark("(") {
		return p.forEachTuple(at)
	}
	node := &ForEach{At: at}
	if p.isWord("var") && isIdentifier(p.ahead(1)) {
		p.at++
	} else {
		node.Type = p.typeName()
	}
	node.Name = p.identifier("a variable").text
	p.expectWord("in")
	node.Collection = p.expression()
	p.expect(")")
	node.Body = p.statement()
	return node
}

func (p *parser) switchStatement(at At) Statement {
	p.at++
	node := &Switch{At: at, Value: p.condition()}
	p.expect("{")
	for !p.isMark("}") {
		var section SwitchSection
		for p.isWord("case") || p.isWord("default") && p.isNext(":") {
			section.Labels = append(section.Labels, p.switchLabel())
		}
		if len(section.Labels) == 0 {
			p.unexpected("`case`, `default` or `}`")
		}
		for !p.isWord("case") && !p.isMark("}") && (!p.isWord("default") || !p.isNext(":")) {
			if p.token().kind == tokenEnd {
				p.unexpected("`}`")
			}
			section.Statements = append(section.Statements, p.statement())
		}
		node.Sections = append(node.Sections, section)
	}
	p.at++
	return node
}

func (p *parser) switchLabel() SwitchLabel {
	label := SwitchLabel{At: At(p.token().offset)}
	if p.advance().text == "default" {
		label.Default = true
		p.expect(":")
		return label
	}
	at := p.at
	isType := p.try(func() {
		label.Type = p.typeName()
		label.Name = p.identifier("a variable").text
		if label.Name == "when" {
			p.unexpected("the name of a variable")
		}
	})
	if !isType {
		p.at, label.Type, label.Name = at, nil, ""
		label.Constant = p.conditional()
	}
	if p.acceptWord("when") {
		label.Guard = p.expression()
	}
	p.expect(":")
	return label
}

func (p *parser) tryStatement(at At) Statement {
	p.at++
	node := &Try{At: at, Body: p.block()}
	for p.isWord("catch") {
		start := p.advance()
		handler := Catch{At: At(start.offset)}
		if p.accept("(") {
			handler.Type = p.typeName()
			if isIdentifier(p.token()) {
				handler.Name = p.advance().text
			}
			p.expect(")")
		}
		if p.acceptWord("when") {
			handler.Guard = p.condition()
		}
		handler.Body = p.block()
		node.Catches = append(node.Catches, handler)
	}
	if p.acceptWord("finally") {
		node.Finally = p.block()
	}
	if len(node.Catches) == 0 && node.Finally == nil {
		p.unexpected("`catch` or `finally`")
	}
	return node
}

func (p *parser) using(at At) Statement {
	p.at++
	p.expect("(")
	start := At(p.token().offset)
	node := &Using{At: at}
	if !p.try(func() {
		node.Resource = p.declare(start)
		p.expect(")")
	}) {
		p.at = p.indexOf(start)
		node.Resource = &Evaluate{At: start, X: p.expression()}
		p.expect(")")
	}
	node.Body = p.statement()
	return node
}
