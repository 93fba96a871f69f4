package apim

import (
	"fmt"
	"math"

	"github.com/aoai-gateway/aoai-gateway/internal/faults"
)

// BoundSpending turns limits in money into quotas of tokens, which is what API Management
// counts. Each token is taken to cost perMillion for a million: the dearest price of all models,
// so that nobody spends more than the limit. Errors have their path below the options.
func (o *Options) BoundSpending(perMillion float64) error {
	var list faults.List
	for path, limits := range o.limits() {
		if limits.Spend > 0 {
			list.AddError(path+".spend", boundSpending(limits, perMillion))
		}
	}
	return list.Err()
}

// LimitsSpending reports the path of a limit in money; "" where there is none.
func (o *Options) LimitsSpending() string {
	for path, limits := range o.limits() {
		if limits.Spend > 0 {
			return path + ".spend"
		}
	}
	return ""
}

// limits are all limits, by their paths below the options.
func (o *Options) limits() func(yield func(path string, limits *Limits) bool) {
	return func(yield func(string, *Limits) bool) {
		if !yield("callerLimits", &o.CallerLimits) {
			return
		}
		for i := range o.Products {
			if !yield(fmt.Sprintf("products[%d].limits", i), &o.Products[i].Limits) {
				return
			}
		}
		for i := range o.Subscriptions {
			if !yield(fmt.Sprintf("subscriptions[%d].limits", i), &o.Subscriptions[i].Limits) {
				return
			}
		}
	}
}

func boundSpending(limits *Limits, perMillion float64) error {
	const million = 1e6
	spend := limits.Spend
	tokens := math.Floor(spend / perMillion * million)
	switch {
	case tokens < 1:
		return faults.New("%v buys no token at %v for a million", spend, perMillion).About(spend).Remedy("give more").Err()
	case tokens > math.MaxInt32:
		return faults.New("%v buys %.0f tokens at %v for a million, and the gateway counts to %d", spend, tokens, perMillion, math.MaxInt32).About(spend).
			Remedy("give at most %.0f, or a shorter tokenQuotaPeriod", math.Floor(math.MaxInt32/million*perMillion)).Err()
	}
	limits.TokenQuota, limits.Spend = int(tokens), 0
	return nil
}
