package expression

import (
	"strings"

	"github.com/aoai-gateway/aoai-gateway/internal/policy/csharp"
	"github.com/aoai-gateway/aoai-gateway/internal/policy/dotnet"
	"github.com/aoai-gateway/aoai-gateway/internal/policy/library"
)

// argument is a value handed to a member, before its type is settled.
type argument struct {
	name string
	node *node
	out  *outTarget
}

// outTarget is where an out argument goes.
type outTarget struct {
	at       int
	declared *csharp.Declared // with a type still open where it is var
	node     *node
}

func (b *binder) arguments(written []csharp.Argument) []argument {
	args := make([]argument, len(written))
	for i, each := range written {
		args[i].name = each.Name
		if !each.Out {
			args[i].node = b.operand(each.Value)
			continue
		}
		target := &outTarget{at: each.Value.Offset()}
		if name, ok := each.Value.(*csharp.Name); ok && name.Name == "_" {
			if v, _ := b.find("_"); v == nil {
				target.declared = &csharp.Declared{At: name.At, Name: "_"}
				args[i].out = target
				continue
			}
		}
		if declared, ok := each.Value.(*csharp.Declared); ok {
			target.declared = declared
		} else {
			target.node = b.value(each.Value)
			if target.node.set == nil {
				b.fail(target.at, "CS1510: an out argument has to be a variable")
			}
		}
		args[i].out = target
	}
	return args
}

// call resolves Function(Arguments).
func (b *binder) call(x *csharp.Call) *node {
	function := b.callee(x.Function)
	args := b.arguments(x.Arguments)
	if function.group != nil {
		return b.invokeGroup(x, function, args)
	}
	if function.typ != nil && function.typ.IsUnknown() {
		return b.unknown(x.Offset())
	}
	if function.typ != nil && function.typ.Delegate() != nil {
		return b.invokeDelegate(x, function, args)
	}
	if name, ok := x.Function.(*csharp.Name); ok && function.names != nil {
		b.fail(x.Offset(), "CS1955: '%s' is a type; a new one is made by new %s(...)", name.Name, name.Name)
	}
	b.fail(x.Offset(), "CS1955: what stands before ( cannot be called")
	return nil
}

// callee is what is called. A member with type arguments keeps them.
func (b *binder) callee(x csharp.Expression) *node {
	member, ok := x.(*csharp.Member)
	if !ok {
		return b.any(x)
	}
	if len(member.Arguments) == 0 {
		return b.member(member, true)
	}
	plain := *member
	plain.Arguments = nil
	if n := b.member(&plain, true); n.group != nil {
		return b.withTypeArguments(n, member)
	}
	return b.any(x)
}

func (b *binder) withTypeArguments(n *node, member *csharp.Member) *node {
	args := b.types(member.Arguments)
	var found []*library.Member
	for _, m := range n.group {
		if len(m.TypeParameters) == len(args) {
			typed := m.WithTypeArguments(args)
			typed.Of = append(append([]*library.Type(nil), m.Of...), args...)
			found = append(found, typed)
		}
	}
	if len(found) == 0 {
		b.fail(member.NameAt, "CS0305: the method '%s' does not take %d type argument(s)", member.Name, len(args))
	}
	copied := *n
	copied.group = found
	return &copied
}

func (b *binder) invokeGroup(x *csharp.Call, function *node, args []argument) *node {
	b.refuseStatic(x, function, args)
	chosen := b.resolve(x.Offset(), function.called, function.group, function.receiver, args)
	return b.invoke(x.Offset(), chosen, function.receiver)
}

// refuseStatic refuses an extension method where a static method of the type has
// the name and takes the arguments: C# finds that one first.
func (b *binder) refuseStatic(x *csharp.Call, function *node, args []argument) {
	if function.receiver == nil || len(function.group) == 0 || !function.group[0].Extension {
		return
	}
	static := function.receiver.typ.Methods(function.called, true)
	if len(static) > 0 && b.attempt(x.Offset(), func() { b.resolve(x.Offset(), function.called, static, nil, args) }) == nil {
		b.fail(x.Offset(), "CS0176: '%s.%s' belongs to the type, and C# finds it before the method of System.Linq", function.receiver.typ, function.called)
	}
}

