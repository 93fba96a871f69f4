package library

import (
	"slices"
	"strconv"
	"strings"

	"github.com/aoai-gateway/aoai-gateway/internal/policy/dotnet"
)

// declareObject declares what everything is, and the interfaces of the language.
func declareObject(l *Library) {
	object := l.class("System", "Object", "object")
	object.method("string ToString()", func(c *Call, a []any) (any, error) { return either(c.Text(c.Library, a[0])) })
	object.method("bool Equals(object? obj)", f2(Equal))
	object.method("int GetHashCode()", f1(hashCode))
	object.method("Type GetType()", func(c *Call, a []any) (any, error) { return TypeValue{c.Library.TypeOf(a[0])}, nil })
	object.fixed("bool Equals(object? objA, object? objB)", f2(Equal))
	object.fixed("bool ReferenceEquals(object? objA, object? objB)", f2(func(a, b any) bool { return a == b }))
	object.make("()", func(*Call, []any) (any, error) { return &Anonymous{Type: l.Object}, nil })

	typ := l.class("System", "Type", "")
	typ.property("string Name", f1(func(t TypeValue) string { return t.Type.shortName() }))
	typ.property("string FullName", f1(func(t TypeValue) string { return t.Type.FullName() }))

	l.iface("System", "IDisposable").method("void Dispose()", constant(nil))
	l.iface("System", "IComparable")
	l.iface("System", "IFormattable")
	l.class("System", "ValueType", "")
	l.static("System", "Nullable")
	l.class("System", "Enum", "").
		fixed("object Parse(Type enumType, string value, bool ignoreCase = false)", func(_ *Call, a []any) (any, error) {
			return either(parseEnum(a[0].(TypeValue).Type, to[string](a[1]), to[bool](a[2])))
		}).
		fixed("bool TryParse<T>(string? value, out T result)", func(c *Call, a []any) (any, error) {
			v, err := parseEnum(c.Types[0], to[string](a[0]), false)
			a[1] = v
			return err == nil, nil
		}).
		fixed("bool TryParse<T>(string? value, bool ignoreCase, out T result)", func(c *Call, a []any) (any, error) {
			v, err := parseEnum(c.Types[0], to[string](a[0]), to[bool](a[1]))
			a[2] = v
			return err == nil, nil
		}).
		method("string ToString()", func(c *Call, a []any) (any, error) { return either(c.Text(c.Library, a[0])) })

	nullable := &class{l, l.special["nullable"], newType(l.special["nullable"], []*Type{typeParameter("T")})}
	nullable.property("bool HasValue", f1(func(v any) bool { return v != nil }))
	nullable.property("T Value", x1(func(v any) (any, error) {
		if v == nil {
			return nil, dotnet.InvalidOperation("Nullable object must have a value.")
		}
		return v, nil
	}))
	nullable.method("T GetValueOrDefault()", func(c *Call, a []any) (any, error) {
		if a[0] == nil {
			return c.Library.Zero(c.Types[0]), nil
		}
		return a[0], nil
	})
	nullable.method("T GetValueOrDefault(T defaultValue)", f2(func(v, other any) any {
		if v == nil {
			return other
		}
		return v
	}))
	nullable.method("string ToString()", func(c *Call, a []any) (any, error) { return either(c.Text(c.Library, a[0])) })
	l.later(func() { l.special["array"].base = l.named("Array") })
}

// shortName is Type.Name: List`1.
func (t *Type) shortName() string {
	full := newType(t.def, nil)
	if t.IsArray() {
		return t.args[0].shortName() + "[]"
	}
	name := full.def.name
	if n := len(t.args); n > 0 {
		name += "`" + string(rune('0'+n)) //nolint:gosec // a few
	}
	return name
}

// parseEnum reads names of constants, separated by commas, or a number.
func parseEnum(t *Type, s string, ignoreCase bool) (Enum, error) {
	if !t.IsEnum() {
		return Enum{t, 0}, dotnet.Argument("Type provided must be an Enum.", "enumType")
	}
	if strings.TrimSpace(s) == "" {
		return Enum{t, 0}, dotnet.Argument("Must specify valid information for parsing in the string.", "")
	}
	if n, err := strconv.ParseInt(strings.TrimSpace(s), 10, 32); err == nil {
		return Enum{t, int32(n)}, nil
	}
	value := int32(0)
	for name := range strings.SplitSeq(s, ",") {
		name = strings.TrimSpace(name)
		i := slices.IndexFunc(t.def.enum, func(v EnumValue) bool { return v.Name == name || ignoreCase && strings.EqualFold(v.Name, name) })
		if i < 0 {
			return Enum{t, 0}, dotnet.Argument("Requested value '"+s+"' was not found.", "")
		}
		value |= t.def.enum[i].Value
	}
	return Enum{t, value}, nil
}

// Zero is default(T).
func (l *Library) Zero(t *Type) any {
	switch {
	case t == nil || !t.IsValue() || t.IsNullable():
		return nil
	case t.IsEnum():
		return Enum{t, 0}
	}
	switch t.def.name {
	case "Boolean":
		return false
	case "Char":
		return Char(0)
	case "Int32":
		return int32(0)
	case "Int64":
		return int64(0)
	case "Int16":
		return int16(0)
	case "SByte":
		return int8(0)
	case "Byte":
		return uint8(0)
	case "UInt16":
		return uint16(0)
	case "UInt32":
		return uint32(0)
	case "UInt64":
		return uint64(0)
	case "Single":
		return float32(0)
	case "Double":
		return float64(0)
	case "Decimal":
		return dotnet.NewDecimal(0)
	case "DateTime":
		return dotnet.DateTime{}
	case "DateTimeOffset":
		return dotnet.DateTimeOffset{}
	case "TimeSpan":
		return dotnet.TimeSpan(0)
	case "Guid":
		return dotnet.Guid{}
	case "KeyValuePair":
		return Pair{Type: t, Key: l.Zero(t.args[0]), Value: l.Zero(t.args[1])}
	}
	return nil
}
