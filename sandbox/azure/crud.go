package azure

import (
	"maps"
	"net/http"
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

func (s *Service) get(id arm.ID) (int, any, error) {
	var found *Resource
	err := s.store.View(func(tx *Tx) (err error) {
		found, err = tx.Get(id.String())
		return err
	})
	if err != nil {
		return 0, nil, err
	}
	if found == nil {
		return 0, nil, notFound(id)
	}
	return http.StatusOK, found.Body, nil
}

func notFound(id arm.ID) *Error {
	if id.Type() == "Microsoft.Resources/resourceGroups" {
		return refuse(http.StatusNotFound, "ResourceGroupNotFound", "Resource group '%s' could not be found.", id.Name())
	}
	if strings.Count(id.Type(), "/") > 1 {
		parent, _ := id.Parent()
		return refuse(http.StatusNotFound, "ResourceNotFound",
			"The resource '%s' of type '%s' under '%s' was not found.", id.Name(), id.Type(), parent.Name())
	}
	return refuse(http.StatusNotFound, "ResourceNotFound", "The Resource '%s/%s' under resource group '%s' was not found.",
		id.Type(), id.Name(), id.ResourceGroup())
}

// list answers the collection at path with every resource of its type that lies
// directly below.
func (s *Service) list(method, path string) (int, any, error) {
	if method != http.MethodGet {
		return 0, nil, methodNotAllowed(method, path)
	}
	// Any name completes the collection's path to an id, which tells the type.
	member, err := arm.ParseID(path + "/any")
	if err != nil {
		return 0, nil, refuse(http.StatusBadRequest, "InvalidResourceId", "%v", err)
	}
	if _, err := s.kindOf(member); err != nil {
		return 0, nil, err
	}
	scope, depth := member.Scope, len(member.Types)
	if depth > 1 {
		parent, _ := member.Parent()
		scope = parent.String()
	}
	value := []any{}
	err = s.store.View(func(tx *Tx) error {
		resources, err := tx.Under(scope)
		if err != nil {
			return err
		}
		for _, resource := range resources {
			if strings.EqualFold(resource.Type, member.Type()) {
				value = append(value, resource.Body)
			}
		}
		return nil
	})
	if err != nil {
		return 0, nil, err
	}
	return http.StatusOK, map[string]any{"value": value}, nil
}

// write creates or replaces a resource, or merges into one (PATCH).
func (s *Service) write(kind kind, id arm.ID, body map[string]any, merge bool) (int, any, error) {
	status := http.StatusCreated
	var answer map[string]any
	err := s.store.Update(func(tx *Tx) error {
		if err := parentExists(tx, id); err != nil {
			return err
		}
		old, err := tx.Get(id.String())
		if err != nil {
			return err
		}
		put := &put{service: s, tx: tx, id: id, body: body}
		if old != nil {
			status, put.old = http.StatusOK, old.Body
			if id, err = arm.ParseID(old.ID); err != nil {
				return err
			}
			put.id = id
		}
		if merge {
			if old == nil {
				return notFound(id)
			}
			put.body = mergePatch(old.Body, body)
		}
		if err := put.complete(kind); err != nil {
			return err
		}
		answer = put.body
		return tx.Put(&Resource{ID: id.String(), Type: kind.armType, Body: put.body})
	})
	if err != nil {
		return 0, nil, err
	}
	return status, answer, nil
}

// parentExists refuses a resource whose parent or scope is not there.
func parentExists(tx *Tx, id arm.ID) error {
	parent, ok := id.Parent()
	if !ok || parent.Type() == "Microsoft.Resources/subscriptions" {
		return nil
	}
	found, err := tx.Get(parent.String())
	if err != nil || found != nil {
		return err
	}
	if parent.Type() == "Microsoft.Resources/resourceGroups" {
		return notFound(parent)
	}
	return refuse(http.StatusNotFound, "ParentResourceNotFound",
		"Failed to perform '%s' on resource(s) of type '%s', because the parent resource '%s' could not be found.",
		"write", id.Type(), parent)
}

// delete removes a resource and all below it. Deleting what is not there
// answers 204, as Resource Manager does.
func (s *Service) delete(id arm.ID) (int, any, error) {
	status := http.StatusOK
	err := s.store.Update(func(tx *Tx) error {
		found, err := tx.Get(id.String())
		if err != nil {
			return err
		}
		if found == nil {
			status = http.StatusNoContent
			return nil
		}
		below, err := tx.Under(id.String())
		if err != nil {
			return err
		}
		for _, resource := range append(below, found) {
			if err := s.remove(tx, resource); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return 0, nil, err
	}
	return status, nil, nil
}

func (s *Service) remove(tx *Tx, resource *Resource) error {
	kind := kinds[arm.Fold(resource.Type)]
	if kind.heldAfterDeletion > 0 {
		deleted := &Deleted{Resource: *resource, DeletedAt: s.now(), PurgeAt: s.now().Add(kind.heldAfterDeletion)}
		if err := tx.PutDeleted(deleted); err != nil {
			return err
		}
	}
	return tx.Delete(resource.ID)
}

// mergePatch is a JSON merge patch (RFC 7396) that leaves its arguments alone.
func mergePatch(target, patch map[string]any) map[string]any {
	merged := maps.Clone(target)
	if merged == nil {
		merged = map[string]any{}
	}
	for name, value := range patch {
		if value == nil {
			delete(merged, name)
			continue
		}
		if object, ok := value.(map[string]any); ok {
			below, _ := merged[name].(map[string]any)
			merged[name] = mergePatch(below, object)
			continue
		}
		merged[name] = value
	}
	return merged
}
