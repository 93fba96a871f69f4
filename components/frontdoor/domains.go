package frontdoor

import (
	"fmt"
	"strings"

	cdn "github.com/pulumi/pulumi-azure-native-sdk/cdn/v2/v20240901"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

// customDomains makes the domains, with certificates that Azure manages.
func (b *builder) customDomains() ([]*cdn.AFDCustomDomain, error) {
	var domains []*cdn.AFDCustomDomain
	for _, options := range b.args.Options.CustomDomains {
		name := domainName(options.HostName)
		args := &cdn.AFDCustomDomainArgs{
			CustomDomainName:  pulumi.String(name),
			ProfileName:       b.profile.Name,
			ResourceGroupName: b.args.ResourceGroupName,
			HostName:          pulumi.String(options.HostName),
			TlsSettings: &cdn.AFDDomainHttpsParametersArgs{
				CertificateType: pulumi.String("ManagedCertificate"), MinimumTlsVersion: cdn.AfdMinimumTlsVersionTLS12,
			},
		}
		if options.DNSZoneID != "" {
			args.AzureDnsZone = &cdn.ResourceReferenceArgs{Id: pulumi.String(options.DNSZoneID)}
		}
		domain, err := cdn.NewAFDCustomDomain(b.ctx, b.name+"-"+name, args, b.parent)
		if err != nil {
			return nil, fmt.Errorf("custom domain %s: %w", options.HostName, err)
		}
		domains = append(domains, domain)
	}
	return domains, nil
}

// domainName is the host name without dots, which names of Azure resources do
// not take; hyphens double, so that no two host names share one.
func domainName(hostName string) string {
	return strings.ReplaceAll(strings.ReplaceAll(hostName, "-", "--"), ".", "-")
}

// validations are the TXT records that prove the domains, by host name.
func validations(options []CustomDomain, domains []*cdn.AFDCustomDomain) pulumi.StringMapOutput {
	tokens := pulumi.StringMap{}
	for i, domain := range domains {
		tokens[options[i].HostName] = domain.ValidationProperties.ValidationToken()
	}
	return tokens.ToStringMapOutput()
}
