package sandbox

import (
	"context"
	"crypto/sha256"
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
	ARM string `json:"arm"`
	// ARMTLS is the same over TLS, with a certificate of the sandbox's CA; through the proxy it
	// is https://management.azure.com. It is empty without a data plane that speaks TLS.
	ARMTLS string `json:"armTls,omitempty"`
	// SeedDigest tells the seed that was planted from others; empty for none.
	SeedDigest     string `json:"seedDigest,omitempty"`
	TenantID       string `json:"tenantId"`
	SubscriptionID string `json:"subscriptionId"`
	// Traffic says that there is a data plane.
	Traffic bool `json:"traffic,omitempty"`
	// Proxy answers CONNECT for the public names of what is deployed, and CA is the
	// file with the CA that signs for them; both are empty with plain HTTP.
	Proxy string `json:"proxy,omitempty"`
	CA    string `json:"ca,omitempty"`
	// Page is the page in the browser, "" without a data plane.
	Page string `json:"page,omitempty"`
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

// ClientEnvironment makes clients reach what is deployed under its public names:
// the variables that most of them read. It is empty without a data plane, and with plain
// HTTP, which public names do not speak.
func (e Endpoints) ClientEnvironment() map[string]string {
	if e.Proxy == "" {
		return nil
	}
	const direct = "localhost,127.0.0.1,::1"
	return map[string]string{
		// Clients differ in which spelling they read first.
		"HTTPS_PROXY": e.Proxy, "https_proxy": e.Proxy, "HTTP_PROXY": e.Proxy, "http_proxy": e.Proxy, "NO_PROXY": direct, "no_proxy": direct,
		"SSL_CERT_FILE": e.CA, "CURL_CA_BUNDLE": e.CA, "NODE_EXTRA_CA_CERTS": e.CA, "REQUESTS_CA_BUNDLE": e.CA,
		"NODE_USE_ENV_PROXY": "1", // Node 22.21 and later read the proxy then
	}
}

// digest identifies a seed file's content; empty for no file.
func digest(seedFile string) (string, error) {
	if seedFile == "" {
		return "", nil
	}
	raw, err := os.ReadFile(seedFile)
	if err != nil {
		return "", fmt.Errorf("reading the seed file: %w", err)
	}
	return fmt.Sprintf("%x", sha256.Sum256(raw)), nil
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
	release, err := takeLease(ctx, endpoints.ARM)
	if err != nil {
		return nil, fmt.Errorf("asking process %d for a lease: %w", endpoints.PID, err)
	}
	return &Session{Endpoints: endpoints, close: release}, nil
}

// takeLease holds a request open, and with it the sandbox, until release.
func takeLease(ctx context.Context, endpoint string) (release func() error, err error) {
	// The lease outlives ctx, which bounds Join only.
	ctx, cancel := context.WithCancel(context.WithoutCancel(ctx))
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, endpoint+leasePath, nil)
	if err != nil {
		cancel()
		return nil, err
	}
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		cancel()
		return nil, err
	}
	release = func() error {
		cancel()
		return response.Body.Close()
	}
	if response.StatusCode != http.StatusOK {
		return nil, errors.Join(errors.New(response.Status), release())
	}
	return release, nil
}
