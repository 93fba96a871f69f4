package edge

import (
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"pgregory.net/rapid"

	"github.com/aoai-gateway/aoai-gateway/sandbox/deployed"
)

// Whoever is chosen keeps every rule of Front Door's selection, and who keeps them all is
// chosen.
func TestChooseKeepsTheRules(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		all := rapid.SliceOfN(rapid.Custom(func(t *rapid.T) candidate {
			return candidate{
				Origin: deployed.Origin{
					ID: rapid.StringMatching(`[a-z]{6}`).Draw(t, "id"), Enabled: rapid.Bool().Draw(t, "enabled"),
					Weight: rapid.IntRange(1, 1000).Draw(t, "weight"), Priority: rapid.IntRange(1, 5).Draw(t, "priority"),
				},
				healthy: rapid.Bool().Draw(t, "healthy"), latency: time.Duration(rapid.IntRange(0, 300).Draw(t, "ms")) * time.Millisecond,
			}
		}), 0, 8).Draw(t, "origins")
		window := time.Duration(rapid.IntRange(0, 300).Draw(t, "window")) * time.Millisecond
		chosen := choose(all, window)
		enabled := slices.DeleteFunc(slices.Clone(all), func(c candidate) bool { return !c.Enabled })
		able := slices.DeleteFunc(slices.Clone(enabled), func(c candidate) bool { return !c.healthy })
		if len(able) == 0 {
			if !cmp.Equal(enabled, chosen, cmp.AllowUnexported(candidate{}), cmpopts.EquateEmpty()) {
				t.Fatalf("nobody is healthy, and %v are chosen of %v", chosen, enabled)
			}
			return
		}
		for _, c := range able {
			better := slices.ContainsFunc(able, func(o candidate) bool {
				return o.Priority < c.Priority || (o.Priority == c.Priority && o.latency+window < c.latency)
			})
			if is := slices.ContainsFunc(chosen, func(o candidate) bool { return cmp.Equal(o, c, cmp.AllowUnexported(candidate{})) }); is == better {
				t.Fatalf("%v: chosen %v, though somebody is better: %v", c, is, better)
			}
		}
		for _, c := range chosen {
			if !c.Enabled || !c.healthy {
				t.Fatalf("%v is chosen", c)
			}
		}
	})
}
