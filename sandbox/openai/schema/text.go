package schema

import (
	"regexp/syntax"
	"strings"
)

// usual is the text where a schema asks for nothing further.
const usual = "sandbox"

// maxText bounds a text: a schema may ask for millions of characters.
const maxText = 10_000

// formats are texts of the formats that Azure's page on structured outputs and JSON Schema name.
var formats = map[string]string{
	"date-time": "2026-01-02T03:04:05Z", "date": "2026-01-02", "time": "03:04:05Z", "duration": "PT1H", "email": "sandbox@contoso.com",
	"hostname": "contoso.com", "ipv4": "192.0.2.1", "ipv6": "2001:db8::1", "uuid": "00000000-0000-4000-8000-000000000001",
	"uri": "https://contoso.com/", "uri-reference": "/", "regex": "a", "json-pointer": "/a",
}

func (k keywords) text() string {
	if known, ok := formats[k.Format]; ok {
		return known
	}
	if k.Pattern != nil {
		if parsed, err := syntax.Parse(*k.Pattern, syntax.Perl); err == nil {
			var b strings.Builder
			matching(parsed.Simplify(), &b)
			return b.String()
		}
	}
	made := usual
	if k.MinLength != nil && int(*k.MinLength) > len(made) {
		made += strings.Repeat("x", min(int(*k.MinLength), maxText)-len(made))
	}
	if k.MaxLength != nil && int(*k.MaxLength) < len(made) {
		made = made[:max(0, int(*k.MaxLength))]
	}
	return made
}

// matching writes a short text that an expression matches.
func matching(expression *syntax.Regexp, b *strings.Builder) {
	switch expression.Op { //nolint:exhaustive // the others match without a character
	case syntax.OpLiteral:
		b.WriteString(string(expression.Rune))
	case syntax.OpCharClass:
		if len(expression.Rune) > 0 {
			b.WriteRune(readable(expression.Rune))
		}
	case syntax.OpAnyChar, syntax.OpAnyCharNotNL:
		b.WriteByte('x')
	case syntax.OpConcat:
		for _, part := range expression.Sub {
			matching(part, b)
		}
	case syntax.OpAlternate, syntax.OpCapture, syntax.OpPlus:
		matching(expression.Sub[0], b)
	case syntax.OpRepeat:
		for range expression.Min {
			matching(expression.Sub[0], b)
		}
	}
}

// readable is a letter or digit of a class where it has one, else its first rune.
func readable(ranges []rune) rune {
	for _, wanted := range "a0A" {
		for i := 0; i+1 < len(ranges); i += 2 {
			if ranges[i] <= wanted && wanted <= ranges[i+1] {
				return wanted
			}
		}
	}
	return ranges[0]
}
