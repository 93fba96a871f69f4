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
	retention := object(properties, "retentionDescription")
	defaults(retention, map[string]any{"cleanupPolicy": "Delete", "retentionTimeInHours": float64(facts.EventHubStandardHours.Max)})
	if hours, _ := retention["retentionTimeInHours"].(float64); hours < float64(facts.EventHubStandardHours.Min) || hours > float64(facts.EventHubStandardHours.Max) {
		return refuse(http.StatusBadRequest, "BadRequest", "The retention of %v hours is out of range; the tier Standard keeps %d to %d.", hours, facts.EventHubStandardHours.Min, facts.EventHubStandardHours.Max)
	}
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
