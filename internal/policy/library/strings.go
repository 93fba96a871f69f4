package library

import (
	"strings"

	"github.com/aoai-gateway/aoai-gateway/internal/policy/dotnet"
)

func declareText(l *Library) {
	l.enum("System", "StringComparison", counted("CurrentCulture", "CurrentCultureIgnoreCase", "InvariantCulture", "InvariantCultureIgnoreCase", "Ordinal", "OrdinalIgnoreCase")...)
	l.enum("System", "StringSplitOptions", counted("None", "RemoveEmptyEntries")...)
	comparer := l.class("System", "StringComparer", "").from("IEqualityComparer<string>", "IComparer<string>")
	for name, ignore := range map[string]bool{
		"Ordinal": false, "OrdinalIgnoreCase": true, "InvariantCulture": false, "InvariantCultureIgnoreCase": true, "CurrentCulture": false, "CurrentCultureIgnoreCase": true,
	} {
		comparer.fixed("StringComparer "+name, constant(Comparer{comparer.self, ignore, strings.Contains(name, "Culture")}))
	}
	comparer.method("bool Equals(string? x, string? y)", f3(func(c Comparer, x, y any) bool { return c.equal(x, y) }))
	comparer.method("int Compare(string? x, string? y)", f3(func(c Comparer, x, y any) int32 { return c.compare(x, y) }))
	s := l.class("System", "String", "string").from("IEnumerable<char>", "IComparable")
	declareStringSearch(s)
	declareStringParts(l, s)
	declareStringStatics(l, s)
	s.make("(char c, int count)", x2(func(c Char, n int32) (string, error) {
		if n < 0 {
			return "", dotnet.ArgumentOutOfRange("'count' must be non-negative.", "count")
		}
		if n > maxString {
			return "", ErrLimit
		}
		return strings.Repeat(charText(c), int(n)), nil
	}))
	s.make("(char[]? value)", f1(func(v *Array) string {
		if v == nil {
			return ""
		}
		return joinUnits(v.Items)
	}))
	s.method("string ToString()", f1(func(v string) string { return v }))
	s.make("(char[] value, int startIndex, int length)", func(_ *Call, a []any) (any, error) {
		items, from, n := a[0].(*Array).Items, int(to[int32](a[1])), int(to[int32](a[2]))
		switch {
		case from < 0:
			return nil, dotnet.ArgumentOutOfRange("StartIndex cannot be less than zero.", "startIndex")
		case n < 0:
			return nil, dotnet.ArgumentOutOfRange("Length cannot be less than zero.", "length")
		case from > len(items)-n:
			return nil, dotnet.ArgumentOutOfRange("Index was out of range. Must be non-negative and less than the size of the collection.", "startIndex")
		}
		return joinUnits(items[from : from+n]), nil
	})
	s.method("int CompareTo(string? strB)", f2(func(a, b any) int32 { return compareMaybe(a, b, false) }))
	s.method("int CompareTo(object? value)", func(_ *Call, a []any) (any, error) {
		if _, isText := a[1].(string); a[1] != nil && !isText {
			return nil, dotnet.Argument("Object must be of type String.", "")
		}
		return compareMaybe(a[0], a[1], false), nil
	})
	s.beyond("GetEnumerator")
}

// Comparer is a StringComparer.
type Comparer struct {
	self          *Type
	ignore, words bool
}

func (c Comparer) typeIn(*Library) *Type { return c.self }

func (c Comparer) equal(a, b any) bool {
	x, isX := a.(string)
	y, isY := b.(string)
	if !isX || !isY {
		return isX == isY
	}
	if c.words {
		return collate(x, y, c.ignore) == 0
	}
	return c.ignore && fold(x) == fold(y) || x == y
}

func (c Comparer) compare(a, b any) int32 {
	if c.words {
		return compareMaybe(a, b, c.ignore)
	}
	return compareOrdinal(a, b, c.ignore)
}

func joinUnits(items []any) string {
	all := make([]uint16, len(items))
	for i, item := range items {
		all[i] = uint16(to[Char](item))
	}
	return fromUnits(all)
}

// ignoresCase reads a StringComparison.
func ignoresCase(comparison Enum) bool { return comparison.Value%2 == 1 }

