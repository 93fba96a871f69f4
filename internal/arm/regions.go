package arm

import (
	"encoding/json"
	"fmt"
	"strings"
)

// Region is one Azure region.
type Region struct {
	// Name is the form that APIs answer with, such as westeurope.
	Name string `json:"name"`
	// DisplayName is the form that people read, such as West Europe.
	DisplayName string   `json:"displayName"`
	Zones       bool     `json:"zones"`
	Paired      []string `json:"paired"`
}

// Regions reads the embedded list of Azure regions.
func Regions() ([]Region, error) {
	raw, err := data.ReadFile("data/azure-regions.json")
	if err != nil {
		return nil, fmt.Errorf("reading the embedded regions: %w", err)
	}
	var regions []Region
	if err := json.Unmarshal(raw, &regions); err != nil {
		return nil, fmt.Errorf("decoding the embedded regions: %w", err)
	}
	return regions, nil
}

// NormalRegion turns "West Europe" into westeurope. For all regions the name is
// the display name without spaces, in lower case.
func NormalRegion(region string) string {
	return strings.ToLower(strings.ReplaceAll(region, " ", ""))
}
