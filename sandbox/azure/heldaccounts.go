package azure

import (
	"net/http"
	"strings"
)

// Names of Azure OpenAI accounts: unique in the world as subdomains, and held
// for 48 hours after deletion.

// nameIsFree refuses a new account whose name or subdomain is held, and turns a
// restore into the account that was deleted.
func (p accountWrite) nameIsFree() error {
	restore, _ := p.properties()["restore"].(bool)
	delete(p.properties(), "restore") // write-only
	if p.old != nil {
		return nil
	}
	deleted, err := p.heldItself()
	if err != nil {
		return err
	}
	if deleted != nil {
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
	return p.subdomainIsFree(text(p.properties(), "customSubDomainName"))
}

// subdomainIsFree asks everybody: the accounts of this sandbox, those deleted
// and not purged, and the world's in the seed.
func (p accountWrite) subdomainIsFree(subdomain string) error {
	if subdomain == "" {
		return nil
	}
	taken := false
	for _, name := range p.service.seed.TakenSubdomains {
		taken = taken || strings.EqualFold(name, subdomain)
	}
	living, err := p.tx.WithValue(accountType, "", subdomain)
	if err != nil {
		return err
	}
	held, err := p.heldWith(subdomain)
	if err != nil {
		return err
	}
	if taken || len(living)+len(held) > 0 {
		return refuse(http.StatusConflict, "CustomDomainInUse",
			"The subdomain name '%s' is already used. Please pick a different name.", subdomain)
	}
	return nil
}
