package azure

import (
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"github.com/aoai-gateway/aoai-gateway/internal/arm"
)

// isCollection tells /.../profiles from /.../profiles/fd by counting the
// segments behind the last provider namespace, or behind the root.
func isCollection(path string) bool {
	segments := strings.Split(strings.TrimPrefix(path, "/"), "/")
	for i := len(segments) - 1; i >= 0; i-- {
		if strings.EqualFold(segments[i], "providers") {
			return (len(segments)-i)%2 == 1
		}
	}
	return len(segments)%2 == 1
}

// list answers the collection at path with the resources of its type that lie
// below, in pages.
func (s *Service) list(r *http.Request, path string) (answer, error) {
	if r.Method != http.MethodGet {
		return answer{}, methodNotAllowed(r.Method, path)
	}
	// Any name completes the collection's path to an id, which tells the type.
	member, err := arm.ParseID(path + "/any")
	if err != nil {
		return answer{}, refuse(http.StatusBadRequest, "InvalidResourceId", "%v", err)
	}
	if k, ok := deletedBy(func(k deletedKind) string { return k.listed }, member.Type()); ok {
		return s.listDeleted(k)
	}
	if _, err := s.kindOf(member); err != nil {
		return answer{}, err
	}
	scope := member.Scope
	if len(member.Types) > 1 {
		parent, _ := member.Parent()
		scope = parent.String()
	}
	found := []any{}
	err = s.store.View(func(tx *Tx) error {
		resources, err := tx.Under(scope)
		if err != nil {
			return err
		}
		for _, resource := range resources {
			if strings.EqualFold(resource.Type, member.Type()) {
				found = append(found, s.normalise(resource))
			}
		}
		return nil
	})
	if err != nil {
		return answer{}, err
	}
	return s.page(r, found)
}

// page cuts a list at the page size; nextLink leads to the rest.
func (s *Service) page(r *http.Request, found []any) (answer, error) {
	query := r.URL.Query()
	skip := 0
	if token := query.Get("$skipToken"); token != "" {
		var err error
		if skip, err = strconv.Atoi(token); err != nil || skip < 0 || skip > len(found) {
			return answer{}, refuse(http.StatusBadRequest, "InvalidSkipToken", "The $skipToken %q is not one of the sandbox's.", token)
		}
	}
	body := map[string]any{"value": found[skip:min(skip+s.pageSize, len(found))]}
	if next := skip + s.pageSize; next < len(found) {
		query.Set("$skipToken", strconv.Itoa(next))
		link := url.URL{Scheme: "http", Host: r.Host, Path: r.URL.Path, RawQuery: query.Encode()}
		body["nextLink"] = link.String()
	}
	return answer{status: http.StatusOK, body: body}, nil
}
