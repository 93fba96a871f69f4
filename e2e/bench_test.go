package e2e

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/aoai-gateway/aoai-gateway/internal/arm"
	facts "github.com/aoai-gateway/aoai-gateway/internal/azure"
	"github.com/aoai-gateway/aoai-gateway/internal/engine"
	"github.com/aoai-gateway/aoai-gateway/sandbox"
)

// BenchmarkPatterns measures preview and first up of each pattern, and the same
// number of empty components on the same engine in the same run. It reports seconds,
// the ratio of the two, and the resident size of the largest process of the CLI's
// tree.
func BenchmarkPatterns(b *testing.B) {
	for _, name := range []string{"front-door", "apim"} {
		for _, accounts := range []int{2, 10, 50} {
			b.Run(fmt.Sprintf("%s/accounts=%d", name, accounts), func(b *testing.B) { benchPattern(b, name, accounts) })
		}
	}
}

// BenchmarkRegions measures the same of the pattern multi-region with 30 accounts over
// some regions, each of which has a pool of all of them.
func BenchmarkRegions(b *testing.B) {
	for _, regions := range []int{2, 8, 30} {
		b.Run(fmt.Sprintf("regions=%d", regions), func(b *testing.B) { benchStack(b, regionsFile(b, regions)) })
	}
}

// BenchmarkPrivate measures the same of 30 Foundry accounts behind one gateway, in public and with
// private endpoints: the two tell what private networking adds.
func BenchmarkPrivate(b *testing.B) {
	for _, access := range []string{"public", "private"} {
		b.Run("access="+access, func(b *testing.B) { benchStack(b, privateFile(b, access)) })
	}
}

func benchPattern(b *testing.B, name string, accounts int) {
	b.Helper()
	benchStack(b, accountsFile(b, name, accounts))
}

func benchStack(b *testing.B, file string) {
	b.Helper()
	pattern := newBench(b, root, "aoai-gateway", file)
	// Warms the caches, and tells how many resources the pattern has.
	pattern.measure(b)
	resources := pattern.resources - 1 // the stack itself is one of them
	empty := newBench(b, filepath.Join(root, "e2e", "testdata", "empty"), "empty",
		writeFile(b, fmt.Sprintf("config:\n  empty:count: %d\n", resources)))
	empty.measure(b)
	var ours, baseline measurement
	runs := 0.0
	for b.Loop() {
		ours.add(pattern.measure(b))
		baseline.add(empty.measure(b))
		runs++
	}
	b.ReportMetric(0, "ns/op") // the sum of both says nothing
	b.ReportMetric(float64(resources), "resources")
	b.ReportMetric(ours.preview.Seconds()/runs, "preview-s")
	b.ReportMetric(ours.up.Seconds()/runs, "up-s")
	b.ReportMetric(ours.preview.Seconds()/baseline.preview.Seconds(), "preview-ratio")
	b.ReportMetric(ours.up.Seconds()/baseline.up.Seconds(), "up-ratio")
	b.ReportMetric(ours.megabytes, "MB")
	b.ReportMetric(ours.megabytes/baseline.megabytes, "MB-ratio")
}

// measurement is what some previews and ups took.
type measurement struct {
	preview, up time.Duration
	// megabytes is the largest process's resident size.
	megabytes float64
}

func (m *measurement) add(other measurement) {
	m.preview += other.preview
	m.up += other.up
	m.megabytes = max(m.megabytes, other.megabytes)
}

// bench is one project on the engine, with a stack of its own.
type bench struct {
	project, config string
	env             []string
	cli             string
	resources       int
}

func newBench(b *testing.B, project, name, config string) *bench {
	b.Helper()
	dir := b.TempDir()
	session, err := sandbox.Join(b.Context(), sandbox.Options{Dir: filepath.Join(dir, "sandbox")})
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { _ = session.Close() })
	for _, folder := range []string{"state", "home"} {
		if err := os.Mkdir(filepath.Join(dir, folder), 0o700); err != nil {
			b.Fatal(err)
		}
	}
	made := &bench{project: project, config: config, cli: tools.CLI, env: append(os.Environ(),
		"PATH="+engine.ToolsDir(root)+string(os.PathListSeparator)+os.Getenv("PATH"),
		"PULUMI_BACKEND_URL="+engine.StateURL(dir), "PULUMI_HOME="+filepath.Join(dir, "home"),
		"PULUMI_CONFIG_PASSPHRASE=bench", "PULUMI_SKIP_UPDATE_CHECK=true", "AOAI_PROGRAM_BINARY="+filepath.Join(dir, "program"),
	)}
	build := exec.CommandContext(b.Context(), "go", "build", "-o", filepath.Join(dir, "program"), ".")
	build.Dir = project
	if output, err := build.CombinedOutput(); err != nil {
		b.Fatalf("building the program: %v\n%s", err, output)
	}
	for variable, value := range session.Endpoints.Environment() {
		made.env = append(made.env, variable+"="+value)
	}
	initDir := b.TempDir()
	if err := os.WriteFile(filepath.Join(initDir, "Pulumi.yaml"), []byte("name: "+name+"\nruntime: go\n"), 0o600); err != nil {
		b.Fatal(err)
	}
	made.pulumi(b, initDir, "stack", "init", "bench", "--no-select")
	return made
}

