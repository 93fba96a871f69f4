package stacks

import (
	"testing"

	"github.com/aoai-gateway/aoai-gateway/components/apim"
	"github.com/aoai-gateway/aoai-gateway/components/appgateway"
	"github.com/aoai-gateway/aoai-gateway/components/frontdoor"
	"github.com/aoai-gateway/aoai-gateway/internal/arm"
	"github.com/aoai-gateway/aoai-gateway/internal/azure"
	"github.com/aoai-gateway/aoai-gateway/policies"
)

// A tag cannot name a constant: where a default is also something else, this holds both
// together.
func TestDefaultsAreWhatTheyStandFor(t *testing.T) {
	gateway, door, application := apim.DefaultOptions(), frontdoor.DefaultOptions(), appgateway.DefaultOptions()
	timeouts, waits := policies.DefaultAttemptTimeouts(), policies.DefaultWaits()
	for _, c := range []struct {
		reason    string
		got, want any
	}{
		{"origins answer Front Door's probes", door.Probe.Path, arm.StatusPath},
		{"origins answer Application Gateway's probes", application.Probe.Path, arm.StatusPath},
		{"Front Door waits as long as Azure lets it", door.ResponseTimeoutSeconds, azure.FrontDoorResponseSeconds.Max},
		{"Application Gateway waits as long as Azure lets it", application.RequestTimeoutSeconds, azure.AppGatewayExternalSeconds.Max},
		{"policies by themselves try for as long", gateway.LoadBalancing.AttemptTimeoutSeconds, timeouts.Attempt},
		{"policies by themselves end as late", gateway.LoadBalancing.TotalTimeoutSeconds, timeouts.Total},
		{"policies by themselves tell the same wait", gateway.LoadBalancing.ExhaustedRetryAfterSeconds, waits.Exhausted},
		{"policies by themselves leave backends alone for as long", gateway.LoadBalancing.CircuitBreaker.TripSeconds, waits.Trip},
	} {
		if c.got != c.want {
			t.Errorf("%s: %v, want %v", c.reason, c.got, c.want)
		}
	}
}
