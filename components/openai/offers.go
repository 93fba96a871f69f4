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
			doubt := models.NoDefaultSKU(wanted, today)
			wrong.Add(at+doubt.Field, "%s", doubt.Problem).About(d.field(doubt.Field)).Remedy("%s", doubt.Remedy)
			continue
		}
		if !slices.Contains(azure.DeploymentSKUs, d.SKU) {
			continue
		}
		if d.Provisioned() && d.Capacity == 0 {
			doubt := models.NoCapacity(wanted)
			wrong.Add(at+doubt.Field, "%s", doubt.Problem).About(d.field(doubt.Field)).Remedy("%s", doubt.Remedy)
		}
		for _, doubt := range models.Check(wanted, today) {
			// Azure upgrades such a deployment when its model retires.
			upgraded := doubt.Reason == azure.RetiredModel && d.upgradable()
			switch {
			case doubt.Refused && !d.SkipModelCheck && doubt.Reason == azure.WrongCapacity:
				wrong.Add(at+doubt.Field, "%s", doubt.Problem).About(d.field(doubt.Field)).Remedy("%s", doubt.Remedy)
			case doubt.Refused && !d.SkipModelCheck && !upgraded:
				wrong.Add(at+doubt.Field, "%s", doubt.Problem).About(d.field(doubt.Field)).
					Remedy("%s (aoai models --azure refreshes the table; skipModelCheck: true leaves the decision to Azure)", doubt.Remedy)
			default:
				warned.Add(at+doubt.Field, "%s", doubt.Problem).About(d.field(doubt.Field)).Remedy("%s", doubt.Remedy)
			}
		}
	}
	return warned.Err(), wrong.Err()
}

// field is the value of the field that a doubt is about.
func (d Deployment) field(name string) any {
	switch name {
	case "model":
		return d.Model
	case "version":
		return d.Version
	case "sku":
		return d.SKU
	}
	return d.Capacity
}

// settle fills in the SKUs of an account's deployments and checks all of it against what the
// region offers. It tells of what it chose, and warns, where told is not nil.
func settle(deployments []Deployment, region string, told func(warning bool, path, message string)) ([]Deployment, error) {
	models, err := azure.LoadModels()
	if err != nil {
		return nil, err
	}
	regions := []string{region}
	filled := FillSKUs(models, deployments, regions)
	warnings, mistakes := CheckOffers(models, filled, regions, time.Now())
	var list faults.List
	doubt := models.CheckRegion(region)
	if doubt != nil && !slices.ContainsFunc(deployments, func(d Deployment) bool { return d.SkipModelCheck }) {
		list.Add("region", "%s", doubt.Problem).About(region).Remedy("%s", doubt.Remedy)
	}
	list.Merge("deployments", mistakes)
	list.Merge("deployments", ValidateDeployments(filled))
	for i, each := range filled {
		if deployments[i].SKU == "" && each.SKU != "" && told != nil {
			told(false, fmt.Sprintf("deployments[%d].sku", i), fmt.Sprintf("%s by default for %s %s in %s", each.SKU, each.Model, each.Version, region))
		}
	}
	for _, warning := range faults.All(warnings) {
		if told != nil {
			told(true, "deployments"+warning.Path, warning.Message)
		}
	}
	return filled, list.Err()
}
