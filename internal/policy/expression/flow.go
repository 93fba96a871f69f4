package expression

import "github.com/aoai-gateway/aoai-gateway/internal/policy/csharp"

// ends tells whether control never leaves a statement at its end.
func (b *binder) ends(x csharp.Statement) bool {
	switch x := x.(type) {
	case *csharp.Return, *csharp.Throw:
		return true
	case *csharp.Block:
		return b.endsSome(x.Statements)
	case *csharp.CheckedBlock:
		return b.ends(x.Body)
	case *csharp.If:
		return x.Else != nil && b.ends(x.Then) && b.ends(x.Else) || isTrue(x.Condition) && b.ends(x.Then)
	case *csharp.While:
		return isTrue(x.Condition) && !breaks(x.Body) || x.Do && b.ends(x.Body) && !breaks(x.Body)
	case *csharp.For:
		return (x.Condition == nil || isTrue(x.Condition)) && !breaks(x.Body)
	case *csharp.Using:
		return b.ends(x.Body)
	case *csharp.Switch:
		return b.endsSwitch(x)
	case *csharp.Try:
		if x.Finally != nil && b.ends(x.Finally) {
			return true
		}
		for _, handler := range x.Catches {
			if !b.ends(handler.Body) {
				return false
			}
		}
		return b.ends(x.Body)
	}
	return false
}

func (b *binder) endsSome(list []csharp.Statement) bool {
	for _, each := range list {
		if b.ends(each) {
			return true
		}
	}
	return false
}

func (b *binder) endsSwitch(x *csharp.Switch) bool {
	hasDefault := false
	for _, section := range x.Sections {
		for _, label := range section.Labels {
			hasDefault = hasDefault || label.Default
		}
		for _, each := range section.Statements {
			if breaks(each) {
				return false
			}
		}
		if !b.endsSome(section.Statements) {
			return false
		}
	}
	return hasDefault
}

// endsSection tells whether a section of a switch does not fall through.
func (b *binder) endsSection(list []csharp.Statement) bool {
	for _, each := range list {
		switch each := each.(type) {
		case *csharp.Break, *csharp.Continue:
			return true
		case *csharp.Block:
			if b.endsSection(each.Statements) {
				return true
			}
		case *csharp.If:
			if each.Else != nil && b.endsSection([]csharp.Statement{each.Then}) && b.endsSection([]csharp.Statement{each.Else}) {
				return true
			}
		}
		if b.ends(each) {
			return true
		}
	}
	return false
}

func isTrue(x csharp.Expression) bool {
	literal, ok := x.(*csharp.Literal)
	return ok && literal.Value == true
}

// breaks tells whether a break in the statement leaves the loop around it.
func breaks(x csharp.Statement) bool {
	switch x := x.(type) {
	case *csharp.Break:
		return true
	case *csharp.Block:
		for _, each := range x.Statements {
			if breaks(each) {
				return true
			}
		}
	case *csharp.If:
		return breaks(x.Then) || x.Else != nil && breaks(x.Else)
	case *csharp.Using:
		return breaks(x.Body)
	case *csharp.Try:
		for _, handler := range x.Catches {
			if breaks(handler.Body) {
				return true
			}
		}
		return breaks(x.Body)
	}
	return false
}
