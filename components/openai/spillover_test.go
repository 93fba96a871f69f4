package openai_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/aoai-gateway/aoai-gateway/components/openai"
)

// Rules: Azure's page on spillover (2026-05-25).
func TestSpillover(t *testing.T) {
	provisioned := openai.Deployment{Name: "chat", Model: "gpt-5.4-mini", Version: "2026-03-17", SKU: "DataZoneProvisionedManaged", Capacity: 15, Spillover: "overflow"}
	target := openai.Deployment{Name: "overflow", Model: "gpt-5.4-mini", Version: "2026-03-17", SKU: "DataZoneStandard"}
	with := func(change func(*openai.Deployment)) openai.Deployment {
		changed := target
		change(&changed)
		return changed
	}
	for _, c := range []struct {
		reason string
		target openai.Deployment
		want   string
	}{
		{"a standard deployment of the same model", target, ""},
		{"names differ in case", with(func(d *openai.Deployment) { d.Name = "Overflow" }), ""},
		{"nothing of the name", with(func(d *openai.Deployment) { d.Name = "other" }), `[0].spillover: "overflow" is no deployment of this account`},
		{"provisioned throughput again", with(func(d *openai.Deployment) { d.SKU, d.Capacity = "GlobalProvisionedManaged", 15 }), "requests spill over to a standard deployment"},
		{"another version", with(func(d *openai.Deployment) { d.Version = "2026-04-17" }), "the same model and version, gpt-5.4-mini 2026-03-17"},
		{"another model", with(func(d *openai.Deployment) { d.Model = "gpt-5.4" }), "the same model and version"},
		{"prompts would leave the data zone", with(func(d *openai.Deployment) { d.SKU = "GlobalStandard" }), "choose DataZoneStandard"},
	} {
		err := openai.ValidateDeployments([]openai.Deployment{provisioned, c.target})
		if c.want == "" {
			require.NoError(t, err, c.reason)
			continue
		}
		require.ErrorContains(t, err, c.want, c.reason)
	}
	standard := target
	standard.Spillover = "chat"
	require.ErrorContains(t, openai.ValidateDeployments([]openai.Deployment{provisioned, standard}), "only provisioned deployments spill over")
}
