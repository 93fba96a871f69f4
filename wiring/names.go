package wiring

import (
	"fmt"
	"slices"
	"strings"

	"github.com/pulumi/pulumi-random/sdk/v4/go/random"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/aoai-gateway/aoai-gateway/internal/arm"
)

// suffixLength is how many random characters make names unique in the world.
const suffixLength = 6

// names derives every physical name from the prefix and a random suffix that
// stays the same for the life of the stack. The longest stays within its limit
// for every prefix and account name that Validate lets through; a property test
// holds that.
type names struct {
	ctx *pulumi.Context
	// called gives what is named its name in the stack.
	called func(string) string
	child  pulumi.ResourceOption
	prefix string
	suffix pulumi.StringOutput
}

func newNames(ctx *pulumi.Context, called func(string) string, child pulumi.ResourceOption, prefix string) (names, error) {
	n := names{ctx: ctx, called: called, child: child, prefix: prefix}
	var err error
	n.suffix, err = n.random("suffix", "names", nil)
	return n, err
}

// random makes a suffix, and another one where a keeper changes; of says of what.
func (n names) random(name, of string, keepers pulumi.StringMap) (pulumi.StringOutput, error) {
	args := &random.RandomStringArgs{
		Length: pulumi.Int(suffixLength), Special: pulumi.Bool(false), Upper: pulumi.Bool(false),
	}
	if keepers != nil {
		args.Keepers = keepers
	}
	suffix, err := random.NewRandomString(n.ctx, n.called(name), args, n.child)
	if err != nil {
		return pulumi.StringOutput{}, fmt.Errorf("random suffix of %s: %w", of, err)
	}
	return suffix.Result, nil
}

// The forms of the names; %s is prefix, then suffix.
const (
	resourceGroupForm = "rg-%s-%s"
	profileForm       = "afd-%s-%s"
	endpointForm      = "%s-%s"
	workspaceForm     = "log-%s-%s"
	wafPolicyForm     = "waf%s%s"
	accountForm       = "%s-%s-%s" // prefix, account, suffix
	serviceForm       = "apim-%s-%s"
	identityForm      = "id-%s-%s"
	insightsForm      = "appi-%s-%s"
	eventHubForm      = "evhns-%s-%s"
	budgetForm        = "budget-%s-%s"
	workflowForm      = "logic-%s-%s"
	appGatewayForm    = "agw-%s-%s"
	edgeIdentityForm  = "id-agw-%s-%s"
	readerForm        = "id-cert-%s-%s"
	networkForm       = "vnet-%s-%s"
	securityGroupForm = "nsg-%s-%s"
	addressForm       = "pip-%s-%s"
	redisForm         = "redis%s%s"
	contentSafetyForm = "cs-%s-%s"
	hubEndpointForm   = "pe-%s.prompts-%s"
	endpointOfForm    = "pe-%s-%s-%s" // prefix, account, suffix
)

func (n names) resourceGroup() pulumi.StringOutput { return n.form(resourceGroupForm) }
func (n names) profile() pulumi.StringOutput       { return n.form(profileForm) }
func (n names) endpoint() pulumi.StringOutput      { return n.form(endpointForm) }
func (n names) workspace() pulumi.StringOutput     { return n.form(workspaceForm) }

func (n names) identity() pulumi.StringOutput { return n.form(identityForm) }
func (n names) insights() pulumi.StringOutput { return n.form(insightsForm) }
func (n names) eventHub() pulumi.StringOutput { return n.form(eventHubForm) }
func (n names) budget() pulumi.StringOutput   { return n.form(budgetForm) }
func (n names) workflow() pulumi.StringOutput { return n.form(workflowForm) }

// placed are the names of what stands in one region and cannot leave it.
type placed struct{ names }

// site is all that such things cannot change in place. With it the suffix of their names
// changes: the new ones are there before the old ones go.
type site struct {
	region        string
	zones         []string
	networkRange  string
	resourceGroup string
}

