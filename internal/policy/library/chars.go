package library

import (
	"strings"
	"unicode"

	"github.com/aoai-gateway/aoai-gateway/internal/policy/dotnet"
)

func declareChar(l *Library) {
	c := l.value("System", "Char", "char").from("IComparable")
	for name, test := range map[string]func(rune) bool{
		"IsDigit": unicode.IsDigit, "IsLetter": unicode.IsLetter, "IsWhiteSpace": unicode.IsSpace, "IsUpper": unicode.IsUpper, "IsLower": isLower,
		"IsPunctuation": unicode.IsPunct, "IsNumber": unicode.IsNumber, "IsControl": unicode.IsControl, "IsSymbol": unicode.IsSymbol,
		"IsLetterOrDigit": func(r rune) bool { return unicode.IsLetter(r) || unicode.IsDigit(r) },
	} {
		c.fixed("bool "+name+"(char c)", f1(func(v Char) bool { return test(rune(v)) }))
		c.fixed("bool "+name+"(string s, int index)", x2(func(s string, i int32) (bool, error) {
			if i < 0 || i >= length(s) {
				return false, dotnet.ArgumentOutOfRange("Specified argument was out of the range of valid values.", "index")
			}
			return test(rune(units(s)[i])), nil
		}))
	}
	for _, name := range []string{"ToUpper", "ToUpperInvariant"} {
		c.fixed("char "+name+"(char c)", f1(func(v Char) Char { return Char(upper(rune(v))) })) //nolint:gosec // stays in the plane
	}
	for _, name := range []string{"ToLower", "ToLowerInvariant"} {
		c.fixed("char "+name+"(char c)", f1(func(v Char) Char { return Char(lower(rune(v))) })) //nolint:gosec // stays in the plane
	}
	c.fixed("char MaxValue", constant(Char(0xFFFF))).fixed("char MinValue", constant(Char(0)))
	c.fixed("char Parse(string s)", x1(func(s string) (Char, error) {
		if length(s) != 1 {
			return 0, dotnet.Format("String must be exactly one character long.")
		}
		return Char(units(s)[0]), nil
	}))
	c.fixed("double GetNumericValue(char c)", f1(func(v Char) float64 { return numericValue(rune(v)) }))
	c.method("string ToString()", f1(charText)).method("int CompareTo(char value)", x2(compareValues)).method("bool Equals(char obj)", f2(Equal))
	c.fixed("string ToString(char c)", f1(charText))
	for name, bounds := range map[string][2]Char{"IsSurrogate": {0xD800, 0xDFFF}, "IsHighSurrogate": {0xD800, 0xDBFF}, "IsLowSurrogate": {0xDC00, 0xDFFF}} {
		c.fixed("bool "+name+"(char c)", f1(func(v Char) bool { return v >= bounds[0] && v <= bounds[1] }))
	}
}

// StringBuilder is a System.Text.StringBuilder.
type StringBuilder struct {
	self *Type
	b    strings.Builder
}

func (s *StringBuilder) typeIn(*Library) *Type { return s.self }

func (s *StringBuilder) text(*Env) (string, error) { return s.b.String(), nil } //nolint:unparam // others may fail

func (s *StringBuilder) set(text string) *StringBuilder {
	s.b.Reset()
	s.b.WriteString(text)
	return s
}

