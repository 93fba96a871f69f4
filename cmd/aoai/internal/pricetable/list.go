package pricetable

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"

	"github.com/aoai-gateway/aoai-gateway/internal/azure"
)

// Address is that of Microsoft's public price list, which needs no account. Source:
// https://learn.microsoft.com/rest/api/cost-management/retail-prices/azure-retail-prices
const Address = "https://prices.azure.com/api/retail/prices"

const (
	// maxAnswer and maxPages bound what is read for one meter.
	maxAnswer = 8 << 20
	maxPages  = 20
)

// List is the price list, to be asked.
type List struct {
	Client  *http.Client
	Address string
}

// row is one price of the list.
type row struct {
	Currency  string  `json:"currencyCode"`
	Region    string  `json:"armRegionName"`
	Product   string  `json:"productName"`
	Meter     string  `json:"meterName"`
	Unit      string  `json:"unitOfMeasure"`
	Type      string  `json:"type"`
	From      float64 `json:"tierMinimumUnits"`
	Price     float64 `json:"retailPrice"`
	Effective string  `json:"effectiveStartDate"`
}

// find reads all prices of a meter in a region, all pages.
func (l List) find(ctx context.Context, meter *azure.Meter, region, currency string) ([]row, error) {
	terms := []string{"priceType eq 'Consumption'"}
	for _, term := range [][2]string{{"serviceName", meter.Service}, {"productName", meter.Product}, {"meterName", meter.Meter}, {"armRegionName", region}} {
		terms = append(terms, fmt.Sprintf("%s eq '%s'", term[0], strings.ReplaceAll(term[1], "'", "''")))
	}
	query := url.Values{"currencyCode": {"'" + currency + "'"}, "$filter": {strings.Join(terms, " and ")}}
	page := l.Address + "?" + query.Encode()
	var found []row
	for range maxPages {
		var answer struct {
			Items []row  `json:"Items"`
			Next  string `json:"NextPageLink"`
		}
		if err := l.get(ctx, page, &answer); err != nil {
			return nil, err
		}
		found = append(found, answer.Items...)
		if answer.Next == "" {
			return found, nil
		}
		if err := l.sameHost(answer.Next); err != nil {
			return nil, err
		}
		page = answer.Next
	}
	return nil, fmt.Errorf("the price list has more than %d pages of %s in %s", maxPages, meter.Meter, region)
}

// sameHost refuses a next page that lies elsewhere.
func (l List) sameHost(next string) error {
	asked, err := url.Parse(l.Address)
	if err != nil {
		return fmt.Errorf("reading the address of the price list: %w", err)
	}
	told, err := url.Parse(next)
	if err != nil || told.Scheme != asked.Scheme || told.Hostname() != asked.Hostname() {
		return fmt.Errorf("the price list names %q as its next page, which is not on %s", next, asked.Hostname())
	}
	return nil
}

func (l List) get(ctx context.Context, page string, answer any) error {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, page, http.NoBody)
	if err != nil {
		return fmt.Errorf("asking the price list: %w", err)
	}
	response, err := l.Client.Do(request)
	if err != nil {
		return fmt.Errorf("asking the price list: %w", err)
	}
	defer func() { _ = response.Body.Close() }()
	if response.StatusCode != http.StatusOK {
		return fmt.Errorf("the price list answers %s; try again later", response.Status)
	}
	if err := json.NewDecoder(io.LimitReader(response.Body, maxAnswer)).Decode(answer); err != nil {
		return fmt.Errorf("decoding an answer of the price list: %w", err)
	}
	return nil
}
