// Package csharp reads the C# that policy expressions are written in: C# 7
// expressions and statements, without declarations of types. It knows syntax
// only; what a name means is for package expression to say.
package csharp

import "fmt"

// SyntaxError is C# that cannot be read.
type SyntaxError struct {
	// Offset is the place in the code, in bytes from its start.
	Offset int
	// Message says what stands there, and what would be right.
	Message string
}

func (e *SyntaxError) Error() string { return fmt.Sprintf("at %d: %s", e.Offset, e.Message) }

type tokenKind uint8

const (
	tokenEnd tokenKind = iota
	tokenName
	tokenNumber
	tokenChar
	tokenString
	tokenInterpolated
	tokenNamedValue
	tokenPunctuation
)

// token is a word of the code.
type token struct {
	kind       tokenKind
	isVerbatim bool // a name written @name is never a keyword
	// char is the value of a character literal, which may be half of a pair.
	char   rune
	text   string // name, punctuation or number as written; of strings the value
	offset int
	end    int
	parts  []rawPart // of an interpolated string
}

// rawPart is a piece of an interpolated string: text, or a hole.
type rawPart struct {
	text      string
	hole      bool
	code      string
	offset    int // of the code
	alignment string
	// hasAlignment tells a comma with nothing behind it.
	hasAlignment bool
	format       string
	hasFormat    bool
}

func (t token) describe() string {
	switch t.kind {
	case tokenEnd:
		return "the end of the code"
	case tokenString, tokenInterpolated:
		return "a string"
	case tokenChar:
		return "a character"
	default:
		return "`" + t.text + "`"
	}
}
