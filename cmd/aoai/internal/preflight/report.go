package preflight

import (
	"fmt"
	"io"
	"strings"
)

// Check is what was asked.
type Check string

// The checks, in the order of a report.
const (
	Names     Check = "names"
	Models    Check = "models"
	Quota     Check = "quota"
	Rights    Check = "rights"
	Providers Check = "providers"
	Policies  Check = "policies"
	Network   Check = "network"
)

// Finding is something that would make a deployment fail.
type Finding struct {
	Check Check `json:"check"`
	// Place is where it is: a resource of the stack by its type and name, a region with
	// its quota, a scope of Azure, a resource provider.
	Place string `json:"place"`
	// Value is what stands there.
	Value string `json:"value"`
	// Problem is what is wrong with it, Remedy what would be right.
	Problem string `json:"problem"`
	Remedy  string `json:"remedy"`
}

// Note is something to know that makes nothing fail, or that could not be checked.
type Note struct {
	Check Check  `json:"check"`
	Text  string `json:"text"`
}

// Report is all that was found.
type Report struct {
	SubscriptionID string    `json:"subscriptionId"`
	Findings       []Finding `json:"findings"`
	Notes          []Note    `json:"notes"`
}

// WriteText tells people: each finding with its remedy below, then the notes.
func (r *Report) WriteText(w io.Writer) error {
	var b strings.Builder
	line := func(format string, args ...any) { _, _ = fmt.Fprintf(&b, format+"\n", args...) }
	for _, f := range r.Findings {
		line("%s: %s: %q: %s", f.Check, f.Place, f.Value, f.Problem)
		line("    %s", f.Remedy)
	}
	for _, n := range r.Notes {
		line("note: %s: %s", n.Check, n.Text)
	}
	switch len(r.Findings) {
	case 0:
		line("nothing found that would make up fail")
	case 1:
		line("1 finding: up would fail")
	default:
		line("%d findings: up would fail", len(r.Findings))
	}
	if _, err := io.WriteString(w, b.String()); err != nil {
		return fmt.Errorf("printing the findings: %w", err)
	}
	return nil
}
