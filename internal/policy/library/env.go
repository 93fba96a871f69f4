package library

import (
	"context"
	"errors"
	"time"

	"github.com/aoai-gateway/aoai-gateway/internal/policy/dotnet"
	"github.com/aoai-gateway/aoai-gateway/internal/policy/exchange"
)

// Limits bound one evaluation of an expression.
type Limits struct {
	// Steps counts calls, operations of loops and statements.
	Steps int
	// Memory counts the bytes that strings and collections take, approximately;
	// what is given up again counts on.
	Memory int64
}

// DefaultLimits are far beyond what any sensible expression needs: the service
// names no figures.
func DefaultLimits() Limits { return Limits{Steps: 5_000_000, Memory: 256 << 20} }

// ErrLimit is an evaluation that would not end or would take too much memory.
var ErrLimit = errors.New("the expression takes more steps or memory than one evaluation may")

// Random gives numbers from 0 up to but not including 1.
type Random interface{ Float64() float64 }

// Env is where an expression is evaluated.
type Env struct {
	// Exchange is what context shows.
	Exchange *exchange.Context
	// Now is the time.
	Now func() time.Time
	// Random is where Random and Guid.NewGuid get theirs.
	Random Random
	// Culture formats and parses without being told how.
	Culture *dotnet.Culture
	// BodyLimit is how much of a body may be read, in bytes; 0 is no limit.
	BodyLimit int64
	// Context bounds work that would block, such as reading a body's stream.
	Context context.Context //nolint:containedctx // an Env lives exactly as long as one evaluation
	// Log takes what context.Trace says.
	Log func(message string)
	// Limits are what is left of the evaluation's budget.
	Limits Limits

	depth int
	// variables is context.Variables, once it was asked for.
	variables any
}

// maxDepth bounds functions that call functions. .NET's own stack would end the
// whole process.
const maxDepth = 400

// Enter counts a call of a function; Leave ends it.
func (e *Env) Enter() error {
	e.depth++
	if e.depth > maxDepth {
		return ErrLimit
	}
	return e.Step(1)
}

// Leave ends a call that Enter counted.
func (e *Env) Leave() { e.depth-- }

// Step takes steps of the budget.
func (e *Env) Step(n int) error {
	e.Limits.Steps -= n
	if e.Limits.Steps < 0 {
		return ErrLimit
	}
	return nil
}

// Take takes bytes of the budget.
func (e *Env) Take(bytes int) error {
	e.Limits.Memory -= int64(bytes)
	if e.Limits.Memory < 0 {
		return ErrLimit
	}
	return nil
}
