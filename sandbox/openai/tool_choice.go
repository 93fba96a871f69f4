package openai

import "github.com/aoai-gateway/aoai-gateway/sandbox/openai/schema"

// offer is a tool that a request offers. Chat describes a function below "function", and the
// Responses API beside the type.
type offer struct {
	Type string `json:"type"`
	function
	Function function `json:"function"`
}

type function struct {
	Name       string         `json:"name"`
	Parameters *schema.Schema `json:"parameters"`
	Strict     bool           `json:"strict"`
}

// toolChoice is a text, or an object that names functions.
type toolChoice = textOr[chosenTools]

// chosenTools is the object of a choice, and each tool below it.
type chosenTools struct {
	Type         string        `json:"type"`
	Mode         string        `json:"mode"`
	Tools        []chosenTools `json:"tools"`
	AllowedTools *chosenTools  `json:"allowed_tools"`
	Name         string        `json:"name"`
	Function     *chosenTools  `json:"function"`
}

// function is the name of a function in chat's form, or in that of the Responses API.
func (t *chosenTools) function() string {
	if t.Function != nil {
		return t.Function.Name
	}
	return t.Name
}
