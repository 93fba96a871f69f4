package guardrails

import (
	"flag"
	"fmt"
	"os"
	"strings"
	"testing"
)

var update = flag.Bool("update", false, "write the table of rules into docs/guardrails.md")

const (
	page      = "../docs/guardrails.md"
	tableHead = "<!-- rules: made from guardrails/rules_*.go by go test ./guardrails -run RulesPage -update -->\n"
	tableEnd  = "<!-- end of rules -->\n"
)

// The page has the rules as they are.
func TestRulesPageIsUpToDate(t *testing.T) {
	raw, err := os.ReadFile(page)
	if err != nil {
		t.Fatal(err)
	}
	before, rest, found := strings.Cut(string(raw), tableHead)
	_, after, ended := strings.Cut(rest, tableEnd)
	if !found || !ended {
		t.Fatalf("%s has no place for the rules", page)
	}
	var b strings.Builder
	b.WriteString("| id | severity | holds in | rule | why |\n|---|---|---|---|---|\n")
	for _, rule := range Rules() {
		holds := "every environment"
		if rule.Production {
			holds = "production; warns in staging"
		}
		if rule.OnDemand {
			holds += "; on demand"
		}
		_, _ = fmt.Fprintf(&b, "| `%s` | %s | %s | %s | %s [Azure's page](%s) |\n", rule.ID, rule.Severity, holds, rule.Says, rule.Reason, rule.Link)
	}
	want := before + tableHead + b.String() + tableEnd + after
	if *update {
		if err := os.WriteFile(page, []byte(want), 0o600); err != nil {
			t.Fatal(err)
		}
		return
	}
	if want != string(raw) {
		t.Errorf("%s is not what the rules are; make it anew with: go test ./guardrails -run RulesPage -update", page)
	}
}
