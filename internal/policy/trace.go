package policy

import (
	"errors"
	"fmt"
	"strings"
	"time"
)

// Trace records what ran. Give one to Run to get it.
type Trace struct {
	Entries []Entry
	depth   int
}

// Entry is one line of a trace.
type Entry struct {
	// Elapsed since the request came.
	Elapsed time.Duration `json:"elapsed"`
	// Depth is how deep the policy is nested.
	Depth   int    `json:"depth"`
	Section string `json:"section"`
	// Policy is the kind of policy, or "" for the start of a section.
	Policy string `json:"policy,omitempty"`
	// Message is what it did, or how it failed.
	Message string `json:"message,omitempty"`
}

func (t *Trace) enter(x *Execution, s *step) {
	t.Entries = append(t.Entries, Entry{Elapsed: x.elapsed(), Depth: t.depth, Section: x.section, Policy: s.kind})
	t.depth++
}

func (t *Trace) leave(err error) {
	t.depth--
	if err != nil && !errors.Is(err, errEnd) && !errors.Is(err, errCached) && !t.failed() {
		t.Entries = append(t.Entries, Entry{Depth: t.depth + 1, Elapsed: t.last(), Message: "failed: " + err.Error()})
	}
}

func (t *Trace) failed() bool {
	n := len(t.Entries)
	return n > 0 && strings.HasPrefix(t.Entries[n-1].Message, "failed: ")
}

func (t *Trace) last() time.Duration {
	if n := len(t.Entries); n > 0 {
		return t.Entries[n-1].Elapsed
	}
	return 0
}

func (x *Execution) elapsed() time.Duration { return x.now().Sub(x.exchange.Timestamp) }

// tell adds what the policy at hand did to the trace. The arguments are formatted
// only where somebody listens.
func (x *Execution) tell(format string, args ...any) {
	if x.trace == nil {
		return
	}
	x.trace.Entries = append(x.trace.Entries, Entry{Elapsed: x.elapsed(), Depth: x.trace.depth, Section: x.section, Message: fmt.Sprintf(format, args...)})
}

func (x *Execution) traceSection(section string) {
	if x.trace != nil {
		x.trace.depth = 0
		x.trace.Entries = append(x.trace.Entries, Entry{Elapsed: x.elapsed(), Section: section})
	}
}

func (x *Execution) traceFailure(f *Error) {
	x.tell("error: %s", f.Error())
}

func (x *Execution) traceContext(message string) { x.tell("context.Trace: %s", message) }

// String prints the trace, indented.
func (t *Trace) String() string {
	var b strings.Builder
	for _, e := range t.Entries {
		switch {
		case e.Policy == "" && e.Message == "":
			fmt.Fprintf(&b, "%s\n", e.Section)
		case e.Policy != "":
			fmt.Fprintf(&b, "%s%s\n", strings.Repeat("  ", e.Depth+1), e.Policy)
		default:
			fmt.Fprintf(&b, "%s- %s\n", strings.Repeat("  ", e.Depth+1), strings.ReplaceAll(e.Message, "\n", " "))
		}
	}
	return b.String()
}
