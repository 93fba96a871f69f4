package dataplane

import "time"

// alert is what workflows are called with. Source: the common alert schema,
// https://learn.microsoft.com/azure/azure-monitor/alerts/alerts-common-schema
type alert struct {
	SchemaID string    `json:"schemaId"`
	Data     alertData `json:"data"`
}

type alertData struct {
	Essentials   alertEssentials `json:"essentials"`
	AlertContext alertContext    `json:"alertContext"`
}

type alertEssentials struct {
	MonitoringService string   `json:"monitoringService"`
	FiredDateTime     string   `json:"firedDateTime"`
	AlertTargetIDs    []string `json:"alertTargetIDs"`
}

type alertContext struct {
	AlertCategory string      `json:"AlertCategory"`
	AlertData     budgetAlert `json:"AlertData"`
}

type budgetAlert struct {
	BudgetName      string  `json:"BudgetName"`
	Scope           string  `json:"Scope"`
	BudgetThreshold float64 `json:"BudgetThreshold"`
	SpentAmount     float64 `json:"SpentAmount"`
	Budget          float64 `json:"Budget"`
}

func newAlert(f firing, at time.Time) alert {
	return alert{SchemaID: "azureMonitorCommonAlertSchema", Data: alertData{
		Essentials: alertEssentials{MonitoringService: "CostAlerts", FiredDateTime: at.UTC().Format(time.RFC3339), AlertTargetIDs: []string{f.budget.ID}},
		AlertContext: alertContext{AlertCategory: "Budgets", AlertData: budgetAlert{
			BudgetName: f.budget.Name, Scope: f.budget.Scope, BudgetThreshold: f.budget.Amount * f.notification.Percent / 100, SpentAmount: f.spent, Budget: f.budget.Amount,
		}},
	}}
}
