package library

import (
	"cmp"
	"slices"
	"strconv"
	"strings"

	"github.com/aoai-gateway/aoai-gateway/internal/policy/dotnet"
)

func declareEnums(l *Library) {
	e := l.class("System", "Enum", "").from("ValueType", "IComparable", "IFormattable")
	typed := func(do func(t *Type, v any) (any, error)) Func {
		return func(_ *Call, a []any) (any, error) {
			t := a[0].(TypeValue).Type
			if !t.IsEnum() {
				return nil, dotnet.Argument("Type provided must be an Enum.", "enumType")
			}
			if len(a) > 1 {
				return do(t, a[1])
			}
			return do(t, nil)
		}
	}
	e.fixed("object Parse(Type enumType, string value, bool ignoreCase = false)", func(_ *Call, a []any) (any, error) {
		return either(parseEnum(a[0].(TypeValue).Type, to[string](a[1]), to[bool](a[2])))
	})
	for _, ignoreCase := range []string{"", "bool ignoreCase, "} {
		e.fixed("bool TryParse<T>(string? value, "+ignoreCase+"out T result)", func(c *Call, a []any) (any, error) {
			v, err := parseEnum(c.Types[0], to[string](a[0]), len(a) > 2 && to[bool](a[1]))
			if err != nil {
				v.Value = 0
			}
			a[len(a)-1] = v
			return err == nil, nil
		})
	}
	e.fixed("string GetName(Type enumType, object value)", typed(func(t *Type, v any) (any, error) {
		if _, isText := v.(string); isText {
			return nil, dotnet.Argument("The value passed in must be an enum base or an underlying type for an enum, such as an Int32.", "value")
		}
		if each := t.constantOf(enumNumber(v)); each != nil {
			return each.Name, nil
		}
		return nil, nil //nolint:nilnil // null is the value
	}))
	e.fixed("string[] GetNames(Type enumType)", typed(func(t *Type, _ any) (any, error) {
		var names []string
		for _, each := range t.ordered() {
			names = append(names, each.Name)
		}
		return l.Strings(names), nil
	}))
	e.fixed("Array GetValues(Type enumType)", typed(func(t *Type, _ any) (any, error) {
		var values []any
		for _, each := range t.ordered() {
			values = append(values, Enum{t, each.Value})
		}
		return &Array{t, values}, nil
	}))
	e.fixed("bool IsDefined(Type enumType, object value)", typed(func(t *Type, v any) (any, error) {
		if name, ok := v.(string); ok {
			return slices.ContainsFunc(t.def.enum, func(each EnumValue) bool { return each.Name == name }), nil
		}
		return t.constantOf(enumNumber(v)) != nil, nil
	}))
	e.fixed("object ToObject(Type enumType, object value)", typed(func(t *Type, v any) (any, error) { return enumOf(v, t) }))
	e.fixed("Type GetUnderlyingType(Type enumType)", typed(func(*Type, any) (any, error) { return TypeValue{l.Int32}, nil }))
	e.method("string ToString()", func(c *Call, a []any) (any, error) { return either(c.Text(c.Library, a[0])) })
	e.method("string ToString(string? format)", x2(Enum.format))
	e.method("bool HasFlag(Enum flag)", func(_ *Call, a []any) (any, error) {
		x, y := a[0].(Enum), a[1].(Enum)
		if !Same(x.Type, y.Type) {
			return nil, dotnet.Argument("The argument type, '"+y.Type.FullName()+"', is not the same as the enum type '"+x.Type.FullName()+"'.", "")
		}
		return x.Value&y.Value == y.Value, nil
	})
	e.method("int CompareTo(object? target)", func(_ *Call, a []any) (any, error) {
		x := a[0].(Enum)
		switch y := a[1].(type) {
		case nil:
			return int32(1), nil
		case Enum:
			if Same(x.Type, y.Type) {
				return int32(cmp.Compare(x.Value, y.Value)), nil //nolint:gosec // -1 to 1
			}
		}
		return nil, dotnet.Argument("Object must be the same type as the enum. The type passed in was '"+l.TypeOf(a[1]).FullName()+"'; the enum type was '"+x.Type.FullName()+"'.", "")
	})
}

