package gateway

import (
	"errors"
	"maps"
	"net/http"
	"time"

	"github.com/aoai-gateway/aoai-gateway/internal/policy/exchange"
	"github.com/aoai-gateway/aoai-gateway/sandbox/deployed"
)

// Telemetry takes rows of tables, named as in Log Analytics.
type Telemetry interface {
	Write(table string, row map[string]any)
}

// record gathers what the logs of a request say.
type record struct {
	v        *visit
	gateway  *deployed.Diagnostic
	models   bool
	method   string
	received exchange.Headers
	request  []byte
	response []byte
	status   int
	headers  exchange.Headers
}

// watch begins the record of a request. Bodies are gathered only where somebody keeps
// them: as in the service, that costs memory.
func (v *visit) watch() *record {
	l := &record{v: v}
	d := v.config.diagnostics["azuremonitor"]
	if d == nil {
		return l
	}
	if v.config.gatewayLogs {
		l.gateway = d
	}
	l.models = d.Models && v.config.modelLogs
	// Policies change what came, and the logs tell what came.
	l.method, l.received = v.exchange.Request.Method, v.exchange.Request.Headers.Clone()
	if l.models || (l.gateway != nil && d.Frontend.Request.Bytes > 0) {
		// Watched and not read: logging changes nothing of what policies see.
		v.exchange.Request.Body.Watch(func(data []byte) { l.request = data })
	}
	return l
}

// answering looks at the response before it goes out.
func (l *record) answering(response *exchange.Response) {
	l.status, l.headers = response.StatusCode, response.Headers.Clone()
	if !l.models && (l.gateway == nil || l.gateway.Frontend.Response.Bytes == 0) {
		return
	}
	if response.Body.Streaming() {
		response.Body.Watch(func(data []byte) { l.response = data })
		return
	}
	l.response, _ = response.Body.Bytes(0)
}

// finish writes the rows of a request that is over.
func (l *record) finish(written int64, err error) {
	if l.gateway != nil && l.sampled(err) {
		l.v.service.options.Telemetry.Write(gatewayTable, l.gatewayRow(written, err))
	}
	if l.models && l.status < http.StatusBadRequest && len(l.response) > 0 {
		l.modelRows()
	}
}

func (l *record) sampled(err error) bool {
	failed := err != nil || l.status >= http.StatusBadRequest
	return (failed && l.gateway.AllErrors) || l.gateway.Percentage >= 100 || l.v.service.options.Random.Float64() < l.gateway.Percentage/100
}

// gatewayTable is the table of requests.
const gatewayTable = "ApiManagementGatewayLogs"

// gatewayRow has the columns that each row of that table has.
func (c *config) gatewayRow(at time.Time) map[string]any {
	row := c.common(gatewayTable, c.service.ID, at)
	row["Category"], row["OperationName"] = "GatewayLogs", "Microsoft.ApiManagement/GatewayLogs"
	return row
}

// gatewayRow has the columns of ApiManagementGatewayLogs. Source: Azure Monitor's
// reference of that table.
func (l *record) gatewayRow(written int64, err error) map[string]any {
	v, e := l.v, l.v.exchange
	row := v.config.gatewayRow(v.started)
	total := time.Since(v.started)
	maps.Copy(row, map[string]any{
		"CorrelationId": e.RequestID, "Region": v.region.display, "Method": l.method,
		"Url": e.Request.OriginalURL.Base() + e.Request.OriginalURL.Path, "ApiId": v.api.ID, "ApiRevision": e.API.Revision, "OperationId": v.operation.ID,
		"TotalTime": total.Milliseconds(), "ClientProtocol": v.r.Proto, "ResponseCode": l.status, "ResponseSize": written, "RequestSize": max(v.r.ContentLength, int64(len(l.request))),
		"IsRequestSuccess": err == nil && l.status < http.StatusBadRequest, "Cache": "none",
		"RequestHeaders": v.config.kept(l.gateway.Frontend.Request, &l.received), "ResponseHeaders": v.config.kept(l.gateway.Frontend.Response, &l.headers),
	})
	if l.gateway.ClientIP {
		row["CallerIpAddress"] = e.Request.IPAddress
	}
	if e.Subscription != nil {
		row["ApimSubscriptionId"] = e.Subscription.ID
	}
	if e.Product != nil {
		row["ProductId"] = e.Product.ID
	}
	if e.User != nil {
		row["UserId"] = e.User.ID
	}
	if e.Backend != nil {
		row["BackendId"] = e.Backend.ID
	}
	l.backendColumns(row, total)
	if l.gateway.Frontend.Request.Bytes > 0 {
		row["RequestBody"] = cut(l.request, l.gateway.Frontend.Request.Bytes)
	}
	if l.gateway.Frontend.Response.Bytes > 0 {
		row["ResponseBody"] = cut(l.response, l.gateway.Frontend.Response.Bytes)
	}
	switch {
	case errors.Is(err, errClientLeft):
		row["LastErrorSource"], row["LastErrorReason"] = "transport", "ClientConnectionFailure"
	case err != nil:
		row["LastErrorSource"], row["LastErrorReason"], row["LastErrorMessage"] = "transport", "BackendConnectionFailure", err.Error()
	case e.LastError != nil:
		row["LastErrorSource"], row["LastErrorReason"], row["LastErrorMessage"] = e.LastError.Source, e.LastError.Reason, e.LastError.Message
		row["LastErrorScope"], row["LastErrorSection"] = e.LastError.Scope, e.LastError.Section
	}
	return row
}

// backendColumns are those of the last request to a backend.
func (l *record) backendColumns(row map[string]any, total time.Duration) {
	v, kept := l.v, l.gateway.Backend
	v.timer.mu.Lock()
	defer v.timer.mu.Unlock()
	row["ClientTime"] = (total - v.timer.backend).Milliseconds()
	last := v.timer.last
	if last == nil {
		return
	}
	row["BackendTime"], row["BackendUrl"], row["BackendMethod"], row["BackendResponseCode"] = v.timer.backend.Milliseconds(), last.url, last.method, last.status
	row["BackendProtocol"] = "HTTP/1.1"
	row["BackendRequestHeaders"], row["BackendResponseHeaders"] = v.config.kept(kept.Request, &last.headers), v.config.kept(kept.Response, &last.answered)
	if kept.Request.Bytes > 0 {
		row["BackendRequestBody"] = string(last.request)
	}
	if kept.Response.Bytes > 0 {
		row["BackendResponseBody"] = string(last.response)
	}
}
