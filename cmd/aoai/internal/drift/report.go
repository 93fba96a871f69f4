package drift

import (
	"encoding/json"
	"fmt"
	"strings"
	"unicode/utf8"
)

// Markdown is the report for a pull request or an issue.
func (r *Report) Markdown(stack string) string {
	var b strings.Builder
	line := func(format string, args ...any) { _, _ = fmt.Fprintf(&b, format+"\n", args...) }
	if len(r.Drift) == 0 {
		line("### No drift: stack `%s`\n", stack)
		line("Azure has what the stack says, and nothing waits to be deployed.")
	} else {
		line("### Drift: stack `%s`, %s\n", stack, r.Count())
		line("| resource | property | wanted | in Azure | cause | up would |")
		line("|---|---|---|---|---|---|")
		for _, c := range r.Drift {
			cause := string(c.Cause)
			if c.Likely != "" {
				cause += ": " + c.Likely
			}
			line("| %s `%s` | %s | %s | %s | %s | %s |", cell(c.Resource), cell(shown(c.Type)), code(c.Property), code(Show(c.Wanted)), code(Show(c.Found)), cell(cause), cell(c.Operation))
		}
	}
	for _, c := range r.Upgrades {
		line("\n%s.", cell(c.Upgrade()))
	}
	if len(r.Ignored) > 0 {
		line("\n%s without meaning left out.", count(len(r.Ignored), "difference"))
	}
	return b.String()
}

// Count is how many differences there are, in words.
func (r *Report) Count() string { return count(len(r.Drift), "difference") }

// Hints are the likely causes, each with what it is about.
func (r *Report) Hints() []string {
	var hints []string
	for _, c := range r.Drift {
		if c.Likely != "" {
			hints = append(hints, strings.TrimSuffix(c.Resource+" "+c.Property, " ")+": "+c.Likely)
		}
	}
	return hints
}

// shown is a type as people know it.
func shown(kind string) string {
	if short := shortType(kind); short != "" {
		return short
	}
	return kind
}

// ShownType is the change's type as people know it.
func (c Change) ShownType() string { return shown(c.Type) }

// shownLength bounds a value in a table, in characters.
const shownLength = 80

// Show is a value, shortened; documents are told by where they are.
func Show(value any) string {
	if value == nil {
		return "-"
	}
	raw, err := json.Marshal(value)
	text := string(raw)
	if err != nil {
		text = fmt.Sprint(value)
	}
	if utf8.RuneCountInString(text) > shownLength {
		text = string([]rune(text)[:shownLength]) + "..."
	}
	return text
}

func count(n int, what string) string {
	if n == 1 {
		return "1 " + what
	}
	return fmt.Sprintf("%d %ss", n, what)
}

// cell is a text that keeps within a table's cell.
func cell(text string) string {
	return strings.NewReplacer("|", "\\|", "\n", " ").Replace(text)
}

func code(text string) string {
	if text == "" || text == "-" {
		return "-"
	}
	return "`" + strings.ReplaceAll(cell(text), "`", "'") + "`"
}
