package arm

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"sync"

	"github.com/aoai-gateway/aoai-gateway/internal/faults"
	"github.com/aoai-gateway/aoai-gateway/internal/suggest"
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

// Regions are the embedded list of Azure regions. Nobody changes it.
func Regions() ([]Region, error) { return regions() }

var regions = sync.OnceValues(func() ([]Region, error) {
	raw, err := data.ReadFile("data/azure-regions.json")
	if err != nil {
		return nil, fmt.Errorf("reading the embedded regions: %w", err)
	}
	var list []Region
	if err := json.Unmarshal(raw, &list); err != nil {
		return nil, fmt.Errorf("decoding the embedded regions: %w", err)
	}
	return list, nil
})

// NormalRegion turns "West Europe" into westeurope. For all regions the name is
// the display name without spaces, in lower case.
func NormalRegion(region string) string {
	return strings.ToLower(strings.ReplaceAll(region, " ", ""))
}

// CheckRegion notes at path what is no Azure region.
func CheckRegion(list *faults.List, path, region string) {
	regions, err := Regions()
	if err != nil {
		list.AddError(path, err)
		return
	}
	names := make([]string, len(regions))
	for i, known := range regions {
		names[i] = known.Name
	}
	if region == "" {
		list.Add(path, "is missing").Remedy("write it like swedencentral")
		return
	}
	if !slices.Contains(names, NormalRegion(region)) {
		list.Add(path, "%q is not an Azure region", region).About(region).Remedy("write it like swedencentral%s", suggest.Phrase(region, names))
	}
}

// IsRegion reports whether a name in its normal form is an Azure region.
func IsRegion(name string) bool {
	known, err := Regions()
	return err == nil && slices.ContainsFunc(known, func(r Region) bool { return r.Name == NormalRegion(name) })
}

// Zones are the names of a region's availability zones, where it has them.
var Zones = []string{"1", "2", "3"}

// HasZones reports whether a region has availability zones.
func HasZones(region string) bool {
	regions, err := Regions()
	if err != nil {
		return true // the list itself is broken: Azure decides
	}
	return slices.ContainsFunc(regions, func(r Region) bool { return r.Name == NormalRegion(region) && r.Zones })
}

// CheckZones returns what is wrong with the zones that something is spread over; the
// region is "" where it is not known.
func CheckZones(zones []string, region string) error {
	var list faults.List
	for i, zone := range zones {
		if !slices.Contains(Zones, zone) {
			list.Add(fmt.Sprintf("[%d]", i), "%q is not a zone", zone).About(zone).Remedy("zones are 1, 2 and 3")
		}
		if slices.Index(zones, zone) < i {
			list.Add(fmt.Sprintf("[%d]", i), "%q stands there twice", zone).About(zone).Remedy("remove one")
		}
	}
	if len(zones) > 0 && region != "" && !HasZones(region) {
		list.Add("", "the region %s has no availability zones", region).Remedy("leave zones out or choose another region")
	}
	return list.Err()
}

// DisplayName is how people read a region's name, such as West Europe; the name itself
// for one that is not known.
func DisplayName(region string) string {
	regions, err := Regions()
	if err != nil {
		return region
	}
	for _, each := range regions {
		if each.Name == NormalRegion(region) {
			return each.DisplayName
		}
	}
	return region
}
