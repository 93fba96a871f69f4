package liquid

import (
	"fmt"
	"strings"
)

// block is the inside of a tag that has an end.
type block struct {
	nodes []node
	// other takes a tag that is none, such as else; false where it cannot.
	other func(name, markup string) (bool, error)
}

type parser struct {
	tokens   []token
	options  Options
	cultures []string
	depth    int
	// here is the place of the token being read.
	here int
}

func (p *parser) fail(format string, args ...any) error {
	return &SyntaxError{p.here, fmt.Sprintf(format, args...)}
}

func (p *parser) shift() (token, bool) {
	if len(p.tokens) == 0 {
		return token{}, false
	}
	t := p.tokens[0]
	p.tokens = p.tokens[1:]
	p.here = t.offset
	return t, true
}

// tagParts are the name and the markup of a tag.
func tagParts(s string) (name, markup string, ok bool) {
	if len(s) < 4 || !strings.HasSuffix(s, "%}") {
		return "", "", false
	}
	c := &cursor{s: s[2 : len(s)-2]}
	c.space()
	name = c.word()
	c.space()
	return name, c.rest(), name != ""
}

// block reads up to the end of a tag; name is "" for the whole template.
func (p *parser) block(b *block, name string) error {
	started := p.here
	if p.depth++; p.depth > maxNested {
		return p.fail("tags stand inside of each other more than %d deep", maxNested)
	}
	defer func() { p.depth-- }()
	for {
		t, ok := p.shift()
		switch {
		case !ok && name == "":
			return nil
		case !ok:
			p.here = started
			return p.fail("%s tag was never closed", name)
		case strings.HasPrefix(t.text, "{%"):
			tag, markup, terminated := tagParts(t.text)
			if !terminated {
				return p.fail("Tag '%s' was not properly terminated: it has to end with %%} on its line", t.text)
			}
			if name != "" && tag == "end"+name {
				return nil
			}
			if err := p.tag(b, name, tag, markup); err != nil {
				return err
			}
		case strings.HasPrefix(t.text, "{{"):
			if len(t.text) < 4 || !strings.HasSuffix(t.text, "}}") {
				return p.fail("Variable '%s' was not properly terminated: it has to end with }} on its line", t.text)
			}
			b.nodes = append(b.nodes, p.variable(t.text[2:len(t.text)-2]))
		default:
			b.nodes = append(b.nodes, plain(t.text))
		}
	}
}

func (p *parser) tag(b *block, inside, name, markup string) error {
	read := readerOf(name)
	if name == arrayTag && !p.options.ArrayTag {
		read = nil
	}
	if read != nil {
		n, err := read(p, name, markup)
		if err == nil && n != nil {
			b.nodes = append(b.nodes, n)
		}
		return err
	}
	if b.other != nil {
		if taken, err := b.other(name, markup); taken || err != nil {
			return err
		}
	}
	if name == "else" {
		return p.fail("%s tag does not expect else tag", inside)
	}
	return p.fail("Unknown tag '%s'", name)
}

// verbatim reads the text up to the end of a tag, as it is.
func (p *parser) verbatim(name string) (node, error) {
	started := p.here
	var b strings.Builder
	for {
		t, ok := p.shift()
		if !ok {
			p.here = started
			return nil, p.fail("%s tag was never closed", name)
		}
		if tag, _, is := tagParts(t.text); is && strings.HasPrefix(t.text, "{%") && tag == "end"+name {
			return plain(b.String()), nil
		}
		b.WriteString(t.text)
	}
}

// plain is text.
type plain string

func (t plain) render(r *renderer) error { return r.write(string(t)) }

// variable is what stands in {{ }}: a value and the filters that change it.
type variable struct {
	from    *operand
	filters []filterCall
}

type filterCall struct {
	name string
	args []*operand
}

// variable reads the inside of {{ }}.
func (p *parser) variable(markup string) *variable {
	c := &cursor{s: markup}
	name := c.find(false)
	if name == "" {
		return &variable{}
	}
	v := &variable{from: readOperand(name)}
	if i := strings.IndexByte(c.rest(), '|'); i >= 0 {
		c.at += i
		for c.take("|") {
			p.filter(v, c)
		}
	}
	return v
}

// filter reads one filter, up to the next |.
func (p *parser) filter(v *variable, c *cursor) {
	from := c.at
	for !c.done() && c.peek() != '|' {
		if c.fragment(true) == "" {
			c.advance()
		}
	}
	segment := &cursor{s: c.s[from:c.at]}
	for !segment.done() && !isWord(segment.peek()) {
		segment.advance()
	}
	call := filterCall{name: segment.word()}
	if call.name == "" {
		return
	}
	for !segment.done() {
		if !segment.take(":") && !segment.take(",") {
			segment.advance()
			continue
		}
		segment.space()
		if f := segment.fragment(true); f != "" {
			call.args = append(call.args, readOperand(f))
		}
	}
	p.noteCulture(call)
	v.filters = append(v.filters, call)
}

func (p *parser) noteCulture(call filterCall) {
	if call.name != "Currency" || len(call.args) == 0 {
		return
	}
	if name, ok := call.args[0].value.(string); ok {
		if _, known := currencies[strings.ToLower(name)]; !known {
			p.cultures = append(p.cultures, name)
		}
	}
}

func (v *variable) render(r *renderer) error {
	value, err := v.value(r)
	if err != nil {
		return err
	}
	return r.write(output(value))
}

func (v *variable) value(r *renderer) (any, error) {
	if v.from == nil {
		return null()
	}
	value, err := r.of(v.from)
	for _, call := range v.filters {
		if err != nil {
			return nil, err
		}
		value, err = r.invoke(call, value)
	}
	return value, err
}
