package guardrails

import (
	"fmt"
	"strings"
)

// orderRules are about who is asked when something costs or stands around.
func orderRules() []Rule {
	return []Rule{
		{
			ID: "budget", Severity: Mandatory, Production: true,
			Says:   "There is a budget, and somebody is told.",
			Reason: "Tokens cost by use: a loop or a leaked key is first seen on the bill.",
			Link:   "https://learn.microsoft.com/azure/cost-management-billing/costs/tutorial-acm-create-budgets",
			Whole:  budgetMissing,
		},
		{
			ID: "tags", Severity: Advisory,
			Says:        "Everything that takes tags has those that are required.",
			Reason:      "Costs and owners are found by tags.",
			Link:        "https://learn.microsoft.com/azure/cloud-adoption-framework/ready/azure-best-practices/resource-tagging",
			PerResource: tagsMissing,
		},
	}
}

func budgetMissing(all []Resource, _ Options) []string {
	budgets := ofKind(all, "consumption:Budget")
	if len(budgets) == 0 {
		return []string{"there is no budget (budget.amount, startDate and emails)"}
	}
	for _, budget := range budgets {
		if Unknown(budget.At("notifications")) {
			return nil
		}
		notifications, _ := budget.At("notifications").(map[string]any)
		for _, each := range notifications {
			if reachesSomebody(each) {
				return nil
			}
		}
	}
	return []string{"no budget tells anybody (budget.emails)"}
}

// reachesSomebody reports whether a budget's notification is on and goes to somebody.
func reachesSomebody(notification any) bool {
	if Unknown(notification) {
		return true
	}
	inputs, _ := notification.(map[string]any)
	if on := inputs["enabled"]; on != true && !Unknown(on) {
		return false
	}
	for _, contacts := range []string{"contactEmails", "contactGroups", "contactRoles"} {
		if to, _ := inputs[contacts].([]any); len(to) > 0 || Unknown(inputs[contacts]) {
			return true
		}
	}
	return false
}

func tagsMissing(r Resource, options Options) []string {
	if !hasTags(options.contract, r.Type) || Unknown(r.At("tags")) {
		return nil
	}
	tags, _ := r.At("tags").(map[string]any)
	var missing []string
	for _, name := range options.RequiredTags {
		if value := tags[name]; value == nil || value == "" {
			missing = append(missing, name)
		}
	}
	if missing == nil {
		return nil
	}
	return []string{fmt.Sprintf("tags has no %s", strings.Join(missing, ", "))}
}
