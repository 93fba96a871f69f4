package expression

import (
	"github.com/aoai-gateway/aoai-gateway/internal/policy/dotnet"
	"github.com/aoai-gateway/aoai-gateway/internal/policy/xlinq"
)

// xmlOperation resolves the operators that XName and XNamespace declare: == and !=,
// also with what converts to one, and + of a namespace and a local name. Nil where
// it is none of them.
func (b *binder) xmlOperation(at int, operator string, left, right *node) *node {
	isName := func(n *node, name string) bool { return n.typ.String() == name }
	if operator == "+" && isName(left, "XNamespace") {
		local := b.implicit(right, b.library.String)
		if local == nil || isName(right, "XName") {
			return nil
		}
		t, _ := b.library.Lookup("XName", nil)
		return &node{at: at, typ: t, eval: pairwise(left.eval, local.eval, func(x, y any) (any, error) {
			space, ok := x.(xlinq.Namespace)
			if !ok {
				return nil, dotnet.ArgumentNull("ns")
			}
			text, ok := y.(string)
			if !ok {
				return nil, dotnet.ArgumentNull("localName")
			}
			return xlinq.NewName(space.URI, text)
		})}
	}
	if operator != "==" && operator != "!=" || left.typ.IsNull() || right.typ.IsNull() {
		return nil
	}
	for _, name := range []string{"XName", "XNamespace"} {
		if !isName(left, name) && !isName(right, name) {
			continue
		}
		t, _ := b.library.Lookup(name, nil)
		x, y := b.implicit(left, t), b.implicit(right, t)
		if x == nil || y == nil {
			return nil
		}
		return &node{at: at, typ: b.library.Boolean, eval: pairwise(x.eval, y.eval, func(a, z any) (any, error) { return (a == z) == (operator == "=="), nil })}
	}
	return nil
}
