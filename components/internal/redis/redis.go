// Package redis makes databases of Azure Managed Redis. Its resources are registered by their
// tokens: the SDK has no package for them that can be had.
package redis

import (
	"fmt"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/aoai-gateway/aoai-gateway/internal/azure"
)

// token is the Pulumi type of a resource or call of Azure Managed Redis.
func token(name string) string { return "azure-native:cache/v20250401:" + name }

// Cluster describes a cluster with one database, which finds vectors.
type Cluster struct {
	ResourceGroupName pulumi.StringInput
	Name              pulumi.StringInput
	// Region is Azure's name of it, such as westeurope.
	Region string
	Tags   pulumi.StringMapInput
	SKU    string
	// HighAvailability keeps a second copy.
	HighAvailability bool
}

// Database is a database that was made.
type Database struct {
	// ClusterID is the resource id of the cluster.
	ClusterID pulumi.StringOutput
	// ConnectionString holds the key, and is a secret.
	ConnectionString pulumi.StringOutput
}

// cluster and database are the resources with their outputs.
type cluster struct {
	pulumi.CustomResourceState

	Name     pulumi.StringOutput `pulumi:"name"`
	HostName pulumi.StringOutput `pulumi:"hostName"`
}

type database struct {
	pulumi.CustomResourceState

	Name pulumi.StringOutput `pulumi:"name"`
}

// New makes a cluster and its database. It takes TLS only, and a key: API Management has no other
// way in. Source:
// https://learn.microsoft.com/azure/api-management/api-management-howto-cache-external
func New(ctx *pulumi.Context, name string, args Cluster, opts ...pulumi.ResourceOption) (*Database, error) {
	highAvailability := "Disabled"
	if args.HighAvailability {
		highAvailability = "Enabled"
	}
	properties := pulumi.Map{
		"resourceGroupName": args.ResourceGroupName, "clusterName": args.Name, "location": pulumi.String(args.Region),
		"sku": pulumi.Map{"name": pulumi.String(args.SKU)}, "minimumTlsVersion": pulumi.String("1.2"),
		"highAvailability": pulumi.String(highAvailability),
	}
	if args.Tags != nil {
		properties["tags"] = args.Tags
	}
	on := &cluster{}
	if err := ctx.RegisterResource(token("RedisEnterprise"), name, properties, on, opts...); err != nil {
		return nil, fmt.Errorf("cluster of Redis %s: %w", name, err)
	}
	made := &database{}
	err := ctx.RegisterResource(token("Database"), name, pulumi.Map{
		"resourceGroupName": args.ResourceGroupName, "clusterName": on.Name, "databaseName": pulumi.String("default"),
		"clientProtocol": pulumi.String("Encrypted"), "port": pulumi.Int(azure.RedisPort), "accessKeysAuthentication": pulumi.String("Enabled"),
		"clusteringPolicy": pulumi.String(azure.RedisSearchClustering), "evictionPolicy": pulumi.String(azure.RedisSearchEviction),
		"modules": pulumi.Array{pulumi.Map{"name": pulumi.String(azure.RedisSearch)}},
	}, made, opts...)
	if err != nil {
		return nil, fmt.Errorf("database of Redis %s: %w", name, err)
	}
	key := keyOf(ctx, args.ResourceGroupName, on.Name, made.Name, opts)
	return &Database{
		ClusterID:        on.ID().ToStringOutput(),
		ConnectionString: pulumi.ToSecret(pulumi.Sprintf("%s:%d,password=%s,ssl=True,abortConnect=False", on.HostName, azure.RedisPort, key)).(pulumi.StringOutput),
	}, nil
}

// keysArgs are the arguments of the call that lists a database's keys, and keys its answer.
type keysArgs struct {
	ResourceGroupName string `pulumi:"resourceGroupName"`
	ClusterName       string `pulumi:"clusterName"`
	DatabaseName      string `pulumi:"databaseName"`
}

type keys struct {
	Primary string `pulumi:"primaryKey"`
}

// keyOf asks for the database's primary key.
func keyOf(ctx *pulumi.Context, group, cluster, database pulumi.StringInput, opts []pulumi.ResourceOption) pulumi.StringOutput {
	return pulumi.All(group, cluster, database).ApplyT(func(of []any) (string, error) {
		var listed keys
		args := &keysArgs{of[0].(string), of[1].(string), of[2].(string)}
		if err := ctx.Invoke(token("listDatabaseKeys"), args, &listed, invokeOptions(opts)...); err != nil {
			return "", fmt.Errorf("asking for the key of Redis %s: %w", args.ClusterName, err)
		}
		return listed.Primary, nil
	}).(pulumi.StringOutput)
}

// invokeOptions are those of the options of a resource that a call takes, too.
func invokeOptions(opts []pulumi.ResourceOption) []pulumi.InvokeOption {
	var found []pulumi.InvokeOption
	for _, each := range opts {
		if option, both := each.(pulumi.InvokeOption); both {
			found = append(found, option)
		}
	}
	return found
}
