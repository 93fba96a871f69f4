package openai

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/aoai-gateway/aoai-gateway/internal/faults"
)

func messages(err error) []string {
	var got []string
	for _, fault := range faults.All(err) {
		got = append(got, fault.Error())
	}
	return got
}

func TestAccountArgsValidate(t *testing.T) {
	want := []string{
		"resourceGroupName: is missing", "accountName: is missing", "region: is missing",
		`network.defaultAction: "Maybe" is not allowed; one of Allow, Deny`,
		"deployments[0].version: is missing; give the model's version as Azure lists it, such as 2024-11-20",
	}
	args := &AccountArgs{Network: Network{DefaultAction: "Maybe"}, Deployments: []Deployment{{Name: "gpt", Model: "gpt-4o"}}}
	if diff := cmp.Diff(want, messages(args.Validate())); diff != "" {
		t.Errorf("mistakes (-want +got):\n%s", diff)
	}
	args = &AccountArgs{ResourceGroupName: pulumi.String("rg"), AccountName: pulumi.String("a1"), Region: "swedencentral"}
	if err := args.Validate(); err != nil {
		t.Errorf("nothing is wrong, and yet: %v", err)
	}
}

func TestExistingAccountArgsValidate(t *testing.T) {
	want := []string{
		`resourceGroupName: "rg." is not a legal resource group name; allowed are 1 to 90 characters: letters, digits, underscores, hyphens, parentheses and dots, no dot last`,
		`accountName: "-" is not a legal Azure OpenAI account name; allowed are 2 to 64 characters: letters, digits, underscores, dots and hyphens, a letter or digit first`,
	}
	args := &ExistingAccountArgs{ResourceGroupName: "rg.", AccountName: "-"}
	if diff := cmp.Diff(want, messages(args.Validate())); diff != "" {
		t.Errorf("mistakes (-want +got):\n%s", diff)
	}
}
