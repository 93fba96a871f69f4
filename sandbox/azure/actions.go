package azure

import (
	"net/http"
	"strings"

	"github.com/aoai-gateway/aoai-gateway/internal/arm"
)

// act answers the one action that is modelled: listing what a resource hides.
func (s *Service) act(path string) (answer, error) {
	at := strings.LastIndexByte(path, '/')
	id, err := arm.ParseID(path[:max(at, 0)])
	if err != nil || !strings.EqualFold(path[at+1:], "listSecrets") || !strings.EqualFold(id.Type(), "Microsoft.ApiManagement/service/subscriptions") {
		return answer{}, methodNotAllowed(http.MethodPost, path)
	}
	found, err := s.lookUp(id)
	if err != nil {
		return answer{}, err
	}
	return answer{status: http.StatusOK, header: etagHeader(found), body: map[string]any{
		"primaryKey": found.Hidden["primaryKey"], "secondaryKey": found.Hidden["secondaryKey"],
	}}, nil
}
