package azure_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/aoai-gateway/aoai-gateway/internal/arm"
	"github.com/aoai-gateway/aoai-gateway/internal/azure"
)

// today is a day after the table's.
var today = time.Date(2026, 11, 27, 0, 0, 0, 0, time.UTC)

// Expected offers and dates are those of the pages that data/models.json names.
func TestCheck(t *testing.T) {
	eu := []string{"swedencentral", "francecentral"}
	for _, c := range []struct {
		reason  string
		wanted  azure.Wanted
		why     azure.Reason
		field   string
		refused bool
		// problem and remedy are words that have to be said.
		problem, remedy string
	}{
		{"the data zone has the default chat model", azure.Wanted{Model: "gpt-5.6-luna", Version: "2026-07-09", SKU: "DataZoneStandard", Regions: eu}, "", "", false, "", ""},
		{"and the default embeddings", azure.Wanted{Model: "text-embedding-3-small", Version: "1", SKU: "DataZoneStandard", Regions: eu}, "", "", false, "", ""},
		{"a legacy model may be deployed", azure.Wanted{Model: "gpt-4o", Version: "2024-11-20", SKU: "Standard", Regions: eu}, "", "", false, "", ""},
		{
			"no region of the two has the embeddings by Standard",
			azure.Wanted{Model: "text-embedding-3-small", Version: "1", SKU: "Standard", Regions: eu},
			azure.SKUNotOffered, "sku", true, "text-embedding-3-small 1 is not offered by Standard in swedencentral, francecentral", "choose GlobalStandard or DataZoneStandard",
		},
		{
			"one region of two lacks it",
			azure.Wanted{Model: "gpt-5.1", Version: "2025-11-13", SKU: "Standard", Regions: eu},
			azure.SKUNotOffered, "sku", true, "gpt-5.1 2025-11-13 is not offered by Standard in francecentral", "choose GlobalStandard, DataZoneStandard",
		},
		{
			"two regions with nothing in common",
			azure.Wanted{Model: "whisper", Version: "001", SKU: "GlobalStandard", Regions: []string{"swedencentral"}},
			azure.SKUNotOffered, "sku", true, "whisper 001 is not offered by GlobalStandard", "choose Standard",
		},
		{
			"the region lacks the model altogether",
			azure.Wanted{Model: "gpt-audio", Version: "2025-08-28", SKU: "GlobalStandard", Regions: []string{"francecentral"}},
			azure.NotInRegion, "model", true, "gpt-audio 2025-08-28 is not offered in francecentral", "swedencentral",
		},
		{
			"a data zone that is not the region's",
			azure.Wanted{Model: "gpt-6-astra", Version: "2026-09-03", SKU: "DataZoneStandard", Regions: []string{"swedencentral"}},
			azure.SKUNotOffered, "sku", true, "not offered by DataZoneStandard", "choose GlobalStandard",
		},
		{
			"retired on 2026-11-19",
			azure.Wanted{Model: "o1", Version: "2024-12-17", SKU: "Standard", Regions: []string{"swedencentral"}},
			azure.RetiredModel, "version", true, "was retired on 2026-11-19", "Microsoft suggests gpt-5.6-sol",
		},
		{
			"retired long ago",
			azure.Wanted{Model: "gpt-4", Version: "0613", SKU: "Standard", Regions: eu},
			azure.RetiredModel, "version", true, "gpt-4 0613 was retired on 2025-06-06", "Microsoft suggests gpt-4o",
		},
		{
			"a preview that has ended",
			azure.Wanted{Model: "model-router", Version: "2025-05-19", SKU: "GlobalStandard", Regions: []string{"swedencentral"}},
			azure.RetiredModel, "version", true, "2026-08-30", "model-router 2025-11-18",
		},
		{
			"retires in 19 days",
			azure.Wanted{Model: "gpt-image-1.5", Version: "2025-12-16", SKU: "GlobalStandard", Regions: []string{"swedencentral"}},
			azure.Retiring, "version", false, "retires on 2026-12-16", "gpt-image-2 2026-04-21",
		},
		{
			"retires in 74 days",
			azure.Wanted{Model: "gpt-5", Version: "2025-08-07", SKU: "DataZoneStandard", Regions: eu},
			azure.Retiring, "version", false, "gpt-5 2025-08-07 retires on 2027-02-09", "gpt-5.6-luna 2026-07-09",
		},
		{
			"deprecated",
			azure.Wanted{Model: "gpt-4.1", Version: "2025-04-14", SKU: "Standard", Regions: []string{"swedencentral"}},
			azure.ClosedToNew, "version", false, "only subscriptions that have used it", "gpt-5.1 2025-11-13",
		},
		{
			"a version that is newer than the table",
			azure.Wanted{Model: "gpt-4o", Version: "2030-01-01", SKU: "Standard", Regions: eu},
			azure.UnknownVersion, "version", false, `"2030-01-01" is not a version of gpt-4o`, "known are 2024-05-13, 2024-08-06, 2024-11-20",
		},
		{
			"a model that is newer than the table",
			azure.Wanted{Model: "gpt-7", Version: "2026-11-20", SKU: "DataZoneStandard", Regions: eu},
			azure.UnknownModel, "model", false, `"gpt-7" is not a model that is known`, "",
		},
		{
			"a version that the table would know",
			azure.Wanted{Model: "gpt-4o", Version: "2024-12-20", SKU: "Standard", Regions: eu},
			azure.UnknownVersion, "version", true, `"2024-12-20"`, "known are 2024-05-13",
		},
		{
			"a version of another form",
			azure.Wanted{Model: "gpt-4o", Version: "latest", SKU: "Standard", Regions: eu},
			azure.UnknownVersion, "version", true, `"latest"`, "known are 2024-05-13",
		},
		{
			"a misspelt model",
			azure.Wanted{Model: "gpt4o", Version: "2024-11-20", SKU: "Standard", Regions: eu},
			azure.UnknownModel, "model", true, `"gpt4o"`, `did you mean "gpt-4o"?`,
		},
		{
			"a misspelt model without a dated version",
			azure.Wanted{Model: "text-embeding-3-small", Version: "1", SKU: "DataZoneStandard", Regions: eu},
			azure.UnknownModel, "model", true, "text-embeding-3-small", `did you mean "text-embedding-3-small"?`,
		},
		{
			"a fine-tuned model is Azure's to judge",
			azure.Wanted{Model: "gpt-4o-mini-2024-07-18.ft-0123", Version: "1", SKU: "Standard", Regions: eu},
			azure.UnknownModel, "model", false, "is not a model that is known", "",
		},
		{
			"a deprecated model that retires soon is told once",
			azure.Wanted{Model: "gpt-4o", Version: "2024-05-13", SKU: "Standard", Regions: []string{"swedencentral"}},
			azure.Retiring, "version", false, "is deprecated and retires on 2026-12-09", "Microsoft suggests gpt-5.6-sol",
		},
		{
			"a model of which no region is known",
			azure.Wanted{Model: "gpt-image-2.5-sunburst", Version: "2026-09-09", SKU: "GlobalStandard", Regions: eu},
			azure.NotInRegion, "model", false, "is not known", "",
		},
		{
			"fewer units than a deployment has",
			azure.Wanted{Model: "gpt-5.6-luna", Version: "2026-07-09", SKU: "GlobalProvisionedManaged", Regions: []string{"swedencentral"}, Capacity: 10},
			azure.WrongCapacity, "capacity", true, "10 is no number of provisioned units", "give 15, or more in steps of 5",
		},
		{
			"units between two steps",
			azure.Wanted{Model: "gpt-4o", Version: "2024-11-20", SKU: "ProvisionedManaged", Regions: []string{"swedencentral"}, Capacity: 60},
			azure.WrongCapacity, "capacity", true, "60 is no number", "give 50, or more in steps of 50",
		},
		{"units on a step", azure.Wanted{Model: "gpt-4o", Version: "2024-11-20", SKU: "ProvisionedManaged", Regions: []string{"swedencentral"}, Capacity: 100}, "", "", false, "", ""},
		{
			"the region offers no provisioned throughput of its own",
			azure.Wanted{Model: "gpt-5.6-luna", Version: "2026-07-09", SKU: "ProvisionedManaged", Regions: []string{"swedencentral"}, Capacity: 50},
			azure.SKUNotOffered, "sku", true, "not offered by ProvisionedManaged in swedencentral", "choose GlobalStandard",
		},
	} {
		t.Run(c.reason, func(t *testing.T) {
			table, err := azure.LoadModels()
			require.NoError(t, err)
			doubts := table.Check(c.wanted, today)
			if c.why == "" {
				require.Empty(t, doubts)
				return
			}
			at := slices.IndexFunc(doubts, func(d azure.Doubt) bool { return d.Reason == c.why })
			require.GreaterOrEqual(t, at, 0, "%v", doubts)
			got := doubts[at]
			require.Equal(t, c.field, got.Field)
			require.Equal(t, c.refused, got.Refused, "%v", got)
			require.Contains(t, got.Problem, c.problem)
			require.Contains(t, got.Remedy, c.remedy)
		})
	}
}

