package expression

import "github.com/aoai-gateway/aoai-gateway/internal/policy/csharp"

// place is what an assignment or a step changes. The parts of an element or member (what it is of and
// its indices) are read once, before the right side, unless reading them later gives the same.
type place struct {
	*node
	// parts keep what is read before; the node reads what they kept.
	parts []func(*frame) error
}

// place resolves x, to which right is assigned; right is nil for a step.
func (b *binder) place(x, right csharp.Expression, readsItself bool) place {
	var p place
	switch written := x.(type) {
	case *csharp.Index:
		if mayDiffer(x, right, readsItself) {
			of := b.keep(&p, b.value(written.X))
			arguments := b.arguments(written.Arguments)
			for i := range arguments {
				arguments[i].node = b.keep(&p, arguments[i].node)
			}
			p.node = b.indexedBy(x.Offset(), of, arguments)
			return p
		}
	case *csharp.Member:
		if mayDiffer(x, right, readsItself) {
			if of := b.any(written.X); of.typ != nil && of.eval != nil && !of.typ.IsUnknown() {
				of = b.keep(&p, of)
				p.node = b.memberOf(written, of, of.typ, false, false)
				return p
			}
		}
	}
	p.node = b.any(x)
	return p
}

// keep makes n's value one that is read once, before the rest.
func (b *binder) keep(p *place, n *node) *node {
	if n == nil || n.typ == nil || n.typ.IsNull() || n.eval == nil || n.constant {
		return n
	}
	slot, read := b.function.slots, n.eval
	b.function.slots++
	p.parts = append(p.parts, func(f *frame) error {
		v, err := read(f)
		f.slots[slot] = v
		return err
	})
	return &node{at: n.at, typ: n.typ, eval: func(f *frame) (any, error) { return f.slots[slot], nil }}
}

// begun reads the place's parts before n is computed.
func (p *place) begun(n *node) *node {
	if len(p.parts) == 0 {
		return n
	}
	parts, eval := p.parts, n.eval
	return &node{at: n.at, typ: n.typ, eval: func(f *frame) (any, error) {
		for _, part := range parts {
			if err := part(f); err != nil {
				return nil, err
			}
		}
		return eval(f)
	}}
}

// mayDiffer tells whether the parts of a place may give something else, or do something again, where
// they are read after the right side or twice.
func mayDiffer(x, right csharp.Expression, readsItself bool) bool {
	parts := effectsOf(x)
	return parts.changes || parts.calls && (readsItself || right == nil) ||
		(parts.calls || parts.reads > 1) && effectsOf(right).calls || effectsOf(right).changes
}

// effects is what an expression may do beside giving a value.
type effects struct {
	// changes says that it assigns to variables: its own, or those that a function of this code sees.
	changes bool
	// calls says that it calls something; reads counts the elements and members that it reads.
	calls bool
	reads int
}

func effectsOf(x csharp.Expression) effects {
	var e effects
	csharp.Walk(x, func(n csharp.Node) bool {
		switch n := n.(type) {
		case *csharp.Assign, *csharp.Step, *csharp.Declared:
			e.changes = true
		case *csharp.Call:
			e.calls = true
			if _, ownFunction := n.Function.(*csharp.Name); ownFunction {
				e.changes = true
			}
			for _, each := range n.Arguments {
				e.changes = e.changes || each.Out
			}
		case *csharp.New:
			e.calls = true
		case *csharp.Index, *csharp.Member, *csharp.ConditionalAccess:
			e.reads++
		}
		return !e.changes
	})
	return e
}
