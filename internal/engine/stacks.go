package engine

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
)

// Summary is a stack as the CLI lists it.
type Summary struct {
	Name string `json:"name"`
	// LastUpdate is when it was deployed last; "" for never.
	LastUpdate string `json:"lastUpdate,omitempty"`
	// Resources are how many the stack's state holds.
	Resources int `json:"resourceCount"`
}

// Existing drives a stack that is in the state, whatever has become of its file. It cannot
// deploy.
func Existing(options Options, name string) (*Engine, error) {
	for _, dir := range []*string{&options.Project, &options.Dir} {
		absolute, err := filepath.Abs(*dir)
		if err != nil {
			return nil, fmt.Errorf("resolving %s: %w", *dir, err)
		}
		*dir = absolute
	}
	if !stackName.MatchString(name) {
		return nil, fmt.Errorf("%q is not a stack name; allowed are letters, digits, underscores, dots and hyphens", name)
	}
	for _, folder := range []string{"stacks", "state", "pulumi"} {
		if err := os.MkdirAll(filepath.Join(options.Dir, folder), 0o700); err != nil {
			return nil, fmt.Errorf("making the sandbox's folder: %w", err)
		}
	}
	existing := stack{name: name, file: filepath.Join(options.Dir, "stacks", "Pulumi."+name+".yaml")}
	var err error
	existing.passphraseFile, err = passphraseFor(options.Dir)
	return &Engine{options: options, stack: existing}, err
}

// Stacks are the project's stacks in the state.
func (e *Engine) Stacks(ctx context.Context) ([]Summary, error) {
	var raw bytes.Buffer
	if err := e.quietly(ctx, &raw, "stack", "ls", "--json"); err != nil {
		return nil, fmt.Errorf("listing the stacks: %w", err)
	}
	stacks := []Summary{}
	if err := json.Unmarshal(raw.Bytes(), &stacks); err != nil {
		return nil, fmt.Errorf("decoding the list of stacks: %w", err)
	}
	return stacks, nil
}

// Forget removes the stack from the state, with what the state knows of resources, and the
// copy of its file. Azure keeps what it has.
func (e *Engine) Forget(ctx context.Context) error {
	if err := e.quietly(ctx, io.Discard, "cancel", "--yes", e.stack.name); err != nil {
		return fmt.Errorf("releasing the lock of stack %s: %w", e.stack.name, err)
	}
	// The file in the project stays: it is the user's.
	if err := e.quietly(ctx, io.Discard, "stack", "rm", e.stack.name, "--yes", "--force", "--preserve-config"); err != nil {
		return fmt.Errorf("removing stack %s: %w", e.stack.name, err)
	}
	if err := os.Remove(e.stack.file); err != nil && !errors.Is(err, os.ErrNotExist) {
		return fmt.Errorf("removing the copy of the file of stack %s: %w", e.stack.name, err)
	}
	return nil
}
