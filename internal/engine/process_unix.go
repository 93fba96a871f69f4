//go:build unix

package engine

import (
	"errors"
	"os"
	"os/exec"
	"syscall"
)

// ownGroup starts a command in a group of its own, which a Ctrl-C in the terminal does not
// reach.
func ownGroup(command *exec.Cmd) { command.SysProcAttr = &syscall.SysProcAttr{Setpgid: true} }

// killGroup ends a command that ownGroup started, and all that it has started.
func killGroup(process *os.Process) { _ = syscall.Kill(-process.Pid, syscall.SIGKILL) }

// lives reports whether there is a process of an id, also one of another user.
func lives(pid int) bool {
	err := syscall.Kill(pid, 0)
	return err == nil || errors.Is(err, syscall.EPERM)
}
