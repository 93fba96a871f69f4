// Command pictures draws each picture of the docs from its text: go run ./docs/pictures.
// A test tells when a drawing is older than its text.
package main

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
)

func main() {
	if err := drawAll(filepath.Join("docs", "pictures")); err != nil {
		fmt.Fprintln(os.Stderr, "pictures:", err)
		os.Exit(1)
	}
}

// drawAll writes beside each text of a folder its drawing.
func drawAll(dir string) error {
	sources, err := filepath.Glob(filepath.Join(dir, "*.txt"))
	if err != nil {
		return fmt.Errorf("listing the texts of pictures: %w", err)
	}
	if len(sources) == 0 {
		return fmt.Errorf("%s holds no texts; run this in the project's folder", dir)
	}
	for _, source := range sources {
		drawing, err := drawFile(source)
		if err != nil {
			return err
		}
		if err := os.WriteFile(drawingOf(source), []byte(drawing), 0o644); err != nil { //nolint:gosec // a page of the docs, for everybody
			return fmt.Errorf("writing a picture: %w", err)
		}
	}
	return nil
}

func drawingOf(source string) string { return strings.TrimSuffix(source, ".txt") + ".svg" }

func drawFile(source string) (string, error) {
	raw, err := os.ReadFile(source)
	if err != nil {
		return "", fmt.Errorf("reading a picture's text: %w", err)
	}
	read, err := parse(string(raw))
	if err != nil {
		return "", fmt.Errorf("%s:%w", source, err)
	}
	return read.svg(), nil
}
