package drift

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/aoai-gateway/aoai-gateway/internal/arm"
	"github.com/aoai-gateway/aoai-gateway/internal/azure"
)

// Cloud is Resource Manager, to be read.
type Cloud interface {
	// Get reads a resource; nil where there is none.
	Get(ctx context.Context, id, apiVersion string, query ...string) (map[string]any, error)
	// List reads a collection of resources.
	List(ctx context.Context, collection, apiVersion string) ([]map[string]any, error)
}

// children are the types below a resource of which one more changes what the stack does, or
// may soon: an origin takes traffic, a role lets somebody in, a policy reads named values.
var children = map[string][]string{
	"Microsoft.Cdn/profiles": {
		"Microsoft.Cdn/profiles/afdEndpoints", "Microsoft.Cdn/profiles/customDomains", "Microsoft.Cdn/profiles/originGroups",
		"Microsoft.Cdn/profiles/securityPolicies",
	},
	"Microsoft.Cdn/profiles/afdEndpoints": {"Microsoft.Cdn/profiles/afdEndpoints/routes"},
	"Microsoft.Cdn/profiles/originGroups": {"Microsoft.Cdn/profiles/originGroups/origins"},
	"Microsoft.CognitiveServices/accounts": {
		"Microsoft.CognitiveServices/accounts/deployments", "Microsoft.Authorization/roleAssignments",
	},
	"Microsoft.ApiManagement/service": {
		"Microsoft.ApiManagement/service/apis", "Microsoft.ApiManagement/service/backends", "Microsoft.ApiManagement/service/diagnostics",
		"Microsoft.ApiManagement/service/namedValues", "Microsoft.ApiManagement/service/policies", "Microsoft.ApiManagement/service/policyFragments",
		"Microsoft.ApiManagement/service/products", "Microsoft.ApiManagement/service/subscriptions",
	},
	"Microsoft.ApiManagement/service/apis": {
		"Microsoft.ApiManagement/service/apis/diagnostics", "Microsoft.ApiManagement/service/apis/operations", "Microsoft.ApiManagement/service/apis/policies",
	},
	"Microsoft.ApiManagement/service/apis/operations": {"Microsoft.ApiManagement/service/apis/operations/policies"},
	"Microsoft.ApiManagement/service/products":        {"Microsoft.ApiManagement/service/products/apis", "Microsoft.ApiManagement/service/products/policies"},
	"Microsoft.Network/virtualNetworks":               {"Microsoft.Network/virtualNetworks/subnets"},
}

// FindAdditions looks for resources that somebody put beside those of the stack.
func (r *Report) FindAdditions(ctx context.Context, cloud Cloud, contract *arm.Contract, deployed Deployed) error {
	known, versions := map[string]bool{}, map[string]string{}
	for _, each := range deployed {
		known[arm.Fold(each.ID)] = true
		for _, id := range templatedIDs(each) {
			known[arm.Fold(id)] = true
		}
	}
	for _, token := range contract.Tokens() {
		kind, _ := contract.ByToken(token)
		versions[kind.ARMType] = max(versions[kind.ARMType], kind.APIVersion)
	}
	for _, each := range inOrder(deployed) {
		kind, ours := contract.ByToken(each.Type)
		if !ours {
			continue
		}
		for _, child := range children[kind.ARMType] {
			collection := each.ID + child[len(kind.ARMType):]
			if strings.HasPrefix(child, "Microsoft.Authorization/") {
				collection = each.ID + "/providers/" + child
			}
			found, err := cloud.List(ctx, collection, versions[child])
			if err != nil {
				return fmt.Errorf("looking for what was added to %s: %w", each.URN.Name(), err)
			}
			for _, one := range found {
				id, _ := one["id"].(string)
				if !known[arm.Fold(id)] && !inherited(each.ID, one) && !fromBirth(child, id, one) && !belongsToPool(one) {
					r.Drift = append(r.Drift, Change{
						Resource: id[strings.LastIndexByte(id, '/')+1:], Type: child, ID: id, Cause: Unmanaged, Operation: "none",
						Likely: "somebody made it by hand, or this stack retained it; delete it, or put it into the configuration",
					})
				}
			}
		}
	}
	return nil
}

// templatedIDs are those of what a deployment stack deploys; none of any other resource.
func templatedIDs(each *state) []string {
	scope, isStack := stackScope(each.ID)
	if !isStack {
		return nil
	}
	var ids []string
	resources, _ := literalResources(each.Inputs["template"])
	for _, wanted := range resources {
		if id, err := templateID(scope, wanted); err == nil {
			ids = append(ids, id)
		}
	}
	return ids
}

// inherited reports whether a role assignment was made above a resource or below it: a
// list of them has these, too.
func inherited(on string, body map[string]any) bool {
	properties, _ := body["properties"].(map[string]any)
	scope, isAssignment := properties["scope"].(string)
	return isAssignment && properties["roleDefinitionId"] != nil && arm.Fold(scope) != arm.Fold(on)
}

// loggerNamedValues begins the names of the named values in which the service keeps what
// loggers log in with (the REST reference's examples).
const loggerNamedValues = "Logger-Credentials-"

// fromBirth reports whether a service of API Management makes a resource by itself: its
// samples and what lies in them, its policy, its master subscription, and that which the
// administrator gets of each product, which has no name.
func fromBirth(kind, id string, body map[string]any) bool {
	properties, _ := body["properties"].(map[string]any)
	text := func(name string) string { value, _ := properties[name].(string); return value }
	switch {
	case strings.HasSuffix(kind, "service/policies"):
		return canonical(properties) == canonical(map[string]any{"value": azure.BornPolicy})
	case isSample(id), isSample(text("scope")), strings.HasSuffix(id, "/subscriptions/"+azure.MasterSubscription):
		return true
	case strings.HasSuffix(kind, "service/namedValues"):
		return strings.HasPrefix(text("displayName"), loggerNamedValues)
	case strings.HasSuffix(kind, "/subscriptions"):
		return strings.Contains(text("scope"), "/products/") && strings.HasSuffix(text("ownerId"), "/users/1") && text("displayName") == ""
	}
	return false
}

// isSample reports whether an id is that of a sample, or of something in one.
func isSample(id string) bool {
	within := arm.Fold(id) + "/"
	return strings.Contains(within, "/apis/"+azure.SampleAPI+"/") || slices.ContainsFunc(azure.SampleProducts, func(sample string) bool {
		return strings.Contains(within, "/products/"+strings.ToLower(sample)+"/")
	})
}

// belongsToPool reports whether a backend is a pool: these are made by a deployment
// stack, which keeps account of them.
func belongsToPool(body map[string]any) bool {
	properties, _ := body["properties"].(map[string]any)
	kind, _ := properties["type"].(string)
	return kind == "Pool"
}

// inOrder are resources in the order of their names.
func inOrder(deployed Deployed) []*state {
	list := make([]*state, 0, len(deployed))
	for _, urn := range slices.Sorted(maps.Keys(deployed)) {
		list = append(list, deployed[urn])
	}
	return list
}
