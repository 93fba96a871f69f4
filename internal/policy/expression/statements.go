package expression

import (
	"github.com/aoai-gateway/aoai-gateway/internal/policy/csharp"
	"github.com/aoai-gateway/aoai-gateway/internal/policy/library"
)

// signal is how a statement ended.
type signal uint8

const (
	goOn signal = iota
	doBreak
	doContinue
	doReturn
)

// statement runs; a returned value is in the frame.
type statement func(f *frame) (signal, error)

// body binds a function's block. Wanted is the type it has to return; nil takes
// what its return statements have in common.
func (b *binder) body(block *csharp.Block, wanted *library.Type) *boundBody {
	f := b.function
	f.result = wanted
	done := b.open()
	defer done()
	if wanted == nil && !f.void {
		// The first binding learns the types of what is returned, the second one
		// converts to what they have in common.
		b.learnResult(block)
	}
	run := b.statements(block.Statements)
	if f.result != nil && !b.ends(block) {
		b.fail(block.Offset(), "CS0161: not all code paths return a value")
	}
	return &boundBody{f.result, func(f *frame) (any, error) {
		_, err := run(f)
		return f.result, err
	}}
}

func (b *binder) learnResult(block *csharp.Block) {
	f := b.function
	done := b.open()
	b.statements(block.Statements)
	done()
	returned := f.returns
	f.returns = nil
	if len(returned) == 0 {
		f.void = true
		return
	}
	if f.result = b.common(returned); f.result == nil {
		if f.outer == nil {
			// The service takes any object; who uses the value checks its type.
			f.result = b.library.Object
			return
		}
		b.fail(returned[len(returned)-1].at, "CS0029: the return statements have no type in common: '%s' and '%s'", nodeType(returned[0]), nodeType(returned[len(returned)-1]))
	}
}

func (b *binder) statements(list []csharp.Statement) statement {
	runs := make([]statement, 0, len(list))
	var functions []statement
	// Local functions are known in the whole block, and made when it begins.
	for _, each := range list {
		if function, ok := each.(*csharp.LocalFunction); ok {
			b.declareFunction(function)
		}
	}
	for _, each := range list {
		if function, ok := each.(*csharp.LocalFunction); ok {
			functions = append(functions, b.localFunction(function))
			continue
		}
		runs = append(runs, b.statement(each))
	}
	if functions != nil {
		runs = append(b.fresh(functions), runs...)
	}
	if len(runs) == 1 {
		only := runs[0]
		return func(f *frame) (signal, error) {
			if err := f.env.Step(1); err != nil {
				return goOn, err
			}
			return only(f)
		}
	}
	return func(f *frame) (signal, error) {
		for _, run := range runs {
			if err := f.env.Step(1); err != nil {
				return goOn, err
			}
			if s, err := run(f); err != nil || s != goOn {
				return s, err
			}
		}
		return goOn, nil
	}
}

// fresh makes the local functions of a block over new variables of that block,
// each time that it begins.
func (b *binder) fresh(functions []statement) []statement {
	declared := b.function.scope.names
	forget := func(f *frame) (signal, error) {
		for _, v := range declared {
			if v.captured {
				f.slots[v.slot] = nil
			}
		}
		return goOn, nil
	}
	return append([]statement{forget}, functions...)
}

func (b *binder) statement(x csharp.Statement) statement {
	switch x := x.(type) {
	case *csharp.Block:
		done := b.open()
		defer done()
		return b.statements(x.Statements)
	case *csharp.CheckedBlock:
		defer b.overflowing(x.On)()
		return b.statement(x.Body)
	case *csharp.Declare:
		return b.declaration(x)
	case *csharp.LocalFunction:
		b.fail(x.Offset(), "a local function stands in a block")
	case *csharp.Evaluate:
		return b.effect(x.X)
	case *csharp.If:
		return b.ifStatement(x)
	case *csharp.While:
		return b.while(x)
	case *csharp.For:
		return b.forStatement(x)
	case *csharp.ForEach:
		return b.forEach(x)
	case *csharp.Switch:
		return b.switchStatement(x)
	case *csharp.Return:
		return b.returnStatement(x)
	case *csharp.Break:
		if b.loops == 0 {
			b.fail(x.Offset(), "CS0139: no enclosing loop out of which to break or continue")
		}
		return func(*frame) (signal, error) { return doBreak, nil }
	case *csharp.Continue:
		if b.loops == 0 {
			b.fail(x.Offset(), "CS0139: no enclosing loop out of which to break or continue")
		}
		return func(*frame) (signal, error) { return doContinue, nil }
	case *csharp.Throw:
		return b.throw(x)
	case *csharp.Try:
		return b.try(x)
	case *csharp.Using:
		return b.using(x)
	case *csharp.Deconstruct:
		parts := b.deconstruct(x)
		return func(f *frame) (signal, error) {
			_, err := parts.eval(f)
			return goOn, err
		}
	}
	return func(*frame) (signal, error) { return goOn, nil }
}

