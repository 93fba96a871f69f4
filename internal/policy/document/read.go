package document

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// maxDepth bounds elements within elements; no policy nests deeper.
const maxDepth = 200

// Options say how to read.
type Options struct {
	// NamedValues gives the value of a named value; nil knows none. What it does
	// not know stays in the text as {{name}}.
	NamedValues func(name string) (string, bool)
	// KeepEntities leaves &amp; and its like in expressions as they are written,
	// where the format is rawxml. Microsoft's documents leave open which of both
	// the service does; by default they are decoded.
	KeepEntities bool
}

// Read reads a document, as far as it can be read: mistakes are in its Errors.
func Read(source string, options Options) *Document {
	trimmed := strings.TrimPrefix(source, "\ufeff")
	d := &Document{Source: trimmed, positions: newLines(trimmed)}
	d.text, d.Placeholders = substitute(trimmed, options.NamedValues)
	r := &reader{document: d, s: d.text.Value, options: options, brackets: brackets{s: d.text.Value}}
	d.Nodes = r.nodes(nil, 0)
	return d
}

type reader struct {
	document *Document
	s        string
	at       int
	options  Options
	brackets brackets
	// open are the elements around, the innermost last.
	open []*Element
}

func (r *reader) fail(offset int, message string) {
	// One mistake tends to be followed by what it caused.
	if len(r.document.Errors) < 20 {
		r.document.Errors = append(r.document.Errors, &Error{r.document.origin(offset), message})
	}
}

func (r *reader) rest() string { return r.s[r.at:] }

// nodes reads up to the closing tag of parent, which it passes.
func (r *reader) nodes(parent *Element, depth int) []Node {
	var nodes []Node
	for r.at < len(r.s) {
		rest := r.rest()
		_, substituted := r.document.text.substituted(r.at)
		switch {
		case substituted:
			nodes = append(nodes, r.data(parent))
		case strings.HasPrefix(rest, "<!--"):
			nodes = append(nodes, r.comment("<!--", "-->"))
		case strings.HasPrefix(rest, "<![CDATA["):
			nodes = append(nodes, r.cdata())
		case strings.HasPrefix(rest, "<?"):
			nodes = append(nodes, r.comment("<?", "?>"))
		case strings.HasPrefix(rest, "<!"):
			r.fail(r.at, "a policy document has no <!DOCTYPE>")
			nodes = append(nodes, r.comment("<!", ">"))
		case strings.HasPrefix(rest, "</"):
			if r.closing(parent) {
				return nodes
			}
		case rest[0] == '<' && startsName(rest[1:]):
			if depth >= maxDepth {
				r.fail(r.at, "elements are nested too deeply")
				r.at = len(r.s)
				return nodes
			}
			nodes = append(nodes, r.element(depth))
		default:
			nodes = append(nodes, r.data(parent))
		}
	}
	if parent != nil {
		parent.innerEnd, parent.end = r.at, r.at
		r.fail(parent.start, "<"+parent.Name+"> is not closed by </"+parent.Name+">")
	}
	return nodes
}

func startsName(s string) bool {
	c, _ := utf8.DecodeRuneInString(s)
	return c == '_' || unicode.IsLetter(c)
}

// comment passes what its opening begins: <!--> opens one, and does not close it.
func (r *reader) comment(opening, end string) Node {
	start := r.at
	r.at += len(opening)
	length := strings.Index(r.rest(), end)
	if length < 0 {
		r.fail(start, "this is not closed by "+end)
		r.at = len(r.s)
	} else {
		r.at += length + len(end)
	}
	return &Comment{Raw: r.s[start:r.at]}
}

func (r *reader) cdata() Node {
	start := r.at
	inner := start + len("<![CDATA[")
	length := strings.Index(r.s[inner:], "]]>")
	end := inner + length
	if length < 0 {
		r.fail(start, "<![CDATA[ is not closed by ]]>")
		end = len(r.s)
	}
	r.at = min(len(r.s), end+len("]]>"))
	data := &Data{Raw: r.s[start:r.at], Value: plain(r.s[inner:end], inner), CDATA: true, start: start, document: r.document}
	_, data.Expression = opensExpression(data.Value.Value)
	return data
}

