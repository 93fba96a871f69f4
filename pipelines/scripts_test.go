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

// Versions are those of the project: Go's is in go.mod, Pulumi's in tools/go.mod, where a
// step reads it.
func TestPipelinesUseTheProjectsVersions(t *testing.T) {
	goMod, err := os.ReadFile("../go.mod")
	require.NoError(t, err)
	golang := regexp.MustCompile(`(?m)^go (\S+)$`).FindSubmatch(goMod)[1]
	installed := regexp.MustCompile(`(?:pulumi-version: |--version )(.+)`)
	for path, content := range pipelineFiles(t) {
		for _, match := range installed.FindAllStringSubmatch(content, -1) {
			require.Contains(t, []string{"${{ steps.pulumi.outputs.version }}", `"$version"`}, match[1], path)
		}
		require.Equal(t, len(installed.FindAllString(content, -1)), strings.Count(content, "pipelines/steps/pulumi-version.sh"), "%s: the version comes from the step", path)
		if strings.HasSuffix(path, "tools.yml") {
			require.Contains(t, content, "\n      version: "+string(golang)+"\n", path)
		}
	}
}

// The step tells the version that tools/go.mod pins, which is that of the SDK. aoai reads it
// there, too.
func TestPulumiVersion(t *testing.T) {
	tools, err := os.ReadFile("../tools/go.mod")
	require.NoError(t, err)
	p := newProject(t)
	require.NoError(t, os.Mkdir(filepath.Join(p.dir, "tools"), 0o700))
	p.write("tools/go.mod", string(tools))
	output := filepath.Join(p.dir, "output")
	got := p.run("steps/pulumi-version.sh", []string{"GITHUB_OUTPUT=" + output})
	require.Zero(t, got.code, got.stderr)
	version := strings.TrimSpace(got.stdout)
	require.Equal(t, "version="+version+"\n", p.read("output"))
	for _, place := range []struct{ file, want string }{
		{"../go.mod", "github.com/pulumi/pulumi/sdk/v3 v" + version + "\n"},
		{"../tools/go.mod", "github.com/pulumi/pulumi/sdk/v3 v" + version + "\n"},
	} {
		content, err := os.ReadFile(place.file)
		require.NoError(t, err)
		require.Contains(t, string(content), place.want, "%s has another version than tools/go.mod", place.file)
	}

	p.write("tools/go.mod", "module tools\n")
	got = p.run("steps/pulumi-version.sh", nil)
	require.Equal(t, 1, got.code)
	require.Contains(t, got.stderr, "tools/go.mod is without a version")
}

// Nothing here asks Pulumi to ignore what is protected.
func TestPipelinesKeepWhatIsProtected(t *testing.T) {
	files := pipelineFiles(t)
	scripts, err := filepath.Glob("*/*.sh")
	require.NoError(t, err)
	for _, script := range scripts {
		content, err := os.ReadFile(script)
		require.NoError(t, err)
		files[script] = string(content)
	}
	delete(files, "steps/common.sh") // which refuses it
	for path, content := range files {
		content = strings.ReplaceAll(content, "--ignore-protect=false", "")
		require.NotRegexp(t, `(?i)ignore[-_]protect|unprotect`, content, path)
	}
}
