// Package openai makes Azure OpenAI accounts with their deployments, or takes
// existing ones, and grants the use of their models.
package openai

import (
	"fmt"

	cognitiveservices "github.com/pulumi/pulumi-azure-native-sdk/cognitiveservices/v2/v20241001"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/aoai-gateway/aoai-gateway/components/internal/register"
	"github.com/aoai-gateway/aoai-gateway/internal/arm"
	"github.com/aoai-gateway/aoai-gateway/internal/azure"
	"github.com/aoai-gateway/aoai-gateway/internal/defaults"
	"github.com/aoai-gateway/aoai-gateway/internal/faults"
)

// AccountArgs describe an account to be made.
type AccountArgs struct {
	ResourceGroupName pulumi.StringInput
	// AccountName names the account and its custom subdomain, which Entra
	// tokens need and which can never change.
	AccountName pulumi.StringInput
	// Region is the Azure region, such as swedencentral.
	Region string
	// Kind is KindOpenAI, as where it is empty, or KindFoundry.
	Kind string
	Tags pulumi.StringMapInput
	// LocalAuth switches the account's API keys on. It costs the guarantee that
	// every call carries an identity.
	LocalAuth bool
	Network   Network
	// OnlyFrom is the one public IP address that may reach the endpoint, beside the
	// ranges in Network; nil leaves that to Network.
	OnlyFrom pulumi.StringInput
	// Closed switches the public endpoint off: only private endpoints let callers in. Network
	// and OnlyFrom are then without effect.
	Closed bool
	// Deployments are made one after another: Azure refuses two at a time.
	Deployments []Deployment
	// Told gets what was chosen for the deployments and warnings about their models, with
	// paths below the arguments; nil for nobody.
	Told func(warning bool, path, message string)
}

// Validate returns every mistake, with its path below the arguments.
func (a *AccountArgs) Validate() error {
	var list faults.List
	if a.ResourceGroupName == nil {
		list.Add("resourceGroupName", "is missing")
	}
	if a.AccountName == nil {
		list.Add("accountName", "is missing")
	}
	if a.Region == "" {
		list.Add("region", "is missing")
	}
	ValidateKind(&list, "kind", a.Kind)
	list.Merge("network", a.Network.Validate())
	list.Merge("deployments", ValidateDeployments(a.Deployments))
	return list.Err()
}

// publicAccess is Azure's word for whether the public endpoint answers. Open accounts are
// closed to strangers all the same; Front Door cannot reach closed ones through Private Link.
func (a *AccountArgs) publicAccess() string {
	if a.Closed {
		return "Disabled"
	}
	return "Enabled"
}

// Account is an Azure OpenAI account, made here or elsewhere.
type Account struct {
	pulumi.ResourceState

	// ID is the account's resource id.
	ID pulumi.StringOutput `pulumi:"accountId"`
	// Name is the account's name.
	Name pulumi.StringOutput `pulumi:"accountName"`
	// Region is where the account is, such as swedencentral.
	Region pulumi.StringOutput `pulumi:"region"`
	// HostName is where the account answers, such as
	// contoso.openai.azure.com.
	HostName pulumi.StringOutput `pulumi:"hostName"`
	// Ready are the account and its deployments: whoever needs the models waits
	// for these.
	Ready []pulumi.Resource
}

// NewAccount makes an account and its deployments.
func NewAccount(ctx *pulumi.Context, name string, args *AccountArgs, opts ...pulumi.ResourceOption) (*Account, error) {
	component := &Account{}
	if err := register.Component(ctx, register.Kind{Token: "aoai-gateway:openai:Account", Noun: "openai account"}, name, args, component, opts); err != nil {
		return nil, err
	}
	deployments, err := settle(args.Deployments, arm.NormalRegion(args.Region), args.Told)
	if err != nil {
		return nil, fmt.Errorf("openai account %s: %w", name, err)
	}
	kind, identity := args.kindInAzure(ctx, component)
	account, err := cognitiveservices.NewAccount(ctx, name, &cognitiveservices.AccountArgs{
		AccountName:       args.AccountName,
		ResourceGroupName: args.ResourceGroupName,
		Kind:              kind,
		Identity:          identity,
		Location:          pulumi.String(arm.NormalRegion(args.Region)),
		Sku:               &cognitiveservices.SkuArgs{Name: pulumi.String("S0")},
		Tags:              args.Tags,
		Properties: &cognitiveservices.AccountPropertiesArgs{
			CustomSubDomainName: args.AccountName,
			DisableLocalAuth:    pulumi.Bool(!args.LocalAuth),
			PublicNetworkAccess: pulumi.String(args.publicAccess()),
			NetworkAcls:         networkRules(defaults.Filled(args.Network), args.OnlyFrom),
		},
	},
		append(keepIdentity(args.Kind),
			pulumi.Parent(component),
			// Azure refuses to change a subdomain in place.
			pulumi.ReplaceOnChanges([]string{"properties.customSubDomainName"}),
		)...,
	)
	if err != nil {
		return nil, fmt.Errorf("account %s: %w", name, err)
	}
	component.ID = account.ID().ToStringOutput()
	component.Name = account.Name
	component.Region = pulumi.String(arm.NormalRegion(args.Region)).ToStringOutput()
	component.HostName = hostName(account.Name)
	component.Ready = []pulumi.Resource{account}
	err = component.deploy(ctx, name, args.ResourceGroupName, args.Tags, deployments)
	if err != nil {
		return nil, err
	}
	return component, component.registerOutputs(ctx)
}

