package csharp

import "slices"

func (p *parser) expression() Expression {
	p.enter()
	defer p.leave()
	if lambda := p.lambda(); lambda != nil {
		return lambda
	}
	if p.isWord("throw") {
		p.fail(p.token().offset, "CS8115: a throw expression is not allowed in this context; it may stand behind ??, in ?: and behind =>")
	}
	if p.isQuery() {
		return p.queryExpression()
	}
	p.refuseUnsupported()
	left := p.conditional()
	if t := p.token(); t.kind == tokenPunctuation {
		switch t.text {
		case "=", "+=", "-=", "*=", "/=", "%=", "&=", "|=", "^=", "<<=", "??=":
			p.at++
			if tuple, ok := left.(*TupleValue); ok && t.text == "=" {
				return assignedTuple(tuple, p.expression())
			}
			return &Assign{At: At(left.Offset()), Operator: t.text, X: left, Y: p.expression()}
		case ">":
			// The lexer leaves >>= in two, as it does >>.
			if p.isShiftAssign(t) {
				p.at += 2
				return &Assign{At: At(left.Offset()), Operator: ">>=", X: left, Y: p.expression()}
			}
		}
	}
	return left
}

func (p *parser) isShiftAssign(t token) bool {
	return t.text == ">" && p.isNext(">=") && p.ahead(1).offset == t.end
}

// refuseUnsupported names constructs of C# that policy expressions do not have,
// rather than stumble over them.
func (p *parser) refuseUnsupported() {
	t := p.token()
	switch {
	case p.isWord("await"), p.isWord("async"):
		p.fail(t.offset, "asynchronous code is not supported in policy expressions")
	case p.isWord("stackalloc"):
		p.fail(t.offset, "`"+t.text+"` is not supported in policy expressions")
	}
}

// orThrow reads an expression where `throw` may stand in its place.
func (p *parser) orThrow() Expression {
	if p.isWord("throw") {
		start := p.advance()
		return &ThrowExpression{At: At(start.offset), X: p.expression()}
	}
	return p.expression()
}

// lambda reads x => ..., (x, y) => ... and (int x) => ..., or nothing.
func (p *parser) lambda() Expression {
	start := p.token()
	if isIdentifier(start) && p.isNext("=>") {
		p.at += 2
		return p.lambdaBody(start, []Parameter{{At: At(start.offset), Name: start.text}})
	}
	if !p.isMark("(") {
		return nil
	}
	at := p.at
	var parameters []Parameter
	ok := p.try(func() {
		p.at++
		for !p.isMark(")") {
			parameters = append(parameters, p.lambdaParameter())
			if !p.accept(",") {
				break
			}
		}
		p.expect(")")
		p.expect("=>")
	})
	if !ok {
		p.at = at
		return nil
	}
	return p.lambdaBody(start, parameters)
}

func (p *parser) lambdaParameter() Parameter {
	t := p.token()
	if isIdentifier(t) && (p.isNext(",") || p.isNext(")")) {
		p.at++
		return Parameter{At: At(t.offset), Name: t.text}
	}
	written := p.typeName()
	return Parameter{At: At(t.offset), Type: written, Name: p.identifier("a parameter").text}
}

func (p *parser) lambdaBody(start token, parameters []Parameter) Expression {
	lambda := &Lambda{At: At(start.offset), Parameters: parameters}
	if p.isMark("{") {
		lambda.Body = p.block()
	} else {
		lambda.Result = p.orThrow()
	}
	return lambda
}

func (p *parser) conditional() Expression {
	condition := p.coalesce()
	if !p.isMark("?") {
		return condition
	}
	p.at++
	then := p.orThrow()
	p.expect(":")
	return &Conditional{At: At(condition.Offset()), If: condition, Then: then, Else: p.orThrow()}
}

// coalesce is ?? and binds to the right.
func (p *parser) coalesce() Expression {
	p.enter()
	defer p.leave()
	left := p.binary(0)
	if !p.isMark("??") {
		return left
	}
	operator := p.advance()
	var right Expression
	if p.isWord("throw") {
		right = p.orThrow()
	} else {
		right = p.coalesce()
	}
	return &Binary{At: At(left.Offset()), Operator: "??", OperatorAt: operator.offset, X: left, Y: right}
}

