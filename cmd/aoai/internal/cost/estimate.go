// Package cost estimates what a planned stack costs a month, by the table of prices.
package cost

import (
	"cmp"
	"errors"
	"slices"

	"github.com/aoai-gateway/aoai-gateway/internal/arm"
	"github.com/aoai-gateway/aoai-gateway/internal/azure"
	"github.com/aoai-gateway/aoai-gateway/internal/engine"
)

// HoursPerMonth is what Microsoft's calculator takes for a month. Source:
// https://azure.microsoft.com/pricing/calculator
const HoursPerMonth = 730

// Traffic is what a month is assumed to bring.
type Traffic struct {
	// Requests are shared out evenly among the names of models that callers ask for.
	Requests float64 `json:"requests"`
	// InputTokens and OutputTokens are those of one request; CachedTokens are the part of
	// InputTokens that the model has seen before.
	InputTokens  float64 `json:"inputTokens"`
	CachedTokens float64 `json:"cachedTokens"`
	OutputTokens float64 `json:"outputTokens"`
	// RequestKB, ResponseKB and LogKB are the sizes of one request, its answer and its logs.
	RequestKB  float64 `json:"requestKB"`
	ResponseKB float64 `json:"responseKB"`
	LogKB      float64 `json:"logKB"`
}

// Line is one priced part of a stack.
type Line struct {
	// Resource is its type and its name in the stack; What is what is paid for.
	Resource string `json:"resource"`
	What     string `json:"what"`
	// Quantity is how much of it, in Unit; Monthly is its cost.
	Quantity float64 `json:"quantity"`
	Unit     string  `json:"unit"`
	Monthly  float64 `json:"monthly"`
	// Region is where the resource stands, PriceRegion the one whose price was taken.
	Region      string `json:"region"`
	PriceRegion string `json:"priceRegion"`
	// Meter, Date and Source tell where the price is from.
	Meter  string     `json:"meter"`
	Date   azure.Date `json:"date"`
	Source string     `json:"source"`
}

// NotPriced is a part of a stack whose price is not known.
type NotPriced struct {
	Resource string `json:"resource"`
	What     string `json:"what"`
	Reason   string `json:"reason"`
}

// Estimate is what a stack costs a month.
type Estimate struct {
	// Version is that of this format.
	Version  int        `json:"version"`
	AsOf     azure.Date `json:"asOf"`
	Currency string     `json:"currency"`
	Traffic  Traffic    `json:"traffic"`
	// Fixed is paid without a request, Usage by requests.
	Fixed      []Line  `json:"fixed"`
	Usage      []Line  `json:"usage"`
	FixedTotal float64 `json:"fixedTotal"`
	UsageTotal float64 `json:"usageTotal"`
	// NotPriced is missing from the totals.
	NotPriced []NotPriced `json:"notPriced"`
	Notes     []string    `json:"notes"`
}

// Facts are what an estimate goes by.
type Facts struct {
	Contract *arm.Contract
	Prices   *azure.Prices
	Models   *azure.Models
}

// LoadFacts loads the tables that are built in.
func LoadFacts() (Facts, error) {
	contract, contractErr := arm.Load()
	prices, pricesErr := azure.LoadPrices()
	models, modelsErr := azure.LoadModels()
	return Facts{contract, prices, models}, errors.Join(contractErr, pricesErr, modelsErr)
}

// estimator fills an estimate from the resources that a plan leaves.
type estimator struct {
	*Estimate
	table *azure.Prices
	known *azure.Models
	items []*item
}

// Of estimates what a plan leaves in place.
func Of(plan *engine.Plan, facts Facts, traffic Traffic) *Estimate {
	table := facts.Prices
	e := &estimator{
		Estimate: &Estimate{
			Version: 1, AsOf: table.AsOf, Currency: table.Currency, Traffic: traffic,
			Fixed: []Line{}, Usage: []Line{}, NotPriced: []NotPriced{}, Notes: []string{},
		},
		table: table, known: facts.Models, items: itemsOf(plan, facts.Contract),
	}
	for _, item := range e.items {
		e.price(item)
	}
	e.models()
	e.logs()
	e.privateLink()
	for _, lines := range []*[]Line{&e.Fixed, &e.Usage} {
		slices.SortStableFunc(*lines, func(a, b Line) int { return cmp.Compare(a.Resource, b.Resource) })
	}
	slices.SortStableFunc(e.NotPriced, func(a, b NotPriced) int { return cmp.Compare(a.Resource, b.Resource) })
	e.FixedTotal, e.UsageTotal = total(e.Fixed), total(e.Usage)
	return e.Estimate
}

func total(lines []Line) float64 {
	sum := 0.0
	for _, line := range lines {
		sum += line.Monthly
	}
	return sum
}

// charge is something to price: so much of what a meter counts, in single things (hours,
// tokens, GB), not in the meter's units.
type charge struct {
	item     *item
	what     string
	meter    string
	region   string
	quantity float64
	unit     string
}

func (e *estimator) fixed(c charge) { e.add(&e.Fixed, c) }

func (e *estimator) usage(c charge) { e.add(&e.Usage, c) }

func (e *estimator) add(lines *[]Line, c charge) {
	meter := e.table.Find(c.meter)
	if meter == nil {
		e.notPriced(c.item, c.what, "the table of prices has no "+c.meter)
		return
	}
	price := e.table.PriceIn(meter, c.region)
	if price == nil {
		e.notPriced(c.item, c.what, "the price of "+meter.Meter+" is not known; aoai cost --refresh asks for it")
		return
	}
	*lines = append(*lines, Line{
		Resource: c.item.place, What: c.what, Quantity: c.quantity, Unit: c.unit, Monthly: price.Cost(c.quantity / meter.Per()),
		Region: c.region, PriceRegion: price.Region, Meter: meter.Meter, Date: price.Date, Source: e.table.Page(price.Source),
	})
}

func (e *estimator) notPriced(item *item, what, reason string) {
	e.NotPriced = append(e.NotPriced, NotPriced{item.place, what, reason})
}
