package library

import (
	"math"
	"strings"
	"unicode"
	"unicode/utf16"

	"github.com/aoai-gateway/aoai-gateway/internal/policy/dotnet"
)

// declareTextForms declares the forms of String and Char that few documents use.
func declareTextForms(l *Library) {
	s := l.again("String")
	for name, test := range map[string]func(v, part string) bool{"StartsWith": startsWithCulture, "EndsWith": endsWithCulture} {
		s.method("bool "+name+"(string value, bool ignoreCase, IFormatProvider? culture)", func(_ *Call, a []any) (any, error) {
			v, part := to[string](a[0]), to[string](a[1])
			if to[bool](a[2]) {
				v, part = fold(v), fold(part)
			}
			return test(v, part), nil
		})
	}
	for _, how := range []string{"", ", bool ignoreCase", ", StringComparison comparisonType"} {
		s.fixed("int Compare(string? strA, int indexA, string? strB, int indexB, int length"+how+")", func(_ *Call, a []any) (any, error) {
			comparer := Comparer{words: true}
			if len(a) > 5 {
				if comparison, ok := a[5].(Enum); ok {
					comparer = Comparer{ignore: ignoresCase(comparison), words: comparison.Value < 4}
				} else {
					comparer.ignore = to[bool](a[5])
				}
			}
			return either(compareParts(comparer, a))
		})
	}
	s.fixed("int CompareOrdinal(string? strA, int indexA, string? strB, int indexB, int length)", func(_ *Call, a []any) (any, error) {
		return either(compareParts(Comparer{}, a))
	})
	s.fixed("string Join(string? separator, string[] value, int startIndex, int count)", func(c *Call, a []any) (any, error) {
		items, from, n := to[*Array](a[1]).Items, int(to[int32](a[2])), int(to[int32](a[3]))
		switch {
		case from < 0:
			return nil, dotnet.ArgumentOutOfRange("StartIndex cannot be less than zero.", "startIndex")
		case n < 0:
			return nil, dotnet.ArgumentOutOfRange("Count cannot be less than zero.", "count")
		case from > len(items)-n:
			return nil, dotnet.ArgumentOutOfRange("Index and count must refer to a location within the buffer.", "startIndex")
		}
		return either(c.concat(l, &Array{l.String, items[from : from+n]}, to[string](a[0])))
	})
	s.fixed("string Intern(string str)", f1(func(v string) string { return v }))
	c := l.again("Char")
	for name, test := range map[string]func(Char) bool{
		"IsSurrogate":     func(c Char) bool { return utf16.IsSurrogate(rune(c)) },
		"IsHighSurrogate": func(c Char) bool { return c >= 0xD800 && c < 0xDC00 },
		"IsLowSurrogate":  func(c Char) bool { return c >= 0xDC00 && c < 0xE000 },
		"IsSeparator":     func(c Char) bool { return unicode.Is(unicode.Z, rune(c)) },
	} {
		c.fixed("bool "+name+"(string s, int index)", x2(func(s string, i int32) (bool, error) { return atUnit(s, i, test) }))
	}
	c.fixed("double GetNumericValue(string s, int index)", x2(func(s string, i int32) (float64, error) {
		return atUnit(s, i, func(c Char) float64 { return numericValue(rune(c)) })
	}))
}

// atUnit is what is made of one code unit of a string.
func atUnit[R any](s string, i int32, of func(Char) R) (R, error) {
	if i < 0 || i >= length(s) {
		var none R
		return none, dotnet.ArgumentOutOfRange("Specified argument was out of the range of valid values.", "index")
	}
	return of(Char(units(s)[i])), nil
}

// compareParts compares parts of two strings: text, index, text, index, length.
func compareParts(by Comparer, a []any) (int32, error) {
	n := to[int32](a[4])
	if n < 0 {
		return 0, dotnet.ArgumentOutOfRange("Length cannot be less than zero.", "length")
	}
	if a[0] == nil || a[2] == nil {
		return by.compare(a[0], a[2]), nil
	}
	parts := make([]any, 2)
	for i, name := range []string{"indexA", "indexB"} {
		text, at := to[string](a[2*i]), to[int32](a[2*i+1])
		size := length(text)
		switch {
		case at < 0:
			return 0, dotnet.ArgumentOutOfRange("Index was out of range. Must be non-negative and less than the size of the collection.", name)
		case at > size:
			return 0, dotnet.ArgumentOutOfRange("Index was out of range. Must be non-negative and less than the size of the collection.", name)
		}
		parts[i] = slice(text, at, int32(min(int64(at)+int64(n), int64(size)))) //nolint:gosec // within the text
	}
	return by.compare(parts[0], parts[1]), nil
}

