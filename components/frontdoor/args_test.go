package frontdoor

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/aoai-gateway/aoai-gateway/internal/faults"
)

func TestGatewayArgsValidate(t *testing.T) {
	good := func() *GatewayArgs {
		return &GatewayArgs{
			ResourceGroupName: pulumi.String("rg"), ProfileName: pulumi.String("afd"), EndpointName: pulumi.String("ep"),
			OriginGroupName: "models", Options: DefaultOptions(),
			Origins: []Origin{{Name: "aa", HostName: pulumi.String("a.contoso.com")}, {Name: "bb", HostName: pulumi.String("b.contoso.com")}},
		}
	}
	cases := []struct {
		reason string
		spoil  func(*GatewayArgs)
		want   []string
	}{
		{"nothing wrong", func(*GatewayArgs) {}, nil},
		{
			"nothing given", func(a *GatewayArgs) { *a = GatewayArgs{Options: DefaultOptions()} },
			[]string{
				"resourceGroupName: is missing", "profileName: is missing", "endpointName: is missing",
				`originGroupName: is missing; give the Front Door name of 2 to 90 characters: letters, digits and inner hyphens`,
				"origins: has 0 origins; allowed are 1 to 50",
			},
		},
		{
			"a WAF needs a name", func(a *GatewayArgs) { a.Options.WAF = WAF{Mode: "detection", RateLimitPerMinute: 1} },
			[]string{"wafPolicyName: is missing"},
		},
		{
			"the same origin twice", func(a *GatewayArgs) { a.Origins[1].Name = "AA" },
			[]string{`origins[1].name: "AA" is used twice; choose another name`},
		},
		{
			"an origin's numbers", func(a *GatewayArgs) { a.Origins[0].Weight, a.Origins[0].Priority, a.Origins[1].HostName = 1001, 6, nil },
			[]string{
				"origins[0].weight: 1001 is out of range; allowed are 1 to 1000",
				"origins[0].priority: 6 is out of range; allowed are 1 to 5",
				"origins[1].hostName: is missing",
			},
		},
		{
			"options have their path", func(a *GatewayArgs) { a.Options.SKU = "Basic" },
			[]string{`options.sku: "Basic" is not allowed; one of Standard, Premium`},
		},
	}
	for _, c := range cases {
		t.Run(c.reason, func(t *testing.T) {
			args := good()
			c.spoil(args)
			var got []string
			for _, fault := range faults.All(args.Validate()) {
				got = append(got, fault.Error())
			}
			if diff := cmp.Diff(c.want, got); diff != "" {
				t.Errorf("mistakes (-want +got):\n%s", diff)
			}
		})
	}
}

// No two host names share a domain's name in Azure, whatever hyphens and dots
// they have.
func TestDomainNamesDiffer(t *testing.T) {
	seen := map[string]string{}
	for _, host := range []string{"a.b-c.com", "a-b.c.com", "a.b.c.com", "a-b-c.com", "a--b.c.com"} {
		name := domainName(host)
		if other, twice := seen[name]; twice {
			t.Errorf("%s and %s are both named %s", host, other, name)
		}
		seen[name] = host
		if strings.Contains(name, ".") {
			t.Errorf("%s is named %s, with a dot", host, name)
		}
	}
}
