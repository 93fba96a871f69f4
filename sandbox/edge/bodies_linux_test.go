package edge_test

import (
	"io"
	"net/http"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/aoai-gateway/aoai-gateway/sandbox/internal/peak"
	"github.com/aoai-gateway/aoai-gateway/sandbox/lab"
	"github.com/aoai-gateway/aoai-gateway/sandbox/network"
)

// offered is how large the bodies are that the benchmark offers at a time, and how many.
const (
	offered = 500 << 20
	callers = 8
)

// letters is a long text in JSON that takes no memory.
type letters struct{ begun bool }

func (l *letters) Read(p []byte) (int, error) {
	if !l.begun {
		l.begun = true
		return copy(p, `{"messages":"`), nil
	}
	for i := range p {
		p[i] = 'a'
	}
	return len(p), nil
}

// BenchmarkLargeBodies measures the most memory that the process has while 8 callers offer
// 500 MB each to every kind of host of the data plane: with and without saying so.
func BenchmarkLargeBodies(b *testing.B) {
	const forward = `<policies><inbound><base /><set-backend-service backend-id="north" /><authentication-managed-identity resource="https://cognitiveservices.azure.com" /></inbound>
		<backend><forward-request buffer-request-body="true" /></backend><outbound><base /></outbound><on-error><base /></on-error></policies>`
	l, err := lab.New(b.Context(), lab.Options{Dir: b.TempDir(), Backends: three, Medium: &network.Loopback{}, Document: forward})
	require.NoError(b, err)
	defer func() { require.NoError(b, l.Close()) }()
	door, _, err := l.PutFrontDoor(lab.FrontDoor{Origins: origins})
	require.NoError(b, err)
	require.NoError(b, l.Plane.Refresh(b.Context()))
	token, err := l.IdentityToken()
	require.NoError(b, err)
	credentials := map[string][2]string{
		"front-door": {"Authorization", "Bearer " + token}, "gateway": {"api-key", l.Key}, "account": {"Authorization", "Bearer " + token},
	}
	hosts := map[string]string{"front-door": door, "gateway": lab.Gateway, "account": three[0].Host()}
	for _, kind := range []string{"front-door", "gateway", "account"} {
		for _, length := range []int64{offered, -1} {
			name := kind + "/announced"
			if length < 0 {
				name = kind + "/chunked"
			}
			b.Run(name, func(b *testing.B) {
				require.NoError(b, peak.Reset())
				for b.Loop() {
					statuses := offer(b, l.Client(), "https://"+hosts[kind]+chatPath, credentials[kind], length)
					require.Equal(b, map[int]int{http.StatusRequestEntityTooLarge: callers}, statuses)
				}
				megabytes, err := peak.Megabytes()
				require.NoError(b, err)
				b.ReportMetric(megabytes, "MB-peak")
			})
		}
	}
}

// offer sends the bodies, and counts the answers.
func offer(b *testing.B, client *http.Client, url string, credential [2]string, length int64) map[int]int {
	b.Helper()
	statuses := map[int]int{}
	var mu sync.Mutex
	var all sync.WaitGroup
	for range callers {
		all.Go(func() {
			status, err := offerOne(b, client, url, credential, length)
			if err != nil {
				b.Error(err)
			}
			mu.Lock()
			defer mu.Unlock()
			statuses[status]++
		})
	}
	all.Wait()
	return statuses
}

func offerOne(b *testing.B, client *http.Client, url string, credential [2]string, length int64) (status int, err error) {
	b.Helper()
	request, err := http.NewRequestWithContext(b.Context(), http.MethodPost, url, io.LimitReader(&letters{}, offered))
	if err != nil {
		return 0, err
	}
	request.ContentLength = length
	request.Header.Set(credential[0], credential[1])
	response, err := client.Do(request)
	if err != nil {
		return 0, err
	}
	defer func() { _ = response.Body.Close() }()
	_, err = io.Copy(io.Discard, response.Body)
	return response.StatusCode, err
}
