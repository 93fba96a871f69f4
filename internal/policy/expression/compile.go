// Package expression compiles policy expressions: it resolves every name and
// type of the C# before anything runs, and turns it into closures.
package expression

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/aoai-gateway/aoai-gateway/internal/policy/csharp"
	"github.com/aoai-gateway/aoai-gateway/internal/policy/library"
)

// Problem is why an expression cannot be used, or what is doubtful about it.
type Problem struct { //nolint:errname // it is what is told of an expression, and no error to handle
	// Offset is the place in the code, in bytes.
	Offset  int
	Message string
	// Beyond says that the service would take it, and only this library cannot
	// run it.
	Beyond bool
	// Warning says that it runs all the same.
	Warning bool
}

func (p *Problem) Error() string { return p.Message }

// Compiled is an expression ready to be evaluated, by any number of goroutines at
// once.
type Compiled struct {
	// Type is the static type of the result.
	Type *library.Type
	// Constant says that the result never changes; Value is it.
	Constant bool
	Value    any
	// Syntax is what was compiled: a csharp.Expression or *csharp.Block.
	Syntax csharp.Node
	// Warnings are doubts of the compiler.
	Warnings []*Problem
	// Members are those of the library that it uses, as they were declared.
	Members []*library.Member

	compiler *Compiler
	function *function
	run      evaluator
}

// evaluator computes a value; its error is a *dotnet.Exception that policies may
// catch, or an error that ends the evaluation.
type evaluator func(f *frame) (any, error)

// cell is a variable that a lambda shares with the function around it.
type cell struct {
	value any
	// early is a cell that was made before its variable was declared.
	early bool
}

// Compiler compiles expressions. It is safe for use by several goroutines.
type Compiler struct {
	library *library.Library
	frames  frames
}

// NewCompiler makes a Compiler.
func NewCompiler(l *library.Library) *Compiler { return &Compiler{library: l} }

// Library is what names are resolved in.
func (c *Compiler) Library() *library.Library { return c.library }

// Compile compiles an expression as documents write it: @(...) or @{...}. The
// error is a *Problem.
func (c *Compiler) Compile(text string) (*Compiled, error) {
	trimmed := strings.TrimSpace(text)
	before := strings.Index(text, trimmed) + len("@(")
	if len(trimmed) < len("@()") || trimmed[0] != '@' {
		return nil, &Problem{Message: "an expression starts with @( or @{"}
	}
	code, isBlock := trimmed[2:len(trimmed)-1], trimmed[1] == '{'
	compiled, err := c.compile(code, isBlock)
	var problem *Problem
	if errors.As(err, &problem) {
		problem.Offset += before
		return nil, problem
	}
	for _, warning := range compiled.Warnings {
		warning.Offset += before
	}
	return compiled, nil
}

func (c *Compiler) compile(code string, isBlock bool) (compiled *Compiled, err error) {
	b := &binder{compiler: c, library: c.library, budget: maxBindings}
	b.function = &function{}
	defer func() {
		if cause := recover(); cause != nil {
			problem, ok := cause.(*Problem)
			if !ok {
				panic(fmt.Sprintf("compiling %q: %v", code, cause))
			}
			compiled, err = nil, problem
		}
	}()
	if isBlock {
		block, failed := csharp.ParseBlock(code)
		if failed != nil {
			return nil, syntaxProblem(failed)
		}
		return b.topBlock(block), nil
	}
	x, failed := csharp.ParseExpression(code)
	if failed != nil {
		return nil, syntaxProblem(failed)
	}
	n := b.value(x)
	if n.typ == nil {
		b.fail(x.Offset(), "the expression has no value")
	}
	return &Compiled{Type: n.typ, Constant: n.constant, Value: n.constantValue(), Syntax: x, Warnings: b.distinct(), Members: b.members, compiler: b.compiler, function: b.function, run: n.eval}, nil
}

func syntaxProblem(err error) *Problem {
	if syntax, ok := csharp.AsSyntaxError(err); ok {
		return &Problem{Offset: syntax.Offset, Message: syntax.Message}
	}
	return &Problem{Message: err.Error()}
}

func (b *binder) topBlock(block *csharp.Block) *Compiled {
	body := b.body(block, nil)
	if body.result == nil && b.ends(block) {
		// It never returns: it throws.
		body.result = b.library.Object
	}
	if body.result == nil {
		b.fail(block.Offset(), "CS0161: not all code paths return a value: a block @{ } ends with return")
	}
	b.checkAssigned(block)
	return &Compiled{Type: body.result, Syntax: block, Warnings: b.distinct(), Members: b.members, compiler: b.compiler, function: b.function, run: body.eval}
}

