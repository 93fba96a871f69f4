package azure

import (
	"encoding/json"
	"net/http"
	"strings"

	"github.com/aoai-gateway/aoai-gateway/internal/arm"
	facts "github.com/aoai-gateway/aoai-gateway/internal/azure"
)

// UpgradesPath is where Microsoft's own upgrades are ordered: POST an Upgrade.
const UpgradesPath = "/sandbox/upgrades"

// Upgrade is a change that Microsoft makes by itself: of an account to Foundry, or of a
// deployment to another model or version. Sources:
// https://learn.microsoft.com/azure/foundry/how-to/upgrade-azure-openai-auto and
// https://learn.microsoft.com/azure/foundry/openai/concepts/model-retirements
type Upgrade struct {
	// ID is the account's or the deployment's.
	ID string `json:"id"`
	// Identity gives an upgraded account a system-assigned identity, too. Microsoft's pages
	// ask for one in the manual upgrade, and leave open what the automatic one does.
	Identity bool `json:"identity"`
	// Model and Version are those of the deployment afterwards.
	Model   string `json:"model"`
	Version string `json:"version"`
}

// serveUpgrades carries out an upgrade that was ordered.
func (s *Service) serveUpgrades(r *http.Request) (answer, error) {
	if r.Method != http.MethodPost {
		return answer{}, methodNotAllowed(r.Method, UpgradesPath)
	}
	var ordered Upgrade
	decoder := json.NewDecoder(http.MaxBytesReader(nil, r.Body, maxBody))
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(&ordered); err != nil {
		return answer{}, refuse(http.StatusBadRequest, "InvalidUpgrade", "The upgrade cannot be read: %v.", err)
	}
	id, err := arm.ParseID(ordered.ID)
	if err != nil {
		return answer{}, refuse(http.StatusBadRequest, "InvalidUpgrade", "The upgrade names no resource: %v.", err)
	}
	found, err := s.lookUp(id)
	if err != nil {
		return answer{}, err
	}
	switch {
	case strings.EqualFold(found.Type, "Microsoft.CognitiveServices/accounts"):
		err = s.toFoundry(found, ordered)
	case strings.EqualFold(found.Type, "Microsoft.CognitiveServices/accounts/deployments") && ordered.Model != "" && ordered.Version != "":
		err = s.toModel(found, ordered)
	default:
		err = refuse(http.StatusBadRequest, "InvalidUpgrade", "Microsoft upgrades accounts, and deployments to a model and version; %s is neither, or these are missing.", ordered.ID)
	}
	if err != nil {
		return answer{}, err
	}
	return s.get(id, "")
}

// toFoundry turns an account of kind OpenAI into one of kind AIServices. Its endpoint, its
// keys and its roles stay.
func (s *Service) toFoundry(account *Resource, ordered Upgrade) error {
	if text(account.Body, "kind") != facts.ARMKindOpenAI {
		return refuse(http.StatusConflict, "InvalidUpgrade", "The account is of kind %s; Microsoft upgrades those of kind %s.", text(account.Body, "kind"), facts.ARMKindOpenAI)
	}
	return s.change(account, func(p *put) {
		p.body["kind"] = facts.ARMKindFoundry
		properties := p.properties()
		properties["allowProjectManagement"] = true
		_, properties["endpoints"] = accountEndpoints(text(p.body, "location"), facts.ARMKindFoundry, text(properties, "customSubDomainName"))
		if ordered.Identity {
			p.body["identity"] = map[string]any{"type": "SystemAssigned"}
			p.identity()
		}
	})
}

// toModel gives a deployment another model or version, which may have another name.
func (s *Service) toModel(deployment *Resource, ordered Upgrade) error {
	known := s.models.Find(ordered.Model, ordered.Version)
	if known == nil {
		return refuse(http.StatusBadRequest, "InvalidUpgrade", "The table of models has no %s %s.", ordered.Model, ordered.Version)
	}
	return s.change(deployment, func(p *put) {
		properties, sku := p.properties(), object(p.body, "sku")
		model := object(properties, "model")
		model["name"], model["version"] = ordered.Model, ordered.Version
		capacity, _ := sku["capacity"].(float64)
		properties["capabilities"] = capabilities(known)
		properties["rateLimits"] = rateLimits(facts.LimitsOf(known, text(sku, "name"), int(capacity)))
	})
}

// change writes a stored resource anew, by nobody's request.
func (s *Service) change(resource *Resource, edit func(*put)) error {
	return s.store.Update(func(tx *Tx) error {
		id, err := arm.ParseID(resource.ID)
		if err != nil {
			return err
		}
		held, err := tx.Get(resource.ID)
		if err != nil || held == nil {
			return err
		}
		p := &put{service: s, tx: tx, id: id, body: held.Body}
		edit(p)
		p.body["etag"] = p.etag()
		return tx.Put(&Resource{ID: held.ID, Type: held.Type, Body: p.body, Hidden: held.Hidden, ETag: p.currentETag()})
	})
}