func enumNumber(v any) int32 {
	n, _ := integer(v)
	return int32(n) //nolint:gosec // the bits count
}

// constantOf is the constant of an enumeration with a value, or nil.
func (t *Type) constantOf(n int32) *EnumValue {
	for i := range t.def.enum {
		if t.def.enum[i].Value == n {
			return &t.def.enum[i]
		}
	}
	return nil
}

// ordered are the constants in the order of their values, negative ones last.
func (t *Type) ordered() []EnumValue {
	all := slices.Clone(t.def.enum)
	slices.SortStableFunc(all, func(a, b EnumValue) int { return cmp.Compare(uint32(a.Value), uint32(b.Value)) }) //nolint:gosec // .NET sorts them so
	return all
}

// format is Enum.ToString(format).
func (v Enum) format(format string) (string, error) {
	switch format {
	case "", "G", "g":
		return v.text(), nil
	case "F", "f":
		return v.asFlags(), nil
	case "D", "d":
		return strconv.FormatInt(int64(v.Value), 10), nil
	case "X", "x":
		digits := "0000000" + strings.ToUpper(strconv.FormatUint(uint64(uint32(v.Value)), 16)) //nolint:gosec // two's complement
		return digits[len(digits)-8:], nil
	}
	return "", dotnet.Format("Format String can be only \"G\", \"g\", \"X\", \"x\", \"F\", \"f\", \"D\" or \"d\".")
}

// parseEnum reads names of constants, separated by commas, or a number.
func parseEnum(t *Type, s string, ignoreCase bool) (Enum, error) {
	if !t.IsEnum() {
		return Enum{t, 0}, dotnet.Argument("Type provided must be an Enum.", "enumType")
	}
	trimmed := strings.TrimSpace(s)
	if trimmed == "" {
		return Enum{t, 0}, dotnet.Argument("Must specify valid information for parsing in the string.", "")
	}
	if strings.IndexByte("+-0123456789", trimmed[0]) >= 0 {
		n, err := strconv.ParseInt(trimmed, 10, 32)
		if err == nil {
			return Enum{t, int32(n)}, nil
		}
		if _, isNumber := strconv.ParseFloat(trimmed, 64); isNumber == nil && !strings.ContainsAny(trimmed, ".eE") {
			return Enum{t, 0}, overflow("Int32")
		}
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

func (v Enum) text() string {
	for _, each := range v.Type.def.enum {
		if each.Value == v.Value {
			return each.Name
		}
	}
	if names := v.flags(); names != "" {
		return names
	}
	text, _ := dotnet.FormatInt(int64(v.Value), 32, "", dotnet.Invariant())
	return text
}

// asFlags is the value as names of constants that make it up, the greatest first to be taken;
// as a number where they do not.
func (v Enum) asFlags() string {
	all := v.Type.ordered()
	var names []string
	left := v.Value
	for i := len(all) - 1; i >= 0; i-- {
		if value := all[i].Value; left&value == value && (i > 0 || value != 0) {
			left &^= value
			names = append([]string{all[i].Name}, names...)
		}
	}
	if left != 0 || len(names) == 0 {
		return v.text()
	}
	return strings.Join(names, ", ")
}

// flags are the names that make up a value of an enumeration of flags.
func (v Enum) flags() string {
	if v.Type.def.name != "RegexOptions" {
		return ""
	}
	var names []string
	left := v.Value
	for _, each := range v.Type.def.enum {
		if each.Value != 0 && left&each.Value == each.Value {
			names = append(names, each.Name)
			left &^= each.Value
		}
	}
	if left != 0 {
		return ""
	}
	return strings.Join(names, ", ")
}
