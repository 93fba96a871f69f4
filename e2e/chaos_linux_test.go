package e2e

// Finding all processes of a run takes /proc: this file is for Linux.

import (
	"bufio"
	"errors"
	"flag"
	"fmt"
	"math/rand/v2"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"

	"github.com/aoai-gateway/aoai-gateway/internal/arm"
	"github.com/aoai-gateway/aoai-gateway/sandbox"
	"github.com/aoai-gateway/aoai-gateway/sandbox/azure"
)

var (
	allPoints = flag.Bool("chaos.all", false, "kill at every point instead of a sample")
	chaosSeed = flag.Uint64("chaos.seed", 20261123, "which sample of points to kill at")
)

// samplePoints is how many points of each pattern an ordinary test run kills at.
const samplePoints = 2

// point is a moment at which everything dies: before or after the nth write that
// Resource Manager gets.
type point struct {
	verb, moment string
	write        int
}

// undisturbed is what a pattern comes to when nothing dies.
type undisturbed struct {
	// writes and requests are how many of them Resource Manager gets, resources how many
	// Azure resources the stack has.
	writes, requests perVerb
	resources        int
}

// perVerb is a count for each of the two verbs.
type perVerb struct{ up, destroy int }

func (p point) String() string { return fmt.Sprintf("%s, %s write %d", p.verb, p.moment, p.write) }

// Killed at any point of up or destroy, the CLI, the program, the sandbox and
// aoai at once: recover and up lead to the whole stack again, nothing lost and
// nothing doubled.
func TestKilledRunsRecover(t *testing.T) {
	t.Parallel()
	for pattern, file := range chaosStacks(t) {
		t.Run(pattern, func(t *testing.T) {
			whole := undisturbedRun(t, pattern, file)
			var points []point
			for _, moment := range []string{"before", "after"} {
				for write := 1; write <= whole.writes.up; write++ {
					points = append(points, point{"up", moment, write})
				}
				for write := 1; write <= whole.writes.destroy; write++ {
					points = append(points, point{"destroy", moment, write})
				}
			}
			total := len(points)
			if !*allPoints {
				random := rand.New(rand.NewPCG(*chaosSeed, 0))
				random.Shuffle(total, func(i, j int) { points[i], points[j] = points[j], points[i] })
				points = points[:samplePoints]
			}
			t.Logf("killing everything at %d of %d points (seed %d)", len(points), total, *chaosSeed)
			for _, p := range points {
				t.Run(p.String(), func(t *testing.T) { killAndRecover(t, file, whole, p) })
			}
		})
	}
}

// chaosStacks are the stacks that chaos comes over: one for each pattern and edge.
func chaosStacks(t *testing.T) map[string]string {
	t.Helper()
	return map[string]string{
		"front-door": example("front-door/defaults"), "apim": example("apim/defaults"), "multi-region": example("multi-region/defaults"),
		"application gateway": stackFile(t, strings.Replace(readFile(t, example("front-door/defaults")), "config:\n",
			"config:\n  aoai-gateway:edge: application-gateway\n  aoai-gateway:applicationGateway: { allowHttp: true }\n", 1)),
	}
}

// fromBirth reports whether a service of API Management makes a resource by itself: a
// policy and a subscription, and on classic SKUs samples.
func fromBirth(resource *azure.Resource) bool {
	scope, _ := resource.Properties()["scope"].(string)
	return resource.Type == "Microsoft.ApiManagement/service/policies" || strings.HasSuffix(resource.ID, "/subscriptions/master") ||
		slices.ContainsFunc([]string{"/apis/echo-api", "/products/starter", "/products/unlimited"}, func(sample string) bool {
			return strings.Contains(resource.ID, sample) || strings.HasSuffix(scope, sample)
		})
}

func killAndRecover(t *testing.T, file string, whole undisturbed, p point) {
	w := newWorld(t, file)
	if p.verb == "destroy" {
		w.must(0, "up")
	}
	w.killAt(p)
	w.must(0, "recover", "--purge")
	if p.verb == "destroy" && p.moment == "after" {
		// The other way on: to the end, and from there anew.
		w.must(0, "destroy")
		w.must(0, "recover", "--purge")
	}
	w.must(0, "up")
	w.must(0, "drift")
	w.mustHold(whole.resources)
}

