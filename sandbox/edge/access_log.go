package edge

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/aoai-gateway/aoai-gateway/sandbox/network"
)

// access is what an edge notes of one request for its log of accesses. Edges that keep no such
// log have none: it is nil then, and notes nothing.
type access struct {
	http.ResponseWriter

	began    time.Time
	received int
	// status and sent are of the answer, firstByte how long it took to begin.
	status    int
	sent      int64
	firstByte time.Duration
	// server is the host of the last origin or member that was asked, and url where; serverStatus
	// is 0 where it gave no answer, and serverLatency how long the beginning of the answer took.
	server, url   string
	asked         time.Time
	serverStatus  int
	serverLatency time.Duration
	// why no answer came about, and whether the request was served to its end.
	why   error
	ended bool
}

// newAccess begins the notes of a request.
func newAccess(w http.ResponseWriter, r *http.Request) *access {
	received := len(r.Method) + len(r.URL.RequestURI()) + len("  HTTP/1.1\r\n\r\n") + len("Host: \r\n") + len(r.Host)
	for name, values := range r.Header {
		for _, value := range values {
			received += len(name) + len(": \r\n") + len(value)
		}
	}
	return &access{ResponseWriter: w, began: time.Now(), received: received + int(max(0, r.ContentLength))}
}

// WriteHeader implements http.ResponseWriter.
func (a *access) WriteHeader(status int) {
	if a.status == 0 {
		a.status, a.firstByte = status, time.Since(a.began)
	}
	a.ResponseWriter.WriteHeader(status)
}

// Write implements http.ResponseWriter.
func (a *access) Write(p []byte) (int, error) {
	if a.status == 0 {
		a.status, a.firstByte = http.StatusOK, time.Since(a.began)
	}
	n, err := a.ResponseWriter.Write(p)
	a.sent += int64(n)
	return n, err //nolint:wrapcheck // the writer's own
}

// Unwrap is for http.ResponseController.
func (a *access) Unwrap() http.ResponseWriter { return a.ResponseWriter }

// asks notes who is asked, and where.
func (a *access) asks(server, url string) {
	if a != nil {
		a.server, a.url, a.asked, a.serverStatus = server, url, time.Now(), 0
	}
}

// answered notes that the one who was asked begins to answer.
func (a *access) answered(status int) {
	if a != nil {
		a.serverStatus, a.serverLatency = status, time.Since(a.asked)
	}
}

// failed notes why the one who was asked gave no answer.
func (a *access) failed(err error) {
	if a != nil {
		a.why = err
	}
}

// end notes that the request was served to its end.
func (a *access) end() {
	if a != nil {
		a.ended = true
	}
}

// errorInfo is how Front Door calls what went wrong. Source: the reference of its access log.
func (a *access) errorInfo(ctx context.Context) string {
	switch {
	case ctx.Err() != nil:
		return "ClientDisconnected"
	case !a.ended:
		return "OriginConnectionAborted"
	case a.serverStatus != 0:
		return "NoError"
	case errors.Is(a.why, context.DeadlineExceeded):
		return "OriginTimeout"
	case a.why != nil:
		return "OriginConnectionError"
	case a.status == http.StatusBadRequest:
		return "InvalidRequest"
	case a.status >= http.StatusInternalServerError:
		return "UnspecifiedError"
	}
	return "NoError"
}

// frontDoorAccessLog is the category of Front Door's log.
const frontDoorAccessLog = "FrontDoorAccessLog"

// frontDoorAccessRow is a row of it. Source: the reference of Front Door's access log,
// https://learn.microsoft.com/azure/frontdoor/monitor-front-door-reference, whose members are
// columns of text in AzureDiagnostics.
type frontDoorAccessRow struct {
	diagnostics
	OperationName     string `json:"OperationName"`
	TrackingReference string `json:"trackingReference_s"`
	HTTPMethod        string `json:"httpMethod_s"`
	HTTPVersion       string `json:"httpVersion_s"`
	RequestURI        string `json:"requestUri_s"`
	HostName          string `json:"hostName_s"`
	Endpoint          string `json:"endpoint_s"`
	RequestBytes      string `json:"requestBytes_s"`
	ResponseBytes     string `json:"responseBytes_s"`
	UserAgent         string `json:"userAgent_s"`
	Referer           string `json:"referer_s"`
	ClientIP          string `json:"clientIp_s"`
	ClientPort        string `json:"clientPort_s"`
	SocketIP          string `json:"socketIp_s"`
	TimeTaken         string `json:"timeTaken_s"`
	TimeToFirstByte   string `json:"timeToFirstByte_s"`
	RequestProtocol   string `json:"requestProtocol_s"`
	SecurityProtocol  string `json:"securityProtocol_s"`
	SecurityCipher    string `json:"securityCipher_s"`
	HTTPStatusCode    string `json:"httpStatusCode_s"`
	HTTPStatusDetails string `json:"httpStatusDetails_s"`
	Pop               string `json:"pop_s"`
	CacheStatus       string `json:"cacheStatus_s"`
	RoutingRuleName   string `json:"routingRuleName_s"`
	OriginName        string `json:"originName_s"`
	OriginURL         string `json:"originUrl_s"`
	ErrorInfo         string `json:"ErrorInfo_s"`
}

// logAccess writes the row of a request.
func (v *visit) logAccess(ctx context.Context) {
	a, r := v.noted, v.r
	protocol, port, security, cipher := "HTTPS", "443", "", ""
	if network.Insecure(r) {
		protocol, port = "HTTP", "80"
	}
	if r.TLS != nil {
		security, cipher = tls.VersionName(r.TLS.Version), tls.CipherSuiteName(r.TLS.CipherSuite)
	}
	source, rule, status := sourceOf(r), "N/A", strconv.Itoa(a.status)
	if chosen := route(v.endpoint, r.URL.Path); chosen != nil {
		rule = chosen.Name
	}
	origin, url := a.server, a.url
	if origin == "" {
		origin, url = "N/A", "N/A"
	}
	v.frontDoor.options.Telemetry.Write(frontDoorAccessRow{
		diagnostics: v.diagnostics(frontDoorAccessLog), OperationName: "Microsoft.Cdn/Profiles/AccessLog/Write",
		TrackingReference: v.reference, HTTPMethod: r.Method, HTTPVersion: fmt.Sprintf("%d.%d.0.0", r.ProtoMajor, r.ProtoMinor),
		RequestURI: strings.ToLower(protocol) + "://" + v.endpoint.Host + ":" + port + r.URL.RequestURI(), HostName: v.endpoint.Host, Endpoint: v.endpoint.Host,
		RequestBytes: strconv.Itoa(a.received), ResponseBytes: strconv.FormatInt(a.sent, 10), UserAgent: r.UserAgent(), Referer: r.Referer(),
		ClientIP: clientOf(r), ClientPort: strconv.Itoa(int(source.Port())), SocketIP: source.Addr().String(),
		TimeTaken: inSeconds(time.Since(a.began)), TimeToFirstByte: inSeconds(a.firstByte), RequestProtocol: protocol, SecurityProtocol: security, SecurityCipher: cipher,
		HTTPStatusCode: status, HTTPStatusDetails: status, Pop: v.location.Name, CacheStatus: "CONFIG_NOCACHE", RoutingRuleName: rule,
		OriginName: origin, OriginURL: url, ErrorInfo: a.errorInfo(ctx),
	})
}

func inSeconds(d time.Duration) string { return strconv.FormatFloat(d.Seconds(), 'f', 3, 64) }
