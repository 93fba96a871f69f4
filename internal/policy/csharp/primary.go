package csharp

import (
	"strconv"
	"strings"
)

func (p *parser) primary() Expression {
	t := p.token()
	at := At(t.offset)
	switch t.kind {
	case tokenNumber:
		p.at++
		return &Literal{At: at, Value: number(t.text)}
	case tokenString:
		p.at++
		return &Literal{At: at, Value: t.text}
	case tokenChar:
		p.at++
		return &Literal{At: at, Value: t.char}
	case tokenInterpolated:
		p.at++
		return p.interpolated(t)
	case tokenNamedValue:
		p.at++
		return &NamedValue{At: at, Name: t.text}
	case tokenPunctuation:
		if t.text == "(" {
			return p.parenthesized()
		}
	case tokenName:
		return p.named(t)
	case tokenEnd:
	}
	p.unexpected("a value")
	return nil
}

// parenthesized is a value in ( ). Where the brackets do not close, and they
// read as a cast whose operand is missing, say so.
func (p *parser) parenthesized() Expression {
	start := p.advance()
	first := p.tupleItem()
	if p.isMark(",") || first.Name != "" {
		return p.tupleValue(start, first)
	}
	x := first.Value
	p.expect(")")
	return &Parenthesized{At: At(start.offset), X: x}
}

func number(text string) Number {
	digits := strings.ReplaceAll(text, "_", "")
	isHexadecimal := strings.HasPrefix(digits, "0x") || strings.HasPrefix(digits, "0X")
	suffixes := "uUlLfFdDmM"
	if isHexadecimal {
		suffixes = "uUlL"
	}
	body := strings.TrimRight(digits, suffixes)
	suffix := strings.ToUpper(digits[len(body):])
	if suffix == "LU" {
		suffix = "UL"
	}
	return Number{Digits: body, Suffix: suffix, Real: !isHexadecimal && strings.ContainsAny(body, ".eE")}
}

func (p *parser) named(t token) Expression {
	at := At(t.offset)
	if !t.isVerbatim {
		switch t.text {
		case "true", "false":
			p.at++
			return &Literal{At: at, Value: t.text == "true"}
		case "null":
			p.at++
			return &Literal{At: at}
		case "new":
			return p.newObject()
		case "checked", "unchecked":
			p.at++
			p.expect("(")
			x := p.expression()
			p.expect(")")
			return &Checked{At: at, On: t.text == "checked", X: x}
		case "typeof":
			p.at++
			p.expect("(")
			named := p.typeName()
			p.expect(")")
			return &TypeOf{At: at, Type: named}
		case "default":
			p.at++
			node := &Default{At: at}
			if p.accept("(") {
				node.Type = p.typeName()
				p.expect(")")
			}
			return node
		case "sizeof":
			return p.sizeOf(at)
		case "delegate":
			if p.isNext("(") {
				return p.anonymousMethod()
			}
			p.fail(t.offset, "`delegate` without parameters is not supported in policy expressions; write a lambda")
		case "nameof":
			if p.isNext("(") {
				return p.nameOf(at)
			}
		}
		if isPredefined(t) {
			p.at++
			return &PredefinedType{At: at, Type: &TypeName{At: at, Name: t.text}}
		}
	}
	if isKeyword(t) {
		p.refuseUnsupported()
		p.unexpected("a value")
	}
	p.at++
	if p.accept("::") {
		if !isIdentifier(p.token()) {
			p.unexpected("a name")
		}
		return p.named(p.token())
	}
	return &Name{At: at, Name: t.text, Arguments: p.genericArguments()}
}

// sizes are the bytes of the types whose size is a constant.
var sizes = map[string]string{
	"bool": "1", "byte": "1", "sbyte": "1", "short": "2", "ushort": "2", "char": "2", "int": "4", "uint": "4", "float": "4", "long": "8", "ulong": "8", "double": "8", "decimal": "16",
}

func (p *parser) sizeOf(at At) Expression {
	p.at++
	p.expect("(")
	named := p.typeName()
	p.expect(")")
	size := sizes[named.Name]
	if size == "" || named.Nullable || named.Ranks > 0 {
		p.fail(int(at), "CS0233: '"+named.Name+"' does not have a predefined size, therefore sizeof can only be used in an unsafe context")
	}
	return &Literal{At: at, Value: Number{Digits: size}}
}

// anonymousMethod reads delegate (int x) { ... }, an older way to write a lambda.
func (p *parser) anonymousMethod() Expression {
	start := p.advance()
	p.expect("(")
	var parameters []Parameter
	for !p.isMark(")") {
		t := p.token()
		written := p.typeName()
		parameters = append(parameters, Parameter{At: At(t.offset), Type: written, Name: p.identifier("a parameter").text})
		if !p.accept(",") {
			break
		}
	}
	p.expect(")")
	return &Lambda{At: At(start.offset), Parameters: parameters, Body: p.block()}
}

func (p *parser) nameOf(at At) Expression {
	p.at += 2
	last := p.identifier("what nameof names")
	for p.accept(".") {
		last = p.identifier("a member")
	}
	p.expect(")")
	return &NameOf{At: at, Text: last.text}
}