// levels are the binary operators, the loosest first.
var levels = [][]string{
	{"||"}, {"&&"}, {"|"}, {"^"}, {"&"}, {"==", "!="}, {"<", ">", "<=", ">=", "is", "as"}, {"<<", ">>"}, {"+", "-"}, {"*", "/", "%"},
}

func (p *parser) binary(level int) Expression {
	if level == len(levels) {
		return p.unary()
	}
	left := p.binary(level + 1)
	for {
		operator, ok := p.operatorOf(level)
		if !ok {
			return left
		}
		switch operator.text {
		case "is":
			left = p.isPattern(left)
		case "as":
			left = &As{At: At(left.Offset()), X: left, Type: p.patternType()}
		default:
			left = &Binary{At: At(left.Offset()), Operator: operator.text, OperatorAt: operator.offset, X: left, Y: p.binary(level + 1)}
		}
	}
}

func (p *parser) operatorOf(level int) (token, bool) {
	t := p.token()
	if t.kind != tokenPunctuation && t.kind != tokenName || t.isVerbatim {
		return token{}, false
	}
	for _, operator := range levels[level] {
		isShift := operator == ">>" && t.text == ">" && p.isNext(">") && p.ahead(1).offset == t.end
		if p.isShiftAssign(t) || !isShift && (t.text != operator || operator == ">" && p.isNext(">") && p.ahead(1).offset == t.end) {
			continue
		}
		p.at++
		if isShift {
			p.at++
			t.text = ">>"
		}
		return t, true
	}
	return token{}, false
}

// patternType is the type behind is and as: there `?` may also start a
// conditional expression, which it does unless nothing could be its first part.
func (p *parser) patternType() *TypeName {
	t := p.bareType()
	if p.isMark("?") && p.endsOperand(p.ahead(1)) {
		p.at++
		t.Nullable = true
	}
	for p.isMark("[") && p.isNext("]") {
		p.at += 2
		t.Ranks++
	}
	return t
}

func (p *parser) endsOperand(t token) bool {
	if t.kind == tokenEnd {
		return true
	}
	if t.kind != tokenPunctuation {
		return false
	}
	switch t.text {
	case ")", "]", "}", ",", ";", "==", "!=", "&&", "||", "?", "??", ":":
		return true
	}
	return false
}

// endsClause tells a word that begins the next clause of a query.
func (p *parser) endsClause(t token) bool {
	return p.queries > 0 && !t.isVerbatim && slices.Contains(queryWords, t.text)
}

func (p *parser) isPattern(left Expression) Expression {
	is := &Is{At: At(left.Offset()), X: left}
	if next := p.ahead(1); p.isWord("not") && (next.kind == tokenName || next.kind == tokenString || next.kind == tokenNumber) {
		p.fail(p.token().offset, "`is not` is later than C# 7; write !(x is ...), or x != null")
	}
	if t := p.token(); t.kind == tokenName && !isKeyword(t) || isPredefined(t) {
		at := p.at
		is.Type = p.patternType()
		if next := p.token(); isIdentifier(next) && next.text != "when" && next.text != "and" && next.text != "or" && !p.endsClause(next) {
			is.Name = p.advance().text
			return is
		}
		if !p.isMark("(") {
			return is
		}
		p.at, is.Type = at, nil
	}
	is.Constant = p.binary(len(levels) - 3)
	return is
}

func (p *parser) unary() Expression {
	p.enter()
	defer p.leave()
	t := p.token()
	if t.kind == tokenPunctuation {
		switch t.text {
		case "!", "-", "+", "~":
			p.at++
			return &Unary{At: At(t.offset), Operator: t.text, X: p.unary()}
		case "++", "--":
			p.at++
			return &Step{At: At(t.offset), Operator: t.text, X: p.unary()}
		case "^", "*", "&":
			p.unexpected("a value")
		case "(":
			if cast := p.cast(); cast != nil {
				return cast
			}
		}
	}
	return p.postfix(p.primary())
}

