package policy

import (
	"fmt"
	"slices"
	"strings"

	"github.com/aoai-gateway/aoai-gateway/internal/policy/csharp"
	"github.com/aoai-gateway/aoai-gateway/internal/policy/document"
	"github.com/aoai-gateway/aoai-gateway/internal/policy/library"
	"github.com/aoai-gateway/aoai-gateway/internal/suggest"
)

// variableUse is what is known of a variable of the context, or of a key of the
// cache: the types of what is put into it.
type variableUse struct {
	types []typedAt
	// opaque says that something is put into it whose type is not known.
	opaque bool
	// elsewhere says that it may hold what others have put into the cache.
	elsewhere bool
	// from are cache keys whose values get into the variable.
	from []string
}

type typedAt struct {
	t    *library.Type
	line int
}

func (b *compilation) use(name string) *variableUse {
	u := b.variables[name]
	if u == nil {
		u = &variableUse{}
		b.variables[name] = u
	}
	return u
}

// noteVariable notes what a policy puts into a variable; nil is a type that is
// known to the policy only.
func (c *elementCompilation) noteVariable(name string, v *value) {
	if name != "" {
		c.use(name).put(c, v)
	}
}

func (u *variableUse) put(c *elementCompilation, v *value) {
	switch {
	case v == nil || v.compiled != nil && isVague(c.Library(), v.compiled.Type):
		u.opaque = true
	case v.compiled == nil:
		u.types = append(u.types, typedAt{c.Library().String, v.at(0).Line})
	default:
		u.types = append(u.types, typedAt{v.compiled.Type, v.at(0).Line})
	}
}

func isVague(l *library.Library, t *library.Type) bool {
	return t.IsUnknown() || library.Same(t, l.Object) || t.IsNull()
}

// cachePrefix keeps keys of the cache apart from variables.
const cachePrefix = "cache\x00"

func (c *elementCompilation) noteStored(key, v *value) {
	if key != nil && key.compiled == nil {
		c.use(cachePrefix+key.text).put(c, v)
	}
}

func (c *elementCompilation) noteLookup(variable string, key, fallback *value) {
	if variable == "" {
		return
	}
	u := c.use(variable)
	if fallback != nil {
		u.put(c, fallback)
	}
	if key == nil || key.compiled != nil {
		u.elsewhere = true
		return
	}
	u.from = append(u.from, cachePrefix+key.text)
}

// known are all types that may be in a variable; false where something is put into
// it whose type is not known. What is in the cache may come from elsewhere, too,
// and does not count.
func (b *compilation) known(name string, seen map[string]bool) ([]typedAt, bool) {
	u := b.variables[name]
	if u == nil || seen[name] {
		return nil, true
	}
	seen[name] = true
	types, ok := u.types, !u.opaque
	for _, from := range u.from {
		more, known := b.known(from, seen)
		types, ok = append(types[:len(types):len(types)], more...), ok && known
	}
	return types, ok
}

// variableRead is a place where an expression takes a variable as a type.
type variableRead struct {
	name   string
	target *csharp.TypeName
	offset int
	cast   bool
}

// variableReads finds the variables that an expression reads, and as what. One
// whose type it asks for (is) it takes as what it is.
func variableReads(syntax csharp.Node) []variableRead {
	var reads []variableRead
	asked := map[string]bool{}
	csharp.Walk(syntax, func(n csharp.Node) bool {
		switch x := n.(type) {
		case *csharp.Is:
			if name, ok := variableName(plain(x.X)); ok {
				asked[name] = true
			}
		case *csharp.Cast:
			if name, ok := variableName(plain(x.X)); ok {
				reads = append(reads, variableRead{name, x.Type, x.Offset(), true})
				return false
			}
		case *csharp.Index:
			if name, ok := variableName(x); ok {
				reads = append(reads, variableRead{name, nil, x.Offset(), false})
			}
		case *csharp.Call:
			if name, target, ok := variableDefault(x); ok {
				reads = append(reads, variableRead{name, target, x.Offset(), false})
			}
		}
		return true
	})
	for i := range reads {
		if asked[reads[i].name] {
			reads[i].target, reads[i].cast = nil, false
		}
	}
	return reads
}

// variableName is the x of context.Variables["x"].
func variableName(x csharp.Expression) (string, bool) {
	index, ok := x.(*csharp.Index)
	if !ok || csharp.Path(index.X) != "context.Variables" || len(index.Arguments) != 1 {
		return "", false
	}
	return literalText(index.Arguments[0].Value)
}

// variableDefault is the x and T of context.Variables.GetValueOrDefault<T>("x", ...).
func variableDefault(x *csharp.Call) (string, *csharp.TypeName, bool) {
	member, ok := x.Function.(*csharp.Member)
	if !ok || member.Name != "GetValueOrDefault" || csharp.Path(member.X) != "context.Variables" || len(x.Arguments) == 0 || len(member.Arguments) != 1 {
		return "", nil, false
	}
	name, ok := literalText(x.Arguments[0].Value)
	return name, member.Arguments[0], ok
}

func literalText(x csharp.Expression) (string, bool) {
	literal, ok := x.(*csharp.Literal)
	if !ok {
		return "", false
	}
	text, ok := literal.Value.(string)
	return text, ok
}

