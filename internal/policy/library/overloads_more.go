package library

import (
	"encoding/binary"
	"strconv"
	"strings"

	"github.com/aoai-gateway/aoai-gateway/internal/policy/dotnet"
)

// declareOtherForms declares the forms of the rest that few documents use.
func declareOtherForms(l *Library) {
	declareGuidForms(l)
	l.again("Enum").fixed("string Format(Type enumType, object value, string format)", func(_ *Call, a []any) (any, error) {
		t := a[0].(TypeValue).Type
		if !t.IsEnum() {
			return nil, dotnet.Argument("Type provided must be an Enum.", "enumType")
		}
		v, isEnum := a[1].(Enum)
		switch {
		case isEnum && !Same(v.Type, t):
			return nil, dotnet.Argument("Object must be the same type as the enum. The type passed in was '"+v.Type.FullName()+"'; the enum type was '"+t.FullName()+"'.", "")
		case !isEnum && !Same(l.TypeOf(a[1]), l.Int32):
			return nil, dotnet.Argument("Enum underlying type and the object must be same type or object. Type passed in was '"+l.TypeOf(a[1]).FullName()+"'; the enum underlying type was 'System.Int32'.", "")
		case !isEnum:
			v = Enum{t, enumNumber(a[1])}
		}
		return either(v.format(to[string](a[2])))
	})
	value := l.again("JValue")
	for _, t := range []string{"char", "ulong", "float", "DateTimeOffset", "Uri?"} {
		value.make("("+t+" value)", func(_ *Call, a []any) (any, error) {
			token, err := l.FromAny(a[0])
			if err != nil {
				return nil, err
			}
			return clone(token), nil
		})
	}
	value.make("(JValue other)", func(_ *Call, a []any) (any, error) { return clone(a[0].(Token)), nil })
	l.again("JToken").method("object ToObject(Type objectType)", func(c *Call, a []any) (any, error) {
		return c.toObject(a[0].(Token), a[1].(TypeValue).Type)
	})
	l.again("JsonConvert").fixed("object DeserializeObject(string value, Type? type)", func(c *Call, a []any) (any, error) {
		return c.deserialize(a[0], to[TypeValue](a[1]).Type)
	})
	l.again("DateTimeOffset").make("(long ticks, TimeSpan offset)", x2(func(ticks int64, offset dotnet.TimeSpan) (dotnet.DateTimeOffset, error) {
		day, err := dotnet.DateTime{}.AddTicks(ticks)
		if err != nil {
			return dotnet.DateTimeOffset{}, err
		}
		return dotnet.NewDateTimeOffset(day, offset)
	}))
	d := l.again("Dictionary")
	d.make("(int capacity, IEqualityComparer<TKey>? comparer)", func(c *Call, a []any) (any, error) {
		if to[int32](a[0]) < 0 {
			return nil, dotnet.ArgumentOutOfRange("Non-negative number required.", "capacity")
		}
		made := l.newDictionary(newType(l.Dictionary.def, c.Types[:2]))
		made.ignoreCase = to[Comparer](a[1]).ignore
		return made, nil
	})
	e := l.again("Encoding")
	e.method("int GetByteCount(char[] chars)", f2(func(e *Encoding, v *Array) int32 { return count(len(e.encode(joinUnits(v.Items)))) }))
	e.method("byte[] GetBytes(char[] chars, int index, int count)", x4(func(e *Encoding, v *Array, from, n int32) (*Bytes, error) {
		if from < 0 || n < 0 || int(from) > len(v.Items)-int(n) {
			return nil, dotnet.ArgumentOutOfRange("Index and count must refer to a location within the buffer.", "chars")
		}
		return &Bytes{e.encode(joinUnits(v.Items[from : from+n]))}, nil
	}))
	e.method("char[] GetChars(byte[] bytes)", f2(func(e *Encoding, b *Bytes) *Array {
		items, _ := Collect(e.decode(b.Data))
		return &Array{l.Char, items}
	}))
}

func declareGuidForms(l *Library) {
	g := l.again("Guid")
	rest := make([]string, 8)
	for i := range rest {
		rest[i] = "byte " + string(rune('d'+i))
	}
	order := binary.BigEndian
	for _, form := range []string{"int a, short b, short c, byte[] d", "int a, short b, short c, " + strings.Join(rest, ", "), "uint a, ushort b, ushort c, " + strings.Join(rest, ", ")} {
		g.make("("+form+")", func(_ *Call, a []any) (any, error) {
			first, _ := integer(a[0])
			second, _ := integer(a[1])
			third, _ := integer(a[2])
			data := order.AppendUint16(order.AppendUint16(order.AppendUint32(nil, uint32(first)), uint16(second)), uint16(third)) //nolint:gosec // the bits count
			if last, ok := a[3].(*Bytes); ok {
				if len(last.Data) != 8 {
					return nil, dotnet.Argument("Byte array for GUID must be exactly "+strconv.Itoa(8)+" bytes long.", "d")
				}
				data = append(data, last.Data...)
			} else {
				for _, each := range a[3:] {
					data = append(data, to[byte](each))
				}
			}
			return dotnet.Guid(data), nil
		})
	}
	g.fixed("bool TryParseExact(string? input, string? format, out Guid result)", func(_ *Call, a []any) (any, error) {
		a[2] = dotnet.Guid{}
		v, err := dotnet.ParseGuid(to[string](a[0]))
		if err != nil {
			return false, nil //nolint:nilerr // Try... tells it by false
		}
		text, err := v.Format(to[string](a[1]))
		if err != nil || len(text) != len(to[string](a[0])) {
			return false, nil //nolint:nilerr // Try... tells it by false
		}
		a[2] = v
		return true, nil
	})
}
