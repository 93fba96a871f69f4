package target

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/aoai-gateway/aoai-gateway/internal/engine"
	"github.com/aoai-gateway/aoai-gateway/internal/resourcemanager"
)

func TestTarget(t *testing.T) {
	const provider = `{"op":"create","urn":"urn:pulumi:s::p::pulumi:providers:azure-native::azure","newState":{"inputs":{"subscriptionId":"b","tenantId":"u"}}}`
	for _, c := range []struct {
		reason, plan string
		want         Target
	}{
		{"by the stack's file", `{"config":{"azure-native:subscriptionId":"a","azure-native:environment":"china","azure-native:tenantId":"t"},"steps":[` + provider + `]}`, Target{"a", "china", "t"}},
		{"by the provider", `{"steps":[` + provider + `]}`, Target{"b", "", "u"}},
		{"by a resource that is no provider", `{"steps":[{"urn":"urn:pulumi:s::p::azure-native:x:Y::z","newState":{"inputs":{"subscriptionId":"c"}}}]}`, Target{}},
		{"by nobody", `{"steps":[]}`, Target{}},
	} {
		plan, err := engine.ReadPlan([]byte(c.plan))
		require.NoError(t, err, c.reason)
		require.Equal(t, c.want, Of(plan), c.reason)
	}

	state, err := engine.ReadState([]byte(`{"deployment":{"resources":[
		{"urn":"urn:pulumi:s::p::azure-native:x:Y::a","inputs":{"subscriptionId":"c"}},
		{"urn":"urn:pulumi:s::p::pulumi:providers:azure-native::default","inputs":{"subscriptionId":"b","environment":"china","tenantId":"u"}}]}}`))
	require.NoError(t, err)
	require.Equal(t, Target{"b", "china", "u"}, OfDeployed(state), "the provider says it, and no other resource")

	t.Setenv("ARM_SUBSCRIPTION_ID", "of the environment")
	t.Setenv(resourcemanager.EndpointVariable, "http://127.0.0.1:1")
	for given, want := range map[string]string{"": "of the environment", "a": "a"} {
		client, err := Target{SubscriptionID: given}.Azure()
		require.NoError(t, err)
		require.Equal(t, want, client.SubscriptionID)
	}
}
