package policy

import (
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"

	"github.com/aoai-gateway/aoai-gateway/internal/azure"
	"github.com/aoai-gateway/aoai-gateway/internal/policy/document"
	"github.com/aoai-gateway/aoai-gateway/internal/suggest"
)

// parse reads a document's text and notes what the reader finds.
func (b *compilation) parse(d *scopeDocument, text string, limit int, what string) *document.Document {
	if len(text) > limit {
		b.note(d, document.Position{Line: 1, Column: 1}, Refused, "size", fmt.Sprintf("the %s has %d bytes, and at most %d are allowed; move parts of it into policy fragments", what, len(text), limit))
	}
	read := document.Read(text, document.Options{NamedValues: b.namedValue, KeepEntities: b.options.Switches.Rawxml})
	for _, mistake := range read.Errors {
		b.note(d, mistake.Position, Refused, "syntax", mistake.Message)
	}
	if b.options.Switches.XML {
		b.wellFormed(d, text)
	}
	for _, placeholder := range read.Placeholders {
		if placeholder.Substituted || placeholder.Liquid {
			continue
		}
		severity, message := Refused, "there is no named value '"+placeholder.Name+"'"+suggest.Phrase(placeholder.Name, slices.Sorted(maps.Keys(b.options.NamedValues)))+"; names are compared with case"
		if b.options.Lenient {
			if len(b.options.NamedValues) == 0 {
				continue
			}
			severity = Doubtful
		}
		b.note(d, placeholder.Position, severity, "named-value", message)
	}
	return read
}

// wellFormed holds a document of the format xml to what XML is.
func (b *compilation) wellFormed(d *scopeDocument, text string) {
	decoder := xml.NewDecoder(strings.NewReader(text))
	for {
		_, err := decoder.Token()
		if errors.Is(err, io.EOF) {
			return
		}
		if err != nil {
			line, column := decoder.InputPos()
			b.note(d, document.Position{Line: line, Column: column}, Refused, "syntax", "this is not well-formed XML, which the format xml has to be ("+err.Error()+"); encode it, or deploy it as rawxml")
			return
		}
	}
}

func (b *compilation) namedValue(name string) (string, bool) {
	value, ok := b.options.NamedValues[name]
	return value, ok
}

// findSections takes a <policies> apart. A document without that root is a
// fragment or a piece of one: it counts as an inbound section whose policies may
// stand anywhere.
func (b *compilation) findSections(d *scopeDocument) {
	roots := d.document.Elements()
	if len(roots) == 0 {
		b.note(d, document.Position{Line: 1, Column: 1}, Refused, "structure", "the document has no <policies> element")
		return
	}
	root := roots[0]
	if root.Name != "policies" {
		b.loose(d, roots)
		return
	}
	for _, extra := range roots[1:] {
		b.note(d, extra.Position(), Refused, "structure", "<"+extra.Name+"> stands behind </policies>; a document has one root")
	}
	b.refuseAttributes(d, root)
	for _, stray := range root.Data() {
		b.note(d, stray.Position(), Refused, "structure", "text stands between the sections")
	}
	for _, section := range root.Elements() {
		switch {
		case !slices.Contains(all(), section.Name):
			b.note(d, section.Position(), Refused, "structure", "<"+section.Name+"> is no section; a document has inbound, backend, outbound and on-error"+suggest.Phrase(section.Name, all()))
		case d.sections[section.Name] != nil:
			b.note(d, section.Position(), Refused, "structure", "the section <"+section.Name+"> stands here twice")
		default:
			b.refuseAttributes(d, section)
			d.sections[section.Name] = section
		}
	}
}

func (b *compilation) refuseAttributes(d *scopeDocument, e *document.Element) {
	for _, a := range e.Attributes {
		if !strings.HasPrefix(a.Name, "xmlns") {
			b.note(d, a.Position(), Refused, "attribute", "<"+e.Name+"> takes no attribute "+a.Name)
		}
	}
}

// loose takes a fragment, or single policies, as a document.
func (b *compilation) loose(d *scopeDocument, roots []*document.Element) {
	d.fragment, b.inherits = true, true
	if roots[0].Name == "fragment" {
		for _, extra := range roots[1:] {
			b.note(d, extra.Position(), Refused, "structure", "<"+extra.Name+"> stands behind </fragment>; a fragment has one root")
		}
		d.sections[""] = roots[0]
		return
	}
	if !b.options.Lenient {
		b.note(d, roots[0].Position(), Refused, "structure", "the root is <"+roots[0].Name+">, where <policies> is needed")
		return
	}
	for _, root := range roots {
		if slices.Contains(all(), root.Name) {
			d.fragment = false
			d.sections[root.Name] = root
			continue
		}
		d.sections[""] = document.Group("fragment", d.document.Nodes, d.document)
	}
}

