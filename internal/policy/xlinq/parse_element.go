package xlinq

import (
	"strings"
	"unicode/utf8"
)

// read is an attribute as it was read.
type read struct {
	prefix, local, value string
	at, valueAt          int
}

// element reads a start tag.
func (p *parser) element() error {
	p.at++
	from := p.at
	prefix, local, err := p.qualified()
	if err != nil {
		return err
	}
	written := p.text[from:p.at]
	if c := p.peek(0); !p.ended() && c != '>' && c != '/' && !isSpace(c) {
		return p.badNameChar(p.at)
	}
	if p.peek(0) == '/' && p.at+1 < len(p.text) && p.peek(1) != '>' {
		return p.unexpected(p.at, expecting(">"))
	}
	attributes, err := p.attributes()
	if err != nil {
		return err
	}
	e := &Element{}
	if err := p.declared(e, attributes); err != nil {
		return err
	}
	space, ok := p.space(prefix)
	if !ok && prefix != "" {
		return p.fail(from, "'%s' is an undeclared prefix.", prefix)
	}
	e.Name = Name{space, local}
	if err := p.resolve(e, attributes); err != nil {
		return err
	}
	empty := p.peek(0) == '/'
	keep := len(p.open) > 0 && p.open[len(p.open)-1].keep
	if a := e.Attribute(Name{XMLNamespace, "space"}); a != nil {
		keep = a.Value == "preserve" || keep && a.Value != "default"
	}
	if err := firstError(p.add(e), p.options.Take(64*len(attributes))); err != nil {
		return err
	}
	p.rooted = true
	p.at++
	if empty {
		p.at++
		p.forget(e)
		return nil
	}
	p.open = append(p.open, opened{e, written, from, keep})
	return nil
}

// attributes reads up to the > or /> of a start tag.
func (p *parser) attributes() ([]read, error) {
	var found []read
	for {
		blanks := p.blanks()
		switch {
		case p.ended():
			return nil, p.unclosed()
		case p.text[p.at] == '>':
			return found, nil
		case p.text[p.at] == '/':
			switch {
			case p.at+1 >= len(p.text):
				return nil, p.unclosed()
			case p.peek(1) != '>':
				return nil, p.unexpected(p.at+1, expecting(">"))
			}
			return found, nil
		}
		if r, _ := utf8.DecodeRuneInString(p.text[p.at:]); blanks == 0 && startsName(r) {
			return nil, p.unexpected(p.at, "Expecting white space.")
		}
		a := read{at: p.at}
		var err error
		if a.prefix, a.local, err = p.qualified(); err != nil {
			return nil, err
		}
		p.blanks()
		if p.peek(0) != '=' {
			return nil, p.unexpected(p.at, expecting("="))
		}
		p.at++
		p.blanks()
		quote := p.peek(0)
		if quote != '"' && quote != '\'' {
			return nil, p.unexpected(p.at, expecting(`"`, "'"))
		}
		a.valueAt = p.at
		p.at++
		if a.value, err = p.attributeValue(quote); err != nil {
			return nil, err
		}
		found = append(found, a)
	}
}

func (p *parser) attributeValue(quote byte) (string, error) {
	var b strings.Builder
	for !p.ended() {
		c := p.text[p.at]
		switch {
		case c == quote:
			p.at++
			return b.String(), nil
		case c == '<':
			return "", p.fail(p.at, "'<', hexadecimal value 0x3C, is an invalid attribute character.")
		case c == '&':
			text, err := p.reference()
			if err != nil {
				return "", err
			}
			b.WriteString(text)
			continue
		case c == '\r' && p.peek(1) == '\n':
			p.at++
			continue
		case isSpace(c):
			c = ' '
		case c < ' ':
			return "", p.badChar(p.at, rune(c))
		}
		b.WriteByte(c)
		p.at++
	}
	return "", p.fail(p.at, "There is an unclosed literal string.")
}

// declared puts the declarations of namespaces among the attributes into e.
func (p *parser) declared(e *Element, attributes []read) error {
	for _, a := range attributes {
		name := Name{XMLNSNamespace, a.local}
		switch {
		case a.prefix == "" && a.local == "xmlns":
			name = Name{"", "xmlns"}
			if a.value == XMLNamespace || a.value == XMLNSNamespace {
				return p.fail(a.at, "Prefix '' cannot be mapped to namespace name reserved for \"xml\" or \"xmlns\".")
			}
		case a.prefix != "xmlns":
			continue
		case a.local == "xmlns":
			return p.fail(a.at, "Prefix \"xmlns\" is reserved for use by XML.")
		case a.local == "xml" && a.value != XMLNamespace:
			return p.fail(a.at, "Prefix \"xml\" is reserved for use by XML and can be mapped only to namespace name \"http://www.w3.org/XML/1998/namespace\".")
		case a.value == "":
			return p.fail(a.valueAt, "Invalid namespace declaration.")
		case a.local != "xml" && a.value == XMLNamespace || a.value == XMLNSNamespace:
			return p.fail(a.at, "Prefix '%s' cannot be mapped to namespace name reserved for \"xml\" or \"xmlns\".", a.local)
		}
		e.Attributes = append(e.Attributes, &Attribute{e, name, a.value})
	}
	for _, a := range e.Attributes {
		prefix, _ := a.Declares()
		p.spaces[prefix] = append(p.spaces[prefix], a.Value)
	}
	return nil
}

// space is the namespace of a prefix.
func (p *parser) space(prefix string) (string, bool) {
	all := p.spaces[prefix]
	if len(all) == 0 {
		return "", false
	}
	return all[len(all)-1], true
}

// forget ends the declarations of an element.
func (p *parser) forget(e *Element) {
	for _, a := range e.Attributes {
		if prefix, ok := a.Declares(); ok {
			p.spaces[prefix] = p.spaces[prefix][:len(p.spaces[prefix])-1]
		}
	}
}

// resolve gives e its attributes in the order in which they were written.
func (p *parser) resolve(e *Element, attributes []read) error {
	all := make([]*Attribute, 0, len(attributes))
	seen := make(map[Name]bool, len(attributes))
	for _, a := range attributes {
		name, written := Name{"", a.local}, a.local
		if a.prefix != "" {
			space, ok := p.space(a.prefix)
			if !ok {
				return p.fail(a.at, "'%s' is an undeclared prefix.", a.prefix)
			}
			name, written = Name{space, a.local}, a.prefix+":"+a.local
		}
		if seen[name] {
			return p.fail(a.at, "'%s' is a duplicate attribute name.", written)
		}
		seen[name] = true
		all = append(all, &Attribute{e, name, a.value})
	}
	e.Attributes = all
	return nil
}

// end reads an end tag.
func (p *parser) end() error {
	p.at += 2
	top, from := p.open[len(p.open)-1], p.at
	if p.text[from:] == top.name {
		return p.unclosed()
	}
	if _, _, err := p.qualified(); err != nil {
		return err
	}
	if written := p.text[from:p.at]; written != top.name {
		start := p.fail(top.at, "").Message
		start = strings.TrimSuffix(strings.TrimPrefix(start, " Line "), ".")
		return p.fail(from, "The '%s' start tag on line %s does not match the end tag of '%s'.", top.name, strings.Replace(start, ",", "", 1), written)
	}
	p.blanks()
	switch {
	case p.ended():
		return p.unclosed()
	case p.text[p.at] != '>':
		return p.unexpected(p.at, expecting(">"))
	}
	p.at++
	p.open = p.open[:len(p.open)-1]
	p.forget(top.element)
	if len(top.element.nodes) == 0 {
		top.element.full = true
	}
	return nil
}
