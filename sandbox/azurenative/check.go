package azurenative

import (
	"context"
	"fmt"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	"github.com/pulumi/pulumi/sdk/v3/go/common/resource/plugin"

	"github.com/aoai-gateway/aoai-gateway/internal/arm"
)

// Check fills the defaults that azure-native fills (name and location) and
// compares the inputs with the contract. Warnings about open enums do not fail.
func (p *Provider) Check(ctx context.Context, req plugin.CheckRequest) (plugin.CheckResponse, error) {
	t, err := p.typeOf(req.Type)
	if err != nil {
		return plugin.CheckResponse{}, err
	}
	inputs := req.News.Copy()
	if err := p.defaultName(t, req, inputs); err != nil {
		return plugin.CheckResponse{}, err
	}
	p.defaultLocation(ctx, t, req.Olds, inputs)

	var failures []plugin.CheckFailure
	for _, violation := range t.Check(plain(inputs)) {
		if !violation.Warning {
			failures = append(failures, plugin.CheckFailure{
				Property: resource.PropertyKey(violation.Path), Reason: violation.String(),
			})
		}
	}
	return plugin.CheckResponse{Properties: inputs, Failures: failures}, nil
}

// defaultName names a resource whose program gave no name: its old name, else
// the program's name for it and eight random characters.
func (p *Provider) defaultName(t *arm.ResourceType, req plugin.CheckRequest, inputs resource.PropertyMap) error {
	key := resource.PropertyKey(t.Path.Name())
	if inputs.HasValue(key) {
		return nil
	}
	if old, ok := req.Olds[key]; ok {
		inputs[key] = old
		return nil
	}
	name, err := resource.NewUniqueName(req.RandomSeed, req.URN.Name(), 8, 0, nil)
	if err != nil {
		return fmt.Errorf("naming %s: %w", req.URN, err)
	}
	inputs[key] = resource.NewStringProperty(name)
	return nil
}

// defaultLocation takes, in this order: the old inputs' location, the
// provider's configuration, the resource group's location.
func (p *Provider) defaultLocation(
	ctx context.Context, t *arm.ResourceType, olds, inputs resource.PropertyMap,
) {
	if _, takes := t.Inputs.Properties["location"]; !takes || inputs.HasValue("location") {
		return
	}
	sources := []resource.PropertyMap{olds}
	if config := p.config.Load(); config != nil {
		sources = append(sources, *config)
	}
	for _, source := range sources {
		if location, ok := source["location"]; ok {
			inputs["location"] = location
			return
		}
	}
	group, ok := inputs["resourceGroupName"]
	switch {
	case !ok:
	case group.ContainsUnknowns():
		inputs["location"] = resource.MakeComputed(resource.NewStringProperty(""))
	case group.IsString():
		id := "/subscriptions/" + p.account.SubscriptionID + "/resourceGroups/" + group.StringValue()
		answer, err := p.cloud.Get(ctx, id, resourceGroupsVersion)
		if location, ok := answer["location"].(string); ok && err == nil {
			inputs["location"] = resource.NewStringProperty(location)
		}
	}
}

const resourceGroupsVersion = "2022-09-01"
