package library

import (
	"slices"
	"strings"

	"github.com/aoai-gateway/aoai-gateway/internal/policy/csharp"
)

// Func does what a member does: of an instance member the first argument is the
// instance. It returns a *dotnet.Exception where .NET throws. It does not keep
// arguments after it returns.
type Func func(c *Call, arguments []any) (any, error)

// Call is what a Func may need beside its arguments.
type Call struct {
	*Env
	// Library is where types come from.
	Library *Library
	// Types are the type arguments of a generic method; of a constructor or a
	// method of a generic type, those of that type come first.
	Types []*Type
}

// Original is the member as it was declared, whatever types were put into it.
func (m *Member) Original() *Member {
	if m.original != nil {
		return m.original
	}
	return m
}

// Member is a method, property, field, indexer, constructor, or operator.
type Member struct {
	Name string
	// Declaring is the type that the reference lists it under.
	Declaring      *Type
	Static         bool
	Callable       bool
	Extension      bool
	TypeParameters []string
	Parameters     []Parameter
	Result         *Type
	// Of are the type arguments of the generic type that declares the member.
	Of []*Type
	Do Func
	// Set changes a property or an indexer; nil where it is read-only.
	Set Func
	// Path is a property's reader, a Reader, out of the one of its instance; nil where that makes none.
	Path func(of any) any

	original *Member
}

// Parameter is one of a member's.
type Parameter struct {
	Name string
	Type *Type
	// NotNull makes null an ArgumentNullException.
	NotNull bool
	Out     bool
	Params  bool
	// Optional parameters have a default.
	Optional bool
	Default  any
}

// Conversion is a conversion operator.
type Conversion struct {
	From, To *Type
	Do       Func
}

// substitute puts type arguments into a member's signature.
func (m *Member) substitute(bound map[string]*Type) *Member {
	if len(bound) == 0 {
		return m
	}
	copied := *m
	copied.original = m.Original()
	copied.Result = m.Result.Substitute(bound)
	copied.Parameters = slices.Clone(m.Parameters)
	for i := range copied.Parameters {
		copied.Parameters[i].Type = copied.Parameters[i].Type.Substitute(bound)
	}
	return &copied
}

// WithTypeArguments is the member with its own type parameters replaced.
func (m *Member) WithTypeArguments(args []*Type) *Member {
	bound := make(map[string]*Type, len(args))
	for i, name := range m.TypeParameters {
		bound[name] = args[i]
	}
	copied := m.substitute(bound)
	if copied == m {
		clone := *m
		clone.original = m.Original()
		copied = &clone
	}
	copied.TypeParameters = nil
	return copied
}

// Members finds the members of a name that t has, itself or from its base types
// and interfaces; those of the nearest type first.
func (t *Type) Members(name string, static bool) []*Member {
	var found []*Member
	name = t.itemNamed(name)
	t.visit(func(each *Type) bool {
		for _, m := range each.def.resolved().members[name] {
			if m.Static == static && !m.Extension {
				found = append(found, m.of(each))
			}
		}
		// A property hides what is further down; methods are overloaded.
		return len(found) == 0 || found[0].Callable
	})
	return found
}

// Methods are the methods of a name that t has, whatever else has the name.
func (t *Type) Methods(name string, static bool) []*Member {
	var found []*Member
	t.visit(func(each *Type) bool {
		for _, m := range each.def.resolved().members[name] {
			if m.Static == static && !m.Extension && m.Callable {
				found = append(found, m.of(each))
			}
		}
		return true
	})
	return found
}

// Indexers are those of t or of its nearest base type that has some.
func (t *Type) Indexers() []*Member {
	var found []*Member
	t.visit(func(each *Type) bool {
		for _, m := range each.def.resolved().indexers {
			found = append(found, m.of(each))
		}
		return len(found) == 0
	})
	return found
}

// Constructors are those of t.
func (t *Type) Constructors() []*Member {
	var found []*Member
	for _, m := range t.def.resolved().constructors {
		found = append(found, m.of(t))
	}
	return found
}

// of is the member as the constructed type t has it.
func (m *Member) of(t *Type) *Member {
	if len(t.args) == 0 {
		return m
	}
	copied := m.substitute(t.bindings())
	copied.Of = t.args
	return copied
}

// visit goes through t and its supertypes until do says false. Interfaces have
// the members of object.
func (t *Type) visit(do func(*Type) bool) {
	seen := map[string]bool{}
	queue := []*Type{t}
	for len(queue) > 0 {
		each := queue[0]
		queue = queue[1:]
		if each.def == nil || seen[each.key] {
			continue
		}
		seen[each.key] = true
		if !do(each) {
			return
		}
		queue = append(queue, each.Supertypes()...)
	}
}

