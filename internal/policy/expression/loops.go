package expression

import (
	"errors"

	"github.com/aoai-gateway/aoai-gateway/internal/policy/csharp"
	"github.com/aoai-gateway/aoai-gateway/internal/policy/library"
)

func (b *binder) ifStatement(x *csharp.If) statement {
	condition := b.condition(x.Condition)
	then := b.nested(x.Then)
	otherwise := func(*frame) (signal, error) { return goOn, nil }
	if x.Else != nil {
		otherwise = b.nested(x.Else)
	}
	return func(f *frame) (signal, error) {
		v, err := condition(f)
		if err != nil {
			return goOn, err
		}
		if v {
			return then(f)
		}
		return otherwise(f)
	}
}

// nested binds a statement in a block of its own.
func (b *binder) nested(x csharp.Statement) statement {
	done := b.open()
	defer done()
	return b.statement(x)
}

func (b *binder) loopBody(x csharp.Statement) statement {
	b.loops++
	defer func() { b.loops-- }()
	return b.nested(x)
}

func (b *binder) while(x *csharp.While) statement {
	done := b.open()
	defer done()
	condition := b.condition(x.Condition)
	body := b.loopBody(x.Body)
	first := x.Do
	return func(f *frame) (signal, error) {
		for skip := first; ; skip = false {
			if err := f.env.Step(1); err != nil {
				return goOn, err
			}
			if !skip {
				if v, err := condition(f); err != nil || !v {
					return goOn, err
				}
			}
			if s, err := body(f); err != nil || s == doBreak || s == doReturn {
				return left(s), err
			}
		}
	}
}

// left is how a loop ends whose body ended with s.
func left(s signal) signal {
	if s == doReturn {
		return doReturn
	}
	return goOn
}

func (b *binder) forStatement(x *csharp.For) statement {
	done := b.open()
	defer done()
	start := b.statements(x.Start)
	condition := func(*frame) (bool, error) { return true, nil }
	if x.Condition != nil {
		condition = b.condition(x.Condition)
	}
	next := make([]statement, len(x.Next))
	for i, each := range x.Next {
		next[i] = b.effect(each)
	}
	body := b.loopBody(x.Body)
	return func(f *frame) (signal, error) {
		if s, err := start(f); err != nil {
			return s, err
		}
		for {
			if err := f.env.Step(1); err != nil {
				return goOn, err
			}
			if v, err := condition(f); err != nil || !v {
				return goOn, err
			}
			if s, err := body(f); err != nil || s == doBreak || s == doReturn {
				return left(s), err
			}
			for _, step := range next {
				if _, err := step(f); err != nil {
					return goOn, err
				}
			}
		}
	}
}

// errLeave ends an iteration from inside.
var errLeave = errors.New("leave the loop")

func (b *binder) forEach(x *csharp.ForEach) statement {
	collection := b.value(x.Collection)
	l := b.library
	if collection.typ == nil {
		b.fail(x.Collection.Offset(), "CS1579: what foreach goes through has no value")
	}
	if collection.typ.IsNull() || collection.constant && collection.value == nil && !collection.typ.IsUnknown() {
		b.fail(x.Collection.Offset(), "CS0186: use of null is not valid in this context")
	}
	element := b.elementOf(collection)
	if element == nil {
		b.fail(x.Collection.Offset(), "CS1579: foreach cannot go through '%s': it is no collection", collection.typ)
	}
	t := element
	if x.Type != nil {
		t = b.typeOf(x.Type)
	}
	done := b.open()
	defer done()
	slot := b.function.slots
	b.function.slots++
	item := b.explicit(&node{at: x.Offset(), typ: element, eval: func(f *frame) (any, error) { return f.slots[slot], nil }}, t)
	if item == nil {
		b.fail(x.Offset(), "CS0030: cannot convert type '%s' to '%s'", element, t)
	}
	v := b.declare(x.Offset(), x.Name, t)
	v.readOnly = true
	start := begin(v)
	body := b.loopBody(x.Body)
	pairs := library.Same(collection.typ, l.JObject)
	return func(f *frame) (s signal, err error) {
		items, err := collection.eval(f)
		if err != nil {
			return goOn, err
		}
		if items == nil {
			return goOn, nullReference()
		}
		if pairs {
			items = l.Pairs(items)
		}
		err = library.Each(items, func(each any) error {
			if err := f.env.Step(1); err != nil {
				return err
			}
			f.slots[slot] = each
			converted, err := item.eval(f)
			if err != nil {
				return err
			}
			start(f, converted)
			ended, err := body(f)
			if err == nil && (ended == doBreak || ended == doReturn) {
				s, err = left(ended), errLeave
			}
			return err
		})
		if errors.Is(err, errLeave) {
			err = nil
		}
		return s, err
	}
}

// elementOf is what foreach gets from a collection; of a JObject, its own
// enumerator gives pairs.
func (b *binder) elementOf(collection *node) *library.Type {
	l := b.library
	switch {
	case collection.typ.IsUnknown():
		return l.Unknown
	case library.Same(collection.typ, l.JObject):
		return l.PairOf(l.String, l.Token)
	}
	switch collection.typ.FullName() {
	case "System.Array", "System.Collections.IEnumerable":
		return l.Object
	}
	return l.ElementOf(collection.typ)
}

func (b *binder) switchStatement(x *csharp.Switch) statement {
	value := b.value(x.Value)
	done := b.open()
	defer done()
	type section struct {
		tests []func(*frame, any) (bool, error)
		run   statement
	}
	sections := make([]section, len(x.Sections))
	fallback := -1
	taken := map[string]bool{}
	// What a section declares is known in those after it; only the names of patterns are its own.
	shared := map[string]*variable{}
	for i, each := range x.Sections {
		leave := b.open()
		for _, label := range each.Labels {
			if label.Default {
				if fallback >= 0 {
					b.fail(label.Offset(), "CS0152: the switch statement has more than one default")
				}
				fallback = i
				continue
			}
			if label.Constant != nil && label.Guard == nil {
				key := csharp.Key(label.Constant)
				if taken[key] {
					b.fail(label.Offset(), "CS0152: the switch statement contains multiple cases with the same label value")
				}
				taken[key] = true
			}
			sections[i].tests = append(sections[i].tests, b.label(value, label))
		}
		b.loops++
		b.function.scope = &scope{outer: b.function.scope, names: shared}
		sections[i].run = b.statements(each.Statements)
		b.loops--
		leave()
		if len(each.Statements) > 0 && !b.endsSection(each.Statements) {
			b.fail(each.Labels[0].Offset(), "CS0163: control cannot fall through from one case label to another: end the section with break or return")
		}
	}
	return func(f *frame) (signal, error) {
		v, err := value.eval(f)
		if err != nil {
			return goOn, err
		}
		chosen := fallback
	search:
		for i := range sections {
			for _, test := range sections[i].tests {
				matches, err := test(f, v)
				if err != nil {
					return goOn, err
				}
				if matches {
					chosen = i
					break search
				}
			}
		}
		if chosen < 0 {
			return goOn, nil
		}
		s, err := sections[chosen].run(f)
		if s == doBreak {
			s = goOn
		}
		return s, err
	}
}

func (b *binder) label(value *node, label csharp.SwitchLabel) func(*frame, any) (bool, error) {
	test := b.pattern(label.Offset(), value, label.Type, label.Name, label.Constant)
	if label.Guard == nil {
		return test
	}
	guard := b.condition(label.Guard)
	return func(f *frame, v any) (bool, error) {
		matches, err := test(f, v)
		if err != nil || !matches {
			return false, err
		}
		return guard(f)
	}
}
