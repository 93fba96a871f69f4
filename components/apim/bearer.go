package apim

import (
	"fmt"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/aoai-gateway/aoai-gateway/internal/faults"
)

// API Management takes a key as Authorization: Bearer where the API says so in
// subscriptionKeyParameterNames.bearer. Microsoft's own samples write that member in API version
// 2025-03-01-preview (Azure-Samples/AI-Gateway); no page names it, and no contract lists it, so
// that neither the SDK's Api nor azure-native has it. A deployment stack writes the API once
// more, with that member, after the SDK's resource has made it, as it does for what spills over
// (components/openai). This has not been tried on Azure. What it costs:
//
//   - A change of the API is written twice; in between keys are not taken that way.
//   - The description of the API tells of it, so that taking the option back writes the API
//     once more, without. Azure may keep the member all the same.
//   - The stack detaches what it no longer names, so that the SDK's resource alone deletes.

// bearerAPIVersion is the version in which the template writes the API.
const bearerAPIVersion = "2025-03-01-preview"

// The API as both write it.
const (
	apiDisplayName       = "Azure OpenAI"
	apiDescription       = "Inference of Azure OpenAI, spread over several accounts"
	apiDescriptionBearer = apiDescription + "; a key may come as Authorization: Bearer"
)

// describe is the API's description.
func (o Options) describe() string {
	if o.BearerKeys {
		return apiDescriptionBearer
	}
	return apiDescription
}

// validateBearerKeys refuses keys in the header that has the tokens.
func (o Options) validateBearerKeys(list *faults.List) {
	switch {
	case !o.BearerKeys:
	case !o.allows(AccessKey):
		list.Add("bearerKeys", "has no effect: access has no %s", AccessKey).About(true).Remedy("add it to access, or remove the key")
	case o.allows(AccessEntra):
		list.Add("bearerKeys", "true would make keys of all tokens: both come as Authorization: Bearer, and the service refuses a key that it does not know before the policy reads a token").About(true).
			Remedy("take one of %s and %s in access, or let clients send keys as %s", AccessKey, AccessEntra, keyHeader)
	}
}

// takeBearerKeys writes the API once more, with what the SDK does not know.
func (b *apiBuilder) takeBearerKeys() error {
	if !b.args.Options.BearerKeys {
		return nil
	}
	written := b.args.Service.Name.ToStringOutput().ApplyT(func(service string) map[string]any {
		return template(map[string]any{
			"type": "Microsoft.ApiManagement/service/apis", "apiVersion": bearerAPIVersion, "name": service + "/" + apiID,
			"properties": map[string]any{
				"displayName": apiDisplayName, "description": b.args.Options.describe(), "path": apiPath, "protocols": []any{"https"}, "type": "http",
				"subscriptionRequired":          true,
				"subscriptionKeyParameterNames": map[string]any{"header": keyHeader, "query": keyQuery, "bearer": "enabled"},
			},
		})
	}).(pulumi.MapOutput)
	_, err := newStack(b.ctx, b.name+"-bearer", "bearer", "detach", b.args.Service, written,
		pulumi.Parent(b.component), pulumi.DependsOn([]pulumi.Resource{b.api}), pulumi.DeleteBeforeReplace(false))
	if err != nil {
		return fmt.Errorf("API %s: %w", b.name, err)
	}
	return nil
}
