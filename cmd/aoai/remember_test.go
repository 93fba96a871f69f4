package main

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"
)

// project is a folder with stack files.
func project(t *testing.T, files map[string]string) *shared {
	t.Helper()
	dir := t.TempDir()
	require.NoError(t, os.MkdirAll(filepath.Join(dir, ".sandbox", "stacks"), 0o700))
	for name, content := range files {
		require.NoError(t, os.WriteFile(filepath.Join(dir, name), []byte(content), 0o600))
	}
	return &shared{Project: dir}
}

// A stack keeps the file that it was deployed with, until it is destroyed.
func TestConfigIsRemembered(t *testing.T) {
	s := project(t, map[string]string{"mine.yaml": "config: {}"})
	file := filepath.Join(s.Project, "mine.yaml")
	flags, err := s.withMemory(stackFlags{Stack: "dev"})
	require.NoError(t, err)
	require.Empty(t, flags.Config, "nothing was deployed yet")

	require.NoError(t, s.remember("dev", deployed{Config: file, Pattern: "apim"}))
	flags, err = s.withMemory(stackFlags{Stack: "dev"})
	require.NoError(t, err)
	require.Equal(t, file, flags.Config)
	flags, err = s.withMemory(stackFlags{Stack: "other"})
	require.NoError(t, err)
	require.Empty(t, flags.Config, "another stack has another file")

	require.NoError(t, os.Remove(file))
	_, err = s.withMemory(stackFlags{Stack: "dev"})
	require.ErrorContains(t, err, "give --config")
	require.NoError(t, s.forget("dev"))
	flags, err = s.withMemory(stackFlags{Stack: "dev"})
	require.NoError(t, err)
	require.Empty(t, flags.Config)
}

// Another pattern over a stack takes a flag of its own.
func TestPatternIsNotChangedUnasked(t *testing.T) {
	s := project(t, map[string]string{
		"Pulumi.dev.yaml": "config:\n  aoai-gateway:base: shared.yaml\n", "shared.yaml": "config:\n  aoai-gateway:pattern: apim\n",
		"plain.yaml": "config: {}\n", "broken.yaml": "config: [",
	})
	for _, c := range []struct {
		reason, last, config string
		allowed, refused     bool
	}{
		{"a first up", "", "plain.yaml", false, false},
		{"the pattern of the shared file", "apim", "", false, false},
		{"the shared file has another one", "front-door", "", false, true},
		{"the default pattern over apim", "apim", "plain.yaml", false, true},
		{"asked for", "apim", "plain.yaml", true, false},
		{"a broken file is for the program to refuse", "apim", "broken.yaml", false, false},
	} {
		t.Run(c.reason, func(t *testing.T) {
			require.NoError(t, s.remember("dev", deployed{Pattern: c.last}))
			flags := stackFlags{Stack: "dev"}
			if c.config != "" {
				flags.Config = filepath.Join(s.Project, c.config)
			}
			_, err := s.samePattern(flags, c.allowed)
			require.Equal(t, c.refused, err != nil, "%v", err)
			if c.refused {
				require.ErrorContains(t, err, "--change-pattern")
			}
		})
	}
}
