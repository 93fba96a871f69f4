package engine

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"

	"github.com/blang/semver"
)

// cliModule is the module of the Pulumi CLI. The version that the project's tools/go.mod
// requires is the one that is built, and the oldest one on PATH that is used: older ones
// lack the exit codes that this project relies on.
const cliModule = "github.com/pulumi/pulumi/pkg/v3"

var requiredCLI = regexp.MustCompile(`(?m)^\s*` + regexp.QuoteMeta(cliModule) + ` v(\S+)`)

// pinnedVersion is the version of the Pulumi CLI that the project's tools/go.mod requires.
func pinnedVersion(project string) (semver.Version, error) {
	file := filepath.Join(project, "tools", "go.mod")
	raw, err := os.ReadFile(file)
	if err != nil {
		return semver.Version{}, fmt.Errorf("looking for the version of the Pulumi CLI: %w", err)
	}
	found := requiredCLI.FindSubmatch(raw)
	if found == nil {
		return semver.Version{}, fmt.Errorf("%s does not require %s", file, cliModule)
	}
	version, err := semver.Parse(string(found[1]))
	if err != nil {
		return semver.Version{}, fmt.Errorf("reading the version of %s in %s: %w", cliModule, file, err)
	}
	return version, nil
}

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
	version, err := pinnedVersion(project)
	if err != nil {
		return Tools{}, err
	}
	tools := Tools{dir: dir}
	if cli, ok := recentCLI(ctx, version); ok {
		tools.CLI = cli
	} else {
		tools.CLI = filepath.Join(dir, "pulumi")
		if err := buildCLI(ctx, project, version.String(), tools.CLI, progress); err != nil {
			return Tools{}, err
		}
	}
	if filepath.Dir(tools.CLI) != dir && hasLanguageHost(tools.CLI) {
		return tools, nil
	}
	host := filepath.Join(dir, "pulumi-language-go")
	err = buildChanged(ctx, "the Go language host", filepath.Join(project, "tools"), host, "./languagehost", progress)
	return tools, err
}

// InstalledTools are a pulumi on PATH and its Go language host, for projects without a tools
// folder of their own. What is built for a run goes into dir.
func InstalledTools(dir string) (Tools, error) {
	cli, err := exec.LookPath("pulumi")
	if err != nil {
		return Tools{}, fmt.Errorf("looking for the Pulumi CLI: %w; install it (https://www.pulumi.com/docs/install/), or put it on PATH", err)
	}
	if _, err := exec.LookPath("pulumi-language-go"); err != nil && !hasLanguageHost(cli) {
		return Tools{}, fmt.Errorf("looking for Pulumi's Go language host: %w; it comes with the CLI: put it on PATH", err)
	}
	return Tools{CLI: cli, dir: dir}, nil
}

// recentCLI finds a pulumi on PATH that is not older than the pinned one.
func recentCLI(ctx context.Context, pinned semver.Version) (string, bool) {
	cli, err := exec.LookPath("pulumi")
	if err != nil {
		return "", false
	}
	output, err := exec.CommandContext(ctx, cli, "version").Output()
	if err != nil {
		return "", false
	}
	version, err := semver.ParseTolerant(strings.TrimSpace(string(output)))
	return cli, err == nil && version.GE(pinned)
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
func buildCLI(ctx context.Context, project, version, cli string, progress io.Writer) error {
	stamp := cli + ".version"
	if built, err := os.ReadFile(stamp); err == nil && string(built) == version {
		if _, err := os.Stat(cli); err == nil {
			return nil
		}
	} else if err != nil && !errors.Is(err, os.ErrNotExist) {
		return fmt.Errorf("looking for a built Pulumi CLI: %w", err)
	}
	_, _ = fmt.Fprintf(progress, "no recent pulumi on PATH: building the Pulumi CLI %s once (about 8 minutes on 2 cores)\n", version)
	err := build(ctx, "the Pulumi CLI", filepath.Join(project, "tools"), cli, cliModule+"/cmd/pulumi",
		"-s -w -X github.com/pulumi/pulumi/sdk/v3/go/common/version.Version=v"+version, progress)
	if err != nil {
		return err
	}
	if err := os.WriteFile(stamp, []byte(version), 0o600); err != nil {
		return fmt.Errorf("noting the built Pulumi CLI: %w", err)
	}
	return nil
}
