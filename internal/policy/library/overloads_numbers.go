package library

import (
	"cmp"
	"encoding/base64"
	"encoding/binary"
	"math"
	"strings"

	"github.com/aoai-gateway/aoai-gateway/internal/policy/dotnet"
)

// declareNumberForms declares the forms of the number types, Convert and
// BitConverter that few documents use.
func declareNumberForms(l *Library) {
	for _, name := range []string{"SByte", "Int16", "Int32", "Int64", "Byte", "UInt16", "UInt32", "UInt64", "Single", "Double", "Decimal", "Char", "Boolean", "DateTime", "TimeSpan", "Guid"} {
		l.again(name).method("int CompareTo(object? value)", func(_ *Call, a []any) (any, error) {
			switch {
			case a[1] == nil:
				return int32(1), nil
			case !Same(l.TypeOf(a[0]), l.TypeOf(a[1])):
				return nil, dotnet.Argument("Object must be of type "+name+".", "")
			}
			return compareTo(a[0], a[1])
		})
	}
	for name, keyword := range map[string]string{"SByte": "sbyte", "Int16": "short", "Byte": "byte", "UInt16": "ushort", "Char": "char"} {
		// These subtract instead of telling -1, 0 or 1.
		c := l.again(name)
		c.whenAsked(func() {
			for _, m := range c.def.members["CompareTo"] {
				if m.Parameters[0].Type.Keyword() == keyword {
					m.Do = func(_ *Call, a []any) (any, error) { return compareTo(a[0], a[1]) }
				}
			}
		})
	}
	d := l.again("Decimal")
	d.fixed("decimal Round(decimal d, MidpointRounding mode)", x2(func(v dotnet.Decimal, mode Enum) (dotnet.Decimal, error) { return roundDecimalBy(v, 0, mode) }))
	d.fixed("decimal Round(decimal d, int decimals, MidpointRounding mode)", x3(roundDecimalBy))
	for _, t := range []string{"int", "uint", "long", "ulong", "float", "double"} {
		d.make("("+t+" value)", func(_ *Call, a []any) (any, error) {
			made, _, err := toNumber(a[0], "Decimal", true)
			return made, err
		})
	}
	d.fixed("int[] GetBits(decimal d)", f1(func(v dotnet.Decimal) *Array {
		lo, mid, hi, flags := v.Parts()
		return &Array{l.Int32, []any{lo, mid, hi, flags}}
	}))
	d.make("(int lo, int mid, int hi, bool isNegative, byte scale)", func(_ *Call, a []any) (any, error) {
		return either(dotnet.DecimalOfParts(to[int32](a[0]), to[int32](a[1]), to[int32](a[2]), to[bool](a[3]), to[uint8](a[4])))
	})
	declareConvertForms(l)
	declareBitForms(l)
}

func compareTo(a, b any) (any, error) {
	x, isInteger := integer(a)
	y, _ := integer(b)
	switch a.(type) {
	case int8, int16, uint8, uint16, Char:
		return int32(x - y), nil //nolint:gosec // of 16 bits at most
	case int32, int64, uint32:
		if isInteger {
			return int32(cmp.Compare(x, y)), nil //nolint:gosec // -1, 0 or 1
		}
	}
	return either(compareValues(a, b))
}

