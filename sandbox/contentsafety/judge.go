package contentsafety

import (
	"io"
	"net/http"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	facts "github.com/aoai-gateway/aoai-gateway/internal/azure"
)

// AttackText in a text makes the service take it for an attack.
const AttackText = "sandbox:attack"

// marks are what gives a text a severity, such as sandbox:violence or sandbox:hate=2. Without a
// number the severity is 6.
var marks = map[string]*regexp.Regexp{
	"Hate": mark("hate"), "SelfHarm": mark("self-harm"), "Sexual": mark("sexual"), "Violence": mark("violence"),
}

func mark(category string) *regexp.Regexp {
	return regexp.MustCompile(`(?i)sandbox:` + category + `(?:=([0-7]))?\b`)
}

const severe = 6

// severity is the highest that a text's marks give it in a category.
func severity(category, text string) int {
	highest := 0
	for _, found := range marks[category].FindAllStringSubmatch(text, -1) {
		given := severe
		if found[1] != "" {
			given, _ = strconv.Atoi(found[1])
		}
		highest = max(highest, given)
	}
	return highest
}

// The forms of text:analyze's severities: all eight, or every second one.
const (
	fourLevels  = "FourSeverityLevels"
	eightLevels = "EightSeverityLevels"
)

// analyze answers text:analyze.
func analyze(body io.Reader) (any, error) {
	var asked struct {
		Text       string   `json:"text"`
		Categories []string `json:"categories"`
		Blocklists []string `json:"blocklistNames"`
		Output     string   `json:"outputType"`
	}
	if err := read(body, &asked); err != nil {
		return nil, err
	}
	if err := tooLong("text", asked.Text); err != nil {
		return nil, err
	}
	if len(asked.Blocklists) > 0 {
		return nil, refuse(http.StatusNotFound, "NotFound", "The blocklist '%s' does not exist; the sandbox keeps no blocklists.", asked.Blocklists[0])
	}
	if asked.Output != "" && asked.Output != fourLevels && asked.Output != eightLevels {
		return nil, refuse(http.StatusBadRequest, "InvalidRequestBody", "The outputType '%s' is none of %s and %s.", asked.Output, fourLevels, eightLevels)
	}
	if len(asked.Categories) == 0 {
		asked.Categories = facts.SafetyCategories
	}
	found := []any{}
	for _, category := range asked.Categories {
		if !slices.Contains(facts.SafetyCategories, category) {
			return nil, refuse(http.StatusBadRequest, "InvalidRequestBody", "The category '%s' is none of %s.", category, strings.Join(facts.SafetyCategories, ", "))
		}
		level := severity(category, asked.Text)
		if asked.Output != eightLevels {
			level -= level % 2
		}
		found = append(found, map[string]any{"category": category, "severity": level})
	}
	return map[string]any{"blocklistsMatch": []any{}, "categoriesAnalysis": found}, nil
}

// mostDocuments is how many documents a request of text:shieldPrompt may hold. Source:
// https://learn.microsoft.com/azure/ai-services/content-safety/concepts/jailbreak-detection
const mostDocuments = 5

// shieldPrompt answers text:shieldPrompt.
func shieldPrompt(body io.Reader) (any, error) {
	var asked struct {
		Prompt    string   `json:"userPrompt"`
		Documents []string `json:"documents"`
	}
	if err := read(body, &asked); err != nil {
		return nil, err
	}
	if asked.Prompt == "" && len(asked.Documents) == 0 {
		return nil, refuse(http.StatusBadRequest, "InvalidRequestBody", "The request has neither userPrompt nor documents.")
	}
	if asked.Prompt != "" {
		if err := tooLong("userPrompt", asked.Prompt); err != nil {
			return nil, err
		}
	}
	all := 0
	documents := []any{}
	for _, each := range asked.Documents {
		all += utf8.RuneCountInString(each)
		documents = append(documents, map[string]any{"attackDetected": strings.Contains(each, AttackText)})
	}
	if len(documents) > mostDocuments || all > facts.SafetyCharacters {
		return nil, refuse(http.StatusBadRequest, "InvalidRequestBody", "The %d documents have %d characters; allowed are %d documents and %d characters.", len(documents), all, mostDocuments, facts.SafetyCharacters)
	}
	return map[string]any{
		"userPromptAnalysis": map[string]any{"attackDetected": strings.Contains(asked.Prompt, AttackText)}, "documentsAnalysis": documents,
	}, nil
}
