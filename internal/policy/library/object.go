package library

import (
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
	typ.property("string FullName", f1(func(t TypeValue) string { return t.Type.AssemblyName() }))

	l.iface("System", "IDisposable").method("void Dispose()", constant(nil))
	l.iface("System", "IComparable")
	l.iface("System", "IFormattable")
	l.iface("System", "IFormatProvider")
	l.class("System", "ValueType", "")
	l.static("System", "Nullable")
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
	nullable.method("Type GetType()", func(c *Call, a []any) (any, error) {
		if a[0] == nil {
			return nil, dotnet.NullReference()
		}
		return TypeValue{c.Library.TypeOf(a[0])}, nil
	})
	nullable.method("bool Equals(object? other)", f2(Equal))
	nullable.method("int GetHashCode()", func(_ *Call, a []any) (any, error) {
		if a[0] == nil {
			return int32(0), nil
		}
		return hashCode(a[0]), nil
	})
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
	if t.IsNullable() {
		name = "Nullable"
	}
	if n := len(t.args); n > 0 {
		name += "`" + string(rune('0'+n)) //nolint:gosec // a few
	}
	return name
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
	case "ValueTuple":
		items := make([]any, len(t.args))
		for i, each := range t.args {
			items[i] = l.Zero(each)
		}
		return &Tuple{t, items}
	case "KeyValuePair":
		return Pair{Type: t, Key: l.Zero(t.args[0]), Value: l.Zero(t.args[1])}
	}
	return nil
}
