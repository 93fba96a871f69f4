package stacks

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

// A preview warns of what holds streamed answers back. Source: API Management's page on
// server-sent events, of 2025-10-08 (Consumption, and logs of bodies).
func TestStreamAdvice(t *testing.T) {
	const sku, bodies = "aoai-gateway:apim.sku", "aoai-gateway:apim.logging.bodyBytes"
	cases := []struct {
		reason  string
		pattern string
		change  func(*Config)
		want    []string
	}{
		{"defaults stream", PatternAPIM, func(*Config) {}, nil},
		{"defaults of several regions stream", MultiRegion, func(*Config) {}, nil},
		{"bodies are logged", PatternAPIM, func(c *Config) { c.APIM.Logging.BodyBytes = 1 }, []string{bodies}},
		{"bodies are logged in several regions", MultiRegion, func(c *Config) { c.APIM.Logging.BodyBytes = 8192 }, []string{bodies}},
		{"Consumption", PatternAPIM, func(c *Config) { c.APIM.SKU = "Consumption" }, []string{sku}},
		{"both, each for itself", PatternAPIM, func(c *Config) { c.APIM.SKU, c.APIM.Logging.BodyBytes = "Consumption", 4096 }, []string{sku, bodies}},
		{"the policy for the event hub leaves streams unread", PatternAPIM, func(c *Config) { c.APIM.Logging.EventHub.Enabled = true }, nil},
		{"logs of models keep text without bodies", PatternAPIM, func(c *Config) { c.APIM.Logging.LLM = "messages" }, nil},
		{"no gateway", PatternFrontDoor, func(c *Config) { c.APIM.SKU, c.APIM.Logging.BodyBytes = "Consumption", 4096 }, nil},
	}
	for _, c := range cases {
		t.Run(c.reason, func(t *testing.T) {
			config := DefaultConfig(c.pattern)
			c.change(&config)
			var got []string
			for _, advice := range config.streamAdvice() {
				got = append(got, advice.Path)
				if !advice.Warning || advice.Message == "" {
					t.Errorf("%q is no warning: streams may fail", advice)
				}
			}
			if diff := cmp.Diff(c.want, got); diff != "" {
				t.Errorf("paths (-want +got):\n%s", diff)
			}
		})
	}
}