func (b *binder) invokeDelegate(x *csharp.Call, function *node, args []argument) *node {
	signature := *function.typ.Delegate()
	signature.Name = "delegate " + function.typ.String()
	signature.Static = true
	if name, ok := x.Function.(*csharp.Name); ok {
		if v, _ := b.find(name.Name); v != nil && v.function != nil {
			b.named(&signature, v.function)
		}
	}
	chosen := b.resolve(x.Offset(), signature.Name, []*library.Member{&signature}, nil, args)
	callee, values, outs := function.eval, chosen.values, chosen.outs
	return &node{at: x.Offset(), typ: signature.Result, eval: func(f *frame) (any, error) {
		delegate, err := callee(f)
		if err != nil {
			return nil, err
		}
		if delegate == nil {
			return nil, nullReference()
		}
		arguments, err := evaluate(f, values)
		if err != nil {
			return nil, err
		}
		v, err := delegate.(*library.Delegate).Invoke(arguments)
		for _, out := range outs {
			if err == nil {
				err = out.set(f, arguments[out.index])
			}
		}
		return v, err
	}}
}

func evaluate(f *frame, values []evaluator) ([]any, error) {
	arguments := make([]any, len(values))
	return arguments, evaluateInto(f, values, arguments)
}

func evaluateInto(f *frame, values []evaluator, arguments []any) error {
	if err := f.env.Step(1); err != nil {
		return err
	}
	for i, value := range values {
		v, err := value(f)
		if err != nil {
			return err
		}
		arguments[i] = v
	}
	return nil
}

// invoke makes the call of a chosen member.
func (b *binder) invoke(at int, chosen *choice, receiver *node) *node {
	m := chosen.member
	b.members = append(b.members, m.Original())
	values := chosen.values
	instance := 0
	if receiver != nil && !m.Static {
		values = append([]evaluator{receiver.eval}, values...)
		instance = 1
	}
	checkNull := instance == 1 && !receiver.typ.IsNullable()
	types, parameters, outs := m.Of, m.Parameters, chosen.outs
	run := func(f *frame, arguments []any) (any, error) {
		if err := evaluateInto(f, values, arguments); err != nil {
			return nil, err
		}
		if checkNull && arguments[0] == nil {
			return nil, nullReference()
		}
		for i := range parameters {
			if parameters[i].NotNull && arguments[i+instance] == nil {
				return nil, dotnet.ArgumentNull(parameters[i].Name)
			}
		}
		v, err := m.Do(f.callOf(types), arguments)
		if err != nil {
			return nil, err
		}
		for _, out := range outs {
			if err := out.set(f, arguments[out.index+instance]); err != nil {
				return nil, err
			}
		}
		if s, ok := v.(string); ok {
			return v, f.env.Take(len(s))
		}
		return v, nil
	}
	return &node{at: at, typ: m.Result, eval: func(f *frame) (any, error) {
		top := len(f.arguments)
		v, err := run(f, f.push(len(values)))
		f.arguments = f.arguments[:top]
		return v, err
	}}
}

// describeArguments lists argument types for messages.
func describeArguments(args []argument) string {
	texts := make([]string, len(args))
	for i, arg := range args {
		switch {
		case arg.out != nil:
			texts[i] = "out"
		case arg.node.lambda != nil:
			texts[i] = "lambda"
		case arg.node.group != nil:
			texts[i] = "method " + arg.node.called
		case arg.node.typ == nil:
			texts[i] = "nothing"
		case arg.node.typ.IsNull():
			texts[i] = "null"
		default:
			texts[i] = arg.node.typ.String()
		}
	}
	return strings.Join(texts, ", ")
}