func (p *parser) newObject() Expression {
	start := p.advance()
	at := At(start.offset)
	switch {
	case p.isMark("{"):
		return &New{At: at, Elements: p.anonymousMembers(), HasElements: true}
	case p.isMark("["):
		p.at++
		p.expect("]")
		return &NewArray{At: at, Values: p.arrayValues(), HasValues: true}
	case p.isMark("("):
		p.fail(start.offset, "`new` needs the name of a type: target-typed `new()` is later than C# 7")
	}
	written := p.bareType()
	switch {
	case p.isMark("?"):
		p.at++
		written.Nullable = true
	case p.isMark("?["):
		// new int?[3] reads like the start of x?[3].
		p.tokens[p.at].text = "["
		written.Nullable = true
	}
	if p.isMark("[") {
		return p.newArray(at, written)
	}
	node := &New{At: at, Type: written}
	hasArguments := p.isMark("(")
	if hasArguments {
		node.Arguments = p.arguments("(", ")")
	}
	if p.isMark("{") {
		node.Elements, node.HasElements = p.elements(), true
	} else if !hasArguments {
		p.unexpected("`(`, `[` or `{` after the type of `new`")
	}
	return node
}

func (p *parser) newArray(at At, element *TypeName) Expression {
	node := &NewArray{At: at, Type: element}
	p.expect("[")
	if !p.isMark("]") {
		node.Size = p.expression()
	}
	p.expect("]")
	for p.isMark("[") && p.isNext("]") {
		p.at += 2
		element.Ranks++
	}
	if p.isMark("[") {
		p.fail(p.ahead(1).offset, "CS0178: invalid rank specifier: expected `,` or `]`")
	}
	if p.isMark("{") {
		node.Values, node.HasValues = p.arrayValues(), true
	} else if node.Size == nil {
		p.unexpected("the size of the array or its values in `{ }`")
	}
	return node
}

func (p *parser) arrayValues() []Expression {
	p.enter()
	defer p.leave()
	p.expect("{")
	var values []Expression
	for !p.isMark("}") {
		values = append(values, p.expression())
		if !p.accept(",") {
			break
		}
	}
	p.expect("}")
	return values
}

// anonymousMembers are name = value, or a value that lends its own name.
func (p *parser) anonymousMembers() []Element {
	p.expect("{")
	var elements []Element
	for !p.isMark("}") {
		start := p.token()
		element := Element{At: At(start.offset)}
		if isIdentifier(start) && p.isNext("=") {
			element.Name = start.text
			p.at += 2
		}
		value := p.expression()
		if element.Name == "" {
			element.Name = lentName(value)
			if element.Name == "" {
				p.fail(start.offset, "a member of an anonymous object needs a name: name = value")
			}
		}
		element.Values = []Expression{value}
		elements = append(elements, element)
		if !p.accept(",") {
			break
		}
	}
	p.expect("}")
	return elements
}

func lentName(x Expression) string {
	switch x := x.(type) {
	case *Name:
		return x.Name
	case *Member:
		return x.Name
	case *ConditionalAccess:
		return lentName(x.Rest)
	}
	return ""
}

// elements are those of an object, collection or dictionary initializer.
func (p *parser) elements() []Element {
	p.enter()
	defer p.leave()
	p.expect("{")
	var elements []Element
	for !p.isMark("}") {
		elements = append(elements, p.element())
		if !p.accept(",") {
			break
		}
	}
	p.expect("}")
	return elements
}

func (p *parser) element() Element {
	start := p.token()
	element := Element{At: At(start.offset)}
	switch {
	case p.isMark("{"):
		element.Values = p.arrayValues()
		return element
	case p.isMark("["):
		p.at++
		element.Key = p.expression()
		p.expect("]")
		p.expect("=")
	case isIdentifier(start) && p.isNext("="):
		element.Name = start.text
		p.at += 2
	}
	if (element.Name != "" || element.Key != nil) && p.isMark("{") {
		element.Nested = p.elements()
		return element
	}
	element.Values = []Expression{p.expression()}
	return element
}

func (p *parser) interpolated(t token) Expression {
	node := &Interpolated{At: At(t.offset)}
	for _, raw := range t.parts {
		if !raw.hole {
			node.Parts = append(node.Parts, InterpolatedPart{Text: raw.text})
			continue
		}
		part := InterpolatedPart{Format: raw.format}
		if raw.alignment == "" && raw.hasAlignment {
			p.fail(raw.offset, "CS1733: the alignment of a hole is missing behind its comma")
		}
		if raw.alignment != "" {
			alignment, err := strconv.Atoi(raw.alignment)
			if err != nil {
				p.fail(raw.offset, "the alignment of a hole is a whole number, not `"+raw.alignment+"`")
			}
			part.Alignment = alignment
		}
		value, err := parse(raw.code, raw.offset, func(inner *parser) Expression {
			inner.depth = p.depth + 1
			x := inner.expression()
			inner.end("the end of the hole")
			return x
		})
		if syntax, ok := AsSyntaxError(err); ok {
			panic(syntax)
		}
		part.Value = value
		node.Parts = append(node.Parts, part)
	}
	return node
}
