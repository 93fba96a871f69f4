package azure

import (
	"bytes"
	"net/http"
	"net/url"
	"slices"
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
	if isConnection(member) {
		return s.listConnections(r, member)
	}
	if strings.EqualFold(member.Type(), "Microsoft.Authorization/roleDefinitions") {
		return s.listRoles(r, member)
	}
	kind, err := s.kindOf(member)
	if err != nil {
		return answer{}, err
	}
	if err := checkAPIVersion(kind, r.URL.Query().Get("api-version")); err != nil {
		return answer{}, err
	}
	wanted, err := wantedBy(r)
	if err != nil {
		return answer{}, err
	}
	var result answer
	err = s.store.View(func(tx *Tx) error {
		if err := parentExists(tx, member); err != nil {
			return err
		}
		if !r.URL.Query().Has("$filter") && !isAssignment(member) {
			held, err := tx.members(member, limitOf(r, member, s.pageSize))
			if err != nil {
				return err
			}
			result, err = s.pageOf(r, member, len(held), func(i int) (any, error) {
				resource, err := tx.decode(held[i])
				if err != nil || resource == nil {
					return nil, err
				}
				return s.normalise(resource), nil
			})
			return err
		}
		resources, err := s.membersWith(tx, member, r.URL.Query().Get("$filter"))
		found := []any{}
		for _, resource := range resources {
			if body := s.normalise(resource); wanted(body) {
				found = append(found, body)
			}
		}
		if err != nil {
			return err
		}
		result, err = s.page(r, member, found)
		return err
	})
	return result, err
}

func isAssignment(member arm.ID) bool {
	return strings.EqualFold(member.Type(), assignmentType)
}

// wantedBy is the filter of a list; all pass where there is none.
func wantedBy(r *http.Request) (filter, error) {
	if text := r.URL.Query().Get("$filter"); text != "" {
		return parseFilter(text)
	}
	return func(map[string]any) bool { return true }, nil
}

// membersWith are the resources that a list at a path may have. Role assignments of what lies
// above hold here, too, and are listed. Source: the REST reference of role assignments.
func (s *Service) membersWith(tx *Tx, member arm.ID, filterText string) ([]*Resource, error) {
	held, err := tx.members(member, 0)
	if err != nil {
		return nil, err
	}
	var found []*Resource
	for _, raw := range held {
		resource, err := tx.decode(raw)
		if err != nil {
			return nil, err
		}
		found = append(found, resource)
	}
	if !isAssignment(member) {
		return found, nil
	}
	if strings.Contains(strings.ToLower(filterText), "atscope()") {
		found = slices.DeleteFunc(found, func(r *Resource) bool { return len(text(r.Properties(), "scope")) > len(member.Scope) })
	}
	all, err := tx.OfType(assignmentType)
	for _, resource := range all {
		if above := text(resource.Properties(), "scope"); strings.HasPrefix(arm.Fold(member.Scope), arm.Fold(above)+"/") {
			found = append(found, resource)
		}
	}
	return found, err
}

// members are what is stored of a list's type below its scope, by their keys alone; what has
// gone is left out.
func (t *Tx) members(member arm.ID, limit int) ([][]byte, error) {
	start := arm.Fold(strings.TrimSuffix(member.Scope, "/") + "/")
	kind := "/providers/" + arm.Fold(member.Type()) + "/"
	switch {
	case len(member.Types) > 1:
		parent, _ := member.Parent()
		kind = "/" + arm.Fold(member.Types[len(member.Types)-1]) + "/"
		start = arm.Fold(parent.String()) + kind
	case member.Type() == "Microsoft.Resources/resourceGroups":
		kind = "/resourcegroups/"
	}
	var found [][]byte
	cursor := t.tx.Bucket(resourcesBucket).Cursor()
	for k, raw := cursor.Seek([]byte(start)); k != nil && bytes.HasPrefix(k, []byte(start)); k, raw = cursor.Next() {
		at := bytes.LastIndex(k, []byte(kind))
		if at < 0 || bytes.IndexByte(k[at+len(kind):], '/') >= 0 {
			continue
		}
		if bytes.Contains(raw, []byte(`"operation":{`)) {
			resource, err := t.decode(raw)
			if err != nil {
				return nil, err
			}
			if resource == nil {
				continue // its deletion has ended
			}
		}
		if found = append(found, raw); len(found) == limit {
			break
		}
	}
	return found, nil
}

// limitOf is how many resources a page needs to see, itself and the first behind it; 0 for
// all, where the answer says how many there are.
func limitOf(r *http.Request, member arm.ID, pageSize int) int {
	if strings.EqualFold(member.Namespace, "Microsoft.ApiManagement") {
		return 0
	}
	query := r.URL.Query()
	from := 0
	for _, name := range []string{"$skip", "$skipToken"} {
		number, err := strconv.Atoi(query.Get(name))
		if query.Has(name) && (err != nil || number < 0) {
			return 0 // pageOf refuses it
		}
		from += number
	}
	return from + pageSize + 1
}

// page cuts a list at the page size, or at the request's own; nextLink leads to the rest.
func (s *Service) page(r *http.Request, member arm.ID, found []any) (answer, error) {
	return s.pageOf(r, member, len(found), func(i int) (any, error) { return found[i], nil })
}

// pageOf is page for a list whose elements are made when they are asked for.
func (s *Service) pageOf(r *http.Request, member arm.ID, count int, at func(int) (any, error)) (answer, error) {
	query := r.URL.Query()
	first, err := wholeNumber(query, "$skip", 0)
	if err != nil {
		return answer{}, err
	}
	first = min(first, count)
	end := count
	if query.Has("$top") {
		top, err := wholeNumber(query, "$top", 1)
		if err != nil {
			return answer{}, err
		}
		end = min(first+top, count)
	}
	from := first
	if token := query.Get("$skipToken"); token != "" {
		behind, err := strconv.Atoi(token)
		if err != nil || behind < 0 || first+behind > end {
			return answer{}, refuse(http.StatusBadRequest, "InvalidSkipToken", "The $skipToken %q is not one of the sandbox's.", token)
		}
		from = first + behind
	}
	value := []any{}
	for i := from; i < min(from+s.pageSize, end); i++ {
		element, err := at(i)
		if err != nil {
			return answer{}, err
		}
		value = append(value, element)
	}
	body := map[string]any{"value": value}
	if strings.EqualFold(member.Namespace, "Microsoft.ApiManagement") {
		body["count"] = count
	}
	if next := from + s.pageSize; next < end {
		query.Set("$skipToken", strconv.Itoa(next-first))
		link := url.URL{Scheme: scheme(r), Host: r.Host, Path: r.URL.Path, RawQuery: query.Encode()}
		body["nextLink"] = link.String()
	}
	return answer{status: http.StatusOK, body: body}, nil
}

// wholeNumber reads a number of a query; 0 if it is not there.
func wholeNumber(query url.Values, name string, least int) (int, error) {
	if !query.Has(name) {
		return 0, nil
	}
	number, err := strconv.Atoi(query.Get(name))
	if err != nil || number < least {
		return 0, refuse(http.StatusBadRequest, "InvalidQueryParameterValue", "The query parameter %s is '%s'; it must be a whole number of at least %d.",
			name, query.Get(name), least)
	}
	return number, nil
}
