package guardrails

import (
	"errors"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/aoai-gateway/aoai-gateway/mistakes"
)

// A stack's own rules are rules like ours: their ids are unique, waivers can name them, and
// what is wrong with them is told with the place.
func TestOwnRules(t *testing.T) {
	region := Rule{
		ID: "in-europe", Severity: Mandatory, Reason: "data stays in Europe",
		PerResource: func(r Resource, _ Options) []string { return []string{r.Text("location")} },
	}
	waiver := Waiver{Rule: "in-europe", Resource: "test", Reason: "a load test from Asia", Until: "2027-01-31"}
	options := func(change func(*Rule)) Options {
		rule := region
		change(&rule)
		return Options{Rules: []Rule{rule}, Waivers: []Waiver{waiver}, Now: func() time.Time { return time.Date(2026, 11, 28, 12, 0, 0, 0, time.UTC) }}
	}
	for _, c := range []struct {
		reason string
		change func(*Rule)
		path   string
	}{
		{"as it should be", func(*Rule) {}, ""},
		{"the id of one of ours", func(r *Rule) { r.ID = "budget" }, "rules[0].id"},
		{"no id", func(r *Rule) { r.ID = "" }, "rules[0].id"},
		{"a severity that is none", func(r *Rule) { r.Severity = "fatal" }, "rules[0].severity"},
		{"nothing to look with", func(r *Rule) { r.PerResource = nil }, "rules[0].perResource"},
		{"both ways to look", func(r *Rule) { r.Whole = func([]Resource, Options) []string { return nil } }, "rules[0].perResource"},
		{"no reason", func(r *Rule) { r.Reason = "" }, "rules[0].reason"},
	} {
		t.Run(c.reason, func(t *testing.T) {
			err := options(c.change).Validate()
			if c.path == "" {
				require.NoError(t, err)
				return
			}
			var mistake *mistakes.Error
			require.True(t, errors.As(err, &mistake), "%v holds no mistake", err)
			require.Equal(t, c.path, mistake.Path)
		})
	}
	twice := Options{Rules: []Rule{region, region}}
	require.ErrorContains(t, twice.Validate(), `rules[1].id: "in-europe" is the id of another rule already`)
}
