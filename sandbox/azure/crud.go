package azure

import (
	"cmp"
	"maps"
	"net/http"
	"strconv"
	"strings"

	"github.com/aoai-gateway/aoai-gateway/internal/arm"
)

// answerGet is get, with the conditions of the request and what HEAD asks.
func (s *Service) answerGet(id arm.ID, r *http.Request) (answer, error) {
	if err := readsAPI(id, r); err != nil {
		return answer{}, err
	}
	found, err := s.get(id, r.URL.Query().Get("format"))
	switch {
	case err != nil:
		return answer{}, err
	case r.Method == http.MethodHead && (s.kinds[arm.Fold(id.Type())].link || strings.EqualFold(id.Type(), "Microsoft.Resources/resourceGroups")):
		// Sources: the REST references of Resource Groups (Check Existence) and of Product API.
		return answer{status: http.StatusNoContent}, nil
	case namesETag(r.Header.Get("If-None-Match"), found.header.Get("ETag")):
		return answer{status: http.StatusNotModified, header: found.header}, nil
	}
	return found, nil
}

func (s *Service) get(id arm.ID, format string) (answer, error) {
	found, err := s.lookUp(id)
	if err != nil {
		return answer{}, err
	}
	body := s.normalise(found)
	if format == "rawxml" {
		body = withRawPolicy(found, body)
	}
	return answer{status: http.StatusOK, header: etagHeader(found), body: body}, nil
}

// lookUp finds a stored resource, or refuses.
func (s *Service) lookUp(id arm.ID) (*Resource, error) {
	var found *Resource
	err := s.store.View(func(tx *Tx) (err error) {
		found, err = tx.Get(id.String())
		return err
	})
	if err != nil {
		return nil, err
	}
	if found == nil {
		return nil, notFound(id)
	}
	return found, nil
}

func etagHeader(resource *Resource) http.Header {
	header := http.Header{}
	if resource.ETag != "" {
		header.Set("ETag", resource.ETag)
	}
	return header
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

// write creates or replaces a resource, or merges into one (PATCH).
func (s *Service) write(kind kind, id arm.ID, body map[string]any, r *http.Request) (answer, error) {
	var written *Resource
	var status int
	var warnings []string
	err := s.store.Update(func(tx *Tx) error {
		status = cmp.Or(kind.made, http.StatusCreated)
		if err := parentExists(tx, id); err != nil {
			return err
		}
		old, err := tx.Get(id.String())
		if err != nil {
			return err
		}
		if err := s.mayChange(tx, kind, id, old, r); err != nil {
			return err
		}
		put := &put{
			service: s, tx: tx, id: id, apiVersion: r.URL.Query().Get("api-version"), patched: r.Method == http.MethodPatch,
			body: copyDeep(body).(map[string]any), // it is changed, and may be needed again
		}
		state := "Creating"
		if old != nil {
			status, state, put.old, put.hidden = http.StatusOK, "Updating", old.Body, old.Hidden
			if put.id, err = arm.ParseID(old.ID); err != nil {
				return err
			}
		}
		if r.Method == http.MethodPatch {
			if old == nil {
				return notFound(id)
			}
			put.body = mergePatch(old.Body, put.body)
		}
		if err := put.complete(kind); err != nil {
			return err
		}
		written = &Resource{
			ID: put.id.String(), Type: kind.armType, Body: put.body, Hidden: put.hidden,
			ETag: put.currentETag(), Operation: s.begin(kind, put.id, state),
		}
		if err := tx.store(written); err != nil {
			return err
		}
		warnings = put.warnings
		return put.putImported()
	})
	if err != nil {
		return answer{}, err
	}
	header := etagHeader(written)
	for _, warning := range warnings {
		header.Add("Warning", "199 sandbox "+strconv.Quote(warning))
		s.log.Warn("the sandbox cannot do this", "id", written.ID, "what", warning)
	}
	maps.Copy(header, s.async(written.Operation, id, r))
	return answer{status: status, header: header, body: s.normalise(written.at(s.now()))}, nil
}

// store puts a resource and, while it lasts, its operation.
func (t *Tx) store(resource *Resource) error {
	if resource.Operation != nil {
		if err := t.PutOperation(resource.Operation); err != nil {
			return err
		}
	}
	return t.Put(resource)
}

// parentExists refuses a resource whose parent or scope is not there.
func parentExists(tx *Tx, id arm.ID) error {
	parent, ok := id.Parent()
	if !ok || parent.Type() == "Microsoft.Resources/subscriptions" {
		return nil
	}
	found, err := tx.Get(parent.String())
	if err != nil {
		return err
	}
	if found != nil && found.Operation != nil && found.Operation.State == deleting && parent.Type() == "Microsoft.Resources/resourceGroups" {
		return refuse(http.StatusConflict, "ResourceGroupBeingDeleted",
			"The resource group '%s' is in deprovisioning state and cannot perform this operation.", parent.Name())
	}
	if found != nil {
		return nil
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
func (s *Service) delete(kind kind, id arm.ID, r *http.Request) (answer, error) {
	var result answer
	err := s.store.Update(func(tx *Tx) error {
		result = answer{status: cmp.Or(kind.gone, http.StatusOK)}
		found, err := tx.Get(id.String())
		if err != nil {
			return err
		}
		if err := s.mayChange(tx, kind, id, found, r); err != nil {
			return err
		}
		if found == nil {
			result.status = http.StatusNoContent
			return nil
		}
		doomed, err := tx.Under(id.String())
		if err != nil {
			return err
		}
		if err := s.mayDelete(tx, kind, id, r); err != nil {
			return err
		}
		doomed = append(doomed, found)
		if err := notInUse(tx, doomed); err != nil {
			return err
		}
		if err := s.hold(tx, doomed); err != nil {
			return err
		}
		if err := disconnect(tx, doomed); err != nil {
			return err
		}
		operation := s.begin(kind, id, deleting)
		if operation != nil {
			result.status, result.header = http.StatusAccepted, s.async(operation, id, r)
		}
		for _, resource := range doomed {
			if err := s.remove(tx, resource, operation); err != nil {
				return err
			}
		}
		return nil
	})
	return result, err
}

// mayDelete asks the kind whether a resource may go.
func (s *Service) mayDelete(tx *Tx, k kind, id arm.ID, r *http.Request) error {
	if k.mayDelete == nil {
		return nil
	}
	return k.mayDelete(tx, id, r)
}

// hold keeps the names of what goes, where Azure does, with all that a restore
// brings back.
func (s *Service) hold(tx *Tx, doomed []*Resource) error {
	for _, resource := range doomed {
		k := s.kinds[arm.Fold(resource.Type)]
		if k.heldAfterDeletion == 0 {
			continue
		}
		deleted := &Deleted{Resource: *resource, DeletedAt: s.now(), PurgeAt: s.now().Add(k.heldAfterDeletion)}
		for _, other := range doomed {
			if k.restoresBelow && strings.HasPrefix(arm.Fold(other.ID), arm.Fold(resource.ID)+"/") {
				deleted.Below = append(deleted.Below, other)
			}
		}
		if err := tx.PutDeleted(deleted); err != nil {
			return err
		}
	}
	return nil
}

// remove takes a resource away when the operation ends, or now.
func (s *Service) remove(tx *Tx, resource *Resource, operation *Operation) error {
	if operation == nil {
		return tx.Delete(resource.ID)
	}
	resource.Operation = operation
	return tx.store(resource)
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
