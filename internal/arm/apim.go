package arm

import "strings"

// APIMGeneration tells the SKUs of API Management apart that cannot become one
// another in place: consumption, classic and v2. Source: API Management's pages on
// Consumption and on the v2 tiers.
func APIMGeneration(sku string) string {
	switch {
	case sku == "Consumption":
		return "consumption"
	case strings.HasSuffix(sku, "V2"):
		return "v2"
	}
	return "classic"
}
