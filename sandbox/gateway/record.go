package gateway

import (
	"errors"
	"net/http"
	"time"

	"github.com/aoai-gateway/aoai-gateway/internal/policy/exchange"
	"github.com/aoai-gateway/aoai-gateway/sandbox/deployed"
)

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
		l.v.service.options.Telemetry.Write(l.gatewayRow(written, err))
	}
	if l.models && l.status < http.StatusBadRequest && len(l.response) > 0 {
		l.modelRows()
	}
}

func (l *record) sampled(err error) bool {
	failed := err != nil || l.status >= http.StatusBadRequest
	return (failed && l.gateway.AllErrors) || l.gateway.Percentage >= 100 || l.v.service.options.Random.Float64() < l.gateway.Percentage/100
}

// gatewayRow is the row of the request.
func (l *record) gatewayRow(written int64, err error) gatewayRow {
	v, e := l.v, l.v.exchange
	row := v.config.newGatewayRow(v.started)
	row.CorrelationID, row.Region, row.Method = e.RequestID, v.region.display, l.method
	row.URL = e.Request.OriginalURL.Base() + e.Request.OriginalURL.Path
	row.ResponseCode, row.IsRequestSuccess = l.status, err == nil && l.status < http.StatusBadRequest
	row.lastError = l.lastError(err)
	total := time.Since(v.started)
	row.servedColumns = l.served(written, total)
	row.backendColumns = l.backend(row.servedColumns, total)
	return row
}

func (l *record) lastError(err error) lastError {
	switch last := l.v.exchange.LastError; {
	case errors.Is(err, errClientLeft):
		return lastError{Source: "transport", Reason: "ClientConnectionFailure"}
	case err != nil:
		return lastError{Source: "transport", Reason: "BackendConnectionFailure", Message: err.Error()}
	case last != nil:
		return lastError{Source: last.Source, Reason: last.Reason, Message: last.Message, Scope: last.Scope, Section: last.Section}
	}
	return lastError{}
}

func (l *record) served(written int64, total time.Duration) *servedColumns {
	v, e, d := l.v, l.v.exchange, l.gateway
	served := &servedColumns{
		APIID: v.api.ID, APIRevision: e.API.Revision, OperationID: v.operation.ID, ClientProtocol: v.r.Proto, Cache: "none",
		TotalTime: total.Milliseconds(), ResponseSize: written, RequestSize: max(v.r.ContentLength, int64(len(l.request))),
		RequestHeaders: v.config.kept(d.Frontend.Request, &l.received), ResponseHeaders: v.config.kept(d.Frontend.Response, &l.headers),
		RequestBody: cut(l.request, d.Frontend.Request.Bytes), ResponseBody: cut(l.response, d.Frontend.Response.Bytes),
	}
	if d.ClientIP {
		served.CallerIPAddress = e.Request.IPAddress
	}
	if e.Subscription != nil {
		served.APIMSubscriptionID = e.Subscription.ID
	}
	if e.Product != nil {
		served.ProductID = e.Product.ID
	}
	if e.User != nil {
		served.UserID = e.User.ID
	}
	if e.Backend != nil {
		served.BackendID = e.Backend.ID
	}
	return served
}

// backend has the columns of the last request to a backend; nil for none. The client's time is
// what backends did not take.
func (l *record) backend(served *servedColumns, total time.Duration) *backendColumns {
	v, kept := l.v, l.gateway.Backend
	v.timer.mu.Lock()
	defer v.timer.mu.Unlock()
	served.ClientTime = (total - v.timer.backend).Milliseconds()
	last := v.timer.last
	if last == nil {
		return nil
	}
	columns := &backendColumns{
		BackendTime: v.timer.backend.Milliseconds(), BackendURL: last.url, BackendMethod: last.method, BackendResponseCode: last.status, BackendProtocol: "HTTP/1.1",
		BackendRequestHeaders: v.config.kept(kept.Request, &last.headers), BackendResponseHeaders: v.config.kept(kept.Response, &last.answered),
	}
	if kept.Request.Bytes > 0 {
		columns.BackendRequestBody = string(last.request)
	}
	if kept.Response.Bytes > 0 {
		columns.BackendResponseBody = string(last.response)
	}
	return columns
}
