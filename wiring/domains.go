package wiring

import (
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/aoai-gateway/aoai-gateway/components/apim"
)

// newCertificateReader makes who reads the certificates of a service's custom domains; nil where
// it has none.
func newCertificateReader(ctx *pulumi.Context, ground *Ground, options apim.Options) (*apim.CertificateReader, error) {
	if len(options.CustomDomains) == 0 {
		return nil, nil //nolint:nilnil // no domains, no reader
	}
	names, err := ground.names.placed("certificates", site{region: ground.args.Region, resourceGroup: ground.args.ResourceGroup})
	if err != nil {
		return nil, err
	}
	return apim.NewCertificateReader(ctx, ground.called("certificates"), &apim.CertificateReaderArgs{
		ResourceGroupName: ground.ResourceGroup, IdentityName: names.reader(), Region: ground.args.Region, Tags: ground.args.Tags, Domains: options.CustomDomains,
	}, ground.component())
}
