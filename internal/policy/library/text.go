package library

import (
	"strings"
	"unicode/utf16"
	"unicode/utf8"

	"github.com/aoai-gateway/aoai-gateway/internal/policy/dotnet"
)

// units are the UTF-16 code units of a string.
func units(s string) []uint16 {
	if isASCII(s) {
		all := make([]uint16, len(s))
		for i := range len(s) {
			all[i] = uint16(s[i])
		}
		return all
	}
	return utf16.Encode([]rune(s))
}

func fromUnits(u []uint16) string { return string(utf16.Decode(u)) }

func isASCII(s string) bool {
	for i := range len(s) {
		if s[i] >= utf8.RuneSelf {
			return false
		}
	}
	return true
}

// length is a string's Length: UTF-16 code units.
func length(s string) int32 {
	if isASCII(s) {
		return int32(len(s)) //nolint:gosec // strings are bounded by the memory budget
	}
	n := int32(0)
	for _, r := range s {
		n++
		if r >= 0x10000 {
			n++
		}
	}
	return n
}

// slice is s from a code unit to another; the caller has checked the bounds.
func slice(s string, from, to int32) string {
	if isASCII(s) {
		return s[from:to]
	}
	return fromUnits(units(s)[from:to])
}

// Text is v.ToString(): what .NET prints without being told how. Null is "".
func (e *Env) Text(l *Library, v any) (string, error) { return e.Format(l, v, "") }

// Format is v.ToString(format).
func (e *Env) Format(l *Library, v any, format string) (string, error) {
	switch v := v.(type) {
	case nil:
		return "", nil
	case string:
		return v, nil
	case bool:
		if v {
			return "True", nil
		}
		return "False", nil
	case Char:
		return fromUnits([]uint16{uint16(v)}), nil
	case int8:
		return dotnet.FormatInt(int64(v), 8, format, e.Culture)
	case int16:
		return dotnet.FormatInt(int64(v), 16, format, e.Culture)
	case int32:
		return dotnet.FormatInt(int64(v), 32, format, e.Culture)
	case int64:
		return dotnet.FormatInt(v, 64, format, e.Culture)
	case uint8:
		return dotnet.FormatUint(uint64(v), 8, format, e.Culture)
	case uint16:
		return dotnet.FormatUint(uint64(v), 16, format, e.Culture)
	case uint32:
		return dotnet.FormatUint(uint64(v), 32, format, e.Culture)
	case uint64:
		return dotnet.FormatUint(v, 64, format, e.Culture)
	case float32:
		return dotnet.FormatSingle(v, format, e.Culture)
	case float64:
		return dotnet.FormatDouble(v, format, e.Culture)
	case dotnet.Decimal:
		return dotnet.FormatDecimal(v, format, e.Culture)
	case dotnet.DateTime:
		return v.Format(format, e.Culture)
	case dotnet.DateTimeOffset:
		return v.Format(format, e.Culture)
	case dotnet.TimeSpan:
		return dotnet.FormatTimeSpan(v, format, e.Culture)
	case dotnet.Guid:
		return v.Format(format)
	case Enum:
		return v.format(format)
	case *JValue:
		if v.isText || v.Value == nil {
			return "", nil
		}
		return e.Format(l, v.Value, format)
	case *dotnet.Exception:
		return v.Text(), nil
	case interface{ text(e *Env) (string, error) }:
		return v.text(e)
	case Pair:
		return e.joined(l, "[", "]", v.Key, v.Value)
	case *Anonymous:
		return e.anonymous(l, v)
	case *Tuple:
		return e.joined(l, "(", ")", v.Items...)
	case TypeValue:
		return v.Type.FullName(), nil
	}
	if xmlType(v) != "" {
		return e.xmlText(v)
	}
	return l.TypeOf(v).FullName(), nil
}

func (e *Env) joined(l *Library, opening, closing string, values ...any) (string, error) {
	texts := make([]string, len(values))
	for i, v := range values {
		text, err := e.Text(l, v)
		if err != nil {
			return "", err
		}
		texts[i] = text
	}
	return opening + strings.Join(texts, ", ") + closing, nil
}

func (e *Env) anonymous(l *Library, v *Anonymous) (string, error) {
	if Same(v.Type, l.Object) {
		return "System.Object", nil
	}
	if len(v.Names) == 0 {
		return "{ }", nil
	}
	var b strings.Builder
	for i, name := range v.Names {
		text, err := e.Text(l, v.Values[i])
		if err != nil {
			return "", err
		}
		if i > 0 {
			b.WriteString(", ")
		}
		b.WriteString(name + " = " + text)
	}
	return "{ " + b.String() + " }", nil
}
