package azure

import (
	"io"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"sync"
	"testing"

	"github.com/aoai-gateway/aoai-gateway/sandbox/internal/peak"
)

// letters is a long text that takes no memory.
type letters struct{}

func (letters) Read(p []byte) (int, error) {
	for i := range p {
		p[i] = 'a'
	}
	return len(p), nil
}

// BenchmarkLargeBodies measures the most memory that the process has while 8 callers offer
// 500 MB each to Resource Manager: with and without saying so.
func BenchmarkLargeBodies(b *testing.B) {
	const callers, offered = 8, 500 << 20
	service, store := openBench(b, filepath.Join(b.TempDir(), "azure.db"))
	b.Cleanup(func() { _ = store.Close() })
	server := httptest.NewServer(service)
	b.Cleanup(server.Close)
	for name, length := range map[string]int64{"announced": offered, "chunked": -1} {
		b.Run(name, func(b *testing.B) {
			if err := peak.Reset(); err != nil {
				b.Fatal(err)
			}
			for b.Loop() {
				var all sync.WaitGroup
				for range callers {
					all.Go(func() {
						request, err := http.NewRequestWithContext(b.Context(), http.MethodPut, server.URL+group+"?api-version=2022-09-01", io.LimitReader(letters{}, offered))
						if err != nil {
							b.Error(err)
							return
						}
						request.ContentLength = length
						response, err := server.Client().Do(request)
						if err != nil {
							b.Log(err) // the server may hang up before all is sent
							return
						}
						_ = response.Body.Close()
						if response.StatusCode != http.StatusRequestEntityTooLarge {
							b.Errorf("answered %d", response.StatusCode)
						}
					})
				}
				all.Wait()
			}
			megabytes, err := peak.Megabytes()
			if err != nil {
				b.Fatal(err)
			}
			b.ReportMetric(megabytes, "MB-peak")
		})
	}
}
