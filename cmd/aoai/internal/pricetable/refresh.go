// Package pricetable refreshes the table of prices from Microsoft's public price list.
package pricetable

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/aoai-gateway/aoai-gateway/internal/azure"
)

// sourceName is that of the price list among the table's sources.
const sourceName = "retail-prices"

// mostChange is how many times higher or lower a price may have become: more looks like a
// changed unit.
const mostChange = 10

// Refresh returns the table with the list's prices of today, for the regions of the table and
// more. It refuses to lose a price that the table has, and prices that cannot be right: the
// caller keeps the old table then. What the list does not have either stays unknown.
func Refresh(ctx context.Context, list List, table *azure.Prices, more []string, today time.Time) (*azure.Prices, error) {
	fresh, err := copied(table)
	if err != nil {
		return nil, err
	}
	fresh.AsOf = azure.Date{Time: today.Truncate(24 * time.Hour)}
	source := slices.IndexFunc(fresh.Sources, func(each azure.PriceSource) bool { return each.Name == sourceName })
	told := azure.PriceSource{Name: sourceName, Page: list.Address, Tells: "Microsoft's public price list; a date is the day from which Microsoft charges the price"}
	if source < 0 {
		fresh.Sources = append(fresh.Sources, told)
	} else {
		fresh.Sources[source] = told
	}
	var refused []error
	for _, meter := range fresh.Meters {
		for _, region := range regionsOf(meter, fresh.Region, more) {
			rows, err := list.find(ctx, meter, region, fresh.Currency)
			if err != nil {
				return nil, fmt.Errorf("%s in %s: %w", meter.Key, region, err)
			}
			if err := take(meter, region, fresh.Currency, rows); err != nil {
				refused = append(refused, fmt.Errorf("%s in %s: %w", meter.Key, region, err))
			}
		}
	}
	if len(refused) > 0 {
		return nil, fmt.Errorf("the table stays as it is: %w", errors.Join(refused...))
	}
	dropSources(fresh)
	if err := fresh.Validate(); err != nil {
		return nil, fmt.Errorf("the table stays as it is: %w", err)
	}
	return fresh, nil
}

func copied(table *azure.Prices) (*azure.Prices, error) {
	raw, err := table.Encode()
	if err != nil {
		return nil, err
	}
	return azure.ReadPrices(raw)
}

// regionsOf are the regions to ask about for a meter, each once.
func regionsOf(meter *azure.Meter, own string, more []string) []string {
	if meter.Zone != "" {
		return []string{meter.Zone}
	}
	regions := append([]string{own}, more...)
	for _, price := range meter.Prices {
		regions = append(regions, price.Region)
	}
	slices.Sort(regions)
	return slices.Compact(regions)
}

// take puts the list's price of a region into the meter.
func take(meter *azure.Meter, region, currency string, rows []row) error {
	at := slices.IndexFunc(meter.Prices, func(price azure.RegionPrice) bool { return price.Region == region })
	if len(rows) == 0 {
		if at < 0 {
			return nil
		}
		return fmt.Errorf("the price list has no %q of %s any more; find its new name, and correct service, product and meter", meter.Meter, meter.Product)
	}
	price, err := priceOf(meter, region, currency, rows)
	if err != nil {
		return err
	}
	if at < 0 {
		meter.Prices = append(meter.Prices, price)
		return nil
	}
	if old, now := highest(meter.Prices[at]), highest(price); now > old*mostChange || now < old/mostChange {
		return fmt.Errorf("the price was %v and is %v for %s; correct the table by hand if that is right", old, now, meter.Unit)
	}
	meter.Prices[at] = price
	return nil
}

// priceOf makes one price of the rows of its tiers.
func priceOf(meter *azure.Meter, region, currency string, rows []row) (azure.RegionPrice, error) {
	price := azure.RegionPrice{Region: region, Source: sourceName}
	slices.SortStableFunc(rows, func(a, b row) int { return cmp.Compare(a.From, b.From) })
	for _, each := range rows {
		if !meter.SameUnit(each.Unit) {
			return price, fmt.Errorf("the price list counts by %q, the table by %q", each.Unit, meter.Unit)
		}
		if each.Currency != currency || each.Region != region || each.Type != "Consumption" || each.Meter != meter.Meter || each.Product != meter.Product {
			return price, fmt.Errorf("the price list answers with something else: %s %s in %s, %s, %s", each.Product, each.Meter, each.Region, each.Currency, each.Type)
		}
		day, err := time.Parse(time.RFC3339, each.Effective)
		if err != nil {
			return price, fmt.Errorf("reading the day of a price: %w", err)
		}
		if day.After(price.Date.Time) {
			price.Date = azure.Date{Time: day.UTC().Truncate(24 * time.Hour)}
		}
		if last := len(price.Tiers) - 1; last >= 0 && price.Tiers[last][0] == each.From {
			if price.Tiers[last][1] != each.Price {
				return price, fmt.Errorf("the price list has two prices from %v on: %v and %v", each.From, price.Tiers[last][1], each.Price)
			}
			continue
		}
		price.Tiers = append(price.Tiers, azure.Tier{each.From, each.Price})
	}
	if highest(price) == 0 {
		return price, errors.New("the price list says 0, which no meter of the table costs")
	}
	return price, nil
}

func highest(price azure.RegionPrice) float64 {
	most := 0.0
	for _, tier := range price.Tiers {
		most = max(most, tier[1])
	}
	return most
}

// dropSources removes the sources that no figure names any more.
func dropSources(table *azure.Prices) {
	table.Sources = slices.DeleteFunc(table.Sources, func(source azure.PriceSource) bool {
		return source.Name != sourceName && !slices.ContainsFunc(table.Meters, func(meter *azure.Meter) bool {
			return slices.ContainsFunc(meter.Prices, func(price azure.RegionPrice) bool { return price.Source == source.Name })
		})
	})
}

// Changes are what differs between two tables, a line each.
func Changes(before, after *azure.Prices) []string {
	lines := []string{}
	for _, meter := range after.Meters {
		old := before.Find(meter.Key)
		for _, price := range meter.Prices {
			was := "not known"
			for _, each := range old.Prices {
				if each.Region == price.Region {
					was = fmt.Sprint(each.Tiers)
				}
			}
			if now := fmt.Sprint(price.Tiers); now != was {
				lines = append(lines, fmt.Sprintf("%s in %s: %s for %s, was %s", meter.Key, price.Region, now, meter.Unit, was))
			}
		}
	}
	return lines
}
