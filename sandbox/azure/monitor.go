package azure

// Log Analytics workspaces (API version 2023-09-01) and diagnostic settings
// (2021-05-01-preview).

func completeWorkspace(p *put) error {
	properties := p.properties()
	if err := p.settle(); err != nil {
		return err
	}
	p.body["etag"] = p.etag()
	p.systemData()
	keep(properties, p.oldProperties(), "customerId", p.guid)
	keep(properties, p.oldProperties(), "createdDate", func() any { return p.timestamp() })
	properties["modifiedDate"] = p.timestamp()
	properties["provisioningState"] = "Succeeded"
	defaults(object(properties, "sku"), map[string]any{"name": "PerGB2018"})
	defaults(object(properties, "features"), map[string]any{"enableLogAccessUsingOnlyResourcePermissions": true})
	defaults(object(properties, "workspaceCapping"), map[string]any{"dailyQuotaGb": -1.0})
	defaults(properties, map[string]any{
		"retentionInDays": 30.0, "publicNetworkAccessForIngestion": "Enabled", "publicNetworkAccessForQuery": "Enabled",
	})
	return nil
}

func completeDiagnosticSetting(p *put) error {
	properties := p.properties()
	if workspace := text(properties, "workspaceId"); workspace != "" {
		if err := p.refersTo("workspaceId", workspace); err != nil {
			return err
		}
	}
	for _, list := range []string{"logs", "metrics"} {
		entries, _ := properties[list].([]any)
		for _, entry := range entries {
			if entry, ok := entry.(map[string]any); ok {
				defaults(entry, map[string]any{"retentionPolicy": map[string]any{"enabled": false, "days": 0.0}})
			}
		}
		defaults(properties, map[string]any{list: []any{}})
	}
	return nil
}
