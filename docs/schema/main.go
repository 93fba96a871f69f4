// Command schema writes the JSON schema of stack files for editors, from the Go types that
// the program decodes them into: go run ./docs/schema. A test tells when it is out of date.
package main

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
)

// file is what is written; stack files name it.
const file = "stack.schema.json"

func main() {
	if err := write("."); err != nil {
		fmt.Fprintln(os.Stderr, "schema:", err)
		os.Exit(1)
	}
}

func write(project string) error {
	text, err := generate(project)
	if err != nil {
		return err
	}
	if err := os.WriteFile(filepath.Join(project, "docs", "schema", file), text, 0o644); err != nil { //nolint:gosec // a page for everybody
		return fmt.Errorf("writing the schema: %w", err)
	}
	return nil
}

// generate is the schema's text.
func generate(project string) ([]byte, error) {
	comments, err := readComments(project)
	if err != nil {
		return nil, err
	}
	schema, err := stackFile(comments)
	if err != nil {
		return nil, err
	}
	text, err := json.MarshalIndent(schema, "", "  ")
	if err != nil {
		return nil, fmt.Errorf("encoding the schema: %w", err)
	}
	return append(text, '\n'), nil
}
