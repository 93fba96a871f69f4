package azure

import (
	"net/http"

	facts "github.com/aoai-gateway/aoai-gateway/internal/azure"
)

// Event Hubs: Microsoft.EventHub, API version 2024-01-01; user-assigned identities:
// Microsoft.ManagedIdentity, 2023-01-31.

func completeEventHubNamespace(p *put) error {
	properties := p.properties()
	if err := p.settle(); err != nil {
		return err
	}
	p.systemData()
	sku := object(p.body, "sku")
	defaults(sku, map[string]any{"name": "Standard", "capacity": 1.0})
	defaults(sku, map[string]any{"tier": sku["name"]})
	keep(properties, p.oldProperties(), "createdAt", func() any { return p.timestamp() })
	keep(properties, p.oldProperties(), "metricId", func() any { return p.service.seed.SubscriptionID + ":" + p.id.Name() })
	properties["updatedAt"] = p.timestamp()
	properties["serviceBusEndpoint"] = "https://" + p.id.Name() + "." + facts.EventHubDomain + ":443/"
	properties["status"], properties["provisioningState"] = "Active", "Succeeded"
	defaults(properties, map[string]any{
		"disableLocalAuth": false, "isAutoInflateEnabled": false, "kafkaEnabled": true, "maximumThroughputUnits": 0.0,
		"minimumTlsVersion": "1.2", "publicNetworkAccess": "Enabled", "zoneRedundant": true,
	})
	return nil
}

// completeEventHub keeps the number of partitions. Source: Event Hubs' page on
// features (in Basic and Standard it never changes).
func completeEventHub(p *put) error {
	properties := p.properties()
	defaults(properties, map[string]any{"partitionCount": 4.0, "status": "Active"})
	if before := p.oldProperties(); before != nil && before["partitionCount"] != properties["partitionCount"] {
		return refuse(http.StatusBadRequest, "BadRequest", "The partition count of '%s' cannot be changed. Make another event hub.", p.id.Name())
	}
	if err := p.hubFits(); err != nil {
		return err
	}
	retention := object(properties, "retentionDescription")
	days := 1.0
	if hours, _ := retention["retentionTimeInHours"].(float64); hours > 24 {
		days = float64(int(hours+23) / 24)
	}
	properties["messageRetentionInDays"] = days
	keep(properties, p.oldProperties(), "createdAt", func() any { return p.timestamp() })
	properties["updatedAt"] = p.timestamp()
	ids := []any{}
	count, _ := properties["partitionCount"].(float64)
	for i := range int(count) {
		ids = append(ids, string(rune('0'+i%10)))
	}
	properties["partitionIds"] = ids
	return nil
}

// hubFits fills the retention, and refuses more than the namespace's tier has. Source:
// https://learn.microsoft.com/azure/event-hubs/event-hubs-quotas
func (p *put) hubFits() error {
	above, _ := p.id.Parent()
	namespace, err := p.tx.Get(above.String())
	if err != nil || namespace == nil {
		return err
	}
	properties := p.properties()
	tier := text(object(namespace.Body, "sku"), "name")
	kept := facts.EventHubStandardHours
	if tier == "Basic" {
		kept = facts.EventHubBasicHours
	}
	retention := object(properties, "retentionDescription")
	hours := float64(kept.Max)
	if days, given := properties["messageRetentionInDays"].(float64); given && retention["retentionTimeInHours"] == nil {
		hours = days * 24
	}
	defaults(retention, map[string]any{"cleanupPolicy": "Delete", "retentionTimeInHours": hours})
	if tier == "Premium" {
		return nil
	}
	if hours, _ := retention["retentionTimeInHours"].(float64); hours < float64(kept.Min) || hours > float64(kept.Max) {
		return refuse(http.StatusBadRequest, "BadRequest", "The retention of %v hours is out of range; the tier %s keeps %d to %d.", hours, tier, kept.Min, kept.Max)
	}
	count, _ := properties["partitionCount"].(float64)
	if most := facts.EventHubStandardPartitions.Max; count > float64(most) {
		return refuse(http.StatusBadRequest, "BadRequest", "The event hub '%s' has %v partitions; the tier %s has at most %d.", p.id.Name(), count, tier, most)
	}
	return nil
}

func completeIdentity(p *put) error {
	properties := p.properties()
	if err := p.settle(); err != nil {
		return err
	}
	p.systemData()
	before := p.oldProperties()
	keep(properties, before, "principalId", p.guid)
	keep(properties, before, "clientId", p.guid)
	properties["tenantId"] = p.service.seed.TenantID
	return nil
}
