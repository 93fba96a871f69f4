package expression

import (
	"github.com/aoai-gateway/aoai-gateway/internal/policy/library"
)

// choice is a member with its arguments converted to what it takes.
type choice struct {
	member *library.Member
	values []evaluator
	outs   []outAssignment
	// converted are the parameter types that the arguments went to.
	converted []*library.Type
	args      []argument
	expanded  bool
	defaults  int
	generic   bool
}

// outAssignment carries an out argument's value to its variable.
type outAssignment struct {
	index int
	set   func(*frame, any) error
}

// resolve chooses among methods of one name (overload resolution).
func (b *binder) resolve(at int, name string, group []*library.Member, receiver *node, args []argument) *choice {
	b.quiet++
	applicable, closest := b.applicable(at, group, receiver, args)
	b.quiet--
	if len(applicable) == 0 && b.quiet == 0 {
		// Again, for the reason.
		_, closest = b.applicable(at, group, receiver, args)
	}
	best := b.best(applicable)
	if best == nil {
		b.explain(at, name, group, args, closest, len(applicable) > 0)
	}
	b.settleOuts(best)
	return best
}

// applicable are the choices among the methods that take the arguments, and why
// the one that came closest does not.
func (b *binder) applicable(at int, group []*library.Member, receiver *node, args []argument) (applicable []*choice, closest *Problem) {
	// What the most derived type declares comes first, then its base types, then
	// extension methods.
	for _, declared := range byDeclaration(group) {
		for _, m := range declared {
			if m.Extension && receiver == nil {
				continue
			}
			all := args
			if m.Extension {
				all = append([]argument{{node: receiver}}, args...)
			}
			for _, expanded := range []bool{false, true} {
				if !takes(m, all, expanded) {
					continue
				}
				var found *choice
				problem := b.attempt(at, func() { found = b.apply(m, all, expanded) })
				if problem != nil && (closest == nil || problem.Beyond) {
					closest = problem
				}
				if problem == nil && found != nil {
					applicable = append(applicable, found)
					break
				}
			}
		}
		if len(applicable) > 0 {
			break
		}
	}
	return applicable, closest
}

// takes tells whether a member may take so many arguments.
func takes(m *library.Member, args []argument, expanded bool) bool {
	n, most := len(args), len(m.Parameters)
	if expanded {
		return most > 0 && m.Parameters[most-1].Params && n >= most-1
	}
	if n > most {
		return false
	}
	for _, arg := range args {
		if arg.name != "" {
			return true
		}
	}
	for i := n; i < most; i++ {
		if !m.Parameters[i].Optional {
			return false
		}
	}
	return true
}

// byDeclaration keeps together what one type declares; all extension methods
// count as one.
func byDeclaration(group []*library.Member) [][]*library.Member {
	var sets [][]*library.Member
	var extensions []*library.Member
	for _, m := range group {
		last := len(sets) - 1
		switch {
		case m.Extension:
			extensions = append(extensions, m)
		case last >= 0 && library.Same(sets[last][0].Declaring, m.Declaring):
			sets[last] = append(sets[last], m)
		default:
			sets = append(sets, []*library.Member{m})
		}
	}
	if extensions != nil {
		sets = append(sets, extensions)
	}
	return sets
}

