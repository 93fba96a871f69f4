package guardrails

import (
	"testing"

	"github.com/stretchr/testify/require"
)

// Where a rule on demand holds, and how much.
func TestRulesOnDemand(t *testing.T) {
	rule := ruleOf(t, "no-public-access")
	demand := []string{"no-public-access"}
	for _, c := range []struct {
		reason  string
		options Options
		want    Severity
	}{
		{"nobody asks for it", Options{Environment: Production}, ""},
		{"production refuses", Options{Environment: Production, Demand: demand}, Mandatory},
		{"staging warns", Options{Environment: Staging, Demand: demand}, Advisory},
		{"development is left alone", Options{Environment: Development, Demand: demand}, ""},
	} {
		require.Equal(t, c.want, rule.severityIn(c.options), c.reason)
	}
	require.NoError(t, Options{Demand: demand}.Validate())
	require.ErrorContains(t, Options{Demand: []string{"no-public-acces"}}.Validate(), `demand[0]: "no-public-acces" is not allowed; one of no-public-access; did you mean "no-public-access"?`)
	require.ErrorContains(t, Options{Demand: []string{"budget"}}.Validate(), `demand[0]: "budget" is not allowed`, "a rule that holds anyway")
	require.ErrorContains(t, Options{Demand: append(demand, demand...)}.Validate(), `demand[1]: "no-public-access" stands there twice`)
}
