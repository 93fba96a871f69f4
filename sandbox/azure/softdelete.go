package azure

import (
	"net/http"
	"strconv"
	"strings"

	"github.com/aoai-gateway/aoai-gateway/internal/arm"
)

// Names of Azure OpenAI accounts: unique in the world as subdomains, and held
// for 48 hours after deletion.

const deletedAccountType = "Microsoft.CognitiveServices/locations/resourceGroups/deletedAccounts"

// nameIsFree refuses a new account whose name or subdomain is held, and turns a
// restore into the account that was deleted.
func (p *put) nameIsFree() error {
	restore, _ := p.properties()["restore"].(bool)
	delete(p.properties(), "restore") // write-only
	if p.old != nil {
		return nil
	}
	held, err := p.tx.Deleted()
	if err != nil {
		return err
	}
	for _, deleted := range held {
		if !p.service.now().Before(deleted.PurgeAt) || !strings.EqualFold(deleted.Resource.ID, p.id.String()) {
			continue
		}
		if !restore {
			return refuse(http.StatusConflict, "FlagMustBeSetForRestore",
				"An existing resource with ID '%s' has been soft-deleted. To restore the resource, you must specify 'restore' to be "+
					"'true' in the property. If you don't want to restore existing resource, please purge it first.", p.id)
		}
		return p.restore(deleted)
	}
	if restore {
		return refuse(http.StatusBadRequest, "CanNotRestoreANonExistingResource",
			"There is no soft-deleted resource '%s' to restore. Leave 'restore' out.", p.id)
	}
	return p.subdomainIsFree(text(p.properties(), "customSubDomainName"), held)
}

// restore brings the deleted account back as it was; whatever else the request
// says is ignored.
func (p *put) restore(deleted *Deleted) error {
	p.body = deleted.Resource.Body
	p.old = p.body
	return p.tx.RemoveDeleted(deleted.Resource.ID)
}

// subdomainIsFree asks everybody: the accounts of this sandbox, those deleted
// and not purged, and the world's in the seed.
func (p *put) subdomainIsFree(subdomain string, held []*Deleted) error {
	if subdomain == "" {
		return nil
	}
	taken := false
	for _, name := range p.service.seed.TakenSubdomains {
		taken = taken || strings.EqualFold(name, subdomain)
	}
	accounts, err := p.tx.Containing(strconv.Quote(subdomain))
	if err != nil {
		return err
	}
	for _, deleted := range held {
		if p.service.now().Before(deleted.PurgeAt) {
			accounts = append(accounts, &deleted.Resource)
		}
	}
	for _, account := range accounts {
		properties, _ := account.Body["properties"].(map[string]any)
		taken = taken || strings.EqualFold(text(properties, "customSubDomainName"), subdomain)
	}
	if taken {
		return refuse(http.StatusConflict, "CustomDomainInUse",
			"The subdomain name '%s' is already used. Please pick a different name.", subdomain)
	}
	return nil
}

// deletedAccounts lists the accounts that can be restored or purged.
func (s *Service) deletedAccounts() (answer, error) {
	value := []any{}
	err := s.store.View(func(tx *Tx) error {
		held, err := tx.Deleted()
		for _, deleted := range held {
			if s.now().Before(deleted.PurgeAt) {
				value = append(value, s.describeDeleted(deleted))
			}
		}
		return err
	})
	return answer{status: http.StatusOK, body: map[string]any{"value": value}}, err
}

// deletedAccount answers for one, and purges it on DELETE.
func (s *Service) deletedAccount(method string, id arm.ID) (answer, error) {
	if method != http.MethodGet && method != http.MethodDelete {
		return answer{}, methodNotAllowed(method, id.Type())
	}
	var found *Deleted
	err := s.store.Update(func(tx *Tx) error {
		held, err := tx.Deleted()
		for _, deleted := range held {
			described := s.describeDeleted(deleted)
			if strings.EqualFold(described["id"].(string), id.String()) && s.now().Before(deleted.PurgeAt) {
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
	return answer{status: http.StatusOK, body: s.describeDeleted(found)}, nil
}

func (s *Service) describeDeleted(deleted *Deleted) map[string]any {
	account, err := arm.ParseID(deleted.Resource.ID)
	if err != nil {
		return map[string]any{"id": deleted.Resource.ID}
	}
	location := text(deleted.Resource.Body, "location")
	properties, _ := deleted.Resource.Body["properties"].(map[string]any)
	described := mergePatch(properties, map[string]any{
		"deletionDate":       deleted.DeletedAt.UTC().Format(http.TimeFormat),
		"scheduledPurgeDate": deleted.PurgeAt.UTC().Format(http.TimeFormat),
	})
	id := "/subscriptions/" + account.Subscription() + "/providers/Microsoft.CognitiveServices/locations/" + location +
		"/resourceGroups/" + account.ResourceGroup() + "/deletedAccounts/" + account.Name()
	return map[string]any{
		"id": id, "name": account.Name(), "type": deletedAccountType, "location": location,
		"kind": deleted.Resource.Body["kind"], "properties": described,
	}
}
