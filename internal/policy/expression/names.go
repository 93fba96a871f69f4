package expression

import (
	"slices"
	"strings"

	"github.com/aoai-gateway/aoai-gateway/internal/policy/csharp"
	"github.com/aoai-gateway/aoai-gateway/internal/policy/library"
	"github.com/aoai-gateway/aoai-gateway/internal/suggest"
)

// name resolves an identifier: variable, context, type or namespace.
func (b *binder) name(x *csharp.Name) *node {
	at := x.Offset()
	if len(x.Arguments) == 0 {
		if v, slot := b.find(x.Name); v != nil {
			return b.variableNode(at, v, slot)
		}
		if x.Name == "context" {
			return &node{at: at, typ: b.library.Context, path: library.ContextReader(), eval: func(*frame) (any, error) { return library.ContextValue(), nil }}
		}
	}
	if found := b.typeNode(at, "", x.Name, x.Arguments); found != nil {
		return found
	}
	if b.library.IsNamespace(x.Name) {
		return &node{at: at, namespace: x.Name}
	}
	if library.ForbiddenType(x.Name) {
		b.fail(at, "the type '%s' exists in .NET, but it is not among those that Microsoft's reference allows in policy expressions", x.Name)
	}
	if x.Name == "dynamic" {
		b.fail(at, "'dynamic' is not supported in policy expressions")
	}
	b.fail(at, "CS0103: the name '%s' does not exist in the current context%s", x.Name, suggest.Phrase(x.Name, b.namesInSight()))
	return nil
}

func (b *binder) variableNode(at int, v *variable, slot int) *node {
	if v.constant != nil {
		return v.constant
	}
	n := &node{at: at, typ: v.typ, eval: read(b.function, v, slot), set: write(b.function, v, slot)}
	if v.local != nil && v.owner == b.function {
		n = v.local.node(at, v.typ)
	}
	if v.readOnly {
		n.set, n.local = nil, nil
	}
	return n
}

// typeNode is a type by its name, or nil where there is none of that name. What
// only the service knows ends the compilation.
func (b *binder) typeNode(at int, namespace, name string, written []*csharp.TypeName) *node {
	full := name
	if namespace != "" {
		full = namespace + "." + name
	}
	if !b.library.Known(full) {
		return nil
	}
	args := b.types(written)
	t, problem := b.library.Lookup(full, args)
	if problem != nil {
		if problem.Beyond {
			b.beyond(at, "%s", problem.Message)
		}
		return nil
	}
	return &node{at: at, names: t}
}

func (b *binder) namesInSight() []string {
	names := append([]string{"context"}, b.library.TypeNames()...)
	for f := b.function; f != nil; f = f.outer {
		for s := f.scope; s != nil; s = s.outer {
			for name := range s.names {
				names = append(names, name)
			}
		}
	}
	return names
}

func (b *binder) types(written []*csharp.TypeName) []*library.Type {
	types := make([]*library.Type, len(written))
	for i, each := range written {
		types[i] = b.typeOf(each)
	}
	return types
}

// typeOf resolves a type as written.
func (b *binder) typeOf(written *csharp.TypeName) *library.Type {
	name := written.Name
	if written.Qualifier != "" {
		name = written.Qualifier + "." + name
	}
	args := b.types(written.Arguments)
	t, problem := b.library.Lookup(name, args)
	if (name == "Nullable" || name == "System.Nullable") && len(args) == 1 && args[0].IsValue() {
		t, problem = b.library.NullableOf(args[0]), nil
	}
	if problem != nil {
		switch {
		case problem.Beyond:
			b.beyond(written.Offset(), "%s", problem.Message)
		case library.ForbiddenType(written.Name):
			b.fail(written.Offset(), "the type '%s' exists in .NET, but it is not among those that Microsoft's reference allows in policy expressions", name)
		case name == "dynamic":
			b.fail(written.Offset(), "'dynamic' is not supported in policy expressions; JObject and JToken are indexed: body[\"name\"]")
		}
		b.fail(written.Offset(), "CS0246: %s", problem.Message)
	}
	if written.Nullable && t.IsValue() && !t.IsNullable() && !t.IsTuple() {
		t = b.library.NullableOf(t)
	}
	if written.Names != nil && t.IsTuple() {
		t = b.library.TupleOf(args, written.Names)
	}
	if written.Nullable && t.IsTuple() {
		t = b.library.NullableOf(t)
	}
	for range written.Ranks {
		t = b.library.ArrayOf(t)
	}
	return t
}

