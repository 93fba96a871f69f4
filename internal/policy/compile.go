// Package policy reads, checks and runs API Management policy documents as the
// service does: all scopes with their sections, fragments, named values, and the
// C# in them. It has no HTTP server: what policies need from the world comes
// through the interfaces of World.
package policy

import (
	"github.com/aoai-gateway/aoai-gateway/internal/azure"
	"github.com/aoai-gateway/aoai-gateway/internal/policy/document"
	"github.com/aoai-gateway/aoai-gateway/internal/policy/expression"
	"github.com/aoai-gateway/aoai-gateway/internal/policy/library"
)

// Scope is where a document is attached.
type Scope string

// The scopes, from the outside in.
const (
	Global    Scope = "global"
	Workspace Scope = "workspace"
	Product   Scope = "product"
	API       Scope = "api"
	Operation Scope = "operation"
)

// Source is a document to compile.
type Source struct {
	Scope Scope
	// Name is what findings call it, such as a file's name; "" takes the scope.
	Name string
	Text string
}

// Options say how to compile.
type Options struct {
	// Fragments are policy fragments by id.
	Fragments map[string]string
	// NamedValues are the values by display name.
	NamedValues map[string]string
	// Backends, Loggers and Schemas, where not nil, are the ids that exist: others are
	// refused.
	Backends, Loggers, Schemas []string
	// Lenient takes unknown fragments, named values and missing scopes as
	// warnings: a document is checked on its own, without what it refers to.
	Lenient bool
	// Consumption is the SKU with the smaller size limit and fewer policies.
	Consumption bool
	Switches    Switches
}

// Compiler compiles documents. It is safe for use by several goroutines; make
// one and keep it.
type Compiler struct {
	kinds       map[string]*kind
	expressions *expression.Compiler
}

// NewCompiler makes a Compiler; it takes some milliseconds.
func NewCompiler() *Compiler {
	return &Compiler{kinds: kinds(), expressions: expression.NewCompiler(library.New())}
}

// Library is the C# library that expressions see.
func (c *Compiler) Library() *library.Library { return c.expressions.Library() }

// Program is the compiled policies of one operation: what the documents of all
// its scopes say together. It is safe for use by several goroutines.
type Program struct {
	sections map[string][]*step
	library  *library.Library
	switches Switches
}

// scopeDocument is a document with its place in the order of scopes.
type scopeDocument struct {
	scope    Scope
	name     string
	document *document.Document
	sections map[string]*document.Element
	outer    *scopeDocument
	// fragment says that it is pasted into another document.
	fragment bool
}

// Compile compiles the documents of an operation's scopes, in any order. A scope
// that is missing inherits everything. The program is nil where the findings
// keep it from being run.
func (c *Compiler) Compile(sources []Source, options Options) (*Program, Findings) {
	program, findings := c.compilation(sources, options)
	if !findings.Runnable() {
		return nil, findings
	}
	return program, findings
}

// Explain says what the documents do, as far as they can be read: every policy
// of all scopes in the order in which it runs, with what it sets and what decides
// whether it does.
func (c *Compiler) Explain(sources []Source, options Options) (string, Findings) {
	program, findings := c.compilation(sources, options)
	return program.Explain(), findings
}

func (c *Compiler) compilation(sources []Source, options Options) (*Program, Findings) {
	b := &compilation{Compiler: c, options: options, fragments: map[string]*document.Document{}, variables: map[string]*variableUse{}}
	var innermost *scopeDocument
	for _, scope := range []Scope{Global, Workspace, Product, API, Operation} {
		for _, source := range sources {
			if source.Scope == scope {
				innermost = b.read(source, innermost)
			}
		}
	}
	program := &Program{sections: map[string][]*step{}, library: c.Library(), switches: options.Switches}
	for _, section := range all() {
		program.sections[section] = b.section(innermost, section)
	}
	b.lint()
	b.forget()
	return program, b.findings.sorted()
}

// compilation is what is known while documents are compiled together.
type compilation struct {
	*Compiler
	options  Options
	findings Findings
	// noted are the findings, whatever their severity, to note each once.
	noted map[Finding]bool
	// nearest are the names suggested for policies that do not exist.
	nearest   map[string]string
	fragments map[string]*document.Document
	variables map[string]*variableUse
	// including are the fragments being pasted, to find one that pastes itself.
	including []string
	// values are all that was read, to forget where they stand.
	values []*value
	// lints are the checks that need all documents.
	lints []func()
	// opaque says that something was included that is not known.
	opaque bool
	// inherits says that policies of an outer scope run that was not given.
	inherits bool
	// guarded are the variables that an expression asks for before it reads them.
	guarded map[string]bool
	// backendChosen says that a policy has chosen a backend so far.
	backendChosen bool
	// streaming says that a forward-request does not gather the response.
	streaming bool
	// bodyKept says that an expression has read the request's body and kept it.
	bodyKept bool
	// bodySet are the sections (inbound, outbound) with a set-body.
	bodySet map[string]bool
}

func (b *compilation) note(d *scopeDocument, at document.Position, severity Severity, rule, message string) {
	f := Finding{d.name, at, severity, rule, message}
	same := f
	same.Severity = ""
	if b.noted[same] {
		return
	}
	if b.noted == nil {
		b.noted = map[Finding]bool{}
	}
	b.noted[same] = true
	b.findings = append(b.findings, &f)
}

// read reads a document and finds its sections.
func (b *compilation) read(source Source, outer *scopeDocument) *scopeDocument {
	d := &scopeDocument{scope: source.Scope, name: source.Name, sections: map[string]*document.Element{}, outer: outer}
	if d.name == "" {
		d.name = string(source.Scope)
	}
	d.document = b.parse(d, source.Text, b.limit(), "document")
	b.findSections(d)
	return d
}

func (b *compilation) limit() int {
	if b.options.Consumption {
		return azure.MaxPolicyConsumption
	}
	return azure.MaxPolicy
}
