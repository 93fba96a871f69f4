package library

import (
	"errors"

	"github.com/aoai-gateway/aoai-gateway/internal/policy/dotnet"
)

// Values are held in Go as: null nil; bool, int8 to int64 and uint8 to uint64,
// float32, float64, string and the value types of package dotnet as themselves;
// everything else as the types below.

// Char is a UTF-16 code unit.
type Char uint16

// Enum is a constant of an enumeration.
type Enum struct {
	Type  *Type
	Value int32
}

// Bytes is a byte[].
type Bytes struct{ Data []byte }

// Array is any other T[].
type Array struct {
	Element *Type
	Items   []any
}

// List is a List<T>.
type List struct {
	Element *Type
	Items   []any
	// changes counts what was set, for whoever goes through the list meanwhile.
	changes int
}

// Sequence is what LINQ makes: it is computed when, and as often as, somebody
// goes through it.
type Sequence struct {
	Element *Type
	Each    func(yield func(any) error) error
	// Name is the .NET type; "" stands for IEnumerable.
	Name string
	// order is kept for ThenBy.
	order *ordering
}

// Pair is a KeyValuePair<K, V>.
type Pair struct {
	Type       *Type
	Key, Value any
}

// Anonymous is an anonymous object.
type Anonymous struct {
	Type   *Type
	Names  []string
	Values []any
}

// Delegate is a lambda, local function or method as a value.
type Delegate struct {
	Type   *Type
	Invoke func(arguments []any) (any, error)
}

// TypeValue is a System.Type, as typeof and GetType give it.
type TypeValue struct{ Type *Type }

// object is a value of a class that knows its own type.
type object interface{ typeIn(l *Library) *Type }

func (v Enum) typeIn(*Library) *Type       { return v.Type }
func (v *Bytes) typeIn(l *Library) *Type   { return l.ArrayOf(l.Byte) }
func (v *Array) typeIn(l *Library) *Type   { return l.ArrayOf(v.Element) }
func (v *List) typeIn(l *Library) *Type    { return l.ListOf(v.Element) }
func (v Pair) typeIn(*Library) *Type       { return v.Type }
func (v *Anonymous) typeIn(*Library) *Type { return v.Type }
func (v *Delegate) typeIn(*Library) *Type  { return v.Type }
func (v TypeValue) typeIn(l *Library) *Type {
	return l.named("Type")
}

func (v *Sequence) typeIn(l *Library) *Type {
	if v.Name == "" {
		return l.EnumerableOf(v.Element)
	}
	return l.named(v.Name, v.Element)
}

// named is a type that is known to exist.
func (l *Library) named(name string, args ...*Type) *Type {
	for _, def := range l.byName[name] {
		if len(def.parameters) == len(args) {
			return newType(def, args)
		}
	}
	panic("library: no type " + name)
}

// TypeOf is the type that a value has at run time; nil of null.
func (l *Library) TypeOf(v any) *Type {
	switch v := v.(type) {
	case nil:
		return nil
	case object:
		return v.typeIn(l)
	case string:
		return l.String
	case bool:
		return l.Boolean
	case int32:
		return l.Int32
	case int64:
		return l.Int64
	case float64:
		return l.Double
	case Char:
		return l.Char
	case uint8:
		return l.Byte
	case int8:
		return l.SByte
	case int16:
		return l.Int16
	case uint16:
		return l.UInt16
	case uint32:
		return l.UInt32
	case uint64:
		return l.UInt64
	case float32:
		return l.Single
	case dotnet.Decimal:
		return l.Decimal
	case dotnet.DateTime:
		return l.DateTime
	case dotnet.TimeSpan:
		return l.named("TimeSpan")
	case dotnet.DateTimeOffset:
		return l.named("DateTimeOffset")
	case dotnet.Guid:
		return l.named("Guid")
	case *dotnet.Exception:
		return l.exceptionType(v)
	}
	if name := xmlType(v); name != "" {
		return l.named(name)
	}
	return l.Object
}

// IsInstance tells whether a value that is not null may be used as a target.
func (l *Library) IsInstance(v any, target *Type) bool {
	if v == nil {
		return false
	}
	if target.IsNullable() {
		target = target.Element()
	}
	return l.ReferenceConvertible(l.TypeOf(v), target)
}

