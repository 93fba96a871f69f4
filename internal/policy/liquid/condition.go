package liquid

import (
	"cmp"
	"strings"
	"unicode"
)

// condition is one comparison, and the one that is joined to it.
type condition struct {
	left, right *operand
	operator    string
	joint       string
	next        *condition
}

// maxConditions bounds what one tag may join.
const maxConditions = 500

// conditions reads the markup of if: comparisons, joined from the right.
func (p *parser) conditions(markup string) (*condition, error) {
	operands, joints := splitConditions(markup)
	if len(operands) > maxConditions {
		return nil, p.fail("more than %d conditions in one tag", maxConditions)
	}
	var joined *condition
	for i := len(operands) - 1; i >= 0; i-- {
		one := readCondition(operands[i])
		if one == nil {
			return nil, p.fail("Syntax Error in 'if' tag - Valid syntax: if [expression]")
		}
		if joined != nil {
			one.joint, one.next = joints[i], joined
		}
		joined = one
	}
	return joined, nil
}

// splitConditions parts a markup at its joints.
func splitConditions(markup string) (operands, joints []string) {
	c := &cursor{s: markup}
	from := 0
	for !c.done() {
		c.space()
		start := c.at
		word := c.word()
		if word == "and" || word == "or" {
			operands, joints = append(operands, markup[from:start]), append(joints, word)
			from = c.at
			continue
		}
		c.at = start
		if c.fragment(true) == "" && c.while(func(r rune) bool { return !unicode.IsSpace(r) }) == "" {
			break
		}
	}
	return append(operands, markup[from:]), joints
}

func readCondition(s string) *condition {
	c := &cursor{s: s}
	left := c.find(true)
	if left == "" {
		return nil
	}
	one := &condition{left: readOperand(left)}
	c.space()
	one.operator = c.while(func(r rune) bool {
		return strings.ContainsRune("=!<>_", r) || r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z'
	})
	c.space()
	one.right = readOperand(c.fragment(true))
	return one
}

func (c *condition) holds(r *renderer) (bool, error) {
	result, err := c.alone(r)
	if err != nil || c.next == nil || result == (c.joint == "or") {
		return result, err
	}
	return c.next.holds(r)
}

func (c *condition) alone(r *renderer) (bool, error) {
	left, err := r.of(c.left)
	if err != nil {
		return false, err
	}
	if c.operator == "" {
		if is, ok := left.(bool); ok {
			return is, nil
		}
		return left != nil, nil
	}
	right, err := r.of(c.right)
	if err != nil {
		return false, err
	}
	return compareBy(c.operator, left, right)
}

// operators are those of DotLiquid; C# mode takes them with a small or a capital
// first letter.
func compareBy(operator string, left, right any) (bool, error) {
	switch operator {
	case "==":
		return equal(left, right), nil
	case "!=", "<>":
		return !equal(left, right), nil
	case "<", ">", "<=", ">=":
		return ordered(operator, left, right)
	}
	switch strings.ToLower(operator) {
	case "contains":
		return within(left, right, strings.Contains)
	case "startswith":
		return edge(left, right, 0, strings.HasPrefix)
	case "endswith":
		return edge(left, right, -1, strings.HasSuffix)
	case "haskey":
		h, isHash := left.(*Hash)
		name, isName := right.(string)
		if !isHash || !isName {
			return false, nil
		}
		_, ok := h.Get(name)
		return ok, nil
	case "hasvalue":
		h, isHash := left.(*Hash)
		if !isHash {
			return false, nil
		}
		for _, v := range h.values {
			if same(v, right) {
				return true, nil
			}
		}
		return false, nil
	}
	return false, fail("Unknown operator " + operator)
}

// within is contains. Of lists it does not hold, whatever they contain: the
// measured templates say so.
func within(left, right any, holds func(s, of string) bool) (bool, error) {
	s, ok := left.(string)
	if !ok {
		return false, nil
	}
	of, ok := right.(string)
	switch {
	case right == nil:
		return false, fail("Value cannot be null.\nParameter name: value")
	case !ok:
		return false, fail("Unable to cast object of type '" + typeName(right) + "' to type 'System.String'.")
	}
	return holds(s, of), nil
}

func edge(left, right any, at int, holds func(s, of string) bool) (bool, error) {
	l, ok := left.(*List)
	switch {
	case !ok:
		return within(left, right, holds)
	case len(l.Items) == 0:
		return equal(nil, right), nil
	case at < 0:
		at = len(l.Items) - 1
	}
	return equal(l.Items[at], right), nil
}

func ordered(operator string, left, right any) (bool, error) {
	if left == nil || right == nil {
		return false, nil
	}
	right, err := changeType(right, left)
	if err != nil {
		return false, err
	}
	n, err := compare(left, right)
	if _, ok := left.(Char); !ok {
		n = cmp.Compare(n, 0)
	}
	// DotLiquid asks for -1 and 1. Of characters .NET gives the difference.
	switch operator {
	case "<":
		return n == -1, err
	case ">":
		return n == 1, err
	case "<=":
		return n <= 0, err
	}
	return n >= 0, err
}
