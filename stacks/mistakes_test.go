package stacks

import (
	"errors"
	"testing"

	typed "github.com/aoai-gateway/aoai-gateway/mistakes"
)

// What a component knows of a mistake is still there when the configuration is refused.
func TestMistakesInAConfigurationAreTyped(t *testing.T) {
	for _, c := range []struct {
		reason, key, value string
		want               typed.Error
	}{
		{"a text that is not on the list", "lock", "heeder", typed.Error{Path: "aoai-gateway:lock", Value: "heeder", Remedy: `one of header, header+network, private-link, private-link-only; did you mean "header"?`}},
		{"a number out of range", "frontDoor", `{"sampleSize":300}`, typed.Error{Path: "aoai-gateway:frontDoor.sampleSize", Value: 300, Remedy: "allowed are 1 to 255"}},
		{"true where the message has no verb", "applicationGateway", `{"allowHttp":true}`, typed.Error{Path: "aoai-gateway:applicationGateway", Remedy: "set that, or remove it"}},
		{"a time-out that does not fit the next one", "timeouts", `{"clientSeconds":240}`, typed.Error{Path: "aoai-gateway:timeouts.clientSeconds", Value: 240, Remedy: "give it 245 or more, or lower the other"}},
		{
			"a model that the region does not offer", "deployments", `[{"name":"chat","model":"gpt-9","version":"2024-11-20","sku":"Standard"}]`,
			typed.Error{Path: "aoai-gateway:deployments[0].model", Value: "gpt-9"},
		},
	} {
		_, _, err := ReadConfig(with(c.key, c.value), today)
		var got *typed.Error
		if !errors.As(err, &got) {
			t.Errorf("%s: %v is no mistake", c.reason, err)
			continue
		}
		if got.Path != c.want.Path || got.Value != c.want.Value || (c.want.Remedy != "" && got.Remedy != c.want.Remedy) || got.Remedy == "" {
			t.Errorf("%s: got %q, %v, %q; want %q, %v, %q", c.reason, got.Path, got.Value, got.Remedy, c.want.Path, c.want.Value, c.want.Remedy)
		}
	}
}
