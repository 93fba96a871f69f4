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
	"microsoft.apimanagement/service/namedvalues":   {"listValue", []string{"value"}},
	"microsoft.cache/redisenterprise/databases":     {"listKeys", []string{"primaryKey", "secondaryKey"}},
}

// regenerated are the actions that make a key anew, by the folded type and the folded name.
var regenerated = map[string]string{
	"microsoft.apimanagement/service/subscriptions regenerateprimarykey":   "primaryKey",
	"microsoft.apimanagement/service/subscriptions regeneratesecondarykey": "secondaryKey",
	"microsoft.cognitiveservices/accounts regeneratekey":                   "",
}

// actsOn reports whether an action of a resource is modelled.
func (s *Service) actsOn(id arm.ID, action string) bool {
	folded := arm.Fold(id.Type())
	known, listed := secrets[folded]
	_, makesKeys := regenerated[folded+" "+strings.ToLower(action)]
	return listed && strings.EqualFold(action, known.action) || makesKeys || isCallback(id, action)
}

// act answers the actions that are modelled: listing what a resource hides, and making its
// keys anew.
func (s *Service) act(path string, r *http.Request) (answer, error) {
	at := strings.LastIndexByte(path, '/')
	id, err := arm.ParseID(path[:max(at, 0)])
	if err != nil || !s.actsOn(id, path[at+1:]) {
		return answer{}, methodNotAllowed(http.MethodPost, path)
	}
	of := id
	if isCallback(id, path[at+1:]) {
		of, _ = id.Parent()
	}
	kind, err := s.kindOf(of)
	if err != nil {
		return answer{}, err
	}
	if err := checkAPIVersion(kind, r.URL.Query().Get("api-version")); err != nil {
		return answer{}, err
	}
	if key, makesKeys := regenerated[arm.Fold(id.Type())+" "+strings.ToLower(path[at+1:])]; makesKeys {
		return s.regenerate(id, key, r)
	}
	if isCallback(id, path[at+1:]) {
		return s.callback(id)
	}
	found, err := s.lookUp(id)
	if err != nil {
		return answer{}, err
	}
	return listSecrets(id, found)
}

// listSecrets answers with what a resource hides.
func listSecrets(id arm.ID, found *Resource) (answer, error) {
	if disabled, _ := found.Properties()["disableLocalAuth"].(bool); disabled {
		return answer{}, refuse(http.StatusBadRequest, "BadRequest", "Failed to list key. disableLocalAuth is set to be true.")
	}
	if text(found.Properties(), "accessKeysAuthentication") == "Disabled" {
		return answer{}, refuse(http.StatusBadRequest, "BadRequest", "Access keys authentication is disabled on the database '%s'.", id.Name())
	}
	body := map[string]any{}
	for _, name := range secrets[arm.Fold(id.Type())].names {
		body[name] = found.Hidden[name]
	}
	return answer{status: http.StatusOK, header: etagHeader(found), body: body}, nil
}

// regenerate makes a key anew: the one that the action is for, or that the body names.
// Sources: the REST references of subscriptions and of accounts.
func (s *Service) regenerate(id arm.ID, key string, r *http.Request) (answer, error) {
	if key == "" {
		body, err := readBody(r)
		if err != nil {
			return answer{}, err
		}
		if key = strings.ToLower(text(body, "keyName")); key != "key1" && key != "key2" {
			return answer{}, refuse(http.StatusBadRequest, "InvalidKeyName", "The key name '%s' is not one of Key1 and Key2.", text(body, "keyName"))
		}
	}
	var changed *Resource
	err := s.store.Update(func(tx *Tx) (err error) {
		if changed, err = tx.Get(id.String()); err != nil {
			return err
		}
		if changed == nil {
			return notFound(id)
		}
		if changed.Hidden == nil {
			changed.Hidden = map[string]any{}
		}
		changed.Hidden[key] = strings.ReplaceAll(s.newGUID(), "-", "")
		return tx.Put(changed)
	})
	if err != nil {
		return answer{}, err
	}
	if strings.EqualFold(id.Namespace, "Microsoft.ApiManagement") {
		return answer{status: http.StatusNoContent}, nil
	}
	return listSecrets(id, changed)
}
