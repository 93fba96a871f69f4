package azurenative

import (
	"context"
	"fmt"
	"maps"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	"github.com/pulumi/pulumi/sdk/v3/go/common/resource/plugin"

	"github.com/aoai-gateway/aoai-gateway/internal/arm"
)

// Create makes a resource. It asks first whether one is there already and
// refuses then, as azure-native does, and reads the resource after writing it.
func (p *Provider) Create(ctx context.Context, req plugin.CreateRequest) (plugin.CreateResponse, error) {
	t, err := p.typeOf(req.Type)
	if err != nil {
		return plugin.CreateResponse{}, err
	}
	if req.Preview {
		return plugin.CreateResponse{Properties: previewOutputs(t, req.Properties)}, nil
	}
	inputs := plain(req.Properties)
	id, err := p.resourceID(t, inputs)
	if err != nil {
		return plugin.CreateResponse{}, err
	}
	switch existing, err := p.cloud.Get(ctx, id, t.APIVersion); {
	case err != nil:
		return plugin.CreateResponse{}, err
	case existing != nil:
		return plugin.CreateResponse{}, fmt.Errorf("cannot create already existing resource %q", id)
	}
	id, out, err := p.write(ctx, t, id, inputs)
	if err != nil {
		return plugin.CreateResponse{}, err
	}
	return plugin.CreateResponse{ID: resource.ID(id), Properties: out, Status: resource.StatusOK}, nil
}

// Update puts the new inputs over the resource.
func (p *Provider) Update(ctx context.Context, req plugin.UpdateRequest) (plugin.UpdateResponse, error) {
	t, err := p.typeOf(req.Type)
	if err != nil {
		return plugin.UpdateResponse{}, err
	}
	if req.Preview {
		out := previewOutputs(t, req.NewInputs)
		for name, value := range out {
			out[name] = withComputed(value, req.OldOutputs[name])
		}
		for _, stable := range []resource.PropertyKey{"name", "location"} {
			if value, ok := req.OldOutputs[stable]; ok {
				out[stable] = value
			}
		}
		return plugin.UpdateResponse{Properties: out}, nil
	}
	_, out, err := p.write(ctx, t, string(req.ID), plain(req.NewInputs))
	if err != nil {
		return plugin.UpdateResponse{}, err
	}
	return plugin.UpdateResponse{Properties: out, Status: resource.StatusOK}, nil
}

// write sends a PUT and reads the result back.
func (p *Provider) write(
	ctx context.Context, t *arm.ResourceType, id string, inputs map[string]any,
) (string, resource.PropertyMap, error) {
	answer, err := p.cloud.Put(ctx, id, t.APIVersion, requestBody(t.Inputs, p.bodyInputs(t, inputs)))
	if err != nil {
		return "", nil, err
	}
	if canonical, ok := answer["id"].(string); ok {
		id = canonical
	}
	answer, err = p.cloud.Read(ctx, id, t.APIVersion)
	if err != nil {
		return "", nil, fmt.Errorf("after writing: %w", err)
	}
	return id, properties(outputs(t.Inputs, answer)), nil
}

// Read answers what Azure has now. What counts as changed is what differs
// between the old outputs and the new ones, both seen as inputs; that difference
// is put onto the old inputs. Values that Azure filled at creation are thereby
// no drift.
func (p *Provider) Read(ctx context.Context, req plugin.ReadRequest) (plugin.ReadResponse, error) {
	t, err := p.typeOf(req.Type)
	if err != nil {
		return plugin.ReadResponse{}, err
	}
	answer, err := p.cloud.Get(ctx, string(req.ID), t.APIVersion)
	if err != nil || answer == nil {
		return plugin.ReadResponse{}, err
	}
	out := outputs(t.Inputs, answer)
	inputs := req.Inputs
	if inputs == nil {
		if inputs, err = importedInputs(t, string(req.ID), out); err != nil {
			return plugin.ReadResponse{}, err
		}
	} else {
		before := properties(inputProjection(t.Inputs, plain(req.State)))
		now := properties(inputProjection(t.Inputs, out))
		inputs = applyDiff(inputs, before.Diff(now))
	}
	return plugin.ReadResponse{
		ReadResult: plugin.ReadResult{ID: req.ID, Inputs: inputs, Outputs: properties(out)},
		Status:     resource.StatusOK,
	}, nil
}

// importedInputs are what an imported resource's inputs would have been.
func importedInputs(t *arm.ResourceType, id string, out map[string]any) (resource.PropertyMap, error) {
	values, err := t.Path.Match(id)
	if err != nil {
		return nil, err
	}
	inputs := inputProjection(t.Inputs, out)
	for _, name := range t.PathParams {
		if value, ok := values[name]; ok {
			inputs[name] = value
		}
	}
	return properties(inputs), nil
}

// Delete removes the resource; one that is gone already is no error.
func (p *Provider) Delete(ctx context.Context, req plugin.DeleteRequest) (plugin.DeleteResponse, error) {
	t, err := p.typeOf(req.Type)
	if err != nil {
		return plugin.DeleteResponse{}, err
	}
	if err := p.cloud.DeleteAndWait(ctx, string(req.ID), t.APIVersion); err != nil {
		return plugin.DeleteResponse{}, err
	}
	return plugin.DeleteResponse{Status: resource.StatusOK}, nil
}

// withComputed is an input as an output of the preview: members that Azure has filled in
// before, such as an identity's principalId, are unknown until it has answered again. So
// does azure-native, by the types of its answers.
func withComputed(input, before resource.PropertyValue) resource.PropertyValue {
	if !input.IsObject() || !before.IsObject() {
		return input
	}
	filled := resource.PropertyMap{}
	for name, member := range input.ObjectValue() {
		filled[name] = withComputed(member, before.ObjectValue()[name])
	}
	for name := range before.ObjectValue() {
		if _, given := filled[name]; !given {
			filled[name] = resource.MakeComputed(resource.NewProperty(""))
		}
	}
	return resource.NewProperty(filled)
}

// resourceID fills the type's path from the inputs.
func (p *Provider) resourceID(t *arm.ResourceType, inputs map[string]any) (string, error) {
	values := map[string]string{"subscriptionId": p.account.SubscriptionID}
	for _, name := range t.Path.Parameters() {
		if value, ok := inputs[name].(string); ok {
			values[name] = value
		}
	}
	id, err := t.Path.Fill(values)
	if err != nil {
		return "", fmt.Errorf("building the id of a %s: %w", t.Token, err)
	}
	return id, nil
}

// bodyInputs leaves out what went into the path.
func (p *Provider) bodyInputs(t *arm.ResourceType, inputs map[string]any) map[string]any {
	body := maps.Clone(inputs)
	for _, name := range t.PathParams {
		delete(body, name)
	}
	return body
}

// previewOutputs are the inputs that come back as outputs; all else is unknown
// until deployment.
func previewOutputs(t *arm.ResourceType, inputs resource.PropertyMap) resource.PropertyMap {
	out := resource.PropertyMap{}
	for name, value := range inputs {
		if _, known := t.Inputs.Properties[string(name)]; known {
			out[name] = value
		}
	}
	return out
}
