package script

import (
	"encoding/json"
	"fmt"
	"strings"

	"github.com/aoai-gateway/aoai-gateway/internal/policy/definition"
)

// readDefinition reads what an API's definition says, in the words of Resource Manager.
func readDefinition(written string) (*definition.API, error) {
	decoder := json.NewDecoder(strings.NewReader(written))
	decoder.DisallowUnknownFields()
	made := &definition.API{}
	if err := decoder.Decode(made); err != nil {
		return nil, fmt.Errorf("it is no definition: %w", err)
	}
	return made, nil
}
