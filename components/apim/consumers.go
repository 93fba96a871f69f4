package apim

import (
	"fmt"

	apimanagement "github.com/pulumi/pulumi-azure-native-sdk/apimanagement/v2/v20240501"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/aoai-gateway/aoai-gateway/policies"
)

// SubscriptionKeys are the keys of one subscription. Both work; two, so that one
// can be renewed while the other is in use.
type SubscriptionKeys struct {
	Name               string
	Primary, Secondary pulumi.StringOutput
}

// makeProducts makes the products with the API in each.
func (b *apiBuilder) makeProducts() error {
	b.products = map[string]*apimanagement.Product{}
	service := b.args.Service
	for _, product := range b.args.Options.Products {
		name := b.name + "-" + product.Name
		args := &apimanagement.ProductArgs{
			ProductId:         pulumi.String(product.Name),
			ServiceName:       service.Name,
			ResourceGroupName: service.group,
			DisplayName:       pulumi.String(product.displayName()),
			// An open product would let in whoever comes without a key.
			SubscriptionRequired: pulumi.Bool(true),
			State:                apimanagement.ProductStateEnumPublished,
		}
		if product.Description != "" {
			args.Description = pulumi.String(product.Description)
		}
		made, err := apimanagement.NewProduct(b.ctx, name, args, service.below(b.component,
			// The service gives every product a subscription of its own and refuses to
			// delete a product that has one; azure-native does not say that it should
			// (pulumi-azure-native#846). A product that is not wanted any more stays,
			// without an API in it.
			pulumi.RetainOnDelete(true))...)
		if err != nil {
			return fmt.Errorf("product %s: %w", product.Name, err)
		}
		b.products[product.Name] = made
		if err := b.fillProduct(name, product, made); err != nil {
			return err
		}
	}
	return nil
}

func (b *apiBuilder) fillProduct(name string, product Product, made *apimanagement.Product) error {
	service := b.args.Service
	_, err := apimanagement.NewProductApi(b.ctx, name, &apimanagement.ProductApiArgs{
		ApiId: b.api.Name, ProductId: made.Name, ServiceName: service.Name, ResourceGroupName: service.group,
	}, service.below(b.component)...)
	if err != nil {
		return fmt.Errorf("API in product %s: %w", product.Name, err)
	}
	if unlimited(product.Limits) {
		return nil
	}
	rendered, err := policies.Place{Product: true}.Compose(policies.Limited{Key: policies.ByProduct, Limits: product.Limits})
	if err != nil {
		return fmt.Errorf("the policy of product %s: %w", product.Name, err)
	}
	_, err = apimanagement.NewProductPolicy(b.ctx, name, &apimanagement.ProductPolicyArgs{
		PolicyId: pulumi.String("policy"), ProductId: made.Name, ServiceName: service.Name, ResourceGroupName: service.group,
		Format: pulumi.String("rawxml"), Value: pulumi.String(rendered.Document),
	}, service.below(b.component)...)
	if err != nil {
		return fmt.Errorf("the policy of product %s: %w", product.Name, err)
	}
	return nil
}

// makeSubscriptions makes the consumers and asks for the keys that the service has
// given them.
func (b *apiBuilder) makeSubscriptions() error {
	service := b.args.Service
	for _, subscription := range b.args.Options.Subscriptions {
		scope := b.api.ID().ToStringOutput()
		if product, ok := b.products[subscription.Product]; ok {
			scope = product.ID().ToStringOutput()
		}
		made, err := apimanagement.NewSubscription(b.ctx, b.name+"-"+subscription.Name, &apimanagement.SubscriptionArgs{
			Sid:               pulumi.String(subscription.Name),
			ServiceName:       service.Name,
			ResourceGroupName: service.group,
			DisplayName:       pulumi.String(subscription.displayName()),
			Scope:             scope,
			// Azure's default is submitted, whose keys do not work yet.
			State:        apimanagement.SubscriptionStateEnumActive,
			AllowTracing: pulumi.Bool(false),
		}, service.below(b.component)...)
		if err != nil {
			return fmt.Errorf("subscription %s: %w", subscription.Name, err)
		}
		keys := apimanagement.ListSubscriptionSecretsOutput(b.ctx, apimanagement.ListSubscriptionSecretsOutputArgs{
			ResourceGroupName: service.group, ServiceName: service.Name, Sid: made.Name,
		}, pulumi.Parent(b.component))
		b.component.Keys = append(b.component.Keys, SubscriptionKeys{
			Name: subscription.Name, Primary: secret(keys.PrimaryKey()), Secondary: secret(keys.SecondaryKey()),
		})
	}
	return nil
}

// secret keeps a value out of logs, and encrypted in state and outputs.
func secret(value pulumi.StringPtrOutput) pulumi.StringOutput {
	return pulumi.ToSecret(value.Elem()).(pulumi.StringOutput)
}
