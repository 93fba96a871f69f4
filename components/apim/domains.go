package apim

import (
	"fmt"

	apimanagement "github.com/pulumi/pulumi-azure-native-sdk/apimanagement/v2/v20240501"
	managedidentity "github.com/pulumi/pulumi-azure-native-sdk/managedidentity/v2/v20230131"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/aoai-gateway/aoai-gateway/components/internal/register"
	"github.com/aoai-gateway/aoai-gateway/components/internal/roles"
	"github.com/aoai-gateway/aoai-gateway/components/internal/vault"
	"github.com/aoai-gateway/aoai-gateway/internal/arm"
	"github.com/aoai-gateway/aoai-gateway/internal/faults"
)

// CertificateReaderArgs describe who reads the certificates of custom domains.
type CertificateReaderArgs struct {
	ResourceGroupName pulumi.StringInput
	IdentityName      pulumi.StringInput
	// Region is the Azure region, such as swedencentral.
	Region  string
	Tags    pulumi.StringMapInput
	Domains []CustomDomain
}

// Validate returns every mistake, with its path below the arguments. Options check the domains.
func (a *CertificateReaderArgs) Validate() error {
	var list faults.List
	list.Need("resourceGroupName", a.ResourceGroupName != nil)
	list.Need("identityName", a.IdentityName != nil)
	list.Need("region", a.Region != "")
	list.Need("domains", len(a.Domains) > 0)
	for i, domain := range a.Domains {
		list.Merge(fmt.Sprintf("domains[%d].certificate", i), vault.Check(domain.Certificate.KeyVaultID, domain.Certificate.SecretName))
	}
	return list.Err()
}

// CertificateReader is the identity by which a service reads the certificates of its custom
// domains. It is there, with its roles, before the service: Azure reads the certificates while
// it makes the service.
type CertificateReader struct {
	pulumi.ResourceState

	// ID is the identity's resource id, ClientID what the service names it by.
	ID       pulumi.StringOutput `pulumi:"identityId"`
	ClientID pulumi.StringOutput `pulumi:"clientId"`
	// Grants are its roles on the vaults.
	Grants []pulumi.Resource
}

// NewCertificateReader makes a user-assigned identity that may read the secrets of the domains'
// vaults, and nothing else.
func NewCertificateReader(ctx *pulumi.Context, name string, args *CertificateReaderArgs, opts ...pulumi.ResourceOption) (*CertificateReader, error) {
	component := &CertificateReader{}
	if err := register.Component(ctx, register.Kind{Token: "aoai-gateway:apim:CertificateReader", Noun: "certificate reader"}, name, args, component, opts); err != nil {
		return nil, err
	}
	// A moved service is made before the old one goes, and so is its identity.
	replace := pulumi.DeleteBeforeReplace(false)
	identity, err := managedidentity.NewUserAssignedIdentity(ctx, name, &managedidentity.UserAssignedIdentityArgs{
		ResourceName: args.IdentityName, ResourceGroupName: args.ResourceGroupName, Location: pulumi.String(arm.NormalRegion(args.Region)), Tags: args.Tags,
	}, pulumi.Parent(component), replace)
	if err != nil {
		return nil, fmt.Errorf("identity %s: %w", name, err)
	}
	granted := map[string]bool{}
	for _, domain := range args.Domains {
		id, err := arm.ParseID(domain.Certificate.KeyVaultID)
		if err != nil {
			return nil, err
		}
		if granted[arm.Fold(id.String())] {
			continue
		}
		granted[arm.Fold(id.String())] = true
		grant, err := roles.Assign(ctx, name+"."+id.Name(), arm.KeyVaultSecretsUser, pulumi.String(id.String()).ToStringOutput(), identity.PrincipalId, "ServicePrincipal",
			pulumi.Parent(component), replace)
		if err != nil {
			return nil, err
		}
		component.Grants = append(component.Grants, grant)
	}
	component.ID, component.ClientID = identity.ID().ToStringOutput(), identity.ClientId
	return component, ctx.RegisterResourceOutputs(component, pulumi.Map{"identityId": component.ID, "clientId": component.ClientID})
}

// ServiceDomain is a custom domain of a service.
type ServiceDomain struct {
	HostName string
	// SecretURL is where the service reads the certificate. It has no version.
	SecretURL string
}

func (o Options) serviceDomains() ([]ServiceDomain, error) {
	var domains []ServiceDomain
	for _, domain := range o.CustomDomains {
		id, err := arm.ParseID(domain.Certificate.KeyVaultID)
		if err != nil {
			return nil, fmt.Errorf("the vault of %s: %w", domain.HostName, err)
		}
		domains = append(domains, ServiceDomain{domain.HostName, vault.SecretURL(id, domain.Certificate.SecretName)})
	}
	return domains, nil
}

// answersAt adds custom domains to a service's properties. Azure adds the service's own name.
func answersAt(domains []ServiceDomain, reader *CertificateReader, properties *apimanagement.ApiManagementServiceArgs) {
	var hosts apimanagement.HostnameConfigurationArray
	for _, domain := range domains {
		hosts = append(hosts, apimanagement.HostnameConfigurationArgs{
			Type: pulumi.String("Proxy"), HostName: pulumi.String(domain.HostName), CertificateSource: pulumi.String("KeyVault"),
			KeyVaultId: pulumi.String(domain.SecretURL), IdentityClientId: reader.ClientID,
		})
	}
	if len(hosts) > 0 {
		properties.HostnameConfigurations = hosts
	}
}
