package expression

import (
	"github.com/aoai-gateway/aoai-gateway/internal/policy/csharp"
	"github.com/aoai-gateway/aoai-gateway/internal/policy/library"
)

// tuple resolves (X, Y). It has a type of its own where all items have one.
func (b *binder) tuple(x *csharp.TupleValue) *node {
	n := &node{at: x.Offset(), tuple: make([]*node, len(x.Items))}
	names, types := make([]string, len(x.Items)), make([]*library.Type, len(x.Items))
	open := false
	for i, item := range x.Items {
		n.tuple[i] = b.operand(item.Value)
		names[i], types[i] = item.Name, n.tuple[i].typ
		open = open || types[i] == nil || types[i].IsNull()
	}
	if !open {
		if n.typ = b.library.TupleOf(types, names); n.typ == nil {
			b.fail(n.at, "a tuple of more than 7 items is not supported in policy expressions")
		}
		n.eval = makeTuple(n.typ, n.tuple)
	}
	return n
}

func makeTuple(t *library.Type, items []*node) evaluator {
	evals := make([]evaluator, len(items))
	for i, item := range items {
		evals[i] = item.eval
	}
	return func(f *frame) (any, error) {
		values, err := evaluate(f, evals)
		if err != nil {
			return nil, err
		}
		return &library.Tuple{Type: t, Items: values}, f.env.Take(16 * len(values))
	}
}

// tupleTo converts a tuple item by item; nil where an item does not convert.
func (b *binder) tupleTo(n *node, t *library.Type) *node {
	items, before := b.itemsOf(n)
	if len(items) != len(t.Arguments()) {
		return nil
	}
	converted := make([]*node, len(items))
	for i, item := range items {
		if converted[i] = b.implicit(item, t.Arguments()[i]); converted[i] == nil {
			return nil
		}
	}
	build := makeTuple(t, converted)
	return &node{at: n.at, typ: t, eval: func(f *frame) (any, error) {
		if err := before(f); err != nil {
			return nil, err
		}
		return build(f)
	}}
}

// itemsOf are the items of a tuple, and what is done before they are read.
func (b *binder) itemsOf(n *node) (items []*node, before func(*frame) error) {
	if n.tuple != nil {
		return n.tuple, func(*frame) error { return nil }
	}
	slot, eval := b.function.slots, n.eval
	b.function.slots++
	items = make([]*node, len(n.typ.Arguments()))
	for i, t := range n.typ.Arguments() {
		items[i] = &node{at: n.at, typ: t, eval: func(f *frame) (any, error) { return f.slots[slot].(*library.Tuple).Items[i], nil }}
	}
	return items, func(f *frame) (err error) {
		f.slots[slot], err = eval(f)
		return err
	}
}

// deconstruct takes a tuple apart: all items are evaluated before the first is
// put anywhere.
func (b *binder) deconstruct(x *csharp.Deconstruct) *node {
	value := b.operand(x.Value)
	if value.tuple == nil && !value.typ.IsTuple() {
		b.fail(x.Value.Offset(), "CS8129: '%s' cannot be taken apart: it is no tuple", nodeType(value))
	}
	items, before := b.itemsOf(value)
	if len(items) != len(x.Targets) {
		b.fail(x.Offset(), "CS8132: cannot deconstruct a tuple of '%d' items into '%d' variables", len(items), len(x.Targets))
	}
	evals, puts := make([]evaluator, len(items)), make([]func(*frame, any) error, len(items))
	for i, target := range x.Targets {
		evals[i], puts[i] = b.part(target, items[i])
	}
	return &node{at: x.Offset(), eval: func(f *frame) (any, error) {
		if err := before(f); err != nil {
			return nil, err
		}
		values, err := evaluate(f, evals)
		if err != nil {
			return nil, err
		}
		for i, put := range puts {
			if err := put(f, values[i]); err != nil {
				return nil, err
			}
		}
		return nil, nil
	}}
}

// part is one item of a tuple that is taken apart, and where it goes.
func (b *binder) part(target csharp.Target, item *node) (evaluator, func(*frame, any) error) {
	if target.X != nil {
		place := b.value(target.X)
		if place.set == nil {
			b.fail(target.Offset(), "CS0131: the left-hand side of an assignment must be a variable, property or indexer")
		}
		return b.mustConvert(item, place.typ).eval, place.set
	}
	if target.Type != nil {
		item = b.mustConvert(item, b.typeOf(target.Type))
	}
	item = b.settled(item, target.Offset())
	if item.typ == nil || item.typ.IsNull() {
		b.fail(target.Offset(), "CS8130: the type of the variable '%s' cannot be told; name it", target.Name)
	}
	if target.Name == "_" {
		return item.eval, func(*frame, any) error { return nil }
	}
	start := begin(b.declare(target.Offset(), target.Name, item.typ))
	return item.eval, func(f *frame, v any) error {
		start(f, v)
		return nil
	}
}

// deconstructed is what the places of a deconstruction are worth to definite
// assignment.
func (a *assignments) deconstructed(x *csharp.Deconstruct) {
	a.expression(x.Value)
	for _, target := range x.Targets {
		if name, ok := target.X.(*csharp.Name); ok {
			delete(a.now.names, name.Name)
		} else {
			a.optional(target.X)
		}
	}
}
