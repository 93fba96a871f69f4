package monitor

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/aoai-gateway/aoai-gateway/internal/faults"
)

// Prices stand in the query as they are configured; cached tokens cost what others do where
// nothing else is said.
func TestPricesInTheQuery(t *testing.T) {
	free, cheap := 0.0, 0.5
	got := priceRows([]Price{{Model: "gpt-5.4-mini", Input: 0.75, CachedInput: &cheap, Output: 4}, {Model: "gpt-6", Input: 1e-7, CachedInput: &free, Output: 10}})
	want := `    "gpt-5.4-mini", real(0.75), real(0.5), real(4),
    "gpt-6", real(0.0000001), real(0), real(10)`
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("rows (-want +got):\n%s", diff)
	}
}

// Every mistake is told at once, and no price can end the query's text.
func TestMistakesInPrices(t *testing.T) {
	below := -1.0
	var got []string
	for _, fault := range faults.All(ValidatePrices([]Price{{Model: "a", Input: -2, CachedInput: &below}, {Model: "a"}, {Model: `b"]; x`}})) {
		got = append(got, fault.Error())
	}
	want := []string{
		"[0].input: -2 is below 0; give the price of a million tokens", "[0].cachedInput: -1 is below 0; give the price of a million tokens",
		`[1].model: "a" stands there twice; remove one`, `[2].model: "b\"]; x" is not the name of a model; write it like gpt-5.4-mini`,
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("mistakes (-want +got):\n%s", diff)
	}
}
