package monitor

import (
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/aoai-gateway/aoai-gateway/internal/faults"
)

// Price is what a model costs, in any currency, for a million tokens.
type Price struct {
	// Model is the model's name without its version, such as gpt-5.4-mini.
	Model string `json:"model"`
	// Input is for tokens of prompts, and Output for those of completions, reasoning among
	// them.
	Input  float64 `json:"input"`
	Output float64 `json:"output"`
	// CachedInput is for tokens of prompts that were cached; default that of input.
	CachedInput *float64 `json:"cachedInput"`
}

var modelName = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9._-]*$`)

// ValidatePrices returns every mistake in a table of prices, with its path in the table.
func ValidatePrices(prices []Price) error {
	var list faults.List
	for i, price := range prices {
		at := fmt.Sprintf("[%d]", i)
		if !modelName.MatchString(price.Model) {
			list.Add(at+".model", "%q is not the name of a model", price.Model).About(price.Model).Remedy("write it like gpt-5.4-mini")
		}
		if slices.IndexFunc(prices, func(p Price) bool { return p.Model == price.Model }) < i {
			list.Add(at+".model", "%q stands there twice", price.Model).About(price.Model).Remedy("remove one")
		}
		amounts := []struct {
			name string
			of   float64
		}{{"input", price.Input}, {"cachedInput", price.cachedInput()}, {"output", price.Output}}
		for _, amount := range amounts {
			if amount.of < 0 {
				list.Add(at+"."+amount.name, "%v is below 0; give the price of a million tokens", amount.of)
			}
		}
	}
	return list.Err()
}

func (p Price) cachedInput() float64 {
	if p.CachedInput == nil {
		return p.Input
	}
	return *p.CachedInput
}

// Dearest is the highest of the prices.
func (p Price) Dearest() float64 { return max(p.Input, p.cachedInput(), p.Output) }

// priceRows are the rows of a datatable in a query.
func priceRows(prices []Price) string {
	rows := make([]string, len(prices))
	for i, p := range prices {
		rows[i] = fmt.Sprintf("    %q, %s, %s, %s", p.Model, realLiteral(p.Input), realLiteral(p.cachedInput()), realLiteral(p.Output))
	}
	return strings.Join(rows, ",\n")
}

// realLiteral is a number that Kusto takes as a real one.
func realLiteral(of float64) string { return "real(" + strconv.FormatFloat(of, 'f', -1, 64) + ")" }
