package azure

import (
	"bytes"
	"embed"
	"encoding/json"
	"fmt"
	"math"
	"strconv"
	"strings"
	"sync"
)

//go:embed data/prices.json
var priceData embed.FS

// Prices is the table of prices: a dated copy of what Microsoft charges.
type Prices struct {
	AsOf     Date   `json:"asOf"`
	Currency string `json:"currency"`
	// Region is the one whose prices stand in where the table has none of another region.
	Region  string        `json:"region"`
	Sources []PriceSource `json:"sources"`
	Meters  []*Meter      `json:"meters"`
}

// PriceSource is where figures were read.
type PriceSource struct {
	Name  string `json:"name"`
	Page  string `json:"page"`
	Tells string `json:"tells"`
}

// Meter is something that Microsoft charges for, under the names of its price list.
type Meter struct {
	// Key is this project's name, such as apim/Premium/unit.
	Key     string `json:"key"`
	Service string `json:"service"`
	Product string `json:"product"`
	Meter   string `json:"meter"`
	// Unit is what a price is for, such as 1 Hour or 10K.
	Unit string `json:"unit"`
	// Zone is the price list's own region of meters that have none of Azure's; "" for the rest.
	Zone string `json:"zone,omitempty"`
	// Prices are by region; none where the price is not known.
	Prices []RegionPrice `json:"prices"`
}

// RegionPrice is the price in one region, its source and its day.
type RegionPrice struct {
	Region string `json:"region"`
	Date   Date   `json:"date"`
	Source string `json:"source"`
	Tiers  []Tier `json:"tiers"`
}

// Tier is a price from a quantity on, both in the meter's units.
type Tier [2]float64

// LoadPrices reads the table that is built in. Callers share it and must not change it.
var LoadPrices = sync.OnceValues(func() (*Prices, error) {
	raw, err := priceData.ReadFile("data/prices.json")
	if err != nil {
		return nil, fmt.Errorf("reading the table of prices: %w", err)
	}
	return ReadPrices(raw)
})

// ReadPrices reads a table, and refuses one that cannot be right.
func ReadPrices(raw []byte) (*Prices, error) {
	table := &Prices{}
	decoder := json.NewDecoder(bytes.NewReader(raw))
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(table); err != nil {
		return nil, fmt.Errorf("decoding the table of prices: %w", err)
	}
	if err := table.Validate(); err != nil {
		return nil, fmt.Errorf("table of prices: %w", err)
	}
	return table, nil
}

// Find is a meter by its key; nil where the table has none.
func (p *Prices) Find(key string) *Meter {
	for _, meter := range p.Meters {
		if meter.Key == key {
			return meter
		}
	}
	return nil
}

// Page is where a source's figures were read.
func (p *Prices) Page(source string) string {
	for _, each := range p.Sources {
		if each.Name == source {
			return each.Page
		}
	}
	return ""
}

// PriceIn is the price in a region, else that of the table's own region, else the first that
// is known; nil where none is.
func (p *Prices) PriceIn(meter *Meter, region string) *RegionPrice {
	if meter.Zone != "" {
		region = meter.Zone
	}
	for _, wanted := range []string{region, p.Region} {
		for i := range meter.Prices {
			if meter.Prices[i].Region == wanted {
				return &meter.Prices[i]
			}
		}
	}
	if len(meter.Prices) > 0 {
		return &meter.Prices[0]
	}
	return nil
}

// Per is how many of the unit's things a price is for: 10000 of 10K.
func (m *Meter) Per() float64 {
	per, _, _ := unitOf(m.Unit)
	return per
}

// SameUnit reports whether the price list means the meter's unit by another spelling.
func (m *Meter) SameUnit(unit string) bool {
	per, of, err := unitOf(m.Unit)
	otherPer, otherOf, otherErr := unitOf(unit)
	return err == nil && otherErr == nil && per == otherPer && of == otherOf
}

// unitOf reads a unit of the price list: 1 Hour, 1/Hour, 10K, 1 GB/Month.
func unitOf(unit string) (per float64, of string, err error) {
	digits := strings.IndexFunc(unit, func(r rune) bool { return r < '0' || r > '9' })
	if digits < 0 {
		digits = len(unit)
	}
	per, err = strconv.ParseFloat(unit[:digits], 64)
	if err != nil || per <= 0 {
		return 0, "", fmt.Errorf("unit %q does not begin with a number", unit)
	}
	of = strings.TrimLeft(unit[digits:], " /")
	switch {
	case strings.HasPrefix(of, "K"):
		per, of = per*1e3, strings.TrimPrefix(of, "K")
	case strings.HasPrefix(of, "M") && !strings.HasPrefix(of, "Month"):
		per, of = per*1e6, strings.TrimPrefix(of, "M")
	}
	return per, strings.TrimSpace(of), nil
}

// Cost is what a quantity costs, in the meter's units.
func (r *RegionPrice) Cost(quantity float64) float64 {
	cost := 0.0
	for i, tier := range r.Tiers {
		until := math.Inf(1)
		if i+1 < len(r.Tiers) {
			until = r.Tiers[i+1][0]
		}
		if quantity > tier[0] {
			cost += (min(quantity, until) - tier[0]) * tier[1]
		}
	}
	return cost
}

// Tokens is what tokens of a model cost in a region; false where the table has no price. The
// model is written like gpt-4o 2024-11-20/GlobalStandard, the part is input, cached or output.
func (p *Prices) Tokens(model, part, region string, tokens float64) (cost float64, known bool) {
	meter := p.Find("tokens/" + model + "/" + part)
	if meter == nil {
		return 0, false
	}
	price := p.PriceIn(meter, region)
	if price == nil {
		return 0, false
	}
	return price.Cost(tokens / meter.Per()), true
}
