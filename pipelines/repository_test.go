package pipelines

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"testing"

	"github.com/rhysd/actionlint"
	"github.com/stretchr/testify/require"
	"go.yaml.in/yaml/v3"
)

// github is what this repository itself has on GitHub.
var github = filepath.Join("..", ".github")

// This repository's own workflows pass actionlint, pin each action by its commit, and may
// only read.
func TestOwnWorkflows(t *testing.T) {
	files, err := filepath.Glob(filepath.Join(github, "workflows", "*.yml"))
	require.NoError(t, err)
	require.NotEmpty(t, files)
	var messages bytes.Buffer
	linter, err := actionlint.NewLinter(&messages, &actionlint.LinterOptions{WorkingDir: ".."})
	require.NoError(t, err)
	for _, file := range files {
		content, err := os.ReadFile(file)
		require.NoError(t, err)
		found, err := linter.Lint(file, content, nil)
		require.NoError(t, err)
		require.Empty(t, found, messages.String())
		require.Len(t, pinned.FindAll(content, -1), len(anyUses.FindAll(content, -1)), "%s uses an action without its commit", file)
		require.NotRegexp(t, credentials, string(content))
		require.NotContains(t, string(content), ": write")
	}
}

// The forms for issues have what GitHub wants of one, and ask for the version.
func TestIssueForms(t *testing.T) {
	forms, err := filepath.Glob(filepath.Join(github, "ISSUE_TEMPLATE", "*.yml"))
	require.NoError(t, err)
	asked := 0
	for _, file := range forms {
		if filepath.Base(file) == "config.yml" {
			continue
		}
		raw, err := os.ReadFile(file)
		require.NoError(t, err)
		var form struct {
			Name, Description string
			Body              []struct {
				Type, ID   string
				Attributes struct{ Label string }
			}
		}
		require.NoError(t, yaml.Unmarshal(raw, &form), file)
		require.NotEmpty(t, form.Name, file)
		require.NotEmpty(t, form.Description, file)
		require.NotEmpty(t, form.Body, file)
		seen := map[string]bool{}
		for _, field := range form.Body {
			require.NotEmpty(t, field.Attributes.Label, file)
			require.False(t, seen[field.ID], "%s has two fields %s", file, field.ID)
			seen[field.ID] = true
		}
		if seen["version"] {
			asked++
		}
	}
	require.GreaterOrEqual(t, asked, 2)
}

// What reads dependencies and sets up an editor's container can be read.
func TestDependabotAndDevcontainer(t *testing.T) {
	raw, err := os.ReadFile(filepath.Join(github, "dependabot.yml"))
	require.NoError(t, err)
	var dependabot struct {
		Updates []struct {
			Ecosystem   string `yaml:"package-ecosystem"`
			Directory   string
			Directories []string
		}
	}
	require.NoError(t, yaml.Unmarshal(raw, &dependabot))
	require.NotEmpty(t, dependabot.Updates)
	for _, update := range dependabot.Updates {
		for _, dir := range append(update.Directories, update.Directory) {
			require.DirExists(t, filepath.Join("..", dir), update.Ecosystem)
		}
	}
	raw, err = os.ReadFile(filepath.Join("..", ".devcontainer", "devcontainer.json"))
	require.NoError(t, err)
	require.True(t, json.Valid(raw))
}