// apply tries one member in one form; nil where it does not apply.
func (b *binder) apply(m *library.Member, args []argument, expanded bool) *choice {
	last := len(m.Parameters) - 1
	if expanded && (last < 0 || !m.Parameters[last].Params) {
		return nil
	}
	places := placeArguments(m, args, expanded)
	if places == nil {
		return nil
	}
	generic := len(m.TypeParameters) > 0
	if generic {
		bound := b.infer(m, args, places, expanded)
		types := make([]*library.Type, len(m.TypeParameters))
		for i, parameter := range m.TypeParameters {
			if types[i] = bound[parameter]; types[i] == nil {
				b.fail(argumentAt(args), "CS0411: the type arguments of '%s' cannot be inferred from its arguments", m.Name)
			}
		}
		of := append(append([]*library.Type(nil), m.Of...), types...)
		m = m.WithTypeArguments(types)
		m.Of = of
	}
	c := &choice{member: m, expanded: expanded, args: args, generic: generic, values: make([]evaluator, len(m.Parameters))}
	var extra []evaluator
	for i, arg := range args {
		index := places[i]
		t := m.Parameters[index].Type
		if expanded && index == last {
			t = t.Element()
		}
		c.converted = append(c.converted, t)
		if arg.out != nil != m.Parameters[index].Out {
			return nil
		}
		if arg.out != nil {
			if arg.out.node != nil && !library.Same(arg.out.node.typ, t) {
				return nil
			}
			c.values[index] = func(*frame) (any, error) { return nil, nil } //nolint:nilnil // an out argument goes in as null
			c.outs = append(c.outs, outAssignment{index: index})
			continue
		}
		converted := b.implicit(arg.node, t)
		if converted == nil {
			b.cannotConvert(arg.node, t)
		}
		if expanded && index == last {
			extra = append(extra, converted.eval)
			continue
		}
		c.values[index] = converted.eval
	}
	b.fillDefaults(c, extra, last)
	return c
}

func argumentAt(args []argument) int {
	for _, arg := range args {
		if arg.node != nil {
			return arg.node.at
		}
	}
	return 0
}

// placeArguments says which parameter each argument goes to; nil where they do
// not fit in number or name.
func placeArguments(m *library.Member, args []argument, expanded bool) []int {
	places := make([]int, len(args))
	taken := make([]bool, len(m.Parameters))
	last := len(m.Parameters) - 1
	for i, arg := range args {
		index := i
		if arg.name != "" {
			index = -1
			for j := range m.Parameters {
				if m.Parameters[j].Name == arg.name {
					index = j
				}
			}
			if index < 0 || taken[index] {
				return nil
			}
		}
		if expanded && index >= last {
			index = last
		}
		if index > last {
			return nil
		}
		places[i] = index
		taken[index] = true
	}
	for i := range m.Parameters {
		if !taken[i] && !m.Parameters[i].Optional && (!expanded || i != last) {
			return nil
		}
	}
	return places
}

// fillDefaults puts in what was not handed over: defaults and the params array.
func (b *binder) fillDefaults(c *choice, extra []evaluator, last int) {
	for i := range c.member.Parameters {
		parameter := &c.member.Parameters[i]
		switch {
		case c.values[i] != nil:
		case c.expanded && i == last:
			l, element := b.library, parameter.Type.Element()
			c.values[i] = func(f *frame) (any, error) {
				items, err := evaluate(f, extra)
				if err != nil {
					return nil, err
				}
				return l.NewArray(element, items), nil
			}
		default:
			v := parameter.Default
			c.values[i] = func(*frame) (any, error) { return v, nil }
			c.defaults++
		}
	}
}

// settleOuts declares `out var x` with the type of the chosen parameter.
func (b *binder) settleOuts(c *choice) {
	next := 0
	for i, arg := range c.args {
		if arg.out == nil {
			continue
		}
		t := c.converted[i]
		set := func(*frame, any) error { return nil }
		switch {
		case arg.out.node != nil:
			set = arg.out.node.set
		case arg.out.declared.Name != "_":
			declared := t
			if arg.out.declared.Type != nil {
				declared = b.typeOf(arg.out.declared.Type)
				if !library.Same(declared, t) {
					b.fail(arg.out.at, "CS1503: the out argument is of type '%s', not '%s'", t, declared)
				}
			}
			v := b.declare(arg.out.at, arg.out.declared.Name, declared)
			start := begin(v)
			set = func(f *frame, value any) error {
				start(f, value)
				return nil
			}
		}
		c.outs[next].set = set
		next++
	}
}
