package expression

import (
	"maps"

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
	case *csharp.Deconstruct:
		a.deconstructed(x)
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
	// declared are the variables of the sections before: known, and without a value.
	declared := map[string]bool{}
	for _, section := range x.Sections {
		a.now = before.clone()
		for name := range declared {
			a.now.add(name)
		}
		for _, label := range section.Labels {
			hasDefault = hasDefault || label.Default
			if label.Guard != nil {
				yes, _ := a.condition(label.Guard)
				a.now = yes
			}
		}
		a.breaks = append(a.breaks, unassigned{dead: true})
		a.block(section.Statements)
		for _, each := range section.Statements {
			if x, is := each.(*csharp.Declare); is && !x.Constant {
				for _, variable := range x.Variables {
					declared[variable.Name] = true
				}
			}
		}
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
