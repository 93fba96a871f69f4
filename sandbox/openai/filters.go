package openai

import "net/http"

// FilteredText in a prompt makes the content filter refuse it, as it does what
// nobody should write into a test.
const FilteredText = "sandbox:content-filter"

// filterResults are those of a prompt or an answer, by category. Source: Azure OpenAI's page on
// content filtering.
type filterResults struct {
	Hate     filterResult `json:"hate"`
	SelfHarm filterResult `json:"self_harm"`
	Sexual   filterResult `json:"sexual"`
	Violence filterResult `json:"violence"`
}

type filterResult struct {
	Filtered bool   `json:"filtered"`
	Severity string `json:"severity"`
}

// harmless are the results of a text that the filter lets pass.
func harmless() filterResults {
	safe := filterResult{Severity: "safe"}
	return filterResults{Hate: safe, SelfHarm: safe, Sexual: safe, Violence: safe}
}

// promptFilter has the results of a request's prompt in chat and completions.
type promptFilter struct {
	ContentFilterResults filterResults `json:"content_filter_results"`
	PromptIndex          int           `json:"prompt_index"`
}

func promptFilters() []promptFilter {
	return []promptFilter{{ContentFilterResults: harmless()}}
}

// filteredError is the error of a prompt that the filter refuses.
type filteredError struct {
	Code       string        `json:"code"`
	InnerError filteredInner `json:"innererror"`
	Message    string        `json:"message"`
	Param      string        `json:"param"`
	Status     int           `json:"status"`
	Type       *string       `json:"type"`
}

type filteredInner struct {
	Code                string        `json:"code"`
	ContentFilterResult filterResults `json:"content_filter_result"`
}

func filtered() *refusal {
	violent := harmless()
	violent.Violence = filterResult{Filtered: true, Severity: "medium"}
	return &refusal{status: http.StatusBadRequest, body: filteredError{
		Code: "content_filter", InnerError: filteredInner{Code: "ResponsibleAIPolicyViolation", ContentFilterResult: violent},
		Message: "The prompt was refused by the content filter of the deployment.", Param: "prompt", Status: http.StatusBadRequest,
	}}
}
