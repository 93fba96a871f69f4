package library

import (
	"encoding/binary"
	"math"
	"slices"
	"strings"
	"unicode"
	"unicode/utf16"
	"unicode/utf8"

	"github.com/aoai-gateway/aoai-gateway/internal/policy/dotnet"
)

// again is a class that was declared before, for more members.
func (l *Library) again(name string) *class {
	def := l.byName[name][0]
	return &class{l, def, newType(def, typeParameters(def))}
}

// unicodeCategories are .NET's names in their order, with Unicode's.
var unicodeCategories = [][2]string{
	{"UppercaseLetter", "Lu"},
	{"LowercaseLetter", "Ll"},
	{"TitlecaseLetter", "Lt"},
	{"ModifierLetter", "Lm"},
	{"OtherLetter", "Lo"},
	{"NonSpacingMark", "Mn"},
	{"SpacingCombiningMark", "Mc"},
	{"EnclosingMark", "Me"},
	{"DecimalDigitNumber", "Nd"},
	{"LetterNumber", "Nl"},
	{"OtherNumber", "No"},
	{"SpaceSeparator", "Zs"},
	{"LineSeparator", "Zl"},
	{"ParagraphSeparator", "Zp"},
	{"Control", "Cc"},
	{"Format", "Cf"},
	{"Surrogate", "Cs"},
	{"PrivateUse", "Co"},
	{"ConnectorPunctuation", "Pc"},
	{"DashPunctuation", "Pd"},
	{"OpenPunctuation", "Ps"},
	{"ClosePunctuation", "Pe"},
	{"InitialQuotePunctuation", "Pi"},
	{"FinalQuotePunctuation", "Pf"},
	{"OtherPunctuation", "Po"},
	{"MathSymbol", "Sm"},
	{"CurrencySymbol", "Sc"},
	{"ModifierSymbol", "Sk"},
	{"OtherSymbol", "So"},
	{"OtherNotAssigned", "Cn"},
}

var typeCodes = []string{
	"Empty", "Object", "DBNull", "Boolean", "Char", "SByte", "Byte", "Int16", "UInt16", "Int32", "UInt32", "Int64", "UInt64", "Single", "Double", "Decimal", "DateTime", "", "String",
}

// declareMoreText declares the members of text and bytes that few documents use.
func declareMoreText(l *Library) {
	declareMoreChars(l)
	codes := make([]EnumValue, 0, len(typeCodes))
	for i, name := range typeCodes {
		if name != "" {
			codes = append(codes, EnumValue{name, int32(i)})
		}
	}
	l.enum("System", "TypeCode", codes...)
	typeCode := func(v any) Enum {
		t := l.named("TypeCode")
		if v == nil {
			return Enum{t, 0}
		}
		name := l.TypeOf(v).shortName()
		if _, isEnum := v.(Enum); isEnum {
			name = "Int32"
		}
		if at := slices.Index(typeCodes, name); at > 0 {
			return Enum{t, int32(at)} //nolint:gosec // a few
		}
		return Enum{t, 1}
	}
	convert := l.again("Convert")
	convert.fixed("TypeCode GetTypeCode(object? value)", f1(typeCode)).fixed("bool IsDBNull(object? value)", constant(false))
	for _, name := range []string{"SByte", "Int16", "Int32", "Int64", "Byte", "UInt16", "UInt32", "UInt64", "Single", "Double", "Decimal", "Char", "Boolean", "Enum"} {
		l.again(name).method("TypeCode GetTypeCode()", f1(typeCode))
	}
	s := l.again("String")
	s.method("TypeCode GetTypeCode()", f1(typeCode))
	s.method("string Normalize()", f1(composed)).method("bool IsNormalized()", f1(func(v string) bool { return v == composed(v) }))
	s.method("object Clone()", f1(func(v any) any { return v }))
	s.fixed("string IsInterned(string str)", f1(func(v string) string { return v }))
	s.method("void CopyTo(int sourceIndex, char[] destination, int destinationIndex, int count)", func(_ *Call, a []any) (any, error) {
		all, into := units(to[string](a[0])), a[2].(*Array).Items
		from, at, n := int(to[int32](a[1])), int(to[int32](a[3])), int(to[int32](a[4]))
		if from < 0 || at < 0 || n < 0 || from > len(all)-n || at > len(into)-n {
			return nil, dotnet.ArgumentOutOfRange("Index was out of range. Must be non-negative and less than the size of the collection.", "sourceIndex")
		}
		for i := range n {
			into[at+i] = Char(all[from+i])
		}
		return nil, nil //nolint:nilnil // no value
	})
	e := l.again("Encoding")
	names := map[string][3]string{"utf-8": {"Unicode (UTF-8)", "utf-8", "65001"}, "utf-16": {"Unicode", "utf-16", "1200"}, "us-ascii": {"US-ASCII", "us-ascii", "20127"}}
	e.property("string EncodingName", f1(func(v *Encoding) string { return names[v.name][0] }))
	e.property("string BodyName", f1(func(v *Encoding) string { return v.name }))
	declareMoreBits(l)
}

