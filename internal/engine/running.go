package engine

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
)

// RunningProcesses are the ids of the processes on this machine that hold the stack's lock
// and live: recovering would take the state from under them.
func (e *Engine) RunningProcesses() ([]int, error) {
	// The backend's form: one file for each run, in a folder for the stack.
	files, err := filepath.Glob(filepath.Join(e.options.Dir, "state", ".pulumi", "locks", "*", "*", e.stack.name, "*.json"))
	if err != nil {
		return nil, fmt.Errorf("looking for the locks of stack %s: %w", e.stack.name, err)
	}
	host, err := os.Hostname()
	if err != nil {
		return nil, fmt.Errorf("asking for this machine's name: %w", err)
	}
	var living []int
	for _, file := range files {
		raw, err := os.ReadFile(file)
		if err != nil {
			continue // the run has ended meanwhile
		}
		var lock struct {
			Pid      int    `json:"pid"`
			Hostname string `json:"hostname"`
		}
		if json.Unmarshal(raw, &lock) == nil && lock.Hostname == host && lock.Pid > 0 && lives(lock.Pid) && !slices.Contains(living, lock.Pid) {
			living = append(living, lock.Pid)
		}
	}
	return living, nil
}
