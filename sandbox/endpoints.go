package sandbox

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
)

// Endpoints are where a running sandbox listens; all on loopback.
type Endpoints struct {
	// PID is the process that owns the sandbox.
	PID int `json:"pid"`
	// ARM is the Resource Manager endpoint, such as http://127.0.0.1:41234.
	ARM            string `json:"arm"`
	TenantID       string `json:"tenantId"`
	SubscriptionID string `json:"subscriptionId"`
	// Providers are the ports of the plugins' stand-ins, by plugin name.
	Providers map[string]int `json:"providers"`
}

const leasePath = "/sandbox/lease"

// Environment attaches a Pulumi engine to the sandbox: the variables that it
// must run with.
func (e Endpoints) Environment() map[string]string {
	attach := make([]string, 0, len(e.Providers))
	for name, port := range e.Providers {
		attach = append(attach, name+":"+strconv.Itoa(port))
	}
	slices.Sort(attach)
	return map[string]string{
		"PULUMI_DEBUG_PROVIDERS":                      strings.Join(attach, ","),
		"PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION": "true",
	}
}

func endpointsFile(dir string) string { return filepath.Join(dir, "endpoints.json") }

func (e Endpoints) write(dir string) error {
	raw, err := json.MarshalIndent(e, "", "  ")
	if err != nil {
		return fmt.Errorf("encoding the sandbox's endpoints: %w", err)
	}
	// Renamed into place, so that a reader never sees half of it.
	temporary := endpointsFile(dir) + ".new"
	if err := os.WriteFile(temporary, raw, 0o600); err != nil {
		return fmt.Errorf("writing the sandbox's endpoints: %w", err)
	}
	if err := os.Rename(temporary, endpointsFile(dir)); err != nil {
		return fmt.Errorf("publishing the sandbox's endpoints: %w", err)
	}
	return nil
}

func removeEndpoints(dir string) error {
	if err := os.Remove(endpointsFile(dir)); err != nil && !errors.Is(err, os.ErrNotExist) {
		return fmt.Errorf("removing the sandbox's endpoints: %w", err)
	}
	return nil
}

// attach takes a lease on the sandbox that another process runs in dir.
func attach(ctx context.Context, dir string) (*Session, error) {
	raw, err := os.ReadFile(endpointsFile(dir))
	if err != nil {
		return nil, fmt.Errorf("reading the sandbox's endpoints: %w", err)
	}
	var endpoints Endpoints
	if err := json.Unmarshal(raw, &endpoints); err != nil {
		return nil, fmt.Errorf("decoding the sandbox's endpoints: %w", err)
	}
	// The lease outlives Join: it ends with Close.
	leaseCtx, cancel := context.WithCancel(context.WithoutCancel(ctx))
	request, err := http.NewRequestWithContext(leaseCtx, http.MethodGet, endpoints.ARM+leasePath, nil)
	if err != nil {
		cancel()
		return nil, fmt.Errorf("making the request for a lease: %w", err)
	}
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		cancel()
		return nil, fmt.Errorf("asking for a lease: %w", err)
	}
	if response.StatusCode != http.StatusOK {
		cancel()
		return nil, errors.Join(fmt.Errorf("asking for a lease: %s", response.Status), response.Body.Close())
	}
	return &Session{Endpoints: endpoints, close: func() error {
		cancel()
		return response.Body.Close()
	}}, nil
}