func declareMoreChars(l *Library) {
	names := make([]string, len(unicodeCategories))
	for i, each := range unicodeCategories {
		names[i] = each[0]
	}
	l.enum("System.Globalization", "UnicodeCategory", counted(names...)...)
	c := l.again("Char")
	c.fixed("UnicodeCategory GetUnicodeCategory(char c)", f1(func(v Char) Enum {
		at := slices.IndexFunc(unicodeCategories, func(each [2]string) bool {
			table := unicode.Categories[each[1]]
			return table != nil && unicode.Is(table, rune(v))
		})
		if at < 0 {
			at = len(unicodeCategories) - 1
		}
		return Enum{l.named("UnicodeCategory"), int32(at)} //nolint:gosec // a few
	}))
	c.fixed("bool IsSeparator(char c)", f1(func(v Char) bool { return unicode.Is(unicode.Z, rune(v)) }))
	c.fixed("bool IsSurrogatePair(char highSurrogate, char lowSurrogate)", f2(func(a, z Char) bool { return utf16.DecodeRune(rune(a), rune(z)) != utf8.RuneError }))
	c.fixed("string ConvertFromUtf32(int utf32)", x1(func(v int32) (string, error) {
		if v < 0 || v > unicode.MaxRune || utf16.IsSurrogate(v) {
			return "", dotnet.ArgumentOutOfRange("A valid UTF32 value is between 0x000000 and 0x10ffff, inclusive, and should not include surrogate codepoint values (0x00d800 ~ 0x00dfff).", "utf32")
		}
		return string(v), nil
	}))
	c.fixed("int ConvertToUtf32(string s, int index)", x2(func(v string, i int32) (int32, error) {
		all := units(v)
		if i < 0 || int(i) >= len(all) {
			return 0, dotnet.ArgumentOutOfRange("Index was out of range. Must be non-negative and less than the size of the collection.", "index")
		}
		return utf16.Decode(all[i:])[0], nil
	}))
	c.fixed("int ConvertToUtf32(char highSurrogate, char lowSurrogate)", f2(func(a, z Char) int32 { return utf16.DecodeRune(rune(a), rune(z)) }))
	c.fixed("bool TryParse(string? s, out char result)", func(_ *Call, a []any) (any, error) {
		all := units(to[string](a[0]))
		a[1] = Char(0)
		if len(all) == 1 {
			a[1] = Char(all[0])
		}
		return len(all) == 1, nil
	})
}

// composed is Unicode's form C for Latin letters.
func composed(s string) string {
	if !strings.ContainsFunc(s, func(r rune) bool { return unicode.Is(unicode.Mn, r) }) {
		return s
	}
	whole := map[string]string{}
	for letter, parts := range decomposed() {
		whole[parts] = string(letter)
	}
	var b strings.Builder
	last := ""
	for _, r := range s {
		if joined, ok := whole[last+string(r)]; ok {
			last = joined
			continue
		}
		b.WriteString(last)
		last = string(r)
	}
	return b.String() + last
}

// declareMoreBits declares the rest of BitConverter.
func declareMoreBits(l *Library) {
	c := l.again("BitConverter")
	part := func(a []any, size int) ([]byte, error) {
		data, at := a[0].(*Bytes).Data, int(to[int32](a[1]))
		switch {
		case at < 0 || at >= len(data):
			return nil, dotnet.ArgumentOutOfRange("Index was out of range. Must be non-negative and less than the size of the collection.", "startIndex")
		case at > len(data)-size:
			return nil, dotnet.Argument("Destination array is not long enough to copy all the items in the collection. Check array index and length.", "")
		}
		return data[at : at+size], nil
	}
	for signature, each := range map[string]struct {
		size int
		read func([]byte) any
	}{
		"ushort ToUInt16": {2, func(b []byte) any { return binary.LittleEndian.Uint16(b) }},
		"char ToChar":     {2, func(b []byte) any { return Char(binary.LittleEndian.Uint16(b)) }},
		"bool ToBoolean":  {1, func(b []byte) any { return b[0] != 0 }},
		"float ToSingle":  {4, func(b []byte) any { return math.Float32frombits(binary.LittleEndian.Uint32(b)) }},
	} {
		c.fixed(signature+"(byte[] value, int startIndex)", func(_ *Call, a []any) (any, error) {
			data, err := part(a, each.size)
			if err != nil {
				return nil, err
			}
			return each.read(data), nil
		})
	}
	c.fixed("long DoubleToInt64Bits(double value)", f1(func(v float64) int64 { return int64(math.Float64bits(v)) }))      //nolint:gosec // the bits count
	c.fixed("double Int64BitsToDouble(long value)", f1(func(v int64) float64 { return math.Float64frombits(uint64(v)) })) //nolint:gosec // the bits count
}