// MemberNames are the names of all members of t, for messages.
func (t *Type) MemberNames(static bool) []string {
	var names []string
	t.visit(func(each *Type) bool {
		for name, members := range each.def.resolved().members {
			for _, m := range members {
				if m.Static == static && !slices.Contains(names, name) {
					names = append(names, name)
				}
			}
		}
		return true
	})
	slices.Sort(names)
	return names
}

// Beyond tells a member of .NET that this library lacks, Forbidden one that
// expressions may not use according to Microsoft's reference.
func (t *Type) Beyond(name string) bool {
	return t.mentions(func(d *definition) []string { return d.beyond }, name)
}

// Forbidden tells a member that expressions may not use.
func (t *Type) Forbidden(name string) bool {
	return t.mentions(func(d *definition) []string { return d.forbidden }, name)
}

func (t *Type) mentions(list func(*definition) []string, name string) bool {
	found := false
	t.visit(func(each *Type) bool {
		found = slices.Contains(list(each.def), name)
		return !found
	})
	return found
}

// Conversions are the user-defined conversions that t or its base types declare.
func (t *Type) Conversions(implicitOnly bool) []*Conversion {
	var found []*Conversion
	t.visit(func(each *Type) bool {
		found = append(found, each.def.resolved().implicit...)
		if !implicitOnly {
			found = append(found, each.def.resolved().explicit...)
		}
		return true
	})
	return found
}

// signature makes a member of what its documentation writes.
func (l *Library) signature(written string, owner *Type) *Member {
	parsed, err := csharp.ParseSignature(written)
	if err != nil {
		panic("library: signature " + written + ": " + err.Error())
	}
	scope := map[string]*Type{}
	if owner != nil {
		for _, name := range owner.def.parameters {
			scope[name] = typeParameter(name)
		}
	}
	for _, name := range parsed.TypeParameters {
		scope[name] = typeParameter(name)
	}
	m := &Member{Name: parsed.Name, Declaring: owner, Callable: parsed.Callable, TypeParameters: parsed.TypeParameters}
	if parsed.Result != nil && parsed.Result.Name != "void" {
		m.Result = l.written(parsed.Result, scope, written)
	}
	for _, each := range parsed.Parameters {
		t := l.written(each.Type, scope, written)
		p := Parameter{Name: each.Name, Type: t, Out: each.Out, Params: each.Params}
		p.NotNull = !each.Out && !each.Type.Nullable && !t.IsValue() && !t.IsParameter()
		m.Extension = m.Extension || each.This
		if literal, ok := each.Default.(*csharp.Literal); ok {
			p.Optional, p.Default, p.NotNull = true, literal.Value, false
			if number, ok := literal.Value.(csharp.Number); ok {
				p.Default = smallNumber(number, t)
			}
		}
		m.Parameters = append(m.Parameters, p)
	}
	return m
}

func smallNumber(n csharp.Number, t *Type) any {
	value := int32(0)
	for _, digit := range n.Digits {
		value = value*10 + digit - '0'
	}
	if t.IsEnum() {
		return Enum{t, value}
	}
	return value
}

// written resolves a type of a signature; a reference type with ? is the type.
func (l *Library) written(name *csharp.TypeName, scope map[string]*Type, where string) *Type {
	if t, ok := scope[name.Name]; ok && len(name.Arguments) == 0 {
		for range name.Ranks {
			t = l.ArrayOf(t)
		}
		return t
	}
	plain := *name
	plain.Nullable, plain.Ranks, plain.Arguments = false, 0, nil
	args := make([]*Type, len(name.Arguments))
	for i, arg := range name.Arguments {
		args[i] = l.written(arg, scope, where)
	}
	t, problem := l.Lookup(name.Name, args)
	if problem != nil {
		panic("library: type " + name.Name + " in " + where + ": " + problem.Message)
	}
	if name.Nullable && t.IsValue() && name.Ranks == 0 {
		t = l.NullableOf(t)
	}
	for range name.Ranks {
		t = l.ArrayOf(t)
	}
	return t
}

// Signature is the member in C#, without its body.
func (m *Member) Signature() string {
	var b strings.Builder
	if m.Name != "new" {
		b.WriteString(m.Result.String() + " ")
		b.WriteString(m.Name)
	} else {
		b.WriteString("new " + m.Result.String())
	}
	if len(m.TypeParameters) > 0 {
		b.WriteString("<" + strings.Join(m.TypeParameters, ", ") + ">")
	}
	opening, closing := "(", ")"
	switch {
	case m.Name == "this":
		opening, closing = "[", "]"
	case !m.Callable && m.Name != "new":
		return b.String()
	}
	b.WriteString(opening)
	for i, p := range m.Parameters {
		switch {
		case i > 0:
			b.WriteString(", ")
		case m.Extension:
			b.WriteString("this ")
		}
		if p.Out {
			b.WriteString("out ")
		}
		if p.Params {
			b.WriteString("params ")
		}
		b.WriteString(p.Type.String() + " " + p.Name)
	}
	b.WriteString(closing)
	return b.String()
}
