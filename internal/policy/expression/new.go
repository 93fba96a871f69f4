package expression

import (
	"github.com/aoai-gateway/aoai-gateway/internal/policy/csharp"
	"github.com/aoai-gateway/aoai-gateway/internal/policy/library"
)

// objectSize is what a new object counts for, in bytes, before anything is in it.
const objectSize = 256

// newObject resolves new Type(...) { ... }.
func (b *binder) newObject(x *csharp.New) *node {
	if x.Type == nil {
		return b.anonymous(x)
	}
	t := b.typeOf(x.Type)
	if t.Delegate() != nil && len(x.Arguments) == 1 && !x.HasElements {
		return b.mustConvert(b.operand(x.Arguments[0].Value), t)
	}
	if t.IsNullable() && len(x.Arguments) == 1 && !x.HasElements {
		return b.mustConvert(b.mustConvert(b.operand(x.Arguments[0].Value), t.Element()), t)
	}
	constructors := t.Constructors()
	if t.IsValue() && len(x.Arguments) == 0 && !x.HasElements {
		return constantNode(x.Offset(), t, b.library.Zero(t))
	}
	if len(constructors) == 0 {
		if t.IsStatic() || t.IsInterface() {
			b.fail(x.Offset(), "CS0144: '%s' cannot be made by new", t)
		}
		b.beyond(x.Offset(), "new %s(...) cannot be run here", t)
	}
	chosen := b.resolve(x.Offset(), t.String(), constructors, nil, b.arguments(x.Arguments))
	made := b.invoke(x.Offset(), chosen, nil)
	made.typ = t
	construct := made.eval
	made.eval = func(f *frame) (any, error) {
		if err := f.env.Take(objectSize); err != nil {
			return nil, err
		}
		return construct(f)
	}
	if x.HasElements {
		return b.initialized(made, x.Elements)
	}
	return made
}

// initialized adds the elements of an initializer to a new object.
func (b *binder) initialized(made *node, elements []csharp.Element) *node {
	subject := &node{at: made.at, typ: made.typ}
	slot := b.function.slots
	b.function.slots++
	subject.eval = func(f *frame) (any, error) { return f.slots[slot], nil }
	steps := make([]evaluator, len(elements))
	for i, element := range elements {
		steps[i] = b.element(subject, element)
	}
	eval := made.eval
	return &node{at: made.at, typ: made.typ, eval: func(f *frame) (any, error) {
		v, err := eval(f)
		if err != nil {
			return nil, err
		}
		before := f.slots[slot]
		defer func() { f.slots[slot] = before }()
		for _, step := range steps {
			f.slots[slot] = v
			if _, err := step(f); err != nil {
				return nil, err
			}
		}
		return v, nil
	}}
}

func (b *binder) element(subject *node, element csharp.Element) evaluator {
	at := element.Offset()
	switch {
	case element.Key != nil:
		target := b.indexed(at, subject, []csharp.Argument{{Value: element.Key}})
		return b.assignElement(at, target, element)
	case element.Name != "":
		found := subject.typ.Members(element.Name, false)
		if len(found) == 0 || found[0].Callable {
			b.fail(at, "CS1061: '%s' does not contain a definition for '%s'", subject.typ, element.Name)
		}
		target := b.property(&csharp.Member{At: element.At, Name: element.Name, NameAt: at}, subject, found[0])
		return b.assignElement(at, target, element)
	}
	add := subject.typ.Members("Add", false)
	if len(add) == 0 {
		b.fail(at, "CS1061: '%s' has no Add, which a collection initializer calls", subject.typ)
	}
	args := make([]argument, len(element.Values))
	for i, value := range element.Values {
		args[i].node = b.operand(value)
	}
	return b.invoke(at, b.resolve(at, "Add", add, subject, args), subject).eval
}

func (b *binder) assignElement(at int, target *node, element csharp.Element) evaluator {
	if element.Nested != nil {
		return b.initialized(target, element.Nested).eval
	}
	if target.set == nil {
		b.fail(at, "CS0200: what the initializer sets cannot be assigned to")
	}
	value := b.mustConvert(b.operand(element.Values[0]), target.typ)
	set, eval := target.set, value.eval
	return func(f *frame) (any, error) {
		v, err := eval(f)
		if err != nil {
			return nil, err
		}
		return nil, set(f, v)
	}
}

func (b *binder) anonymous(x *csharp.New) *node {
	names := make([]string, len(x.Elements))
	types := make([]*library.Type, len(x.Elements))
	values := make([]evaluator, len(x.Elements))
	for i, element := range x.Elements {
		n := b.value(element.Values[0])
		if n.typ == nil || n.typ.IsNull() {
			b.fail(n.at, "CS0828: cannot assign <null> to an anonymous type's member; cast it: (string)null")
		}
		names[i], types[i], values[i] = element.Name, n.typ, n.eval
		for _, earlier := range names[:i] {
			if earlier == element.Name {
				b.fail(element.Offset(), "CS0833: an anonymous object cannot have two members named '%s'", element.Name)
			}
		}
	}
	t := b.library.Anonymous(names, types)
	return &node{at: x.Offset(), typ: t, eval: func(f *frame) (any, error) {
		evaluated, err := evaluate(f, values)
		if err != nil {
			return nil, err
		}
		return &library.Anonymous{Type: t, Names: names, Values: evaluated}, f.env.Take(32 * len(values))
	}}
}
