package drift

import (
	"cmp"
	"context"
	"fmt"
	"reflect"
	"slices"
	"strings"

	"github.com/pulumi/pulumi/sdk/v3/go/common/tokens"

	"github.com/aoai-gateway/aoai-gateway/internal/arm"
	"github.com/aoai-gateway/aoai-gateway/internal/policy/document"
)

// policyTypes are those of Pulumi that hold a policy document of API Management.
var policyTypes = []string{"Policy", "ApiPolicy", "ApiOperationPolicy", "ProductPolicy", "PolicyFragment"}

func isPolicy(kind tokens.Type) bool {
	return strings.HasPrefix(string(kind), "azure-native:apimanagement/") && slices.Contains(policyTypes, shortType(string(kind)))
}

// ReadPolicies compares the policy documents themselves, in canonical form, with what was
// deployed. Pulumi's own look is no help: the service answers documents indented and
// encoded, so that each looks changed (pulumi-azure-native#3202), and edits were missed
// (pulumi-azure-native#3620).
func (r *Report) ReadPolicies(ctx context.Context, cloud Cloud, contract *arm.Contract, deployed Deployed) error {
	for _, each := range inOrder(deployed) {
		kind, known := contract.ByToken(each.Type)
		if !known || !isPolicy(each.URN.Type()) {
			continue
		}
		if each.Inputs["value"] == secret {
			r.Ignored = append(r.Ignored, Ignored{each.URN.Name(), "value", "not compared: it is a secret of the stack's"})
			continue
		}
		// The format in which nothing is encoded that was not.
		found, err := cloud.Get(ctx, each.ID, kind.APIVersion, "format=rawxml")
		if err != nil {
			return fmt.Errorf("comparing the policy %s: %w", each.URN.Name(), err)
		}
		if found == nil {
			continue // that it is gone, the plan tells
		}
		properties, _ := found["properties"].(map[string]any)
		r.comparePolicy(each, properties)
	}
	return nil
}

// comparePolicy puts into the report what a document in Azure is.
func (r *Report) comparePolicy(deployed *state, found map[string]any) {
	edited := canonical(deployed.Inputs) != canonical(found)
	told := slices.IndexFunc(r.Drift, func(c Change) bool {
		return c.Property == "value" && strings.EqualFold(c.ID, deployed.ID)
	})
	switch {
	case told >= 0 && edited:
		r.Drift[told].Cause, r.Drift[told].Found = Both, found["value"]
	case told >= 0:
		r.Drift[told].Cause, r.Drift[told].Found = Pending, r.Drift[told].Deployed
	case edited:
		change := Change{
			Resource: deployed.URN.Name(), Type: deployed.Type, ID: deployed.ID, Property: "value",
			Wanted: deployed.Inputs["value"], Deployed: deployed.Inputs["value"], Found: found["value"], Cause: Outside, Operation: cmp.Or(r.operations[deployed.URN], "none"),
		}
		change.Likely = likely(change)
		if change.Operation == "none" {
			change.Likely += "; up sees no change: put it back by hand"
		}
		r.Drift = append(r.Drift, change)
	case !reflect.DeepEqual(deployed.Inputs["value"], found["value"]):
		r.Ignored = append(r.Ignored, Ignored{deployed.URN.Name(), "value", "the service answers policies in a form of its own (pulumi-azure-native#3202)"})
	}
}

// canonical is the canonical form of a document with its format; xml, in which entities
// stand for characters, is the format of none.
func canonical(properties map[string]any) string {
	value, _ := properties["value"].(string)
	format, _ := properties["format"].(string)
	return document.Read(value, document.Options{KeepEntities: strings.HasPrefix(format, "rawxml")}).Canonical()
}
