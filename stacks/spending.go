package stacks

import (
	"slices"
	"strings"

	"github.com/aoai-gateway/aoai-gateway/components/monitor"
	"github.com/aoai-gateway/aoai-gateway/internal/faults"
)

// boundSpending turns limits in money into quotas of tokens, by the dearest price of the models
// that are deployed.
func (c *Config) boundSpending() error {
	path := c.APIM.LimitsSpending()
	if path == "" || !c.hasGateways() {
		return nil
	}
	var list faults.List
	dearest, without := c.dearestToken()
	switch {
	case len(without) > 0:
		list.Add("apim."+path, "needs the price of each deployed model, and monitor.prices has none of %s", strings.Join(without, ", ")).
			Remedy("add it there, or limit tokens with tokenQuota")
	case dearest == 0:
		list.Add("apim."+path, "limits nothing, since all prices of deployed models in monitor.prices are 0").Remedy("correct them, or limit tokens with tokenQuota")
	default:
		list.Merge("apim", c.APIM.BoundSpending(dearest))
	}
	return list.Err()
}

// dearestToken is the highest price for a million tokens of what is deployed, and the models
// without a price.
func (c *Config) dearestToken() (dearest float64, without []string) {
	for _, account := range c.accounts() {
		for _, deployment := range account.Deployments {
			price := slices.IndexFunc(c.Monitor.Prices, func(p monitor.Price) bool { return strings.EqualFold(p.Model, deployment.Model) })
			if price < 0 {
				without = append(without, deployment.Model)
				continue
			}
			dearest = max(dearest, c.Monitor.Prices[price].Dearest())
		}
	}
	slices.Sort(without)
	return dearest, slices.Compact(without)
}
