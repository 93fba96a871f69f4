package csharp

// Signature is a member as its documentation writes it:
//
//	string Substring(int startIndex, int length)
//	bool TryParse(string s, out int result)
//	IEnumerable<R> Select<T, R>(this IEnumerable<T> source, Func<T, R> selector)
//	int Length
//	char this[int index]
//
// A type with a ? may be null; all other reference types may not.
type Signature struct {
	Result         *TypeName
	Name           string
	TypeParameters []string
	Parameters     []SignatureParameter
	// Callable tells a method from a property.
	Callable bool
}

// SignatureParameter is one parameter of a Signature.
type SignatureParameter struct {
	Name    string
	Type    *TypeName
	Default Expression
	// Out, This and Params are the modifiers of these names.
	Out, This, Params bool
}

// ParseSignature reads a member.
func ParseSignature(code string) (*Signature, error) {
	return parse(code, 0, func(p *parser) *Signature {
		s := &Signature{}
		if p.isMark("(") {
			s.Name = "new"
		} else {
			s.Result = p.typeName()
			if p.acceptWord("this") {
				s.Name = "this"
			} else {
				s.Name = p.identifier("a member").text
			}
		}
		for _, each := range p.typeArguments() {
			s.TypeParameters = append(s.TypeParameters, each.Name)
		}
		opening, closing := "(", ")"
		if s.Name == "this" {
			opening, closing = "[", "]"
		}
		if p.accept(opening) {
			s.Callable = s.Name != "this"
			for !p.isMark(closing) {
				s.Parameters = append(s.Parameters, p.signatureParameter())
				if !p.accept(",") {
					break
				}
			}
			p.expect(closing)
		}
		p.end("the end of the signature")
		return s
	})
}

func (p *parser) signatureParameter() SignatureParameter {
	parameter := SignatureParameter{Out: p.acceptWord("out"), This: p.acceptWord("this"), Params: p.acceptWord("params")}
	parameter.Type = p.typeName()
	if p.accept("?") {
		// The reference to the array itself may be null.
		parameter.Type.Nullable = true
	}
	parameter.Name = p.identifier("a parameter").text
	if p.accept("=") {
		parameter.Default = p.expression()
	}
	return parameter
}
