package pricetable_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/aoai-gateway/aoai-gateway/cmd/aoai/internal/pricetable"
	"github.com/aoai-gateway/aoai-gateway/internal/azure"
)

// small is a table of three meters: one with a price, one with tiers, one without a price.
const small = `{
  "asOf": "2026-11-28", "currency": "USD", "region": "swedencentral",
  "sources": [{"name": "elsewhere", "page": "https://example.com/prices", "tells": "a page"}],
  "meters": [
    {"key": "apim/Premium/unit", "service": "API Management", "product": "API Management", "meter": "Premium Unit", "unit": "1 Hour",
     "prices": [{"region": "swedencentral", "date": "2024-04-01", "source": "elsewhere", "tiers": [[0, 3.829]]}]},
    {"key": "logs/ingestion", "service": "Log Analytics", "product": "Log Analytics", "meter": "Analytics Logs Data Ingestion", "unit": "1 GB",
     "prices": [{"region": "swedencentral", "date": "2021-06-08", "source": "elsewhere", "tiers": [[0, 0], [5, 2.99]]}]},
    {"key": "frontdoor/Premium_AzureFrontDoor/in", "service": "Azure Front Door Service", "product": "Azure Front Door", "meter": "Premium Data Transfer In", "unit": "1 GB", "zone": "Zone 1", "prices": []}
  ]
}`

// priceList is a price list: rows by meter and region, in the form of the API's answers,
// https://learn.microsoft.com/rest/api/cost-management/retail-prices/azure-retail-prices.
type priceList map[string][]string

func (p priceList) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	filter := r.URL.Query().Get("$filter")
	if !strings.Contains(filter, "priceType eq 'Consumption'") || r.URL.Query().Get("currencyCode") != "'USD'" {
		http.Error(w, "unexpected query "+r.URL.RawQuery, http.StatusBadRequest)
		return
	}
	for key, rows := range p {
		meter, region, _ := strings.Cut(key, "|")
		if !strings.Contains(filter, "meterName eq '"+meter+"'") || !strings.Contains(filter, "armRegionName eq '"+region+"'") {
			continue
		}
		// One row a page, to be followed.
		page := 0
		_, _ = fmt.Sscan(r.URL.Query().Get("$skip"), &page)
		next := any(nil)
		if page+1 < len(rows) {
			query := r.URL.Query()
			query.Set("$skip", fmt.Sprint(page+1))
			next = "http://" + r.Host + r.URL.Path + "?" + query.Encode()
		}
		_ = json.NewEncoder(w).Encode(map[string]any{"Items": []any{json.RawMessage(rows[page])}, "NextPageLink": next})
		return
	}
	_, _ = w.Write([]byte(`{"Items": [], "NextPageLink": null}`))
}

func price(product, meter, region, unit string, from, price float64) string {
	return fmt.Sprintf(`{"currencyCode": "USD", "tierMinimumUnits": %v, "retailPrice": %v, "armRegionName": %q, "effectiveStartDate": "2027-01-01T00:00:00Z",
		"meterName": %q, "productName": %q, "unitOfMeasure": %q, "type": "Consumption"}`, from, price, region, meter, product, unit)
}

// healthy is what the list answers when all is well.
func healthy() priceList {
	return priceList{
		"Premium Unit|swedencentral":                  {price("API Management", "Premium Unit", "swedencentral", "1/Hour", 0, 4)},
		"Premium Unit|francecentral":                  {price("API Management", "Premium Unit", "francecentral", "1 Hour", 0, 4.2)},
		"Analytics Logs Data Ingestion|swedencentral": {price("Log Analytics", "Analytics Logs Data Ingestion", "swedencentral", "1 GB", 5, 3.1), price("Log Analytics", "Analytics Logs Data Ingestion", "swedencentral", "1 GB", 0, 0)},
		"Premium Data Transfer In|Zone 1":             {price("Azure Front Door", "Premium Data Transfer In", "Zone 1", "1 GB", 0, 0.02)},
	}
}

var today = time.Date(2027, 1, 15, 13, 0, 0, 0, time.UTC)

