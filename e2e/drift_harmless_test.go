package e2e

import (
	"encoding/json"
	"net/http"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/aoai-gateway/aoai-gateway/internal/arm"
)

// harmless writes what Azure takes for the same in another form, everywhere at once: nothing
// of it is drift, and nothing of what changes has put back.
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
	m.writeEmpties(written)
	got := m.w.aoai("drift", "--json")
	var report struct{ Drift []driftEntry }
	if err := json.Unmarshal([]byte(got.stdout), &report); err != nil {
		m.t.Fatalf("drift --json prints no JSON: %v: %s", err, got)
	}
	for _, alarm := range report.Drift {
		m.t.Errorf("a false alarm after a harmless write: %+v", alarm)
	}
	if written["case"] == 0 || written["empty"] == 0 {
		m.t.Error("nothing was written in another form: this proves nothing")
	}
	m.t.Logf("%d false alarms after harmless writes: %v", len(report.Drift), written)
}

// writeEmpties gives every list and text that a resource was deployed without, one after the
// other, as an empty one.
func (m *matrix) writeEmpties(written map[string]int) {
	m.t.Helper()
	for _, resource := range m.w.stateResources() {
		kind, known := m.contract.ByToken(resource.Type)
		if !known || kind.Path == "" {
			continue
		}
		for name, spec := range kind.Inputs.Properties {
			empty, takesOne := emptyOf(spec)
			if _, given := resource.Inputs[name]; given || !takesOne || slices.Contains(kind.PathParams, name) {
				continue
			}
			body := copied(armBody(m.t, m.session.Endpoints.ARM, resource.ID, kind.APIVersion))
			place := names(spec.ARM)
			if parent, there := at(body, place[:len(place)-1]); !there || parent == nil {
				continue
			}
			if _, told := at(body, place); told {
				continue
			}
			put(body, place, empty)
			if status, _ := askARM(m.t, http.MethodPut, m.session.Endpoints.ARM, resource.ID, kind.APIVersion, body); status < 300 {
				written["empty"]++
			}
		}
	}
}

// emptyOf is an empty value that the contract allows; false for none.
func emptyOf(spec *arm.Property) (any, bool) {
	if spec.Required || spec.WriteOnly || spec.ARM == "" {
		return nil, false
	}
	switch {
	case spec.Type == "array" && spec.MinItems == nil:
		return []any{}, true
	case spec.Type == "string" && len(spec.Enum) == 0 && spec.Pattern == "" && spec.MinLength == nil:
		return "", true
	}
	return nil, false
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