// section compiles a section of a scope; where <base /> stands, the outer scope's
// section is run. A scope without the section inherits all of it.
func (b *compilation) section(d *scopeDocument, section string) []*step {
	if d == nil {
		if section != "backend" {
			return nil
		}
		// What every service is born with.
		return []*step{b.defaultForward()}
	}
	loose := d.sections[""]
	if loose != nil && section == "inbound" {
		return b.policies(&place{document: d, section: "", steps: map[string]int{}}, loose.Children)
	}
	element := d.sections[section]
	if element == nil {
		if loose != nil {
			return nil
		}
		return b.section(d.outer, section)
	}
	return b.policies(&place{document: d, section: section, steps: map[string]int{}}, element.Children)
}

// place is where policies stand while they are compiled.
type place struct {
	document *scopeDocument
	section  string
	path     string
	// retried says that a <retry> is around.
	retried bool
	// answered says that further on, here or around, a <return-response> ends the
	// section, whatever happens before.
	answered bool
	steps    map[string]int
}

// below is the place inside of an element at p.
func (p *place) below(path string) *place {
	return &place{document: p.document, section: p.section, path: path, retried: p.retried, answered: p.answered, steps: map[string]int{}}
}

// step names the next element at p: choose[2].
func (p *place) next(name string) string {
	p.steps[name]++
	step := fmt.Sprintf("%s[%d]", name, p.steps[name])
	if p.path == "" {
		return step
	}
	return p.path + "/" + step
}

// policies compiles elements that are policies.
func (b *compilation) policies(p *place, nodes []document.Node) []*step {
	var steps []*step
	around := p.answered
	ends := slices.IndexFunc(nodes, isAnswer)
	defer func() { p.answered = around }()
	for i, node := range nodes {
		p.answered = around || i < ends
		switch node := node.(type) {
		case *document.Data:
			if strings.TrimSpace(node.Value.Value) != "" {
				b.note(p.document, node.Position(), Refused, "structure", "text stands where policies do: '"+clip(node.Value.Value)+"'")
			}
		case *document.Element:
			steps = append(steps, b.policy(p, node)...)
		}
	}
	return steps
}

// isAnswer tells a policy that ends the section.
func isAnswer(node document.Node) bool {
	e, ok := node.(*document.Element)
	return ok && e.Name == "return-response"
}

func clip(s string) string {
	s = strings.Join(strings.Fields(s), " ")
	if len(s) > 40 {
		return s[:37] + "..."
	}
	return s
}

// policy compiles one element: none, one or (of a fragment) many steps.
func (b *compilation) policy(p *place, e *document.Element) []*step {
	switch e.Name {
	case "base":
		return b.base(p, e)
	case "include-fragment":
		return b.include(p, e)
	}
	k := b.kinds[e.Name]
	if k == nil {
		b.note(p.document, e.Position(), Refused, "unknown-policy", "there is no policy <"+e.Name+">"+b.nearestPolicy(e.Name))
		return nil
	}
	path := p.next(e.Name)
	if !k.allowedIn(p.section) {
		b.note(p.document, e.Position(), Refused, "section", "<"+e.Name+"> is not allowed in "+p.section+"; it may stand in "+list(k.sections))
	}
	if k.scopes != nil && !b.options.Lenient && !p.document.fragment && !slices.Contains(k.scopes, string(p.document.scope)) {
		b.note(p.document, e.Position(), Refused, "scope", "<"+e.Name+"> is not allowed at the scope "+string(p.document.scope)+"; it may stand at "+list(k.scopes))
	}
	if k.notConsumption && b.options.Consumption {
		b.note(p.document, e.Position(), Refused, "tier", "<"+e.Name+"> does not exist in the Consumption tier")
	}
	if k.once && p.steps[e.Name] > 1 {
		b.note(p.document, e.Position(), Refused, "once", "<"+e.Name+"> may stand once in a section")
	}
	s := &step{kind: e.Name, scope: string(p.document.scope), section: p.section, path: path, position: e.Position(), document: p.document.name}
	if id := e.Attribute("id"); id != nil {
		s.id = id.Value.Value
	}
	c := &elementCompilation{compilation: b, place: p, element: e, kind: k, step: s, path: path, values: map[string]*value{}, children: map[string][]*elementCompilation{}}
	c.validate()
	if k.unsupported != "" {
		b.note(p.document, e.Position(), Unsupported, "unsupported-policy", "<"+e.Name+"> cannot be run here: "+k.unsupported)
		s.detail = "(cannot be run here)"
		for _, a := range e.Attributes {
			if strings.HasSuffix(a.Name, "variable-name") {
				c.noteVariable(a.Value.Value, nil)
			}
		}
		return []*step{s}
	}
	s.run = k.compile(c)
	return []*step{s}
}

