package e2e

import (
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/aoai-gateway/aoai-gateway/internal/engine"
)

// The lock that the real CLI writes is found while its run lives, and not after it was killed.
func TestLockOfTheRealCLI(t *testing.T) {
	t.Parallel()
	dir, project := t.TempDir(), t.TempDir()
	stack, err := engine.New(t.Context(), engine.Options{Project: root, Dir: dir, Tools: tools, Stdout: io.Discard, Stderr: io.Discard, Progress: io.Discard},
		"held", example("front-door/defaults"))
	require.NoError(t, err)
	program := filepath.Join(project, "program")
	require.NoError(t, os.WriteFile(program, []byte("#!/bin/sh\nexec sleep 600\n"), 0o700))
	require.NoError(t, os.WriteFile(filepath.Join(project, "Pulumi.yaml"), []byte("name: held\nruntime: go\n"), 0o600))
	pulumi := func(args ...string) *exec.Cmd {
		command := exec.CommandContext(t.Context(), tools.CLI, append(args, "--non-interactive")...)
		command.Dir, command.SysProcAttr = project, &syscall.SysProcAttr{Setpgid: true}
		command.Env = append(os.Environ(), "PULUMI_BACKEND_URL=file://"+filepath.Join(dir, "state"), "PULUMI_HOME="+filepath.Join(dir, "pulumi"),
			"PULUMI_CONFIG_PASSPHRASE=test", "PULUMI_SKIP_UPDATE_CHECK=true", "AOAI_PROGRAM_BINARY="+program,
			"PATH="+engine.ToolsDir(root)+string(os.PathListSeparator)+os.Getenv("PATH"))
		return command
	}
	output, err := pulumi("stack", "init", "organization/held/held").CombinedOutput()
	require.NoError(t, err, "%s", output)
	living, err := stack.RunningProcesses()
	require.NoError(t, err)
	require.Empty(t, living, "nothing runs yet")

	up := pulumi("up", "--yes", "--skip-preview", "--stack", "organization/held/held")
	require.NoError(t, up.Start())
	require.Eventually(t, func() bool {
		living, err := stack.RunningProcesses()
		return err == nil && len(living) == 1 && living[0] == up.Process.Pid
	}, time.Minute, 50*time.Millisecond, "the run's lock names its process")

	require.NoError(t, syscall.Kill(-up.Process.Pid, syscall.SIGKILL))
	require.Error(t, up.Wait())
	living, err = stack.RunningProcesses()
	require.NoError(t, err)
	require.Empty(t, living, "the lock is there still, and its process is not")
	locks, err := filepath.Glob(filepath.Join(dir, "state", ".pulumi", "locks", "organization", "held", "held", "*.json"))
	require.NoError(t, err)
	require.Len(t, locks, 1)
}