// cast reads (Type)value. (X) counts as a cast where X reads as a type and what
// follows could not follow a value in parentheses (the rule of C#).
func (p *parser) cast() Expression {
	at := p.at
	start := p.token()
	var written *TypeName
	ok := p.try(func() {
		p.at++
		written = p.typeName()
		p.expect(")")
	})
	if ok {
		next := p.token()
		isType := len(written.Arguments) == 0 && written.Qualifier == "" && isPredefined(token{kind: tokenName, text: written.Name})
		switch next.kind {
		case tokenString, tokenChar, tokenNumber, tokenInterpolated, tokenNamedValue:
			ok = true
		case tokenName:
			ok = !isKeyword(next) || next.text != "as" && next.text != "is" && next.text != "in"
		case tokenPunctuation:
			ok = next.text == "(" || next.text == "!" || next.text == "~" || isType && (next.text == "-" || next.text == "+")
		default:
			ok = false
		}
	}
	if !ok {
		p.at = at
		return nil
	}
	return &Cast{At: At(start.offset), Type: written, X: p.unary()}
}

// postfix reads what may follow a value: .Name ?.Name (...) [...] ++ --.
func (p *parser) postfix(x Expression) Expression {
	for {
		t := p.token()
		if t.kind != tokenPunctuation {
			return x
		}
		switch t.text {
		case ".":
			p.at++
			x = p.member(x)
		case "(":
			x = &Call{At: At(x.Offset()), Function: x, Arguments: p.arguments("(", ")")}
		case "[":
			x = &Index{At: At(x.Offset()), X: x, Arguments: p.arguments("[", "]")}
		case "?.":
			p.at++
			access := &ConditionalAccess{At: At(x.Offset()), X: x}
			access.Rest = p.postfix(p.member(&Receiver{At: At(t.offset)}))
			return access
		case "?[":
			p.tokens[p.at].text = "["
			access := &ConditionalAccess{At: At(x.Offset()), X: x}
			access.Rest = p.postfix(&Index{At: At(t.offset), X: &Receiver{At: At(t.offset)}, Arguments: p.arguments("[", "]")})
			return access
		case "++", "--":
			p.at++
			x = &Step{At: At(x.Offset()), Operator: t.text, X: x, Postfix: true}
		case "!":
			// The null-forgiving operator means nothing at run time.
			p.at++
		default:
			return x
		}
	}
}

func (p *parser) member(x Expression) Expression {
	name := p.identifier("a member")
	return &Member{At: At(x.Offset()), X: x, Name: name.text, NameAt: name.offset, Arguments: p.genericArguments()}
}

func (p *parser) arguments(opening, closing string) []Argument {
	p.enter()
	defer p.leave()
	p.expect(opening)
	var arguments []Argument
	for !p.isMark(closing) {
		arguments = append(arguments, p.argument())
		if !p.accept(",") {
			break
		}
		if p.isMark(closing) {
			p.fail(p.token().offset, "CS1525: an argument is missing behind the comma")
		}
	}
	p.expect(closing)
	return arguments
}

func (p *parser) argument() Argument {
	var argument Argument
	if isIdentifier(p.token()) && p.isNext(":") {
		argument.Name = p.advance().text
		p.at++
	}
	switch {
	case p.isWord("out"):
		argument.Out = true
		p.at++
		argument.Value = p.outTarget()
	case p.isWord("ref"), p.isWord("in"):
		p.fail(p.token().offset, "`"+p.token().text+"` arguments are not supported in policy expressions")
	default:
		argument.Value = p.expression()
	}
	return argument
}

func (p *parser) outTarget() Expression {
	start := p.token()
	declared := &Declared{At: At(start.offset)}
	if p.isWord("var") && isIdentifier(p.ahead(1)) {
		p.at++
		declared.Name = p.advance().text
		return declared
	}
	if p.try(func() {
		declared.Type = p.typeName()
		declared.Name = p.identifier("a variable").text
	}) {
		return declared
	}
	name := p.identifier("a variable")
	return &Name{At: At(name.offset), Name: name.text}
}
