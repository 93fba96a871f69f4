package drift

import (
	"cmp"
	"context"
	"fmt"
	"reflect"
	"slices"
	"strings"

	"github.com/aoai-gateway/aoai-gateway/internal/arm"
	"github.com/aoai-gateway/aoai-gateway/internal/azure"
)

// upgradable are the properties that Microsoft changes by itself, by the ARM type; a
// deployment's only where it does not say NoAutoUpgrade.
var upgradable = map[string][]path{
	"Microsoft.CognitiveServices/accounts":             {{"kind"}, {"identity", "type"}},
	"Microsoft.CognitiveServices/accounts/deployments": {{"properties", "model", "name"}, {"properties", "model", "version"}},
}

// ReadUpgrades tells what Microsoft has upgraded since the last deployment, and what was
// taken back: the program keeps what Azure has, so that Pulumi sees no difference.
func (r *Report) ReadUpgrades(ctx context.Context, cloud Cloud, contract *arm.Contract, deployed Deployed) error {
	upgrades, reverts, err := FindUpgrades(ctx, cloud, contract, deployed)
	if err != nil {
		return err
	}
	r.Upgrades = upgrades
	for _, change := range reverts {
		told := slices.ContainsFunc(r.Drift, func(c Change) bool {
			return strings.EqualFold(c.ID, change.ID) && (c.Property == change.Property || strings.HasPrefix(change.Property, c.Property+"."))
		})
		if !told && !sameMember(change) {
			change.Operation = "none"
			r.Drift = append(r.Drift, change)
		}
	}
	return nil
}

// FindUpgrades compares accounts and deployments with what Azure has: upgrades are
// Microsoft's own, reverts are differences the other way.
func FindUpgrades(ctx context.Context, cloud Cloud, contract *arm.Contract, deployed Deployed) (upgrades, reverts []Change, err error) {
	for _, each := range inOrder(deployed) {
		kind, known := contract.ByToken(each.Type)
		if !known || upgradable[kind.ARMType] == nil || !letsUpgrade(each) {
			continue
		}
		found, err := cloud.Get(ctx, each.ID, kind.APIVersion)
		if err != nil {
			return nil, nil, fmt.Errorf("looking whether %s was upgraded: %w", each.URN.Name(), err)
		}
		if found == nil {
			continue // that it is gone, the plan tells
		}
		changes := differing(each, found, upgradable[kind.ARMType])
		if isUpgrade(each.Inputs, found) {
			upgrades = append(upgrades, changes...)
		} else {
			reverts = append(reverts, changes...)
		}
	}
	return upgrades, reverts, nil
}

// letsUpgrade reports whether Microsoft may change a resource.
func letsUpgrade(deployed *state) bool {
	option, isDeployment := path{"properties", "versionUpgradeOption"}.in(deployed.Inputs).(string)
	return !isDeployment || option != "NoAutoUpgrade"
}

// differing are the properties in which Azure differs from what was deployed.
func differing(deployed *state, found map[string]any, properties []path) []Change {
	var changes []Change
	for _, at := range properties {
		was, is := at.in(deployed.Inputs), at.in(found)
		if reflect.DeepEqual(was, is) {
			continue
		}
		change := Change{
			Resource: deployed.URN.Name(), Type: deployed.Type, ID: deployed.ID, Property: at.String(),
			Wanted: was, Deployed: was, Found: is, Cause: Outside,
		}
		change.Likely = cmp.Or(likely(change), "somebody took back what Microsoft had upgraded; put it back by hand, or take it over with up")
		changes = append(changes, change)
	}
	return changes
}

// isUpgrade reports whether what Azure has is newer than what was deployed.
func isUpgrade(deployed, found map[string]any) bool {
	if kind, isAccount := deployed["kind"].(string); isAccount {
		return kind == azure.ARMKindOpenAI && found["kind"] == azure.ARMKindFoundry
	}
	version := path{"properties", "model", "version"}
	was, _ := version.in(deployed).(string)
	is, _ := version.in(found).(string)
	return azure.IsNewer(is, was)
}

// Upgrade tells people of one of Microsoft's upgrades.
func (c Change) Upgrade() string {
	return fmt.Sprintf("Microsoft upgraded %s %s: %s is %s now, was %s; up keeps it", c.ShownType(), c.Resource, c.Property, Show(c.Found), Show(c.Deployed))
}
