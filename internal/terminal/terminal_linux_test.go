package terminal_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"syscall"
	"testing"

	_ "github.com/charmbracelet/bubbletea"
	"github.com/stretchr/testify/require"
	"golang.org/x/sys/unix"

	_ "github.com/aoai-gateway/aoai-gateway/internal/terminal"
)

const childVariable = "AOAI_TEST_ON_TERMINAL"

// A program that links Bubble Tea asks its terminal nothing.
func TestTerminalIsNotAsked(t *testing.T) {
	if os.Getenv(childVariable) != "" {
		fmt.Println("main has begun")
		return
	}
	master, slave := pseudoTerminal(t)
	executable, err := os.Executable()
	require.NoError(t, err)
	child := exec.CommandContext(context.WithoutCancel(t.Context()), executable, "-test.run", "^TestTerminalIsNotAsked$", "-test.v")
	child.Env = append(os.Environ(), childVariable+"=1", "TERM=xterm-256color")
	child.Stdin, child.Stdout, child.Stderr = slave, slave, slave
	// The child's terminal, in the foreground: others are not asked anyhow.
	child.SysProcAttr = &syscall.SysProcAttr{Setsid: true, Setctty: true, Ctty: 0}
	require.NoError(t, child.Start())
	require.NoError(t, slave.Close())
	seen, err := io.ReadAll(master)
	if !errors.Is(err, syscall.EIO) { // what Linux tells when the last user of a terminal ends
		require.NoError(t, err)
	}
	require.NoError(t, child.Wait())
	require.Contains(t, string(seen), "main has begun")
	require.NotContains(t, string(seen), "\x1b", "questions to a terminal begin with ESC")
}

// pseudoTerminal is a terminal whose master answers nothing.
func pseudoTerminal(t *testing.T) (master, slave *os.File) {
	t.Helper()
	master, err := os.OpenFile("/dev/ptmx", os.O_RDWR|syscall.O_NOCTTY, 0)
	require.NoError(t, err)
	t.Cleanup(func() { _ = master.Close() })
	descriptor := int(master.Fd())
	require.NoError(t, unix.IoctlSetPointerInt(descriptor, unix.TIOCSPTLCK, 0))
	number, err := unix.IoctlGetInt(descriptor, unix.TIOCGPTN)
	require.NoError(t, err)
	slave, err = os.OpenFile(fmt.Sprintf("/dev/pts/%d", number), os.O_RDWR|syscall.O_NOCTTY, 0)
	require.NoError(t, err)
	return master, slave
}
