package policy

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/aoai-gateway/aoai-gateway/internal/policy/document"
	"github.com/aoai-gateway/aoai-gateway/internal/policy/expression"
	"github.com/aoai-gateway/aoai-gateway/internal/policy/library"
	"github.com/aoai-gateway/aoai-gateway/internal/suggest"
)

// elementCompilation compiles one element: it has checked what the element may hold, and
// hands out its values.
type elementCompilation struct {
	*compilation
	place    *place
	element  *document.Element
	kind     *kind
	step     *step
	path     string
	values   map[string]*value
	children map[string][]*elementCompilation
	content  *value
	failed   bool
}

// note notes a finding about the element.
func (c *elementCompilation) note(at document.Position, severity Severity, rule, format string, args ...any) {
	c.compilation.note(c.place.document, at, severity, rule, fmt.Sprintf(format, args...))
}

// value is an attribute or text: what is written, or an expression.
type value struct {
	text     string
	compiled *expression.Compiled
	// broken says that the reader has told why it cannot be read.
	broken bool
	// at is the place of an offset in the text, while documents are compiled.
	at func(offset int) document.Position
}

// value is what is written at a place.
func (b *compilation) value(text string, at func(offset int) document.Position) *value {
	made := &value{text: text, at: at}
	b.values = append(b.values, made)
	return made
}

// forget lets go of documents and syntax: a program needs neither.
func (b *compilation) forget() {
	for _, v := range b.values {
		v.at = nil
		if v.compiled != nil {
			v.compiled.Syntax, v.compiled.Members, v.compiled.Warnings = nil, nil, nil
		}
	}
}

// validate checks attributes, children and text against what the kind takes.
func (c *elementCompilation) validate() {
	if c.kind.unsupported != "" {
		if c.kind.attributes != nil {
			c.attributes(c.kind.attributes, true)
		}
		if c.kind.children != nil {
			c.below(c.kind.children, c.kind.content)
		}
		return
	}
	c.attributes(c.kind.attributes, c.kind.policies || c.kind.compile != nil)
	if !c.kind.policies {
		c.below(c.kind.children, c.kind.content)
	}
}

func (c *elementCompilation) attributes(specs []attribute, isPolicy bool) {
	var names, meant []string
	for _, a := range c.element.Attributes {
		if a.Name == "id" && isPolicy || strings.HasPrefix(a.Name, "xmlns") {
			continue
		}
		at := slices.IndexFunc(specs, func(spec attribute) bool { return spec.name == a.Name })
		if at < 0 {
			if names == nil {
				for _, spec := range specs {
					names = append(names, spec.name)
				}
			}
			hint := ""
			if nearest, ok := suggest.Nearest(a.Name, names); ok {
				// The one that was meant is not missing, too.
				meant, hint = append(meant, nearest), suggest.DidYouMean(nearest)
			}
			c.note(a.Position(), Refused, "attribute", "<%s> has no attribute %s; it takes %s%s", c.element.Name, a.Name, list(names), hint)
			continue
		}
		if why := specs[at].unsupported; why != "" {
			c.note(a.PositionOf(0), Unsupported, "unsupported-attribute", "%s of <%s> cannot be run here: %s", a.Name, c.element.Name, why)
		}
		if a.Broken {
			c.failed = true
			c.values[a.Name] = c.value(a.Value.Value, a.PositionOf)
			c.values[a.Name].broken = true
			continue
		}
		c.values[a.Name] = c.read(c.value(a.Value.Value, a.PositionOf), a.Expression, a.Name, specs[at].check, specs[at].literal)
	}
	for _, spec := range specs {
		if spec.required && c.element.Attribute(spec.name) == nil {
			if !slices.Contains(meant, spec.name) {
				c.note(c.element.Position(), Refused, "missing-attribute", "<%s> needs the attribute %s", c.element.Name, spec.name)
			}
			c.values[spec.name] = c.value("", func(int) document.Position { return c.element.Position() })
		}
	}
}

