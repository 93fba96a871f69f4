package expression

import (
	"slices"

	"github.com/aoai-gateway/aoai-gateway/internal/policy/csharp"
)

// condition is what is unassigned where an expression is true, and where it is
// false.
func (a *assignments) condition(x csharp.Expression) (yes, no unassigned) {
	switch x := x.(type) {
	case *csharp.Parenthesized:
		return a.condition(x.X)
	case *csharp.Literal:
		switch x.Value {
		case true:
			return a.now.clone(), unassigned{dead: true}
		case false:
			return unassigned{dead: true}, a.now.clone()
		}
	case *csharp.Unary:
		if x.Operator == "!" {
			yes, no = a.condition(x.X)
			return no, yes
		}
	case *csharp.Binary:
		switch x.Operator {
		case "&&":
			yes, no = a.condition(x.X)
			a.now = yes
			both, notSecond := a.condition(x.Y)
			return both, join(no, notSecond)
		case "||":
			yes, no = a.condition(x.X)
			a.now = no
			second, neither := a.condition(x.Y)
			return join(yes, second), neither
		}
	case *csharp.Is:
		a.expression(x.X)
		yes, no = a.now.clone(), a.now.clone()
		if x.Name != "" && x.Name != "_" {
			delete(yes.names, x.Name)
			no.add(x.Name)
		}
		return yes, no
	}
	a.expression(x)
	return a.now.clone(), a.now.clone()
}

func (a *assignments) expression(x csharp.Expression) {
	switch x := x.(type) {
	case *csharp.Name:
		if a.now.names[x.Name] && !a.now.dead {
			a.b.fail(x.Offset(), "CS0165: use of the unassigned local variable '%s'", x.Name)
		}
	case *csharp.Assign:
		if name, ok := x.X.(*csharp.Name); ok && x.Operator == "=" {
			a.expression(x.Y)
			delete(a.now.names, name.Name)
			return
		}
		a.expression(x.X)
		a.expression(x.Y)
	case *csharp.Call:
		a.expression(x.Function)
		a.arguments(x.Arguments)
	case *csharp.New:
		a.arguments(x.Arguments)
		a.inside(x, x.Arguments)
	case *csharp.Is, *csharp.Parenthesized:
		yes, no := a.condition(x)
		a.now = join(yes, no)
	case *csharp.Unary:
		a.expression(x.X)
	case *csharp.Binary:
		a.binary(x)
	case *csharp.Conditional:
		yes, no := a.condition(x.If)
		a.now = yes
		a.expression(x.Then)
		then := a.now
		a.now = no
		a.expression(x.Else)
		a.now = join(then, a.now)
	case *csharp.ConditionalAccess:
		a.expression(x.X)
		before := a.now.clone()
		a.expression(x.Rest)
		a.now = before
	case *csharp.Lambda:
		a.lambda(x)
	case *csharp.ThrowExpression:
		a.expression(x.X)
		a.now = unassigned{dead: true}
	case *csharp.Deconstruct:
		a.deconstructed(x)
	case *csharp.NameOf:
	default:
		a.inside(x, nil)
	}
}

func (a *assignments) binary(x *csharp.Binary) {
	switch x.Operator {
	case "&&", "||":
		yes, no := a.condition(x)
		a.now = join(yes, no)
	case "??":
		a.expression(x.X)
		before := a.now.clone()
		a.expression(x.Y)
		a.now = before
	default:
		a.expression(x.X)
		a.expression(x.Y)
	}
}

// lambda is checked where it is made; what it assigns does not count outside.
func (a *assignments) lambda(x *csharp.Lambda) {
	before, breaks := a.now.clone(), a.breaks
	a.breaks = nil
	for _, parameter := range x.Parameters {
		delete(a.now.names, parameter.Name)
	}
	if x.Body != nil {
		a.block(x.Body.Statements)
	} else {
		a.optional(x.Result)
	}
	a.now, a.breaks = before, breaks
}

func (a *assignments) arguments(list []csharp.Argument) {
	for _, each := range list {
		if !each.Out {
			a.expression(each.Value)
		}
	}
	for _, each := range list {
		if name, ok := each.Value.(*csharp.Name); ok && each.Out {
			delete(a.now.names, name.Name)
		}
		if declared, ok := each.Value.(*csharp.Declared); ok && each.Out {
			delete(a.now.names, declared.Name)
		}
	}
}

// inside checks the expressions directly below a node, but for those that were
// checked before.
func (a *assignments) inside(x csharp.Node, checked []csharp.Argument) {
	csharp.Walk(x, func(inner csharp.Node) bool {
		if inner == x {
			return true
		}
		if slices.ContainsFunc(checked, func(each csharp.Argument) bool { return csharp.Node(each.Value) == inner }) {
			return false
		}
		if expression, ok := inner.(csharp.Expression); ok {
			a.expression(expression)
			return false
		}
		return true
	})
}
