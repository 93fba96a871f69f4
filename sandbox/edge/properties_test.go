package edge

import (
	"encoding/json"
	"slices"
	"strings"
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

// The texts of a document are those that a plain decoder finds, under the same names; of
// a document that is cut off they are the first ones.
func TestLeavesAreTheTexts(t *testing.T) {
	var value func(depth int) *rapid.Generator[any]
	value = func(depth int) *rapid.Generator[any] {
		return rapid.Custom(func(t *rapid.T) any {
			switch kind := rapid.IntRange(0, 5).Draw(t, "kind"); {
			case kind < 3 || depth == 0:
				return rapid.SampledFrom([]any{"text", "", "a b", 1.5, true, nil}).Draw(t, "leaf")
			case kind == 3:
				return rapid.SliceOfN(value(depth-1), 0, 3).Draw(t, "list")
			default:
				return rapid.MapOfN(rapid.StringMatching(`[a-z]{1,3}`), value(depth-1), 0, 3).Draw(t, "object")
			}
		})
	}
	rapid.Check(t, func(t *rapid.T) {
		document := value(4).Draw(t, "document")
		raw, err := json.Marshal(document)
		if err != nil {
			t.Fatal(err)
		}
		got := leaves(json.NewDecoder(strings.NewReader(string(raw))))
		want := walked(document, "")
		byName := cmpopts.SortSlices(func(a, b argument) bool { return a.name+a.value < b.name+b.value })
		if diff := cmp.Diff(want, got, cmp.AllowUnexported(argument{}), byName, cmpopts.EquateEmpty()); diff != "" {
			t.Fatalf("texts of %s (-want +got):\n%s", raw, diff)
		}
		cut := rapid.IntRange(0, len(raw)).Draw(t, "cut")
		first := leaves(json.NewDecoder(strings.NewReader(string(raw[:cut]))))
		if len(first) > len(got) || !cmp.Equal(first, got[:len(first)], cmp.AllowUnexported(argument{}), cmpopts.EquateEmpty()) {
			t.Fatalf("cut at %d, %s has %v", cut, raw, first)
		}
	})
}

// walked are the texts of a decoded document.
func walked(value any, path string) []argument {
	switch value := value.(type) {
	case map[string]any:
		var found []argument
		for name, member := range value {
			found = append(found, walked(member, strings.TrimPrefix(path+"."+name, "."))...)
		}
		return found
	case []any:
		var found []argument
		for _, element := range value {
			found = append(found, walked(element, path)...)
		}
		return found
	case string:
		return []argument{{"json", path, value}}
	}
	return nil
}
