package policytest

import (
	"context"
	"fmt"
	"io/fs"
	"path/filepath"
	"strings"

	"github.com/aoai-gateway/aoai-gateway/internal/policy"
)

// Suffix is how the names of tests end.
const Suffix = ".test.txt"

// Find are the tests in a folder and below, in the order of their names.
func Find(folder string) ([]string, error) {
	var files []string
	err := filepath.WalkDir(folder, func(path string, entry fs.DirEntry, err error) error {
		if err == nil && !entry.IsDir() && strings.HasSuffix(entry.Name(), Suffix) {
			files = append(files, path)
		}
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("looking for tests in %s: %w", folder, err)
	}
	return files, nil
}

// Outcome is what became of one file.
type Outcome struct {
	// Name is its path below the folder, without the suffix.
	Name string `json:"name"`
	File string `json:"file"`
	// Mistake is why it cannot be run as it is written, or "".
	Mistake  string    `json:"mistake,omitempty"`
	Failures []Failure `json:"failures,omitempty"`
}

// Passed tells whether all was as expected.
func (o *Outcome) Passed() bool { return o.Mistake == "" && len(o.Failures) == 0 }

// RunFile runs one test of a folder.
func RunFile(ctx context.Context, compiler *policy.Compiler, folder, file string) *Outcome {
	o := &Outcome{Name: Name(folder, file), File: file}
	c, err := Read(file)
	if err != nil {
		o.Mistake = err.Error()
		return o
	}
	result, err := c.Run(ctx, compiler)
	if err != nil {
		o.Mistake = err.Error()
		return o
	}
	o.Failures = result.Failures
	return o
}

// Name is how a test of a folder is called: its path, without the suffix.
func Name(folder, file string) string {
	name, err := filepath.Rel(folder, file)
	if err != nil {
		name = file
	}
	return strings.TrimSuffix(filepath.ToSlash(name), Suffix)
}
