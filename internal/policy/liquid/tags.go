package liquid

import "strings"

const arrayTag = "JSONArrayFor"

// reader reads a tag, and where it has an end, what is inside of it.
type reader func(p *parser, name, markup string) (node, error)

// readerOf is the reader of a tag of DotLiquid 2.0 or of JSONArrayFor, or nil.
func readerOf(name string) reader {
	switch name {
	case "assign":
		return readAssign
	case "capture":
		return readCapture
	case "case":
		return readCase
	case "comment":
		return readComment
	case "cycle":
		return readCycle
	case "for", arrayTag:
		return readFor
	case "if", "unless":
		return readIf
	case "ifchanged":
		return readIfChanged
	case "raw", "literal":
		return func(p *parser, name, _ string) (node, error) { return p.verbatim(name) }
	case "break":
		return func(*parser, string, string) (node, error) { return leave{errBreak}, nil }
	case "continue":
		return func(*parser, string, string) (node, error) { return leave{errContinue}, nil }
	case "include", "extends":
		return func(*parser, string, string) (node, error) { return noIncludes{}, nil }
	case "tablerow":
		return readTableRow
	case "block":
		return readBlock
	}
	return nil
}

type leave struct{ how error }

func (l leave) render(*renderer) error { return l.how }

// noIncludes is include or extends: a template in a policy has no others.
type noIncludes struct{}

func (noIncludes) render(*renderer) error {
	return fail("Error - This liquid context does not allow includes")
}

type assignment struct {
	name string
	from *variable
}

func isNamePart(r rune) bool { return isWord(r) || strings.ContainsRune("-.[]()", r) }

func readAssign(p *parser, _, markup string) (node, error) {
	name, from, ok := strings.Cut(markup, "=")
	c := &cursor{s: strings.TrimSpace(name)}
	name = c.while(isNamePart)
	if !ok || name == "" || !c.done() {
		return nil, p.fail("Syntax Error in 'assign' tag - Valid syntax: assign [var] = [source]")
	}
	return &assignment{name, p.variable(from)}, nil
}

func (a *assignment) render(r *renderer) error {
	v, err := a.from.value(r)
	if err == nil {
		r.assign(a.name, v)
	}
	return err
}

type capture struct {
	name  string
	nodes []node
}

func readCapture(p *parser, name, markup string) (node, error) {
	c := &cursor{s: markup}
	for !c.done() && !isWord(c.peek()) {
		c.advance()
	}
	word := c.word()
	if word == "" {
		return nil, p.fail("Syntax Error in 'capture' tag - Valid syntax: capture [var]")
	}
	b := &block{}
	err := p.block(b, name)
	return &capture{word, b.nodes}, err
}

func (c *capture) render(r *renderer) error {
	s, err := r.aside(c.nodes)
	if err == nil {
		r.assign(c.name, s)
	}
	return err
}

// readComment reads what is inside, too: a mistake there is one.
func readComment(p *parser, name, _ string) (node, error) {
	return nil, p.block(&block{}, name)
}

// branch is what runs where a condition holds; nil holds always.
type branch struct {
	when  *condition
	nodes []node
}

type choice struct {
	branches []*branch
	unless   bool
}

func readIf(p *parser, name, markup string) (node, error) {
	first, err := p.conditions(markup)
	if err != nil {
		return nil, err
	}
	found := &choice{branches: []*branch{{when: first}}, unless: name == "unless"}
	b := &block{}
	finish := func() {
		found.branches[len(found.branches)-1].nodes = b.nodes
		b.nodes = nil
	}
	b.other = func(tag, markup string) (bool, error) {
		next := &branch{}
		switch tag {
		case "else":
		case "elsif", "elseif":
			if next.when, err = p.conditions(markup); err != nil {
				return true, err
			}
		default:
			return false, nil
		}
		finish()
		found.branches = append(found.branches, next)
		return true, nil
	}
	err = p.block(b, name)
	finish()
	return found, err
}

func (c *choice) render(r *renderer) error {
	return r.within(func(*Hash) error {
		for i, each := range c.branches {
			holds := each.when == nil
			if !holds {
				var err error
				if holds, err = each.when.holds(r); err != nil {
					return err
				}
			}
			if holds != (c.unless && i == 0) {
				return r.all(each.nodes)
			}
		}
		return nil
	})
}

type selection struct {
	branches []*branch
}

func readCase(p *parser, name, markup string) (node, error) {
	c := &cursor{s: markup}
	of := c.find(true)
	if of == "" {
		return nil, p.fail("Syntax Error in 'case' tag - Valid syntax: case [condition]")
	}
	left := readOperand(of)
	found := &selection{}
	b := &block{}
	var open []*branch
	finish := func() {
		for _, each := range open {
			each.nodes = b.nodes
		}
		b.nodes, open = nil, nil
	}
	b.other = func(tag, markup string) (bool, error) {
		if tag != "when" && tag != "else" {
			return false, nil
		}
		finish()
		open = []*branch{{}}
		if tag == "when" {
			if open = readWhen(left, markup); open == nil {
				return true, p.fail("Syntax Error in 'case' tag - Valid when condition: {%% when [condition] [or condition2...] %%}")
			}
		}
		found.branches = append(found.branches, open...)
		return true, nil
	}
	err := p.block(b, name)
	finish()
	return found, err
}

// readWhen reads values with a comma or the word or between them.
func readWhen(left *operand, markup string) []*branch {
	var branches []*branch
	c := &cursor{s: markup}
	for {
		value := c.find(true)
		if value == "" {
			return branches
		}
		branches = append(branches, &branch{when: &condition{left: left, operator: "==", right: readOperand(value)}})
		c.space()
		if !c.take(",") && !c.take("or ") {
			return branches
		}
	}
}

func (s *selection) render(r *renderer) error {
	return r.within(func(*Hash) error {
		none := true
		for _, each := range s.branches {
			holds := each.when == nil && none
			if each.when != nil {
				var err error
				if holds, err = each.when.holds(r); err != nil {
					return err
				}
				none = none && !holds
			}
			if !holds {
				continue
			}
			if err := r.all(each.nodes); err != nil {
				return err
			}
		}
		return nil
	})
}

type ifChanged struct{ nodes []node }

func readIfChanged(p *parser, name, _ string) (node, error) {
	b := &block{}
	err := p.block(b, name)
	return &ifChanged{b.nodes}, err
}

func (c *ifChanged) render(r *renderer) error {
	s, err := r.aside(c.nodes)
	if err != nil || r.unchanged != nil && *r.unchanged == s {
		return err
	}
	r.unchanged = &s
	return r.write(s)
}

// readBlock is a block of a template that others could extend: it prints what is
// inside.
func readBlock(p *parser, name, _ string) (node, error) {
	b := &block{}
	err := p.block(b, name)
	return &capturedBlock{b.nodes}, err
}

type capturedBlock struct{ nodes []node }

func (c *capturedBlock) render(r *renderer) error { return r.all(c.nodes) }
