package waf_test

import (
	"fmt"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/aoai-gateway/aoai-gateway/sandbox/edge/waf"
)

// The page on firewalls has the table of what runs, and of what either side has alone, as it
// follows from the list of Microsoft's rules and from the rule set itself.
func TestTheDocumentedTableIsTrue(t *testing.T) {
	t.Parallel()
	microsoft, err := waf.ReadMicrosoft()
	require.NoError(t, err)
	catalogue, err := waf.Catalogue()
	require.NoError(t, err)
	page, err := os.ReadFile("../../../docs/firewall.md")
	require.NoError(t, err)
	for _, line := range strings.Split(strings.TrimSpace(table(microsoft, catalogue)), "\n") {
		require.Contains(t, string(page), line+"\n", "docs/firewall.md lacks a line; the table is\n%s", table(microsoft, catalogue))
	}
}

func table(microsoft *waf.Microsoft, catalogue []waf.Rule) string {
	level := map[int]int{}
	for _, rule := range catalogue {
		level[rule.ID] = rule.Paranoia
	}
	var text strings.Builder
	text.WriteString("| group | OWASP's | rules of both, at level 1 | of both, at level 2 | Microsoft's alone, or of another level | OWASP's alone, at level 1 |\n|---|---|---|---|---|---|\n")
	for _, group := range microsoft.Groups {
		var first, second, theirs, ours []int
		for _, id := range group.Rules {
			switch {
			case level[id] == 1:
				first = append(first, id)
			case level[id] == 2 && !slices.Contains(microsoft.Off, id):
				second = append(second, id)
			default:
				theirs = append(theirs, id)
			}
		}
		for _, rule := range catalogue {
			if rule.Paranoia == 1 && slices.Contains(group.OWASP, rule.ID/1000) && !slices.Contains(group.Rules, rule.ID) {
				ours = append(ours, rule.ID)
			}
		}
		name := group.Name
		if name == "" {
			name = group.CRS + " (OWASP's sets 3.x only)"
		}
		fmt.Fprintf(&text, "| %s | %s | %d | %s | %s | %s |\n", name, ids(group.OWASP), len(first), ids(second), ids(theirs), ids(ours))
	}
	return text.String()
}

func ids(list []int) string {
	if len(list) == 0 {
		return "-"
	}
	texts := make([]string, 0, len(list))
	for _, id := range list {
		texts = append(texts, strconv.Itoa(id))
	}
	return strings.Join(texts, " ")
}
