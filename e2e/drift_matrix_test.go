package e2e

import (
	"bytes"
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"maps"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/aoai-gateway/aoai-gateway/internal/arm"
	"github.com/aoai-gateway/aoai-gateway/sandbox"
)

var wholeMatrix = flag.Bool("drift.all", false, "change every property of every resource type, instead of a sample")

// sampleRounds is how many properties of each resource an ordinary test run changes.
const sampleRounds = 2

// driftStacks are stacks that have every resource type of every pattern between them.
func driftStacks(t *testing.T) map[string]string {
	t.Helper()
	return map[string]string{
		"front-door": example("front-door/maximal"), "front-door behind an Application Gateway": example("front-door/application-gateway"),
		"apim": example("apim/maximal"), "multi-region": example("multi-region/maximal"), "multi-region in networks": example("multi-region/hardened"),
	}
}

// Whatever somebody changes in Azure is found and named, and nothing else is.
func TestDriftMatrix(t *testing.T) {
	for name, file := range driftStacks(t) {
		t.Run(name, func(t *testing.T) {
			m := newMatrix(t, file)
			for round := 1; *wholeMatrix || round <= sampleRounds; round++ {
				if m.round() == 0 {
					break
				}
			}
			m.w.must(0, "drift")
			t.Logf("%s: %d kinds of properties changed in %d types and found, 0 missed; not changed: %d that Azure refuses, %d that it does not tell",
				name, len(m.found), len(m.types), len(m.refused), len(m.untold))
			for _, kind := range slices.Sorted(maps.Keys(m.refused)) {
				t.Logf("refused: %s", kind)
			}
			for _, kind := range slices.Sorted(maps.Keys(m.untold)) {
				t.Logf("not told: %s", kind)
			}
		})
	}
}

// matrix is a deployed stack whose resources are changed behind its back.
type matrix struct {
	t        *testing.T
	w        *world
	session  *sandbox.Session
	contract *arm.Contract
	// found, refused and untold are kinds of properties: a type and a shape. types are
	// those with a change that was found.
	found, refused, untold, types map[string]bool
}

func newMatrix(t *testing.T, file string) *matrix {
	t.Helper()
	contract, err := arm.Load()
	if err != nil {
		t.Fatal(err)
	}
	w := driftWorld(t, file)
	// Long operations end at once: nobody waits for them here.
	session, err := sandbox.Join(t.Context(), sandbox.Options{Dir: w.dir, SeedFile: w.seed, TimeScale: 1e12})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := session.Close(); err != nil {
			t.Error(err)
		}
	})
	w.must(0, "up")
	return &matrix{t, w, session, contract, map[string]bool{}, map[string]bool{}, map[string]bool{}, map[string]bool{}}
}

// driftWorld is one with the seed that a stack needs.
func driftWorld(t *testing.T, file string) *world {
	t.Helper()
	if strings.Contains(file, "front-door") {
		return newWorld(t, file)
	}
	return newSeededWorld(t, file, trafficSeed())
}

// changed is one property that was changed, and how to put it back.
type changed struct {
	resource stateResource
	kind     *arm.ResourceType
	property property
	before   map[string]any
}

// round changes one property of every resource, those that no round has changed yet,
// looks whether all are found, and puts them back. It returns how many that were.
func (m *matrix) round() int {
	m.t.Helper()
	var changes []changed
	resources := m.w.stateResources()
	claimed := map[string]bool{}
	for _, resource := range resources {
		kind, known := m.contract.ByToken(resource.Type)
		if !known {
			continue
		}
		for _, p := range propertiesOf(kind, resource.Inputs) {
			id := resource.Type + " " + p.shape
			if m.found[id] || m.refused[id] || m.untold[id] || claimed[id] {
				continue
			}
			before, outcome := m.change(resource, kind, p, resources)
			if outcome != nil {
				outcome[id] = true
				continue
			}
			claimed[id] = true
			changes = append(changes, changed{resource, kind, p, before})
			break
		}
	}
	if len(changes) == 0 {
		return 0
	}
	m.mustFind(changes)
	for _, each := range slices.Backward(changes) {
		if status, answer := m.ask(http.MethodPut, each.resource.ID, each.kind.APIVersion, each.before); status >= 300 {
			m.t.Logf("%s %s is not put back (%s); up does it", each.resource.ID, each.property.path, answer)
		}
	}
	m.w.must(0, "up")
	return len(changes)
}

// change changes a property. It returns the body that was there before, or where to
// note that the property cannot be changed, or that Azure does not tell it.
func (m *matrix) change(resource stateResource, kind *arm.ResourceType, p property, all []stateResource) (before map[string]any, cannot map[string]bool) {
	m.t.Helper()
	before = m.get(resource.ID, kind.APIVersion)
	value, told := at(before, p.place)
	if !told || value == nil || p.spec.WriteOnly || strings.HasPrefix(fmt.Sprint(value), "{{") {
		return nil, m.untold
	}
	var siblings []string
	if id, isID := value.(string); isID && strings.HasPrefix(id, "/subscriptions/") {
		for _, other := range all {
			if strings.HasPrefix(other.ID, "/subscriptions/") && sameType(other.ID, id) {
				siblings = append(siblings, other.ID)
			}
		}
	}
	for _, other := range others(p, value, siblings) {
		body := copied(before)
		put(body, p.place, other)
		status, _ := m.ask(http.MethodPut, resource.ID, kind.APIVersion, body)
		if status >= 300 {
			continue
		}
		now, _ := at(m.get(resource.ID, kind.APIVersion), p.place)
		if canonicalJSON(now) != canonicalJSON(value) {
			return before, nil
		}
	}
	return nil, m.refused
}

