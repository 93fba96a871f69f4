package policy_test

import (
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/aoai-gateway/aoai-gateway/internal/policy"
)

// childDeviations are the children of which the table says something else than the schemas.
var childDeviations = map[string]string{
	"azure-openai-emit-token-metric dimension": byReference, "emit-metric dimension": byReference, "llm-emit-token-metric dimension": byReference,
	"llm-content-safety/blocklists id":          "Microsoft's reference has a list of them",
	"send-request authentication-basic":         documented,
	"send-one-way-request authentication-basic": documented,
	"trace message":                             "one trace has one message",
}

// The one table of policies says what the service's schemas say of children: which there are,
// how many, and whether their order counts. Every deviation has its reason.
func TestChildrenFollowSchemas(t *testing.T) {
	t.Parallel()
	table, anyOrder := policy.ChildTable()
	seen, deviates, orders := map[string]bool{}, map[string]bool{}, map[string]string{}
	for _, fields := range rows(t, "testdata/schema-children.tsv") {
		element, name, order, least, most := fields[0], fields[1], fields[2], fields[3], fields[4]
		children, known := table[element]
		if !known {
			continue
		}
		at := element + " " + name
		seen[at], orders[element] = true, order
		got, has := children[name]
		limit, _ := strconv.Atoi(most)
		same := has && got.Required == (least != "0") && got.Many == (most != "1")
		if limit > 1 {
			same = same && got.Most == limit
		}
		if !same {
			require.Contains(t, childDeviations, at, "the schema says %v, the table %+v", fields, got)
			deviates[at] = true
		}
	}
	for element, children := range table {
		for name := range children {
			if at := element + " " + name; !seen[at] && orders[element] != "" {
				require.Contains(t, childDeviations, at, "the schemas do not have %s", at)
				deviates[at] = true
			}
		}
		// One child has no order; choose and the like are sequences.
		if order := orders[element]; order != "" && len(children) > 1 && !strings.Contains(element, "/") {
			require.Equal(t, order != "sequence", anyOrder[element], "%s is a %s", element, order)
		}
	}
	for at := range childDeviations {
		require.True(t, deviates[at], "%s deviates no more", at)
	}
}

// typeDeviations are the attributes that are held to more than the schemas say.
var typeDeviations = map[string]string{
	"llm-content-safety shield-prompt": "Microsoft's reference says Boolean", "azure-openai-semantic-cache-lookup ignore-system-messages": "Microsoft's reference says Boolean",
	"llm-semantic-cache-lookup ignore-system-messages": "Microsoft's reference says Boolean", "azure-openai-semantic-cache-lookup max-message-count": "Microsoft's reference says a number",
	"llm-semantic-cache-lookup max-message-count": "Microsoft's reference says a number", "quota-by-key renewal-period": "Microsoft's reference says seconds",
	"quota-by-key increment-condition": "Microsoft's reference says Boolean", "rate-limit-by-key increment-condition": "Microsoft's reference says Boolean",
	"quota-by-key increment-count": "Microsoft's reference says a number", "rate-limit-by-key increment-count": "Microsoft's reference says a number",
	"get-authorization-context identity-type": choices, "forward-request http-version": choices,
	"quota-by-key first-period-start": "the policy checks its form itself",
}

// Attributes have the data types of the service's schemas, which its messages quote.
func TestTypesFollowSchemas(t *testing.T) {
	t.Parallel()
	table := policy.AttributeTable()
	types := map[string][]string{
		"string": {"text"}, "boolean": {"boolean"}, "one": {"choice"}, "float": {"number"}, "double": {"number"},
		"int": {"whole"}, "long": {"whole"}, "integer": {"whole"}, "unsignedInt": {"whole"}, "positiveInteger": {"whole"}, "nonNegativeInteger": {"whole"},
	}
	deviates := map[string]bool{}
	for _, fields := range rows(t, "testdata/schemas.tsv") {
		got, known := table[fields[0]][fields[1]]
		if !known {
			continue
		}
		at := fields[0] + " " + fields[1]
		written, _, _ := strings.Cut(fields[2], " ")
		if !slices.Contains(types[written], got.Type) || written == "positiveInteger" && got.Least < 1 {
			require.Contains(t, typeDeviations, at, "the schema says %s, the table %+v", fields[2], got)
			deviates[at] = true
		}
	}
	for at := range typeDeviations {
		require.True(t, deviates[at], "%s deviates no more", at)
	}
}

func rows(t *testing.T, file string) [][]string {
	t.Helper()
	data, err := os.ReadFile(file)
	require.NoError(t, err)
	var found [][]string
	for line := range strings.Lines(string(data)) {
		if !strings.HasPrefix(line, "#") {
			found = append(found, strings.Split(strings.TrimSuffix(line, "\n"), "\t"))
		}
	}
	return found
}