// InternalError is a mistake of this library, not of the expression.
type InternalError struct{ Cause any }

func (e *InternalError) Error() string { return fmt.Sprintf("internal error: %v", e.Cause) }

// Evaluate computes the value. An error is a *dotnet.Exception, or
// library.ErrLimit, or an *InternalError.
func (c *Compiled) Evaluate(env *library.Env) (value any, err error) {
	if c.Constant {
		return c.Value, nil
	}
	defer func() {
		if cause := recover(); cause != nil {
			value, err = nil, &InternalError{cause}
		}
	}()
	f := c.compiler.frames.take(env, c.compiler.library, c.function)
	value, err = c.run(f)
	c.compiler.frames.give(f, c.function)
	return value, err
}

// maxBindings bounds how often lambdas are bound while overloads are tried.
const maxBindings = 20000

// binder compiles one expression.
type binder struct {
	compiler *Compiler
	library  *library.Library
	function *function
	warnings []*Problem
	members  []*library.Member
	budget   int
	receiver *node // what csharp.Receiver stands for
	loops    int
	catches  int
	// quiet says that only whether something fails counts, not why.
	quiet int
	// overflow says whether sums beyond a type are errors, as checked and unchecked do.
	overflow overflow
}

// overflow is what becomes of sums beyond a type: by default those of constants
// are errors, and others wrap around.
type overflow uint8

const (
	overflowDefault overflow = iota
	overflowChecked
	overflowUnchecked
)

func (b *binder) fail(at int, format string, args ...any) {
	if b.quiet > 0 {
		panic(&Problem{Offset: at})
	}
	panic(&Problem{Offset: at, Message: fmt.Sprintf(format, args...)})
}

// beyond ends the compilation because this library lacks something.
func (b *binder) beyond(at int, format string, args ...any) {
	panic(&Problem{Offset: at, Message: fmt.Sprintf(format, args...), Beyond: true})
}

// distinct are the warnings, each once: code that is bound twice warns twice.
func (b *binder) distinct() []*Problem {
	seen := map[Problem]bool{}
	return slices.DeleteFunc(b.warnings, func(p *Problem) bool {
		known := seen[*p]
		seen[*p] = true
		return known
	})
}

func (b *binder) warn(at int, message string) {
	b.warnings = append(b.warnings, &Problem{Offset: at, Message: message, Warning: true})
}

// attempt runs bind and gives back its problem instead of ending the
// compilation.
func (b *binder) attempt(at int, bind func()) (problem *Problem) {
	b.budget--
	if b.budget < 0 {
		b.fail(at, "the expression is too complex: lambdas within lambdas have too many readings")
	}
	warnings, function, receiver, loops, catches, quiet := len(b.warnings), b.function, b.receiver, b.loops, b.catches, b.quiet
	scope := function.scope
	defer func() {
		if cause := recover(); cause != nil {
			found, ok := cause.(*Problem)
			if !ok || b.budget < 0 {
				panic(cause)
			}
			b.warnings, b.function, b.receiver, b.loops, b.catches, b.quiet = b.warnings[:warnings], function, receiver, loops, catches, quiet
			function.scope = scope
			problem = found
		}
	}()
	bind()
	return nil
}

// node is a piece of syntax that has been resolved.
type node struct {
	at   int
	typ  *library.Type // nil: no value
	eval evaluator
	// form computes it without a box; nil where it takes one.
	form form
	// path is the library.Reader of what is reached from context through properties alone.
	path any

	constant bool
	value    any

	// set assigns to it; nil where nothing can be assigned.
	set func(f *frame, v any) error
	// local is the variable that it is, where that lives unboxed and can be assigned to.
	local local

	// What is not a value:
	names     *library.Type     // a type
	namespace string            // a namespace
	group     []*library.Member // methods of one name
	receiver  *node             // the instance of the group
	called    string            // the group's name
	lambda    *csharp.Lambda    // a lambda whose type is still open
	isDefault bool              // the literal default
	throws    bool              // throw ..., which converts to anything
	tuple     []*node           // the items of a tuple as it is written
}

func (n *node) constantValue() any {
	if n.constant {
		return n.value
	}
	return nil
}

func constantNode(at int, t *library.Type, v any) *node {
	return &node{at: at, typ: t, constant: true, value: v, eval: func(*frame) (any, error) { return v, nil }}
}