func declareConvertForms(l *Library) {
	c := l.again("Convert")
	names := map[string]string{
		"Boolean": "bool", "SByte": "sbyte", "Int16": "short", "Int32": "int", "Int64": "long", "Byte": "byte", "UInt16": "ushort", "UInt32": "uint", "UInt64": "ulong",
		"Single": "float", "Double": "double", "Decimal": "decimal",
	}
	for name, keyword := range names {
		for _, from := range []string{"sbyte", "ushort", "DateTime"} {
			c.fixed(keyword+" To"+name+"("+from+" value)", func(call *Call, a []any) (any, error) { return call.ChangeType(l, a[0], l.named(name)) })
		}
	}
	for _, from := range []string{"bool", "char", "sbyte", "byte", "short", "ushort", "uint", "long", "ulong", "float", "double", "decimal", "DateTime"} {
		c.fixed("char ToChar("+from+" value)", func(call *Call, a []any) (any, error) { return call.ChangeType(l, a[0], l.Char) })
	}
	for _, from := range []string{"bool", "char", "sbyte", "byte", "short", "ushort", "int", "uint", "long", "ulong", "float", "double", "decimal", "DateTime"} {
		c.fixed("DateTime ToDateTime("+from+" value)", func(call *Call, a []any) (any, error) { return call.ChangeType(l, a[0], l.DateTime) })
	}
	for _, from := range []string{"sbyte", "short", "ushort", "uint", "ulong"} {
		c.fixed("string ToString("+from+" value)", func(call *Call, a []any) (any, error) { return either(call.Text(l, a[0])) })
	}
	for name, bits := range map[string]int{"SByte": 8, "UInt16": 16, "UInt32": 32, "UInt64": 64} {
		c.fixed(names[name]+" To"+name+"(string? value, int fromBase)", func(_ *Call, a []any) (any, error) {
			return fromBase(to[string](a[0]), to[int32](a[1]), bits, name)
		})
	}
	l.enum("System", "Base64FormattingOptions", counted("None", "InsertLineBreaks")...)
	c.fixed("string ToBase64String(byte[] inArray, Base64FormattingOptions options)", x2(func(b *Bytes, o Enum) (string, error) { return base64Lines(b.Data, o) }))
	for _, options := range []string{"", ", Base64FormattingOptions options"} {
		c.fixed("string ToBase64String(byte[] inArray, int offset, int length"+options+")", func(_ *Call, a []any) (any, error) {
			data, from, n := a[0].(*Bytes).Data, int(to[int32](a[1])), int(to[int32](a[2]))
			switch {
			case n < 0:
				return nil, outOfRangeOf("length")
			case from < 0:
				return nil, dotnet.ArgumentOutOfRange("Value must be positive.", "offset")
			case from > len(data)-n:
				return nil, dotnet.ArgumentOutOfRange("Offset and length must refer to a position in the string.", "offset")
			}
			var o Enum
			if len(a) > 3 {
				o = to[Enum](a[3])
			}
			return either(base64Lines(data[from:from+n], o))
		})
	}
}

// base64Lines is base64, in lines of 76 characters where they are asked for.
func base64Lines(data []byte, options Enum) (string, error) {
	if options.Value < 0 || options.Value > 1 {
		return "", dotnet.Argument("Illegal enum value: "+options.text()+".", "options")
	}
	text := base64.StdEncoding.EncodeToString(data)
	if options.Value == 0 {
		return text, nil
	}
	var b strings.Builder
	for len(text) > 76 {
		b.WriteString(text[:76] + "\r\n")
		text = text[76:]
	}
	return b.String() + text, nil
}

// declareBitForms declares BitConverter.GetBytes of the other types.
//
//nolint:gosec // the bits are meant
func declareBitForms(l *Library) {
	c := l.again("BitConverter")
	order := binary.LittleEndian
	for from, bytes := range map[string]func(v any) []byte{
		"bool":   func(v any) []byte { return []byte{byte(bit(to[bool](v)))} },
		"char":   func(v any) []byte { return order.AppendUint16(nil, uint16(to[Char](v))) },
		"short":  func(v any) []byte { return order.AppendUint16(nil, uint16(to[int16](v))) },
		"ushort": func(v any) []byte { return order.AppendUint16(nil, to[uint16](v)) },
		"uint":   func(v any) []byte { return order.AppendUint32(nil, to[uint32](v)) },
		"ulong":  func(v any) []byte { return order.AppendUint64(nil, to[uint64](v)) },
		"float":  func(v any) []byte { return order.AppendUint32(nil, math.Float32bits(to[float32](v))) },
	} {
		c.fixed("byte[] GetBytes("+from+" value)", func(_ *Call, a []any) (any, error) { return &Bytes{bytes(a[0])}, nil })
	}
}