// mustFind wants each change in the report, and nothing in it that has no reason.
func (m *matrix) mustFind(changes []changed) {
	m.t.Helper()
	report := m.drift()
	touched := map[string]bool{}
	for _, each := range changes {
		touched[arm.Fold(each.resource.ID)] = true
		named := slices.ContainsFunc(report, func(d driftEntry) bool {
			return strings.EqualFold(d.ID, each.resource.ID) && d.Cause == "changed outside" && (d.Property == each.property.path ||
				strings.HasPrefix(d.Property, each.property.path+"[") || strings.HasPrefix(each.property.path, d.Property))
		})
		if !named {
			m.t.Errorf("missed: %s of %s (%s)", each.property.path, each.resource.ID, each.resource.Type)
			continue
		}
		m.found[each.resource.Type+" "+each.property.shape] = true
		m.types[each.resource.Type] = true
	}
	for _, entry := range report {
		if !touched[arm.Fold(entry.ID)] {
			m.t.Errorf("a false alarm: %+v", entry)
		}
	}
}

// driftEntry is a difference as drift prints it.
type driftEntry struct {
	Resource, Type, ID, Property, Cause, Operation string
	Wanted, Found                                  any
}

func (m *matrix) drift() []driftEntry {
	m.t.Helper()
	var report struct{ Drift []driftEntry }
	got := m.w.must(7, "drift", "--json")
	if err := json.Unmarshal([]byte(got.stdout), &report); err != nil {
		m.t.Fatalf("drift --json prints no JSON: %v: %s", err, got)
	}
	return report.Drift
}

// get reads a resource; the test ends if there is none.
func (m *matrix) get(id, apiVersion string) map[string]any {
	m.t.Helper()
	status, answer := m.ask(http.MethodGet, id, apiVersion, nil)
	var body map[string]any
	if err := json.Unmarshal([]byte(answer), &body); err != nil || status != http.StatusOK {
		m.t.Fatalf("reading %s: %d %s", id, status, answer)
	}
	return body
}

// ask sends a request to Resource Manager, as any tool of Azure's would.
func (m *matrix) ask(method, id, apiVersion string, body map[string]any) (status int, answer string) {
	m.t.Helper()
	var content io.Reader
	if body != nil {
		raw, err := json.Marshal(body)
		if err != nil {
			m.t.Fatal(err)
		}
		content = bytes.NewReader(raw)
	}
	request, err := http.NewRequestWithContext(m.t.Context(), method, m.session.Endpoints.ARM+id+"?api-version="+apiVersion, content)
	if err != nil {
		m.t.Fatal(err)
	}
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		m.t.Fatal(err)
	}
	defer func() { _ = response.Body.Close() }()
	raw, err := io.ReadAll(response.Body)
	if err != nil {
		m.t.Fatal(err)
	}
	return response.StatusCode, string(raw)
}

func sameType(one, other string) bool {
	a, errA := arm.ParseID(one)
	b, errB := arm.ParseID(other)
	return errA == nil && errB == nil && strings.EqualFold(a.Type(), b.Type())
}

func copied(body map[string]any) map[string]any {
	var clone map[string]any
	if err := json.Unmarshal([]byte(canonicalJSON(body)), &clone); err != nil {
		panic(err) // what came as JSON is JSON
	}
	return clone
}

func canonicalJSON(value any) string {
	raw, err := json.Marshal(value)
	if err != nil {
		panic(err) // what came as JSON is JSON
	}
	return string(raw)
}

// Answers that begin to look otherwise, although nobody has changed anything, are no
// drift: all that is known of it at once, on every stack.
func TestDriftIsSilentOnNoise(t *testing.T) {
	for name, file := range driftStacks(t) {
		t.Run(name, func(t *testing.T) {
			w := driftWorld(t, file)
			w.must(0, "up")
			session, err := sandbox.Join(t.Context(), sandbox.Options{Dir: w.dir, SeedFile: w.seed, Noisy: true})
			if err != nil {
				t.Fatal(err)
			}
			defer func() {
				if err := session.Close(); err != nil {
					t.Error(err)
				}
			}()
			var report struct {
				Drift   []driftEntry
				Ignored []struct{ Resource, Property, Why string }
			}
			got := w.aoai("drift", "--json")
			if err := json.Unmarshal([]byte(got.stdout), &report); err != nil {
				t.Fatalf("drift --json prints no JSON: %v: %s", err, got)
			}
			reasons := map[string]int{}
			for _, each := range report.Ignored {
				reasons[each.Why]++
			}
			t.Logf("%s: %d false alarms, %d differences of noise left out: %v", name, len(report.Drift), len(report.Ignored), reasons)
			for _, alarm := range report.Drift {
				t.Errorf("a false alarm: %+v", alarm)
			}
			if len(report.Ignored) < 10 {
				t.Error("there is hardly any noise: the test proves nothing")
			}
		})
	}
}
