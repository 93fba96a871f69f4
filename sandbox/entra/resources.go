package entra

import (
	"errors"
	"fmt"
	"strings"

	facts "github.com/aoai-gateway/aoai-gateway/internal/azure"
)

// ErrUnknownResource is a resource that the tenant does not know.
var ErrUnknownResource = errors.New("AADSTS500011")

// CheckResource refuses a resource that a token is asked for and that the tenant does not know,
// in Entra's words. Known are Microsoft's own applications, those of the tenant by their id or an
// identifier URI, and what Options.Audiences names.
func (d *Directory) CheckResource(resource string) error {
	if facts.IsMicrosoftResource(resource) {
		return nil
	}
	wanted := strings.ToLower(strings.TrimSuffix(resource, "/"))
	principals, err := d.principals()
	if err != nil {
		return err
	}
	var known []string
	for _, each := range principals {
		if each.Type == "ServicePrincipal" {
			known = append(known, ApplicationID(each), "api://"+ApplicationID(each))
		}
		known = append(known, each.IdentifierURIs...)
	}
	if d.audiences != nil {
		more, err := d.audiences()
		if err != nil {
			return err
		}
		known = append(known, more...)
	}
	for _, each := range known {
		if strings.ToLower(strings.TrimSuffix(each, "/")) == wanted {
			return nil
		}
	}
	return fmt.Errorf("%w: The resource principal named %s was not found in the tenant named %s. This can happen if the application has not been installed by the administrator of the tenant "+
		"or consented to by any user in the tenant. You might have sent your authentication request to the wrong tenant. (In the sandbox: name it in the seed, in identifierUris of an application.)",
		ErrUnknownResource, resource, d.tenant)
}
