package gateway

import (
	"errors"
	"net/http"
	"time"

	"github.com/aoai-gateway/aoai-gateway/internal/policy/exchange"
	"github.com/aoai-gateway/aoai-gateway/internal/policy/library"
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
		l.v.service.options.Telemetry.Write("ApiManagementGatewayLogs", l.gatewayRow(written, err))
	}
	if l.models && l.status < http.StatusBadRequest && len(l.response) > 0 {
		l.modelRow()
	}
}

func (l *record) sampled(err error) bool {
	failed := err != nil || l.status >= http.StatusBadRequest
	return (failed && l.gateway.AllErrors) || l.gateway.Percentage >= 100 || l.v.service.options.Random.Float64() < l.gateway.Percentage/100
}

// gatewayRow has the columns of ApiManagementGatewayLogs. Source: Azure Monitor's
// reference of that table.
func (l *record) gatewayRow(written int64, err error) map[string]any {
	v, e := l.v, l.v.exchange
	row := map[string]any{
		"TimeGenerated": v.started.UTC().Format(time.RFC3339Nano), "CorrelationId": e.RequestID, "Region": v.region.display, "Method": l.method,
		"Url": e.Request.OriginalURL.Base() + e.Request.OriginalURL.Path, "ApiId": v.api.ID, "ApiRevision": e.API.Revision, "OperationId": v.operation.ID,
		"TotalTime": time.Since(v.started).Milliseconds(), "ResponseCode": l.status, "ResponseSize": written, "RequestSize": max(v.r.ContentLength, int64(len(l.request))),
		"IsRequestSuccess": err == nil && l.status < http.StatusBadRequest, "Cache": "none",
		"RequestHeaders": v.config.kept(l.gateway.Frontend.Request, &l.received), "ResponseHeaders": v.config.kept(l.gateway.Frontend.Response, &l.headers),
	}
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
	v.timer.mu.Lock()
	if v.timer.count > 0 {
		row["BackendTime"], row["BackendUrl"], row["BackendMethod"] = v.timer.backend.Milliseconds(), v.timer.last.url, v.timer.last.method
		row["BackendResponseCode"], row["BackendRequestHeaders"] = v.timer.last.status, v.config.kept(l.gateway.Backend.Request, &v.timer.last.headers)
	}
	v.timer.mu.Unlock()
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

// modelRow has columns of ApiManagementGatewayLlmLog: tokens, and the text where it
// is kept.
func (l *record) modelRow() {
	usage := l.v.world.Usage(l.request, l.response)
	if usage.Total == 0 {
		return
	}
	row := map[string]any{
		"TimeGenerated": l.v.started.UTC().Format(time.RFC3339Nano), "CorrelationId": l.v.exchange.RequestID, "Region": l.v.region.display,
		"OperationName": l.v.operation.ID, "PromptTokens": usage.Prompt, "CompletionTokens": usage.Completion, "TotalTokens": usage.Total,
		"SequenceNumber": 0,
	}
	if token, err := library.ParseJSON(string(l.response)); err == nil {
		if object, ok := token.(*library.JObject); ok {
			if model, ok := object.Get("model").(*library.JValue); ok {
				row["ModelName"] = model.Value
			}
		}
	} else {
		row["IsStreamCompletion"] = true
	}
	d := l.v.config.diagnostics["azuremonitor"]
	if d.Prompts > 0 {
		row["RequestMessages"] = cut(l.request, d.Prompts)
	}
	if d.Completions > 0 {
		row["ResponseMessages"] = cut(l.response, d.Completions)
	}
	l.v.service.options.Telemetry.Write("ApiManagementGatewayLlmLog", row)
}