func declareStringBuilder(l *Library) {
	c := l.class("System.Text", "StringBuilder", "")
	c.make("()", func(*Call, []any) (any, error) { return &StringBuilder{self: c.self}, nil })
	c.make("(string? value)", f1(func(v string) *StringBuilder { return (&StringBuilder{self: c.self}).set(v) }))
	c.make("(int capacity)", f1(func(int32) *StringBuilder { return &StringBuilder{self: c.self} }))
	write := func(call *Call, s *StringBuilder, v any, end string) (any, error) {
		text, err := call.Text(l, v)
		if err != nil {
			return nil, err
		}
		s.b.WriteString(text + end)
		return s, call.Take(len(text) + len(end))
	}
	for _, t := range []string{"string?", "char", "object?", "int", "long", "double", "bool", "decimal", "byte"} {
		c.method("StringBuilder Append("+t+" value)", func(call *Call, a []any) (any, error) { return write(call, a[0].(*StringBuilder), a[1], "") })
	}
	c.method("StringBuilder Append(char value, int repeatCount)", func(call *Call, a []any) (any, error) {
		n := to[int32](a[2])
		if n < 0 {
			return nil, dotnet.ArgumentOutOfRange("Non-negative number required.", "repeatCount")
		}
		if err := call.Take(int(n)); err != nil {
			return nil, err
		}
		return write(call, a[0].(*StringBuilder), strings.Repeat(charText(to[Char](a[1])), int(n)), "")
	})
	c.method("StringBuilder AppendLine()", func(call *Call, a []any) (any, error) { return write(call, a[0].(*StringBuilder), "", "\r\n") })
	c.method("StringBuilder AppendLine(string? value)", func(call *Call, a []any) (any, error) { return write(call, a[0].(*StringBuilder), a[1], "\r\n") })
	c.method("StringBuilder AppendFormat(string format, params object[] args)", func(call *Call, a []any) (any, error) {
		args, err := Collect(a[2])
		if err != nil {
			return nil, err
		}
		text, err := dotnet.Composite(to[string](a[1]), len(args), func(i int, format string) (string, error) { return call.Format(l, args[i], format) })
		if err != nil {
			return nil, err
		}
		return write(call, a[0].(*StringBuilder), text, "")
	})
	c.mutable("int Length", f1(func(s *StringBuilder) int32 { return length(s.b.String()) }), func(call *Call, a []any) (any, error) {
		s, n := a[0].(*StringBuilder), to[int32](a[1])
		text := s.b.String()
		switch {
		case n < 0:
			return nil, dotnet.ArgumentOutOfRange("Length cannot be less than 0.", "value")
		case n <= length(text):
			s.set(slice(text, 0, n))
			return s, nil
		}
		missing := int(n - length(text))
		if err := call.Take(missing); err != nil {
			return nil, err
		}
		s.b.WriteString(strings.Repeat("\x00", missing))
		return s, nil
	})
	c.method("StringBuilder Clear()", f1(func(s *StringBuilder) *StringBuilder { return s.set("") }))
	c.method("StringBuilder Replace(string oldValue, string? newValue)", x3(func(s *StringBuilder, old, replacement string) (*StringBuilder, error) {
		text, err := replaceAll(s.b.String(), old, replacement)
		if err != nil {
			return nil, err
		}
		return s.set(text), nil
	}))
	c.method("StringBuilder Insert(int index, string? value)", x3(func(s *StringBuilder, at int32, v string) (*StringBuilder, error) {
		text := s.b.String()
		if at < 0 || at > length(text) {
			return nil, dotnet.ArgumentOutOfRange("Index was out of range. Must be non-negative and less than the size of the collection.", "index")
		}
		return s.set(slice(text, 0, at) + v + slice(text, at, length(text))), nil
	}))
	c.method("StringBuilder Remove(int startIndex, int length)", x3(func(s *StringBuilder, start, count int32) (*StringBuilder, error) {
		text := s.b.String()
		switch n := length(text); {
		case count < 0:
			return nil, dotnet.ArgumentOutOfRange("Length cannot be less than zero.", "length")
		case start < 0:
			return nil, dotnet.ArgumentOutOfRange("StartIndex cannot be less than zero.", "startIndex")
		case count > n-start:
			return nil, dotnet.ArgumentOutOfRange("Index was out of range. Must be non-negative and less than the size of the collection.", "length")
		}
		return s.set(slice(text, 0, start) + slice(text, start+count, length(text))), nil
	}))
	c.mutable("char this[int index]", x2(func(s *StringBuilder, i int32) (Char, error) {
		all := units(s.b.String())
		if i < 0 || int(i) >= len(all) {
			return 0, dotnet.IndexOutOfRange()
		}
		return Char(all[i]), nil
	}), func(_ *Call, a []any) (any, error) {
		s, i := a[0].(*StringBuilder), to[int32](a[1])
		all := units(s.b.String())
		if i < 0 || int(i) >= len(all) {
			return nil, dotnet.ArgumentOutOfRange("Index was out of range. Must be non-negative and less than the size of the collection.", "index")
		}
		all[i] = uint16(to[Char](a[2]))
		return s.set(fromUnits(all)), nil
	})
	c.method("StringBuilder Append(char[]? value)", func(call *Call, a []any) (any, error) {
		text := ""
		if array, ok := a[1].(*Array); ok {
			text = joinUnits(array.Items)
		}
		return write(call, a[0].(*StringBuilder), text, "")
	})
	c.method("bool Equals(StringBuilder? sb)", func(_ *Call, a []any) (any, error) {
		other, ok := a[1].(*StringBuilder)
		return ok && other.b.String() == a[0].(*StringBuilder).b.String(), nil
	})
	c.method("string ToString()", f1(func(s *StringBuilder) string { return s.b.String() }))
	c.beyond("AppendJoin", "Capacity", "EnsureCapacity", "Chars")
}

// isLower counts the two ordinal indicators as lower case, as .NET does.
func isLower(r rune) bool { return unicode.IsLower(r) || r == 'ª' || r == 'º' }

// numericValue is what a digit or a fraction counts for; -1 of everything else.
func numericValue(r rune) float64 {
	switch r {
	case '¼':
		return 0.25
	case '½':
		return 0.5
	case '¾':
		return 0.75
	case '²', '³':
		return float64(r-'²') + 2
	case '¹':
		return 1
	}
	if !unicode.IsDigit(r) {
		return -1
	}
	// The digits of a script stand together, from 0 to 9.
	value := 0
	for value < 9 && unicode.IsDigit(r-1) {
		r--
		value++
	}
	return float64(value % 10)
}