// ExistingAccountArgs name an account that somebody else made.
type ExistingAccountArgs struct {
	ResourceGroupName string
	AccountName       string
	// Tags go on what is made in it.
	Tags pulumi.StringMapInput
	// Deployments are made in it, beside those that it has.
	Deployments []Deployment
	// Told gets what was chosen for the deployments and warnings about their models, with
	// paths below the arguments; nil for nobody.
	Told func(warning bool, path, message string)
}

// Validate returns every mistake, with its path below the arguments.
func (a *ExistingAccountArgs) Validate() error {
	var list faults.List
	list.AddError("resourceGroupName", arm.ResourceGroupName.Check(a.ResourceGroupName))
	list.AddError("accountName", arm.OpenAIAccountName.Check(a.AccountName))
	list.Merge("deployments", ValidateDeployments(a.Deployments))
	return list.Err()
}

// UseAccount takes an account that exists. It fails at preview where there is
// none, or where the account has no custom subdomain, so that Entra tokens would
// not work on it. The account itself is never changed or deleted.
func UseAccount(
	ctx *pulumi.Context, name string, args *ExistingAccountArgs, opts ...pulumi.ResourceOption,
) (*Account, error) {
	component := &Account{}
	if err := register.Component(ctx, register.Kind{Token: "aoai-gateway:openai:Account", Noun: "openai account"}, name, args, component, opts); err != nil {
		return nil, err
	}
	found, err := FindAccount(ctx, args.ResourceGroupName, args.AccountName, pulumi.Parent(component))
	if err != nil {
		return nil, err
	}
	deployments := args.Deployments
	if found.Location != nil {
		if deployments, err = settle(deployments, arm.NormalRegion(*found.Location), args.Told); err != nil {
			return nil, fmt.Errorf("openai account %s: %w", name, err)
		}
	}
	if disabled := found.Properties.DisableLocalAuth; disabled == nil || !*disabled {
		warnOfKeys(ctx, args.AccountName, component)
	}
	component.ID = pulumi.String(found.Id).ToStringOutput()
	component.Region = pulumi.StringPtrFromPtr(found.Location).ToStringPtrOutput().Elem()
	component.Name = pulumi.String(found.Name).ToStringOutput()
	component.HostName = hostName(pulumi.String(*found.Properties.CustomSubDomainName))
	err = component.deploy(ctx, name, pulumi.String(args.ResourceGroupName), args.Tags, deployments)
	if err != nil {
		return nil, err
	}
	return component, component.registerOutputs(ctx)
}

// FindAccount asks Azure for an account. It fails where there is none, where the account
// is of a kind without Azure OpenAI models, and where it has no custom subdomain, so that
// Entra tokens would not work on it.
func FindAccount(
	ctx *pulumi.Context, resourceGroup, name string, opts ...pulumi.InvokeOption,
) (*cognitiveservices.LookupAccountResult, error) {
	found, err := cognitiveservices.LookupAccount(ctx, &cognitiveservices.LookupAccountArgs{
		AccountName: name, ResourceGroupName: resourceGroup,
	}, opts...)
	switch {
	case err != nil && arm.IsNotFound(err.Error()):
		return nil, AccountMissing(resourceGroup, name)
	case err != nil:
		return nil, fmt.Errorf("looking up the account %s in resource group %s: %w", name, resourceGroup, err)
	}
	if found.Kind == nil || !azure.HasModels(*found.Kind) {
		kind := "none"
		if found.Kind != nil {
			kind = *found.Kind
		}
		return nil, fmt.Errorf("the account %s in resource group %s is of kind %s, which has no Azure OpenAI models; name one of kind OpenAI or AIServices",
			name, resourceGroup, kind)
	}
	if subdomain := found.Properties.CustomSubDomainName; subdomain == nil || *subdomain == "" {
		return nil, fmt.Errorf("the account %s in resource group %s has no custom subdomain, so that Entra tokens do not work on it; "+
			"give it one in Azure or make a new account", name, resourceGroup)
	}
	return found, nil
}

