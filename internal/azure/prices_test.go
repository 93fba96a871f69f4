package azure_test

import (
	"os"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/aoai-gateway/aoai-gateway/internal/azure"
)

// The table that is built in is the file, byte by byte: a refresh changes nothing but prices.
func TestPricesAreEncodedAsTheFileHasThem(t *testing.T) {
	table, err := azure.LoadPrices()
	require.NoError(t, err)
	raw, err := table.Encode()
	require.NoError(t, err)
	file, err := os.ReadFile("data/prices.json")
	require.NoError(t, err)
	require.Equal(t, string(file), string(raw))
}

func TestCostByTiers(t *testing.T) {
	// Consumption calls: a million a month for nothing, then 0.035 USD for 10,000.
	table, err := azure.LoadPrices()
	require.NoError(t, err)
	meter := table.Find("apim/Consumption/calls")
	price := table.PriceIn(meter, "swedencentral")
	cases := []struct {
		reason string
		calls  float64
		want   float64
	}{
		{"within what costs nothing", 1_000_000, 0},
		{"a million above it", 2_000_000, 3.5},
	}
	for _, c := range cases {
		require.InDelta(t, c.want, price.Cost(c.calls/meter.Per()), 1e-9, c.reason)
	}
}

func TestUnitsOfThePriceList(t *testing.T) {
	cases := []struct {
		reason, unit, other string
		per                 float64
		same                bool
	}{
		{"two spellings of an hour", "1/Hour", "1 Hour", 1, true},
		{"thousands", "10K", "10000", 10_000, true},
		{"millions are no months", "1M", "1/Month", 1e6, false},
		{"a month is no million", "1/Month", "1 Month", 1, true},
		{"GB of a month", "1 GB/Month", "1 GB", 1, false},
		{"thousand tokens and a million", "1K", "1M", 1000, false},
	}
	for _, c := range cases {
		meter := azure.Meter{Unit: c.unit}
		require.InDelta(t, c.per, meter.Per(), 0, c.reason)
		require.Equal(t, c.same, meter.SameUnit(c.other), c.reason)
	}
}

func TestTablesThatCannotBeRightAreRefused(t *testing.T) {
	table, err := azure.LoadPrices()
	require.NoError(t, err)
	raw, err := table.Encode()
	require.NoError(t, err)
	cases := []struct{ reason, old, replacement, want string }{
		{"a price of nothing would hide one that is not known", `[0, 0.0658]`, `[0, 0]`, "cost nothing"},
		{"a negative price", `[0, 0.0658]`, `[0, -1]`, "is no price"},
		{"tiers that do not begin at 0", `[0, 0.0658]`, `[5, 0.0658]`, "do not rise from 0"},
		{"a source that is not named", `"source": "ptu-golden"`, `"source": "hearsay"`, `"hearsay" is not among the sources`},
		{"a field that is misspelt", `"unit": "1M"`, `"unitt": "1M"`, "unitt"},
		{"a unit without a number", `"unit": "1M"`, `"unit": "Month"`, "is no unit"},
	}
	for _, c := range cases {
		_, err := azure.ReadPrices([]byte(strings.Replace(string(raw), c.old, c.replacement, 1)))
		require.ErrorContains(t, err, c.want, c.reason)
	}
}
