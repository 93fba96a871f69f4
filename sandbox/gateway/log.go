package gateway

import (
	"context"
	"errors"
	"strings"
	"time"

	"github.com/aoai-gateway/aoai-gateway/internal/arm"
	"github.com/aoai-gateway/aoai-gateway/internal/policy"
	"github.com/aoai-gateway/aoai-gateway/sandbox/azure"
)

// severities are the levels of traces, in the numbers of the table AppTraces.
// Source: https://learn.microsoft.com/azure/azure-monitor/app/data-model-complete#trace
var severities = map[string]int{"verbose": 0, "information": 1, "error": 3}

// Trace implements policy.Log: the trace policy writes to Application Insights what is at least
// as severe as the diagnostic's verbosity.
// Source: https://learn.microsoft.com/azure/api-management/trace-policy
func (v *visit) Trace(_ context.Context, m policy.Message) {
	d := v.config.insights
	if d == nil || severities[m.Severity] < severities[d.verbosity] {
		return
	}
	v.service.options.Telemetry.Write("AppTraces", map[string]any{
		"TimeGenerated": time.Now().UTC().Format(time.RFC3339Nano), "Type": "AppTraces", "_ResourceId": strings.ToLower(text(d.logger.Properties(), "resourceId")),
		"Message": m.Text, "SeverityLevel": severities[m.Severity], "Properties": m.Metadata, "OperationId": v.exchange.RequestID,
	})
}

// Metric implements policy.Log: custom metrics go to Application Insights, where a
// diagnostic says that metrics are taken.
func (v *visit) Metric(_ context.Context, m policy.Metric) {
	if d := v.config.insights; d == nil || !d.metrics {
		return
	}
	v.service.options.Telemetry.Write("AppMetrics", map[string]any{
		"TimeGenerated": time.Now().UTC().Format(time.RFC3339Nano), "Namespace": m.Namespace, "Name": m.Name, "Sum": m.Value, "Properties": m.Dimensions,
	})
}

// findInsights is the diagnostic that leads to an Application Insights component, nil
// where the component would not take what the service sends.
func (c *config) findInsights() *diagnostic {
	d, ok := c.diagnostics["applicationinsights"]
	if !ok {
		return nil
	}
	component := c.held.Get(text(d.logger.Properties(), "resourceId"))
	if component == nil {
		return nil
	}
	credentials := inner(d.logger.Hidden, "credentials")
	if !strings.Contains(text(credentials, "connectionString"), text(component.Properties(), "InstrumentationKey")) &&
		text(credentials, "instrumentationKey") != text(component.Properties(), "InstrumentationKey") {
		return nil
	}
	takes := !flag(component.Properties(), "DisableLocalAuth")
	if client := text(credentials, "identityClientId"); client != "" {
		identity, known := c.held.IdentityOf(c.service, client)
		takes = known && c.held.Allowed(identity.ID, component.ID, arm.MonitoringMetricsPublisher)
	}
	if !takes {
		return nil
	}
	return &d
}

// Event implements policy.Log: it is sent to the logger's event hub later, and nobody
// waits for it.
func (v *visit) Event(ctx context.Context, e policy.Event) error {
	logger := v.config.loggers[strings.ToLower(e.Logger)]
	if logger == nil || text(logger.Properties(), "loggerType") != "azureEventHub" {
		return errors.New("there is no logger '" + e.Logger + "' for an event hub")
	}
	v.service.events.add(ctx, event{v.config, logger, e})
	return nil
}

// credentials are what a logger sends with.
func credentials(logger *azure.Resource) (endpoint, name, client string) {
	held := inner(logger.Hidden, "credentials")
	return text(held, "endpointAddress"), text(held, "name"), text(held, "identityClientId")
}