// ReferenceConvertible tells whether every value of from is one of to without a
// conversion: identity, base types, interfaces, boxing, and the covariance of
// IEnumerable<T> and its like over reference types.
func (l *Library) ReferenceConvertible(from, to *Type) bool {
	if Same(from, to) || Same(to, l.Object) {
		return true
	}
	if from == nil || to == nil || from.IsParameter() || to.IsParameter() {
		return false
	}
	if from.IsArray() {
		if to.IsArray() {
			return !from.Element().IsValue() && l.ReferenceConvertible(from.Element(), to.Element())
		}
		if to.def.isInterface && len(to.args) == 1 {
			list := l.ListOf(from.Element())
			return list.As(to) != nil && l.ReferenceConvertible(list, to)
		}
		return to.def.name == "Array" || to.def.name == "IEnumerable"
	}
	found := from.As(to)
	if found == nil {
		return false
	}
	if Same(found, to) {
		return true
	}
	if !to.def.isInterface || !to.def.covariant() || len(found.args) != len(to.args) {
		return false
	}
	for i := range to.args {
		if !Same(found.args[i], to.args[i]) && (found.args[i].IsValue() || !l.ReferenceConvertible(found.args[i], to.args[i])) {
			return false
		}
	}
	return true
}

// covariant tells an interface with "out" type parameters: a sequence of strings
// is one of objects, a list of strings is no list of objects.
func (d *definition) covariant() bool {
	switch d.name {
	case "IEnumerable", "IEnumerator", "IReadOnlyCollection", "IReadOnlyList", "IGrouping", "IOrderedEnumerable":
		return true
	}
	return false
}

// ElementOf is the T of the IEnumerable<T> that t is, or nil.
func (l *Library) ElementOf(t *Type) *Type {
	switch {
	case t.IsArray():
		return t.Element()
	case t == nil || t.def == nil:
		return nil
	}
	if found := t.As(l.Enumerable); found != nil && len(found.args) == 1 {
		return found.args[0]
	}
	return nil
}

// errStop ends an iteration from inside.
var errStop = errors.New("stop")

// modified is what .NET says of a collection that changes while it is gone
// through.
func modified() error {
	return dotnet.InvalidOperation("Collection was modified; enumeration operation may not execute.")
}

// Each goes through a collection. It stops at the first error of do.
func Each(v any, do func(any) error) error {
	switch v := v.(type) {
	case *Sequence:
		return v.Each(do)
	case *List:
		n, changes := len(v.Items), v.changes
		return eachOf(v.Items, func(item any) error {
			if err := do(item); err != nil {
				return err
			}
			if len(v.Items) != n || v.changes != changes {
				return modified()
			}
			return nil
		})
	case *Array:
		return eachOf(v.Items, do)
	case *Bytes:
		for _, b := range v.Data {
			if err := do(b); err != nil {
				return err
			}
		}
		return nil
	case string:
		for _, unit := range units(v) {
			if err := do(Char(unit)); err != nil {
				return err
			}
		}
		return nil
	case interface {
		each(do func(any) error) error
	}:
		return v.each(do)
	case nil:
		return dotnet.NullReference()
	}
	return dotnet.InvalidCast("The value cannot be enumerated.")
}

func eachOf(items []any, do func(any) error) error {
	for i := 0; i < len(items); i++ { //nolint:intrange // items may change while they are gone through
		if err := do(items[i]); err != nil {
			return err
		}
	}
	return nil
}

// Collect is everything in a collection.
func Collect(v any) ([]any, error) {
	switch v := v.(type) {
	case *List:
		return v.Items, nil
	case *Array:
		return v.Items, nil
	}
	var items []any
	err := Each(v, func(item any) error {
		items = append(items, item)
		return nil
	})
	return items, err
}

// NewArray is an array of items; a byte[] where they are bytes.
func (l *Library) NewArray(element *Type, items []any) any {
	if !Same(element, l.Byte) {
		return &Array{element, items}
	}
	data := make([]byte, len(items))
	for i, item := range items {
		data[i], _ = item.(byte)
	}
	return &Bytes{data}
}

// Strings is a string[].
func (l *Library) Strings(items []string) *Array {
	values := make([]any, len(items))
	for i, item := range items {
		values[i] = item
	}
	return &Array{l.String, values}
}