// Dates move: what is known is held against the day, not against the table's.
func TestAWarningComesBeforeARefusal(t *testing.T) {
	table, err := azure.LoadModels()
	require.NoError(t, err)
	wanted := azure.Wanted{Model: "gpt-5.6-luna", Version: "2026-07-09", SKU: "DataZoneStandard", Regions: []string{"swedencentral"}}
	for _, c := range []struct {
		day  string
		want azure.Reason
	}{{"2027-09-13", ""}, {"2027-09-14", azure.Retiring}, {"2028-01-10", azure.Retiring}, {"2028-01-11", azure.RetiredModel}} {
		day, err := azure.ParseDate(c.day)
		require.NoError(t, err)
		var got azure.Reason
		for _, doubt := range table.Check(wanted, day.Time) {
			got = doubt.Reason
		}
		require.Equal(t, c.want, got, c.day)
	}
}

func TestDefaultSKU(t *testing.T) {
	table, err := azure.LoadModels()
	require.NoError(t, err)
	for _, c := range []struct {
		reason, model, version string
		regions                []string
		want                   string
	}{
		{"Standard keeps prompts in the region", "gpt-4o", "2024-11-20", []string{"swedencentral", "francecentral"}, "Standard"},
		{"the data zone where the region has no Standard", "gpt-5.6-luna", "2026-07-09", []string{"swedencentral", "francecentral"}, "DataZoneStandard"},
		{"and where one of two has none", "gpt-5.1", "2025-11-13", []string{"swedencentral", "francecentral"}, "DataZoneStandard"},
		{"never a global one", "gpt-5.6-luna", "2026-07-09", []string{"japaneast"}, ""},
		{"regions with nothing in common", "text-embedding-3-small", "1", []string{"swedencentral", "japaneast"}, ""},
		{"a model that is not known", "gpt-7", "2026-11-20", []string{"swedencentral"}, ""},
		{"nowhere", "gpt-4o", "2024-11-20", nil, ""},
	} {
		require.Equal(t, c.want, table.DefaultSKU(c.model, c.version, c.regions), c.reason)
	}
	ambiguous := table.NoDefaultSKU(azure.Wanted{Model: "text-embedding-3-small", Version: "1", Regions: []string{"swedencentral", "japaneast"}}, today)
	require.Equal(t, "sku", ambiguous.Field)
	require.Contains(t, ambiguous.String(), "choose GlobalStandard")
	older := table.NoDefaultSKU(azure.Wanted{Model: "gpt-4o", Version: "2024-12-20", Regions: []string{"swedencentral"}}, today)
	require.NotContains(t, older.String(), "give sku", "a SKU would not help")
	nowhere := table.NoDefaultSKU(azure.Wanted{Model: "whisper", Version: "001", Regions: []string{"swedencentral", "francecentral"}}, today)
	require.Equal(t, azure.NotInRegion, nowhere.Reason)
	newer := table.NoDefaultSKU(azure.Wanted{Model: "gpt-4o", Version: "2030-01-01", Regions: []string{"swedencentral"}}, today)
	require.Equal(t, "version", newer.Field)
	require.Contains(t, newer.String(), "for a newer one, give sku")
}

