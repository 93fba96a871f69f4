package edge

import (
	"crypto/tls"
	"net/http"
	"strconv"
	"time"

	"github.com/aoai-gateway/aoai-gateway/sandbox/deployed"
)

// gatewayAccessLog is the log of accesses of an Application Gateway.
var gatewayAccessLog = gatewayLog{category: "ApplicationGatewayAccessLog", table: "AGWAccessLogs"}

// gatewayAccessRow is a row of it. Sources:
// https://learn.microsoft.com/azure/azure-monitor/reference/tables/agwaccesslogs, and for the
// other names the page on logs of Application Gateway.
type gatewayAccessRow struct {
	OperationName              string   `json:"OperationName"`
	InstanceID                 string   `json:"InstanceId"                      shared:"instanceId_s"`
	ClientIP                   string   `json:"ClientIp"                        shared:"clientIP_s"`
	HTTPMethod                 string   `json:"HttpMethod"                      shared:"httpMethod_s"`
	HTTPStatus                 int      `json:"HttpStatus"                      shared:"httpStatus_d"`
	HTTPVersion                string   `json:"HttpVersion"                     shared:"httpVersion_s"`
	RequestURI                 string   `json:"RequestUri"                      shared:"requestUri_s"`
	OriginalRequestURIWithArgs string   `json:"OriginalRequestUriWithArgs"      shared:"originalRequestUriWithArgs_s"`
	Host                       string   `json:"Host"                            shared:"host_s"`
	OriginalHost               string   `json:"OriginalHost"                    shared:"originalHost_s"`
	UserAgent                  string   `json:"UserAgent"                       shared:"userAgent_s"`
	ReceivedBytes              int      `json:"ReceivedBytes"                   shared:"receivedBytes_d"`
	SentBytes                  int64    `json:"SentBytes"                       shared:"sentBytes_d"`
	TimeTaken                  float64  `json:"TimeTaken"                       shared:"timeTaken_d"`
	TransactionID              string   `json:"TransactionId"                   shared:"transactionId_g"`
	ListenerName               string   `json:"ListenerName"                    shared:"listenerName_s"`
	RuleName                   string   `json:"RuleName"                        shared:"ruleName_s"`
	BackendPoolName            string   `json:"BackendPoolName"                 shared:"backendPoolName_s"`
	BackendSettingName         string   `json:"BackendSettingName"              shared:"backendSettingName_s"`
	SSLEnabled                 string   `json:"SslEnabled"                      shared:"sslEnabled_s"`
	SSLProtocol                string   `json:"SslProtocol"                     shared:"sslProtocol_s"`
	SSLCipher                  string   `json:"SslCipher"                       shared:"sslCipher_s"`
	ServerRouted               string   `json:"ServerRouted"                    shared:"serverRouted_s"`
	ServerStatus               *int     `json:"ServerStatus,omitempty"          shared:"serverStatus_s"`
	ServerResponseLatency      *float64 `json:"ServerResponseLatency,omitempty" shared:"serverResponseLatency_s"`
	ClientResponseTime         *float64 `json:"ClientResponseTime,omitempty"    shared:"clientResponseTime_d"`
	WAFMode                    *string  `json:"WafMode,omitempty"               shared:"WAFMode_s"`
	WAFEvaluationTime          *float64 `json:"WafEvaluationTime,omitempty"     shared:"WAFEvaluationTime_s"`
}

// gatewayVisit is one request at one instance.
type gatewayVisit struct {
	instance    int
	transaction string
	// checking is how long the firewall took.
	checking time.Duration
	// noted is for the log of accesses; nil where there is none.
	noted *access
}

// logAccess writes the row of a request.
func (g *ApplicationGateway) logAccess(c *deployed.ApplicationGateway, r *http.Request, v *gatewayVisit) {
	a := v.noted
	row := gatewayAccessRow{
		OperationName: "ApplicationGatewayAccess", InstanceID: instanceName(v.instance), ClientIP: sourceOf(r).Addr().String(), HTTPMethod: r.Method, HTTPStatus: a.status,
		HTTPVersion: r.Proto, RequestURI: r.URL.Path, OriginalRequestURIWithArgs: r.URL.RequestURI(), Host: c.Called.Of(a.server, r.Host), OriginalHost: r.Host, UserAgent: r.UserAgent(),
		ReceivedBytes: a.received, SentBytes: a.sent, TimeTaken: time.Since(a.began).Seconds(), TransactionID: v.transaction,
		ListenerName: c.Listener, RuleName: c.Rule, BackendPoolName: c.Pool, BackendSettingName: c.Settings, ServerRouted: a.server, SSLEnabled: "on",
	}
	if c.MembersByHTTP {
		row.SSLEnabled = "off"
	}
	if r.TLS != nil {
		row.SSLProtocol, row.SSLCipher = tls.VersionName(r.TLS.Version), tls.CipherSuiteName(r.TLS.CipherSuite)
	}
	if a.serverStatus != 0 {
		latency, rest := a.serverLatency.Seconds(), max(0, a.firstByte-a.asked.Sub(a.began)-a.serverLatency).Seconds()
		row.ServerStatus, row.ServerResponseLatency, row.ClientResponseTime = &a.serverStatus, &latency, &rest
	}
	if c.Firewall != nil {
		mode, checking := mode(c.Firewall), v.checking.Seconds()
		row.WAFMode, row.WAFEvaluationTime = &mode, &checking
	}
	g.options.Telemetry.Write(gatewayAccessLog.row(c, row))
}

func instanceName(number int) string { return "appgw_" + strconv.Itoa(number) }
