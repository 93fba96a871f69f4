package engine

import (
	"os"
	"os/exec"
	"syscall"
)

// ownGroup starts a command in a group of its own, which a Ctrl-C in the terminal does not
// reach.
func ownGroup(command *exec.Cmd) {
	command.SysProcAttr = &syscall.SysProcAttr{CreationFlags: syscall.CREATE_NEW_PROCESS_GROUP}
}

// killGroup ends a command. What it has started may go on: Windows has no groups to kill.
func killGroup(process *os.Process) { _ = process.Kill() }

// lives reports whether there is a process of an id.
func lives(pid int) bool {
	process, err := os.FindProcess(pid)
	if err != nil {
		return false
	}
	_ = process.Release()
	return true
}
