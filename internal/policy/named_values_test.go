package policy_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/aoai-gateway/aoai-gateway/internal/policy"
)

// A document whose named values were not given can be checked: every attribute of every policy
// may be one.
func TestAnyAttributeMayBeANamedValue(t *testing.T) {
	t.Parallel()
	compiler, tried := policy.NewCompiler(), 0
	for _, each := range policy.Specimens(given) {
		written := " " + each.Attribute + `="` + each.Value + `"`
		if each.Attribute == "" || !strings.Contains(each.Text, written) {
			continue
		}
		tried++
		text := "<policies><" + each.Section + ">" + strings.Replace(each.Text, written, " "+each.Attribute+`="{{later}}"`, 1) + "</" + each.Section + "></policies>"
		_, before := compiler.Compile([]policy.Source{{Scope: policy.Global, Text: "<policies><" + each.Section + ">" + each.Text + "</" + each.Section + "></policies>"}}, policy.Options{Lenient: true})
		_, after := compiler.Compile([]policy.Source{{Scope: policy.Global, Text: text}}, policy.Options{Lenient: true})
		for _, finding := range after {
			if finding.Severity == policy.Refused {
				require.Contains(t, rulesOf(before), finding.Rule, "%s %s: %s\n%s", each.Kind, each.Attribute, finding.Message, text)
			}
		}
	}
	require.Greater(t, tried, 300)
}

func rulesOf(findings policy.Findings) []string {
	var found []string
	for _, each := range findings {
		found = append(found, each.Rule)
	}
	return found
}
