package arm

import (
	"strings"

	"github.com/aoai-gateway/aoai-gateway/internal/faults"
)

// StatusPath answers 200 without credentials on Azure OpenAI accounts and on API
// Management gateways. Source: API Management's page on health probes; for Azure OpenAI
// one public observation.
const StatusPath = "/status-0123456789abcdef"

// CheckProbePath refuses what no probe can ask for.
func CheckProbePath(path string) error {
	if !strings.HasPrefix(path, "/") || strings.ContainsAny(path, "?# ") {
		return faults.New("%q is not a probe path", path).About(path).Remedy("it starts with a slash and has no query, such as %s", StatusPath).Err()
	}
	return nil
}
