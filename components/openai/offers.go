package openai

import (
	"fmt"
	"slices"
	"time"

	"github.com/aoai-gateway/aoai-gateway/internal/azure"
	"github.com/aoai-gateway/aoai-gateway/internal/faults"
)

// FillSKUs returns the deployments with the SKU of those that name none: Standard where all
// regions offer the model by it, else DataZoneStandard where all offer that. A deployment
// for which neither holds keeps none; CheckOffers tells of it.
func FillSKUs(models *azure.Models, deployments []Deployment, regions []string) []Deployment {
	filled := slices.Clone(deployments)
	for i := range filled {
		if filled[i].SKU == "" {
			filled[i].SKU = models.DefaultSKU(filled[i].Model, filled[i].Version, regions)
		}
	}
	return filled
}

// CheckOffers holds deployments against the table of models, for all regions in which they
// are made. Mistakes are what Azure would refuse, with paths below the list; warnings are
// retirements within 120 days, models that are closed to new subscriptions, and models that
// the table does not know. SkipModelCheck makes warnings of mistakes.
func CheckOffers(models *azure.Models, deployments []Deployment, regions []string, today time.Time) (warnings, mistakes error) {
	var warned, wrong faults.List
	for i, d := range deployments {
		if !modelForm.MatchString(d.Model) || d.Version == "" || len(regions) == 0 {
			continue // Validate tells of it
		}
		at := fmt.Sprintf("[%d].", i)
		wanted := azure.Wanted{Model: d.Model, Version: d.Version, SKU: d.SKU, Regions: regions, Capacity: d.Capacity}
		if d.SKU == "" {
			doubt := models.NoDefaultSKU(wanted)
			wrong.Add(at+doubt.Field, "%s", doubt)
			continue
		}
		if !slices.Contains(azure.DeploymentSKUs, d.SKU) {
			continue
		}
		for _, doubt := range models.Check(wanted, today) {
			switch {
			case doubt.Refused && !d.SkipModelCheck && doubt.Reason == azure.WrongCapacity:
				wrong.Add(at+doubt.Field, "%s", doubt)
			case doubt.Refused && !d.SkipModelCheck:
				wrong.Add(at+doubt.Field, "%s (aoai models --azure refreshes the table; skipModelCheck: true leaves the decision to Azure)", doubt)
			default:
				warned.Add(at+doubt.Field, "%s", doubt)
			}
		}
	}
	return warned.Err(), wrong.Err()
}

// settled are deployments with their SKUs, checked against what a region offers.
func settled(deployments []Deployment, region string) ([]Deployment, error) {
	models, err := azure.LoadModels()
	if err != nil {
		return nil, err
	}
	var list faults.List
	filled := FillSKUs(models, deployments, []string{region})
	_, mistakes := CheckOffers(models, filled, []string{region}, time.Now())
	list.Merge("deployments", mistakes)
	return filled, list.Err()
}
