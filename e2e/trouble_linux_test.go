package e2e

import (
	"fmt"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"os/exec"
	"strings"
	"sync"
	"syscall"
	"testing"

	"github.com/aoai-gateway/aoai-gateway/sandbox"
)

// trouble is what a cloud does wrong at one of the requests that a run makes.
type trouble struct {
	verb, kind string
	// request is which one, counted from 1.
	request int
}

func (c trouble) String() string {
	return fmt.Sprintf("%s, %s at request %d", c.verb, c.kind, c.request)
}

// troubles are the kinds: answers that come instead of the work, or after it, and no
// answer at all. Azure's SDK tries 429 and 500 again, three times: they last for longer.
var troubles = []string{"429", "500", "409", "500 after the work", "hang", "hang after the work"}

// outlasts is how many requests a trouble that is tried again lasts for: one and its
// three retries.
const outlasts = 4

// A cloud that throttles, fails, conflicts or hangs, at any request of up or destroy: the
// verb again, after recover where it died, comes to its end. Nothing is lost or doubled.
func TestTroubledCloudConverges(t *testing.T) {
	t.Parallel()
	for pattern, file := range chaosStacks(t) {
		t.Run(pattern, func(t *testing.T) {
			whole := undisturbedRun(t, pattern, file)
			var points []trouble
			for _, kind := range troubles {
				for request := 1; request <= whole.requests.up; request++ {
					points = append(points, trouble{"up", kind, request})
				}
				for request := 1; request <= whole.requests.destroy; request++ {
					points = append(points, trouble{"destroy", kind, request})
				}
			}
			total := len(points)
			if !*allPoints {
				random := rand.New(rand.NewPCG(*chaosSeed, 1))
				random.Shuffle(total, func(i, j int) { points[i], points[j] = points[j], points[i] })
				points = points[:1]
			}
			recovered := 0
			for _, p := range points {
				t.Run(p.String(), func(t *testing.T) { recovered += troubleAndConverge(t, file, whole, p) })
			}
			t.Logf("trouble at %d of %d points (seed %d); %d of them took recover", len(points), total, *chaosSeed, recovered)
		})
	}
}

// troubleAndConverge returns 1 where the verb alone did not lead on.
func troubleAndConverge(t *testing.T, file string, whole undisturbed, p trouble) (recovered int) {
	w := newWorld(t, file)
	if p.verb == "destroy" {
		w.must(0, "up")
	}
	cloud := &troubledCloud{trouble: p, reached: make(chan struct{}), release: make(chan struct{})}
	session, err := sandbox.Join(t.Context(), sandbox.Options{Dir: w.dir, SeedFile: w.seed, Wrap: cloud.wrap})
	if err != nil {
		t.Fatal(err)
	}
	w.runIntoTrouble(cloud)
	// The cloud is well again.
	got := w.aoai(p.verb)
	if got.code != 0 {
		recovered = 1
		w.must(0, "recover", "--purge")
		w.must(0, p.verb)
	}
	if p.verb == "destroy" {
		w.must(0, "recover", "--purge")
		w.must(0, "up")
	}
	w.must(0, "drift")
	if err := session.Close(); err != nil {
		t.Fatal(err)
	}
	w.mustHold(whole.resources)
	return recovered
}

// runIntoTrouble runs the verb, and kills it where the cloud hangs.
func (w *world) runIntoTrouble(cloud *troubledCloud) {
	w.t.Helper()
	run := exec.CommandContext(w.t.Context(), binary, append([]string{cloud.verb, "--project", root, "--sandbox", w.dir}, w.flags...)...)
	if err := run.Start(); err != nil {
		w.t.Fatal(err)
	}
	ended := make(chan struct{})
	go func() {
		_ = run.Wait() // that it fails is what is wanted
		close(ended)
	}()
	select {
	case <-ended:
		w.t.Errorf("the run ended before request %d", cloud.request)
	case <-cloud.reached:
		if strings.HasPrefix(cloud.kind, "hang") {
			for _, process := range append(descendants(w.t, run.Process.Pid), run.Process.Pid) {
				_ = syscall.Kill(process, syscall.SIGKILL) // one that has ended is dead enough
			}
		}
		<-ended
	}
	cloud.heal()
}

// troubledCloud makes trouble once.
type troubledCloud struct {
	trouble

	mutex    sync.Mutex
	requests int
	// path is whose retries fail, too, and left how many of them.
	path string
	left int

	reached, release chan struct{}
}

// heal ends the trouble.
func (c *troubledCloud) heal() {
	c.mutex.Lock()
	defer c.mutex.Unlock()
	c.left = 0
	close(c.release)
}

// strikes counts a request, and reports whether it is in trouble.
func (c *troubledCloud) strikes(r *http.Request) bool {
	c.mutex.Lock()
	defer c.mutex.Unlock()
	c.requests++
	if c.requests == c.request {
		c.path, c.left = r.Method+r.URL.Path, outlasts
		close(c.reached)
	}
	if c.left == 0 || c.path != r.Method+r.URL.Path {
		return false
	}
	c.left--
	if c.kind == "409" {
		c.left = 0
	}
	return true
}

func (c *troubledCloud) wrap(next http.Handler) http.Handler {
	return http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
		if !isRequest(r) || !c.strikes(r) {
			next.ServeHTTP(rw, r)
			return
		}
		if strings.HasSuffix(c.kind, "after the work") {
			next.ServeHTTP(httptest.NewRecorder(), r)
		}
		rw.Header().Set("retry-after-ms", "1")
		switch c.kind {
		case "429":
			http.Error(rw, `{"error":{"code":"TooManyRequests","message":"The cloud is troubled."}}`, http.StatusTooManyRequests)
		case "409":
			http.Error(rw, `{"error":{"code":"Conflict","message":"The cloud is troubled."}}`, http.StatusConflict)
		case "500", "500 after the work":
			http.Error(rw, `{"error":{"code":"InternalServerError","message":"The cloud is troubled."}}`, http.StatusInternalServerError)
		default:
			<-c.release
		}
	})
}

// isRequest tells what a run asks of Azure from what holds the sandbox.
func isRequest(r *http.Request) bool { return strings.HasPrefix(r.URL.Path, "/subscriptions/") }
