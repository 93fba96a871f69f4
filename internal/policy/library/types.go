// Package library is the part of .NET and Newtonsoft.Json that policy
// expressions may use: types, their members with their C# signatures, and what
// the members do.
package library

import (
	"slices"
	"strconv"
	"strings"
	"sync"
)

// Type is a type of C#. Types are made by a Library and compared by Same.
type Type struct {
	def  *definition
	args []*Type
	// parameter is the name of a type parameter, such as T.
	parameter string
	key       string
	// itemNames are the names that code gives the items of a tuple.
	itemNames []string
}

// definition is what all types of one name have in common.
type definition struct {
	namespace, name string
	keyword         string   // int for Int32
	parameters      []string // of a generic type
	base            *Type
	interfaces      []*Type
	isValue         bool
	isInterface     bool
	isEnum          bool
	isStatic        bool
	enum            []EnumValue
	// delegate is the signature of a delegate type.
	delegate *Member
	// plain is the type, where it has no parameters: all who name it share it.
	plain *Type

	// declared are the members that nobody has asked for yet; resolved reads their signatures.
	declared []func()
	once     sync.Once

	members map[string][]*Member
	// order are the names of the properties as they were declared.
	order        []string
	constructors []*Member
	indexers     []*Member
	implicit     []*Conversion
	explicit     []*Conversion

	// beyond are members of .NET that this library lacks; forbidden those that
	// exist and that Microsoft's reference does not list for expressions.
	beyond    []string
	forbidden []string
}

// EnumValue is a constant of an enumeration.
type EnumValue struct {
	Name  string
	Value int32
}

// resolved is the definition with its members: their signatures are read when somebody first asks for
// one, since most expressions use few types.
func (d *definition) resolved() *definition {
	d.once.Do(func() {
		for _, resolve := range d.declared {
			resolve()
		}
		d.declared = nil
	})
	return d
}

func newType(def *definition, args []*Type) *Type {
	if len(args) == 0 && def.plain != nil {
		return def.plain
	}
	t := &Type{def: def, args: args, key: def.namespace + "." + def.name}
	if len(args) > 0 {
		keys := make([]string, len(args))
		for i, arg := range args {
			keys[i] = arg.key
		}
		t.key += "<" + strings.Join(keys, ",") + ">"
	}
	return t
}

func typeParameter(name string) *Type { return &Type{parameter: name, key: "!" + name} }

// Same tells whether two types are one.
func Same(a, b *Type) bool { return a == b || a != nil && b != nil && a.key == b.key }

// String is the type in C#: int, List<string>, byte[].
func (t *Type) String() string {
	switch {
	case t == nil:
		return "void"
	case t.parameter != "":
		return t.parameter
	case t.IsArray():
		return t.args[0].String() + "[]"
	case t.IsNullable():
		return t.args[0].String() + "?"
	case t.def.keyword != "":
		return t.def.keyword
	}
	if len(t.args) == 0 {
		return t.def.name
	}
	args := make([]string, len(t.args))
	for i, arg := range t.args {
		args[i] = arg.String()
	}
	return t.def.name + "<" + strings.Join(args, ", ") + ">"
}

// Keyword is the C# keyword of the type: int, string; "" of most types.
func (t *Type) Keyword() string {
	if t == nil || t.def == nil {
		return ""
	}
	return t.def.keyword
}

// FullName is the type as .NET's own messages name it:
// System.Collections.Generic.List`1[System.String].
func (t *Type) FullName() string {
	switch {
	case t == nil:
		return "System.Void"
	case t.parameter != "":
		return t.parameter
	case t.IsArray():
		return t.args[0].FullName() + "[]"
	}
	args := make([]string, len(t.args))
	for i, arg := range t.args {
		args[i] = arg.FullName()
	}
	return t.qualified(args)
}

// qualified is the name with the namespace and what stands for the arguments.
func (t *Type) qualified(args []string) string {
	name := t.def.name
	switch {
	case t.IsNullable():
		name = "System.Nullable"
	case t.def.namespace != "":
		name = t.def.namespace + "." + name
	}
	if len(args) == 0 {
		return name
	}
	return name + "`" + strconv.Itoa(len(args)) + "[" + strings.Join(args, ",") + "]"
}

