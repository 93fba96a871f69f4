package azure

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"

	"github.com/aoai-gateway/aoai-gateway/internal/arm"
)

// Principal is somebody that a role can be granted to.
type Principal struct {
	// ID is the object id in Entra, a GUID.
	ID string `json:"id"`
	// Type is User, Group or ServicePrincipal.
	Type string `json:"type"`
	Name string `json:"name"`
	// AppID is the client id of a service principal's application; "" for the
	// object id.
	AppID string `json:"appId,omitempty"`
	// IdentifierURIs are names of the application as a resource that tokens are for, such as
	// api://contoso-models.
	IdentifierURIs []string `json:"identifierUris,omitempty"`
	// Roles are the application roles that are assigned to it, Groups the ids of
	// its groups: claims of its tokens.
	Roles  []string `json:"roles,omitempty"`
	Groups []string `json:"groups,omitempty"`
}

// Seed is what exists in the sandbox's Azure before anything is deployed.
type Seed struct {
	TenantID       string `json:"tenantId"`
	SubscriptionID string `json:"subscriptionId"`
	// Deployer is who the deployments run as.
	Deployer Principal `json:"deployer"`
	// Principals are users, groups and service principals besides the deployer.
	Principals []Principal `json:"principals"`
	// TakenSubdomains are custom subdomains that others in the world hold.
	TakenSubdomains []string `json:"takenSubdomains"`
	// Quotas limit what may be deployed, in the regions that they mention.
	Quotas []Quota `json:"quotas"`
	// Models are offered beside those of the table of models.
	Models []Offer `json:"models"`
	// Permissions limit what who deploys may do; without them, everything.
	Permissions []Permission `json:"permissions"`
	// UnregisteredProviders are namespaces, such as Microsoft.Cdn, that the subscription
	// is not registered for.
	UnregisteredProviders []string `json:"unregisteredProviders"`
	// Policies are in force in the subscription, and deny what they deny.
	Policies []AssignedPolicy `json:"policies"`
	// Resources are ARM bodies, parents first, each with its full id.
	Resources []map[string]any `json:"resources"`
}

// DefaultSeed is a tenant with one subscription and nothing in it.
func DefaultSeed() Seed {
	return Seed{
		TenantID:       "00000000-0000-4000-8000-000000000001",
		SubscriptionID: "00000000-0000-4000-8000-000000000002",
		Deployer:       Principal{ID: "00000000-0000-4000-8000-000000000003", Type: "User", Name: deployerName},
	}
}

// ReadSeed reads a seed file (JSON). What it leaves out is as in DefaultSeed;
// what it has too much is an error.
func ReadSeed(path string) (Seed, error) {
	raw, err := os.ReadFile(path)
	if err != nil {
		return Seed{}, fmt.Errorf("reading the seed file: %w", err)
	}
	seed := DefaultSeed()
	decoder := json.NewDecoder(bytes.NewReader(raw))
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(&seed); err != nil {
		return Seed{}, fmt.Errorf("decoding the seed file %s: %w", path, err)
	}
	return seed, nil
}

// plant puts the seed into the store, where it is not there yet.
func (s *Service) plant() error {
	return s.store.Update(func(tx *Tx) error {
		for _, principal := range append([]Principal{s.seed.Deployer}, s.seed.Principals...) {
			if err := tx.PutPrincipal(principal); err != nil {
				return err
			}
		}
		for i, body := range s.seed.Resources {
			if err := s.plantResource(tx, body); err != nil {
				return fmt.Errorf("resources[%d]: %w", i, err)
			}
		}
		return nil
	})
}

func (s *Service) plantResource(tx *Tx, body map[string]any) error {
	id, err := arm.ParseID(text(body, "id"))
	if err != nil {
		return err
	}
	if found, err := tx.Get(id.String()); err != nil || found != nil {
		return err
	}
	return s.put(tx, id, "", body, true)
}
