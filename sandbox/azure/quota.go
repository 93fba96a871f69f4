package azure

import (
	"net/http"
	"strings"
)

// Quota is how much of a model a subscription may deploy in a region.
type Quota struct {
	Region string `json:"region"`
	SKU    string `json:"sku"`
	Model  string `json:"model"`
	// Limit is in units of 1,000 tokens a minute, or provisioned units.
	Limit float64 `json:"limit"`
}

func (q Quota) covers(region, sku, model string) bool {
	return strings.EqualFold(q.Region, region) && strings.EqualFold(q.SKU, sku) && strings.EqualFold(q.Model, model)
}

// withinQuota refuses a deployment for which the seed's quotas leave no room. A
// region that the seed does not mention has no limits; in a region that it
// mentions, what it leaves out is not on offer.
func (p deploymentWrite) withinQuota(sku, model string, capacity any) error {
	parent, _ := p.id.Parent()
	account, err := p.tx.Get(parent.String())
	if err != nil || account == nil {
		return err
	}
	region := text(account.Body, "location")
	mentioned, limit := false, -1.0
	for _, quota := range p.service.seed.Quotas {
		mentioned = mentioned || strings.EqualFold(quota.Region, region)
		if quota.covers(region, sku, model) {
			limit = quota.Limit
		}
	}
	if !mentioned {
		return nil
	}
	if limit < 0 {
		return refuse(http.StatusBadRequest, "InvalidResourceProperties",
			"The specified SKU '%s' for model '%s' is not supported in this region '%s'. Choose another SKU or region.", sku, model, region)
	}
	used, err := p.capacityInUse(region, sku, model)
	if err != nil {
		return err
	}
	if wanted, _ := capacity.(float64); used+wanted > limit {
		return refuse(http.StatusBadRequest, "InsufficientQuota",
			"This operation requires %v new capacity in quota %s of model %s, which is bigger than the current available capacity %v. "+
				"The current quota usage is %v and the quota limit is %v. Lower the capacity or ask for more quota.",
			wanted, sku, model, max(0, limit-used), used, limit)
	}
	return nil
}

// capacityInUse sums up what the other deployments of the model take in the
// region.
func (p deploymentWrite) capacityInUse(region, sku, model string) (float64, error) {
	all, err := p.tx.Under("")
	if err != nil {
		return 0, err
	}
	regions := map[string]string{}
	for _, resource := range all {
		regions[strings.ToLower(resource.ID)] = text(resource.Body, "location")
	}
	used := 0.0
	for _, resource := range all {
		account, _, isDeployment := strings.Cut(strings.ToLower(resource.ID), "/deployments/")
		if !isDeployment || strings.EqualFold(resource.ID, p.id.String()) || !strings.EqualFold(regions[account], region) {
			continue
		}
		properties, _ := resource.Body["properties"].(map[string]any)
		its, _ := resource.Body["sku"].(map[string]any)
		deployed, _ := properties["model"].(map[string]any)
		if strings.EqualFold(text(its, "name"), sku) && strings.EqualFold(text(deployed, "name"), model) {
			capacity, _ := its["capacity"].(float64)
			used += capacity
		}
	}
	return used, nil
}
