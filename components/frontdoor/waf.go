package frontdoor

import (
	"fmt"

	cdn "github.com/pulumi/pulumi-azure-native-sdk/cdn/v2/v20240901"
	network "github.com/pulumi/pulumi-azure-native-sdk/network/v2/v20240201"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/aoai-gateway/aoai-gateway/components/internal/prompts"
	"github.com/aoai-gateway/aoai-gateway/internal/azure"
)

// waf makes the firewall policy and ties it to all host names; nothing where the
// firewall is off.
func (b *builder) waf(endpoint *cdn.AFDEndpoint, domains []*cdn.AFDCustomDomain) error {
	options := b.args.Options.WAF
	if options.Mode == "off" {
		return nil
	}
	if options.InspectPrompts {
		_ = b.ctx.Log.Warn(prompts.Inspected("frontDoor.waf.inspectPrompts"), nil)
	}
	mode := map[string]string{"detection": "Detection", "prevention": "Prevention"}[options.Mode]
	policy, err := network.NewPolicy(b.ctx, b.name, &network.PolicyArgs{
		PolicyName:        b.args.WAFPolicyName,
		ResourceGroupName: b.args.ResourceGroupName,
		Location:          pulumi.String("Global"),
		Sku:               &network.SkuArgs{Name: pulumi.String(azure.FrontDoorSKU(b.args.Options.SKU))},
		PolicySettings: &network.FrontDoorPolicySettingsArgs{
			EnabledState:     pulumi.String("Enabled"),
			Mode:             pulumi.String(mode),
			RequestBodyCheck: pulumi.String("Enabled"),
		},
		CustomRules:  &network.CustomRuleListArgs{Rules: customRules(options)},
		ManagedRules: &network.ManagedRuleSetListArgs{ManagedRuleSets: managedRuleSets(options)},
		Tags:         b.args.Tags,
	}, b.parent)
	if err != nil {
		return fmt.Errorf("WAF policy: %w", err)
	}
	references := cdn.ActivatedResourceReferenceArray{&cdn.ActivatedResourceReferenceArgs{Id: endpoint.ID()}}
	for _, domain := range domains {
		references = append(references, &cdn.ActivatedResourceReferenceArgs{Id: domain.ID()})
	}
	_, err = cdn.NewSecurityPolicy(b.ctx, b.name, &cdn.SecurityPolicyArgs{
		SecurityPolicyName: pulumi.String(b.args.OriginGroupName),
		ProfileName:        b.profile.Name,
		ResourceGroupName:  b.args.ResourceGroupName,
		Parameters: &cdn.SecurityPolicyWebApplicationFirewallParametersArgs{
			Type:      pulumi.String("WebApplicationFirewall"),
			WafPolicy: &cdn.ResourceReferenceArgs{Id: policy.ID()},
			Associations: cdn.SecurityPolicyWebApplicationFirewallAssociationArray{
				&cdn.SecurityPolicyWebApplicationFirewallAssociationArgs{
					Domains: references, PatternsToMatch: pulumi.ToStringArray([]string{"/*"}),
				},
			},
		},
	}, b.parent)
	if err != nil {
		return fmt.Errorf("security policy: %w", err)
	}
	return nil
}

// customRules hold the rate limit. A limit needs a condition: every request has
// a Host header, so its length matches all. Source: Front Door's page on rate
// limiting.
func customRules(options WAF) network.CustomRuleArray {
	rules := network.CustomRuleArray{}
	if options.RateLimitPerMinute == 0 {
		return rules
	}
	return append(rules, &network.CustomRuleArgs{
		Name:                       pulumi.String("RateLimitPerAddress"),
		Priority:                   pulumi.Int(100),
		EnabledState:               pulumi.String("Enabled"),
		RuleType:                   pulumi.String("RateLimitRule"),
		RateLimitDurationInMinutes: pulumi.Int(1),
		RateLimitThreshold:         pulumi.Int(options.RateLimitPerMinute),
		GroupBy:                    network.GroupByVariableArray{&network.GroupByVariableArgs{VariableName: pulumi.String("SocketAddr")}},
		MatchConditions: network.FrontDoorMatchConditionArray{&network.FrontDoorMatchConditionArgs{
			MatchVariable: pulumi.String("RequestHeader"), Selector: pulumi.String("Host"),
			Operator: pulumi.String("GreaterThanOrEqual"), MatchValue: pulumi.ToStringArray([]string{"0"}),
		}},
		Action: pulumi.String("Block"),
	})
}

// managedRuleSets are Microsoft's rules: attacks (2.1 is the newest that needs no
// opt-in) and bots. The attack rules skip the prompt fields unless told not to;
// the few rules that look at the raw body before it is parsed still see them.
func managedRuleSets(options WAF) network.FrontDoorManagedRuleSetArray {
	if !options.managed() {
		return network.FrontDoorManagedRuleSetArray{}
	}
	attacks := &network.FrontDoorManagedRuleSetArgs{
		RuleSetType:    pulumi.String("Microsoft_DefaultRuleSet"),
		RuleSetVersion: pulumi.String("2.1"),
		RuleSetAction:  pulumi.String("Block"),
	}
	if !options.InspectPrompts {
		attacks.Exclusions = append(beginning("RequestBodyJsonArgNames", prompts.Fields()), beginning("RequestBodyPostArgNames", prompts.Forms())...)
	}
	return network.FrontDoorManagedRuleSetArray{attacks, &network.FrontDoorManagedRuleSetArgs{
		RuleSetType: pulumi.String("Microsoft_BotManagerRuleSet"), RuleSetVersion: pulumi.String("1.1"),
	}}
}

// beginning excludes the values whose names begin with one of some texts. A policy takes 100
// exclusions. Source: the limits of Front Door.
func beginning(variable string, names []string) network.ManagedRuleExclusionArray {
	exclusions := network.ManagedRuleExclusionArray{}
	for _, name := range names {
		exclusions = append(exclusions, &network.ManagedRuleExclusionArgs{
			MatchVariable: pulumi.String(variable), SelectorMatchOperator: pulumi.String("StartsWith"), Selector: pulumi.String(name),
		})
	}
	return exclusions
}
