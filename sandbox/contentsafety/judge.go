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

// analysis is the answer of text:analyze. Source of this and of shieldAnalysis: the REST reference
// of Content Safety, 2024-09-01.
type analysis struct {
	BlocklistsMatch    []struct{}         `json:"blocklistsMatch"`
	CategoriesAnalysis []categoryAnalysis `json:"categoriesAnalysis"`
}

type categoryAnalysis struct {
	Category string `json:"category"`
	Severity int    `json:"severity"`
}

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
	found := []categoryAnalysis{}
	for _, category := range asked.Categories {
		if !slices.Contains(facts.SafetyCategories, category) {
			return nil, refuse(http.StatusBadRequest, "InvalidRequestBody", "The category '%s' is none of %s.", category, strings.Join(facts.SafetyCategories, ", "))
		}
		level := severity(category, asked.Text)
		if asked.Output != eightLevels {
			level -= level % 2
		}
		found = append(found, categoryAnalysis{category, level})
	}
	return analysis{BlocklistsMatch: []struct{}{}, CategoriesAnalysis: found}, nil
}

// mostDocuments is how many documents a request of text:shieldPrompt may hold. Source:
// https://learn.microsoft.com/azure/ai-services/content-safety/concepts/jailbreak-detection
const mostDocuments = 5

// shieldAnalysis is the answer of text:shieldPrompt.
type shieldAnalysis struct {
	UserPromptAnalysis attackAnalysis   `json:"userPromptAnalysis"`
	DocumentsAnalysis  []attackAnalysis `json:"documentsAnalysis"`
}

type attackAnalysis struct {
	AttackDetected bool `json:"attackDetected"`
}

func attackIn(text string) attackAnalysis {
	return attackAnalysis{AttackDetected: strings.Contains(text, AttackText)}
}

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
	documents := []attackAnalysis{}
	for _, each := range asked.Documents {
		all += utf8.RuneCountInString(each)
		documents = append(documents, attackIn(each))
	}
	if len(documents) > mostDocuments || all > facts.SafetyCharacters {
		return nil, refuse(http.StatusBadRequest, "InvalidRequestBody", "The %d documents have %d characters; allowed are %d documents and %d characters.", len(documents), all, mostDocuments, facts.SafetyCharacters)
	}
	return shieldAnalysis{UserPromptAnalysis: attackIn(asked.Prompt), DocumentsAnalysis: documents}, nil
}