func (b *compilation) base(p *place, e *document.Element) []*step {
	if p.document.fragment && p.section == "" {
		b.note(p.document, e.Position(), Refused, "structure", "a fragment cannot hold <base />")
		return nil
	}
	if len(e.Attributes) > 0 || len(e.Children) > 0 {
		b.note(p.document, e.Position(), Refused, "attribute", "<base /> takes nothing")
	}
	if p.document.outer == nil && p.document.scope != Global {
		b.inherits = true
	}
	outer := b.section(p.document.outer, p.section)
	s := &step{
		kind: "base", scope: string(p.document.scope), section: p.section, path: p.next("base"), position: e.Position(), document: p.document.name,
		branches: []branch{{"", outer}}, run: func(x *Execution) error { return x.steps(outer) },
	}
	return []*step{s}
}

// include pastes a fragment.
func (b *compilation) include(p *place, e *document.Element) []*step {
	path := p.next(e.Name)
	c := &elementCompilation{compilation: b, place: p, element: e, kind: &kind{name: e.Name, policies: true, attributes: []attribute{need("fragment-id", text()).fixed()}}, values: map[string]*value{}, children: map[string][]*elementCompilation{}}
	c.validate()
	c.below(nil, noText)
	id := e.Attribute("fragment-id")
	if id == nil {
		return nil
	}
	name := id.Value.Value
	if p.document.fragment && len(b.including) > 0 {
		b.note(p.document, e.Position(), Refused, "fragment", "a fragment cannot include another one")
		return nil
	}
	written, ok := b.options.Fragments[name]
	switch {
	case !ok && b.options.Lenient:
		b.opaque = true
		return []*step{{kind: e.Name, scope: string(p.document.scope), section: p.section, path: path, position: e.Position(), document: p.document.name, detail: name, run: func(*Execution) error {
			return &Error{Failure: failure("include-fragment", "", "the fragment "+name+" was not given")}
		}}}
	case !ok:
		b.note(p.document, id.Position(), Refused, "unknown-fragment", "there is no policy fragment '"+name+"'"+suggest.Phrase(name, slices.Sorted(maps.Keys(b.options.Fragments))))
		return nil
	}
	d := &scopeDocument{scope: p.document.scope, name: "fragment " + name, fragment: true, sections: map[string]*document.Element{}}
	read := b.fragments[name]
	if read == nil {
		read = b.parse(d, written, azure.MaxFragment, "fragment")
		b.fragments[name] = read
	}
	roots := read.Elements()
	if len(roots) != 1 || roots[0].Name != "fragment" {
		at := document.Position{Line: 1, Column: 1}
		if len(roots) > 0 {
			at = roots[len(roots)-1].Position()
		}
		b.note(d, at, Refused, "fragment", "the root of a fragment is <fragment>")
		return nil
	}
	b.including = append(b.including, name)
	defer func() { b.including = b.including[:len(b.including)-1] }()
	inner := &place{document: d, section: p.section, path: path, retried: p.retried, answered: p.answered, steps: map[string]int{}}
	for _, each := range roots[0].Elements() {
		if each.Name == "base" || slices.Contains(all(), each.Name) {
			b.note(d, each.Position(), Refused, "fragment", "a fragment cannot hold <"+each.Name+">")
			return nil
		}
	}
	return b.policies(inner, roots[0].Children)
}

// nearestPolicy suggests a policy for a name that none has.
func (b *compilation) nearestPolicy(name string) string {
	phrase, ok := b.nearest[name]
	if !ok {
		phrase = suggest.Phrase(name, append(slices.Sorted(maps.Keys(b.kinds)), "base", "include-fragment"))
		if b.nearest == nil {
			b.nearest = map[string]string{}
		}
		b.nearest[name] = phrase
	}
	return phrase
}
