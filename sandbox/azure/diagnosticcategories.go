package azure

import (
	"net/http"
	"slices"
	"strings"

	"github.com/aoai-gateway/aoai-gateway/internal/arm"
)

// logCategories are the categories of logs that a resource writes, by folded type. Source:
// https://learn.microsoft.com/azure/azure-monitor/reference/supported-logs/microsoft-apimanagement-service-logs
// Categories of types that are not here are taken as they are.
var logCategories = map[string][]string{
	arm.Fold(serviceType): {"DeveloperPortalAuditLogs", "GatewayLlmLogs", "GatewayLogs", "GatewayMCPLogs", "WebSocketConnectionLogs"},
}

// logDestinations are where a diagnostic setting may send logs and metrics.
var logDestinations = []string{"workspaceId", "storageAccountId", "eventHubAuthorizationRuleId", "serviceBusRuleId", "marketplacePartnerId"}

// diagnoses refuses a diagnostic setting without a destination, and one for logs that nobody
// writes. Source of both messages: public deployment logs.
func (p *put) diagnoses() error {
	properties := p.properties()
	if !slices.ContainsFunc(logDestinations, func(name string) bool { return text(properties, name) != "" }) {
		return refuse(http.StatusBadRequest, "BadRequest", "At least one data sink needs to be specified: one of %s.", strings.Join(logDestinations, ", "))
	}
	of, err := arm.ParseID(p.id.Scope)
	if err != nil {
		return nil //nolint:nilerr // a setting on a subscription
	}
	known := logCategories[arm.Fold(of.Type())]
	for _, category := range valuesAt(properties, []string{"logs", "category"}) {
		if known != nil && !slices.ContainsFunc(known, func(each string) bool { return strings.EqualFold(each, category) }) {
			return refuse(http.StatusBadRequest, "BadRequest", "Category '%s' is not supported. Supported are %s.", category, strings.Join(known, ", "))
		}
	}
	return nil
}