// member resolves X.Name. Of one that is called, properties do not hide methods.
func (b *binder) member(x *csharp.Member, called bool) *node {
	left := b.any(x.X)
	switch {
	case left.namespace != "":
		full := left.namespace + "." + x.Name
		if found := b.typeNode(x.Offset(), left.namespace, x.Name, x.Arguments); found != nil {
			return found
		}
		if b.library.IsNamespace(full) {
			return &node{at: x.Offset(), namespace: full}
		}
		if library.ForbiddenType(x.Name) {
			b.fail(x.NameAt, "the type '%s' exists in .NET, but it is not among those that Microsoft's reference allows in policy expressions", full)
		}
		b.fail(x.NameAt, "CS0234: the type or namespace '%s' does not exist in the namespace '%s'", x.Name, left.namespace)
	case left.names != nil:
		return b.memberOf(x, left, left.names, true, called)
	}
	left = b.settled(left, x.X.Offset())
	if left.typ == nil {
		b.fail(x.NameAt, "CS0023: what stands before .%s has no value", x.Name)
	}
	if left.typ.IsUnknown() {
		return b.unknown(x.Offset())
	}
	return b.memberOf(x, left, left.typ, false, called)
}

// unknown is anything made of a named value that is not known.
func (b *binder) unknown(at int) *node {
	return &node{at: at, typ: b.library.Unknown, eval: func(*frame) (any, error) { return nil, errUnknown }}
}

func (b *binder) memberOf(x *csharp.Member, left *node, t *library.Type, static, called bool) *node {
	found := t.Members(x.Name, static)
	if called && len(found) > 0 && !found[0].Callable && found[0].Result.Delegate() == nil && !found[0].Result.IsUnknown() {
		if methods := b.invocable(left, t, x.Name, static); len(methods) > 0 {
			found = methods
		}
	}
	if len(found) == 0 && !static {
		if extensions := b.extensionsFor(left, x.Name); len(extensions) > 0 {
			return &node{at: x.Offset(), group: extensions, receiver: left, called: x.Name}
		}
	}
	if len(found) == 0 {
		b.missing(x, t, static)
	}
	if found[0].Callable {
		group := &node{at: x.Offset(), group: found, called: x.Name}
		if !static {
			group.receiver = left
			if found[0].Extension {
				return group
			}
			group.group = append(append([]*library.Member(nil), found...), b.extensionsFor(left, x.Name)...)
		}
		return group
	}
	m := found[0]
	if static {
		return b.staticValue(x, m)
	}
	return b.property(x, left, m)
}

// invocable are the methods of a name that a property of that name stands before.
func (b *binder) invocable(left *node, t *library.Type, name string, static bool) []*library.Member {
	methods := t.Methods(name, static)
	if !static {
		methods = append(methods, b.extensionsFor(left, name)...)
	}
	return methods
}

// extensionsFor are the extension methods whose first parameter could take what
// stands before the dot.
func (b *binder) extensionsFor(left *node, name string) []*library.Member {
	var found []*library.Member
	for _, m := range b.library.Extensions(name) {
		first := m.Parameters[0].Type
		if len(m.TypeParameters) > 0 && first.HasParameters() {
			bound := map[string]*library.Type{}
			b.inferFrom(first, left.typ, bound)
			first = first.Substitute(bound)
			if first.HasParameters() {
				continue
			}
		}
		if b.implicit(left, first) != nil {
			found = append(found, m)
		}
	}
	return found
}

