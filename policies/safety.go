package policies

import (
	"github.com/aoai-gateway/aoai-gateway/internal/arm"
	"github.com/aoai-gateway/aoai-gateway/internal/azure"
	"github.com/aoai-gateway/aoai-gateway/internal/faults"
)

// ContentSafety lets Azure AI Content Safety judge every prompt before a model, or the semantic
// cache, sees it. A harmful prompt gets 403, and 500 if it cannot be judged: prompts of more than
// 10,000 characters among them. Forms with files are not judged.
//
// It stands behind Access and Model. Source:
// https://learn.microsoft.com/azure/api-management/llm-content-safety-policy
type ContentSafety struct {
	// Backend is the id of the backend that leads to the account and authenticates to it.
	Backend string
	// ShieldPrompts refuses prompts that try to get around a model's rules, too.
	ShieldPrompts bool
	Thresholds
}

// Thresholds are the severities from which on a prompt is refused, 1 to 7; 0 does not watch the
// category.
type Thresholds struct {
	Hate     int `json:"hate" default:"4"`
	SelfHarm int `json:"selfHarm" default:"4"`
	Sexual   int `json:"sexual" default:"4"`
	Violence int `json:"violence" default:"4"`
}

// Threshold is that of one category.
type Threshold struct {
	Category string
	Severity int
}

// Watched are the thresholds of the categories that are watched.
func (t Thresholds) Watched() []Threshold {
	var watched []Threshold
	for i, severity := range t.all() {
		if severity != 0 {
			watched = append(watched, Threshold{azure.SafetyCategories[i], severity})
		}
	}
	return watched
}

// all are the thresholds in the order of azure.SafetyCategories.
func (t Thresholds) all() []int { return []int{t.Hate, t.SelfHarm, t.Sexual, t.Violence} }

// Validate returns every mistake, with its path below the thresholds.
func (t Thresholds) Validate() error {
	var list faults.List
	for i, path := range []string{"hate", "selfHarm", "sexual", "violence"} {
		list.Between(path, t.all()[i], azure.SafetySeverities.Min, azure.SafetySeverities.Max, "")
	}
	return list.Err()
}

// Validate implements Part.
func (c ContentSafety) Validate() error {
	var list faults.List
	list.AddError("backend", arm.APIMBackendName.Check(c.Backend))
	list.Merge("", c.Thresholds.Validate())
	if !c.ShieldPrompts && len(c.Watched()) == 0 {
		list.Add("", "watches nothing: give thresholds, or shieldPrompts")
	}
	return list.Err()
}

func (ContentSafety) file() string { return "content-safety.xml" }

func (c ContentSafety) parameters() any { return c }
