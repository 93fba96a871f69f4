package azure

import (
	"cmp"
	"maps"
	"os"
	"slices"
	"strings"
	"testing"
)

const (
	notModelled   = "not modelled"
	refusedByName = "refused by name: "
	verdictsFile  = "testdata/replay/verdicts.tsv"
	openReason    = "open"
)

// verdict is the sandbox's answer to an example, and why it is not the published one.
type verdict struct{ answer, reason string }

// readVerdicts reads the table, by module and example.
func readVerdicts(t *testing.T) map[string]verdict {
	t.Helper()
	raw, err := os.ReadFile(verdictsFile)
	if err != nil && !os.IsNotExist(err) {
		t.Fatal(err)
	}
	table := map[string]verdict{}
	for i, line := range strings.Split(strings.TrimSpace(string(raw)), "\n") {
		if cells := strings.Split(line, "\t"); i > 0 && len(cells) == 4 {
			table[cells[0]+"\t"+cells[1]] = verdict{answer: cells[2], reason: cells[3]}
		} else if i > 0 {
			t.Fatalf("%s, line %d has %d cells, not 4: %s", verdictsFile, i+1, len(cells), line)
		}
	}
	return table
}

// compareVerdicts holds what was found against the table: each row needs a reason, and a reason
// belongs to one answer.
func compareVerdicts(t *testing.T, found map[string]string, table map[string]verdict) {
	t.Helper()
	for _, example := range slices.Sorted(maps.Keys(found)) {
		switch row := table[example]; {
		case row.reason == "" || row.reason == openReason:
			t.Errorf("%s has no reason in the table: %s", example, found[example])
		case row.answer != found[example]:
			t.Errorf("%s: the answer is %q, and was %q when its reason was written", example, found[example], row.answer)
		}
	}
	for example := range table {
		if found[example] == "" {
			t.Errorf("%s is as published, or no example any more: take it out of the table", example)
		}
	}
}

func writeVerdicts(t *testing.T, found map[string]string, table map[string]verdict) {
	t.Helper()
	lines := []string{}
	for example, answer := range found {
		lines = append(lines, example+"\t"+answer+"\t"+cmp.Or(table[example].reason, openReason))
	}
	slices.Sort(lines)
	text := "module\texample\tthe sandbox's answer\treason\n" + strings.Join(lines, "\n") + "\n"
	if err := os.WriteFile(verdictsFile, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}
