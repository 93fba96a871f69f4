package edge

import (
	"crypto/tls"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/aoai-gateway/aoai-gateway/sandbox/deployed"
)

// gatewayAccessLog is the log of accesses of an Application Gateway, with the names that columns
// have in the table of all. Sources: https://learn.microsoft.com/azure/azure-monitor/reference/tables/agwaccesslogs,
// and for the other names the page on logs of Application Gateway.
var gatewayAccessLog = gatewayLog{
	category: "ApplicationGatewayAccessLog", table: "AGWAccessLogs",
	shared: map[string]string{
		"BackendPoolName": "backendPoolName_s", "BackendSettingName": "backendSettingName_s", "ClientIp": "clientIP_s", "ClientResponseTime": "clientResponseTime_d", "Host": "host_s",
		"HttpMethod": "httpMethod_s", "HttpStatus": "httpStatus_d", "HttpVersion": "httpVersion_s", "InstanceId": "instanceId_s", "ListenerName": "listenerName_s",
		"OriginalHost": "originalHost_s", "OriginalRequestUriWithArgs": "originalRequestUriWithArgs_s", "ReceivedBytes": "receivedBytes_d", "RequestUri": "requestUri_s", "RuleName": "ruleName_s",
		"SentBytes": "sentBytes_d", "ServerResponseLatency": "serverResponseLatency_s", "ServerRouted": "serverRouted_s", "ServerStatus": "serverStatus_s", "SslCipher": "sslCipher_s",
		"SslEnabled": "sslEnabled_s", "SslProtocol": "sslProtocol_s", "TimeTaken": "timeTaken_d", "TransactionId": "transactionId_g", "UserAgent": "userAgent_s",
		"WafEvaluationTime": "WAFEvaluationTime_s", "WafMode": "WAFMode_s",
	},
	texts: []string{"serverResponseLatency_s", "serverStatus_s", "WAFEvaluationTime_s"},
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
	row := map[string]any{
		"OperationName": "ApplicationGatewayAccess", "InstanceId": instanceName(v.instance), "ClientIp": sourceOf(r).Addr().String(), "HttpMethod": r.Method, "HttpStatus": a.status,
		"HttpVersion": r.Proto, "RequestUri": r.URL.Path, "OriginalRequestUriWithArgs": r.URL.RequestURI(), "Host": c.Called.Of(a.server, r.Host), "OriginalHost": r.Host, "UserAgent": r.UserAgent(),
		"ReceivedBytes": a.received, "SentBytes": a.sent, "TimeTaken": time.Since(a.began).Seconds(), "TransactionId": v.transaction,
		"ListenerName": c.Listener, "RuleName": c.Rule, "BackendPoolName": c.Pool, "BackendSettingName": c.Settings,
		"ServerRouted": a.server, "SslEnabled": "on", "SslProtocol": "", "SslCipher": "",
	}
	if c.MembersByHTTP {
		row["SslEnabled"] = "off"
	}
	if r.TLS != nil {
		row["SslProtocol"], row["SslCipher"] = tls.VersionName(r.TLS.Version), tls.CipherSuiteName(r.TLS.CipherSuite)
	}
	if a.serverStatus != 0 {
		row["ServerStatus"], row["ServerResponseLatency"] = a.serverStatus, a.serverLatency.Seconds()
		row["ClientResponseTime"] = max(0, a.firstByte-a.asked.Sub(a.began)-a.serverLatency).Seconds()
	}
	if c.Firewall != nil {
		row["WafMode"], row["WafEvaluationTime"] = mode(c.Firewall), v.checking.Seconds()
	}
	g.options.Telemetry.Write(gatewayAccessLog.in(c, row), row)
}

func instanceName(number int) string { return "appgw_" + strconv.Itoa(number) }

// gatewayLog is a log of Application Gateways.
type gatewayLog struct {
	// category is what diagnostic settings call it, and table where its rows go if they want
	// tables of their own.
	category, table string
	// shared are the names of columns in the table of all, where they differ, and texts those
	// of them that are text there.
	shared map[string]string
	texts  []string
}

// in is the table that a row goes to; the row gets the names and the columns that it has there.
func (l gatewayLog) in(c *deployed.ApplicationGateway, row map[string]any) string {
	name := l.table
	if !c.OwnTables {
		name = diagnosticsTable
		for own, shared := range l.shared {
			if value, has := row[own]; has {
				row[shared] = value
				delete(row, own)
			}
		}
		for _, column := range l.texts {
			if value, has := row[column]; has {
				row[column] = fmt.Sprint(value)
			}
		}
		row["Category"], row["ResourceProvider"], row["ResourceType"], row["Resource"] = l.category, "MICROSOFT.NETWORK", "APPLICATIONGATEWAYS", strings.ToUpper(c.Name)
	}
	row["TimeGenerated"], row["Type"], row["_ResourceId"] = time.Now().UTC().Format(time.RFC3339Nano), name, strings.ToLower(c.ID)
	return name
}
