package e2e

import (
	"encoding/json"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// costs is what aoai cost --json prints.
type costs struct {
	Version, FixedTotal, UsageTotal float64
	Currency                        string
	Fixed, Usage                    []struct {
		Resource, What, Region, PriceRegion, Source, Date string
		Monthly                                           float64
	}
	NotPriced []struct{ Resource, What, Reason string }
}

// Each pattern's examples are priced as they would be deployed. The amounts are products of
// the figures in internal/azure/data/prices.json, which names where each was read.
func TestCostOfEachPattern(t *testing.T) {
	t.Parallel()
	cases := []struct {
		reason, example string
		fixed           float64
		names           []string
		notPriced       []string
	}{
		{"Front Door, and tokens", "front-door/defaults", 35, []string{"Profile gateway base fee", "Profile gateway requests", "Deployment sweden.gpt-5.4-mini input tokens"}, nil},
		{"an Application Gateway with 2 instances and an address", "front-door/application-gateway", 730 * (0.468 + 20*0.0144 + 0.005), []string{"ApplicationGateway gateway WAF_v2"}, nil},
		{"three units, alerts, embeddings", "apim/hardened", 3 * 730 * 3.829, []string{"ApiManagementService gateway Premium units"}, []string{"alert rule", "input tokens of text-embedding-3-large"}},
		{"v2 units, an event hub, provisioned throughput", "apim/maximal", 730 * (1.25 + 0.89 + 50*2 + 0.03), []string{"Deployment sweden.gpt-5.4-mini provisioned throughput, ProvisionedManaged"}, []string{"alert rule"}},
		{
			"a Premium unit, an Application Gateway with an instance and an address, two private endpoints", "apim/private-internal", 730 * (3.829 + 0.468 + 10*0.0144 + 0.005 + 2*0.01),
			[]string{"ApiManagementService gateway Premium units", "ApplicationGateway edge WAF_v2", "PrivateEndpoint sweden-private private endpoint"},
			[]string{"private DNS zone"},
		},
		{"a Premium unit in each of two regions, and Front Door Standard or Premium", "multi-region/defaults", 2*730*3.829 + 330, []string{"Profile edge base fee"}, []string{"data to origins"}},
	}
	for _, c := range cases {
		t.Run(c.example, func(t *testing.T) {
			t.Parallel()
			w := newSeededWorld(t, example(c.example), trafficSeed())
			if strings.HasPrefix(c.example, "front-door/application") {
				w = newWorld(t, example(c.example))
			}
			got := w.must(0, "cost", "--json")
			var told costs
			if err := json.Unmarshal([]byte(got.stdout), &told); err != nil {
				t.Fatalf("%s: cost --json prints no JSON: %v: %s", c.reason, err, got)
			}
			if told.Version != 1 || told.Currency != "USD" || told.FixedTotal < c.fixed-0.01 || told.FixedTotal > c.fixed+0.01 {
				t.Errorf("%s: fixed are %v %s; want %v: %+v", c.reason, told.FixedTotal, told.Currency, c.fixed, told.Fixed)
			}
			var names, notPriced []string
			for _, line := range slices.Concat(told.Fixed, told.Usage) {
				names = append(names, line.Resource+" "+line.What)
				if line.Source == "" || line.Date == "" || line.PriceRegion == "" {
					t.Errorf("%s: a figure without a source, a day or a region: %+v", c.reason, line)
				}
			}
			for _, each := range told.NotPriced {
				notPriced = append(notPriced, each.What)
			}
			requireBegins(t, c.reason, names, c.names)
			requireBegins(t, c.reason, notPriced, c.notPriced)
		})
	}
}

func requireBegins(t *testing.T, reason string, got, want []string) {
	t.Helper()
	for _, each := range want {
		if !slices.ContainsFunc(got, func(line string) bool { return strings.HasPrefix(line, each) }) {
			t.Errorf("%s: nothing begins with %q: %v", reason, each, got)
		}
	}
}

// Traffic is the caller's to set, preview tells the cost in a line, and what cannot be meant is
// refused.
func TestCostByTraffic(t *testing.T) {
	t.Parallel()
	w := newWorld(t, filepath.Join(root, "Pulumi.dev.yaml"))
	if got := w.must(0, "cost", "--requests", "0"); !strings.Contains(got.stdout, "and 0.00 USD of usage") || !strings.Contains(got.stdout, "assumed a month: 0 requests") {
		t.Errorf("no requests cost something: %s", got)
	}
	got := w.must(0, "preview", "--requests", "0")
	if !strings.Contains(got.stdout, "to create") || !strings.Contains(got.stdout, "and 0.00 USD of usage") {
		t.Errorf("preview does not tell its changes and the cost: %s", got)
	}
	cases := []struct {
		reason, want string
		args         []string
	}{
		{"a negative number", "--requests is -1", []string{"--requests=-1"}},
		{"infinity", "--output-tokens is +Inf", []string{"--output-tokens=inf"}},
		{"more cached than sent", "more than --input-tokens", []string{"--cached-tokens=5000"}},
		{"a region without a refresh", "--region goes with --refresh", []string{"--region=francecentral"}},
		{"a region that is none", "is not an Azure region", []string{"--refresh", "--region=atlantis"}},
	}
	for _, c := range cases {
		if got := w.must(1, "cost", c.args...); !strings.Contains(got.stderr, c.want) {
			t.Errorf("%s: want %q: %s", c.reason, c.want, got)
		}
	}
}
