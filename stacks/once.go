package stacks

import (
	"reflect"
	"strings"
	"time"

	"github.com/aoai-gateway/aoai-gateway/internal/faults"
)

// oncePerPlace keeps the first mistake of each value: the others follow from it. A whole list
// may have several.
func oncePerPlace(err error) error {
	told := map[string]bool{}
	var list faults.List
	for _, fault := range faults.All(err) {
		field, topLevel := configField(strings.TrimPrefix(fault.Path, Project+":"))
		whole := fault.Path == "" || topLevel && field.Kind() != reflect.String
		if whole || !told[fault.Path] {
			list.AddError(fault.Path, fault)
		}
		told[fault.Path] = true
	}
	return list.Err()
}

// budgetMonthsAhead is how far in the future Azure lets a budget begin. Source: the reference
// of Microsoft.Consumption/budgets, timePeriod.
const budgetMonthsAhead = 12

// checkBudget refuses a budget that begins too late.
func (c *Config) checkBudget(today time.Time) error {
	var list faults.List
	start, err := time.Parse(time.DateOnly, c.Budget.StartDate)
	if latest := today.AddDate(0, budgetMonthsAhead, 0); err == nil && c.Budget.Amount > 0 && start.After(latest) {
		list.Add("budget.startDate", "%q is more than %d months away", c.Budget.StartDate, budgetMonthsAhead).About(c.Budget.StartDate).Remedy("write %s or an earlier month", latest.Format("2006-01")+"-01")
	}
	return list.Err()
}
