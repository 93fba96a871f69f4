package stacks

import (
	"strings"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/aoai-gateway/aoai-gateway/components/apim"
	"github.com/aoai-gateway/aoai-gateway/internal/faults"
)

// validateDomains refuses host names of gateways that nobody could reach.
func (c *Config) validateDomains() error {
	var list faults.List
	if c.Pattern == MultiRegion && c.Lock == LockPrivateLinkOnly && len(c.APIM.CustomDomains) > 0 {
		list.Add("apim.customDomains", "have no effect with lock %s: Front Door alone comes, by Azure's name of the gateway", c.Lock).
			Remedy("give the host names to frontDoor.customDomains, or take lock %s", LockPrivateLink)
	}
	if c.edgeInNetwork() && len(c.APIM.CustomDomains) > 0 {
		list.Add("apim.customDomains", "have no effect behind the Application Gateway, which alone reaches the gateway, by Azure's name").
			Remedy("give the host name to applicationGateway.hostName")
	}
	return list.Err()
}

// gatewayDomains tell who owns the domains where they have to lead, and which certificates the
// service reads.
func gatewayDomains(service *apim.Service) pulumi.Array {
	leadsTo := service.GatewayURL.ApplyT(func(url string) string { return strings.TrimPrefix(url, "https://") })
	all := pulumi.Array{}
	for _, domain := range service.Domains {
		all = append(all, pulumi.Map{"hostName": pulumi.String(domain.HostName), "cname": leadsTo, "certificate": pulumi.String(domain.SecretURL)})
	}
	return all
}
