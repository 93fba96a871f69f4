package stacks

import (
	"maps"
	"testing"

	"github.com/stretchr/testify/require"
)

// What nobody would read, or would read otherwise than it was meant, is refused.
func TestReadConfigRefusesWhatWouldPassUnread(t *testing.T) {
	for _, c := range []struct {
		reason, key, value string
		want               string // the beginning of the one mistake; "" for none
	}{
		{"a namespace one letter off", "aoai-gatway:environment", "production", `aoai-gatway:environment: nobody reads keys of "aoai-gatway"; did you mean "aoai-gateway:environment"?`},
		{"another tool's namespace is its own", "contoso-billing:costCenter", "1", ""},
		{"Pulumi's own", "pulumi:tags", `{}`, ""},
		{"the provider's key in another case: it would be another subscription", "azure-native:subscriptionID", "x", `azure-native:subscriptionID: is not a key of azure-native; known are auxiliaryTenantIds`},
		{"the provider's key", "azure-native:subscriptionId", "00000000-0000-4000-8000-000000000002", ""},
		{"a secret in the clear", "azure-native:clientSecret", "x", `azure-native:clientSecret: is a secret in the clear; replace it and encrypt the new one: pulumi config set --secret azure-native:clientSecret`},
		{"an encrypted secret", "azure-native:oidcToken", "x", ""},
		{
			"a date that was not quoted", "aoai-gateway:deployments", `[{"name":"gpt-4o","model":"gpt-4o","version":"2024-11-20T00:00:00Z"}]`,
			`aoai-gateway:deployments[0].version: "2024-11-20T00:00:00Z" is a time stamp, which YAML makes of a date without quotes; write version: "2024-11-20"`,
		},
		{
			"the same as Pulumi's reader prints it", "aoai-gateway:deployments", `[{"name":"gpt-4o","model":"gpt-4o","version":"2024-11-20 00:00:00 +0000 UTC"}]`,
			`aoai-gateway:deployments[0].version: "2024-11-20 00:00:00 +0000 UTC" is a time stamp`,
		},
		{
			"a capacity of nothing", "aoai-gateway:deployments", `[{"name":"gpt-4o","model":"gpt-4o","version":"2024-11-20","capacity":0}]`,
			`aoai-gateway:deployments[0].capacity: 0 is not allowed; give 1 or more`,
		},
		{
			"the same at an account", "aoai-gateway:openai", accounts(`"deployments":[{"name":"gpt-4o","model":"gpt-4o","version":"2024-11-20","capacity":0}]`),
			`aoai-gateway:openai[0].deployments[0].capacity: 0 is not allowed`,
		},
	} {
		t.Run(c.reason, func(t *testing.T) {
			values := maps.Clone(good)
			values[c.key] = c.value
			_, _, err := ReadConfig(values, ReadOptions{Today: today.Today, IsSecret: func(key string) bool { return key == "azure-native:oidcToken" }})
			var want []string
			if c.want != "" {
				want = []string{c.want}
			}
			begins(t, want, mistakes(err))
		})
	}
}

func TestUseAdvice(t *testing.T) {
	for _, c := range []struct {
		reason string
		values map[string]string
		want   []string
	}{
		{"nothing to say", good, nil},
		{
			"a product without a subscription", goodAPIM(`"products":[{"name":"gold"},{"name":"free"}],"subscriptions":[{"name":"team","product":"free"}]`),
			[]string{`aoai-gateway:apim.products[0].name: "gold" has no subscription here`},
		},
		{
			"two accounts that are lost together", with("openai", `[{"name":"one","region":"swedencentral"},{"name":"two","region":"Sweden Central"}]`),
			[]string{`aoai-gateway:openai[1].region: swedencentral is where "one" is, too`},
		},
		{
			"a batch deployment behind a chat route", with("deployments", `[{"name":"gpt-4o","model":"gpt-4o","version":"2024-11-20","sku":"GlobalBatch"}]`),
			[]string{`aoai-gateway:deployments[0].sku: GlobalBatch answers batch jobs alone`},
		},
	} {
		t.Run(c.reason, func(t *testing.T) {
			_, advice, err := ReadConfig(c.values, today)
			require.NoError(t, err)
			var warnings []string
			for _, each := range advice {
				if each.Warning {
					warnings = append(warnings, each.String())
				}
			}
			begins(t, c.want, warnings)
		})
	}
}
