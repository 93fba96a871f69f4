package azure

import (
	"net/http"
	"strings"

	"github.com/aoai-gateway/aoai-gateway/internal/arm"
)

// secrets are the actions that list what a resource hides, by the folded type and
// the action's name.
var secrets = map[string]struct {
	action string
	names  []string
}{
	"microsoft.apimanagement/service/subscriptions": {"listSecrets", []string{"primaryKey", "secondaryKey"}},
	"microsoft.cognitiveservices/accounts":          {"listKeys", []string{"key1", "key2"}},
}

// act answers the actions that are modelled: listing what a resource hides.
func (s *Service) act(path string) (answer, error) {
	at := strings.LastIndexByte(path, '/')
	id, err := arm.ParseID(path[:max(at, 0)])
	if err != nil {
		return answer{}, methodNotAllowed(http.MethodPost, path)
	}
	known, ok := secrets[arm.Fold(id.Type())]
	if !ok || !strings.EqualFold(path[at+1:], known.action) {
		return answer{}, methodNotAllowed(http.MethodPost, path)
	}
	found, err := s.lookUp(id)
	if err != nil {
		return answer{}, err
	}
	if disabled, _ := found.Properties()["disableLocalAuth"].(bool); disabled {
		return answer{}, refuse(http.StatusBadRequest, "BadRequest", "Failed to list key. disableLocalAuth is set to be true.")
	}
	body := map[string]any{}
	for _, name := range known.names {
		body[name] = found.Hidden[name]
	}
	return answer{status: http.StatusOK, header: etagHeader(found), body: body}, nil
}