func TestNoCapacity(t *testing.T) {
	table, err := azure.LoadModels()
	require.NoError(t, err)
	known := table.NoCapacity(azure.Wanted{Model: "gpt-4o", Version: "2024-11-20", SKU: "ProvisionedManaged"})
	require.Equal(t, "is missing: provisioned units have no default; give 50, or more in steps of 50", known.String())
	unknown := table.NoCapacity(azure.Wanted{Model: "gpt-9", Version: "2030-01-01", SKU: "ProvisionedManaged"})
	require.Equal(t, "is missing: provisioned units have no default; give a number of units", unknown.String())
}

// A region that was read from Azure knows newer models than the pages do.
func TestARefreshedRegionKnowsMore(t *testing.T) {
	table, err := azure.ReadModels([]byte(`{"asOf": "2026-10-09", "refreshed": {"swedencentral": "2026-11-27"},
		"models": [{"name": "gpt-9", "version": "2026-01-01", "can": ["chat"], "regions": {"Standard": ["francecentral", "swedencentral"]}}]}`))
	require.NoError(t, err)
	check := func(regions ...string) azure.Doubt {
		return table.Check(azure.Wanted{Model: "gpt-9", Version: "2026-11-02", SKU: "Standard", Regions: regions}, today)[0]
	}
	require.True(t, check("swedencentral").Refused)
	require.Contains(t, check("swedencentral").Problem, "table of 2026-11-27")
	require.False(t, check("francecentral").Refused)
	require.False(t, check("swedencentral", "francecentral").Refused)
}

