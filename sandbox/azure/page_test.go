package azure

import (
	"cmp"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/aoai-gateway/aoai-gateway/internal/arm"
)

var update = flag.Bool("update", false, "write docs/sandbox-model.md anew")

const pageFile = "../../docs/sandbox-model.md"

// The page that tells what the sandbox models is made from its tables.
func TestModelPageIsUpToDate(t *testing.T) {
	page := modelPage(t)
	if *update {
		if err := os.WriteFile(pageFile, []byte(page), 0o600); err != nil {
			t.Fatal(err)
		}
		return
	}
	written, err := os.ReadFile(pageFile)
	if err != nil {
		t.Fatal(err)
	}
	if string(written) != page {
		t.Error("docs/sandbox-model.md is not what the tables say; make it anew with: go test ./sandbox/azure -run ModelPage -update")
	}
}

func modelPage(t *testing.T) string {
	t.Helper()
	var b strings.Builder
	b.WriteString("# What the sandbox's Resource Manager models\n\n" +
		"Made from the sandbox's own tables by `go test ./sandbox/azure -run ModelPage -update`.\n\n" +
		"## Resource types\n\nDurations are Azure's, roughly; the sandbox's time is scaled.\n\n" +
		"| type | a write takes | name held after deletion | one operation at a time |\n|---|---|---|---|\n")
	kinds := allKinds()
	all := make([]kind, 0, len(kinds))
	for _, k := range kinds {
		all = append(all, k)
	}
	slices.SortFunc(all, func(a, b kind) int { return cmp.Compare(a.armType, b.armType) })
	for _, k := range all {
		fmt.Fprintf(&b, "| %s | %s | %s | %s |\n", k.armType, orNothing(k.takes), orNothing(k.heldAfterDeletion), yes(k.oneAtATime))
	}
	b.WriteString("\nAny other type is refused with NoRegisteredProviderFound.\n\n## Refusals and behaviour\n\n" +
		"Each is a file of the conformance suite, `sandbox/azure/testdata/conformance/`.\n\n| file | rule | source |\n|---|---|---|\n")
	files, err := filepath.Glob("testdata/conformance/*.txt")
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range files {
		raw, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		fmt.Fprintf(&b, "| %s | %s | %s |\n", filepath.Base(file), headLine(string(raw), "rule"), headLine(string(raw), "source"))
	}
	b.WriteString("\n## What cannot be deleted while it is used\n\n| user | property |\n|---|---|\n")
	for _, user := range sortedKeys(uses) {
		for _, path := range uses[user] {
			fmt.Fprintf(&b, "| %s | %s |\n", user, path)
		}
	}
	b.WriteString("\n## Reads in Azure's own form\n\nOn unless the service is told to answer raw.\n\n| types | what | source |\n|---|---|---|\n")
	for _, n := range normalisations {
		fmt.Fprintf(&b, "| %s | %s | %s |\n", strings.Join(n.Types, ", "), n.What, n.Source)
	}
	b.WriteString("\n## Rules between properties\n\nHeld at preview, on the sandbox and on Azure, beside what the ARM contract says of each property.\n\n" +
		"| rule | types | says | source |\n|---|---|---|---|\n")
	for _, rule := range arm.Rules {
		types := strings.Join(rule.Types, ", ")
		if types == "" {
			types = "policies; held when they are read, not here"
		}
		fmt.Fprintf(&b, "| %s | %s | %s | %s |\n", rule.ID, types, rule.Says, rule.Source)
	}
	return b.String()
}

func headLine(text, name string) string {
	for _, line := range strings.Split(text, "\n") {
		if value, ok := strings.CutPrefix(line, "# "+name+": "); ok {
			return strings.ReplaceAll(value, "|", "\\|")
		}
	}
	return ""
}

func sortedKeys[V any](m map[string]V) []string {
	keys := make([]string, 0, len(m))
	for key := range m {
		keys = append(keys, key)
	}
	slices.Sort(keys)
	return keys
}

func orNothing(d time.Duration) string {
	if d == 0 {
		return "-"
	}
	text := d.String() // such as 48h0m0s
	for _, zero := range []string{"m0s", "h0m"} {
		if strings.HasSuffix(text, zero) {
			text = text[:len(text)-len(zero)+1]
		}
	}
	return text
}

func yes(b bool) string {
	if b {
		return "yes"
	}
	return "-"
}
