package policy_test

import (
	"context"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/aoai-gateway/aoai-gateway/internal/policy"
	"github.com/aoai-gateway/aoai-gateway/internal/policy/exchange"
	"github.com/aoai-gateway/aoai-gateway/internal/policy/policytest"
)

// BenchmarkCompile reads and compiles one document of the suite.
func BenchmarkCompile(b *testing.B) {
	compiler := policy.NewCompiler()
	for _, name := range []string{"control/round-robin", "identity/validate-jwt", "headers/body", "reading/rawxml"} {
		read := readCase(b, name)
		documents, options := read.Documents, read.Options
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				compiler.Compile(documents, options)
			}
		})
	}
}

// BenchmarkNewCompiler makes the library of C# types.
func BenchmarkNewCompiler(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		policy.NewCompiler()
	}
}

// instant is a world that costs nothing: what is measured is the policies.
type instant struct {
	now      time.Time
	response *exchange.Response
	counter  any
}

func (i *instant) Now() time.Time                             { return i.now }
func (i *instant) Sleep(context.Context, time.Duration) error { return nil }
func (i *instant) Float64() float64                           { return 0.5 }
func (i *instant) Send(context.Context, *policy.Call) (*exchange.Response, error) {
	return i.response, nil
}

func (i *instant) Get(context.Context, string) (any, bool, error) {
	return i.counter, i.counter != nil, nil
}

func (i *instant) Store(_ context.Context, _ string, v any, _ time.Duration) error {
	i.counter = v
	return nil
}
func (i *instant) Remove(context.Context, string) error { return nil }

// BenchmarkRun takes a request through the policies of a document.
func BenchmarkRun(b *testing.B) {
	for _, name := range []string{"control/round-robin", "control/choose-first-true", "control/retry-next-backend", "headers/body"} {
		read := readCase(b, name)
		documents, options := read.Documents, read.Options
		program, findings := policy.NewCompiler().Compile(documents, options)
		require.NotNil(b, program, findings)
		b.Run(name, func(b *testing.B) {
			i := &instant{now: time.Date(2026, 1, 31, 12, 0, 0, 0, time.UTC), response: &exchange.Response{StatusCode: 200, Reason: "OK"}}
			world := &policy.World{Clock: i, Random: i, Sender: i, Cache: i}
			base := exchange.URL{Scheme: "https", Host: "backend.example", Port: 443, Path: "/openai"}
			url := base
			url.Path = "/openai/chat"
			body := []byte(`{"model":"gpt","messages":[]}`)
			b.ReportAllocs()
			for b.Loop() {
				e := &exchange.Context{
					Request:   &exchange.Request{Method: "POST", URL: url, OriginalURL: url, Body: exchange.NewBody(body)},
					Timestamp: i.now, API: exchange.API{ServiceURL: base},
				}
				if err := program.Run(b.Context(), e, world, nil); err != nil || e.Response == nil || e.LastError != nil {
					b.Fatal(err, e.LastError)
				}
			}
		})
	}
}

// BenchmarkMemory tells the bytes that a compiled document holds: the heap's
// growth over many of them, after collection.
func BenchmarkMemory(b *testing.B) {
	compiler := policy.NewCompiler()
	files, err := filepath.Glob("testdata/conformance/*/*.txt")
	require.NoError(b, err)
	type document struct {
		sources []policy.Source
		options policy.Options
	}
	var documents []document
	for _, file := range files {
		if strings.Contains(file, "validation") {
			continue
		}
		read, err := policytest.Read(file)
		require.NoError(b, err)
		documents = append(documents, document{read.Documents, read.Options})
	}
	const copies = 20
	var before, after runtime.MemStats
	for b.Loop() {
		var programs []*policy.Program
		runtime.GC()
		runtime.ReadMemStats(&before)
		for range copies {
			for _, each := range documents {
				program, _ := compiler.Compile(each.sources, each.options)
				programs = append(programs, program)
			}
		}
		runtime.GC()
		runtime.ReadMemStats(&after)
		b.ReportMetric(float64(after.HeapAlloc-before.HeapAlloc)/float64(len(programs)), "B/document")
		runtime.KeepAlive(programs)
	}
}

// BenchmarkFindings checks 200 KB of mistakes.
func BenchmarkFindings(b *testing.B) {
	compiler := policy.NewCompiler()
	for _, each := range []struct{ name, mistake string }{
		{"unknown policy", "<a/>"},
		{"expression that nothing closes", `<a b="@("/>`},
		{"text that nothing closes", "<a>@(</a>"},
		{"expression with a mistake", `<b a="@(x)"/>`},
		{"missing attribute", "<set-status/>"},
	} {
		text := "<policies><inbound>" + strings.Repeat(each.mistake, 200_000/len(each.mistake)) + "</inbound></policies>"
		b.Run(each.name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				compiler.Compile([]policy.Source{{Scope: policy.API, Text: text}}, policy.Options{})
			}
		})
	}
}
