package network

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"os"
	"time"

	"github.com/aoai-gateway/aoai-gateway/internal/pause"
)

// Path is where faults of the data plane are ordered by REST: PUT a list, GET what
// is in force, DELETE all.
const Path = "/sandbox/traffic/faults"

// ServeHTTP takes and tells faults. It is for the sandbox's own port, not for hosts.
func (f *Faults) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	switch r.Method {
	case http.MethodGet:
	case http.MethodDelete:
		_ = f.Order(nil)
	case http.MethodPut:
		faults, err := decodeFaults(http.MaxBytesReader(w, r.Body, 1<<20))
		if err == nil {
			err = f.Order(faults)
		}
		if err != nil {
			http.Error(w, "the list of faults cannot be taken: "+err.Error(), http.StatusBadRequest)
			return
		}
	default:
		http.Error(w, "GET, PUT or DELETE", http.StatusMethodNotAllowed)
		return
	}
	w.Header().Set("Content-Type", "application/json")
	_ = json.NewEncoder(w).Encode(f.InForce())
}

func decodeFaults(from io.Reader) ([]Fault, error) {
	decoder := json.NewDecoder(from)
	decoder.DisallowUnknownFields()
	var faults []Fault
	err := decoder.Decode(&faults)
	return faults, err
}

// OrderFile orders the faults that a JSON file lists.
func (f *Faults) OrderFile(path string) error {
	raw, err := os.ReadFile(path)
	if err != nil {
		return fmt.Errorf("reading the faults: %w", err)
	}
	f.file = raw
	return f.take(path, raw)
}

func (f *Faults) take(path string, raw []byte) error {
	faults, err := decodeFaults(bytes.NewReader(raw))
	if err == nil {
		err = f.Order(faults)
	}
	if err != nil {
		return fmt.Errorf("taking the faults of %s: %w", path, err)
	}
	return nil
}

// Follow orders the faults of a file again whenever it changes from what OrderFile read,
// until ctx ends. What cannot be read is told once, and the faults before stay in force.
func (f *Faults) Follow(ctx context.Context, path string, every time.Duration, tell func(error)) {
	last, unreadable := f.file, false
	for pause.For(ctx, every) == nil {
		raw, err := os.ReadFile(path)
		if err != nil {
			if !unreadable {
				tell(fmt.Errorf("reading the faults: %w", err))
			}
			unreadable = true
			continue
		}
		unreadable = false
		if bytes.Equal(raw, last) {
			continue
		}
		last = raw
		if err := f.take(path, raw); err != nil {
			tell(err)
		}
	}
}
