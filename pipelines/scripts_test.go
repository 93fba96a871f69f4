package pipelines

import (
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// pipelineFiles are the files of both systems, by their paths.
func pipelineFiles(t *testing.T) map[string]string {
	t.Helper()
	files := map[string]string{}
	for _, pattern := range []string{"github/*.yml", "azure-devops/*.yml"} {
		paths, err := filepath.Glob(pattern)
		require.NoError(t, err)
		require.NotEmpty(t, paths)
		for _, path := range paths {
			content, err := os.ReadFile(path)
			require.NoError(t, err)
			files[path] = string(content)
		}
	}
	return files
}

var step = regexp.MustCompile(`pipelines/(steps/[a-z-]+\.sh)`)

// What the pipelines call is there and runs, and is all that there is.
func TestPipelinesCallSteps(t *testing.T) {
	called := map[string]bool{"steps/common.sh": true}
	for path, content := range pipelineFiles(t) {
		for _, match := range step.FindAllStringSubmatch(content, -1) {
			called[match[1]] = true
			info, err := os.Stat(match[1])
			require.NoError(t, err, path)
			require.NotZero(t, info.Mode()&0o100, "%s calls %s, which is no program", path, match[1])
		}
	}
	scripts, err := filepath.Glob("steps/*.sh")
	require.NoError(t, err)
	for _, script := range scripts {
		require.Contains(t, called, script, "nobody calls it")
	}
}

// Every script is one for any POSIX shell, ends at its first failure, and says what it is for.
func TestScriptsParse(t *testing.T) {
	scripts, err := filepath.Glob("*/*.sh")
	require.NoError(t, err)
	for _, script := range scripts {
		output, err := exec.Command("sh", "-n", script).CombinedOutput()
		require.NoError(t, err, "%s: %s", script, output)
		content, err := os.ReadFile(script)
		require.NoError(t, err)
		if info, err := os.Stat(script); err == nil && info.Mode()&0o100 == 0 {
			require.Regexp(t, `^# What `, string(content), "%s is read by others", script)
			continue
		}
		require.Regexp(t, `^#!/bin/sh\n# usage: `, string(content), script)
		require.Contains(t, string(content), "\nset -eu\n", script)
	}
}

// Versions are those of the project.
func TestPipelinesUseTheProjectsVersions(t *testing.T) {
	goMod, err := os.ReadFile("../go.mod")
	require.NoError(t, err)
	golang := regexp.MustCompile(`(?m)^go (\S+)$`).FindSubmatch(goMod)[1]
	tools, err := os.ReadFile("../internal/engine/tools.go")
	require.NoError(t, err)
	pulumi := regexp.MustCompile(`pinnedVersion = "([^"]+)"`).FindSubmatch(tools)[1]
	for path, content := range pipelineFiles(t) {
		for _, match := range regexp.MustCompile(`(?:pulumi-version: |--version )(\S+)`).FindAllStringSubmatch(content, -1) {
			require.Equal(t, string(pulumi), match[1], path)
		}
		if strings.HasSuffix(path, "tools.yml") {
			require.Contains(t, content, "\n      version: "+string(golang)+"\n", path)
		}
	}
}
