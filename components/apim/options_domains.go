package apim

import (
	"fmt"
	"strings"

	"github.com/aoai-gateway/aoai-gateway/components/internal/vault"
	"github.com/aoai-gateway/aoai-gateway/internal/arm"
	"github.com/aoai-gateway/aoai-gateway/internal/azure"
	"github.com/aoai-gateway/aoai-gateway/internal/faults"
)

// CustomDomain is a host name of yours by which callers reach the gateways.
type CustomDomain struct {
	// HostName is such as ai.contoso.com. Its CNAME record has to lead to Azure's own name of
	// the service.
	HostName    string      `json:"hostName"`
	Certificate Certificate `json:"certificate"`
}

// Certificate is one in a key vault, with its key. The service reads it by an identity that
// has no other rights, and takes over what the vault renews within four hours.
type Certificate struct {
	// KeyVaultID is the vault's resource id. It has to decide access by Azure roles, and its
	// firewall has to be off.
	KeyVaultID string `json:"keyVaultId"`
	// SecretName is the name of the certificate.
	SecretName string `json:"secretName"`
}

func (o Options) validateDomains() error {
	var list faults.List
	if known, found := azure.FindAPIMSKU(o.SKU); found && !known.ManyDomains && len(o.CustomDomains) > 1 {
		list.Add("customDomains", "has %d, and %s takes one", len(o.CustomDomains), o.SKU).About(len(o.CustomDomains)).
			Remedy("keep one, or take sku %s", azure.WithManyDomains())
	}
	first := map[string]int{}
	for i, domain := range o.CustomDomains {
		at := fmt.Sprintf("customDomains[%d]", i)
		list.AddError(at+".hostName", checkDomain(domain.HostName))
		if before, twice := first[domain.HostName]; twice {
			list.Add(at+".hostName", "%q is customDomains[%d] already", domain.HostName, before).About(domain.HostName).Remedy("remove one")
		} else {
			first[domain.HostName] = i
		}
		list.Merge(at+".certificate", vault.Check(domain.Certificate.KeyVaultID, domain.Certificate.SecretName))
	}
	return list.Err()
}

// checkDomain refuses what is no host name, and Azure's own domain, for which Azure takes no
// certificate: https://github.com/Azure/azure-rest-api-specs/issues/9267
func checkDomain(name string) error {
	switch {
	case strings.HasPrefix(name, "*."):
		return faults.New("%q is a wildcard, which this stack does not offer", name).About(name).Remedy("write each host name out").Err()
	case strings.HasSuffix(name, "."+azure.GatewayDomain):
		return faults.New("%q lies in %s, whose certificates are Azure's", name, azure.GatewayDomain).About(name).Remedy("give a host name of yours").Err()
	}
	return arm.CheckHostName(name)
}