func folded(comparison Enum, s string) string {
	if ignoresCase(comparison) {
		return fold(s)
	}
	return s
}

func declareStringSearch(s *class) {
	s.property("int Length", f1(length))
	s.property("char this[int index]", x2(func(v string, i int32) (Char, error) {
		if i < 0 || i >= length(v) {
			return 0, dotnet.IndexOutOfRange()
		}
		if isASCII(v) {
			return Char(v[i]), nil
		}
		return Char(units(v)[i]), nil
	}))
	s.method("bool Contains(string value)", f2(strings.Contains))
	s.method("bool Contains(string value, StringComparison comparisonType)", f3(func(v, part string, c Enum) bool { return strings.Contains(folded(c, v), folded(c, part)) }))
	s.method("bool Contains(char value)", f2(func(v string, c Char) bool { return strings.Contains(v, charText(c)) }))
	s.method("bool StartsWith(string value)", f2(startsWithCulture)).method("bool EndsWith(string value)", f2(endsWithCulture))
	s.method("bool StartsWith(char value)", f2(func(v string, c Char) bool { return strings.HasPrefix(v, charText(c)) }))
	s.method("bool EndsWith(char value)", f2(func(v string, c Char) bool { return strings.HasSuffix(v, charText(c)) }))
	s.method("bool StartsWith(string value, StringComparison comparisonType)", f3(func(v, part string, c Enum) bool { return strings.HasPrefix(folded(c, v), folded(c, part)) }))
	s.method("bool EndsWith(string value, StringComparison comparisonType)", f3(func(v, part string, c Enum) bool { return strings.HasSuffix(folded(c, v), folded(c, part)) }))
	s.method("bool Equals(string? value)", f2(Equal))
	s.method("bool Equals(string? value, StringComparison comparisonType)", func(_ *Call, a []any) (any, error) { return either(equalStrings(a[0], a[1], to[Enum](a[2]))) })
	declareStringIndices(s)
}

func charText(c Char) string { return fromUnits([]uint16{uint16(c)}) }

func unknownComparison() error {
	return dotnet.Argument("The string comparison type passed in is currently not supported.", "comparisonType")
}

func equalStrings(a, b any, comparison Enum) (bool, error) {
	x, isX := a.(string)
	y, isY := b.(string)
	switch {
	case comparison.Value < 0 || comparison.Value > 5:
		return false, unknownComparison()
	case comparison.Value < 4 && isX && isY:
		return collate(x, y, ignoresCase(comparison)) == 0, nil
	}
	return isX == isY && folded(comparison, x) == folded(comparison, y), nil
}

func toLower(s string) string { return strings.Map(lower, s) }

