package expression

import (
	"github.com/aoai-gateway/aoai-gateway/internal/policy/library"
)

// best is the choice that is better than all others, or nil.
func (b *binder) best(applicable []*choice) *choice {
	for _, candidate := range applicable {
		wins := true
		for _, other := range applicable {
			if other != candidate && !b.better(candidate, other) {
				wins = false
				break
			}
		}
		if wins {
			return candidate
		}
	}
	return nil
}

// better tells whether one choice is better than another (C#'s better function
// member).
func (b *binder) better(x, y *choice) bool {
	someBetter := false
	for i := range x.args {
		arg := x.args[i]
		if arg.node == nil {
			continue
		}
		switch b.betterConversion(arg.node, x.converted[i], y.converted[i]) {
		case -1:
			return false
		case 1:
			someBetter = true
		}
	}
	if someBetter {
		return true
	}
	switch {
	case x.generic != y.generic:
		return !x.generic
	case x.expanded != y.expanded:
		return !x.expanded
	case x.defaults != y.defaults:
		return x.defaults < y.defaults
	}
	return len(x.member.Parameters) > len(y.member.Parameters) || moreSpecific(x, y)
}

// moreSpecific prefers what was declared with less of type parameters.
func moreSpecific(x, y *choice) bool {
	for i := range x.converted {
		if i < len(y.converted) && !library.Same(x.converted[i], y.converted[i]) {
			return false
		}
	}
	return x.member.Declaring != nil && y.member.Declaring != nil && x.member.Declaring.As(y.member.Declaring) != nil && !library.Same(x.member.Declaring, y.member.Declaring) || x.member == y.member
}

// betterConversion compares the conversion of n to s and to t: 1, 0 or -1.
func (b *binder) betterConversion(n *node, s, t *library.Type) int {
	if library.Same(s, t) {
		return 0
	}
	if n.typ != nil && n.lambda == nil {
		if library.Same(n.typ, s) {
			return 1
		}
		if library.Same(n.typ, t) {
			return -1
		}
	}
	if n.lambda != nil {
		return b.betterLambda(n, s, t)
	}
	toT := b.implicit(typed(s), t) != nil
	toS := b.implicit(typed(t), s) != nil
	switch {
	case toT && !toS:
		return 1
	case toS && !toT:
		return -1
	case isSigned(s) && isUnsigned(t):
		return 1
	case isSigned(t) && isUnsigned(s):
		return -1
	}
	return 0
}

func typed(t *library.Type) *node {
	return &node{typ: t, eval: func(*frame) (any, error) { return nil, nil }}
}

func isSigned(t *library.Type) bool {
	r := rank(t)
	return r == 1 || r == 3 || r == 6 || r == 8
}

func isUnsigned(t *library.Type) bool {
	r := rank(t)
	return r == 2 || r == 4 || r == 7 || r == 9
}
