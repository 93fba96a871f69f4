package csharp

import (
	"errors"
	"slices"
	"strings"
)

// maxNesting bounds brackets within brackets, so that no input can exhaust the
// stack.
const maxNesting = 250

// parser turns tokens into syntax. It gives up at the first mistake: fail
// unwinds to the exported function that was called.
type parser struct {
	tokens []token
	at     int
	depth  int
	// queries counts the query expressions around what is read.
	queries int
}

// ParseExpression reads one expression, the code inside of @( ).
// The error is a *SyntaxError.
func ParseExpression(code string) (Expression, error) {
	return parse(code, 0, func(p *parser) Expression {
		x := p.expression()
		p.end("an operator or the end of the expression")
		return x
	})
}

// ParseBlock reads statements, the code inside of @{ }.
// The error is a *SyntaxError.
func ParseBlock(code string) (*Block, error) {
	return parse(code, 0, func(p *parser) *Block {
		block := &Block{At: At(p.token().offset)}
		for p.token().kind != tokenEnd {
			block.Statements = append(block.Statements, p.statement())
		}
		return block
	})
}

// ParseType reads a type, such as Dictionary<string, int[]>.
func ParseType(code string) (*TypeName, error) {
	return parse(code, 0, func(p *parser) *TypeName {
		t := p.typeName()
		p.end("the end of the type")
		return t
	})
}

// bytesOfToken is what a token takes in code, at least as a rule.
const bytesOfToken = 3

func parse[T any](code string, base int, read func(*parser) T) (result T, err error) {
	defer func() {
		if cause := recover(); cause != nil {
			syntax, ok := cause.(*SyntaxError)
			if !ok {
				panic(cause)
			}
			err = syntax
		}
	}()
	l := lexer{code: code, base: base}
	// Most tokens are longer than a byte, and have blanks between them.
	p := &parser{tokens: make([]token, 0, len(code)/bytesOfToken+2)}
	for {
		t, failed := l.next()
		if failed != nil {
			return result, failed
		}
		p.tokens = append(p.tokens, t)
		if t.kind == tokenEnd {
			break
		}
	}
	return read(p), nil
}

func (p *parser) token() token { return p.tokens[p.at] }

func (p *parser) ahead(n int) token { return p.tokens[min(p.at+n, len(p.tokens)-1)] }

func (p *parser) advance() token {
	t := p.tokens[p.at]
	if t.kind != tokenEnd {
		p.at++
	}
	return t
}

func (p *parser) fail(offset int, message string) {
	panic(&SyntaxError{Offset: offset, Message: message})
}

func (p *parser) unexpected(expected string) {
	p.fail(p.token().offset, expectedCode(expected)+": unexpected "+p.token().describe()+"; expected "+expected)
}

// expectedCode is the compiler's code for what is missing.
func expectedCode(expected string) string {
	switch expected {
	case "`;`":
		return "CS1002"
	case "`)`":
		return "CS1026"
	case "`}`":
		return "CS1513"
	case "a value":
		return "CS1525"
	case "`catch` or `finally`":
		return "CS1524"
	}
	if strings.HasPrefix(expected, "`") {
		return "CS1003"
	}
	return "CS1001"
}

func (p *parser) end(expected string) {
	if p.token().kind != tokenEnd {
		p.unexpected(expected)
	}
}

// enter counts a level of nesting; the caller defers leave.
func (p *parser) enter() {
	p.depth++
	if p.depth > maxNesting {
		p.fail(p.token().offset, "the code is nested too deeply")
	}
}

func (p *parser) leave() { p.depth-- }

func (p *parser) isMark(mark string) bool {
	t := p.token()
	return t.kind == tokenPunctuation && t.text == mark
}

func (p *parser) isWord(word string) bool {
	t := p.token()
	return t.kind == tokenName && t.text == word && !t.isVerbatim
}

func (p *parser) accept(mark string) bool {
	if p.isMark(mark) {
		p.at++
		return true
	}
	return false
}

func (p *parser) acceptWord(word string) bool {
	if p.isWord(word) {
		p.at++
		return true
	}
	return false
}

func (p *parser) expect(mark string) token {
	if !p.isMark(mark) {
		p.unexpected("`" + mark + "`")
	}
	return p.advance()
}

func (p *parser) expectWord(word string) {
	if !p.acceptWord(word) {
		p.unexpected("`" + word + "`")
	}
}

// keywords cannot name anything.
var keywords = []string{
	"as", "base", "bool", "break", "byte", "case", "catch", "char", "checked", "class", "const", "continue", "decimal", "default", "delegate", "do",
	"double", "else", "enum", "event", "explicit", "extern", "false", "finally", "fixed", "float", "for", "foreach", "goto", "if", "implicit", "in", "int",
	"interface", "internal", "is", "lock", "long", "namespace", "new", "null", "object", "operator", "out", "override", "params", "private", "protected",
	"public", "readonly", "ref", "return", "sbyte", "sealed", "short", "sizeof", "stackalloc", "static", "string", "struct", "switch", "this", "throw",
	"true", "try", "typeof", "uint", "ulong", "unchecked", "unsafe", "ushort", "using", "virtual", "void", "volatile", "while",
}

// predefined are the keywords that name types.
var predefined = []string{
	"bool", "byte", "char", "decimal", "double", "float", "int", "long", "object", "sbyte", "short", "string", "uint", "ulong", "ushort", "void",
}

func isKeyword(t token) bool {
	return t.kind == tokenName && !t.isVerbatim && slices.Contains(keywords, t.text)
}

func isPredefined(t token) bool {
	return t.kind == tokenName && !t.isVerbatim && slices.Contains(predefined, t.text)
}

func isIdentifier(t token) bool { return t.kind == tokenName && !isKeyword(t) }

func (p *parser) identifier(of string) token {
	if !isIdentifier(p.token()) {
		p.unexpected("the name of " + of)
	}
	return p.advance()
}

// try runs read and goes back where it fails.
func (p *parser) try(read func()) (ok bool) {
	at, depth := p.at, p.depth
	defer func() {
		if cause := recover(); cause != nil {
			if _, isSyntax := cause.(*SyntaxError); !isSyntax {
				panic(cause)
			}
			p.at, p.depth, ok = at, depth, false
		}
	}()
	read()
	return true
}

// AsSyntaxError finds the place of a mistake in err.
func AsSyntaxError(err error) (*SyntaxError, bool) {
	var syntax *SyntaxError
	ok := errors.As(err, &syntax)
	return syntax, ok
}
