package expression

import (
	"github.com/aoai-gateway/aoai-gateway/internal/policy/csharp"
	"github.com/aoai-gateway/aoai-gateway/internal/policy/library"
)

// boundBody is the body of a function: what it returns, and how.
type boundBody struct {
	result *library.Type // nil: nothing
	eval   evaluator
}

// lambdaTo converts a lambda to a delegate type; nil where it does not fit.
func (b *binder) lambdaTo(n *node, t *library.Type) *node {
	signature := t.Delegate()
	if signature == nil || len(signature.Parameters) != len(n.lambda.Parameters) {
		return nil
	}
	parameters := make([]*library.Type, len(signature.Parameters))
	for i, parameter := range signature.Parameters {
		if parameter.Type.HasParameters() {
			return nil
		}
		parameters[i] = parameter.Type
	}
	wanted := signature.Result
	var made *node
	if b.attempt(n.at, func() { made = b.closure(n, t, parameters, wanted, wanted == nil) }) != nil {
		return nil
	}
	return made
}

// explainLambda fails with the reason why a lambda does not fit.
func (b *binder) explainLambda(n *node, t *library.Type) {
	signature := t.Delegate()
	switch {
	case signature == nil:
		b.fail(n.at, "CS1660: a lambda cannot be converted to '%s', which is no delegate type", t)
	case len(signature.Parameters) != len(n.lambda.Parameters):
		b.fail(n.at, "CS1593: the lambda takes %d parameter(s), and '%s' has %d", len(n.lambda.Parameters), t, len(signature.Parameters))
	}
	parameters := make([]*library.Type, len(signature.Parameters))
	for i, parameter := range signature.Parameters {
		if parameters[i] = parameter.Type; parameters[i].HasParameters() {
			b.fail(n.at, "CS1660: the type of the lambda's parameter cannot be inferred")
		}
	}
	b.closure(n, t, parameters, signature.Result, signature.Result == nil)
	b.fail(n.at, "CS1660: the lambda cannot be converted to '%s'", t)
}

// lambdaBody binds a lambda's body once, to learn what it returns.
func (b *binder) lambdaBody(n *node, parameters []*library.Type) *boundBody {
	var body *boundBody
	problem := b.attempt(n.at, func() { body, _, _ = b.lambdaFunction(n.lambda, parameters, nil, false) })
	if problem != nil {
		// The mistake in the body is what the user has to know.
		panic(problem)
	}
	return body
}

// lambdaFunction binds a lambda as a function of its own.
func (b *binder) lambdaFunction(x *csharp.Lambda, parameters []*library.Type, wanted *library.Type, void bool) (*boundBody, *function, []*variable) {
	inner := &function{outer: b.function, result: wanted, void: void}
	outer, loops := b.function, b.loops
	b.function, b.loops = inner, 0
	defer func() { b.function, b.loops = outer, loops }()
	done := b.open()
	defer done()
	variables := make([]*variable, len(parameters))
	for i, parameter := range x.Parameters {
		t := parameters[i]
		if parameter.Type != nil {
			if written := b.typeOf(parameter.Type); !library.Same(written, t) {
				b.fail(parameter.Offset(), "CS1678: the parameter '%s' is of type '%s', not '%s'", parameter.Name, t, written)
			}
		}
		if parameter.Name == "_" {
			variables[i] = &variable{owner: inner, slot: inner.slots}
			inner.slots++
			continue
		}
		variables[i] = b.declare(parameter.Offset(), parameter.Name, t)
	}
	if x.Body != nil {
		return b.body(x.Body, wanted), inner, variables
	}
	if void && !hasEffect(x.Result) {
		b.fail(x.Result.Offset(), "CS0201: only assignment, call, increment, decrement and new object expressions can be used as a statement")
	}
	result := b.operand(x.Result)
	switch {
	case void:
		return &boundBody{nil, result.eval}, inner, variables
	case wanted != nil:
		result = b.mustConvert(result, wanted)
	default:
		result = b.settled(result, x.Result.Offset())
	}
	return &boundBody{result.typ, result.eval}, inner, variables
}