// mustHold wants so many resources in the stack, and the same in Azure, beside what was
// there before: nothing lost, nothing doubled. Nobody may hold the sandbox.
func (w *world) mustHold(resources int) {
	t := w.t
	t.Helper()
	inState, inAzure := map[string]bool{}, map[string]bool{}
	for _, resource := range w.stateResources() {
		if strings.HasPrefix(resource.Type, "azure-native:") {
			inState[arm.Fold(resource.ID)] = true
		}
	}
	for _, resource := range w.stored() {
		seeded := strings.Contains(resource.ID, "contoso")
		if !seeded && !fromBirth(resource) {
			inAzure[arm.Fold(resource.ID)] = true
		}
	}
	for id := range inState {
		if !inAzure[id] {
			t.Errorf("%s is in the stack and not in Azure", id)
		}
	}
	for id := range inAzure {
		if !inState[id] {
			t.Errorf("%s is in Azure and not in the stack", id)
		}
	}
	if len(inState) != resources {
		t.Errorf("the stack has %d resources in Azure instead of %d", len(inState), resources)
	}
}

// undisturbedRuns are those that were made, by pattern: what kills and what troubles both count
// by them.
var undisturbedRuns = struct {
	sync.Mutex

	of map[string]undisturbed
}{of: map[string]undisturbed{}}

// undisturbedRun runs up and destroy once for a pattern, and counts what Resource Manager gets.
func undisturbedRun(t *testing.T, pattern, file string) undisturbed {
	t.Helper()
	undisturbedRuns.Lock()
	defer undisturbedRuns.Unlock()
	if made, found := undisturbedRuns.of[pattern]; found {
		return made
	}
	whole, w := undisturbed{}, newWorld(t, file)
	var writes, requests atomic.Int64
	session, err := sandbox.Join(t.Context(), sandbox.Options{
		Dir: w.dir, SeedFile: w.seed,
		Wrap: func(next http.Handler) http.Handler {
			return http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
				if isWrite(r) {
					writes.Add(1)
				}
				if isRequest(r) {
					requests.Add(1)
				}
				next.ServeHTTP(rw, r)
			})
		},
	})
	if err != nil {
		t.Fatal(err)
	}
	w.must(0, "up")
	whole.writes.up, whole.requests.up = int(writes.Swap(0)), int(requests.Swap(0))
	for _, resource := range w.stateResources() {
		if strings.HasPrefix(resource.Type, "azure-native:") {
			whole.resources++
		}
	}
	w.must(0, "destroy")
	whole.writes.destroy, whole.requests.destroy = int(writes.Load()), int(requests.Load())
	if err := session.Close(); err != nil {
		t.Fatal(err)
	}
	undisturbedRuns.of[pattern] = whole
	return whole
}

// killAt runs a verb against a fragile sandbox, and kills everything when that
// says it has reached the point.
func (w *world) killAt(p point) {
	w.t.Helper()
	fragile := exec.CommandContext(w.t.Context(), os.Args[0])
	fragile.Env = append(os.Environ(), fmt.Sprintf("%s=%s|%s|%d", fragileSandbox, w.dir, p.moment, p.write))
	fragile.Stderr = os.Stderr
	news, err := fragile.StdoutPipe()
	if err != nil {
		w.t.Fatal(err)
	}
	if err := fragile.Start(); err != nil {
		w.t.Fatal(err)
	}
	lines := bufio.NewScanner(news)
	if !lines.Scan() || lines.Text() != "serving" {
		w.t.Fatalf("the fragile sandbox says %q", lines.Text())
	}
	run := exec.CommandContext(w.t.Context(), binary, append([]string{p.verb, "--project", root, "--sandbox", w.dir}, w.flags...)...)
	if err := run.Start(); err != nil {
		w.t.Fatal(err)
	}
	if !lines.Scan() || lines.Text() != "reached" {
		w.t.Fatalf("the fragile sandbox says %q instead of reaching %s", lines.Text(), p)
	}
	for _, process := range append(descendants(w.t, run.Process.Pid), run.Process.Pid, fragile.Process.Pid) {
		// One that has ended by itself meanwhile is dead enough.
		if err := syscall.Kill(process, syscall.SIGKILL); err != nil && !errors.Is(err, syscall.ESRCH) {
			w.t.Fatal(err)
		}
	}
	_ = run.Wait()
	_ = fragile.Wait()
}

// descendants are the processes that pid started, and those that they started.
func descendants(t *testing.T, pid int) []int {
	t.Helper()
	stats, err := filepath.Glob("/proc/[0-9]*/stat")
	if err != nil {
		t.Fatal(err)
	}
	children := map[int][]int{}
	for _, stat := range stats {
		raw, err := os.ReadFile(stat)
		if err != nil {
			continue // it has ended
		}
		// The name, in brackets, may hold spaces; behind it come state and parent.
		fields := strings.Fields(string(raw[strings.LastIndexByte(string(raw), ')')+1:]))
		child, _ := strconv.Atoi(filepath.Base(filepath.Dir(stat)))
		parent, _ := strconv.Atoi(fields[1])
		children[parent] = append(children[parent], child)
	}
	var found []int
	for next := slices.Clone(children[pid]); len(next) > 0; next = next[1:] {
		found = append(found, next[0])
		next = append(next, children[next[0]]...)
	}
	return found
}
