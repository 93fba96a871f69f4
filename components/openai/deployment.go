package openai

import (
	"cmp"
	"fmt"
	"regexp"
	"slices"

	"github.com/aoai-gateway/aoai-gateway/internal/arm"
	"github.com/aoai-gateway/aoai-gateway/internal/azure"
	"github.com/aoai-gateway/aoai-gateway/internal/defaults"
	"github.com/aoai-gateway/aoai-gateway/internal/faults"
)

// Deployment is one model made callable under a name of its own.
type Deployment struct {
	// Name is what clients put into the URL, such as gpt-4o.
	Name string `json:"name"`
	// Model and Version choose the model; Version is the one that Azure lists,
	// such as 2024-11-20.
	Model   string `json:"model"`
	Version string `json:"version"`
	// SKU is how the model is hosted and paid for. The default is Standard where the region
	// offers the model by it, else DataZoneStandard; see FillSKUs.
	SKU string `json:"sku"`
	// Capacity is in units of 1,000 tokens a minute for pay-as-you-go. For the
	// provisioned SKUs it is in provisioned throughput units and has no default.
	Capacity int `json:"capacity,omitempty" default:"10"`
	// SkipModelCheck leaves it to Azure whether the region offers the model: what the table
	// of models refuses is a warning then.
	SkipModelCheck bool `json:"skipModelCheck"`
	// Spillover names a standard deployment of the same account that takes the requests for
	// which this provisioned one has no room; "" for none. Source:
	// https://learn.microsoft.com/azure/foundry/openai/how-to/spillover-traffic-management
	Spillover string `json:"spillover"`
	// VersionUpgrade says when Azure may change Version. With
	// NoAutoUpgrade what is deployed is what the stack says. With another value Azure may also
	// change the model, and the stack keeps what it finds.
	VersionUpgrade string `json:"versionUpgrade" default:"NoAutoUpgrade"`
	// ContentFilter names the content filtering (RAI) policy; empty for Azure's
	// default.
	ContentFilter string `json:"contentFilter"`
	// Priority and Weight are for a balancer that knows models: later priorities (1
	// to 5) are used only when all of the earlier ones are busy, and weights (1 to
	// 100) share a priority. Provisioned throughput has the priority 1 where none is given.
	Priority int `json:"priority" default:"2"`
	Weight   int `json:"weight" default:"1"`
}

// Provisioned reports whether the deployment is paid for by reserved throughput.
func (d Deployment) Provisioned() bool { return azure.IsProvisioned(d.SKU) }

// upgradable reports whether Azure may change the deployment's model.
func (d Deployment) upgradable() bool {
	return d.VersionUpgrade != "" && d.VersionUpgrade != NoAutoUpgrade
}

// NoAutoUpgrade keeps Azure from changing a deployment's version.
const NoAutoUpgrade = "NoAutoUpgrade"

// VersionUpgrades are Azure's version upgrade options (ARM contract, 2024-10-01).
var VersionUpgrades = []string{NoAutoUpgrade, "OnceCurrentVersionExpired", "OnceNewDefaultVersionAvailable"}

// maxCapacity is far above any quota that Azure grants; it catches capacities
// that were meant in tokens.
const maxCapacity = 100_000

var modelForm = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9._-]*$`)

// WithDefaults fills what is left out.
func (d Deployment) WithDefaults() Deployment {
	filled := defaults.Filled(d)
	if d.Provisioned() {
		filled.Capacity, filled.Priority = d.Capacity, cmp.Or(d.Priority, 1)
	}
	return filled
}

// Validate returns every mistake, with its path below the deployment.
func (d Deployment) Validate() error {
	var list faults.List
	d = d.WithDefaults()
	required(&list, "name", d.Name, "the name that clients call")
	if d.Name != "" {
		list.AddError("name", arm.DeploymentName.Check(d.Name))
	}
	required(&list, "model", d.Model, "a model such as gpt-4o")
	if d.Model != "" && !modelForm.MatchString(d.Model) {
		list.Add("model", "%q is not a model name", d.Model).About(d.Model).Remedy("write it as Azure lists it, such as gpt-4o")
	}
	required(&list, "version", d.Version, "the model's version as Azure lists it, such as 2024-11-20")
	if d.SKU != "" {
		list.OneOf("sku", d.SKU, azure.DeploymentSKUs)
	}
	if d.Provisioned() && d.Capacity == 0 {
		// CheckOffers says how many there can be.
	} else if d.Capacity < 1 || d.Capacity > maxCapacity {
		list.Add("capacity", "%d is out of range", d.Capacity).About(d.Capacity).Remedy("allowed are 1 to %d, in units of 1,000 tokens a minute (or provisioned units)", maxCapacity)
	}
	list.OneOf("versionUpgrade", d.VersionUpgrade, VersionUpgrades)
	list.Between("priority", d.Priority, 1, azure.LastOriginPriority, "")
	list.Between("weight", d.Weight, 1, 100, "")
	if d.Spillover != "" && d.SKU != "" && !d.Provisioned() {
		list.Add("spillover", "%q has no effect on %s; only provisioned deployments spill over", d.Spillover, d.SKU).About(d.Spillover)
	}
	return list.Err()
}

func required(list *faults.List, path, value, what string) {
	if value == "" {
		list.Add(path, "is missing").Remedy("give %s", what)
	}
}

// ValidateDeployments checks each deployment and that no name is used twice.
func ValidateDeployments(deployments []Deployment) error {
	var list faults.List
	for i, deployment := range deployments {
		at := fmt.Sprintf("[%d]", i)
		list.Merge(at, deployment.Validate())
		deployment.validateSpillover(&list, at+".spillover", deployments)
		first := slices.IndexFunc(deployments, func(other Deployment) bool {
			return arm.Fold(other.Name) == arm.Fold(deployment.Name)
		})
		if deployment.Name != "" && first < i {
			list.Add(at+".name", "%q is used by deployment [%d] already, and capital letters make no difference", deployment.Name, first).
				About(deployment.Name).Remedy("choose another name")
		}
	}
	return list.Err()
}