// AccountMissing says that an existing account is not there.
func AccountMissing(resourceGroup, name string) error {
	return faults.New("there is no account %s in resource group %s", name, resourceGroup).Remedy("correct the names, or make it first").Err()
}

// deploy makes the deployments one after another: Azure answers 409
// RequestConflict to two operations on one account. Each waits for all before it,
// so that any two of them are also deleted one after the other.
func (a *Account) deploy(
	ctx *pulumi.Context, name string, resourceGroup pulumi.StringInput, tags pulumi.StringMapInput, deployments []Deployment,
) error {
	var spill []spilling
	for _, deployment := range deployments {
		deployment = deployment.WithDefaults()
		model, version := deployment.modelOf(ctx, a.Name, resourceGroup, a)
		properties := &cognitiveservices.DeploymentPropertiesArgs{
			Model:                &cognitiveservices.DeploymentModelArgs{Format: pulumi.String("OpenAI"), Name: model, Version: version},
			VersionUpgradeOption: deployment.upgradeOption(ctx, a.Name, resourceGroup, a),
		}
		if deployment.ContentFilter != "" {
			properties.RaiPolicyName = pulumi.String(deployment.ContentFilter)
		}
		options := []pulumi.ResourceOption{
			pulumi.Parent(a),
			pulumi.DependsOn(a.Ready),
			// A deployment's model cannot change in place, and its name is taken
			// until it is gone.
			pulumi.ReplaceOnChanges([]string{"properties.model.name", "properties.model.format"}),
			pulumi.DeleteBeforeReplace(true),
		}
		made, err := cognitiveservices.NewDeployment(ctx, name+"."+deployment.Name, &cognitiveservices.DeploymentArgs{
			AccountName:       a.Name,
			ResourceGroupName: resourceGroup,
			DeploymentName:    pulumi.String(deployment.Name),
			Tags:              deployment.tagged(tags),
			Properties:        properties,
			Sku: &cognitiveservices.SkuArgs{
				Name: pulumi.String(deployment.SKU), Capacity: pulumi.Int(deployment.Capacity),
			},
		}, options...)
		if err != nil {
			return fmt.Errorf("deployment %s of account %s: %w", deployment.Name, name, err)
		}
		a.Ready = append(a.Ready, made)
		if deployment.Spillover != "" {
			spill = append(spill, spilling{deployment, model, version})
		}
	}
	return a.addSpillover(ctx, name, resourceGroup, tags, spill)
}

func (a *Account) registerOutputs(ctx *pulumi.Context) error {
	return ctx.RegisterResourceOutputs(a, pulumi.Map{"accountId": a.ID, "accountName": a.Name, "region": a.Region, "hostName": a.HostName})
}

// warnOfKeys says that an account can be used around the gateway's identities.
func warnOfKeys(ctx *pulumi.Context, account string, component pulumi.Resource) {
	// Failing to log is no reason to fail: the engine is gone then.
	_ = ctx.Log.Warn(fmt.Sprintf("API keys still work on the existing account %s; set disableLocalAuth on it, "+
		"so that every call carries an identity", account), &pulumi.LogArgs{Resource: component})
}

func hostName(subdomain pulumi.StringInput) pulumi.StringOutput {
	return pulumi.Sprintf("%s."+azure.OpenAIDomain, subdomain)
}

// networkRules gives the bypass only with Deny: the two go together in Azure.
func networkRules(n Network, only pulumi.StringInput) cognitiveservices.NetworkRuleSetPtrInput {
	ranges := cognitiveservices.IpRuleArray{}
	if only != nil {
		n.DefaultAction = "Deny"
		ranges = append(ranges, &cognitiveservices.IpRuleArgs{Value: only})
	}
	rules := &cognitiveservices.NetworkRuleSetArgs{DefaultAction: pulumi.String(n.DefaultAction)}
	if n.DefaultAction == "Deny" {
		bypass := "None"
		if *n.BypassAzureServices {
			bypass = "AzureServices"
		}
		rules.Bypass = pulumi.String(bypass)
		for _, ipRange := range n.AllowedIPRanges {
			ranges = append(ranges, &cognitiveservices.IpRuleArgs{Value: pulumi.String(ipRange)})
		}
		rules.IpRules = ranges
	}
	return rules
}
