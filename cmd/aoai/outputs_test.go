package main

import (
	"strings"
	"testing"
)

// The key of a subscription is found by name, or as the only one; what cannot be found is
// told with what there is.
func TestSubscriptionKey(t *testing.T) {
	one := map[string]any{"subscriptionKeys": map[string]any{"chat": map[string]any{"primaryKey": "k1", "secondaryKey": "k2"}}}
	two := map[string]any{"subscriptionKeys": map[string]any{"chat": map[string]any{"primaryKey": "k1"}, "batch": map[string]any{"primaryKey": "k3"}}}
	for _, c := range []struct {
		reason  string
		outputs map[string]any
		name    string
		want    string
		refused string
	}{
		{"the only one needs no name", one, "", "k1", ""},
		{"one of two by its name", two, "batch", "k3", ""},
		{"two without a name", two, "", "", "name one of batch, chat"},
		{"an unknown name", one, "chta", "", `no subscription "chta"; it has chat`},
		{"front-door has none", map[string]any{}, "", "", "aoai entra token"},
		{"a subscription that is not deployed yet", map[string]any{"subscriptionKeys": map[string]any{"chat": map[string]any{}}}, "", "", "run aoai up"},
	} {
		t.Run(c.reason, func(t *testing.T) {
			got, err := subscriptionKey(c.outputs, c.name)
			if c.refused == "" && (err != nil || got != c.want) {
				t.Errorf("%q, %v", got, err)
			}
			if c.refused != "" && (err == nil || !strings.Contains(err.Error(), c.refused)) {
				t.Errorf("%v, want %q", err, c.refused)
			}
		})
	}
}
