package policy_test

import (
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/aoai-gateway/aoai-gateway/internal/policy"
)

// Why the table of attributes differs from the service's schemas.
const (
	byReference = "Microsoft's reference requires it"
	optional    = "Microsoft's reference has a default, and documents in use leave it out"
	documented  = "Microsoft's reference has it"
	choices     = "Microsoft's reference lists these values alone"
	newer       = "the reference does not have this value, and does not say what it does"
	liquidCase  = "Microsoft's reference writes Liquid, the schemas liquid"
	either      = "Microsoft's reference takes a text in its place"
)

// deviations are the attributes of which the table says something else than the schemas.
var deviations = map[string]string{
	"authentication-managed-identity resource": byReference, "ip-filter action": byReference, "quota renewal-period": byReference, "quota-by-key renewal-period": byReference,
	"rate-limit calls": byReference, "rate-limit renewal-period": byReference, "set-status code": byReference,
	"validate-azure-ad-token/required-claims/claim name": byReference, "validate-jwt/required-claims/claim name": byReference,
	"authentication-basic password": optional, "wait for": optional, "validate-azure-ad-token/decryption-keys/key certificate-id": either,
	"quota/api renewal-period": documented, "quota/api/operation renewal-period": documented,
	"forward-request http-version": choices, "get-authorization-context identity-type": choices,
	"invoke-dapr-binding template": liquidCase, "publish-to-dapr template": liquidCase, "invoke-dapr-binding content-type": documented,
	"validate-graphql-request/authorize/rule action": "Microsoft's reference has ignore, too",
	"azure-openai-token-limit token-quota-period":    newer, "llm-token-limit token-quota-period": newer,
}

// elements of the schemas that are not in the table, with the reason.
var elementsBeyond = map[string]string{
	"set-url":          "it is a part of other policies",
	"include-fragment": "it is pasted before policies are checked",
}

// The one table of attributes says what the service's schemas say: which attributes there are,
// what is required, and what values are allowed. Every deviation has its reason.
func TestTableFollowsSchemas(t *testing.T) {
	t.Parallel()
	data, err := os.ReadFile("testdata/schemas.tsv")
	require.NoError(t, err)
	table := policy.AttributeTable()
	seen, deviates := map[string]bool{}, map[string]bool{}
	for line := range strings.Lines(string(data)) {
		if strings.HasPrefix(line, "#") {
			continue
		}
		fields := append(strings.Split(strings.TrimSuffix(line, "\n"), "\t"), "", "", "")
		element, name := fields[0], fields[1]
		if isBeyond(table, element) {
			continue
		}
		at := element + " " + name
		seen[at] = true
		got, known := table[element][name]
		if !known || got.Required != (fields[3] == "required") || !slices.Equal(sortedWords(got.Choices), sortedWords(strings.Fields(strings.TrimPrefix(fields[2], "one of "))[:countOf(fields[2])])) {
			require.Contains(t, deviations, at, "the schema says %s, the table %+v", line, got)
			deviates[at] = true
		}
	}
	for element, attributes := range table {
		for name := range attributes {
			if at := element + " " + name; !seen[at] && schemasHave(string(data), element) {
				require.Contains(t, deviations, at, "the schemas do not have %s", at)
				deviates[at] = true
			}
		}
	}
	for at := range deviations {
		require.True(t, deviates[at], "%s deviates no more", at)
	}
}

func isBeyond(table map[string]map[string]policy.AttributeRow, element string) bool {
	if _, known := table[element]; known {
		return false
	}
	for prefix := range elementsBeyond {
		if element == prefix || strings.HasPrefix(element, prefix+"/") {
			return true
		}
	}
	// The children of policies that cannot be run are not looked at.
	root, _, nested := strings.Cut(element, "/")
	_, known := policy.Kinds()
	return nested && slices.Contains(known, root)
}

func schemasHave(data, element string) bool {
	root, _, _ := strings.Cut(element, "/")
	return strings.Contains(data, "\n"+root+"\t") || strings.Contains(data, "\n"+root+"/")
}

func countOf(kind string) int {
	if listed, ok := strings.CutPrefix(kind, "one of "); ok {
		return len(strings.Fields(listed))
	}
	return 0
}

func sortedWords(words []string) []string { return slices.Sorted(slices.Values(words)) }
