package stacks

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/aoai-gateway/aoai-gateway/components/openai"
	"github.com/aoai-gateway/aoai-gateway/internal/arm"
	"github.com/aoai-gateway/aoai-gateway/internal/azure"
	"github.com/aoai-gateway/aoai-gateway/internal/faults"
)

// Advice is what a preview tells about a configuration that has no mistakes.
type Advice struct {
	// Path is the key that it is about.
	Path    string
	Message string
	// Warning is for what may fail, now or later; else it is for information.
	Warning bool
	// NewOnly is for what fails in a stack that is not deployed yet, and is right in others.
	NewOnly bool
}

func (a Advice) String() string { return a.Path + ": " + a.Message }

// deploymentList is one list of deployments in the configuration, with the regions in
// which it is deployed.
type deploymentList struct {
	path        string
	deployments *[]openai.Deployment
	regions     []string
}

// deploymentLists are the stack's deployments, and those of accounts that the stack makes
// with deployments of their own. Where an existing account is, only Azure knows. Regions
// without Azure OpenAI are left out.
func (c *Config) deploymentLists(models *azure.Models) []deploymentList {
	shared := deploymentList{path: "deployments", deployments: &c.Deployments}
	var own []deploymentList
	for i := range c.OpenAI {
		account := &c.OpenAI[i]
		region := arm.NormalRegion(account.Region)
		switch {
		case account.Existing != nil, models.CheckRegion(region) != nil:
		case shares(*account):
			if !slices.Contains(shared.regions, region) {
				shared.regions = append(shared.regions, region)
			}
		default:
			own = append(own, deploymentList{fmt.Sprintf("openai[%d].deployments", i), &account.Deployments, []string{region}})
		}
	}
	return append([]deploymentList{shared}, own...)
}

// leaveModelsToAzure makes warnings of what the table of models refuses.
func (c *Config) leaveModelsToAzure() {
	leave := func(deployments []openai.Deployment) {
		for i := range deployments {
			deployments[i].SkipModelCheck = true
		}
	}
	leave(c.Deployments)
	for _, account := range c.OpenAI {
		leave(account.Deployments)
	}
}

// fillSKUs chooses the SKUs of deployments that name none, and tells which.
func (c *Config) fillSKUs(models *azure.Models) []Advice {
	var advice []Advice
	for _, list := range c.deploymentLists(models) {
		if len(list.regions) == 0 {
			continue
		}
		filled := openai.FillSKUs(models, *list.deployments, list.regions)
		for i, deployment := range filled {
			if (*list.deployments)[i].SKU == "" && deployment.SKU != "" {
				advice = append(advice, defaulted(fmt.Sprintf("%s:%s[%d].sku", Project, list.path, i), deployment, list.regions))
			}
		}
		*list.deployments = filled
	}
	return advice
}

// checkModels holds accounts and deployments against the table of models. Regions are
// checked first: where there is no Azure OpenAI at all, nothing else is told.
func (c *Config) checkModels(models *azure.Models, today time.Time) (warnings, mistakes error) {
	var warned, wrong faults.List
	for i, account := range c.accounts() {
		region := arm.NormalRegion(account.Region)
		doubt := models.CheckRegion(region)
		if account.Existing != nil || !arm.IsRegion(region) || doubt == nil {
			continue
		}
		list := &wrong
		if slices.ContainsFunc(account.Deployments, func(d openai.Deployment) bool { return d.SkipModelCheck }) {
			list = &warned
		}
		list.Add(fmt.Sprintf("openai[%d].region", i), "%s", doubt.Problem).About(account.Region).Remedy("%s", doubt.Remedy)
	}
	for _, list := range c.deploymentLists(models) {
		warnings, mistakes := openai.CheckOffers(models, *list.deployments, list.regions, today)
		warned.Merge(list.path, warnings)
		wrong.Merge(list.path, mistakes)
		for i, deployment := range *list.deployments {
			if known := models.Versions(deployment.Model); len(known) > 0 && known[0].Name != deployment.Model {
				warned.Add(fmt.Sprintf("%s[%d].model", list.path, i), "%q is spelt %s at Azure; write it so, or each deployment shows a change", deployment.Model, known[0].Name)
			}
		}
	}
	return warned.Err(), wrong.Err()
}

// checkExisting does for the deployments of an existing account, once Azure has told where it
// is, what checkModels and Validate do for the others. It fills in the SKUs.
func (c *Config) checkExisting(i int, region string, models *azure.Models, today time.Time) ([]Advice, error) {
	account := &c.OpenAI[i]
	regions := []string{arm.NormalRegion(region)}
	at := fmt.Sprintf("%s:openai[%d].deployments", Project, i)
	filled := openai.FillSKUs(models, account.Deployments, regions)
	var advice []Advice
	for j, deployment := range filled {
		if account.Deployments[j].SKU == "" && deployment.SKU != "" {
			advice = append(advice, defaulted(fmt.Sprintf("%s[%d].sku", at, j), deployment, regions))
		}
	}
	account.Deployments = filled
	warnings, mistakes := openai.CheckOffers(models, filled, regions, today)
	for _, warning := range faults.All(warnings) {
		advice = append(advice, Advice{Path: faults.Join(at, warning.Path), Message: warning.Message, Warning: true})
	}
	var list faults.List
	list.Merge(at, mistakes)
	list.Merge(at, openai.ValidateDeployments(filled))
	return advice, list.Err()
}

// defaulted tells of a SKU that was chosen.
func defaulted(path string, deployment openai.Deployment, regions []string) Advice {
	return Advice{Path: path, Message: fmt.Sprintf("%s by default for %s %s in %s", deployment.SKU, deployment.Model, deployment.Version, strings.Join(regions, ", "))}
}
