package bench

import (
	"bytes"
	"context"
	"encoding/json"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"

	"github.com/openai/openai-go/v3"
	"github.com/openai/openai-go/v3/option"
	"github.com/stretchr/testify/require"

	"github.com/aoai-gateway/aoai-gateway/sandbox/lab"
	"github.com/aoai-gateway/aoai-gateway/sandbox/network"
)

// asked is what came of one question of a client: its error, and when its requests went
// out, in milliseconds.
type asked struct {
	Error    string
	Requests []int
}

// The waits that callers are told lead the clients that applications use to an answer, and
// not to a burst of requests: each asks twice, and waits in between.
func TestClientsWaitAndAreServed(t *testing.T) {
	if testing.Short() {
		t.Skip("waits for seconds")
	}
	backends := Backends(2)
	ours, err := Ours(backends)
	require.NoError(t, err)
	clients := map[string]func(base, key string) asked{"openai-go": asksByGo}
	if dir := installed(t); dir != "" {
		for _, name := range []string{"openai", "ai", "langchain"} {
			clients[name] = func(base, key string) asked { return asksByNode(t, dir, base, key, name) }
		}
	}
	for _, policy := range ours[:2] {
		for name, ask := range clients {
			t.Run(policy.Name+"/"+name, func(t *testing.T) {
				t.Parallel()
				l, err := lab.New(t.Context(), lab.Options{Dir: t.TempDir(), Backends: backends, Medium: &network.Loopback{}, Document: policy.Document, PerDeployment: true})
				require.NoError(t, err)
				defer func() { require.NoError(t, l.Close()) }()
				var faults []network.Fault
				for _, backend := range backends {
					faults = append(faults, network.Fault{Host: backend.Host(), Kind: "status", Status: http.StatusTooManyRequests, RetryAfterSeconds: 2, Times: 1})
				}
				require.NoError(t, l.Network.Faults.Order(faults))
				base := ""
				for _, host := range l.Network.Addresses() {
					if host.Host == lab.Gateway {
						base = host.URL + "/openai/v1"
					}
				}
				got := ask(base, l.Key)
				require.Empty(t, got.Error)
				require.Len(t, got.Requests, 2, "no burst")
				require.GreaterOrEqual(t, got.Requests[1]-got.Requests[0], 1900, "it waits for what it was told")
			})
		}
	}
}

func asksByGo(base, key string) asked {
	began, made := time.Now(), asked{}
	client := openai.NewClient(option.WithBaseURL(base), option.WithAPIKey("none"), option.WithHeader("api-key", key),
		option.WithMiddleware(func(r *http.Request, next option.MiddlewareNext) (*http.Response, error) {
			made.Requests = append(made.Requests, int(time.Since(began).Milliseconds()))
			return next(r)
		}))
	_, err := client.Chat.Completions.New(context.Background(), openai.ChatCompletionNewParams{
		Model: "gpt-4o", Messages: []openai.ChatCompletionMessageParamUnion{openai.UserMessage("Hello")},
	})
	if err != nil {
		made.Error = err.Error()
	}
	return made
}

// installed is a folder with the clients for Node; "" where there is no Node, or npm reaches
// no registry.
func installed(t *testing.T) string {
	t.Helper()
	npm, err := exec.LookPath("npm")
	if err != nil {
		t.Log("there is no npm on this machine: openai-go alone is tried")
		return ""
	}
	dir := t.TempDir()
	require.NoError(t, os.CopyFS(dir, os.DirFS("testdata/clients")))
	command := exec.CommandContext(t.Context(), npm, "ci", "--no-audit", "--no-fund", "--ignore-scripts")
	command.Dir = dir
	if out, err := command.CombinedOutput(); err != nil {
		t.Logf("npm ci: %v: %s: openai-go alone is tried", err, out)
		return ""
	}
	return dir
}

func asksByNode(t *testing.T, dir, base, key, name string) asked {
	t.Helper()
	command := exec.CommandContext(t.Context(), "node", filepath.Join(dir, "ask.mjs"), base, key, name)
	var out, failed bytes.Buffer
	command.Stdout, command.Stderr = &out, &failed
	require.NoError(t, command.Run(), failed.String())
	var got asked
	require.NoError(t, json.Unmarshal(out.Bytes(), &got), out.String())
	return got
}
