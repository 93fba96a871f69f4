package policy

import (
	"errors"
	"fmt"
	"slices"

	"github.com/aoai-gateway/aoai-gateway/internal/policy/document"
)

// Severity is how much a finding matters.
type Severity string

// The severities.
const (
	// Refused is what the service refuses when the document is deployed.
	Refused Severity = "error"
	// Unsupported is what the service takes and this library cannot run.
	Unsupported Severity = "unsupported"
	// Doubtful runs, and probably does not do what was meant.
	Doubtful Severity = "warning"
)

// Finding is something about a document that its author should know.
type Finding struct {
	// Document is the name under which the document was given.
	Document string `json:"document"`
	document.Position
	Severity Severity `json:"severity"`
	// Rule is a short name of what was violated, such as unknown-policy.
	Rule string `json:"rule"`
	// Message says what stands there, what is wrong with it, and what to do.
	Message string `json:"message"`
}

func (f *Finding) String() string {
	return fmt.Sprintf("%s:%s: %s: %s (%s)", f.Document, f.Position, f.Severity, f.Message, f.Rule)
}

// Findings are all findings of a compilation.
type Findings []*Finding

// Refused tells whether the service would refuse the documents.
func (f Findings) Refused() bool { return f.has(Refused) }

// Runnable tells whether the documents can be run here.
func (f Findings) Runnable() bool { return !f.has(Refused) && !f.has(Unsupported) }

// Err holds what keeps the documents from running here; nil where nothing does.
func (f Findings) Err() error {
	var errs []error
	for _, each := range f {
		if each.Severity == Refused || each.Severity == Unsupported {
			errs = append(errs, errors.New(each.String()))
		}
	}
	return errors.Join(errs...)
}

func (f Findings) has(severity Severity) bool {
	return slices.ContainsFunc(f, func(each *Finding) bool { return each.Severity == severity })
}

// sorted puts findings in the order of the text.
func (f Findings) sorted() Findings {
	slices.SortStableFunc(f, func(a, b *Finding) int {
		if a.Document != b.Document {
			return 0
		}
		if a.Line != b.Line {
			return a.Line - b.Line
		}
		return a.Column - b.Column
	})
	return f
}