// placed names what stands at a site. No account's name has a dot, so that the suffixes
// of these do not meet those of accounts.
func (n names) placed(what string, at site) (placed, error) {
	suffix, err := n.random("suffix."+what, "the names of "+what, pulumi.StringMap{
		"region": pulumi.String(arm.NormalRegion(at.region)), "zones": pulumi.String(strings.Join(slices.Sorted(slices.Values(at.zones)), ",")),
		"range": pulumi.String(at.networkRange), "resourceGroup": pulumi.String(at.resourceGroup),
	})
	if err != nil {
		return placed{}, err
	}
	return placed{names{n.ctx, n.called, n.child, n.prefix, suffix}}, nil
}

func (p placed) applicationGateway() pulumi.StringOutput { return p.form(appGatewayForm) }
func (p placed) identity() pulumi.StringOutput           { return p.form(edgeIdentityForm) }
func (p placed) reader() pulumi.StringOutput             { return p.form(readerForm) }
func (p placed) network() pulumi.StringOutput            { return p.form(networkForm) }
func (p placed) securityGroup() pulumi.StringOutput      { return p.form(securityGroupForm) }
func (p placed) address() pulumi.StringOutput            { return p.form(addressForm) }

// privateEndpoint names the private endpoint of an account; a new network has new ones.
func (p placed) privateEndpoint(account string) pulumi.StringOutput {
	return pulumi.Sprintf(endpointOfForm, p.prefix, account, p.suffix)
}

// hubEndpoint names the private endpoint of the event hub. No account's has a dot.
func (p placed) hubEndpoint() pulumi.StringOutput { return p.form(hubEndpointForm) }

// redis has no hyphens: Azure takes none beside another one.
func (p placed) redis() pulumi.StringOutput {
	return pulumi.Sprintf(redisForm, strings.ReplaceAll(p.prefix, "-", ""), p.suffix)
}

func (p placed) contentSafety() pulumi.StringOutput { return p.form(contentSafetyForm) }

// label is the first part of an address's own name, which is unique in its region.
func (p placed) label() pulumi.StringOutput { return p.form(endpointForm) }

// own is what names of the stack's own end with, where they share a place with
// those of others.
func (n names) own() pulumi.StringOutput { return n.form(endpointForm) }

// wafPolicy has no hyphens: Azure takes letters and digits only.
func (n names) wafPolicy() pulumi.StringOutput {
	return pulumi.Sprintf(wafPolicyForm, strings.ReplaceAll(n.prefix, "-", ""), n.suffix)
}

// account has a suffix of its own, which changes with the region and the resource
// group: moved, an account is a new one, and Azure holds the old one's name.
func (n names) account(settings Account, resourceGroup string) (pulumi.StringOutput, error) {
	suffix, err := n.random("suffix-"+settings.Name, "account "+settings.Name, pulumi.StringMap{
		"region": pulumi.String(arm.NormalRegion(settings.Region)), "resourceGroup": pulumi.String(resourceGroup),
	})
	if err != nil {
		return pulumi.StringOutput{}, err
	}
	return pulumi.Sprintf(accountForm, n.prefix, settings.Name, suffix), nil
}

// service has a suffix of its own, which changes with all that replaces an API
// Management service: the new one is there before the old one goes, and Azure
// holds the old one's name.
func (n names) service(location, resourceGroup, generation string) (pulumi.StringOutput, error) {
	suffix, err := n.random("suffix-apim", "the API Management service", pulumi.StringMap{
		"region": pulumi.String(arm.NormalRegion(location)), "resourceGroup": pulumi.String(resourceGroup), "generation": pulumi.String(generation),
	})
	if err != nil {
		return pulumi.StringOutput{}, err
	}
	return pulumi.Sprintf(serviceForm, n.prefix, suffix), nil
}

func (n names) form(form string) pulumi.StringOutput { return pulumi.Sprintf(form, n.prefix, n.suffix) }
