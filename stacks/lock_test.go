package stacks

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// An open lock takes requests that come around Front Door; it needs a waiver, and leaves
// networks where they are.
func TestOpenLock(t *testing.T) {
	waiver := fmt.Sprintf(`{"waivers":[{"rule":"front-door-lock","reason":"Front Door is lost, incident 1","until":%q}]}`, time.Now().UTC().Format(time.DateOnly))
	for lock, callers := range map[string]string{
		"header": "", "header+network": "AzureFrontDoor.Backend", "open": "", "open+network": "Internet",
		"private-link": "", "private-link-only": "", "open+private-link": "",
	} {
		t.Run(lock, func(t *testing.T) {
			open, regional := strings.HasPrefix(lock, "open"), goodRegions
			if strings.Contains(lock, "link") {
				regional = func(_ string, pairs ...string) map[string]string { return goodLink(pairs...) }
			}
			config, _, err := ReadConfig(regional("", "lock", lock, "guardrails", waiver), today)
			require.NoError(t, err)
			require.Equal(t, callers, config.callersFrom())
			require.Equal(t, open, config.lockIsOpen(), "the policy holds requests to Front Door")

			_, _, err = ReadConfig(regional("", "lock", lock), today)
			if open {
				require.ErrorContains(t, err, "lock: \""+lock+"\" lets requests in that go around Front Door; waive front-door-lock")
				return
			}
			require.NoError(t, err)
		})
	}
	_, _, err := ReadConfig(with("lock", "open", "guardrails", waiver), today)
	require.ErrorContains(t, err, `lock: "open" has no effect with the pattern front-door`)
}