// hasEffect tells expressions that may stand as a statement.
func hasEffect(x csharp.Expression) bool {
	switch x := x.(type) {
	case *csharp.Parenthesized:
		return hasEffect(x.X)
	case *csharp.Call, *csharp.Assign, *csharp.Step, *csharp.New, *csharp.ConditionalAccess, *csharp.ThrowExpression, *csharp.Deconstruct:
		return true
	}
	return false
}

func (b *binder) effect(x csharp.Expression) statement {
	if !hasEffect(x) {
		b.fail(x.Offset(), "CS0201: only assignment, call, increment, decrement and new object expressions can be used as a statement")
	}
	if step, ok := x.(*csharp.Step); ok && step.Postfix {
		// Nobody asks for the value from before.
		prefix := *step
		prefix.Postfix, x = false, &prefix
	}
	return b.value(x).statement()
}

func (b *binder) declaration(x *csharp.Declare) statement {
	var steps []statement
	if x.Type == nil && len(x.Variables) > 1 {
		b.fail(x.Offset(), "CS0819: variables declared by var cannot have several declarators")
	}
	for _, each := range x.Variables {
		var t *library.Type
		if x.Type != nil {
			if t = b.typeOf(x.Type); t.IsStatic() {
				b.fail(each.Offset(), "CS0723: cannot declare a variable of the static type '%s'", t)
			}
		}
		value := b.initial(x, each, t)
		if t == nil {
			t = value.typ
		}
		v := b.declare(each.Offset(), each.Name, t)
		if x.Constant {
			if t.IsValue() && !t.IsEnum() && t.Keyword() == "" {
				b.fail(each.Offset(), "CS0283: the type '%s' cannot be declared const", t)
			}
			if value == nil || !value.constant {
				b.fail(each.Offset(), "CS0133: the value of the constant '%s' must be constant", each.Name)
			}
			v.constant = value
			continue
		}
		if value != nil && v.local != nil {
			declare := v.local.declare(value)
			steps = append(steps, func(f *frame) (signal, error) { return goOn, declare(f) })
			continue
		}
		start := begin(v)
		if value == nil {
			zero := b.library.Zero(t)
			steps = append(steps, func(f *frame) (signal, error) {
				start(f, zero)
				return goOn, nil
			})
			continue
		}
		eval := value.eval
		steps = append(steps, func(f *frame) (signal, error) {
			v, err := eval(f)
			if err == nil {
				start(f, v)
			}
			return goOn, err
		})
	}
	return func(f *frame) (signal, error) {
		for _, step := range steps {
			if _, err := step(f); err != nil {
				return goOn, err
			}
		}
		return goOn, nil
	}
}

// initial is the value of a declared variable, or nil where it has none.
func (b *binder) initial(x *csharp.Declare, each csharp.Declarator, t *library.Type) *node {
	switch {
	case each.HasElements:
		if t == nil || !t.IsArray() {
			b.fail(each.Offset(), "CS0622: an initializer { } of a variable needs an array type")
		}
		return b.newArray(&csharp.NewArray{At: each.At, Type: elementName(x.Type), Values: each.Elements, HasValues: true})
	case each.Value == nil && t == nil:
		b.fail(each.Offset(), "CS0818: implicitly-typed variables must be initialized")
	case each.Value == nil:
		return nil
	}
	n := b.operand(each.Value)
	if t != nil {
		return b.mustConvert(n, t)
	}
	switch n = b.settled(n, each.Value.Offset()); {
	case n.typ == nil:
		b.fail(each.Offset(), "CS0815: cannot assign void to an implicitly-typed variable")
	case n.typ.IsNull():
		b.fail(each.Offset(), "CS0815: cannot assign <null> to an implicitly-typed variable; name its type")
	}
	return n
}

func elementName(t *csharp.TypeName) *csharp.TypeName {
	copied := *t
	copied.Ranks--
	return &copied
}

func (b *binder) returnStatement(x *csharp.Return) statement {
	f := b.function
	if x.X == nil {
		if f.outer == nil {
			b.fail(x.Offset(), "CS0126: an object is required: return has no value")
		}
		if f.result != nil {
			b.fail(x.Offset(), "CS0126: an object of type '%s' is required: return has no value", f.result)
		}
		return func(*frame) (signal, error) { return doReturn, nil }
	}
	n := b.operand(x.X)
	switch {
	case f.result != nil:
		n = b.mustConvert(n, f.result)
	case f.void:
		b.fail(x.Offset(), "CS0127: nothing may be returned here")
	default:
		if n = b.settled(n, x.X.Offset()); n.typ == nil {
			b.fail(x.Offset(), "CS0029: what is returned has no value")
		}
		f.returns = append(f.returns, n)
	}
	eval := n.eval
	return func(f *frame) (signal, error) {
		v, err := eval(f)
		f.result = v
		return doReturn, err
	}
}
