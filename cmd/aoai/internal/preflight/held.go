package preflight

import (
	"context"
	"fmt"
	"strings"

	"github.com/aoai-gateway/aoai-gateway/internal/arm"
)

// heldLists are, below a subscription, the lists of what is soft-deleted. Sources: the
// REST references of Deleted Accounts, 2024-10-01, and Deleted Services, 2024-05-01.
var heldLists = map[string]struct{ path, apiVersion string }{
	accounts: {"/providers/Microsoft.CognitiveServices/deletedAccounts", "2024-10-01"},
	services: {"/providers/Microsoft.ApiManagement/deletedservices", "2024-05-01"},
}

// held is a soft-deleted resource whose name Azure holds.
type held struct {
	ID         string `json:"id"`
	Name       string `json:"name"`
	Location   string `json:"location"`
	Properties struct {
		Subdomain string `json:"customSubDomainName"`
		Until     string `json:"scheduledPurgeDate"`
	} `json:"properties"`
}

// heldOf lists what is held of a type, and asks once.
func (c *checker) heldOf(ctx context.Context, armType string) ([]held, error) {
	where, exists := heldLists[armType]
	if known, asked := c.held[armType]; asked || !exists {
		return known, nil
	}
	listed, err := c.cloud.List(ctx, c.subscription+where.path, where.apiVersion)
	if err != nil {
		err = c.tolerate(Names, "names that Azure holds of "+armType, err)
	}
	if err != nil {
		return nil, err
	}
	all, err := decode[held](listed)
	if err != nil {
		return nil, fmt.Errorf("looking for names that Azure holds: %w", err)
	}
	c.held[armType] = all
	return all, nil
}

// findHeld looks for a new resource's name among what Azure holds. A resource that is to
// be restored may be there.
func (c *checker) findHeld(ctx context.Context, s *step, name string) (bool, error) {
	all, err := c.heldOf(ctx, s.kind.ARMType)
	if err != nil {
		return false, err
	}
	for _, each := range all {
		if !strings.EqualFold(each.Name, name) && !strings.EqualFold(each.Properties.Subdomain, name) {
			continue
		}
		if restores(s) {
			return true, nil
		}
		problem := "a deleted resource holds the name"
		if each.Properties.Until != "" {
			problem += " until " + each.Properties.Until
		}
		c.find(Finding{Names, s.place(), name, problem, each.remedy(s.kind.ARMType)})
		return true, nil
	}
	return false, nil
}

// restores reports whether a resource comes back from deletion.
func restores(s *step) bool {
	for _, path := range [][]string{{"restore"}, {"properties", "restore"}} {
		if wanted, _ := s.inputs.at(path...).(bool); wanted {
			return true
		}
	}
	return false
}

// remedy is how a name becomes free, or its resource comes back.
func (h held) remedy(armType string) string {
	id, err := arm.ParseID(h.ID)
	if err != nil {
		return "purge it, or restore it and import it"
	}
	places := map[string]string{"locations": h.Location}
	for i, kind := range id.Types {
		places[kind] = id.Names[i]
	}
	location := places["locations"]
	if armType == services {
		return fmt.Sprintf("purge it (az apim deletedservice purge --service-name %s --location %s; on the sandbox aoai recover --purge), "+
			"or restore it with aoai-gateway:apim.restore", h.Name, location)
	}
	of := fmt.Sprintf("--name %s --resource-group %s --location %s", h.Name, places["resourceGroups"], location)
	return fmt.Sprintf("purge it (az cognitiveservices account purge %s; on the sandbox aoai recover --purge), "+
		"or restore it (az cognitiveservices account recover %s) and pulumi import it", of, of)
}
