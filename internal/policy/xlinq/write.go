package xlinq

import (
	"fmt"
	"strings"

	"github.com/aoai-gateway/aoai-gateway/internal/policy/dotnet"
)

// newLine is what ends a line on Windows, where the service runs.
const newLine = "\r\n"

// writer writes as .NET's XmlWriter does with and without indentation.
type writer struct {
	b      strings.Builder
	indent bool
	// mixed tells that text stands beside elements, where no space may be put in;
	// outer keeps it for the elements around.
	mixed bool
	outer []bool
	// opened is where the content of the innermost open element starts.
	opened int
	scopes scopes
	take   func(bytes int) error
	taken  int
}

// String is a node's ToString: indented, or all in one line.
func String(n Node, indent bool, take func(bytes int) error) (string, error) {
	w := &writer{indent: indent, take: take, scopes: newScopes(n)}
	if err := Walk(n, w.enter, w.leave); err != nil {
		return "", err
	}
	return w.b.String(), w.charge()
}

// charge takes what was written since the last time.
func (w *writer) charge() error {
	grown := w.b.Len() - w.taken
	w.taken = w.b.Len()
	return w.take(grown)
}

func (w *writer) line(depth int) {
	if w.indent && !w.mixed && w.b.Len() > 0 {
		w.b.WriteString(newLine + strings.Repeat("  ", depth))
	}
}

func (w *writer) enter(n Node) error {
	switch n := n.(type) {
	case *Element:
		return firstError(w.start(n), w.charge())
	case *Text:
		return w.text(n)
	case *Comment:
		w.line(len(w.outer))
		value := strings.ReplaceAll(strings.ReplaceAll(n.Value, "--", "- -"), "--", "- -")
		if strings.HasSuffix(value, "-") {
			value += " "
		}
		w.b.WriteString("<!--" + windowsLines(value) + "-->")
	case *Instruction:
		w.line(len(w.outer))
		w.b.WriteString("<?" + n.Target)
		if n.Data != "" {
			w.b.WriteString(" " + windowsLines(strings.ReplaceAll(n.Data, "?>", "? >")))
		}
		w.b.WriteString("?>")
	case *DocumentType:
		w.line(len(w.outer))
		w.b.WriteString(n.text())
	}
	return w.charge()
}

func firstError(errs ...error) error {
	for _, err := range errs {
		if err != nil {
			return err
		}
	}
	return nil
}

func (n *DocumentType) text() string {
	text := "<!DOCTYPE " + n.Name
	switch {
	case n.Public != nil:
		system := ""
		if n.System != nil {
			system = *n.System
		}
		text += ` PUBLIC "` + *n.Public + `" "` + system + `"`
	case n.System != nil:
		text += ` SYSTEM "` + *n.System + `"`
	default:
		text += " "
	}
	if n.Subset != nil {
		text += "[" + *n.Subset + "]"
	}
	return text + ">"
}

// start writes a start tag; an element without content is closed by it.
func (w *writer) start(e *Element) error {
	w.line(len(w.outer))
	w.outer = append(w.outer, w.mixed)
	tag, err := w.scopes.open(e)
	if err != nil {
		return err
	}
	w.b.WriteString("<" + tag.name)
	for _, a := range tag.attributes {
		value, err := escaped(a.value, true)
		if err != nil {
			return err
		}
		w.b.WriteString(" " + a.name + `="` + value + `"`)
	}
	if len(w.outer) == 1 {
		w.mixed = false
	}
	if e.IsEmpty() {
		w.b.WriteString(" />")
		return nil
	}
	w.b.WriteString(">")
	w.opened = w.b.Len()
	return nil
}

func (w *writer) leave(n Node) error {
	e, ok := n.(*Element)
	if !ok {
		return nil
	}
	name := w.scopes.leave()
	if !e.IsEmpty() {
		if w.opened != w.b.Len() {
			w.line(len(w.outer) - 1)
		}
		w.b.WriteString("</" + name + ">")
	}
	w.mixed = w.outer[len(w.outer)-1]
	w.outer = w.outer[:len(w.outer)-1]
	return w.charge()
}

func (w *writer) text(t *Text) error {
	w.mixed = true
	if t.CData {
		if err := checkChars(t.Value); err != nil {
			return err
		}
		w.b.WriteString("<![CDATA[" + windowsLines(strings.ReplaceAll(t.Value, "]]>", "]]]]><![CDATA[>")) + "]]>")
		return w.charge()
	}
	value, err := escaped(t.Value, false)
	w.b.WriteString(value)
	return firstError(err, w.charge())
}

// windowsLines ends every line as Windows does.
func windowsLines(s string) string {
	return strings.NewReplacer("\r\n", newLine, "\r", newLine, "\n", newLine).Replace(s)
}

var (
	inText      = strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;", "\r\n", newLine, "\r", newLine, "\n", newLine)
	inAttribute = strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;", `"`, "&quot;", "\r", "&#xD;", "\n", "&#xA;", "\t", "&#x9;")
)

func escaped(s string, attribute bool) (string, error) {
	if err := checkChars(s); err != nil {
		return "", err
	}
	if attribute {
		return inAttribute.Replace(s), nil
	}
	return inText.Replace(s), nil
}

func checkChars(s string) error {
	for _, r := range s {
		if !isChar(r) {
			return dotnet.Argument(fmt.Sprintf("'%s', hexadecimal value 0x%02X, is an invalid character.", shown(r), r), "")
		}
	}
	return nil
}

// String is an attribute's ToString.
func (a *Attribute) String() (string, error) {
	value, err := escaped(a.Value, true)
	name := a.Name.Local
	if a.Name.Space != "" {
		prefix := ""
		if a.Owner != nil {
			prefix, _ = a.Owner.Prefix(a.Name.Space)
		}
		switch {
		case a.Name.Space == XMLNSNamespace:
			prefix = "xmlns"
		case a.Name.Space == XMLNamespace:
			prefix = "xml"
		case prefix == "":
			prefix = "p0"
		}
		name = prefix + ":" + name
	}
	return name + `="` + value + `"`, err
}

// String is the declaration as it is written.
func (d *Declaration) String() string {
	text := "<?xml"
	for _, part := range []struct {
		name  string
		value *string
	}{{"version", d.Version}, {"encoding", d.Encoding}, {"standalone", d.Standalone}} {
		if part.value != nil {
			text += " " + part.name + `="` + *part.value + `"`
		}
	}
	return text + "?>"
}
