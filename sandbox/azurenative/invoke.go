package azurenative

import (
	"context"
	"fmt"
	"strings"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	"github.com/pulumi/pulumi/sdk/v3/go/common/resource/plugin"
)

// listing is a call that lists what a resource hides.
type listing struct{ token, action string }

// listings are the calls of azure-native that are modelled, with the type that each is about and
// the action of Resource Manager that it posts.
var listings = map[string]listing{
	"azure-native:apimanagement/v20240501:listSubscriptionSecrets": {"azure-native:apimanagement/v20240501:Subscription", "listSecrets"},
	"azure-native:cache/v20250401:listDatabaseKeys":                {"azure-native:cache/v20250401:Database", "listKeys"},
}

// Invoke answers authorization:getClientConfig, the keys of API Management's
// subscriptions and of Redis, where the trigger of a workflow is called, and the getter of every resource type that the sandbox models, such
// as cognitiveservices/v20241001:getAccount.
func (p *Provider) Invoke(ctx context.Context, req plugin.InvokeRequest) (plugin.InvokeResponse, error) {
	if req.Tok == "azure-native:authorization:getClientConfig" {
		return plugin.InvokeResponse{Properties: resource.PropertyMap{
			"clientId":       resource.NewStringProperty(p.account.ClientID),
			"objectId":       resource.NewStringProperty(p.account.ObjectID),
			"subscriptionId": resource.NewStringProperty(p.account.SubscriptionID),
			"tenantId":       resource.NewStringProperty(p.account.TenantID),
		}}, nil
	}
	if req.Tok == "azure-native:logic/v20190501:listWorkflowTriggerCallbackUrl" {
		trigger, _ := plain(req.Args)["triggerName"].(string)
		return p.list(ctx, req, listing{"azure-native:logic/v20190501:Workflow", "triggers/" + trigger + "/listCallbackUrl"})
	}
	if of, known := listings[string(req.Tok)]; known {
		return p.list(ctx, req, of)
	}
	module, function, _ := strings.Cut(strings.TrimPrefix(string(req.Tok), "azure-native:"), ":")
	getter, isGetter := strings.CutPrefix(function, "get")
	t, known := p.contract.ByToken("azure-native:" + module + ":" + getter)
	if !isGetter || !known || t.Path == "" {
		return plugin.InvokeResponse{}, fmt.Errorf("the sandbox does not model the call %s", req.Tok)
	}
	id, err := p.resourceID(t, plain(req.Args))
	if err != nil {
		return plugin.InvokeResponse{}, fmt.Errorf("calling %s: %w", req.Tok, err)
	}
	answer, err := p.cloud.Read(ctx, id, t.APIVersion)
	if err != nil {
		return plugin.InvokeResponse{}, fmt.Errorf("calling %s: %w", req.Tok, err)
	}
	out := properties(outputs(t.Inputs, answer))
	out["id"] = resource.NewStringProperty(id)
	return plugin.InvokeResponse{Properties: out}, nil
}

// list asks for what a resource hides.
func (p *Provider) list(ctx context.Context, req plugin.InvokeRequest, of listing) (plugin.InvokeResponse, error) {
	t, known := p.contract.ByToken(of.token)
	if !known {
		return plugin.InvokeResponse{}, fmt.Errorf("the contract lacks what %s is about", req.Tok)
	}
	id, err := p.resourceID(t, plain(req.Args))
	if err != nil {
		return plugin.InvokeResponse{}, fmt.Errorf("calling %s: %w", req.Tok, err)
	}
	var answer map[string]any
	if err := p.cloud.Post(ctx, id+"/"+of.action, t.APIVersion, map[string]any{}, &answer); err != nil {
		return plugin.InvokeResponse{}, fmt.Errorf("calling %s: %w", req.Tok, err)
	}
	return plugin.InvokeResponse{Properties: properties(answer)}, nil
}
