package engine

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestPrepareStackKeepsTheOriginal(t *testing.T) {
	withoutPassphrase(t)
	project, dir := t.TempDir(), t.TempDir()
	original := filepath.Join(project, "Pulumi.dev.yaml")
	if err := os.WriteFile(original, []byte("config: {}\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	first, err := prepareStack(t.Context(), project, dir, "dev", "")
	if err != nil {
		t.Fatal(err)
	}
	// The CLI adds its salt to the copy.
	if err := os.WriteFile(first.file, []byte("config: {}\nencryptionsalt: v1:abc=\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	second, err := prepareStack(t.Context(), project, dir, "dev", "")
	if err != nil {
		t.Fatal(err)
	}
	if content := read(t, second.file); !strings.Contains(content, "encryptionsalt: v1:abc=") {
		t.Errorf("the second run has lost the salt: %q", content)
	}
	if content := read(t, original); content != "config: {}\n" {
		t.Errorf("the user's file has become %q", content)
	}
	if read(t, first.passphraseFile) != read(t, second.passphraseFile) || first.passphraseFile == "" {
		t.Error("the two runs have different passphrases")
	}
	if info, err := os.Stat(first.passphraseFile); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("the passphrase can be read by others: %v, %v", info.Mode(), err)
	}
}

func TestPrepareStackLeavesAUsersSecretsAlone(t *testing.T) {
	t.Setenv("PULUMI_CONFIG_PASSPHRASE", "the user's own")
	project, dir := t.TempDir(), t.TempDir()
	own := "encryptionsalt: v1:own=\nconfig: {}\n"
	file := filepath.Join(project, "prod.yaml")
	if err := os.WriteFile(file, []byte(own), 0o600); err != nil {
		t.Fatal(err)
	}
	prepared, err := prepareStack(t.Context(), project, dir, "prod", file)
	if err != nil {
		t.Fatal(err)
	}
	if got := read(t, prepared.file); got != own {
		t.Errorf("the copy is %q", got)
	}
	if prepared.passphraseFile != "" {
		t.Errorf("the user's passphrase is overridden by %s", prepared.passphraseFile)
	}
}

func TestPrepareStackRefuses(t *testing.T) {
	project := t.TempDir()
	broken := filepath.Join(project, "broken.yaml")
	if err := os.WriteFile(broken, []byte("config: [\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	for reason, c := range map[string]struct{ name, file, want string }{
		"no such file":     {"dev", "", "Pulumi.dev.yaml"},
		"a path as a name": {"../dev", broken, `"../dev" is not a stack name`},
		"not YAML":         {"dev", broken, "broken.yaml"},
	} {
		_, err := prepareStack(t.Context(), project, t.TempDir(), c.name, c.file)
		if err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v", reason, err)
		}
	}
}

func TestBuildNamesWhatIsWrong(t *testing.T) {
	dir := t.TempDir()
	for file, content := range map[string]string{
		"go.mod": "module broken\n\ngo 1.26\n", "main.go": "package main\n\nfunc main() { undefinedThing() }\n",
	} {
		if err := os.WriteFile(filepath.Join(dir, file), []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	var progress strings.Builder
	err := build(t.Context(), "the broken program", dir, filepath.Join(dir, "out"), ".", "", &progress)
	if err == nil || !strings.Contains(err.Error(), "the broken program") || !strings.Contains(err.Error(), "undefinedThing") {
		t.Errorf("building a broken program: %v", err)
	}
}

// An old pulumi on PATH lacks what this project relies on; a recent one is used.
func TestRecentCLI(t *testing.T) {
	project := t.TempDir()
	if err := os.Mkdir(filepath.Join(project, "tools"), 0o700); err != nil {
		t.Fatal(err)
	}
	mod := "module tools\n\nrequire (\n\t" + cliModule + " v3.100.2 // indirect\n)\n"
	if err := os.WriteFile(filepath.Join(project, "tools", "go.mod"), []byte(mod), 0o600); err != nil {
		t.Fatal(err)
	}
	pinned, err := pinnedVersion(project)
	if err != nil {
		t.Fatal(err)
	}
	for version, recent := range map[string]bool{
		"v3.100.1": false, "v3.99.9": false, "v3.100.2": true, "3.300.1": true, "v4.0.0": true, "nonsense": false,
	} {
		dir := t.TempDir()
		script := "#!/bin/sh\necho " + version + "\n"
		if err := os.WriteFile(filepath.Join(dir, "pulumi"), []byte(script), 0o700); err != nil {
			t.Fatal(err)
		}
		t.Setenv("PATH", dir)
		if _, got := recentCLI(t.Context(), pinned); got != recent {
			t.Errorf("pulumi %s on PATH is used: %v", version, got)
		}
	}
}

func read(t *testing.T, file string) string {
	t.Helper()
	content, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	return string(content)
}

// A preview saves nothing and needs no checkpoints. What deploys keeps one after each step, so
// that a killed run can be recovered.
func TestOnlyPreviewsSkipCheckpoints(t *testing.T) {
	e := &Engine{options: Options{Dir: t.TempDir()}}
	const skip = "PULUMI_SKIP_CHECKPOINTS=true"
	require.Contains(t, e.environment("preview"), skip)
	for _, verb := range []string{"up", "destroy", "refresh", "import"} {
		require.NotContains(t, e.environment(verb), skip, verb)
	}
}
