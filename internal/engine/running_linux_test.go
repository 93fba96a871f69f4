package engine

import (
	"os/exec"
	"testing"

	"github.com/stretchr/testify/require"
	"golang.org/x/sys/unix"
)

// A process that has ended keeps its id until its parent asks: it lives no more all the same.
func TestEndedProcessesDoNotLive(t *testing.T) {
	command := exec.CommandContext(t.Context(), "true")
	require.NoError(t, command.Start())
	require.NoError(t, unix.Waitid(unix.P_PID, command.Process.Pid, nil, unix.WEXITED|unix.WNOWAIT, nil))
	require.False(t, lives(command.Process.Pid))
	require.NoError(t, command.Wait())
}