// closure makes the delegate of a lambda.
func (b *binder) closure(n *node, t *library.Type, parameters []*library.Type, wanted *library.Type, void bool) *node {
	body, inner, variables := b.lambdaFunction(n.lambda, parameters, wanted, void)
	var outs []int
	for i, parameter := range n.lambda.Parameters {
		if parameter.Out {
			outs = append(outs, i)
		}
	}
	return &node{at: n.at, typ: t, eval: b.delegate(t, body, inner, variables, outs)}
}

// delegate makes a value of a bound function: it shares the cells of what it
// captured, and gives every call a frame of its own.
func (b *binder) delegate(t *library.Type, body *boundBody, inner *function, variables []*variable, outs []int) evaluator {
	type source struct{ outer, inner int }
	var sources []source
	for _, c := range inner.captures {
		sources = append(sources, source{b.slotOf(b.function, c.from), c.slot})
	}
	starts := make([]func(*frame, any), len(variables))
	for i, v := range variables {
		starts[i] = begin(v)
	}
	results := make([]evaluator, len(variables))
	for _, i := range outs {
		results[i] = variables[i].reader(inner)
	}
	eval, frames, l := body.eval, &b.compiler.frames, b.library
	return func(f *frame) (any, error) {
		cells := make([]*cell, len(sources))
		for i, s := range sources {
			cells[i] = sharedCell(f, s.outer)
		}
		env := f.env
		return &library.Delegate{Type: t, Invoke: func(arguments []any) (any, error) {
			defer env.Leave()
			if err := env.Enter(); err != nil {
				return nil, err
			}
			own := frames.take(env, l, inner)
			for i, s := range sources {
				own.slots[s.inner] = cells[i]
			}
			for i, start := range starts {
				start(own, arguments[i])
			}
			v, err := eval(own)
			for _, i := range outs {
				arguments[i], _ = results[i](own)
			}
			frames.give(own, inner)
			return v, err
		}}, nil
	}
}

// groupTo converts a method to a delegate type; nil where none fits.
func (b *binder) groupTo(n *node, t *library.Type) *node {
	signature := t.Delegate()
	if signature == nil {
		return nil
	}
	args := make([]argument, len(signature.Parameters))
	for i, parameter := range signature.Parameters {
		if parameter.Type.HasParameters() {
			return nil
		}
		slot := b.function.slots
		b.function.slots++
		args[i].node = &node{at: n.at, typ: parameter.Type, eval: func(f *frame) (any, error) { return f.slots[slot], nil }}
	}
	first := b.function.slots - len(args)
	b.function.keepsFrame = true
	var invoked *node
	if b.attempt(n.at, func() {
		invoked = b.invoke(n.at, b.resolve(n.at, n.called, n.group, n.receiver, args), n.receiver)
		if signature.Result != nil {
			invoked = b.mustConvert(invoked, signature.Result)
		}
	}) != nil {
		return nil
	}
	eval := invoked.eval
	return &node{at: n.at, typ: t, eval: func(f *frame) (any, error) {
		return &library.Delegate{Type: t, Invoke: func(arguments []any) (any, error) {
			copy(f.slots[first:], arguments)
			return eval(f)
		}}, nil
	}}
}

// betterLambda prefers, of two delegate types, the one whose result the lambda
// gives without a conversion, then the narrower one.
func (b *binder) betterLambda(n *node, s, t *library.Type) int {
	x, y := s.Delegate(), t.Delegate()
	if x == nil || y == nil || len(x.Parameters) != len(y.Parameters) {
		return 0
	}
	if x.Result == nil || y.Result == nil {
		return bitOf(x.Result != nil) - bitOf(y.Result != nil)
	}
	parameters := make([]*library.Type, len(x.Parameters))
	for i := range x.Parameters {
		parameters[i] = x.Parameters[i].Type
		if parameters[i].HasParameters() {
			return 0
		}
	}
	var natural *library.Type
	if b.attempt(n.at, func() { natural = b.lambdaBody(n, parameters).result }) != nil || natural == nil {
		return 0
	}
	return b.betterConversion(typed(natural), x.Result, y.Result)
}

func bitOf(v bool) int {
	if v {
		return 1
	}
	return 0
}
