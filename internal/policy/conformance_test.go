package policy_test

import (
	"context"
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/txtar"
	"github.com/stretchr/testify/require"

	"github.com/aoai-gateway/aoai-gateway/internal/policy"
	"github.com/aoai-gateway/aoai-gateway/internal/policy/script"
)

var update = flag.Bool("update", false, "write what the policies do into the conformance files, for review")

// TestConformance runs every file of testdata/conformance. A file begins with the
// rule that it proves and the source of that rule. Its parts are documents
// (global, product, api, operation, `fragment ID`, values, options), what
// happens (script, request), and what is expected: exchange, trace, findings.
func TestConformance(t *testing.T) {
	t.Parallel()
	files, err := filepath.Glob("testdata/conformance/*/*.txt")
	require.NoError(t, err)
	require.NotEmpty(t, files)
	compiler := policy.NewCompiler()
	for _, file := range files {
		t.Run(strings.TrimSuffix(strings.TrimPrefix(filepath.ToSlash(file), "testdata/conformance/"), ".txt"), func(t *testing.T) {
			t.Parallel()
			archive, err := txtar.ParseFile(file)
			require.NoError(t, err)
			head := string(archive.Comment)
			require.Contains(t, head, "# rule: ", "a file says what it proves")
			require.Contains(t, head, "# source: ", "a file says where its rule comes from")
			got := runCase(t, compiler, archive)
			if *update {
				writeCase(t, file, archive, got)
				return
			}
			for _, part := range expectedParts {
				want := section(archive, part)
				if want == "" && part != "findings" {
					continue
				}
				require.Equal(t, want, got[part], "%s\n%s", part, head)
			}
		})
	}
}

var expectedParts = []string{"findings", "exchange", "trace", "explain"}

func section(archive *txtar.Archive, name string) string {
	for _, file := range archive.Files {
		if file.Name == name {
			return string(file.Data)
		}
	}
	return ""
}

// sources are the documents of a case, and how they are compiled.
func sources(t testing.TB, archive *txtar.Archive) ([]policy.Source, policy.Options) {
	t.Helper()
	options := policy.Options{Fragments: map[string]string{}, NamedValues: map[string]string{}}
	var documents []policy.Source
	for _, file := range archive.Files {
		text := strings.TrimSuffix(string(file.Data), "\n")
		kind, id, _ := strings.Cut(file.Name, " ")
		switch kind {
		case "global", "workspace", "product", "api", "operation":
			documents = append(documents, policy.Source{Scope: policy.Scope(kind), Text: text})
		case "fragment":
			options.Fragments[id] = text
		case "values":
			for line := range strings.Lines(text) {
				name, value, _ := strings.Cut(strings.TrimSuffix(line, "\n"), "=")
				options.NamedValues[name] = value
			}
		case "options":
			for line := range strings.Lines(text) {
				setOption(t, &options, strings.TrimSpace(line))
			}
		}
	}
	return documents, options
}

func setOption(t testing.TB, options *policy.Options, line string) {
	t.Helper()
	name, value, _ := strings.Cut(line, " ")
	switch name {
	case "backends":
		options.Backends = strings.Fields(value)
	case "loggers":
		options.Loggers = strings.Fields(value)
	case "consumption":
		options.Consumption = true
	case "lenient":
		options.Lenient = true
	case "rawxml":
		options.Switches.Rawxml = true
	case "no-response-after-transport-failure":
		options.Switches.NoResponseAfterTransportFailure = true
	case "miss-sets-null":
		options.Switches.MissSetsNull = true
	case "pool-exhausted-reason":
		options.Switches.PoolExhaustedReason = value
	case "unavailable-is-error":
		options.Switches.UnavailableIsError = true
	case "strict-text":
		options.Switches.StrictText = true
	case "set-header-beside-variable":
		options.Switches.SetHeaderBesideVariable = true
	case "exponential-from-interval":
		options.Switches.ExponentialFromInterval = true
	default:
		t.Fatalf("option %q is not known", line)
	}
}

// runCase compiles the documents and takes each request through them; requests
// are parted by a line of ====.
func runCase(t *testing.T, compiler *policy.Compiler, archive *txtar.Archive) map[string]string {
	t.Helper()
	documents, options := sources(t, archive)
	program, findings := compiler.Compile(documents, options)
	got := map[string]string{}
	for _, finding := range findings {
		got["findings"] += finding.String() + "\n"
	}
	requests := section(archive, "request")
	if program == nil {
		require.Empty(t, requests, "the documents cannot be run:\n%s", got["findings"])
		return got
	}
	got["explain"] = program.Explain()
	if requests == "" {
		return got
	}
	written, err := script.Parse(section(archive, "script"))
	require.NoError(t, err)
	world := script.New(written)
	for text := range strings.SplitSeq(requests, "====\n") {
		request, err := script.ParseRequest(text)
		require.NoError(t, err)
		var trace policy.Trace
		record, err := world.Run(context.Background(), program, request, &trace)
		require.NoError(t, err)
		if got["exchange"] != "" {
			got["exchange"] += "====\n"
			got["trace"] += "====\n"
		}
		got["exchange"] += record
		got["trace"] += trace.String()
	}
	return got
}

// writeCase writes what happened into the parts that the file asks for; the
// exchange is always one of them.
func writeCase(t *testing.T, file string, archive *txtar.Archive, got map[string]string) {
	t.Helper()
	kept := archive.Files[:0]
	asked := map[string]bool{"exchange": got["exchange"] != "", "findings": got["findings"] != ""}
	for _, each := range archive.Files {
		switch each.Name {
		case "trace", "explain":
			asked[each.Name] = true
		case "exchange", "findings":
		default:
			kept = append(kept, each)
		}
	}
	for _, part := range expectedParts {
		if asked[part] {
			kept = append(kept, txtar.File{Name: part, Data: []byte(got[part])})
		}
	}
	archive.Files = kept
	require.NoError(t, os.WriteFile(file, txtar.Format(archive), 0o600))
}
