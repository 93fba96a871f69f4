package xlinq

import (
	"fmt"
	"strings"
	"unicode/utf16"
	"unicode/utf8"

	"github.com/aoai-gateway/aoai-gateway/internal/policy/dotnet"
)

// Options are how a text is read.
type Options struct {
	// KeepBlanks keeps texts of nothing but white space.
	KeepBlanks bool
	// Take takes the bytes that the tree needs from a budget.
	Take func(bytes int) error
}

// parser reads XML 1.0 as .NET's XmlReader does: the same order of checks, the same
// words and places in what it says.
type parser struct {
	text    string
	at      int
	options Options

	document *Document
	open     []opened
	rooted   bool
	// spaces are the namespaces of each prefix, the innermost last.
	spaces map[string][]string
}

// opened is an element whose end tag is still to come.
type opened struct {
	element *Element
	name    string // as it is written
	at      int
	keep    bool // xml:space="preserve"
}

// ParseDocument is XDocument.Parse.
func ParseDocument(text string, options Options) (*Document, error) {
	p := &parser{text: text, options: options, document: &Document{}, spaces: map[string][]string{"xml": {XMLNamespace}, "xmlns": {XMLNSNamespace}}}
	if err := p.options.Take(len(text)); err != nil {
		return nil, err
	}
	if err := p.declaration(); err != nil {
		return nil, err
	}
	for {
		done, err := p.next()
		if err != nil {
			return nil, err
		}
		if done {
			return p.document, nil
		}
	}
}

// ParseElement is XElement.Parse.
func ParseElement(text string, options Options) (*Element, error) {
	d, err := ParseDocument(text, options)
	if err != nil {
		return nil, err
	}
	root := d.Root()
	return root, Remove(root)
}

// fail is an XmlException at an offset.
func (p *parser) fail(at int, format string, args ...any) *dotnet.Exception {
	line, start := 1, 0
	for i := range min(at, len(p.text)) {
		if c := p.text[i]; c == '\n' || c == '\r' && !strings.HasPrefix(p.text[i+1:], "\n") {
			line, start = line+1, i+1
		}
	}
	position := len(utf16.Encode([]rune(p.text[start:min(at, len(p.text))]))) + 1
	message := fmt.Sprintf(format, args...)
	return xmlException(fmt.Sprintf("%s Line %d, position %d.", message, line, position))
}

// unexpected tells what stands where something else has to.
func (p *parser) unexpected(at int, expected string) error {
	if at >= len(p.text) {
		return p.fail(at, "Unexpected end of file has occurred.")
	}
	return p.fail(at, "'%s' is an unexpected token. %s", p.token(at), expected)
}

func expecting(tokens ...string) string {
	return "The expected token is '" + strings.Join(tokens, "' or '") + "'."
}

// token is the name or the character at an offset.
func (p *parser) token(at int) string {
	end := at
	for end < len(p.text) {
		r, size := utf8.DecodeRuneInString(p.text[end:])
		if !continuesName(r) {
			break
		}
		end += size
	}
	if end == at {
		_, size := utf8.DecodeRuneInString(p.text[at:])
		end += size
	}
	return p.text[at:end]
}

func (p *parser) unclosed() error {
	var names []string
	for i := len(p.open) - 1; i >= 0; i-- {
		names = append(names, p.open[i].name)
	}
	list := strings.Join(names, ", ")
	if list != "" {
		list += "."
	}
	return p.fail(len(p.text), "Unexpected end of file has occurred. The following elements are not closed: %s", list)
}

func (p *parser) peek(n int) byte {
	if p.at+n < len(p.text) {
		return p.text[p.at+n]
	}
	return 0
}

func (p *parser) ended() bool { return p.at >= len(p.text) }

func (p *parser) blanks() int {
	from := p.at
	for !p.ended() && isSpace(p.text[p.at]) {
		p.at++
	}
	return p.at - from
}

// where new nodes go.
func (p *parser) container() Container {
	if len(p.open) == 0 {
		return p.document
	}
	return p.open[len(p.open)-1].element
}

func (p *parser) add(n Node) error {
	c := p.container()
	n.setParent(c)
	c.inner().nodes = append(c.inner().nodes, n)
	return p.options.Take(96)
}

// next reads one node; done is the end of the document.
func (p *parser) next() (done bool, err error) {
	if p.ended() {
		switch {
		case len(p.open) > 0:
			return false, p.unclosed()
		case !p.rooted:
			return false, xmlException("Root element is missing.")
		}
		return true, nil
	}
	if p.text[p.at] != '<' {
		return false, p.characters()
	}
	inside := len(p.open) > 0
	if !inside && len(p.text)-p.at < len("<a/>") {
		return false, p.fail(p.at, "Data at the root level is invalid.")
	}
	switch p.peek(1) {
	case '?':
		return false, p.instruction()
	case '!':
		return false, p.special()
	case '/':
		if !inside {
			return false, p.fail(p.at+2, "Unexpected end tag.")
		}
		return false, p.end()
	}
	switch {
	case p.at+1 >= len(p.text):
		return false, p.unclosed()
	case !inside && p.rooted:
		return false, p.fail(p.at+1, "There are multiple root elements.")
	}
	return false, p.element()
}

