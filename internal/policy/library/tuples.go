package library

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/aoai-gateway/aoai-gateway/internal/policy/dotnet"
)

// maxTuple is how many items a tuple holds here. .NET nests tuples beyond that.
const maxTuple = 7

// Tuple is a value of a ValueTuple or a Tuple.
type Tuple struct {
	Type  *Type
	Items []any
}

func (v *Tuple) typeIn(*Library) *Type { return v.Type }

// equals compares the items.
func (v *Tuple) equals(other any) bool {
	with, ok := other.(*Tuple)
	return ok && Same(v.Type, with.Type) && slices.EqualFunc(v.Items, with.Items, Equal)
}

// compare orders by the first item that differs.
func (v *Tuple) compare(with *Tuple) (int, error) {
	for i, item := range v.Items {
		if order, err := Compare(item, with.Items[i]); order != 0 || err != nil {
			return order, err
		}
	}
	return 0, nil
}

// norm is a tuple as a dictionary's index holds it: equal tuples have the same.
func (v *Tuple) norm(d *Dictionary) string {
	var b strings.Builder
	b.WriteString(v.Type.key)
	for _, item := range v.Items {
		switch item := d.norm(item).(type) {
		case string:
			fmt.Fprintf(&b, "|%q", item)
		case nil, bool, Char, int8, int16, int32, int64, uint8, uint16, uint32, uint64, float32, float64, dotnet.Decimal, dotnet.TimeSpan, dotnet.Guid, dotnet.DateTimeOffset:
			fmt.Fprintf(&b, "|%T %v", item, item)
		default:
			fmt.Fprintf(&b, "|%p", item)
		}
	}
	return b.String()
}

func declareTuples(l *Library) {
	create := l.static("System", "Tuple")
	l.static("System", "ValueTuple").beyond("Create")
	for n := 1; n <= maxTuple; n++ {
		parameters, values := make([]string, n), make([]string, n)
		for i := range n {
			parameters[i] = "T" + strconv.Itoa(i+1)
			values[i] = parameters[i] + " item" + strconv.Itoa(i+1)
		}
		of := "<" + strings.Join(parameters, ", ") + ">"
		for _, c := range []*class{l.value("System", "ValueTuple", "", parameters...), l.class("System", "Tuple", "", parameters...)} {
			c.make("("+strings.Join(values, ", ")+")", func(call *Call, a []any) (any, error) {
				return &Tuple{newType(c.def, call.Types[:n]), slices.Clone(a)}, call.Take(16 * n)
			})
			for i := range n {
				c.property(parameters[i]+" Item"+strconv.Itoa(i+1), f1(func(v *Tuple) any { return v.Items[i] }))
			}
			if c.def.isValue {
				c.method("int CompareTo(ValueTuple"+of+" other)", x2(compareValues))
			}
			c.method("bool Equals(object? other)", func(_ *Call, a []any) (any, error) { return a[0].(*Tuple).equals(a[1]), nil })
		}
		create.fixed("Tuple"+of+" Create"+of+"("+strings.Join(values, ", ")+")", func(call *Call, a []any) (any, error) {
			return &Tuple{l.named("Tuple", call.Types[:n]...), slices.Clone(a)}, call.Take(16 * n)
		})
	}
}

// TupleOf is the type of a tuple of the language; a name may be "".
func (l *Library) TupleOf(items []*Type, names []string) *Type {
	if len(items) > maxTuple {
		return nil
	}
	t := l.named("ValueTuple", items...)
	if slices.ContainsFunc(names, func(name string) bool { return name != "" }) {
		t.itemNames = names
	}
	return t
}

// IsTuple tells a tuple of the language.
func (t *Type) IsTuple() bool {
	return t != nil && t.def != nil && t.def.name == "ValueTuple" && t.def.namespace == "System" && len(t.args) > 0
}

// itemNamed is Item1 for the first item's own name, and so on.
func (t *Type) itemNamed(name string) string {
	if i := slices.Index(t.itemNames, name); i >= 0 {
		return "Item" + strconv.Itoa(i+1)
	}
	return name
}
