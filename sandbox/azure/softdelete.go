package azure

import (
	"net/http"
	"slices"
	"strings"

	"github.com/aoai-gateway/aoai-gateway/internal/arm"
)

// Soft-deleted resources: those whose names Azure holds, and that can be listed,
// read and purged under another type.

// deletedKind is how one type looks when it is deleted.
type deletedKind struct {
	// of is the type while it lives, listed the collection of the deleted ones,
	// and itself the type of one.
	of, listed, itself string
	// id is the deleted one's own id.
	id func(living arm.ID, location string) string
}

var deletedKinds = []deletedKind{
	{
		of: "Microsoft.CognitiveServices/accounts", listed: "Microsoft.CognitiveServices/deletedAccounts",
		itself: "Microsoft.CognitiveServices/locations/resourceGroups/deletedAccounts",
		id: func(living arm.ID, location string) string {
			return "/subscriptions/" + living.Subscription() + "/providers/Microsoft.CognitiveServices/locations/" + location +
				"/resourceGroups/" + living.ResourceGroup() + "/deletedAccounts/" + living.Name()
		},
	},
	{
		of: "Microsoft.ApiManagement/service", listed: "Microsoft.ApiManagement/deletedservices",
		itself: "Microsoft.ApiManagement/locations/deletedservices",
		id: func(living arm.ID, location string) string {
			return "/subscriptions/" + living.Subscription() + "/providers/Microsoft.ApiManagement/locations/" + location +
				"/deletedservices/" + living.Name()
		},
	},
}

// deletedBy finds the kind by one of its types.
func deletedBy(name func(deletedKind) string, armType string) (deletedKind, bool) {
	for _, k := range deletedKinds {
		if strings.EqualFold(name(k), armType) {
			return k, true
		}
	}
	return deletedKind{}, false
}

// holds is what Azure holds of a kind at this moment.
func (s *Service) holds(tx *Tx, k deletedKind) ([]*Deleted, error) {
	held, err := tx.Deleted()
	return slices.DeleteFunc(held, func(deleted *Deleted) bool {
		return !strings.EqualFold(deleted.Resource.Type, k.of) || !s.now().Before(deleted.PurgeAt)
	}), err
}

// heldItself is what Azure holds of the id that is put; nil if nothing.
func (p *put) heldItself() (*Deleted, error) {
	deleted, err := p.tx.DeletedAt(p.id.String())
	if err != nil || deleted == nil || !p.service.now().Before(deleted.PurgeAt) {
		return nil, err
	}
	return deleted, nil
}

// heldWith is what Azure holds of the type that is put, with a value that is unique.
func (p *put) heldWith(value string) ([]*Deleted, error) {
	held, err := p.tx.DeletedWithValue(p.id.Type(), "", value)
	return slices.DeleteFunc(held, func(deleted *Deleted) bool { return !p.service.now().Before(deleted.PurgeAt) }), err
}

// listDeleted lists what can be restored or purged.
func (s *Service) listDeleted(k deletedKind) (answer, error) {
	value := []any{}
	err := s.store.View(func(tx *Tx) error {
		held, err := s.holds(tx, k)
		for _, deleted := range held {
			value = append(value, k.describe(deleted))
		}
		return err
	})
	return answer{status: http.StatusOK, body: map[string]any{"value": value}}, err
}

// deleted answers for one, and purges it on DELETE.
func (s *Service) deleted(k deletedKind, method string, id arm.ID) (answer, error) {
	if method != http.MethodGet && method != http.MethodDelete {
		return answer{}, methodNotAllowed(method, id.Type())
	}
	var found *Deleted
	err := s.store.Update(func(tx *Tx) error {
		held, err := s.holds(tx, k)
		for _, deleted := range held {
			if strings.EqualFold(k.describe(deleted)["id"].(string), id.String()) {
				found = deleted
			}
		}
		if found != nil && method == http.MethodDelete {
			return tx.RemoveDeleted(found.Resource.ID)
		}
		return err
	})
	switch {
	case err != nil:
		return answer{}, err
	case found == nil:
		return answer{}, notFound(id)
	case method == http.MethodDelete:
		return answer{status: http.StatusOK}, nil
	}
	return answer{status: http.StatusOK, body: k.describe(found)}, nil
}

func (k deletedKind) describe(deleted *Deleted) map[string]any {
	living, err := arm.ParseID(deleted.Resource.ID)
	if err != nil {
		return map[string]any{"id": deleted.Resource.ID}
	}
	location := text(deleted.Resource.Body, "location")
	properties, _ := deleted.Resource.Body["properties"].(map[string]any)
	described := mergePatch(properties, map[string]any{
		"deletionDate":       deleted.DeletedAt.UTC().Format(http.TimeFormat),
		"scheduledPurgeDate": deleted.PurgeAt.UTC().Format(http.TimeFormat),
	})
	if strings.EqualFold(k.of, "Microsoft.ApiManagement/service") {
		described = map[string]any{
			"serviceId":          deleted.Resource.ID,
			"deletionDate":       deleted.DeletedAt.UTC().Format("2006-01-02T15:04:05Z"),
			"scheduledPurgeDate": deleted.PurgeAt.UTC().Format("2006-01-02T15:04:05Z"),
		}
	}
	return map[string]any{
		"id": k.id(living, location), "name": living.Name(), "type": k.itself, "location": location,
		"kind": deleted.Resource.Body["kind"], "properties": described,
	}
}

// restore brings what was deleted back as it was; whatever else the request says
// is ignored.
func (p *put) restore(deleted *Deleted) error {
	p.body = deleted.Resource.Body
	p.old = p.body
	for _, below := range deleted.Below {
		if err := p.tx.Put(below); err != nil {
			return err
		}
	}
	return p.tx.RemoveDeleted(deleted.Resource.ID)
}
