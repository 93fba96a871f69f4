// Package wiring joins components: accounts behind a gateway, gateways behind an edge, and
// what they log. Its functions make ordinary resources and components, and no component of
// their own: what they make has no parent but the stack, or the one that a Ground names. The program of this project is
// made of them, and so can others be; docs/library.md shows one.
package wiring

import (
	"fmt"
	"regexp"

	resources "github.com/pulumi/pulumi-azure-native-sdk/resources/v2/v20220901"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/aoai-gateway/aoai-gateway/components/monitor"
	"github.com/aoai-gateway/aoai-gateway/internal/arm"
	"github.com/aoai-gateway/aoai-gateway/internal/faults"
)

// GroundArgs describe what all else stands on.
type GroundArgs struct {
	// Name begins the names of all resources in the stack; "" (default) for a program with
	// one Ground.
	Name string
	// NamePrefix begins the names in Azure: 2 to 20 lower-case letters, digits and inner
	// hyphens, a letter first. A random suffix makes them unique.
	NamePrefix string
	// Region is the Azure region of what stands in one, such as swedencentral.
	Region string
	// ResourceGroup names a group that exists; "" (default) makes one.
	ResourceGroup string
	Tags          pulumi.StringMap
	// Workspace takes logs; nil (default) for none.
	Workspace *Workspace
	// Provider is the azure-native provider of everything; nil (default) makes one of the
	// stack's configuration and the environment.
	Provider pulumi.ProviderResource
	// Parent is the component that everything belongs to; nil (default) for the stack.
	Parent pulumi.Resource
}

// Workspace is a Log Analytics workspace: one that exists, or one that is made.
type Workspace struct {
	// ID is the resource id of one that exists; "" makes one.
	ID string
	// RetentionDays and DailyQuotaGB are for one that is made; 0 for
	// the default of monitor.WorkspaceArgs, and for no limit.
	RetentionDays, DailyQuotaGB int
	// Prices are what models cost, for the query that tells money by caller and product.
	Prices []monitor.Price
}

var prefixForm = regexp.MustCompile(`^[a-z](?:[a-z0-9-]{0,18}[a-z0-9])$`)

// CheckNamePrefix refuses a prefix with which names in Azure would be illegal.
func CheckNamePrefix(prefix string) error {
	if !prefixForm.MatchString(prefix) {
		return faults.New("%q is not a prefix for names", prefix).About(prefix).Remedy("allowed are 2 to 20 characters: " +
			"lower-case letters, digits and inner hyphens, a letter first").Err()
	}
	return nil
}

// Validate returns every mistake, with its path below the arguments.
func (a *GroundArgs) Validate() error {
	var list faults.List
	list.AddError("namePrefix", CheckNamePrefix(a.NamePrefix))
	arm.CheckRegion(&list, "region", a.Region)
	if a.ResourceGroup != "" {
		list.AddError("resourceGroup", arm.ResourceGroupName.Check(a.ResourceGroup))
	}
	return list.Err()
}

// Ground is what all else stands on: the provider, names, a resource group, a workspace.
type Ground struct {
	Provider pulumi.ProviderResource
	// Caller is who deploys, and where.
	Caller        Caller
	ResourceGroup pulumi.StringInput
	// WorkspaceID is nil where nothing is logged.
	WorkspaceID pulumi.StringInput

	args  GroundArgs
	names names
}

// NewGround makes the ground.
func NewGround(ctx *pulumi.Context, args GroundArgs) (*Ground, error) {
	if err := args.Validate(); err != nil {
		return nil, fmt.Errorf("ground: %w", err)
	}
	g := &Ground{args: args, Provider: args.Provider}
	var err error
	if g.Provider == nil {
		if g.Provider, err = g.newProvider(ctx); err != nil {
			return nil, err
		}
	}
	if g.Caller, err = WhoDeploys(ctx, g.Provider); err != nil {
		return nil, err
	}
	if g.names, err = newNames(ctx, g.called, g.child(), args.NamePrefix); err != nil {
		return nil, err
	}
	if err := g.makeResourceGroup(ctx); err != nil {
		return nil, err
	}
	return g, g.makeWorkspace(ctx)
}

// called is what a resource is called in the stack.
func (g *Ground) called(name string) string {
	if g.args.Name == "" {
		return name
	}
	return g.args.Name + "-" + name
}

// newProvider makes a provider for this ground. Beside other components it needs a name of
// its own.
func (g *Ground) newProvider(ctx *pulumi.Context) (pulumi.ProviderResource, error) {
	if g.args.Parent == nil {
		return NewProvider(ctx)
	}
	return newProvider(ctx, g.called("azure"), g.child())
}

// child are the options of what takes no provider.
func (g *Ground) child() pulumi.ResourceOption {
	if g.args.Parent == nil {
		return pulumi.Composite()
	}
	return pulumi.Parent(g.args.Parent)
}

// resource are the options of a resource on this ground, component those of a component.
func (g *Ground) resource() pulumi.ResourceOption {
	return pulumi.Composite(pulumi.Provider(g.Provider), g.child())
}

func (g *Ground) component() pulumi.ResourceOption {
	return pulumi.Composite(pulumi.Providers(g.Provider), g.child())
}

func (g *Ground) makeResourceGroup(ctx *pulumi.Context) error {
	if g.args.ResourceGroup != "" {
		g.ResourceGroup = pulumi.String(g.args.ResourceGroup)
		return nil
	}
	group, err := resources.NewResourceGroup(ctx, g.called("group"), &resources.ResourceGroupArgs{
		ResourceGroupName: g.names.resourceGroup(),
		Location:          pulumi.String(arm.NormalRegion(g.args.Region)),
		Tags:              g.args.Tags,
	}, g.resource(),
		// A group's region says where its list is kept and nothing else: moving it
		// would delete all that is in it.
		pulumi.IgnoreChanges([]string{"location"}))
	if err != nil {
		return fmt.Errorf("resource group: %w", err)
	}
	g.ResourceGroup = group.Name
	return nil
}

func (g *Ground) makeWorkspace(ctx *pulumi.Context) error {
	settings := g.args.Workspace
	if settings == nil {
		return nil
	}
	if settings.ID != "" {
		g.WorkspaceID = pulumi.String(settings.ID)
		return nil
	}
	workspace, err := monitor.NewWorkspace(ctx, g.called("logs"), &monitor.WorkspaceArgs{
		ResourceGroupName: g.ResourceGroup, WorkspaceName: g.names.workspace(), Region: g.args.Region,
		Tags: g.args.Tags, RetentionDays: settings.RetentionDays, DailyQuotaGB: settings.DailyQuotaGB,
	}, g.component())
	if err != nil {
		return err
	}
	g.WorkspaceID = workspace.ID
	return nil
}

// Diagnose sends a resource's logs to the workspace, if there is one. The setting bears the
// stack's suffix: an existing resource may serve other stacks.
func (g *Ground) Diagnose(ctx *pulumi.Context, name string, id pulumi.StringInput, parent pulumi.Resource) error {
	if g.WorkspaceID == nil {
		return nil
	}
	_, err := monitor.NewDiagnosticSetting(ctx, name, &monitor.DiagnosticSettingArgs{
		SettingName: g.names.own(), ResourceID: id, WorkspaceID: g.WorkspaceID,
	}, pulumi.Parent(parent))
	return err
}
