package expression

import (
	"maps"
	"slices"

	"github.com/aoai-gateway/aoai-gateway/internal/policy/csharp"
)

// unassigned are the variables that may not have a value yet. Dead is the state
// behind code that is never left: there everything counts as assigned.
type unassigned struct {
	names map[string]bool
	dead  bool
}

func (u unassigned) clone() unassigned { return unassigned{maps.Clone(u.names), u.dead} }

// join is what is unassigned where two ways meet.
func join(a, b unassigned) unassigned {
	switch {
	case a.dead:
		return b.clone()
	case b.dead:
		return a.clone()
	}
	joined := a.clone()
	if joined.names == nil {
		joined.names = map[string]bool{}
	}
	for name := range b.names {
		joined.names[name] = true
	}
	return joined
}

func (u *unassigned) add(name string) {
	if u.names == nil {
		u.names = map[string]bool{}
	}
	u.names[name] = true
}

// assignments finds reads of variables that may have no value (C#'s definite
// assignment). Variables are told apart by name, which C# allows: blocks within
// each other cannot declare a name twice.
type assignments struct {
	b      *binder
	now    unassigned
	breaks []unassigned
}

// checkAssigned refuses a block that reads a variable before it has a value.
func (b *binder) checkAssigned(block *csharp.Block) {
	(&assignments{b: b}).block(block.Statements)
}

func (a *assignments) block(list []csharp.Statement) {
	for _, each := range list {
		a.statement(each)
	}
}

func (a *assignments) statement(x csharp.Statement) {
	switch x := x.(type) {
	case *csharp.Block:
		a.block(x.Statements)
	case *csharp.CheckedBlock:
		a.block(x.Body.Statements)
	case *csharp.Declare:
		for _, each := range x.Variables {
			a.declare(each, x)
		}
	case *csharp.LocalFunction:
		// It may be called when everything is assigned.
	case *csharp.If:
		yes, no := a.condition(x.Condition)
		a.now = yes
		a.statement(x.Then)
		then := a.now
		a.now = no
		if x.Else != nil {
			a.statement(x.Else)
		}
		a.now = join(then, a.now)
	case *csharp.While:
		a.while(x)
	case *csharp.For:
		a.block(x.Start)
		a.loop(x.Condition, x.Body, x.Next)
	case *csharp.ForEach:
		a.expression(x.Collection)
		before := a.now.clone()
		a.body(x.Body)
		a.now = before
	case *csharp.Switch:
		a.switchStatement(x)
	case *csharp.Try:
		a.try(x)
	case *csharp.Using:
		a.statement(x.Resource)
		a.statement(x.Body)
	case *csharp.Return:
		a.optional(x.X)
		a.now = unassigned{dead: true}
	case *csharp.Throw:
		a.optional(x.X)
		a.now = unassigned{dead: true}
	case *csharp.Break:
		if n := len(a.breaks); n > 0 {
			a.breaks[n-1] = join(a.breaks[n-1], a.now)
		}
		a.now = unassigned{dead: true}
	case *csharp.Continue:
		a.now = unassigned{dead: true}
	case *csharp.Evaluate:
		a.expression(x.X)
	}
}

func (a *assignments) optional(x csharp.Expression) {
	if x != nil {
		a.expression(x)
	}
}

func (a *assignments) declare(each csharp.Declarator, x *csharp.Declare) {
	for _, element := range each.Elements {
		a.expression(element)
	}
	a.optional(each.Value)
	if each.Value == nil && !each.HasElements && x.Type != nil && !a.now.dead {
		a.now.add(each.Name)
	} else {
		delete(a.now.names, each.Name)
	}
}

// body is a loop's or a switch's, which break may leave; the states of the breaks
// are given back.
func (a *assignments) body(x csharp.Statement) unassigned {
	a.breaks = append(a.breaks, unassigned{dead: true})
	a.statement(x)
	last := len(a.breaks) - 1
	left := a.breaks[last]
	a.breaks = a.breaks[:last]
	return left
}

func (a *assignments) while(x *csharp.While) {
	if !x.Do {
		a.loop(x.Condition, x.Body, nil)
		return
	}
	left := a.body(x.Body)
	_, no := a.condition(x.Condition)
	a.now = join(no, left)
}

func (a *assignments) loop(condition csharp.Expression, body csharp.Statement, next []csharp.Expression) {
	yes, no := a.now.clone(), unassigned{dead: true}
	if condition != nil {
		yes, no = a.condition(condition)
	}
	a.now = yes
	left := a.body(body)
	for _, each := range next {
		a.expression(each)
	}
	a.now = join(no, left)
}

func (a *assignments) switchStatement(x *csharp.Switch) {
	a.expression(x.Value)
	before := a.now.clone()
	after := unassigned{dead: true}
	hasDefault := false
	for _, section := range x.Sections {
		a.now = before.clone()
		for _, label := range section.Labels {
			hasDefault = hasDefault || label.Default
			if label.Guard != nil {
				yes, _ := a.condition(label.Guard)
				a.now = yes
			}
		}
		a.breaks = append(a.breaks, unassigned{dead: true})
		a.block(section.Statements)
		last := len(a.breaks) - 1
		after = join(after, join(a.breaks[last], a.now))
		a.breaks = a.breaks[:last]
	}
	if !hasDefault {
		after = join(after, before)
	}
	a.now = after
}

func (a *assignments) try(x *csharp.Try) {
	before := a.now.clone()
	a.block(x.Body.Statements)
	after := a.now
	for _, each := range x.Catches {
		a.now = before.clone()
		a.optional(each.Guard)
		a.block(each.Body.Statements)
		after = join(after, a.now)
	}
	a.now = after
	if x.Finally == nil {
		return
	}
	a.now = before.clone()
	a.block(x.Finally.Statements)
	// What finally assigns is assigned behind it.
	for name := range before.names {
		if !a.now.names[name] {
			delete(after.names, name)
		}
	}
	after.dead = after.dead || a.now.dead
	a.now = after
}

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