// closing passes a closing tag; false where it closes nothing.
func (r *reader) closing(parent *Element) bool {
	start := r.at
	r.at += 2
	name := r.name()
	if parent != nil && parent.Name != name && r.isOpen(name) {
		// Whoever left one end out means the rest as it stands.
		r.fail(start, "</"+name+"> stands where <"+parent.Name+"> of "+parent.Position().String()+" has to be closed")
		r.at = start
		parent.innerEnd, parent.end = start, start
		return true
	}
	r.blank()
	if strings.HasPrefix(r.rest(), ">") {
		r.at++
	} else {
		r.fail(start, "</"+name+" is not closed by >")
	}
	switch {
	case parent == nil:
		r.fail(start, "</"+name+"> closes no element")
		return false
	case parent.Name != name:
		r.fail(start, "</"+name+"> stands where <"+parent.Name+"> of "+parent.Position().String()+" has to be closed")
	}
	parent.innerEnd, parent.end = start, r.at
	return true
}

// isOpen tells whether an element of a name stands around.
func (r *reader) isOpen(name string) bool {
	return slices.ContainsFunc(r.open, func(e *Element) bool { return e.Name == name })
}

func (r *reader) name() string {
	start := r.at
	for r.at < len(r.s) {
		c, size := utf8.DecodeRuneInString(r.rest())
		if !unicode.IsLetter(c) && !unicode.IsDigit(c) && !strings.ContainsRune("_-.:", c) {
			break
		}
		r.at += size
	}
	return r.s[start:r.at]
}

func (r *reader) blank() {
	for r.at < len(r.s) && strings.IndexByte(" \t\r\n", r.s[r.at]) >= 0 {
		r.at++
	}
}

func (r *reader) element(depth int) *Element {
	e := &Element{start: r.at, document: r.document}
	r.at++
	e.Name = r.name()
	for {
		r.blank()
		rest := r.rest()
		switch {
		case strings.HasPrefix(rest, "/>"):
			r.at += 2
			e.SelfClosing, e.innerStart, e.innerEnd, e.end = true, r.at, r.at, r.at
			return e
		case strings.HasPrefix(rest, ">"):
			r.at++
			e.innerStart = r.at
			if isLiquid(e) {
				r.liquid(e)
			} else {
				r.open = append(r.open, e)
				e.Children = r.nodes(e, depth+1)
				r.open = r.open[:len(r.open)-1]
			}
			return e
		case startsName(rest):
			r.attribute(e)
		default:
			r.fail(r.at, "the tag <"+e.Name+"> is not closed by >")
			r.recover()
			e.innerStart, e.innerEnd, e.end = r.at, r.at, r.at
			return e
		}
	}
}

// recover passes what cannot be read, up to the end of the tag.
func (r *reader) recover() {
	if end := strings.IndexByte(r.rest(), '>'); end >= 0 {
		r.at += end + 1
	} else {
		r.at = len(r.s)
	}
}

// isLiquid tells a Liquid template, whose text holds raw < and braces.
func isLiquid(e *Element) bool {
	template := e.Attribute("template")
	return e.Name == "set-body" && template != nil && strings.EqualFold(template.Value.Value, "liquid")
}

// liquid takes everything up to </set-body> as text.
func (r *reader) liquid(e *Element) {
	start := r.at
	length := strings.Index(r.rest(), "</"+e.Name)
	if length < 0 {
		r.at = len(r.s)
		e.innerEnd, e.end = r.at, r.at
		r.fail(e.start, "<"+e.Name+"> is not closed by </"+e.Name+">")
		return
	}
	r.at += length
	raw := r.s[start:r.at]
	r.markLiquid(start, r.at)
	value := decode(raw, start)
	if inner := strings.TrimSpace(raw); strings.HasPrefix(inner, "<![CDATA[") && strings.HasSuffix(inner, "]]>") {
		at := start + strings.Index(raw, "<![CDATA[") + len("<![CDATA[")
		value = plain(r.s[at:start+strings.LastIndex(raw, "]]>")], at)
	}
	e.Children = []Node{&Data{Raw: raw, Value: value, start: start, document: r.document}}
	r.closing(e)
}

// markLiquid notes the placeholders between two offsets as Liquid's own.
func (r *reader) markLiquid(from, to int) {
	from, to = r.document.text.Origin(from), r.document.text.Origin(to)
	for i := range r.document.Placeholders {
		if p := &r.document.Placeholders[i]; p.offset >= from && p.offset < to {
			p.Liquid = true
		}
	}
}

