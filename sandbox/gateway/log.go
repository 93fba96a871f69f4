package gateway

import (
	"context"
	"errors"
	"slices"
	"strings"
	"time"

	"github.com/aoai-gateway/aoai-gateway/internal/arm"
	"github.com/aoai-gateway/aoai-gateway/internal/policy"
	"github.com/aoai-gateway/aoai-gateway/sandbox/deployed"
)

// severities are the levels of traces, in the numbers of the table AppTraces.
// Source: https://learn.microsoft.com/azure/azure-monitor/app/data-model-complete#trace
var severities = map[string]int{"verbose": 0, "information": 1, "error": 3}

// Trace implements policy.Log: the trace policy writes to Application Insights what is at least
// as severe as the diagnostic's verbosity.
// Source: https://learn.microsoft.com/azure/api-management/trace-policy
func (v *visit) Trace(_ context.Context, m policy.Message) {
	d := v.config.insights
	if d == nil || severities[m.Severity] < severities[d.Verbosity] {
		return
	}
	v.service.options.Telemetry.Write(traceRow{
		columns: v.insightsColumns(traceTable), AppRoleName: v.region.display, OperationID: v.exchange.RequestID,
		Message: m.Text, SeverityLevel: severities[m.Severity], Properties: m.Metadata,
	})
}

// Metric implements policy.Log: custom metrics go to Application Insights, where a
// diagnostic says that metrics are taken.
func (v *visit) Metric(_ context.Context, m policy.Metric) {
	if d := v.config.insights; d == nil || !d.Metrics {
		return
	}
	v.service.options.Telemetry.Write(metricRow{
		columns: v.insightsColumns(metricTable), AppRoleName: v.region.display, Name: m.Name, Sum: m.Value, Min: m.Value, Max: m.Value, ItemCount: 1, Properties: m.Dimensions,
	})
}

// insightsColumns are those of a table of Application Insights.
func (v *visit) insightsColumns(table string) columns {
	return v.config.columns(table, v.config.insights.Logger.Component.ID, time.Now())
}

// findInsights is the diagnostic that leads to an Application Insights component, nil
// where the component would not take what the service sends.
func (c *config) findInsights() *deployed.Diagnostic {
	d := c.diagnostics["applicationinsights"]
	if d == nil || d.Logger.Component == nil {
		return nil
	}
	logger, component := d.Logger, d.Logger.Component
	if !strings.Contains(logger.ConnectionString, component.InstrumentationKey) && logger.InstrumentationKey != component.InstrumentationKey {
		return nil
	}
	takes := !component.KeysDisabled
	if logger.ClientID != "" {
		identity, known := c.service.Identities.Of(logger.ClientID)
		takes = known && c.picture.Allowed(identity.ID, component.ID, arm.MonitoringMetricsPublisher)
	}
	if !takes {
		return nil
	}
	return d
}

// Event implements policy.Log: it is sent to the logger's event hub later, and nobody
// waits for it.
func (v *visit) Event(ctx context.Context, e policy.Event) error {
	loggers := v.config.service.Loggers
	at := slices.IndexFunc(loggers, func(l *deployed.Logger) bool { return strings.EqualFold(l.ID, e.Logger) && l.Kind == "azureEventHub" })
	if at < 0 {
		return errors.New("there is no logger '" + e.Logger + "' for an event hub")
	}
	v.service.events.add(ctx, event{v.config, loggers[at], v.region.transport, e})
	return nil
}