// special reads what starts with <!: a comment, CDATA, or a document type.
func (p *parser) special() error {
	inside, rest := len(p.open) > 0, p.text[p.at+2:]
	switch {
	case strings.HasPrefix(rest, "--"):
		return p.comment()
	case inside && (rest == "-" || rest == "[CDATA["[:min(len(rest), len("[CDATA["))]):
		return p.unclosed()
	case strings.HasPrefix(rest, "-"):
		return p.unexpected(p.at+3, expecting("-"))
	case strings.HasPrefix(rest, "["):
		if !strings.HasPrefix(rest, "[CDATA[") {
			return p.unexpected(p.at+3, expecting("CDATA["))
		}
		if !inside {
			return p.fail(p.at, "Data at the root level is invalid.")
		}
		return p.cdata()
	case strings.HasPrefix(rest, "DOCTYPE"):
		switch {
		case inside || p.rooted:
			return p.fail(p.at+2, "Unexpected DTD declaration.")
		case p.document.DocumentType() != nil:
			return p.fail(p.at+2, "Cannot have multiple DTDs.")
		}
		return p.documentType()
	case inside:
		return p.unexpected(p.at+2, expecting("<!--", "<[CDATA["))
	}
	return p.unexpected(p.at+2, expecting("DOCTYPE"))
}

// until is the text up to a mark, which is passed.
func (p *parser) until(mark, what string) (string, error) {
	end := strings.Index(p.text[p.at:], mark)
	if end < 0 {
		at := p.at
		if len(p.text)-at >= len("-->") {
			at += len(strings.TrimRight(p.text[at:], mark[:1]))
		}
		return "", p.fail(at, "Unexpected end of file while parsing %s has occurred.", what)
	}
	found := p.text[p.at : p.at+end]
	if err := p.chars(p.at, found); err != nil {
		return "", err
	}
	p.at += end + len(mark)
	return lines(found), nil
}

// chars refuses characters that XML does not have.
func (p *parser) chars(at int, s string) error {
	for i, r := range s {
		if !isChar(r) {
			return p.badChar(at+i, r)
		}
	}
	return nil
}

func (p *parser) badChar(at int, r rune) error {
	return p.fail(at, "'%s', hexadecimal value 0x%02X, is an invalid character.", shown(r), r)
}

// lines ends every line with a line feed alone.
func lines(s string) string {
	return strings.ReplaceAll(strings.ReplaceAll(s, "\r\n", "\n"), "\r", "\n")
}

func (p *parser) comment() error {
	p.at += len("<!--")
	from := p.at
	value, err := p.until("--", "Comment")
	switch {
	case err != nil:
		return err
	case p.ended():
		return p.fail(p.at-2, "Unexpected end of file while parsing Comment has occurred.")
	case p.peek(0) != '>':
		return p.fail(p.at-2, "An XML comment cannot contain '--', and '-' cannot be the last character.")
	}
	p.at++
	return firstError(p.options.Take(p.at-from), p.add(&Comment{Value: value}))
}

func (p *parser) cdata() error {
	p.at += len("<![CDATA[")
	value, err := p.until("]]>", "CDATA")
	if err != nil {
		return err
	}
	return p.add(&Text{Value: value, CData: true})
}

func (p *parser) instruction() error {
	p.at += len("<?")
	from := p.at
	target, err := p.name()
	switch {
	case err != nil:
		return err
	case target == "xml":
		return p.fail(from, "Unexpected XML declaration. The XML declaration must be the first node in the document, and no white space characters are allowed to appear before it.")
	case strings.EqualFold(target, "xml"):
		return p.fail(from, "'%s' is an invalid name for processing instructions.", target)
	case p.peek(0) == ':':
		return p.badNameChar(p.at)
	case !strings.HasPrefix(p.text[p.at:], "?>") && p.blanks() == 0:
		return p.badNameChar(p.at)
	}
	data, err := p.until("?>", "PI")
	if err != nil {
		return err
	}
	return p.add(&Instruction{Target: target, Data: data})
}

// name reads a name without a colon.
func (p *parser) name() (string, error) {
	from := p.at
	for !p.ended() {
		r, size := utf8.DecodeRuneInString(p.text[p.at:])
		if p.at == from && !startsName(r) {
			return "", p.fail(p.at, "Name cannot begin with the '%s' character, hexadecimal value 0x%02X.", shown(r), r)
		}
		if !continuesName(r) {
			return p.text[from:p.at], nil
		}
		p.at += size
	}
	return "", p.fail(p.at, "Unexpected end of file while parsing Name has occurred.")
}

func (p *parser) badNameChar(at int) error {
	if at >= len(p.text) {
		return p.fail(at, "Unexpected end of file while parsing Name has occurred.")
	}
	r, _ := utf8.DecodeRuneInString(p.text[at:])
	return p.fail(at, "The '%s' character, hexadecimal value 0x%02X, cannot be included in a name.", shown(r), r)
}

// qualified reads a name that may have a prefix.
func (p *parser) qualified() (prefix, local string, err error) {
	local, err = p.name()
	if err != nil || p.peek(0) != ':' {
		return "", local, err
	}
	p.at++
	prefix = local
	if local, err = p.name(); err == nil && p.peek(0) == ':' {
		err = p.badNameChar(p.at)
	}
	return prefix, local, err
}
