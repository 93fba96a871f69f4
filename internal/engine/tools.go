package engine

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"

	"github.com/blang/semver"
)

// pinnedVersion is the Pulumi CLI that tools/go.mod pins. An older one on PATH
// is passed over: it lacks the exit codes that this project relies on.
const pinnedVersion = "3.259.0"

// Tools are the programs that running a Go project on Pulumi takes.
type Tools struct {
	// CLI is the pulumi binary.
	CLI string
	// dir holds what was built; it is put before PATH, so that the CLI finds its
	// language host.
	dir string
}

// FindTools returns a recent pulumi with its Go language host from PATH, else
// the ones built from the project's tools folder into dir; that is done once and
// takes minutes, which progress tells.
func FindTools(ctx context.Context, project, dir string, progress io.Writer) (Tools, error) {
	dir, err := filepath.Abs(dir)
	if err != nil {
		return Tools{}, fmt.Errorf("resolving %s: %w", dir, err)
	}
	tools := Tools{dir: dir}
	if cli, ok := recentCLI(ctx); ok {
		tools.CLI = cli
	} else {
		tools.CLI = filepath.Join(dir, "pulumi")
		if err := buildCLI(ctx, project, tools.CLI, progress); err != nil {
			return Tools{}, err
		}
	}
	if filepath.Dir(tools.CLI) != dir && hasLanguageHost(tools.CLI) {
		return tools, nil
	}
	host := filepath.Join(dir, "pulumi-language-go")
	err = build(ctx, "the Go language host", filepath.Join(project, "tools"), host, "./languagehost", "", progress)
	return tools, err
}

// recentCLI finds a pulumi on PATH that is not older than the pinned one.
func recentCLI(ctx context.Context) (string, bool) {
	cli, err := exec.LookPath("pulumi")
	if err != nil {
		return "", false
	}
	output, err := exec.CommandContext(ctx, cli, "version").Output()
	if err != nil {
		return "", false
	}
	version, err := semver.ParseTolerant(strings.TrimSpace(string(output)))
	return cli, err == nil && version.GE(semver.MustParse(pinnedVersion))
}

// hasLanguageHost reports whether the Go language host that came with a CLI lies
// beside it. One elsewhere on PATH may belong to another version.
func hasLanguageHost(cli string) bool {
	resolved, err := filepath.EvalSymlinks(cli)
	if err != nil {
		return false
	}
	_, err = os.Stat(filepath.Join(filepath.Dir(resolved), "pulumi-language-go"))
	return err == nil
}

// buildCLI builds the pinned CLI unless it is there.
func buildCLI(ctx context.Context, project, cli string, progress io.Writer) error {
	stamp := cli + ".version"
	if built, err := os.ReadFile(stamp); err == nil && string(built) == pinnedVersion {
		if _, err := os.Stat(cli); err == nil {
			return nil
		}
	} else if err != nil && !errors.Is(err, os.ErrNotExist) {
		return fmt.Errorf("looking for a built Pulumi CLI: %w", err)
	}
	_, _ = fmt.Fprintf(progress, "no recent pulumi on PATH: building the Pulumi CLI %s once (about 8 minutes on 2 cores)\n", pinnedVersion)
	err := build(ctx, "the Pulumi CLI", filepath.Join(project, "tools"), cli, "github.com/pulumi/pulumi/pkg/v3/cmd/pulumi",
		"-s -w -X github.com/pulumi/pulumi/sdk/v3/go/common/version.Version=v"+pinnedVersion, progress)
	if err != nil {
		return err
	}
	if err := os.WriteFile(stamp, []byte(pinnedVersion), 0o600); err != nil {
		return fmt.Errorf("noting the built Pulumi CLI: %w", err)
	}
	return nil
}
