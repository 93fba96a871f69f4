package stacks

import (
	"fmt"
	"slices"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/aoai-gateway/aoai-gateway/guardrails"
	"github.com/aoai-gateway/aoai-gateway/internal/arm"
)

// Guardrails are what a stack is held to beside the rules themselves.
type Guardrails struct {
	// RequiredTags are on everything that takes tags, beside project and pattern, which
	// are there always.
	RequiredTags []string `json:"requiredTags"`
	// Demand names rules that hold on demand alone, such as no-public-access.
	Demand []string `json:"demand"`
	// Waivers are exceptions from rules, each with a reason and an end.
	Waivers []guardrails.Waiver `json:"waivers"`
}

func (c *Config) guardrails() guardrails.Options {
	return guardrails.Options{Environment: c.Environment, RequiredTags: c.Guardrails.RequiredTags, Demand: c.Guardrails.Demand, Waivers: c.Guardrails.Waivers}
}

// protected are the types, without API version, that production neither deletes nor
// replaces: they hold names that Azure keeps or gives to others, or data.
var protected = []string{
	"resources:ResourceGroup",
	"cognitiveservices:Account", "apimanagement:ApiManagementService", "cdn:Profile", "cdn:AFDEndpoint", "network:PublicIPAddress",
	"operationalinsights:Workspace", "eventhub:Namespace", "eventhub:EventHub",
}

// retained are those of them whose data nobody can bring back, and the group in which these
// lie: what is taken out of a production stack stays in Azure.
var retained = []string{"resources:ResourceGroup", "operationalinsights:Workspace", "eventhub:Namespace", "eventhub:EventHub"}

// protect marks what production protects, in this program and beside it.
func (c *Config) protect(ctx *pulumi.Context) error {
	if c.Environment != guardrails.Production {
		return nil
	}
	err := ctx.RegisterStackTransformation(func(args *pulumi.ResourceTransformationArgs) *pulumi.ResourceTransformationResult {
		kind := arm.Unversioned(args.Type)
		if !slices.Contains(protected, kind) {
			return nil
		}
		opts := append(slices.Clone(args.Opts), pulumi.Protect(true))
		if slices.Contains(retained, kind) {
			opts = append(opts, pulumi.RetainOnDelete(true))
		}
		return &pulumi.ResourceTransformationResult{Props: args.Props, Opts: opts}
	})
	if err != nil {
		return fmt.Errorf("protecting what holds names and data: %w", err)
	}
	return nil
}