// measure previews, deploys and destroys once; the last is not counted.
func (m *bench) measure(b *testing.B) measurement {
	b.Helper()
	var result measurement
	on := []string{"--stack", "bench", "--config-file", m.config, "--non-interactive"}
	timed := func(args ...string) time.Duration {
		started := time.Now()
		output, megabytes := m.pulumi(b, m.project, append(args, on...)...)
		result.megabytes = max(result.megabytes, megabytes)
		if made := madeResources.FindStringSubmatch(output); made != nil {
			m.resources, _ = strconv.Atoi(made[1])
		} else {
			b.Fatalf("pulumi %s does not tell its resources: %s", args[0], output)
		}
		return time.Since(started)
	}
	result.preview = timed("preview")
	result.up = timed("up", "--yes", "--skip-preview")
	m.pulumi(b, m.project, append([]string{"destroy", "--yes", "--skip-preview"}, on...)...)
	return result
}

// pulumi runs the CLI and returns what it printed and the resident size, in
// megabytes, of the largest process that it or a child of it was.
func (m *bench) pulumi(b *testing.B, dir string, args ...string) (string, float64) {
	b.Helper()
	command := exec.CommandContext(b.Context(), m.cli, args...)
	command.Dir, command.Env = dir, m.env
	output, err := command.CombinedOutput()
	var exit *exec.ExitError
	if errors.As(err, &exit) || err != nil {
		b.Fatalf("pulumi %s: %v\n%s", strings.Join(args, " "), err, output)
	}
	usage, _ := command.ProcessState.SysUsage().(*syscall.Rusage)
	return string(output), float64(usage.Maxrss) / 1024
}

// madeResources is how many the CLI says it made or would make.
var madeResources = regexp.MustCompile(`Resources:\s+\+ (\d+) (?:to create|created)`)

func writeFile(b *testing.B, content string) string {
	b.Helper()
	file := filepath.Join(b.TempDir(), "Pulumi.bench.yaml")
	if err := os.WriteFile(file, []byte(content), 0o600); err != nil {
		b.Fatal(err)
	}
	return file
}

// benchDeployments is the one deployment of each account.
const benchDeployments = "  aoai-gateway:deployments:\n    - { name: gpt-5.4-mini, model: gpt-5.4-mini, version: \"2026-03-17\", sku: GlobalStandard }\n"

// modelRegions are the regions that offer it.
func modelRegions(b *testing.B) []string {
	b.Helper()
	table, err := facts.LoadModels()
	if err != nil {
		b.Fatal(err)
	}
	return table.Find("gpt-5.4-mini", "2026-03-17").Regions["GlobalStandard"]
}

// accountsFile is a stack of that many accounts over all regions, each with one
// deployment.
func accountsFile(b *testing.B, pattern string, accounts int) string {
	b.Helper()
	regions := modelRegions(b)
	var text strings.Builder
	text.WriteString("config:\n  aoai-gateway:pattern: " + pattern + "\n")
	if pattern == "apim" {
		text.WriteString("  aoai-gateway:apim: { publisher: { email: team@contoso.com } }\n")
	}
	text.WriteString(benchDeployments + "  aoai-gateway:openai:\n")
	for i := range accounts {
		fmt.Fprintf(&text, "    - { name: account-%d, region: %s }\n", i, regions[i%len(regions)])
	}
	return writeFile(b, text.String())
}

// regionsFile is a stack of 30 accounts over that many regions with gateways.
func regionsFile(b *testing.B, count int) string {
	b.Helper()
	known, err := arm.Regions()
	if err != nil {
		b.Fatal(err)
	}
	var text strings.Builder
	text.WriteString("config:\n  aoai-gateway:pattern: multi-region\n  aoai-gateway:location: " + known[0].Name + "\n" + benchDeployments +
		"  aoai-gateway:apim:\n    publisher: { email: team@contoso.com }\n    loadBalancing: { strategy: pool }\n    regions:\n")
	for i := 1; i < count; i++ {
		fmt.Fprintf(&text, "      - { location: %s }\n", known[i].Name)
	}
	text.WriteString("  aoai-gateway:openai:\n")
	regions := modelRegions(b)
	for i := range 30 {
		fmt.Fprintf(&text, "    - { name: account-%d, region: %s }\n", i, regions[i%min(count, len(regions))])
	}
	return writeFile(b, text.String())
}

// privateFile is a stack of 30 accounts that are reached in public, or by private endpoints.
func privateFile(b *testing.B, access string) string {
	b.Helper()
	regions := []string{"swedencentral", "francecentral", "polandcentral", "spaincentral"}
	var text strings.Builder
	text.WriteString("config:\n  aoai-gateway:pattern: apim\n  aoai-gateway:network: { access: " + access + " }\n" +
		"  aoai-gateway:deployments:\n    - { name: gpt-5.4-mini, model: gpt-5.4-mini, version: \"2026-03-17\", sku: DataZoneStandard }\n" +
		"  aoai-gateway:apim:\n    sku: StandardV2\n    publisher: { email: team@contoso.com }\n    loadBalancing: { strategy: pool }\n  aoai-gateway:openai:\n")
	for i := range 30 {
		fmt.Fprintf(&text, "    - { name: account-%d, region: %s, kind: foundry }\n", i, regions[i%len(regions)])
	}
	return writeFile(b, text.String())
}
