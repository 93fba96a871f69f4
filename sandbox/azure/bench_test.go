package azure

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"sync/atomic"
	"testing"
	"time"
)

// stored is how many resources the store holds in the benchmarks.
const stored = 10_000

// BenchmarkControlPlane measures operations a second with 10,000 resources
// stored, the memory that they take in the process, and a restart.
func BenchmarkControlPlane(b *testing.B) {
	file := filepath.Join(b.TempDir(), "azure.db")
	before := heap()
	service, store := openBench(b, file)
	fill(b, service, store)
	request := func(method, path, body string) {
		recorder := httptest.NewRecorder()
		service.ServeHTTP(recorder, httptest.NewRequest(method, "http://127.0.0.1"+path+"?api-version="+versionFor(path), strings.NewReader(body)))
		if recorder.Code >= http.StatusBadRequest {
			b.Fatalf("%s %s: %d %s", method, path, recorder.Code, recorder.Body)
		}
	}
	b.Run("get", func(b *testing.B) {
		for i := 0; b.Loop(); i++ {
			request("GET", benchOrigin(i%stored), "")
		}
		b.ReportMetric(heap()-before, "MB-heap")
		b.ReportMetric(fileSize(b, file), "MB-file")
		b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "ops/s")
	})
	b.Run("put", func(b *testing.B) {
		for i := 0; b.Loop(); i++ {
			request("PUT", benchOrigin(i%stored), `{"properties":{"hostName":"a.contoso.com","weight":1}}`)
		}
		b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "ops/s")
	})
	b.Run("account", func(b *testing.B) {
		for i := 0; b.Loop(); i++ {
			name := fmt.Sprintf("bench-%d-%d", b.N, i)
			request("PUT", group+"/providers/Microsoft.CognitiveServices/accounts/"+name,
				`{"location":"swedencentral","kind":"OpenAI", "sku": {"name": "S0"},"properties":{"customSubDomainName":"`+name+`"}}`)
		}
		b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "ops/s")
	})
	b.Run("list", func(b *testing.B) {
		for b.Loop() {
			request("GET", originGroup+"/origins", "")
		}
		b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "ops/s")
	})
	if err := store.Close(); err != nil {
		b.Fatal(err)
	}
	b.Run("restart", func(b *testing.B) {
		for b.Loop() {
			_, again := openBench(b, file)
			if err := again.Close(); err != nil {
				b.Fatal(err)
			}
		}
	})
}

func openBench(b *testing.B, file string) (*Service, *Store) {
	b.Helper()
	store, err := OpenStore(file)
	if err != nil {
		b.Fatal(err)
	}
	service, err := New(store, Options{Seed: DefaultSeed()})
	if err != nil {
		b.Fatal(err)
	}
	return service, store
}

func benchOrigin(i int) string { return fmt.Sprintf("%s/origins/o%05d", originGroup, i) }

// fill stores a profile with all the origins, in one transaction.
func fill(b *testing.B, service *Service, store *Store) {
	b.Helper()
	bodies := []map[string]any{
		{"id": group, "location": "swedencentral"},
		{"id": profile, "sku": map[string]any{"name": "Standard_AzureFrontDoor"}},
		{"id": originGroup},
	}
	for i := range stored {
		bodies = append(bodies, map[string]any{"id": benchOrigin(i), "properties": map[string]any{"hostName": "a.contoso.com"}})
	}
	started := time.Now()
	if err := store.Update(func(tx *Tx) error {
		for _, body := range bodies {
			if err := service.plantResource(tx, body); err != nil {
				return err
			}
		}
		return nil
	}); err != nil {
		b.Fatal(err)
	}
	b.Logf("stored %d resources in %s", stored, time.Since(started))
}

func fileSize(b *testing.B, file string) float64 {
	b.Helper()
	info, err := os.Stat(file)
	if err != nil {
		b.Fatal(err)
	}
	return float64(info.Size()) / (1 << 20)
}

// heap is what the process holds, in megabytes.
func heap() float64 {
	runtime.GC()
	var stats runtime.MemStats
	runtime.ReadMemStats(&stats)
	return float64(stats.HeapAlloc) / (1 << 20)
}

// BenchmarkManyClients measures writes of many clients at once, with 10,000 resources stored.
func BenchmarkManyClients(b *testing.B) {
	service, store := openBench(b, filepath.Join(b.TempDir(), "azure.db"))
	fill(b, service, store)
	b.Cleanup(func() { _ = store.Close() })
	b.SetParallelism(64)
	var names atomic.Int64
	b.ResetTimer()
	b.RunParallel(func(pb *testing.PB) {
		for pb.Next() {
			name := fmt.Sprintf("bench-%d-%d", b.N, names.Add(1))
			path := group + "/providers/Microsoft.CognitiveServices/accounts/" + name
			recorder := httptest.NewRecorder()
			service.ServeHTTP(recorder, httptest.NewRequest(http.MethodPut, "http://127.0.0.1"+path+"?api-version="+versionFor(path),
				strings.NewReader(`{"location":"swedencentral","kind":"OpenAI","sku":{"name":"S0"},"properties":{"customSubDomainName":"`+name+`"}}`)))
			if recorder.Code >= http.StatusBadRequest {
				b.Errorf("%d %s", recorder.Code, recorder.Body)
			}
		}
	})
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "ops/s")
}

// BenchmarkSiblings measures a named value's PUT beside few and beside many others.
func BenchmarkSiblings(b *testing.B) {
	for _, siblings := range []int{10, 10_000} {
		b.Run(fmt.Sprint(siblings), func(b *testing.B) {
			service, store := openBench(b, filepath.Join(b.TempDir(), "azure.db"))
			b.Cleanup(func() { _ = store.Close() })
			const owner = group + "/providers/Microsoft.ApiManagement/service/contoso"
			if err := store.Update(func(tx *Tx) error {
				bodies := []map[string]any{
					{"id": group, "location": "swedencentral"},
					{"id": owner, "location": "swedencentral", "sku": map[string]any{"name": "StandardV2", "capacity": 1.0}, "properties": map[string]any{}},
				}
				for i := range siblings {
					name := fmt.Sprintf("n%05d", i)
					bodies = append(bodies, map[string]any{"id": owner + "/namedValues/" + name, "properties": map[string]any{"displayName": name, "value": "v"}})
				}
				for _, body := range bodies {
					if err := service.plantResource(tx, body); err != nil {
						return err
					}
				}
				return nil
			}); err != nil {
				b.Fatal(err)
			}
			for i := 0; b.Loop(); i++ {
				path := fmt.Sprintf("%s/namedValues/m%05d", owner, i%1000)
				recorder := httptest.NewRecorder()
				service.ServeHTTP(recorder, httptest.NewRequest(http.MethodPut, "http://127.0.0.1"+path+"?api-version=2024-05-01",
					strings.NewReader(fmt.Sprintf(`{"properties":{"displayName":"m%05d","value":"v"}}`, i%1000))))
				if recorder.Code >= http.StatusBadRequest {
					b.Fatalf("%d %s", recorder.Code, recorder.Body)
				}
			}
			b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "ops/s")
		})
	}
}
