package azure

import (
	"net/http"
	"time"
)

// Budgets: Microsoft.Consumption, API version 2023-11-01.

// completeBudget holds the dates of a budget. Sources: deployment logs with these
// messages; Consumption's REST reference (ten years without an end).
func completeBudget(p *put) error {
	properties := p.properties()
	period := object(properties, "timePeriod")
	start, err := time.Parse(time.RFC3339, text(period, "startDate"))
	if err != nil {
		return refuse(http.StatusBadRequest, "400", "The start date '%s' is not a date.", text(period, "startDate"))
	}
	now := p.service.now().UTC()
	month := time.Date(now.Year(), now.Month(), 1, 0, 0, 0, 0, time.UTC)
	before, _ := p.oldProperties()["timePeriod"].(map[string]any)
	switch {
	case start.Day() != 1:
		return refuse(http.StatusBadRequest, "400", "Start date should be the first day of the month.")
	case before != nil && !sameInstants(text(before, "startDate"), text(period, "startDate")):
		return refuse(http.StatusBadRequest, "400", "Start date of budgets cannot be updated. Please delete and create a new budget.")
	case before == nil && start.Before(month):
		return refuse(http.StatusBadRequest, "400", "Start date for monthly time grain should not be prior to current month")
	case before == nil && start.After(month.AddDate(1, 0, 0)):
		return refuse(http.StatusBadRequest, "400", "Start date should not be more than twelve months in the future.")
	}
	notifications, _ := properties["notifications"].(map[string]any)
	if len(notifications) > 5 {
		return refuse(http.StatusBadRequest, "400", "A budget has at most 5 notifications, not %d.", len(notifications))
	}
	for name, each := range notifications {
		notification, _ := each.(map[string]any)
		emails, _ := notification["contactEmails"].([]any)
		groups, _ := notification["contactGroups"].([]any)
		if len(emails)+len(groups) == 0 {
			return refuse(http.StatusBadRequest, "400", "The notification %s needs a contact email or a contact group.", name)
		}
		for _, group := range groups {
			if err := p.refersToA("notifications."+name+".contactGroups", group, "Microsoft.Insights/actionGroups"); err != nil {
				return err
			}
		}
		defaults(notification, map[string]any{"thresholdType": "Actual", "locale": "en-us"})
	}
	defaults(period, map[string]any{"endDate": start.AddDate(10, 0, 0).Format(time.RFC3339)})
	keep(properties, p.oldProperties(), "currentSpend", func() any { return map[string]any{"amount": 0.0, "unit": "USD"} })
	p.body["eTag"] = p.etag()
	return nil
}

// sameInstants compares dates as the moments that they are, whatever their zone is written as.
func sameInstants(one, other string) bool {
	a, errA := time.Parse(time.RFC3339, one)
	b, errB := time.Parse(time.RFC3339, other)
	return errA == nil && errB == nil && a.Equal(b)
}

// SetSpend keeps what was spent of a budget, for those who ask. What was told already is not
// written again.
func (s *Store) SetSpend(budgetID string, amount float64, currency string) error {
	return s.Update(func(tx *Tx) error {
		budget, err := tx.Get(budgetID)
		if err != nil || budget == nil {
			return err
		}
		budget.Properties()["currentSpend"] = map[string]any{"amount": amount, "unit": currency}
		return tx.Put(budget)
	})
}
