package appgateway

import (
	"fmt"
	"slices"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/aoai-gateway/aoai-gateway/components/internal/network"
	"github.com/aoai-gateway/aoai-gateway/components/internal/prompts"
)

// makePolicy makes the firewall's policy, unless the firewall is off.
func (b *builder) makePolicy() error {
	options := b.args.Options.WAF
	if options.Mode == "off" {
		return nil
	}
	if options.InspectPrompts {
		_ = b.ctx.Log.Warn(prompts.Inspected("applicationGateway.waf.inspectPrompts"), nil)
	}
	mode := map[string]string{"detection": "Detection", "prevention": "Prevention"}[options.Mode]
	properties := pulumi.Map{
		"policyName":        b.args.Names.WAFPolicy,
		"resourceGroupName": b.args.ResourceGroupName,
		"location":          pulumi.String(b.place.Region),
		"policySettings": pulumi.Map{
			"state": pulumi.String("Enabled"), "mode": pulumi.String(mode), "requestBodyCheck": pulumi.Bool(true),
			// What is larger than the firewall looks at passes: pictures and files in prompts
			// are. Source: the firewall's page on size limits.
			"requestBodyEnforcement": pulumi.Bool(false), "requestBodyInspectLimitInKB": pulumi.Int(128),
			"maxRequestBodySizeInKb": pulumi.Int(2000), "fileUploadEnforcement": pulumi.Bool(false), "fileUploadLimitInMb": pulumi.Int(4000),
		},
		"managedRules": pulumi.Map{"managedRuleSets": ruleSets(), "exclusions": exclusions(options)},
		"customRules":  customRules(options),
	}
	if b.args.Tags != nil {
		properties["tags"] = b.args.Tags
	}
	b.policy = &network.Resource{}
	if err := b.ctx.RegisterResource(network.Token("WebApplicationFirewallPolicy"), b.name, properties, b.policy, b.parent, pulumi.DeleteBeforeReplace(false)); err != nil {
		return fmt.Errorf("WAF policy: %w", err)
	}
	return nil
}

// ruleSets are Microsoft's. 2.2 is the version that Microsoft recommends; it leaves rules of
// paranoia level 2 off, which 2.1 had on. No rule of a set is overridden: an override of a
// rule that the set lacks fails the whole policy. Source: the firewall's page on upgrades of
// rule sets.
func ruleSets() pulumi.Array {
	return pulumi.Array{
		pulumi.Map{"ruleSetType": pulumi.String("Microsoft_DefaultRuleSet"), "ruleSetVersion": pulumi.String("2.2")},
		pulumi.Map{"ruleSetType": pulumi.String("Microsoft_BotManagerRuleSet"), "ruleSetVersion": pulumi.String("1.0")},
	}
}

// exclusions keep all rules of all sets out of the prompt fields, of JSON and of forms alike. The
// selector of nested members is not documented; the beginning is common to all forms that were
// reported. A policy takes 200 exclusions. Source: the limits of Application Gateway.
func exclusions(options WAF) pulumi.Array {
	list := pulumi.Array{}
	if options.InspectPrompts {
		return list
	}
	for _, field := range append(prompts.Fields(), forms()...) {
		list = append(list, pulumi.Map{
			"matchVariable": pulumi.String("RequestArgValues"), "selectorMatchOperator": pulumi.String("StartsWith"), "selector": pulumi.String(field),
		})
	}
	return list
}

// customRules hold the rate limit; every address matches. Source: the firewall's page
// on rate limiting.
func customRules(options WAF) pulumi.Array {
	rules := pulumi.Array{}
	if options.RateLimitPerMinute == 0 {
		return rules
	}
	return append(rules, pulumi.Map{
		"name": pulumi.String("RateLimitPerAddress"), "priority": pulumi.Int(100), "state": pulumi.String("Enabled"),
		"ruleType": pulumi.String("RateLimitRule"), "rateLimitDuration": pulumi.String("OneMin"), "rateLimitThreshold": pulumi.Int(options.RateLimitPerMinute),
		"groupByUserSession": pulumi.Array{pulumi.Map{"groupByVariables": pulumi.Array{pulumi.Map{"variableName": pulumi.String("ClientAddr")}}}},
		"matchConditions": pulumi.Array{pulumi.Map{
			"matchVariables": pulumi.Array{pulumi.Map{"variableName": pulumi.String("RemoteAddr")}},
			"operator":       pulumi.String("IPMatch"), "negationConditon": pulumi.Bool(true), "matchValues": pulumi.ToStringArray([]string{"255.255.255.255/32"}),
		}},
		"action": pulumi.String("Block"),
	})
}

// forms are the fields of forms that no member of JSON is called like.
func forms() []string {
	return slices.DeleteFunc(prompts.Forms(), func(field string) bool { return slices.Contains(prompts.Fields(), field) })
}