func (r *reader) attribute(e *Element) {
	a := &Attribute{start: r.at, document: r.document}
	a.Name = r.name()
	r.blank()
	if !strings.HasPrefix(r.rest(), "=") {
		r.fail(a.start, "the attribute "+a.Name+" has no value: "+a.Name+`="..."`)
		return
	}
	r.at++
	r.blank()
	if r.at >= len(r.s) || r.s[r.at] != '"' && r.s[r.at] != '\'' {
		r.fail(r.at, "the value of "+a.Name+" does not stand in quotes")
		start := r.at
		for r.at < len(r.s) && strings.IndexByte(" \t\r\n/>", r.s[r.at]) < 0 {
			r.at++
		}
		a.Quote, a.Broken, a.valueStart, a.Raw = '"', true, start, r.s[start:r.at]
		a.Value = decode(a.Raw, start)
		e.Attributes = append(e.Attributes, a)
		return
	}
	if e.Attribute(a.Name) != nil {
		r.fail(a.start, "the attribute "+a.Name+" stands here twice")
	}
	a.Quote = r.s[r.at]
	r.at++
	a.valueStart = r.at
	r.attributeValue(a)
	e.Attributes = append(e.Attributes, a)
}

// attributeValue reads up to the closing quote. An expression ends where its
// bracket does, whatever quotes it holds.
func (r *reader) attributeValue(a *Attribute) {
	start := r.at
	if at, ok := opensExpression(r.rest()); ok {
		a.Expression = true
		if end, found := r.brackets.end(start + at + 1); found {
			r.at = end
			r.blank()
			if r.at < len(r.s) && r.s[r.at] == a.Quote {
				a.Raw = r.s[start:r.at]
				a.Value = r.decodeExpression(a.Raw, start)
				r.at++
				return
			}
		}
		r.brackets.keep()
		r.at = start
	}
	length := r.document.text.indexOutside(r.at, a.Quote)
	if length < 0 {
		r.fail(a.start, "the value of "+a.Name+" is not closed by "+string(a.Quote))
		r.at = len(r.s)
		return
	}
	a.Raw = r.s[start : start+length]
	r.at += length + 1
	a.Value = decode(a.Raw, start)
	if a.Expression {
		value := strings.TrimSpace(a.Value.Value)
		end, found := expressionEnd(value)
		a.Broken = !found || end != len(value)
		switch {
		case !found:
			r.fail(start, "the expression in "+a.Name+" has a bracket or string that is not closed")
		case end != len(value):
			r.fail(start+end, "a value is either text or one expression: "+a.Name+" has text behind its expression")
		}
	}
}

func (r *reader) decodeExpression(raw string, origin int) Text {
	if r.options.KeepEntities {
		return plain(raw, origin)
	}
	return decode(raw, origin)
}

// endOf is how far away the end of an element is; -1 where there is none.
func (r *reader) endOf(e *Element) int {
	if e == nil {
		return -1
	}
	return strings.Index(r.rest(), "</"+e.Name+">")
}

// data reads text up to the next tag; an expression reaches to its bracket.
func (r *reader) data(parent *Element) Node {
	start := r.at
	data := &Data{start: start, document: r.document}
	if at, ok := opensExpression(r.rest()); ok {
		data.Expression = true
		if end, found := r.brackets.end(start + at + 1); found {
			r.at = end
			r.blank()
			if strings.HasPrefix(r.rest(), "<") {
				data.Raw = r.s[start:r.at]
				data.Value = r.decodeExpression(data.Raw, start)
				return data
			}
			r.fail(r.at, "a value is either text or one expression: text stands behind the expression")
		} else {
			r.fail(start+at, "this expression has a bracket or string that is not closed")
		}
		data.Broken = true
		r.brackets.keep()
		r.at = start
		if length := r.endOf(parent); length > 0 {
			// What looks like tags is C#.
			r.at += length
			data.Raw = r.s[start:r.at]
			data.Value = plain(data.Raw, start)
			return data
		}
	}
	r.at++
	for r.at < len(r.s) {
		next := r.document.text.indexOutside(r.at, '<')
		if next < 0 {
			r.at = len(r.s)
			break
		}
		r.at += next
		after := r.s[r.at+1:]
		if startsName(after) || strings.HasPrefix(after, "/") || strings.HasPrefix(after, "!") || strings.HasPrefix(after, "?") {
			break
		}
		r.at++
	}
	data.Raw = r.s[start:r.at]
	data.Value = decode(data.Raw, start)
	return data
}
