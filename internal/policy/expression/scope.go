package expression

import (
	"github.com/aoai-gateway/aoai-gateway/internal/policy/csharp"
	"github.com/aoai-gateway/aoai-gateway/internal/policy/library"
)

// function is the expression itself, a lambda or a local function: what has
// variables of its own.
type function struct {
	outer *function
	scope *scope
	slots int
	words int
	// keepsFrame says that a delegate may use its frame after it has ended.
	keepsFrame bool
	captures   []capture
	// result is the type that return statements convert to; nil: still open.
	result *library.Type
	// returns are the types that were returned while result was open.
	returns []*node
	void    bool
}

// capture is a variable of a function further out, and the slot that holds its
// cell here.
type capture struct {
	from *variable
	slot int
}

// scope is a block: names declared in it are known to its end.
type scope struct {
	outer *scope
	names map[string]*variable
}

// variable is a local variable or parameter.
type variable struct {
	name     string
	typ      *library.Type
	owner    *function
	slot     int
	captured bool
	constant *node
	readOnly bool
	// local is where it lives unboxed; nil where it lives in its slot.
	local local
	// function is set where the variable is a local function.
	function *csharp.LocalFunction
}

func (b *binder) open() func() {
	previous := b.function.scope
	b.function.scope = &scope{outer: previous, names: map[string]*variable{}}
	owner := b.function
	return func() { owner.scope = previous }
}

func (b *binder) declare(at int, name string, t *library.Type) *variable {
	for f := b.function; f != nil; f = f.outer {
		for s := f.scope; s != nil; s = s.outer {
			if s.names[name] != nil && s != b.function.scope {
				b.fail(at, "CS0136: a local variable named '%s' is already declared in a block around it", name)
			}
			if s.names[name] != nil {
				b.fail(at, "CS0128: a local variable named '%s' is already declared here or in a block around it", name)
			}
		}
	}
	if name == "context" {
		b.fail(at, "CS0136: 'context' cannot name a variable: it is the call's context")
	}
	v := &variable{name: name, typ: t, owner: b.function, slot: b.function.slots}
	b.function.slots++
	if v.local = localFor(v, b.function.words); v.local != nil {
		b.function.words++
	}
	if b.function.scope == nil {
		b.function.scope = &scope{names: map[string]*variable{}}
	}
	b.function.scope.names[name] = v
	return v
}

// find resolves a variable and the slot that it has in the function at hand.
func (b *binder) find(name string) (v *variable, slot int) {
	for f := b.function; f != nil; f = f.outer {
		for s := f.scope; s != nil; s = s.outer {
			if v := s.names[name]; v != nil {
				return v, b.slotOf(b.function, v)
			}
		}
	}
	return nil, 0
}

// slotOf takes a variable through all functions between its owner and f.
func (b *binder) slotOf(f *function, v *variable) int {
	if f == v.owner {
		return v.slot
	}
	v.captured = true
	for _, c := range f.captures {
		if c.from == v {
			return c.slot
		}
	}
	b.slotOf(f.outer, v)
	f.captures = append(f.captures, capture{v, f.slots})
	f.slots++
	return f.slots - 1
}

// reader reads a variable in the function that it belongs to.
func (v *variable) reader(f *function) evaluator {
	if v.local != nil {
		return v.local.node(0, v.typ).eval
	}
	return read(f, v, v.slot)
}

// read and write access a variable from function f through its slot there.
func read(f *function, v *variable, slot int) evaluator {
	if f != v.owner {
		return func(f *frame) (any, error) { return f.slots[slot].(*cell).value, nil }
	}
	return func(f *frame) (any, error) {
		if v.captured {
			return sharedCell(f, slot).value, nil
		}
		return f.slots[slot], nil
	}
}

func write(f *function, v *variable, slot int) func(*frame, any) error {
	isOwner := f == v.owner
	return func(f *frame, value any) error {
		if !isOwner || v.captured {
			sharedCell(f, slot).value = value
		} else {
			f.slots[slot] = value
		}
		return nil
	}
}

// begin gives a variable its first value.
func begin(v *variable) func(*frame, any) {
	if v.local != nil {
		return v.local.start
	}
	return func(f *frame, value any) {
		if !v.captured {
			f.slots[v.slot] = value
			return
		}
		startCell(f, v.slot, value)
	}
}

// startCell makes a captured variable's cell: a fresh one each time, so that lambdas of one round of
// a loop do not see the next one's.
func startCell(f *frame, slot int, value any) {
	if existing, ok := f.slots[slot].(*cell); ok && existing.early {
		existing.value, existing.early = value, false
		return
	}
	f.slots[slot] = &cell{value: value}
}

// sharedCell is a captured variable's cell, made where a local function is
// created before the variable is declared.
func sharedCell(f *frame, slot int) *cell {
	if existing, ok := f.slots[slot].(*cell); ok {
		return existing
	}
	made := &cell{value: f.slots[slot], early: true}
	f.slots[slot] = made
	return made
}
