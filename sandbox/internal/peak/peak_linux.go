// Package peak measures for benchmarks the most memory that this process has had at once.
package peak

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"strconv"
)

// Reset lets the peak begin anew.
func Reset() error {
	if err := os.WriteFile("/proc/self/clear_refs", []byte("5"), 0o600); err != nil {
		return fmt.Errorf("resetting the peak of memory: %w", err)
	}
	return nil
}

// Megabytes is the peak since Reset.
func Megabytes() (float64, error) {
	raw, err := os.ReadFile("/proc/self/status")
	if err != nil {
		return 0, fmt.Errorf("reading the peak of memory: %w", err)
	}
	_, after, found := bytes.Cut(raw, []byte("VmHWM:"))
	fields := bytes.Fields(after)
	if !found || len(fields) == 0 {
		return 0, errors.New("reading the peak of memory: the status of the process has none")
	}
	kilobytes, err := strconv.ParseFloat(string(fields[0]), 64)
	if err != nil {
		return 0, fmt.Errorf("reading the peak of memory: %w", err)
	}
	return kilobytes / 1024, nil
}
