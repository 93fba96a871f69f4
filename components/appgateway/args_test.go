package appgateway

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/aoai-gateway/aoai-gateway/internal/faults"
)

func TestGatewayArgsValidate(t *testing.T) {
	good := func() *GatewayArgs {
		options := DefaultOptions()
		options.AllowHTTP = true
		return &GatewayArgs{
			ResourceGroupName: pulumi.String("rg"), Region: "swedencentral", Address: &Address{}, Options: options,
			Names:   Names{Gateway: pulumi.String("agw"), VirtualNetwork: pulumi.String("vnet"), WAFPolicy: pulumi.String("waf")},
			Origins: []Origin{{HostName: pulumi.String("a.contoso.com")}, {HostName: pulumi.String("b.contoso.com")}},
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
				"resourceGroupName: is missing", "region: is missing", "address: is missing", "names.gateway: is missing",
				"names.virtualNetwork: is missing", "names.wafPolicy: is missing", "names.identity: is missing",
				"origins: has 0 origins; allowed are 1 to 1200",
				"options.certificate: is missing; give keyVaultId and secretName of a certificate for your host name, or set allowHttp for development",
			},
		},
		{"an origin without a host", func(a *GatewayArgs) { a.Origins[1].HostName = nil }, []string{"origins[1].hostName: is missing"}},
		{
			"a firewall that is off needs no name", func(a *GatewayArgs) {
				a.Options.WAF, a.Names.WAFPolicy = WAF{Mode: "off"}, nil
			}, nil,
		},
		{
			"zones where there are none", func(a *GatewayArgs) { a.Region, a.Options.Zones = "westus", []string{"1"} },
			[]string{"options.zones: the region westus has no availability zones; leave zones out or choose another region"},
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

// The firewall has the rule set that Microsoft recommends, overrides none of its rules, and
// ties no exclusion to rules of one version. Source: the firewall's page on upgrades of rule
// sets (2.2; unknown rules in overrides and exclusions are refused).
func TestManagedRules(t *testing.T) {
	want := pulumi.Array{
		pulumi.Map{"ruleSetType": pulumi.String("Microsoft_DefaultRuleSet"), "ruleSetVersion": pulumi.String("2.2")},
		pulumi.Map{"ruleSetType": pulumi.String("Microsoft_BotManagerRuleSet"), "ruleSetVersion": pulumi.String("1.0")},
	}
	if diff := cmp.Diff(want, ruleSets()); diff != "" {
		t.Errorf("rule sets (-want +got):\n%s", diff)
	}
	excluded := exclusions(WAF{Mode: "prevention"})
	if len(excluded) == 0 {
		t.Fatal("no prompt field is excluded")
	}
	for _, each := range excluded {
		if _, tied := each.(pulumi.Map)["exclusionManagedRuleSets"]; tied {
			t.Errorf("%v holds for rules of one version only", each)
		}
	}
	if got := exclusions(WAF{Mode: "prevention", InspectPrompts: true}); len(got) != 0 {
		t.Errorf("prompts are inspected, and %v is excluded", got)
	}
}

// A gateway is spread over all zones of its region, unless somebody says otherwise.
func TestZones(t *testing.T) {
	for reason, c := range map[string]struct {
		zones  []string
		region string
		want   []string
	}{
		"nothing said":                       {nil, "Sweden Central", []string{"1", "2", "3"}},
		"nothing said, where there are none": {nil, "westus", nil},
		"none wanted":                        {[]string{}, "swedencentral", []string{}},
		"one":                                {[]string{"2"}, "swedencentral", []string{"2"}},
	} {
		t.Run(reason, func(t *testing.T) {
			if diff := cmp.Diff(c.want, ZonesOf(c.zones, c.region)); diff != "" {
				t.Errorf("zones (-want +got):\n%s", diff)
			}
		})
	}
}

// The parts of a gateway name each other by ids in the group of its address.
func TestPartID(t *testing.T) {
	got, err := partID("/subscriptions/s/resourceGroups/rg/providers/Microsoft.Network/publicIPAddresses/pip", "agw", "probes", "status")
	if want := "/subscriptions/s/resourceGroups/rg/providers/Microsoft.Network/applicationGateways/agw/probes/status"; err != nil || got != want {
		t.Errorf("the id is %q (%v), want %q", got, err, want)
	}
	if _, err := partID("pip", "agw", "probes", "status"); err == nil {
		t.Error("what is no id is taken for one")
	}
}
