package stacks

import (
	"testing"

	"github.com/stretchr/testify/require"
)

// The quota of a limit in money is that of the dearest price: 20 / 10 for a million are
// 2,000,000 tokens.
func TestSpendingBecomesTokens(t *testing.T) {
	config, _, err := ReadConfig(goodAPIM(`"products":[{"name":"gold","limits":{"spend":0.5,"tokenQuotaPeriod":"Daily"}}],"callerLimits":{"spend":20}`,
		"monitor", `{"prices":[{"model":"gpt-4o","input":2.5,"output":10},{"model":"not-deployed","input":1,"output":100}]}`), today)
	require.NoError(t, err)
	require.Equal(t, 2_000_000, config.APIM.CallerLimits.TokenQuota)
	require.Equal(t, 50_000, config.APIM.Products[0].Limits.TokenQuota)
	require.Equal(t, "Daily", config.APIM.Products[0].Limits.TokenQuotaPeriod)
	require.Zero(t, config.APIM.CallerLimits.Spend, "the gateway counts tokens")
}
