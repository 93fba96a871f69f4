// Package liquid renders Liquid templates as DotLiquid 2.0.361 does in C# naming
// mode, which is what API Management runs for <set-body template="liquid">:
// filters in Pascal case, .NET dates and formats, errors as text in the output.
package liquid

import (
	"errors"
	"strings"
	"time"
)

// Template is a template that was read. It is safe for use by several goroutines.
type Template struct {
	nodes []node
	// Cultures are those that a filter names and that are not known here.
	Cultures []string
}

// Options say how to read a template.
type Options struct {
	// ArrayTag takes JSONArrayFor, a tag of API Management's own: a loop that puts
	// commas between its items.
	ArrayTag bool
}

// Parse reads a template. The error is a *SyntaxError.
func Parse(source string, options Options) (*Template, error) {
	p := &parser{tokens: tokenize(source), options: options}
	root := &block{}
	if err := p.block(root, ""); err != nil {
		return nil, err
	}
	return &Template{nodes: root.nodes, Cultures: p.cultures}, nil
}

// Budget bounds a rendering: its errors end it.
type Budget interface {
	Step(n int) error
	Take(bytes int) error
}

// Input is what a template is rendered with.
type Input struct {
	// Variables are the names that the template can use. Rendering may change
	// what they hold, as DotLiquid's loops do.
	Variables *Hash
	// Body gives the variable body, when the template first asks for it; nil where
	// it is one of Variables.
	Body   func() (any, error)
	Now    func() time.Time
	Budget Budget
}

// Render is the text that the template gives.
func (t *Template) Render(in Input) (string, error) {
	r := &renderer{input: in, scopes: []*Hash{NewHash()}, cycles: map[string]int{}, progress: map[string]int{}}
	err := r.all(t.nodes)
	var unread *bodyError
	switch {
	case errors.As(err, &unread):
		return "", unread.cause
	case err != nil && !leaves(err):
		return "", err
	}
	return r.out.String(), nil
}

func leaves(err error) bool { return err == errBreak || err == errContinue } //nolint:errorlint // sentinels that nobody wraps

// node is a piece of a template.
type node interface{ render(r *renderer) error }

// renderer is one rendering.
type renderer struct {
	input Input
	out   strings.Builder
	// scopes are the variables, the innermost first; what the template assigns is
	// in the last.
	scopes   []*Hash
	cycles   map[string]int
	progress map[string]int
	body     *any
	// unchanged is what ifchanged has printed last.
	unchanged *string
}

// perItem is what an item of a list takes, about, in bytes.
const perItem = 16

func (r *renderer) count(bytes int) error {
	if err := r.input.Budget.Step(1); err != nil {
		return err
	}
	return r.input.Budget.Take(bytes)
}

func (r *renderer) write(s string) error {
	if err := r.input.Budget.Take(len(s)); err != nil {
		return err
	}
	r.out.WriteString(s)
	return nil
}

// all renders nodes. An error of one stands in the output, and the next goes on.
func (r *renderer) all(nodes []node) error {
	for _, n := range nodes {
		if err := r.input.Budget.Step(1); err != nil {
			return err
		}
		err := n.render(r)
		if err == nil {
			continue
		}
		fault, ok := faultText(err)
		if !ok {
			return err
		}
		if err := r.write(fault); err != nil {
			return err
		}
	}
	return nil
}

// aside renders nodes into a text of their own.
func (r *renderer) aside(nodes []node) (string, error) {
	outer := r.out
	r.out = strings.Builder{}
	err := r.all(nodes)
	inner := r.out.String()
	r.out = outer
	return inner, err
}

// within renders with a scope of its own.
func (r *renderer) within(do func(scope *Hash) error) error {
	scope := NewHash()
	r.scopes = append([]*Hash{scope}, r.scopes...)
	err := do(scope)
	r.scopes = r.scopes[1:]
	return err
}

func (r *renderer) assign(name string, v any) { r.scopes[len(r.scopes)-1].Set(name, v) }

func (r *renderer) variable(name string) (any, error) {
	for _, scope := range r.scopes {
		if v, ok := scope.values[name]; ok {
			return v, nil
		}
	}
	if name == "body" && r.input.Body != nil {
		if r.body == nil {
			body, err := r.input.Body()
			if err != nil {
				return nil, &bodyError{err}
			}
			r.body = &body
		}
		return *r.body, nil
	}
	v, _ := r.input.Variables.Get(name)
	return v, nil
}

// bodyError is a body that cannot be read: it ends the rendering.
type bodyError struct{ cause error }

func (e *bodyError) Error() string { return e.cause.Error() }
