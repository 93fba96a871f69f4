package apim

import (
	"fmt"

	cognitiveservices "github.com/pulumi/pulumi-azure-native-sdk/cognitiveservices/v2/v20241001"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/aoai-gateway/aoai-gateway/components/internal/register"
	"github.com/aoai-gateway/aoai-gateway/components/internal/roles"
	"github.com/aoai-gateway/aoai-gateway/internal/arm"
	"github.com/aoai-gateway/aoai-gateway/internal/azure"
	"github.com/aoai-gateway/aoai-gateway/internal/faults"
	"github.com/aoai-gateway/aoai-gateway/policies"
)

// ContentSafetyArgs describe what judges a service's prompts.
type ContentSafetyArgs struct {
	Service           *Service
	ResourceGroupName pulumi.StringInput
	// AccountName names the account and its subdomain.
	AccountName pulumi.StringInput
	// Region is where the account is, unless Options name one.
	Region  string
	Tags    pulumi.StringMapInput
	Options ContentSafety
}

// Validate returns every mistake, with its path below the arguments.
func (a *ContentSafetyArgs) Validate() error {
	var list faults.List
	list.Need("service", a.Service != nil)
	list.Need("resourceGroupName", a.ResourceGroupName != nil)
	list.Need("accountName", a.AccountName != nil)
	list.Need("region", a.Region != "")
	identity, offered := SystemAssigned, azure.APIMSKU{}
	if a.Service != nil {
		identity, offered = a.Service.identity(), offeredBy(a.Service.sku)
	}
	options := a.Options
	options.Enabled = true
	list.Merge("options", options.validate(identity, offered))
	return list.Err()
}

// Judge is what judges a service's prompts.
type Judge struct {
	pulumi.ResourceState

	// ID is the resource id of the account.
	ID pulumi.StringOutput `pulumi:"accountId"`
	// Ready is what has to be there before a policy asks.
	Ready []pulumi.Resource

	part policies.ContentSafety
}

// safetyAPIVersion is the version in which the template writes the backend. Source: public
// templates, which have credentials by managed identity in it; the specification lacks them.
const safetyAPIVersion = "2024-06-01-preview"

// NewContentSafety makes an account of Azure AI Content Safety without keys, lets the service's
// own identity ask it, and a backend that shows that identity. The backend is deployed by a
// template, as pools are: the SDK's type has no managed identity.
func NewContentSafety(ctx *pulumi.Context, name string, args *ContentSafetyArgs, opts ...pulumi.ResourceOption) (*Judge, error) {
	component := &Judge{}
	if err := register.Component(ctx, register.Kind{Token: "aoai-gateway:apim:ContentSafety", Noun: "content safety"}, name, args, component, opts); err != nil {
		return nil, err
	}
	region := args.Region
	if args.Options.Region != "" {
		region = args.Options.Region
	}
	account, err := cognitiveservices.NewAccount(ctx, name, &cognitiveservices.AccountArgs{
		AccountName:       args.AccountName,
		ResourceGroupName: args.ResourceGroupName,
		Kind:              pulumi.String(azure.ARMKindContentSafety),
		Location:          pulumi.String(arm.NormalRegion(region)),
		Sku:               &cognitiveservices.SkuArgs{Name: pulumi.String("S0")},
		Tags:              args.Tags,
		Properties: &cognitiveservices.AccountPropertiesArgs{
			CustomSubDomainName: args.AccountName, DisableLocalAuth: pulumi.Bool(true), PublicNetworkAccess: pulumi.String("Enabled"),
		},
	}, pulumi.Parent(component), pulumi.ReplaceOnChanges([]string{"properties.customSubDomainName"}))
	if err != nil {
		return nil, fmt.Errorf("account %s: %w", name, err)
	}
	component.ID = account.ID().ToStringOutput()
	grant, err := roles.Assign(ctx, name+".gateway", arm.CognitiveServicesUser, component.ID, args.Service.PrincipalID, "ServicePrincipal",
		pulumi.Parent(component), pulumi.DeleteBeforeReplace(false))
	if err != nil {
		return nil, err
	}
	template := pulumi.All(args.Service.Name, account.Name).ApplyT(func(of []any) map[string]any {
		return safetyTemplate(of[0].(string), of[1].(string))
	}).(pulumi.MapOutput)
	backend, err := newStack(ctx, name, "contentsafety", "delete", args.Service, template,
		pulumi.Parent(component), pulumi.DependsOn([]pulumi.Resource{grant}), pulumi.DeleteBeforeReplace(false))
	if err != nil {
		return nil, err
	}
	component.Ready = []pulumi.Resource{backend}
	component.part = policies.ContentSafety{
		Backend: safetyBackend, ShieldPrompts: args.Options.ShieldPrompts, Thresholds: args.Options.Thresholds,
	}
	return component, ctx.RegisterResourceOutputs(component, pulumi.Map{"accountId": component.ID})
}

// safetyTemplate is the ARM template of the backend; all in it is literal.
func safetyTemplate(serviceName, accountName string) map[string]any {
	return template(map[string]any{
		"type": "Microsoft.ApiManagement/service/backends", "apiVersion": safetyAPIVersion, "name": serviceName + "/" + safetyBackend,
		"properties": map[string]any{
			"protocol": "http", "url": "https://" + accountName + "." + azure.CognitiveServicesDomain, "description": "Azure AI Content Safety",
			"credentials": map[string]any{"managedIdentity": map[string]any{"resource": azure.CognitiveServicesAudience}},
			"tls":         map[string]any{"validateCertificateChain": true, "validateCertificateName": true},
		},
	})
}
