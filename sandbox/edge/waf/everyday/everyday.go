// Package everyday has prompts for tests of firewalls: what people ask models, in no intent to
// attack anybody.
package everyday

import (
	_ "embed"
	"encoding/json"
	"strings"
)

//go:embed prompts.txt
var lines string

// Prompts are at least 60.
func Prompts() []string {
	var prompts []string
	for line := range strings.Lines(lines) {
		var prompt string
		if err := json.Unmarshal([]byte(line), &prompt); err != nil {
			panic("prompts.txt holds a JSON text in each line: " + err.Error())
		}
		prompts = append(prompts, prompt)
	}
	return prompts
}