// declareBuilderForms declares the forms of StringBuilder's methods beside those
// that documents use.
func declareBuilderForms(l *Library) {
	c := l.again("StringBuilder")
	insert := func(call *Call, s *StringBuilder, at int32, part string) (any, error) {
		text := s.b.String()
		if at < 0 || at > length(text) {
			return nil, outOfRange()
		}
		return s.set(slice(text, 0, at) + part + slice(text, at, length(text))), call.Take(len(part))
	}
	for _, t := range []string{"bool", "char", "byte", "sbyte", "short", "ushort", "int", "uint", "long", "ulong", "float", "double", "decimal", "object?"} {
		c.method("StringBuilder Insert(int index, "+t+" value)", func(call *Call, a []any) (any, error) {
			text, err := call.Text(l, a[2])
			if err != nil {
				return nil, err
			}
			return insert(call, a[0].(*StringBuilder), to[int32](a[1]), text)
		})
	}
	c.method("StringBuilder Insert(int index, char[]? value)", func(call *Call, a []any) (any, error) {
		text := ""
		if array, ok := a[2].(*Array); ok {
			text = joinUnits(array.Items)
		}
		return insert(call, a[0].(*StringBuilder), to[int32](a[1]), text)
	})
	c.method("StringBuilder Insert(int index, string? value, int count)", func(call *Call, a []any) (any, error) {
		text, n := to[string](a[2]), to[int32](a[3])
		if n < 0 {
			return nil, dotnet.ArgumentOutOfRange("Non-negative number required.", "count")
		}
		if err := call.Take(len(text) * int(n)); err != nil {
			return nil, err
		}
		return insert(call, a[0].(*StringBuilder), to[int32](a[1]), strings.Repeat(text, int(n)))
	})
	for _, t := range []string{"sbyte", "short", "ushort", "uint", "ulong", "float"} {
		c.method("StringBuilder Append("+t+" value)", func(call *Call, a []any) (any, error) { return appendText(call, a[0], a[1]) })
	}
	for _, t := range []string{"string?", "char[]?"} {
		c.method("StringBuilder Append("+t+" value, int startIndex, int count)", func(call *Call, a []any) (any, error) {
			text, isText := a[1].(string)
			if array, ok := a[1].(*Array); ok {
				text, isText = joinUnits(array.Items), true
			}
			from, n := to[int32](a[2]), to[int32](a[3])
			name := "count"
			if t != "string?" {
				name = "charCount"
			}
			switch {
			case !isText && from == 0 && n == 0:
				return a[0], nil
			case !isText:
				return nil, dotnet.ArgumentNull("value")
			case n < 0:
				return nil, outOfRangeOf(name)
			case from < 0 || from > length(text)-n:
				if t != "string?" && from >= 0 {
					return nil, outOfRangeOf(name)
				}
				return nil, outOfRangeOf("startIndex")
			}
			return appendText(call, a[0], slice(text, from, from+n))
		})
	}
	replace := func(s *StringBuilder, old, with string, from, n int32) (*StringBuilder, error) {
		text := s.b.String()
		size := length(text)
		switch {
		case from < 0 || from > size:
			return nil, outOfRangeOf("startIndex")
		case n < 0 || from > size-n:
			return nil, outOfRangeOf("count")
		case old == "":
			return nil, dotnet.Argument("Empty name is not legal.", "oldValue")
		}
		part, err := replaceAll(slice(text, from, from+n), old, with)
		if err != nil {
			return nil, err
		}
		return s.set(slice(text, 0, from) + part + slice(text, from+n, size)), nil
	}
	c.method("StringBuilder Replace(char oldChar, char newChar)", x3(func(s *StringBuilder, old, with Char) (*StringBuilder, error) {
		return replace(s, charText(old), charText(with), 0, length(s.b.String()))
	}))
	c.method("StringBuilder Replace(char oldChar, char newChar, int startIndex, int count)", func(_ *Call, a []any) (any, error) {
		return either(replace(a[0].(*StringBuilder), charText(to[Char](a[1])), charText(to[Char](a[2])), to[int32](a[3]), to[int32](a[4])))
	})
	c.method("StringBuilder Replace(string oldValue, string? newValue, int startIndex, int count)", func(_ *Call, a []any) (any, error) {
		return either(replace(a[0].(*StringBuilder), to[string](a[1]), to[string](a[2]), to[int32](a[3]), to[int32](a[4])))
	})
	c.method("string ToString(int startIndex, int length)", x3(func(s *StringBuilder, from, n int32) (string, error) {
		return substring(s.b.String(), from, n)
	}))
	c.make("(string? value, int capacity)", x2(func(v string, capacity int32) (*StringBuilder, error) {
		if capacity < 0 {
			return nil, dotnet.ArgumentOutOfRange("'capacity' must be greater than zero.", "capacity")
		}
		return (&StringBuilder{self: c.self}).set(v), nil
	}))
	c.property("int MaxCapacity", constant(int32(math.MaxInt32)))
	c.method("void CopyTo(int sourceIndex, char[] destination, int destinationIndex, int count)", func(_ *Call, a []any) (any, error) {
		all, into := units(a[0].(*StringBuilder).b.String()), a[2].(*Array).Items
		from, at, n := int(to[int32](a[1])), int(to[int32](a[3])), int(to[int32](a[4]))
		switch {
		case n < 0:
			return nil, dotnet.ArgumentOutOfRange("Non-negative number required.", "count")
		case at < 0:
			return nil, dotnet.ArgumentOutOfRange("Non-negative number required.", "destinationIndex")
		case at > len(into)-n:
			return nil, dotnet.Argument("Either offset did not refer to a position in the string, or there is an insufficient length of destination character array.", "")
		case from < 0 || from > len(all):
			return nil, outOfRangeOf("sourceIndex")
		case from > len(all)-n:
			return nil, dotnet.Argument("Source string was not long enough. Check sourceIndex and count.", "")
		}
		for i := range n {
			into[at+i] = Char(all[from+i])
		}
		return nil, nil //nolint:nilnil // no value
	})
}

func outOfRangeOf(parameter string) error {
	return dotnet.ArgumentOutOfRange("Index was out of range. Must be non-negative and less than the size of the collection.", parameter)
}

func appendText(call *Call, builder, v any) (any, error) {
	text, err := call.Text(call.Library, v)
	if err != nil {
		return nil, err
	}
	builder.(*StringBuilder).b.WriteString(text)
	return builder, call.Take(len(text))
}