// below checks the children of an element that are not policies.
func (c *elementCompilation) below(specs []child, text content) {
	if text == anyXML {
		c.content = c.readContent()
		return
	}
	counts := map[string]int{}
	var meant []string
	furthest := 0
	for _, e := range c.element.Elements() {
		at := slices.IndexFunc(specs, func(spec child) bool { return spec.name == e.Name })
		if at < 0 {
			names, shown := make([]string, len(specs)), make([]string, len(specs))
			for i, spec := range specs {
				names[i], shown[i] = spec.name, "<"+spec.name+">"
			}
			hint := ""
			if nearest, ok := suggest.Nearest(e.Name, names); ok {
				meant, hint = append(meant, nearest), suggest.DidYouMean(nearest)
			}
			c.note(e.Position(), Refused, "element", "<%s> cannot hold <%s>; it takes %s%s", c.element.Name, e.Name, list(shown), hint)
			continue
		}
		if at < furthest && !c.kind.anyOrder {
			c.note(e.Position(), Refused, "order", "<%s> has to stand before <%s> inside of <%s>", e.Name, specs[furthest].name, c.element.Name)
		}
		furthest = max(furthest, at)
		counts[e.Name]++
		switch most := specs[at].most; {
		case counts[e.Name] == 2 && !specs[at].many:
			c.note(e.Position(), Refused, "element", "<%s> may hold one <%s>", c.element.Name, e.Name)
		case most > 0 && counts[e.Name] == most+1:
			c.note(e.Position(), Refused, "element", "<%s> may hold at most %d <%s>", c.element.Name, most, e.Name)
		}
		if why := specs[at].unsupported; why != "" {
			c.note(e.Position(), Unsupported, "unsupported-policy", "<%s> of <%s> cannot be run here: %s", e.Name, c.element.Name, why)
		}
		c.children[e.Name] = append(c.children[e.Name], c.child(specs[at], e, counts[e.Name]))
	}
	for _, spec := range specs {
		if spec.required && counts[spec.name] == 0 && !slices.Contains(meant, spec.name) {
			c.note(c.element.Position(), Refused, "missing-element", "<%s> needs <%s>", c.element.Name, spec.name)
		}
	}
	c.text(text)
}

func (c *elementCompilation) child(spec child, e *document.Element, count int) *elementCompilation {
	inner := &elementCompilation{compilation: c.compilation, place: c.place, element: e, kind: c.kind, step: c.step, values: map[string]*value{}, children: map[string][]*elementCompilation{}}
	inner.path = fmt.Sprintf("%s/%s[%d]", c.path, spec.name, count)
	if spec.policy {
		k := c.kinds[spec.name]
		inner.kind = k
		inner.attributes(k.attributes, true)
		inner.below(k.children, k.content)
		if k.unsupported != "" {
			c.note(e.Position(), Unsupported, "unsupported-policy", "<%s> cannot be run here: %s", e.Name, k.unsupported)
		}
		return inner
	}
	inner.attributes(spec.attributes, false)
	if !spec.policies {
		inner.below(spec.children, spec.content)
	}
	return inner
}

func (c *elementCompilation) text(text content) {
	data := c.element.Data()
	switch {
	case text == noText:
		for _, stray := range data {
			c.note(stray.Position(), Refused, "structure", "<%s> cannot hold text: '%s'", c.element.Name, clip(stray.Value.Value))
		}
	case text == requiredText && len(data) == 0:
		c.note(c.element.Position(), Refused, "missing-text", "<%s> needs a value between its tags", c.element.Name)
		fallthrough
	default:
		c.content = c.readContent()
	}
}

// readContent is the element's text as a value.
func (c *elementCompilation) readContent() *value {
	inner := c.element.InnerText()
	v := c.value(inner.Value, func(offset int) document.Position { return c.element.PositionOf(inner, offset) })
	trimmed := strings.TrimSpace(inner.Value)
	if slices.ContainsFunc(c.element.Data(), func(d *document.Data) bool { return d.Broken }) {
		c.failed, v.broken = true, true
		return v
	}
	isExpression := strings.HasPrefix(trimmed, "@(") || strings.HasPrefix(trimmed, "@{")
	return c.read(v, isExpression, "the text of <"+c.element.Name+">", check{kind: isObject}, false)
}

// read compiles a value and checks it.
func (c *elementCompilation) read(v *value, isExpression bool, name string, check check, literal bool) *value {
	if !isExpression {
		c.checkLiteral(v, name, check)
		return v
	}
	if literal {
		c.note(v.at(0), Refused, "expression", "%s takes no expression; its value is fixed when the document is deployed", name)
		return v
	}
	compiled, err := c.expressions.Compile(v.text)
	var problem *expression.Problem
	if errors.As(err, &problem) {
		severity := Refused
		if problem.Beyond {
			severity = Unsupported
		}
		c.note(v.at(problem.Offset), severity, "expression", "%s", problem.Message)
		c.failed = true
		return v
	}
	for _, warning := range compiled.Warnings {
		c.note(v.at(warning.Offset), Doubtful, "expression", "%s", warning.Message)
	}
	v.compiled = compiled
	c.checkType(v, name, check)
	c.lintExpression(c, v)
	return v
}

