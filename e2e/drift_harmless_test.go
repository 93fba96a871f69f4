package e2e

import (
	"encoding/json"
	"net/http"
	"regexp"
	"strconv"
	"strings"
)

// harmless writes what Azure takes for the same in another form, everywhere at once: nothing
// of it is drift.
func (m *matrix) harmless() {
	m.t.Helper()
	written := map[string]int{}
	for _, resource := range m.w.stateResources() {
		kind, known := m.contract.ByToken(resource.Type)
		if !known {
			continue
		}
		for _, p := range propertiesOf(kind, resource.Inputs) {
			body := copied(armBody(m.t, m.session.Endpoints.ARM, resource.ID, kind.APIVersion))
			value, told := at(body, p.place)
			text, isText := value.(string)
			if !told || !isText || p.spec.WriteOnly {
				continue
			}
			form, other := "duration", inSeconds(text)
			if other == "" && len(p.spec.Enum) > 0 {
				form, other = "case", strings.ToLower(text)
			}
			if other == "" || other == text {
				continue
			}
			put(body, p.place, other)
			// Where Azure refuses the other form, nobody has written it.
			if status, _ := askARM(m.t, http.MethodPut, m.session.Endpoints.ARM, resource.ID, kind.APIVersion, body); status < 300 {
				written[form]++
			}
		}
	}
	got := m.w.aoai("drift", "--json")
	var report struct{ Drift []driftEntry }
	if err := json.Unmarshal([]byte(got.stdout), &report); err != nil {
		m.t.Fatalf("drift --json prints no JSON: %v: %s", err, got)
	}
	for _, alarm := range report.Drift {
		m.t.Errorf("a false alarm after a harmless write: %+v", alarm)
	}
	if written["case"] == 0 {
		m.t.Error("nothing was written in another form: this proves nothing")
	}
	m.t.Logf("%d false alarms after harmless writes: %v", len(report.Drift), written)
}

var minutes = regexp.MustCompile(`^PT(\d+)M$`)

// inSeconds is a duration of whole minutes in seconds; "" for what is none.
func inSeconds(text string) string {
	parts := minutes.FindStringSubmatch(text)
	if parts == nil {
		return ""
	}
	n, err := strconv.Atoi(parts[1])
	if err != nil {
		return ""
	}
	return "PT" + strconv.Itoa(60*n) + "S"
}
