package main

import (
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"go.yaml.in/yaml/v3"
)

// deployed is what is remembered of a stack's last up on the sandbox.
type deployed struct {
	// Config is the stack file that --config named; "" for the project's own.
	Config string `json:"config,omitempty"`
	// Pattern is what it deployed.
	Pattern string `json:"pattern"`
}

func (s *shared) memoryFile(stack string) string {
	return filepath.Join(s.sandboxDir(), "stacks", filepath.Base(stack)+".deployed.json")
}

// remembered is what the last up of a stack deployed; nothing where there was none.
func (s *shared) remembered(stack string) (deployed, error) {
	raw, err := os.ReadFile(s.memoryFile(stack))
	if errors.Is(err, os.ErrNotExist) {
		return deployed{}, nil
	}
	if err != nil {
		return deployed{}, fmt.Errorf("reading what stack %s was deployed with: %w", stack, err)
	}
	var last deployed
	if err := json.Unmarshal(raw, &last); err != nil {
		return deployed{}, fmt.Errorf("decoding %s: %w; delete it, and give --config", s.memoryFile(stack), err)
	}
	return last, nil
}

// remember keeps what an up deploys.
func (s *shared) remember(stack string, now deployed) error {
	raw, err := json.Marshal(now)
	if err != nil {
		return fmt.Errorf("encoding what stack %s is deployed with: %w", stack, err)
	}
	if err := os.WriteFile(s.memoryFile(stack), raw, 0o600); err != nil {
		return fmt.Errorf("keeping what stack %s is deployed with: %w", stack, err)
	}
	return nil
}

// forget is for a stack that was destroyed.
func (s *shared) forget(stack string) error {
	if err := os.Remove(s.memoryFile(stack)); err != nil && !errors.Is(err, os.ErrNotExist) {
		return fmt.Errorf("forgetting what stack %s was deployed with: %w", stack, err)
	}
	return nil
}

// withMemory gives a stack the file that it was deployed with, where none is given.
func (s *shared) withMemory(flags stackFlags) (stackFlags, error) {
	if flags.Config != "" {
		absolute, err := filepath.Abs(flags.Config)
		if err != nil {
			return flags, fmt.Errorf("resolving --config: %w", err)
		}
		flags.Config = absolute
		return flags, nil
	}
	last, err := s.remembered(flags.Stack)
	if err != nil || last.Config == "" {
		return flags, err
	}
	if _, err := os.Stat(last.Config); err != nil {
		return flags, fmt.Errorf("stack %s was deployed with --config %s, which cannot be read now (%w); give --config", flags.Stack, last.Config, err)
	}
	flags.Config = last.Config
	return flags, nil
}

// samePattern refuses to deploy another pattern over a stack: it would delete what makes up
// the old one.
func (s *shared) samePattern(flags stackFlags, allowed bool) (deployed, error) {
	file := cmp.Or(flags.Config, filepath.Join(s.Project, "Pulumi."+flags.Stack+".yaml"))
	now := deployed{Config: flags.Config, Pattern: patternOf(s.Project, file)}
	last, err := s.remembered(flags.Stack)
	if err != nil || allowed || last.Pattern == "" || now.Pattern == "" || last.Pattern == now.Pattern {
		return now, err
	}
	return now, fmt.Errorf("stack %s has the pattern %s, and %s has %s: up would delete the gateway of the one and make that of the other, under another endpoint.\n"+
		"Deploy it as a stack of its own (--stack %s), or give --change-pattern if that is what you want", flags.Stack, last.Pattern, file, now.Pattern, now.Pattern)
}

// patternOf is the pattern of a stack file, or of the file that it shares with others; "" where
// one cannot be read, which the program refuses with its place.
func patternOf(project, file string) string {
	own := configOf(file)
	if own == nil {
		return ""
	}
	pattern := own["aoai-gateway:pattern"]
	if base := own["aoai-gateway:base"]; pattern == "" && base != "" {
		shared := configOf(filepath.Join(project, base))
		if shared == nil {
			return ""
		}
		pattern = shared["aoai-gateway:pattern"]
	}
	return cmp.Or(pattern, "front-door")
}

// configOf are the texts among the configuration in a stack's file, nil where it cannot be
// read.
func configOf(file string) map[string]string {
	raw, err := os.ReadFile(file)
	if err != nil {
		return nil
	}
	var content struct {
		Config map[string]any `yaml:"config"`
	}
	if err := yaml.Unmarshal(raw, &content); err != nil {
		return nil
	}
	texts := map[string]string{}
	for key, value := range content.Config {
		if text, isText := value.(string); isText {
			texts[key] = text
		}
	}
	return texts
}
