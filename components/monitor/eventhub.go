package monitor

import (
	"fmt"

	eventhub "github.com/pulumi/pulumi-azure-native-sdk/eventhub/v2/v20240101"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/aoai-gateway/aoai-gateway/components/internal/register"
	"github.com/aoai-gateway/aoai-gateway/components/internal/roles"
	"github.com/aoai-gateway/aoai-gateway/internal/arm"
	"github.com/aoai-gateway/aoai-gateway/internal/azure"
	"github.com/aoai-gateway/aoai-gateway/internal/faults"
)

// EventHubArgs describe an event hub in a namespace of its own.
type EventHubArgs struct {
	ResourceGroupName pulumi.StringInput
	// NamespaceName is unique in the world; 6 to 50 characters.
	NamespaceName pulumi.StringInput
	// HubName is 1 to 256 characters.
	HubName string
	// Region is the Azure region, such as swedencentral.
	Region string
	Tags   pulumi.StringMapInput
	// RetentionHours is how long events are kept; 1 to 168 (7 days, the limit of
	// the tier Standard).
	RetentionHours int
	// Partitions is 1 to 32. It can never change in the tier Standard.
	Partitions int
	// Linked says that private endpoints lead to the namespace, which others make: they are no
	// changes of it. Closed takes its public endpoint away.
	Linked, Closed bool
}

// Validate returns every mistake, with its path below the arguments.
func (a *EventHubArgs) Validate() error {
	var list faults.List
	if a.ResourceGroupName == nil {
		list.Add("resourceGroupName", "is missing")
	}
	if a.NamespaceName == nil {
		list.Add("namespaceName", "is missing")
	}
	if a.HubName == "" {
		list.Add("hubName", "is missing")
	}
	if a.Region == "" {
		list.Add("region", "is missing")
	}
	list.Between("retentionHours", a.RetentionHours, azure.EventHubStandardHours.Min, azure.EventHubStandardHours.Max, "h")
	list.Between("partitions", a.Partitions, azure.EventHubStandardPartitions.Min, azure.EventHubStandardPartitions.Max, "partitions")
	if a.Closed && !a.Linked {
		list.Add("closed", "true leaves nobody to send events").About(true).Remedy("give linked, too")
	}
	return list.Err()
}

// EventHub is an event hub that takes Entra identities only.
type EventHub struct {
	pulumi.ResourceState

	// ID is the hub's resource id, and Name its name.
	ID   pulumi.StringOutput `pulumi:"eventHubId"`
	Name pulumi.StringOutput `pulumi:"eventHubName"`
	// NamespaceID is the resource id of its namespace.
	NamespaceID pulumi.StringOutput `pulumi:"namespaceId"`
	// Endpoint is the namespace's host, such as contoso.servicebus.windows.net.
	Endpoint pulumi.StringOutput `pulumi:"endpoint"`
}

// NewEventHub makes a namespace of the tier Standard, whose events may be 1 MB,
// with one hub in it.
func NewEventHub(ctx *pulumi.Context, name string, args *EventHubArgs, opts ...pulumi.ResourceOption) (*EventHub, error) {
	component := &EventHub{}
	if err := register.Component(ctx, register.Kind{Token: "aoai-gateway:monitor:EventHub", Noun: "event hub"}, name, args, component, opts); err != nil {
		return nil, err
	}
	properties := &eventhub.NamespaceArgs{
		NamespaceName:     args.NamespaceName,
		ResourceGroupName: args.ResourceGroupName,
		Location:          pulumi.String(arm.NormalRegion(args.Region)),
		Sku:               &eventhub.SkuArgs{Name: pulumi.String("Standard"), Tier: pulumi.String("Standard"), Capacity: pulumi.Int(1)},
		DisableLocalAuth:  pulumi.Bool(true),
		MinimumTlsVersion: pulumi.String("1.2"),
		Tags:              args.Tags,
	}
	if args.Closed {
		properties.PublicNetworkAccess = pulumi.String("Disabled")
	}
	var ignored []string
	if args.Linked {
		ignored = []string{"privateEndpointConnections"}
	}
	namespace, err := eventhub.NewNamespace(ctx, name, properties, pulumi.Parent(component), pulumi.IgnoreChanges(ignored))
	if err != nil {
		return nil, fmt.Errorf("event hub namespace %s: %w", name, err)
	}
	hub, err := eventhub.NewEventHub(ctx, name, &eventhub.EventHubArgs{
		EventHubName:      pulumi.String(args.HubName),
		NamespaceName:     namespace.Name,
		ResourceGroupName: args.ResourceGroupName,
		PartitionCount:    pulumi.Float64(args.Partitions),
		RetentionDescription: &eventhub.RetentionDescriptionArgs{
			CleanupPolicy: pulumi.String("Delete"), RetentionTimeInHours: pulumi.Float64(args.RetentionHours),
		},
	}, pulumi.Parent(component), pulumi.ReplaceOnChanges([]string{"partitionCount"}), pulumi.DeleteBeforeReplace(true))
	if err != nil {
		return nil, fmt.Errorf("event hub %s: %w", name, err)
	}
	component.ID, component.Name = hub.ID().ToStringOutput(), hub.Name
	component.NamespaceID = namespace.ID().ToStringOutput()
	component.Endpoint = pulumi.Sprintf("%s."+azure.EventHubDomain, namespace.Name)
	return component, ctx.RegisterResourceOutputs(component, pulumi.Map{
		"eventHubId": component.ID, "eventHubName": component.Name, "namespaceId": component.NamespaceID, "endpoint": component.Endpoint,
	})
}

// NewSenderGrant lets a service's identity send events to a hub, and read none.
func NewSenderGrant(ctx *pulumi.Context, name string, to *EventHub, principalID pulumi.StringInput) (pulumi.Resource, error) {
	return roles.Assign(ctx, name, arm.EventHubsDataSender, to.ID, principalID, "ServicePrincipal", pulumi.Parent(to), pulumi.DeleteBeforeReplace(false))
}