// missing says that a type has no such member: whether it is mistyped, beyond
// this library, or not allowed.
func (b *binder) missing(x *csharp.Member, t *library.Type, static bool) {
	switch {
	case t.Forbidden(x.Name):
		b.fail(x.NameAt, "the member '%s' of '%s' exists in .NET, but it is not among those that Microsoft's reference allows in policy expressions", x.Name, t)
	case t.Beyond(x.Name):
		b.beyond(x.NameAt, "the member '%s' of '%s' exists in .NET, but this library cannot run it", x.Name, t)
	case static && len(t.Members(x.Name, false)) > 0:
		b.fail(x.NameAt, "CS0120: '%s.%s' needs an instance: it belongs to values of the type, not to the type", t, x.Name)
	case !static && len(t.Members(x.Name, true)) > 0:
		b.fail(x.NameAt, "CS0176: '%s' belongs to the type: write %s.%s", x.Name, t, x.Name)
	}
	if !static {
		for _, beyond := range []string{"Enumerable", "Extensions"} {
			holder, problem := b.library.Lookup(beyond, nil)
			if problem == nil && holder.Beyond(x.Name) && b.library.ElementOf(t) != nil {
				b.beyond(x.NameAt, "the method '%s' exists in System.Linq, but this library cannot run it", x.Name)
			}
		}
	}
	names := t.MemberNames(static)
	if !static {
		names = append(names, b.library.ExtensionNames()...)
	}
	names = slices.DeleteFunc(names, func(name string) bool { return name == x.Name })
	hint := suggest.Phrase(x.Name, names)
	if hint == "" && !static && len(names) > 0 && len(t.MemberNames(false)) <= 16 {
		hint = "; it has " + strings.Join(t.MemberNames(false), ", ")
	}
	code := "CS1061"
	if static {
		code = "CS0117"
	}
	b.fail(x.NameAt, "%s: '%s' does not contain a definition for '%s'%s", code, t, x.Name, hint)
}

func (b *binder) staticValue(x *csharp.Member, m *library.Member) *node {
	b.members = append(b.members, m.Original())
	n := &node{at: x.Offset(), typ: m.Result, eval: func(f *frame) (any, error) { return m.Do(f.callOf(nil), nil) }}
	if m.Result.IsEnum() || isConstantMember(m) {
		if v, err := m.Do(&library.Call{Library: b.library}, nil); err == nil {
			return constantNode(x.Offset(), m.Result, v)
		}
	}
	return n
}

// isConstantMember tells the members of numeric types and of Math that are
// constants to the compiler.
func isConstantMember(m *library.Member) bool {
	if rank(m.Result) == 0 || m.Callable || rank(m.Declaring) == 0 && m.Declaring.String() != "Math" {
		return false
	}
	switch m.Name {
	case "MaxValue", "MinValue", "PI", "E", "Epsilon", "NaN", "PositiveInfinity", "NegativeInfinity", "Zero", "One", "MinusOne":
		return true
	}
	return false
}

func (b *binder) property(x *csharp.Member, left *node, m *library.Member) *node {
	b.members = append(b.members, m.Original())
	of, types, checkNull := left.eval, m.Of, !left.typ.IsNullable()
	n := &node{at: x.Offset(), typ: m.Result, eval: func(f *frame) (any, error) {
		instance, err := of(f)
		if err != nil {
			return nil, err
		}
		if instance == nil && checkNull {
			return nil, nullReference()
		}
		top := len(f.arguments)
		arguments := f.push(1)
		arguments[0] = instance
		v, err := m.Do(f.callOf(types), arguments)
		f.arguments = f.arguments[:top]
		return v, err
	}}
	if left.path != nil && m.Path != nil {
		n.follow(m.Path(left.path))
	}
	if m.Set != nil {
		n.set = func(f *frame, v any) error {
			instance, err := of(f)
			if err != nil {
				return err
			}
			if instance == nil {
				return nullReference()
			}
			_, err = m.Set(f.callOf(types), []any{instance, v})
			return err
		}
	}
	return n
}

// follow makes n what a library.Reader reads.
func (n *node) follow(path any) {
	n.path = path
	switch read := path.(type) {
	case library.Reader[any]:
		n.eval = func(f *frame) (any, error) { return read(f.env) }
	case library.Reader[int32]:
		n.direct(unboxed[int32](func(f *frame) (int32, error) { return read(f.env) }))
	case library.Reader[float64]:
		n.direct(unboxed[float64](func(f *frame) (float64, error) { return read(f.env) }))
	case library.Reader[bool]:
		n.direct(unboxed[bool](func(f *frame) (bool, error) { return read(f.env) }))
	}
}
