package expression

import "github.com/aoai-gateway/aoai-gateway/internal/policy/library"

// infer finds the type arguments of a generic method from its arguments: first
// from values, then from lambdas whose parameters are known by then.
func (b *binder) infer(m *library.Member, args []argument, places []int, expanded bool) map[string]*library.Type {
	bound := map[string]*library.Type{}
	last := len(m.Parameters) - 1
	target := func(i int) *library.Type {
		t := m.Parameters[places[i]].Type
		if expanded && places[i] == last {
			return t.Element()
		}
		return t
	}
	for i, arg := range args {
		if arg.out != nil && arg.out.node != nil {
			b.inferFrom(target(i), arg.out.node.typ, bound)
		}
		if arg.out != nil && arg.out.declared != nil && arg.out.declared.Type != nil {
			b.inferFrom(target(i), b.typeOf(arg.out.declared.Type), bound)
		}
		if arg.node != nil && arg.node.typ != nil && arg.node.lambda == nil {
			b.inferFrom(target(i), arg.node.typ, bound)
		}
	}
	for range args {
		for i, arg := range args {
			if arg.node == nil || arg.node.lambda == nil && arg.node.group == nil {
				continue
			}
			signature := target(i).Delegate()
			if signature == nil || signature.Result == nil || !signature.Result.HasParameters() {
				continue
			}
			if result := b.resultOf(arg.node, signature, bound); result != nil {
				b.inferFrom(signature.Result, result, bound)
			}
		}
	}
	return bound
}

// resultOf is the type that a lambda or method gives for the parameter types
// known so far; nil while they are open.
func (b *binder) resultOf(n *node, signature *library.Member, bound map[string]*library.Type) *library.Type {
	parameters := make([]*library.Type, len(signature.Parameters))
	for i, parameter := range signature.Parameters {
		parameters[i] = parameter.Type.Substitute(bound)
		if parameters[i].HasParameters() {
			return nil
		}
	}
	if n.group != nil {
		args := make([]argument, len(parameters))
		for i, t := range parameters {
			args[i].node = typed(t)
		}
		var result *library.Type
		if b.attempt(n.at, func() { result = b.resolve(n.at, n.called, n.group, n.receiver, args).member.Result }) != nil {
			return nil
		}
		return result
	}
	if len(n.lambda.Parameters) != len(parameters) {
		return nil
	}
	return b.lambdaBody(n, parameters).result
}

// inferFrom unifies a parameter's type with an argument's.
func (b *binder) inferFrom(parameter, argument *library.Type, bound map[string]*library.Type) {
	switch {
	case argument == nil || argument.IsNull() || argument.IsUnknown() || parameter == nil:
		return
	case library.Same(argument, b.library.JObject) && parameter.As(b.library.Enumerable) != nil:
		// A JObject is two sequences, of tokens and of pairs: C# infers nothing.
		return
	case parameter.IsParameter():
		name := parameter.String()
		known := bound[name]
		if known == nil || b.implicit(typed(known), argument) != nil && b.implicit(typed(argument), known) == nil {
			bound[name] = argument
		}
		return
	case !parameter.HasParameters():
		return
	}
	if parameter.IsArray() {
		if argument.IsArray() {
			b.inferFrom(parameter.Element(), argument.Element(), bound)
		}
		return
	}
	if parameter.IsNullable() {
		if argument.IsNullable() {
			argument = argument.Element()
		}
		b.inferFrom(parameter.Element(), argument, bound)
		return
	}
	if argument.IsArray() {
		if parameter.IsInterface() && len(parameter.Arguments()) == 1 {
			b.inferFrom(parameter.Arguments()[0], argument.Element(), bound)
		}
		return
	}
	found := argument.As(parameter)
	if found == nil || len(found.Arguments()) != len(parameter.Arguments()) {
		return
	}
	for i, each := range parameter.Arguments() {
		b.inferFrom(each, found.Arguments()[i], bound)
	}
}

// common is the type that all nodes convert to, one of theirs; nil where there
// is none.
func (b *binder) common(nodes []*node) *library.Type {
	for _, candidate := range nodes {
		t := candidate.typ
		if t == nil || t.IsNull() || candidate.lambda != nil || candidate.group != nil {
			continue
		}
		fits := func(t *library.Type) bool {
			for _, other := range nodes {
				if b.implicit(other, t) == nil {
					return false
				}
			}
			return true
		}
		if fits(t) {
			return t
		}
	}
	return nil
}
