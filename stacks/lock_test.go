package stacks

import (
	"fmt"
	"testing"
	"time"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/stretchr/testify/require"

	"github.com/aoai-gateway/aoai-gateway/components/apim"
)

// An open lock takes requests that come around Front Door; it needs a waiver, and leaves
// networks where they are.
func TestOpenLock(t *testing.T) {
	waiver := fmt.Sprintf(`{"waivers":[{"rule":"front-door-lock","reason":"Front Door is lost, incident 1","until":%q}]}`, time.Now().UTC().Format(time.DateOnly))
	for lock, callers := range map[string]string{
		"header": "", "header+network": "AzureFrontDoor.Backend", "open": "", "open+network": "Internet",
	} {
		t.Run(lock, func(t *testing.T) {
			config, _, err := ReadConfig(goodRegions("", "lock", lock, "guardrails", waiver), today)
			require.NoError(t, err)
			require.Equal(t, callers, config.callersFrom())
			g := gateway{common: &common{config: config}, edge: edge{frontDoorID: pulumi.String("id")}}
			require.Equal(t, config.lockIsOpen(), g.lock() == apim.OriginLock{}, "the policy holds requests to Front Door")

			_, _, err = ReadConfig(goodRegions("", "lock", lock), today)
			if config.lockIsOpen() {
				require.ErrorContains(t, err, "lock: \""+lock+"\" lets requests in that go around Front Door: waive front-door-lock")
				return
			}
			require.NoError(t, err)
		})
	}
	_, _, err := ReadConfig(with("lock", "open", "guardrails", waiver), today)
	require.ErrorContains(t, err, `lock: "open" has no effect with the pattern front-door`)
}