func refresh(t *testing.T, list http.Handler) (before, after *azure.Prices, err error) {
	t.Helper()
	server := httptest.NewServer(list)
	defer server.Close()
	before, err = azure.ReadPrices([]byte(small))
	require.NoError(t, err)
	after, err = pricetable.Refresh(t.Context(), pricetable.List{Client: server.Client(), Address: server.URL + "/api/retail/prices"}, before, []string{"francecentral"}, today)
	return before, after, err
}

func TestRefreshTakesTheListsPrices(t *testing.T) {
	before, after, err := refresh(t, healthy())
	require.NoError(t, err)
	require.Equal(t, "2027-01-15", after.AsOf.String())
	require.Equal(t, []string{
		"apim/Premium/unit in swedencentral: [[0 4]] for 1 Hour, was [[0 3.829]]",
		"apim/Premium/unit in francecentral: [[0 4.2]] for 1 Hour, was not known",
		"logs/ingestion in swedencentral: [[0 0] [5 3.1]] for 1 GB, was [[0 0] [5 2.99]]",
		"frontdoor/Premium_AzureFrontDoor/in in Zone 1: [[0 0.02]] for 1 GB, was not known",
	}, pricetable.Changes(before, after))
	require.Equal(t, "2027-01-01", after.PriceIn(after.Find("apim/Premium/unit"), "francecentral").Date.String())
	require.Len(t, after.Sources, 1, "a source that nobody names is gone")
	require.InDelta(t, 3.829, before.PriceIn(before.Find("apim/Premium/unit"), "swedencentral").Tiers[0][1], 0, "the table that was given is not changed")

	raw, err := after.Encode()
	require.NoError(t, err)
	again, err := azure.ReadPrices(raw)
	require.NoError(t, err)
	require.Empty(t, pricetable.Changes(after, again))
}

func TestRefreshRefusesWhatCannotBeRight(t *testing.T) {
	unit := "Premium Unit|swedencentral"
	cases := []struct {
		reason string
		spoil  func(priceList)
		want   string
	}{
		{"a price would be lost", func(p priceList) { delete(p, unit) }, `no "Premium Unit"`},
		{"another unit", func(p priceList) {
			p[unit] = []string{price("API Management", "Premium Unit", "swedencentral", "1/Month", 0, 4)}
		}, `counts by "1/Month"`},
		{"a price of nothing", func(p priceList) {
			p[unit] = []string{price("API Management", "Premium Unit", "swedencentral", "1 Hour", 0, 0)}
		}, "says 0"},
		{"a price that is a thousand times the old one", func(p priceList) {
			p[unit] = []string{price("API Management", "Premium Unit", "swedencentral", "1 Hour", 0, 3829)}
		}, "was 3.829 and is 3829"},
		{"two prices at once", func(p priceList) {
			p[unit] = append(p[unit], price("API Management", "Premium Unit", "swedencentral", "1 Hour", 0, 5))
		}, "two prices"},
		{"another region's price", func(p priceList) {
			p[unit] = []string{price("API Management", "Premium Unit", "uksouth", "1 Hour", 0, 4)}
		}, "something else"},
		{"tiers without a beginning", func(p priceList) {
			p[unit] = []string{price("API Management", "Premium Unit", "swedencentral", "1 Hour", 7, 4)}
		}, "do not rise from 0"},
	}
	for _, c := range cases {
		list := healthy()
		c.spoil(list)
		_, after, err := refresh(t, list)
		require.ErrorContains(t, err, c.want, c.reason)
		require.ErrorContains(t, err, "the table stays as it is", c.reason)
		require.Nil(t, after, c.reason)
	}
}

func TestRefreshRefusesAListThatFails(t *testing.T) {
	cases := []struct{ reason, answer, want string }{
		{"no JSON", "<html>", "decoding an answer"},
		{"a next page elsewhere", `{"Items": [], "NextPageLink": "https://example.com/api/retail/prices"}`, "is not on 127.0.0.1"},
		{"pages without an end", "", "pages of"},
	}
	for _, c := range cases {
		_, _, err := refresh(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			answer := c.answer
			if answer == "" {
				answer = `{"Items": [], "NextPageLink": "http://` + r.Host + `/again"}`
			}
			_, _ = w.Write([]byte(answer))
		}))
		require.ErrorContains(t, err, c.want, c.reason)
	}
	_, _, err := refresh(t, http.NotFoundHandler())
	require.ErrorContains(t, err, "answers 404")
}
