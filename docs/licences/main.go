// Command licences writes THIRD-PARTY.md, the modules that the command and the program are
// built from with their licences: go run ./docs/licences. A test tells when it is out of date.
package main

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
)

// page is what is written.
const page = "THIRD-PARTY.md"

func main() {
	if err := write(context.Background(), "."); err != nil {
		fmt.Fprintln(os.Stderr, "licences:", err)
		os.Exit(1)
	}
}

func write(ctx context.Context, project string) error {
	used, err := modules(ctx, project)
	if err != nil {
		return err
	}
	text, err := render(used)
	if err != nil {
		return err
	}
	if err := os.WriteFile(filepath.Join(project, page), []byte(text), 0o644); err != nil { //nolint:gosec // a page for everybody
		return fmt.Errorf("writing the page: %w", err)
	}
	return nil
}