// AssemblyName is Type.FullName, which tells of type arguments where they come
// from, as .NET Framework 4.8 has them.
func (t *Type) AssemblyName() string {
	if t.IsArray() {
		return t.args[0].AssemblyName() + "[]"
	}
	args := make([]string, len(t.args))
	for i, arg := range t.args {
		assembly := "mscorlib, Version=4.0.0.0, Culture=neutral, PublicKeyToken=b77a5c561934e089"
		if arg.def != nil && strings.HasPrefix(arg.def.namespace, "Newtonsoft") {
			assembly = "Newtonsoft.Json, Version=13.0.0.0, Culture=neutral, PublicKeyToken=30ad4fe6b2a6aeed"
		}
		args[i] = "[" + arg.AssemblyName() + ", " + assembly + "]"
	}
	return t.qualified(args)
}

// IsArray tells T[].
func (t *Type) IsArray() bool { return t.is("array") }

// IsNullable tells T? of a value type.
func (t *Type) IsNullable() bool { return t.is("nullable") }

// IsNull tells the type of the literal null.
func (t *Type) IsNull() bool { return t.is("null") }

// IsUnknown tells the type of a named value whose value is not known.
func (t *Type) IsUnknown() bool { return t.is("unknown") }

func (t *Type) is(special string) bool {
	return t != nil && t.def != nil && t.def.namespace == "" && t.def.name == special
}

// IsParameter tells a type parameter.
func (t *Type) IsParameter() bool { return t != nil && t.parameter != "" }

// IsValue tells a value type, Nullable included.
func (t *Type) IsValue() bool { return t != nil && t.def != nil && t.def.isValue }

// IsEnum tells an enumeration.
func (t *Type) IsEnum() bool { return t != nil && t.def != nil && t.def.isEnum }

// IsInterface tells an interface.
func (t *Type) IsInterface() bool { return t != nil && t.def != nil && t.def.isInterface }

// Element is the T of T[], T? or of the first type argument.
func (t *Type) Element() *Type { return t.args[0] }

// Arguments are the type arguments.
func (t *Type) Arguments() []*Type { return t.args }

// Delegate is the signature of a delegate type with the type's arguments put in,
// or nil.
func (t *Type) Delegate() *Member {
	if t == nil || t.def == nil || t.def.delegate == nil {
		return nil
	}
	return t.def.delegate.substitute(t.bindings())
}

// bindings of the definition's type parameters.
func (t *Type) bindings() map[string]*Type {
	if len(t.args) == 0 {
		return nil
	}
	bound := make(map[string]*Type, len(t.args))
	for i, name := range t.def.parameters {
		bound[name] = t.args[i]
	}
	return bound
}

// Substitute puts types in the place of type parameters.
func (t *Type) Substitute(bound map[string]*Type) *Type {
	switch {
	case t == nil || len(bound) == 0:
		return t
	case t.parameter != "":
		if replacement := bound[t.parameter]; replacement != nil {
			return replacement
		}
		return t
	case len(t.args) == 0:
		return t
	}
	args := make([]*Type, len(t.args))
	for i, arg := range t.args {
		args[i] = arg.Substitute(bound)
	}
	made := newType(t.def, args)
	made.itemNames = t.itemNames
	return made
}

// HasParameters tells whether type parameters are left in t.
func (t *Type) HasParameters() bool {
	return t != nil && (t.parameter != "" || slices.ContainsFunc(t.args, (*Type).HasParameters))
}

// Supertypes are the base type and the interfaces, type arguments put in.
func (t *Type) Supertypes() []*Type {
	if t == nil || t.def == nil {
		return nil
	}
	var found []*Type
	bound := t.bindings()
	if t.def.base != nil {
		found = append(found, t.def.base.Substitute(bound))
	}
	for _, each := range t.def.interfaces {
		found = append(found, each.Substitute(bound))
	}
	return found
}

// As finds t itself or the supertype of t with the definition of target: the
// IEnumerable<string> of a List<string> for any IEnumerable<>. Nil where there
// is none.
func (t *Type) As(target *Type) *Type {
	if t == nil || target == nil || t.def == nil {
		return nil
	}
	if t.def == target.def {
		return t
	}
	for _, super := range t.Supertypes() {
		if found := super.As(target); found != nil {
			return found
		}
	}
	return nil
}

// EnumValues are the constants of an enumeration.
func (t *Type) EnumValues() []EnumValue { return t.def.enum }

// IsStatic tells a class without instances, such as Math.
func (t *Type) IsStatic() bool { return t != nil && t.def != nil && t.def.isStatic }
