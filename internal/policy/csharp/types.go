package csharp

// typeName reads a type: a name with its qualifier and type arguments, then ?
// and [] as often as they come.
func (p *parser) typeName() *TypeName {
	t := p.bareType()
	switch {
	case p.isMark("?"):
		p.at++
		t.Nullable = true
	case p.isMark("?[") && p.isNext("]"):
		// int?[] reads like the start of x?[0].
		p.tokens[p.at].text = "["
		t.Nullable = true
	}
	for p.isMark("[") && p.isNext("]") {
		p.at += 2
		t.Ranks++
	}
	return t
}

// isNext tells whether a mark stands behind the token at hand.
func (p *parser) isNext(mark string) bool {
	t := p.ahead(1)
	return t.kind == tokenPunctuation && t.text == mark
}

// bareType is a type without ? and [].
func (p *parser) bareType() *TypeName {
	p.enter()
	defer p.leave()
	first := p.token()
	if p.isMark("(") {
		return p.tupleType()
	}
	if isPredefined(first) {
		p.at++
		return &TypeName{At: At(first.offset), Name: first.text}
	}
	t := &TypeName{At: At(first.offset), Name: p.identifier("a type").text}
	if p.isMark("::") {
		p.at++
		t.Name = p.identifier("a type").text
	}
	t.Arguments = p.typeArguments()
	for p.isMark(".") {
		p.at++
		if t.Qualifier != "" {
			t.Qualifier += "."
		}
		t.Qualifier += t.Name
		t.Name = p.identifier("a type").text
		t.Arguments = p.typeArguments()
	}
	return t
}

func (p *parser) typeArguments() []*TypeName {
	if !p.isMark("<") {
		return nil
	}
	p.at++
	var arguments []*TypeName
	for {
		arguments = append(arguments, p.typeName())
		if !p.accept(",") {
			break
		}
	}
	p.expect(">")
	return arguments
}

// genericArguments reads the type arguments behind a name in an expression,
// where < may also mean less than: they count as type arguments where what
// follows could not follow a comparison (the rule of C#).
func (p *parser) genericArguments() []*TypeName {
	if !p.isMark("<") {
		return nil
	}
	at := p.at
	var arguments []*TypeName
	if !p.try(func() { arguments = p.typeArguments() }) {
		return nil
	}
	follow := p.token()
	if follow.kind == tokenPunctuation || follow.kind == tokenEnd {
		switch follow.text {
		case "(", ")", "]", "}", ":", ";", ",", ".", "?", "?.", "==", "!=", "|", "^", "&&", "||", "&", "[", "":
			return arguments
		}
	}
	p.at = at
	return nil
}
