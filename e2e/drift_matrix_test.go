package e2e

import (
	"encoding/json"
	"flag"
	"fmt"
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
const sampleRounds = 1

// driftStacks are stacks that have every resource type of every pattern between them.
func driftStacks(t *testing.T) map[string]string {
	t.Helper()
	return map[string]string{
		"front-door": example("front-door/maximal"), "front-door behind an Application Gateway": example("front-door/application-gateway"),
		"apim": example("apim/maximal"), "multi-region": example("multi-region/maximal"), "multi-region in networks": example("multi-region/hardened"),
		"private": example("multi-region/private"), "a gateway in a network": example("apim/private-internal"),
	}
}

// Whatever somebody changes, deletes or adds in Azure is found and named, and nothing else
// is, however Azure puts its answers.
func TestDriftMatrix(t *testing.T) {
	t.Parallel()
	put := map[string]bool{}
	for name, file := range driftStacks(t) {
		t.Run(name, func(t *testing.T) {
			m := newMatrix(t, file)
			m.noise()
			m.changes()
			m.harmless()
			m.deletions()
			for _, each := range m.additions() {
				put[each] = true
			}
		})
	}
	for _, each := range additions() {
		if !put[each.String()] {
			t.Errorf("no stack has a place for %s", each)
		}
	}
}

// changes sets one property of every resource a round to something else, and back. That no
// drift is left, harmless finds.
func (m *matrix) changes() {
	for round := 1; *wholeMatrix || round <= sampleRounds; round++ {
		if m.round() == 0 {
			break
		}
	}
	m.t.Logf("%d kinds of properties changed in %d types and found; %d not changed", len(m.found), len(m.types), len(m.unchanged))
	for _, kind := range slices.Sorted(maps.Keys(m.unchanged)) {
		m.t.Logf("not changed: %s: %s", kind, m.unchanged[kind])
	}
}

// noise lets Azure's answers begin to look otherwise, although nobody has changed
// anything: all that is known of it at once, and no drift.
func (m *matrix) noise() {
	m.join(true)
	var report struct {
		Drift   []driftEntry
		Ignored []struct{ Resource, Property, Why string }
	}
	got := m.w.aoai("drift", "--json")
	if err := json.Unmarshal([]byte(got.stdout), &report); err != nil {
		m.t.Fatalf("drift --json prints no JSON: %v: %s", err, got)
	}
	for _, alarm := range report.Drift {
		m.t.Errorf("a false alarm: %+v", alarm)
	}
	if len(report.Ignored) < 10 {
		m.t.Error("there is hardly any noise: this proves nothing")
	}
	m.t.Logf("%d false alarms, %d differences of noise left out", len(report.Drift), len(report.Ignored))
	m.join(false)
}

// matrix is a deployed stack whose resources are changed behind its back.
type matrix struct {
	t        *testing.T
	w        *world
	session  *sandbox.Session
	contract *arm.Contract
	// found are kinds of properties, a type and a shape, with a change that was found, and
	// types the types of those; unchanged are the others, with the reason.
	found, types map[string]bool
	unchanged    map[string]string
}

func newMatrix(t *testing.T, file string) *matrix {
	t.Helper()
	contract, err := arm.Load()
	if err != nil {
		t.Fatal(err)
	}
	m := &matrix{t: t, w: driftWorld(t, file), contract: contract, found: map[string]bool{}, types: map[string]bool{}, unchanged: map[string]string{}}
	m.join(false)
	t.Cleanup(m.leave)
	m.w.must(0, "up")
	return m
}

// join holds the sandbox, noisy or not.
func (m *matrix) join(noisy bool) {
	m.t.Helper()
	m.leave()
	var err error
	// Long operations end at once: nobody waits for them here.
	m.session, err = sandbox.Join(m.t.Context(), sandbox.Options{Dir: m.w.dir, SeedFile: m.w.seed, TimeScale: 1e12, Noisy: noisy})
	if err != nil {
		m.t.Fatal(err)
	}
}

func (m *matrix) leave() {
	if m.session == nil {
		return
	}
	if err := m.session.Close(); err != nil {
		m.t.Error(err)
	}
	m.session = nil
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
	// What depends on others comes first: a change of those may forbid any to it.
	for _, resource := range slices.Backward(resources) {
		kind, known := m.contract.ByToken(resource.Type)
		if !known {
			continue
		}
		for _, p := range propertiesOf(kind, resource.Inputs) {
			id := resource.Type + " " + p.shape
			if m.found[id] || m.unchanged[id] != "" || claimed[id] {
				continue
			}
			before, cannot := m.change(resource, kind, p, resources)
			if cannot != "" {
				m.unchanged[id] = strings.TrimSpace(cannot)
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
	back := true
	for _, each := range slices.Backward(changes) {
		if status, answer := askARM(m.t, http.MethodPut, m.session.Endpoints.ARM, each.resource.ID, each.kind.APIVersion, each.before); status >= 300 {
			m.t.Logf("%s %s is not put back (%s); up does it", each.resource.ID, each.property.path, answer)
			back = false
		}
	}
	if !back {
		m.w.must(0, "up")
	}
	return len(changes)
}

// untoldValue says that Azure does not answer a property, so that nobody can see a change.
const untoldValue = "Azure does not tell it"

// change changes a property. It returns the body that was there before, or why the
// property cannot be changed.
func (m *matrix) change(resource stateResource, kind *arm.ResourceType, p property, all []stateResource) (before map[string]any, cannot string) {
	m.t.Helper()
	before = armBody(m.t, m.session.Endpoints.ARM, resource.ID, kind.APIVersion)
	value, told := at(before, p.place)
	if strings.HasSuffix(resource.Type, ":Logger") && p.path == "isBuffered" {
		return nil, "Azure answers false whatever is written: known noise"
	}
	if !told || value == nil || p.spec.WriteOnly || strings.HasPrefix(fmt.Sprint(value), "{{") {
		return nil, untoldValue
	}
	var siblings []string
	if id, isID := value.(string); isID && strings.HasPrefix(id, "/subscriptions/") {
		for _, other := range all {
			if strings.HasPrefix(other.ID, "/subscriptions/") && sameType(other.ID, id) {
				siblings = append(siblings, other.ID)
			}
		}
	}
	const kept = "Azure keeps the value"
	cannot = kept
	for _, other := range others(p, value, siblings) {
		body := copied(before)
		put(body, p.place, other)
		status, answer := askARM(m.t, http.MethodPut, m.session.Endpoints.ARM, resource.ID, kind.APIVersion, body)
		if status >= 300 {
			if cannot == kept { // the likeliest value says most
				cannot = answer
			}
			continue
		}
		now, _ := at(armBody(m.t, m.session.Endpoints.ARM, resource.ID, kind.APIVersion), p.place)
		if canonicalJSON(now) != canonicalJSON(value) {
			return before, ""
		}
	}
	return nil, cannot
}

// mustFind wants each change in the report, and nothing in it that has no reason.
func (m *matrix) mustFind(changes []changed) {
	m.t.Helper()
	report := m.drift()
	for _, each := range changes {
		kind := each.resource.Type + " " + each.property.shape
		if !slices.ContainsFunc(report, each.isToldBy) {
			m.t.Errorf("missed: %s of %s (%s)", each.property.path, each.resource.ID, each.resource.Type)
			m.unchanged[kind] = "missed"
			continue
		}
		m.found[kind] = true
		m.types[each.resource.Type] = true
	}
	for _, entry := range report {
		if !slices.ContainsFunc(changes, func(c changed) bool { return c.isToldBy(entry) || c.isFollowedBy(entry) }) {
			m.t.Errorf("a false alarm: %+v", entry)
		}
	}
}

// isToldBy reports whether a difference is the change: at its property, above it or below.
func (c changed) isToldBy(entry driftEntry) bool {
	path := c.property.path
	if strings.HasPrefix(path, "subnets[") && strings.HasPrefix(arm.Fold(entry.ID), arm.Fold(c.resource.ID)+"/subnets/") {
		return entry.Cause == "changed outside" // a network's subnet is a resource of its own, and told there
	}
	return strings.EqualFold(entry.ID, c.resource.ID) && entry.Cause == "changed outside" && entry.Property != "" &&
		(entry.Property == path || strings.HasPrefix(entry.Property, path+"[") || strings.HasPrefix(path, entry.Property) ||
			strings.NewReplacer(`["`, ".", `"]`, "").Replace(path) == entry.Property)
}

// followers are properties that Azure changes with another one of the same resource, the
// end of the one's path by that of the other's. Drift tells both: both have changed.
var followers = map[string]string{
	"sku.capacity": "properties.currentCapacity", "dnsSettings.domainNameLabel": "dnsSettings.fqdn", "].name": "].id",
	"retentionDescription.retentionTimeInHours": "messageRetentionInDays",
	"secret": "value", // of a secret Azure tells no value
}

// isFollowedBy reports whether a difference is what Azure makes of the change.
func (c changed) isFollowedBy(entry driftEntry) bool {
	if !strings.EqualFold(entry.ID, c.resource.ID) {
		return false
	}
	for of, follower := range followers {
		if above, is := strings.CutSuffix(c.property.path, of); is && entry.Property == above+follower {
			return true
		}
	}
	return false
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
