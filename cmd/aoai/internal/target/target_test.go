package target

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/aoai-gateway/aoai-gateway/internal/engine"
	"github.com/aoai-gateway/aoai-gateway/internal/resourcemanager"
)

func TestTarget(t *testing.T) {
	const provider = `{"op":"create","urn":"urn:pulumi:s::p::pulumi:providers:azure-native::azure","newState":{"inputs":{"subscriptionId":"b"}}}`
	for _, c := range []struct {
		reason, plan string
		want         Target
	}{
		{"by the stack's file", `{"config":{"azure-native:subscriptionId":"a","azure-native:environment":"china"},"steps":[` + provider + `]}`, Target{"a", "china"}},
		{"by the provider", `{"steps":[` + provider + `]}`, Target{"b", ""}},
		{"by a resource that is no provider", `{"steps":[{"urn":"urn:pulumi:s::p::azure-native:x:Y::z","newState":{"inputs":{"subscriptionId":{"a":1}}}}]}`, Target{}},
		{"by nobody", `{"steps":[]}`, Target{}},
	} {
		plan, err := engine.ReadPlan([]byte(c.plan))
		require.NoError(t, err, c.reason)
		require.Equal(t, c.want, Of(plan), c.reason)
	}

	t.Setenv("ARM_SUBSCRIPTION_ID", "of the environment")
	t.Setenv(resourcemanager.EndpointVariable, "http://127.0.0.1:1")
	for given, want := range map[string]string{"": "of the environment", "a": "a"} {
		client, err := Target{SubscriptionID: given}.Azure()
		require.NoError(t, err)
		require.Equal(t, want, client.SubscriptionID)
	}
}
