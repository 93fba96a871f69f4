// Package policies renders the API Management policy documents of this project:
// small documents with typed parameters, each of which does one thing, and the
// composition of them that an API gets. What is rendered is compiled and checked
// at once: what the service would refuse never leaves this package.
package policies

import (
	"embed"
	"errors"
	"fmt"
	"strings"
	"text/template"

	"github.com/aoai-gateway/aoai-gateway/internal/faults"
	"github.com/aoai-gateway/aoai-gateway/internal/policy"
	"github.com/aoai-gateway/aoai-gateway/internal/policy/document"
)

//go:embed documents/*.xml documents/partials/*.xml
var documents embed.FS

// Rendered is a policy document in the format rawxml.
type Rendered struct {
	Document string
	// Warnings are what the check found doubtful, or cannot run in the sandbox;
	// the service takes the document all the same.
	Warnings []string
}

// Part is a document that can be composed into an API's policy.
type Part interface {
	// Validate reports every mistake of the parameters at once, with paths
	// relative to the part.
	Validate() error
	file() string
	parameters() any
}

// Place is where a document will stand; what the service takes depends on it.
// The zero value is an API of a service with all policies.
type Place struct {
	// Product is a product's policy instead of an API's.
	Product bool
	// Consumption is the SKU with the smaller limit of size (16 KiB instead of
	// 256 KiB) and without limits and quotas by key.
	Consumption bool
}

// Render renders one part as a document of its own, for an API. The error holds all
// mistakes of the parameters, or names what the service would refuse.
func Render(part Part) (*Rendered, error) { return Compose(part) }

// Compose renders parts into the document of an API.
func Compose(parts ...Part) (*Rendered, error) { return Place{}.Compose(parts...) }

// Compose renders parts into one document: in each section <base /> comes first,
// then what the parts say there, in their order. Of the parts at most one may
// forward the request; without such a part the outer scope's backend section
// does.
func (p Place) Compose(parts ...Part) (*Rendered, error) {
	sections := map[string]*strings.Builder{}
	for _, section := range []string{"inbound", "backend", "outbound", "on-error"} {
		sections[section] = &strings.Builder{}
	}
	if err := validate(parts); err != nil {
		return nil, err
	}
	forwards := ""
	for _, part := range parts {
		text, err := execute(part)
		if err != nil {
			return nil, err
		}
		root := document.Read(text, document.Options{KeepEntities: true}).Elements()[0]
		for _, section := range root.Elements() {
			inner := strings.Trim(section.Inner(), "\n ")
			if section.Name == "backend" && inner != "" {
				if forwards != "" {
					return nil, fmt.Errorf("%s and %s both forward the request; keep one", forwards, name(part))
				}
				forwards = name(part)
			}
			if inner != "" {
				_, _ = sections[section.Name].WriteString("    " + inner + "\n")
			}
		}
	}
	var b strings.Builder
	b.WriteString("<policies>\n")
	for _, section := range []string{"inbound", "backend", "outbound", "on-error"} {
		inner := sections[section].String()
		if section != "backend" || inner == "" {
			inner = "    <base />\n" + inner
		}
		b.WriteString("  <" + section + ">\n" + inner + "  </" + section + ">\n")
	}
	b.WriteString("</policies>\n")
	if p.Consumption {
		return p.check(dense(b.String()))
	}
	return p.check(b.String())
}

// dense leaves out what only helps reading, more than a third of a document; the service
// shows documents indented anyway. White space has no meaning between elements and within
// expressions, and no other value of the documents goes over several lines.
func dense(text string) string {
	var b strings.Builder
	closed, ended := false, false
	for line := range strings.Lines(text) {
		line = strings.Trim(line, " \n")
		if b.Len() > 0 && !ended && (!closed || !strings.HasPrefix(line, "<")) {
			_ = b.WriteByte('\n')
		}
		_, _ = b.WriteString(line)
		closed, ended = strings.HasSuffix(line, ">"), strings.HasSuffix(line, ";") || strings.HasSuffix(line, "{") || strings.HasSuffix(line, "}")
	}
	return b.String()
}

// validate reports the mistakes of all parts, each below the part's name.
func validate(parts []Part) error {
	var list faults.List
	for _, part := range parts {
		list.Merge(name(part), part.Validate())
		list.AddError(name(part), misplaced(part, parts))
	}
	return list.Err()
}

// name is what a part is called in messages, such as round-robin.
func name(part Part) string { return strings.TrimSuffix(part.file(), ".xml") }

// check compiles a document as the service does.
func (p Place) check(text string) (*Rendered, error) {
	scope := policy.API
	if p.Product {
		scope = policy.Product
	}
	compiler := policy.NewCompiler()
	_, findings := compiler.Compile([]policy.Source{{Scope: scope, Text: text}}, policy.Options{
		Lenient: true, Consumption: p.Consumption, Switches: policy.Switches{Rawxml: true},
	})
	rendered := &Rendered{Document: text}
	var refused []error
	for _, finding := range findings {
		if finding.Severity == policy.Refused {
			refused = append(refused, errors.New(finding.String()))
			continue
		}
		rendered.Warnings = append(rendered.Warnings, finding.String())
	}
	if refused != nil {
		return nil, fmt.Errorf("the service would refuse the rendered policy: %w", errors.Join(refused...))
	}
	return rendered, nil
}

// execute fills a template.
func execute(part Part) (string, error) {
	parsed, err := template.New(part.file()).Delims("[[", "]]").Funcs(template.FuncMap{
		"attribute": escapeAttribute, "text": escapeText, "string": literal, "failure": newFailure,
	}).ParseFS(documents, "documents/partials/*.xml", "documents/"+part.file())
	if err != nil {
		return "", fmt.Errorf("reading the policy template %s: %w", part.file(), err)
	}
	var b strings.Builder
	if err := parsed.Execute(&b, part.parameters()); err != nil {
		return "", fmt.Errorf("rendering the policy %s: %w", part.file(), err)
	}
	return b.String(), nil
}

// escapeAttribute makes a value safe inside of "...": an expression, which only
// this package writes, stands as it is.
func escapeAttribute(value any) string {
	if e, ok := value.(expression); ok {
		return string(e)
	}
	return strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;", `"`, "&quot;", "\n", "&#xA;", "\r", "&#xD;", "\t", "&#x9;").Replace(fmt.Sprint(value))
}

// failure is an error of the gateway in the shape that Azure OpenAI clients read. Beginning
// is its JSON up to the request's id.
type failure struct{ Indent, Beginning string }

func newFailure(indent int, code, message string) failure {
	return failure{strings.Repeat(" ", indent), fmt.Sprintf(`{"error":{"code":%q,"message":%q,"request_id":"`, code, message)}
}

// expression is C# that this package wrote.
type expression string

func escapeText(value string) string {
	return strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;").Replace(value)
}

// literal is a value as a string of C#.
func literal(value string) string {
	var b strings.Builder
	b.WriteByte('"')
	for _, r := range value {
		switch {
		case r == '"' || r == '\\':
			b.WriteByte('\\')
			b.WriteRune(r)
		case r < ' ' || r == 0x7f:
			fmt.Fprintf(&b, `\u%04x`, r)
		default:
			b.WriteRune(r)
		}
	}
	b.WriteByte('"')
	return b.String()
}