// The table itself: every name is one of Azure's, every entry says what it is for.
func TestTable(t *testing.T) {
	table, err := azure.LoadModels()
	require.NoError(t, err)
	require.NotEmpty(t, table.License)
	for _, source := range table.Sources {
		require.True(t, strings.HasPrefix(source.Page, "https://"), source.Page)
		require.False(t, source.Date.After(table.AsOf.Time), "%s is newer than the table", source.Page)
	}
	stages := []azure.Stage{"", azure.Preview, azure.GA, azure.Legacy, azure.Deprecated, azure.Retired}
	seen := map[string]bool{}
	for _, model := range table.Models {
		require.False(t, seen[model.String()], "%s stands twice", model)
		seen[model.String()] = true
		require.NotEmpty(t, model.Can, model)
		for _, can := range model.Can {
			require.NotEmpty(t, can.ARM(), "%s can %q", model, can)
		}
		require.Contains(t, stages, model.Stage, model)
		for sku, regions := range model.Regions {
			require.Contains(t, azure.DeploymentSKUs, sku, model)
			require.True(t, slices.IsSorted(regions), "%s %s", model, sku)
			for _, region := range regions {
				require.True(t, arm.IsRegion(region), "%s %s: %q", model, sku, region)
			}
		}
	}
	require.Nil(t, table.CheckRegion("swedencentral"))
	doubt := table.CheckRegion("chilecentral")
	require.NotNil(t, doubt)
	require.Contains(t, doubt.String(), `"chilecentral" offers no Azure OpenAI model`)
}
