// Package kustotest asks Microsoft's own analyser of Kusto queries, in tests.
package kustotest

import (
	"bytes"
	"embed"
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"github.com/aoai-gateway/aoai-gateway/internal/kusto"
)

// Query is one to be analysed.
type Query struct {
	Name string `json:"name"`
	Text string `json:"text"`
}

// Answer is what the analyser says of a query.
type Answer struct {
	Name string `json:"name"`
	// Diagnostics are errors, warnings and suggestions.
	Diagnostics []string `json:"diagnostics"`
	// Columns are those of the result.
	Columns []kusto.Column `json:"columns"`
}

//go:embed js
var program embed.FS

// Analyse asks the analyser (npm @kusto/language-service-next) of queries over tables.
// AOAI_KUSTO names a folder with its package in node_modules, or is 1 to install it; without
// it, or without Node, the test is skipped.
func Analyse(t *testing.T, tables map[string][]kusto.Column, queries []Query) []Answer {
	t.Helper()
	installed := os.Getenv("AOAI_KUSTO")
	node, err := exec.LookPath("node")
	if installed == "" || err != nil {
		t.Skip("AOAI_KUSTO=1 runs Microsoft's analyser of queries, where Node is installed")
	}
	dir := t.TempDir()
	for _, name := range []string{"package.json", "analyse.js"} {
		content, err := program.ReadFile("js/" + name)
		check(t, err)
		check(t, os.WriteFile(filepath.Join(dir, name), content, 0o600))
	}
	if installed == "1" {
		npm := exec.CommandContext(t.Context(), "npm", "install", "--no-audit", "--no-fund", "--no-package-lock")
		npm.Dir = dir
		if output, err := npm.CombinedOutput(); err != nil {
			t.Fatalf("installing the analyser: %v\n%s", err, output)
		}
	} else {
		check(t, os.Symlink(filepath.Join(installed, "node_modules"), filepath.Join(dir, "node_modules")))
	}
	asked, err := json.Marshal(map[string]any{"tables": tables, "queries": queries})
	check(t, err)
	run := exec.CommandContext(t.Context(), node, "analyse.js")
	run.Dir, run.Stdin = dir, bytes.NewReader(asked)
	output, err := run.Output()
	check(t, err)
	var answers []Answer
	check(t, json.Unmarshal(output, &answers))
	return answers
}

func check(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}
