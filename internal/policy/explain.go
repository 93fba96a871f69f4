package policy

import (
	"fmt"
	"strings"
)

// Explain says what the documents do, in the order in which they do it: every
// policy of all scopes with what it sets, and what decides whether it runs.
func (p *Program) Explain() string {
	var b strings.Builder
	for _, section := range all() {
		fmt.Fprintf(&b, "%s\n", section)
		if len(p.sections[section]) == 0 {
			b.WriteString("  nothing\n")
		}
		explain(&b, p.sections[section], 1)
	}
	return b.String()
}

func explain(b *strings.Builder, steps []*step, depth int) {
	indent := strings.Repeat("  ", depth)
	for _, s := range steps {
		where := ""
		if s.position.Line > 0 {
			where = fmt.Sprintf("  [%s:%d]", s.document, s.position.Line)
		}
		if s.kind == "base" {
			// What the outer scope says stands where it stands.
			explain(b, s.branches[0].steps, depth)
			continue
		}
		detail := s.detail
		if detail != "" {
			detail = ": " + detail
		}
		fmt.Fprintf(b, "%s%s%s%s\n", indent, s.kind, detail, where)
		for _, inner := range s.branches {
			deeper := depth + 1
			if inner.label != "" {
				fmt.Fprintf(b, "%s  %s\n", indent, inner.label)
				deeper++
			}
			explain(b, inner.steps, deeper)
		}
	}
}
