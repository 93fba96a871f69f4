package expression_test

import (
	"bufio"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/aoai-gateway/aoai-gateway/internal/policy/expression"
	"github.com/aoai-gateway/aoai-gateway/internal/policy/library"
)

// BenchmarkBesideMono evaluates the expressions of BenchmarkExpressions here and, compiled by mcs, in
// Mono, in turns, and reports the medians and their ratio. It needs mono and mcs (Debian's packages
// mono-runtime and mono-mcs), and Newtonsoft.Json.dll, whose path NEWTONSOFT_JSON names: without the
// latter, what reads JSON is left out. -benchtime 200x are 200 turns of two milliseconds each: short
// ones, so that most of them have their core for themselves on a machine that does other work, too.
func BenchmarkBesideMono(b *testing.B) {
	for _, program := range []string{"mono", "mcs"} {
		if _, err := exec.LookPath(program); err != nil {
			b.Skipf("%s is not on the PATH: %v", program, err)
		}
	}
	mono := startMono(b, os.Getenv("NEWTONSOFT_JSON"))
	compiler := expression.NewCompiler(library.New())
	for i, c := range measured() {
		b.Run(c.name, func(b *testing.B) {
			if !mono.has[i] {
				b.Skip("NEWTONSOFT_JSON does not name Newtonsoft.Json.dll")
			}
			compiled, err := compiler.Compile(c.code)
			require.NoError(b, err)
			here := func(times int) float64 {
				env := suiteEnv()
				limits := env.Limits
				start := time.Now()
				for range times {
					env.Limits = limits
					if _, err := compiled.Evaluate(env); err != nil {
						b.Fatal(err)
					}
				}
				return float64(time.Since(start)) / float64(times)
			}
			there := func(times int) float64 { return mono.measure(b, i, times) }
			// Mono compiles a method when it is first called, and never again.
			timesHere, timesThere := enough(here), enough(there)
			var ours, theirs []float64
			for b.Loop() {
				ours, theirs = append(ours, here(timesHere)), append(theirs, there(timesThere))
			}
			b.ReportMetric(0, "ns/op")
			b.ReportMetric(median(ours), "ns-here")
			b.ReportMetric(median(theirs), "ns-mono")
			b.ReportMetric(median(ours)/median(theirs), "ratio")
		})
	}
}

// enough is how often to do something so that it takes one turn.
func enough(do func(times int) float64) int {
	const turn, warm = float64(2 * time.Millisecond), float64(100 * time.Millisecond)
	once := do(100)
	once = do(max(1, int(warm/once)))
	return max(1, int(turn/once))
}

func median(of []float64) float64 {
	sorted := slices.Sorted(slices.Values(of))
	return sorted[len(sorted)/2]
}

// monoProcess evaluates expressions in Mono.
type monoProcess struct {
	in  io.Writer
	out *bufio.Scanner
	// has tells which of the expressions it knows.
	has []bool
}

func startMono(b *testing.B, newtonsoft string) *monoProcess {
	b.Helper()
	dir := b.TempDir()
	source, has := asCSharp(newtonsoft != "")
	require.NoError(b, os.WriteFile(filepath.Join(dir, "Expressions.cs"), []byte(source), 0o600))
	args := []string{"-optimize+", "-out:" + filepath.Join(dir, "expressions.exe"), filepath.Join(dir, "Expressions.cs"), "testdata/mono/Context.cs"}
	if newtonsoft != "" {
		data, err := os.ReadFile(newtonsoft)
		require.NoError(b, err, "NEWTONSOFT_JSON")
		require.NoError(b, os.WriteFile(filepath.Join(dir, "Newtonsoft.Json.dll"), data, 0o600))
		args = append(args, "-define:JSON", "-r:"+filepath.Join(dir, "Newtonsoft.Json.dll"))
	}
	out, err := exec.CommandContext(b.Context(), "mcs", args...).CombinedOutput()
	require.NoError(b, err, string(out))

	command := exec.CommandContext(b.Context(), "mono", filepath.Join(dir, "expressions.exe"))
	command.Stderr = os.Stderr
	in, err := command.StdinPipe()
	require.NoError(b, err)
	results, err := command.StdoutPipe()
	require.NoError(b, err)
	require.NoError(b, command.Start())
	b.Cleanup(func() {
		_ = in.Close()
		_ = command.Wait()
	})
	return &monoProcess{in: in, out: bufio.NewScanner(results), has: has}
}

// asCSharp is a class of the expressions as methods, and which of them are in it.
func asCSharp(withJSON bool) (source string, has []bool) {
	var text strings.Builder
	text.WriteString("using System;\nusing System.Linq;\nusing System.Text.RegularExpressions;\n")
	if withJSON {
		text.WriteString("using Newtonsoft.Json.Linq;\n")
	}
	text.WriteString("public static class Expressions\n{\n    public static readonly Func<IProxyRequestContext, object>[] All =\n    {\n")
	for _, c := range measured() {
		known := withJSON || !strings.Contains(c.code, "JObject")
		has = append(has, known)
		code := c.code[2 : len(c.code)-1]
		switch {
		case !known:
			code = "throw new NotSupportedException();"
		case strings.HasPrefix(c.code, "@("):
			code = "return " + code + ";"
		}
		fmt.Fprintf(&text, "        context => { %s },\n", code)
	}
	text.WriteString("    };\n}\n")
	return text.String(), has
}

// measure is how many nanoseconds Mono takes for one evaluation, as a mean of so many.
func (m *monoProcess) measure(b *testing.B, number, times int) float64 {
	b.Helper()
	_, err := fmt.Fprintln(m.in, number, times)
	require.NoError(b, err)
	require.True(b, m.out.Scan(), "mono ended: %v", m.out.Err())
	nanoseconds, err := strconv.ParseFloat(strings.Fields(m.out.Text())[0], 64)
	require.NoError(b, err)
	return nanoseconds
}