func declareStringParts(l *Library, s *class) {
	s.method("string Substring(int startIndex)", x2(func(v string, start int32) (string, error) { return substring(v, start, length(v)-start) }))
	s.method("string Substring(int startIndex, int length)", x3(substring))
	s.method("string Remove(int startIndex)", x2(func(v string, start int32) (string, error) {
		switch {
		case start < 0:
			return "", dotnet.ArgumentOutOfRange("StartIndex cannot be less than zero.", "startIndex")
		case start >= length(v):
			return "", dotnet.ArgumentOutOfRange("startIndex must be less than length of string.", "startIndex")
		}
		return substring(v, 0, start)
	}))
	s.method("string Remove(int startIndex, int count)", x3(func(v string, start, count int32) (string, error) {
		switch n := length(v); {
		case start < 0:
			return "", dotnet.ArgumentOutOfRange("StartIndex cannot be less than zero.", "startIndex")
		case count < 0:
			return "", dotnet.ArgumentOutOfRange("Count cannot be less than zero.", "count")
		case count > n-start:
			return "", dotnet.ArgumentOutOfRange("Index and count must refer to a location within the string.", "count")
		default:
			return slice(v, 0, start) + slice(v, start+count, n), nil
		}
	}))
	s.method("string Insert(int startIndex, string value)", x3(func(v string, at int32, part string) (string, error) {
		if at < 0 || at > length(v) {
			return "", dotnet.ArgumentOutOfRange("Specified argument was out of the range of valid values.", "startIndex")
		}
		return slice(v, 0, at) + part + slice(v, at, length(v)), nil
	}))
	s.method("string Replace(string oldValue, string? newValue)", x3(func(v, old, replacement string) (string, error) {
		if old == "" {
			return "", dotnet.Argument("String cannot be of zero length.", "oldValue")
		}
		return replaceAll(v, old, replacement)
	}))
	s.method("string Replace(char oldChar, char newChar)", f3(func(v string, old, replacement Char) string {
		return strings.ReplaceAll(v, charText(old), charText(replacement))
	}))
	s.method("string ToLower()", f1(toLower)).method("string ToLowerInvariant()", f1(toLower))
	s.method("string ToUpper()", f1(fold)).method("string ToUpperInvariant()", f1(fold))
	for name, ends := range map[string][2]bool{"Trim": {true, true}, "TrimStart": {true, false}, "TrimEnd": {false, true}} {
		s.method("string "+name+"()", f1(func(v string) string { return trimAny(v, ends[0], ends[1]) }))
		s.method("string "+name+"(params char[]? trimChars)", f2(func(v string, chars *Array) string {
			if chars == nil {
				return trimAny(v, ends[0], ends[1])
			}
			return trimAny(v, ends[0], ends[1], chars.Items...)
		}))
	}
	s.method("string PadLeft(int totalWidth)", x2(func(v string, n int32) (string, error) { return pad(v, n, ' ', true) }))
	s.method("string PadRight(int totalWidth)", x2(func(v string, n int32) (string, error) { return pad(v, n, ' ', false) }))
	s.method("string PadLeft(int totalWidth, char paddingChar)", x3(func(v string, n int32, c Char) (string, error) { return pad(v, n, c, true) }))
	s.method("string PadRight(int totalWidth, char paddingChar)", x3(func(v string, n int32, c Char) (string, error) { return pad(v, n, c, false) }))
	s.method("char[] ToCharArray(int startIndex, int length)", x3(func(v string, start, count int32) (any, error) {
		if n := length(v); start < 0 || start > n || count < 0 || count > n-start {
			return nil, indexFault()
		}
		items, _ := Collect(slice(v, start, start+count))
		return &Array{l.Char, items}, nil
	}))
	s.method("char[] ToCharArray()", f1(func(v string) *Array {
		items, _ := Collect(v)
		return &Array{l.Char, items}
	}))
	const everything = 1<<31 - 1
	split := func(v string, separators []string, options Enum, most int) (*Array, error) {
		switch {
		case most < 0:
			return nil, dotnet.ArgumentOutOfRange("Count cannot be less than zero.", "count")
		case options.Value < 0 || options.Value > 1:
			return nil, dotnet.Argument("Illegal enum value: "+options.text()+".", "options")
		}
		return l.Strings(splitString(v, separators, options.Value == 1, most)), nil
	}
	s.method("string[] Split(params char[]? separator)", x2(func(v string, c *Array) (*Array, error) { return split(v, charTexts(c), Enum{}, everything) }))
	s.method("string[] Split(char[]? separator, int count)", x3(func(v string, c *Array, n int32) (*Array, error) { return split(v, charTexts(c), Enum{}, int(n)) }))
	s.method("string[] Split(char[]? separator, StringSplitOptions options)", x3(func(v string, c *Array, o Enum) (*Array, error) { return split(v, charTexts(c), o, everything) }))
	s.method("string[] Split(char[]? separator, int count, StringSplitOptions options)", x4(func(v string, c *Array, n int32, o Enum) (*Array, error) { return split(v, charTexts(c), o, int(n)) }))
	s.method("string[] Split(string[]? separator, StringSplitOptions options)", x3(func(v string, c *Array, o Enum) (*Array, error) { return split(v, texts(c), o, everything) }))
	s.method("string[] Split(string[]? separator, int count, StringSplitOptions options)", x4(func(v string, c *Array, n int32, o Enum) (*Array, error) { return split(v, texts(c), o, int(n)) }))
}

func substring(v string, start, count int32) (string, error) {
	n := length(v)
	switch {
	case start < 0:
		return "", dotnet.ArgumentOutOfRange("StartIndex cannot be less than zero.", "startIndex")
	case start > n:
		return "", dotnet.ArgumentOutOfRange("startIndex cannot be larger than length of string.", "startIndex")
	case count < 0:
		return "", dotnet.ArgumentOutOfRange("Length cannot be less than zero.", "length")
	case count > n-start:
		return "", dotnet.ArgumentOutOfRange("Index and length must refer to a location within the string.", "length")
	}
	return slice(v, start, start+count), nil
}

