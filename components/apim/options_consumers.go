package apim

import (
	"fmt"
	"math"
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/aoai-gateway/aoai-gateway/internal/azure"
	"github.com/aoai-gateway/aoai-gateway/internal/faults"
	"github.com/aoai-gateway/aoai-gateway/policies"
)

// idForm is stricter than the service's: ids stand in URLs, logs and policies.
var idForm = regexp.MustCompile(`^[a-z0-9](?:[a-z0-9-]{0,62}[a-z0-9])?$`)

const idAllowed = "1 to 64 lower-case letters, digits and inner hyphens"

// Product is a set of subscriptions with the same limits.
type Product struct {
	// Name is the product's id.
	Name string `json:"name"`
	// DisplayName is for people; default the name.
	DisplayName string `json:"displayName"`
	Description string `json:"description"`
	Limits      Limits `json:"limits"`
}

// Subscription is one consumer with keys of its own.
type Subscription struct {
	// Name is the subscription's id; it stands in logs and metrics.
	Name string `json:"name"`
	// DisplayName is for people; default the name.
	DisplayName string `json:"displayName"`
	// Product is the name of a product; empty for the API alone.
	Product string `json:"product"`
	Limits  Limits `json:"limits"`
}

// Limits bound what somebody may use. Zero is no limit.
type Limits = policies.Limits

func unlimited(l Limits) bool { return l == Limits{} }

func validateLimits(l Limits, offered azure.APIMSKU, sku string) error {
	var list faults.List
	if unlimited(l) {
		return nil
	}
	if !offered.Limits {
		list.Add("", "need another SKU: %s has no limits by key", sku).Remedy("remove them")
	}
	for _, number := range []struct {
		path  string
		value int
	}{
		{"calls", l.Calls},
		{"callsPeriodSeconds", l.CallsPeriodSeconds},
		{"tokensPerMinute", l.TokensPerMinute},
		{"tokenQuota", l.TokenQuota},
	} {
		if number.value < 0 {
			list.Add(number.path, "%d is below 0", number.value).About(number.value).Remedy("0 is no limit")
		}
		if number.value > math.MaxInt32 {
			list.Add(number.path, "%d is more than the gateway counts", number.value).About(number.value).Remedy("give at most %d, or leave it out for no limit", math.MaxInt32)
		}
	}
	if l.CallsPeriodSeconds > 0 {
		list.Between("callsPeriodSeconds", l.CallsPeriodSeconds, azure.RateLimitSeconds.Min, azure.RateLimitSeconds.Max, "s")
		if l.Calls == 0 {
			list.Add("callsPeriodSeconds", "%d has no effect without calls", l.CallsPeriodSeconds).About(l.CallsPeriodSeconds).Remedy("give calls, or remove it")
		}
	}
	if l.TokenQuotaPeriod != "" {
		list.OneOf("tokenQuotaPeriod", l.TokenQuotaPeriod, policies.QuotaPeriods)
		if l.TokenQuota == 0 && l.Spend == 0 {
			list.Add("tokenQuotaPeriod", "%q has no effect without tokenQuota", l.TokenQuotaPeriod).About(l.TokenQuotaPeriod).Remedy("give tokenQuota, or remove it")
		}
	}
	switch {
	case l.Spend < 0:
		list.Add("spend", "%v is below 0", l.Spend).About(l.Spend).Remedy("0 is no limit")
	case l.Spend > 0 && l.TokenQuota > 0:
		list.Add("spend", "%v stands beside tokenQuota, and the gateway counts one quota", l.Spend).About(l.Spend).Remedy("remove one of the two")
	}
	if l.EstimatePromptTokens && l.TokensPerMinute == 0 && l.TokenQuota == 0 && l.Spend == 0 {
		list.Add("estimatePromptTokens", "true has no effect without tokensPerMinute or tokenQuota").About(true).Remedy("give one of these, or remove it")
	}
	return list.Err()
}

func (o Options) validateConsumers() error {
	var list faults.List
	offered := offeredBy(o.SKU)
	products := make([]string, len(o.Products))
	for i, product := range o.Products {
		at := fmt.Sprintf("products[%d]", i)
		checkID(&list, at+".name", product.Name, "product", products[:i])
		isSample := func(sample string) bool {
			return strings.EqualFold(sample, product.displayName()) || strings.EqualFold(sample, product.Name)
		}
		if slices.ContainsFunc(azure.SampleProducts, isSample) {
			list.Add(at+".name", "%q is the name of a sample that Azure puts into classic services", product.displayName()).About(product.displayName()).Remedy("choose another")
		}
		products[i] = product.Name
		checkLength(&list, at+".displayName", product.DisplayName, 300)
		checkLength(&list, at+".description", product.Description, 1000)
		list.Merge(at+".limits", validateLimits(product.Limits, offered, o.SKU))
		first := slices.IndexFunc(o.Products, func(other Product) bool { return other.displayName() == product.displayName() })
		if first < i && products[first] != product.Name {
			list.Add(at+".displayName", "%q is that of [%d] already, and Azure tells products apart by it", product.displayName(), first).About(product.displayName()).Remedy("choose another")
		}
	}
	names := make([]string, len(o.Subscriptions))
	for i, subscription := range o.Subscriptions {
		at := fmt.Sprintf("subscriptions[%d]", i)
		checkID(&list, at+".name", subscription.Name, "subscription", names[:i])
		names[i] = subscription.Name
		if subscription.Name == azure.MasterSubscription {
			list.Add(at+".name", "%q is the subscription that every service has from birth", subscription.Name).About(subscription.Name).Remedy("choose another name")
		}
		checkLength(&list, at+".displayName", subscription.DisplayName, 100)
		switch {
		case subscription.Product == "" || slices.Contains(products, subscription.Product):
		case len(products) == 0:
			list.Add(at+".product", "%q is no product, as there are none", subscription.Product).About(subscription.Product).Remedy("add it to products, or remove the key")
		default:
			list.OneOf(at+".product", subscription.Product, products)
		}
		list.Merge(at+".limits", validateLimits(subscription.Limits, offered, o.SKU))
	}
	return list.Err()
}

func checkID(list *faults.List, path, id, kind string, before []string) {
	if id == "" {
		list.Add(path, "is missing").Remedy("name the %s with %s", kind, idAllowed)
		return
	}
	if !idForm.MatchString(id) {
		list.Add(path, "%q is not a name for a %s here", id, kind).About(id).Remedy("allowed are %s", idAllowed)
	}
	if first := slices.Index(before, id); first >= 0 {
		list.Add(path, "%q is used by [%d] already", id, first).About(id).Remedy("choose another name, or remove one")
	}
}

func checkLength(list *faults.List, path, text string, most int) {
	if length := utf8.RuneCountInString(text); length > most {
		list.Add(path, "has %d characters", length).About(text).Remedy("at most %d are allowed", most)
	}
}

func (p Product) displayName() string {
	if p.DisplayName == "" {
		return p.Name
	}
	return p.DisplayName
}

func (s Subscription) displayName() string {
	if s.DisplayName == "" {
		return s.Name
	}
	return s.DisplayName
}
