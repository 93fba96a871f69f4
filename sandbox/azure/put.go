package azure

import (
	"crypto/sha256"
	"encoding/base32"
	"maps"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/aoai-gateway/aoai-gateway/internal/arm"
)

// put is one create or update on its way into the store. A kind's complete
// works on body, which becomes the stored answer; old is the answer before, nil
// on create.
type put struct {
	service   *Service
	tx        *Tx
	id        arm.ID
	body, old map[string]any
	// hidden is kept and never answered.
	hidden map[string]any
	// planted is what the seed says is there, whatever Azure offers today.
	planted bool
	// apiVersion is the request's; patched says that it changes parts of what is there.
	apiVersion string
	patched    bool
	// warnings say what the service takes and this sandbox cannot do.
	warnings []string
	// imported are operations that an API's definition brings, by their names.
	imported map[string]map[string]any
	// importedTypes are the types of that definition; nil for none.
	importedTypes *definitionTypes
}

// put writes a resource within a transaction, at once: what a template or, planted, a
// seed names.
func (s *Service) put(tx *Tx, id arm.ID, apiVersion string, body map[string]any, planted bool) error {
	kind, err := s.kindOf(id)
	if err != nil {
		return err
	}
	if err := parentExists(tx, id); err != nil {
		return err
	}
	put := &put{service: s, tx: tx, id: id, apiVersion: apiVersion, body: body, planted: planted}
	old, err := tx.Get(id.String())
	if err != nil {
		return err
	}
	if old != nil {
		put.old, put.hidden = old.Body, old.Hidden
	}
	if err := put.complete(kind); err != nil {
		return err
	}
	if err := tx.Put(&Resource{ID: id.String(), Type: kind.armType, Body: put.body, Hidden: put.hidden, ETag: put.currentETag()}); err != nil {
		return err
	}
	return put.putImported()
}

// complete turns a request body into the answer that Azure would store.
func (p *put) complete(k kind) error {
	body := maps.Clone(p.body)
	body["id"], body["name"], body["type"] = p.id.String(), p.id.Name(), k.armType
	if _, ok := body["properties"].(map[string]any); !ok {
		body["properties"] = map[string]any{}
	}
	p.body = body
	if err := p.admit(k); err != nil {
		return err
	}
	if err := p.managementReaches(); err != nil {
		return err
	}
	if err := k.complete(p); err != nil {
		return err
	}
	if _, given := p.body["identity"].(map[string]any); given && !p.planted {
		if err := p.serviceIdentity(); err != nil {
			return err
		}
	}
	p.dropSecrets(k)
	return nil
}

// properties is the body's `properties`, to be filled.
func (p *put) properties() map[string]any { return p.body["properties"].(map[string]any) }

// oldProperties is the `properties` of the answer before, nil on create.
func (p *put) oldProperties() map[string]any {
	properties, _ := p.old["properties"].(map[string]any)
	return properties
}

// keep carries a value that Azure decided at creation over to the new answer,
// or makes it now.
func keep(target, old map[string]any, name string, decide func() any) {
	if value, ok := old[name]; ok {
		target[name] = value
		return
	}
	target[name] = decide()
}

// defaults sets what the request left out.
func defaults(target, values map[string]any) {
	for name, value := range values {
		if _, ok := target[name]; !ok {
			target[name] = value
		}
	}
}

// object returns the object at name, making it if needed.
func object(parent map[string]any, name string) map[string]any {
	if existing, ok := parent[name].(map[string]any); ok {
		return existing
	}
	made := map[string]any{}
	parent[name] = made
	return made
}

func text(parent map[string]any, name string) string {
	value, _ := parent[name].(string)
	return value
}

// settle demands a location, puts it into the form that Azure answers with, and
// refuses to move a resource.
func (p *put) settle() error {
	location := text(p.body, "location")
	if location == "" {
		return refuse(http.StatusBadRequest, "LocationRequired", "The location property is required for this definition.")
	}
	p.body["location"] = arm.NormalRegion(location)
	if before := text(p.old, "location"); arm.NormalRegion(before) == p.body["location"] {
		p.body["location"] = before // some types answer with another form, such as Global
	} else if before != "" {
		return refuse(http.StatusConflict, "InvalidResourceLocation",
			"The resource '%s' already exists in location '%s' in resource group '%s'. A resource with the same name cannot be "+
				"created in location '%s'. Please select a new resource name.", p.id.Name(), before, p.id.ResourceGroup(), p.body["location"])
	}
	return nil
}

func (p *put) guid() any { return p.service.newGUID() }

func (p *put) timestamp() string { return p.service.now().UTC().Format(time.RFC3339Nano) }

// etag changes with every write. It stands in the body of some types, and in the
// ETag header of all.
func (p *put) etag() string { return `"` + p.service.newGUID() + `"` }

// currentETag is the one in the body, or a new one.
func (p *put) currentETag() string {
	if inBody := text(p.body, "etag"); inBody != "" {
		return inBody
	}
	return p.etag()
}

// systemData says who made the resource and who changed it last.
func (p *put) systemData() {
	now := p.timestamp()
	created := map[string]any{"createdBy": deployerName, "createdByType": "User", "createdAt": now}
	if old, ok := p.old["systemData"].(map[string]any); ok {
		created = map[string]any{
			"createdBy": old["createdBy"], "createdByType": old["createdByType"], "createdAt": old["createdAt"],
		}
	}
	maps.Copy(created, map[string]any{
		"lastModifiedBy": deployerName, "lastModifiedByType": "User", "lastModifiedAt": now,
	})
	p.body["systemData"] = created
}

// deployerName is who makes changes in the sandbox.
const deployerName = "deployer@sandbox.invalid"

// label is a short hash in lower-case letters and digits, the kind that Azure
// puts into generated host names.
func label(length int, parts ...string) string {
	sum := sha256.Sum256([]byte(arm.Fold(strings.Join(parts, "|"))))
	return strings.ToLower(base32.StdEncoding.EncodeToString(sum[:]))[:length]
}

// refersTo refuses a property that must name a stored resource by its id and
// does not.
func (p *put) refersTo(property string, id any) error {
	text, ok := id.(string)
	if !ok || text == "" {
		return refuse(http.StatusBadRequest, "InvalidResource", "Property '%s' of '%s' must hold a resource id.", property, p.id)
	}
	if strings.EqualFold(text, "/subscriptions/"+p.service.seed.SubscriptionID) {
		return nil
	}
	found, err := p.tx.Get(text)
	if err != nil {
		return err
	}
	if found == nil {
		return refuse(http.StatusBadRequest, "InvalidResourceReference",
			"Resource %s referenced by resource %s (property '%s') was not found. Create it first.", text, p.id, property)
	}
	return nil
}

// refersToA is refersTo, and refuses what is of another type.
func (p *put) refersToA(property string, id any, armType string) error {
	if err := p.refersTo(property, id); err != nil {
		return err
	}
	named, err := arm.ParseID(id.(string))
	if err == nil && strings.EqualFold(named.Type(), armType) {
		return nil
	}
	return refuse(http.StatusBadRequest, "LinkedInvalidPropertyId",
		"Property '%s' of '%s' is %s, which is not of the type %s.", property, p.id, id, armType)
}

// sorted are the names of an object, in order.
func sorted(object map[string]any) []string { return slices.Sorted(maps.Keys(object)) }