func pad(v string, width int32, with Char, left bool) (string, error) {
	if width < 0 {
		return "", dotnet.ArgumentOutOfRange("Non-negative number required.", "totalWidth")
	}
	if width > maxString {
		return "", ErrLimit
	}
	missing := strings.Repeat(charText(with), int(max(0, width-length(v))))
	if left {
		return missing + v, nil
	}
	return v + missing, nil
}

// maxString bounds what one operation may make of short operands, in bytes.
const maxString = 16 << 20

// replaceAll replaces, unless the result would be beyond all measure.
func replaceAll(v, old, replacement string) (string, error) {
	if grown := len(replacement) - len(old); grown > 0 && strings.Count(v, old)*grown > maxString {
		return "", ErrLimit
	}
	return strings.ReplaceAll(v, old, replacement), nil
}

func declareStringStatics(l *Library, s *class) {
	s.fixed("string Empty", constant(""))
	s.fixed("bool IsNullOrEmpty(string? value)", f1(func(v string) bool { return v == "" }))
	s.fixed("bool IsNullOrWhiteSpace(string? value)", f1(func(v string) bool { return trimAny(v, true, true) == "" }))
	s.fixed("bool Equals(string? a, string? b)", f2(Equal))
	s.fixed("bool Equals(string? a, string? b, StringComparison comparisonType)", func(_ *Call, a []any) (any, error) { return either(equalStrings(a[0], a[1], to[Enum](a[2]))) })
	s.fixed("int Compare(string? strA, string? strB)", f2(func(a, b any) int32 { return compareMaybe(a, b, false) }))
	s.fixed("int Compare(string? strA, string? strB, bool ignoreCase)", f3(func(a, b any, ignore bool) int32 {
		return Comparer{ignore: ignore, words: true}.compare(a, b)
	}))
	s.fixed("int Compare(string? strA, string? strB, StringComparison comparisonType)", f3(func(a, b any, c Enum) int32 {
		return Comparer{ignore: ignoresCase(c), words: c.Value < 4}.compare(a, b)
	}))
	s.fixed("int CompareOrdinal(string? strA, string? strB)", f2(func(a, b any) int32 { return compareOrdinal(a, b, false) }))
	concat := func(c *Call, items any) (string, error) { return c.concat(c.Library, items, "") }
	s.fixed("string Concat(params object[] args)", func(c *Call, a []any) (any, error) { return either(concat(c, a[0])) })
	s.fixed("string Concat(params string[] values)", func(c *Call, a []any) (any, error) { return either(concat(c, a[0])) })
	s.fixed("string Concat<T>(IEnumerable<T> values)", func(c *Call, a []any) (any, error) { return either(concat(c, a[0])) })
	join := func(c *Call, a []any) (any, error) { return either(c.concat(c.Library, a[1], to[string](a[0]))) }
	s.fixed("string Join(string? separator, params string[] value)", join)
	s.fixed("string Join(string? separator, params object[] values)", join)
	s.fixed("string Join<T>(string? separator, IEnumerable<T> values)", join)
	s.fixed("string Format(string format, params object[]? args)", func(c *Call, a []any) (any, error) {
		if a[1] == nil {
			return nil, dotnet.ArgumentNull("args")
		}
		args, err := Collect(a[1])
		if err != nil {
			return nil, err
		}
		return either(dotnet.Composite(to[string](a[0]), len(args), func(i int, format string) (string, error) {
			return c.Format(l, args[i], format)
		}))
	})
	s.fixed("string Copy(string str)", f1(func(v string) string { return v }))
}

// concat joins the texts of a collection.
func (e *Env) concat(l *Library, items any, separator string) (string, error) {
	var b strings.Builder
	first := true
	err := Each(items, func(item any) error {
		text, err := e.Text(l, item)
		if err != nil {
			return err
		}
		if !first {
			b.WriteString(separator)
		}
		first = false
		b.WriteString(text)
		return e.Take(len(text) + len(separator))
	})
	return b.String(), err
}