// lintReads checks, once all documents are read, that variables are taken as what
// was put into them.
func (b *compilation) lintReads(c *elementCompilation, v *value) {
	for _, each := range variableReads(v.compiled.Syntax) {
		at := v.at(each.offset + expressionStart(v.text))
		b.lints = append(b.lints, func() { b.lintRead(c, each, at) })
	}
}

// expressionStart is where the code begins in a text with its @( or @{.
func expressionStart(text string) int { return strings.IndexByte(text, '@') + 2 }

func (b *compilation) lintRead(c *elementCompilation, each variableRead, at document.Position) {
	if b.variables[each.name] == nil {
		b.lintNeverSet(c, each, at)
		return
	}
	if each.target == nil {
		return
	}
	target := b.plainType(each.target)
	types, ok := b.known(each.name, map[string]bool{})
	if target == nil || !ok || len(types) == 0 || slices.ContainsFunc(types, func(t typedAt) bool { return b.unboxes(t.t, target) }) {
		// It may be set anew to what is wanted before it is read.
		return
	}
	t := types[0]
	how := "GetValueOrDefault<" + target.String() + ">"
	if each.cast {
		how = "the cast to " + typeText(target)
	}
	c.note(at, Doubtful, "wrong-cast", "the variable '%s' is set to %s in line %d, and %s throws InvalidCastException on it; %s", each.name, article(t.t), t.line, how, castRemedy(t.t, target, each.name))
}

// lintNeverSet tells a variable that nothing sets. Where outer scopes were not
// given, they may set it: only a name that is nearly one of those that are set is
// a mistake then.
func (b *compilation) lintNeverSet(c *elementCompilation, each variableRead, at document.Position) {
	if b.options.Lenient || b.opaque || b.guarded[each.name] || each.target != nil && !each.cast {
		return
	}
	nearest := suggest.Phrase(each.name, b.variableNames())
	if nearest == "" && b.inherits {
		return
	}
	c.note(at, Doubtful, "variable-never-set", "nothing sets the variable '%s': reading it throws KeyNotFoundException%s", each.name, nearest)
}

// noteGuard notes a variable that an expression asks for before it reads it.
func (b *compilation) noteGuard(x *csharp.Call) {
	member, ok := x.Function.(*csharp.Member)
	if !ok || member.Name != "ContainsKey" && member.Name != "TryGetValue" || csharp.Path(member.X) != "context.Variables" || len(x.Arguments) == 0 {
		return
	}
	if name, ok := literalText(x.Arguments[0].Value); ok {
		if b.guarded == nil {
			b.guarded = map[string]bool{}
		}
		b.guarded[name] = true
	}
}

// lintStored doubts what set-variable puts away: the service has a list of types.
func (c *elementCompilation) lintStored(v *value) {
	if v == nil || v.compiled == nil {
		return
	}
	t := v.compiled.Type
	l := c.Library()
	if t.IsArray() && !library.Same(t.Element(), l.Byte) || t.As(l.List) != nil || t.As(l.Dictionary) != nil {
		c.note(v.at(0), Doubtful, "variable-type", "a value of type %s is not among the types that the service keeps in variables; keep it as text or as a JArray", typeText(t))
	}
}

func article(t *library.Type) string {
	if t.String() == "string" {
		return "a string (what is no expression always is one)"
	}
	return "a value of type " + typeText(t)
}

func castRemedy(from, to *library.Type, name string) string {
	get := fmt.Sprintf("context.Variables[\"%s\"]", name)
	switch {
	case from.String() == "string" && (to.String() == "int" || to.String() == "bool" || to.String() == "double" || to.String() == "long"):
		return "write " + to.String() + ".Parse((string)" + get + "), or set it by an expression: @(0)"
	case to.String() == "string":
		return "write ((" + from.String() + ")" + get + ").ToString()"
	}
	return "cast it to " + typeText(from) + " first"
}

func (b *compilation) unboxes(from, to *library.Type) bool {
	if to.IsNullable() {
		to = to.Element()
	}
	if from.IsNullable() {
		from = from.Element()
	}
	l := b.Library()
	if from.IsInterface() || to.IsInterface() || library.Same(to, l.Object) {
		return true
	}
	return l.ReferenceConvertible(from, to) || l.ReferenceConvertible(to, from) && !to.IsValue()
}

// plainType resolves a type as written, without the expression around it.
func (b *compilation) plainType(written *csharp.TypeName) *library.Type {
	if written.Ranks > 0 || len(written.Arguments) > 0 {
		return nil
	}
	name := written.Name
	if written.Qualifier != "" {
		name = written.Qualifier + "." + name
	}
	t, problem := b.Library().Lookup(name, nil)
	if problem != nil {
		return nil
	}
	return t
}

func (b *compilation) variableNames() []string {
	var names []string
	for name := range b.variables {
		if !strings.HasPrefix(name, cachePrefix) {
			names = append(names, name)
		}
	}
	return names
}

// lint runs the checks that need all documents.
func (b *compilation) lint() {
	for _, check := range b.lints {
		check()
	}
}
