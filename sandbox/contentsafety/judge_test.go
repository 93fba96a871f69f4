package contentsafety

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// Answers have the form of the REST reference of Content Safety, 2024-09-01:
// https://learn.microsoft.com/rest/api/contentsafety/text-operations
func TestOperations(t *testing.T) {
	t.Parallel()
	long := strings.Repeat("ä", 10_001)
	for _, c := range []struct {
		reason, operation, body, want string
	}{
		{"all categories, in four levels", "text:analyze", `{"text":"a sandbox:hate=3 text, sandbox:self-harm"}`, `{"blocklistsMatch":[],"categoriesAnalysis":[{"category":"Hate","severity":2},{"category":"SelfHarm","severity":6},{"category":"Sexual","severity":0},{"category":"Violence","severity":0}]}`},
		{"one category, in eight", "text:analyze", `{"text":"SANDBOX:HATE=3","categories":["Hate"],"outputType":"EightSeverityLevels"}`, `{"blocklistsMatch":[],"categoriesAnalysis":[{"category":"Hate","severity":3}]}`},
		{"the highest of several marks", "text:analyze", `{"text":"sandbox:sexual=2 sandbox:sexual=5","categories":["Sexual"],"outputType":"EightSeverityLevels"}`, `{"blocklistsMatch":[],"categoriesAnalysis":[{"category":"Sexual","severity":5}]}`},
		{"a category that is none", "text:analyze", `{"text":"x","categories":["Rude"]}`, "InvalidRequestBody: The category 'Rude' is none of Hate, SelfHarm, Sexual, Violence."},
		{"an output that is none", "text:analyze", `{"text":"x","outputType":"Two"}`, "InvalidRequestBody: The outputType 'Two'"},
		{"no text", "text:analyze", `{}`, "InvalidRequestBody: The length of text is 0"},
		{"a text beyond the limit", "text:analyze", `{"text":"` + long + `"}`, "InvalidRequestBody: The length of text is 10001"},
		{"a blocklist", "text:analyze", `{"text":"x","blocklistNames":["mine"]}`, "NotFound: The blocklist 'mine' does not exist"},
		{"no JSON", "text:analyze", `text`, "InvalidRequestBody: The request body is no JSON"},
		{"more than is read", "text:analyze", `{"text":"` + strings.Repeat("x", 1<<20) + `"}`, "RequestEntityTooLarge: "},
		{"an attack in a document", "text:shieldPrompt", `{"userPrompt":"Hello","documents":["x","sandbox:attack"]}`, `{"documentsAnalysis":[{"attackDetected":false},{"attackDetected":true}],"userPromptAnalysis":{"attackDetected":false}}`},
		{"an attack", "text:shieldPrompt", `{"userPrompt":"sandbox:attack","documents":[]}`, `{"documentsAnalysis":[],"userPromptAnalysis":{"attackDetected":true}}`},
		{"nothing to look at", "text:shieldPrompt", `{}`, "InvalidRequestBody: The request has neither"},
		{"six documents", "text:shieldPrompt", `{"documents":["1","2","3","4","5","6"]}`, "InvalidRequestBody: The 6 documents"},
		{"documents beyond the limit", "text:shieldPrompt", `{"documents":["` + long + `"]}`, "InvalidRequestBody: The 1 documents have 10001 characters"},
		{"a prompt beyond the limit", "text:shieldPrompt", `{"userPrompt":"` + long + `"}`, "InvalidRequestBody: The length of userPrompt is 10001"},
	} {
		t.Run(c.reason, func(t *testing.T) {
			t.Parallel()
			answer, err := operations["/contentsafety/"+strings.ToLower(c.operation)](strings.NewReader(c.body))
			if err != nil {
				require.ErrorContains(t, err, c.want)
				return
			}
			got, err := json.Marshal(answer)
			require.NoError(t, err)
			require.JSONEq(t, c.want, string(got))
		})
	}
}
