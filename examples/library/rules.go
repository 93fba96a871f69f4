// Command library is a program of somebody else's, in a module of its own: it puts API
// Management before two accounts, and Front Door before that. main_test.go tests it on the
// sandbox.
package main

import (
	"slices"

	"github.com/aoai-gateway/aoai-gateway/guardrails"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi/config"
)

// rules are this program's own, beside those that come with guardrails.
var rules = []guardrails.Rule{{
	ID: "accounts-in-europe", Severity: guardrails.Mandatory,
	Says: "Accounts stand in Europe.", Reason: "What customers write does not leave the continent.",
	PerResource: func(r guardrails.Resource, _ guardrails.Options) []string {
		location := r.Text("location")
		if !r.Is("cognitiveservices:Account") || slices.Contains([]string{"swedencentral", "francecentral"}, location) {
			return nil
		}
		return []string{"location is " + location + "; choose swedencentral or francecentral"}
	},
}}

// regionOf is where the first account stands.
func regionOf(ctx *pulumi.Context) string {
	if region := config.Get(ctx, "library:region"); region != "" {
		return region
	}
	return "swedencentral"
}
