package engine

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"
)

// Only a run that lives on this machine holds a stack.
func TestRunningProcesses(t *testing.T) {
	host, err := os.Hostname()
	require.NoError(t, err)
	ended := exec.CommandContext(t.Context(), "true")
	require.NoError(t, ended.Run())
	for _, c := range []struct {
		reason, stack, content string
		want                   []int
	}{
		{"a run that lives", "dev", fmt.Sprintf(`{"pid":%d,"hostname":%q}`, os.Getpid(), host), []int{os.Getpid()}},
		{"a run that was killed", "dev", fmt.Sprintf(`{"pid":%d,"hostname":%q}`, ended.Process.Pid, host), nil},
		{"a run on another machine, whose ids say nothing here", "dev", fmt.Sprintf(`{"pid":%d,"hostname":"other"}`, os.Getpid()), nil},
		{"a run of another stack", "prod", fmt.Sprintf(`{"pid":%d,"hostname":%q}`, os.Getpid(), host), nil},
		{"a lock that was torn", "dev", `{"pid":`, nil},
	} {
		t.Run(c.reason, func(t *testing.T) {
			dir := t.TempDir()
			folder := filepath.Join(dir, "state", ".pulumi", "locks", "organization", "aoai-gateway", c.stack)
			require.NoError(t, os.MkdirAll(folder, 0o700))
			require.NoError(t, os.WriteFile(filepath.Join(folder, "one.json"), []byte(c.content), 0o600))
			engine := &Engine{options: Options{Dir: dir}, stack: stack{name: "dev"}}
			living, err := engine.RunningProcesses()
			require.NoError(t, err)
			require.Equal(t, c.want, living)
		})
	}
}
