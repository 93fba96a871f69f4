package azure

import "time"

// Limits are what a deployment serves. Sources:
// https://learn.microsoft.com/azure/foundry/openai/quotas-limits (standard: a unit is 1,000
// tokens a minute, and 6 requests a minute for 1,000 tokens, watched over 10 seconds) and
// https://learn.microsoft.com/azure/foundry/openai/concepts/provisioned-throughput (tokens
// of input a minute and unit, by model; no limit of requests).
type Limits struct {
	// Tokens are those of a TokenWindow.
	Tokens int
	// Requests are those of a RequestWindow; 0 for no limit.
	Requests int
}

// The windows of a deployment's limits.
const (
	TokenWindow   = time.Minute
	RequestWindow = 10 * time.Second
)

const (
	standardTokens = 1000
	// provisionedTokens are gpt-4o's, for models of which the table tells no number.
	provisionedTokens = 2500
)

// LimitsOf are the limits of a deployment by its SKU, its capacity and its model, which is
// nil where the table does not know it.
func LimitsOf(model *Model, sku string, capacity int) Limits {
	if !IsProvisioned(sku) {
		return Limits{Tokens: capacity * standardTokens, Requests: capacity}
	}
	unit := provisionedTokens
	if model != nil && model.Provisioned != nil && model.Provisioned.TokensPerUnit > 0 {
		unit = model.Provisioned.TokensPerUnit
	}
	return Limits{Tokens: capacity * unit}
}