// checkType refuses an expression whose type cannot become what is needed.
func (c *elementCompilation) checkType(v *value, name string, check check) {
	t := v.compiled.Type
	if t.IsUnknown() {
		return
	}
	l := c.Library()
	switch check.kind {
	case isBoolean:
		if !library.Same(t, l.Boolean) {
			c.note(v.at(0), Refused, "expression-type", "%s needs a bool, and the expression is of type '%s'%s", name, t, boolHint(t))
		}
	case isInteger, isNumber:
		ok := library.Same(t, l.Int32) || library.Same(t, l.Int64) || library.Same(t, l.Byte) || library.Same(t, l.Int16)
		if check.kind == isNumber || library.Same(t, l.Object) {
			ok = ok || library.Same(t, l.Double) || library.Same(t, l.Single) || library.Same(t, l.Decimal)
		}
		if !ok {
			c.note(v.at(0), Refused, "expression-type", "%s needs a number, and the expression is of type '%s'%s", name, t, numberHint(t))
		}
	case isText, isChoice:
		if c.options.Switches.StrictText && !library.Same(t, l.String) {
			c.note(v.at(0), Refused, "expression-type", "%s needs a string, and the expression is of type '%s'; write .ToString()", name, t)
		}
	case isObject:
	}
	if v.compiled.Constant && check.kind != isObject && check.kind != isText {
		c.checkConstant(v, name, check)
	}
}

func (c *elementCompilation) checkConstant(v *value, name string, check check) {
	if n, ok := library.Float(v.compiled.Value); ok {
		c.bounds(v, name, check, n)
	}
}

func boolHint(t *library.Type) string {
	switch t.String() {
	case "object":
		return "; cast it: (bool)..."
	case "string":
		return "; write bool.Parse(...), or compare it with a text"
	}
	return ""
}

func numberHint(t *library.Type) string {
	switch t.String() {
	case "object":
		return "; cast it: (int)..."
	case "string":
		return "; write int.Parse(...)"
	case "double":
		return "; write (int)Math.Ceiling(...)"
	}
	return ""
}

func (c *elementCompilation) checkLiteral(v *value, name string, check check) {
	trimmed := strings.TrimSpace(v.text)
	if strings.Contains(trimmed, "{{") && check.kind != isText && check.kind != isObject {
		// A named value that is not known.
		return
	}
	switch check.kind {
	case isBoolean:
		if _, ok := truth(trimmed); !ok {
			c.note(v.at(0), Refused, "value", "%s is true or false, in small letters, not '%s'", name, clip(v.text))
		}
	case isChoice:
		if !slices.Contains(check.choices, trimmed) {
			c.note(v.at(0), Refused, "value", "%s is one of %s, not '%s'%s", name, strings.Join(check.choices, ", "), clip(v.text), suggest.Phrase(trimmed, check.choices))
		}
	case isInteger:
		n, err := strconv.ParseInt(trimmed, 10, 64)
		if err != nil {
			c.note(v.at(0), Refused, "value", "%s is a whole number, not '%s'", name, clip(v.text))
			return
		}
		c.bounds(v, name, check, float64(n))
	case isNumber:
		n, err := strconv.ParseFloat(trimmed, 64)
		if _, notWhole := strconv.ParseInt(trimmed, 10, 64); check.whole && notWhole != nil {
			c.note(v.at(0), Refused, "value", "%s is a whole number, not '%s'", name, clip(v.text))
			return
		}
		if err != nil {
			c.note(v.at(0), Refused, "value", "%s is a number, not '%s'", name, clip(v.text))
			return
		}
		c.bounds(v, name, check, n)
	case isText, isObject:
	}
}

func (c *elementCompilation) bounds(v *value, name string, check check, n float64) {
	if check.kind != isInteger && check.kind != isNumber || n >= check.min && n <= check.max {
		return
	}
	if check.max >= unbounded {
		c.note(v.at(0), Refused, "value", "%s is %v; it has to be at least %v", name, n, check.min)
		return
	}
	c.note(v.at(0), Refused, "value", "%s is %v; allowed are %v to %s", name, n, check.min, strconv.FormatFloat(check.max, 'f', -1, 64))
}

func truth(s string) (value, ok bool) {
	switch s {
	case "true", "1":
		return true, true
	case "false", "0":
		return false, true
	}
	return false, false
}
