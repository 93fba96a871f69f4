// Command release builds archives of aoai for other machines: go -C tools run ./release. Two
// runs on one commit give the same bytes: no path, time or user of the machine gets in.
package main

import (
	"context"
	"crypto/sha256"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"
)

// target is a kind of machine.
type target struct{ system, processor string }

var targets = []target{{"linux", "amd64"}, {"linux", "arm64"}, {"darwin", "amd64"}, {"darwin", "arm64"}, {"windows", "amd64"}, {"windows", "arm64"}}

// beside are the files that go with the command.
var beside = []string{"LICENSE", "THIRD-PARTY.md", "CHANGELOG.md"}

func main() {
	if err := release(context.Background(), "..", filepath.Join("..", "bin", "release")); err != nil {
		fmt.Fprintln(os.Stderr, "release:", err)
		os.Exit(1)
	}
}

// release builds all targets of a project into a folder.
func release(ctx context.Context, project, into string) error {
	version, err := output(ctx, project, "git", "describe", "--tags", "--always", "--dirty")
	if err != nil {
		return err
	}
	seconds, err := output(ctx, project, "git", "log", "-1", "--format=%cI")
	if err != nil {
		return err
	}
	moment, err := time.Parse(time.RFC3339, seconds)
	if err != nil {
		return fmt.Errorf("reading the commit's time: %w", err)
	}
	if err := os.RemoveAll(into); err != nil {
		return fmt.Errorf("removing an earlier release: %w", err)
	}
	if err := os.MkdirAll(into, 0o750); err != nil {
		return fmt.Errorf("making the release's folder: %w", err)
	}
	var sums strings.Builder
	for _, each := range targets {
		fmt.Fprintf(os.Stderr, "building aoai for %s/%s\n", each.system, each.processor)
		files, err := build(ctx, project, each)
		if err != nil {
			return err
		}
		name := fmt.Sprintf("aoai-%s-%s-%s", version, each.system, each.processor)
		packed, extension, err := pack(name, each, files, moment.UTC())
		if err != nil {
			return err
		}
		if err := os.WriteFile(filepath.Join(into, name+extension), packed, 0o600); err != nil {
			return fmt.Errorf("writing an archive: %w", err)
		}
		fmt.Fprintf(&sums, "%x  %s\n", sha256.Sum256(packed), name+extension)
	}
	if err := os.WriteFile(filepath.Join(into, "SHA256SUMS"), []byte(sums.String()), 0o600); err != nil {
		return fmt.Errorf("writing the checksums: %w", err)
	}
	return nil
}

// build compiles the command and gathers the files of an archive.
func build(ctx context.Context, project string, each target) ([]file, error) {
	dir, err := os.MkdirTemp("", "aoai-release-")
	if err != nil {
		return nil, fmt.Errorf("making a folder to build in: %w", err)
	}
	defer func() { _ = os.RemoveAll(dir) }()
	name := "aoai"
	if each.system == "windows" {
		name += ".exe"
	}
	command := exec.CommandContext(ctx, "go", "build", "-trimpath", "-buildvcs=true", "-ldflags=-s -w -buildid=", "-o", filepath.Join(dir, name), "./cmd/aoai")
	command.Dir, command.Stderr = project, os.Stderr
	command.Env = append(os.Environ(), "CGO_ENABLED=0", "GOFLAGS=", "GOOS="+each.system, "GOARCH="+each.processor)
	if err := command.Run(); err != nil {
		return nil, fmt.Errorf("building aoai for %s/%s: %w", each.system, each.processor, err)
	}
	files := make([]file, 0, 1+len(beside))
	for _, path := range append([]string{filepath.Join(dir, name)}, within(project, beside)...) {
		content, err := os.ReadFile(path)
		if err != nil {
			return nil, fmt.Errorf("reading what goes into an archive: %w", err)
		}
		files = append(files, file{filepath.Base(path), content, len(files) == 0})
	}
	return files, nil
}

func within(dir string, names []string) []string {
	paths := make([]string, len(names))
	for i, name := range names {
		paths[i] = filepath.Join(dir, name)
	}
	return paths
}

func output(ctx context.Context, dir, name string, args ...string) (string, error) {
	command := exec.CommandContext(ctx, name, args...)
	command.Dir = dir
	said, err := command.Output()
	if err != nil {
		return "", fmt.Errorf("running %s %s: %w", name, strings.Join(args, " "), err)
	}
	return strings.TrimSpace(string(said)), nil
}
