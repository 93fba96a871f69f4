package gateway

import (
	"strings"
	"time"

	"github.com/aoai-gateway/aoai-gateway/internal/arm"
	"github.com/aoai-gateway/aoai-gateway/sandbox/telemetry"
)

// The tables that a service writes to. The columns of each are those of Azure Monitor's
// reference of the table.
const (
	gatewayTable = "ApiManagementGatewayLogs"
	modelTable   = "ApiManagementGatewayLlmLog"
	traceTable   = "AppTraces"
	metricTable  = "AppMetrics"
)

// columns are those that rows of all these tables have.
type columns struct {
	telemetry.Columns
	SourceSystem   string `json:"SourceSystem"`
	TenantID       string `json:"TenantId"`
	SubscriptionID string `json:"_SubscriptionId,omitempty"`
}

func (c *config) columns(table, resourceID string, at time.Time) columns {
	own := columns{Columns: telemetry.ColumnsOf(table, resourceID, at), SourceSystem: "Azure", TenantID: c.service.WorkspaceID}
	if id, err := arm.ParseID(strings.ToLower(resourceID)); err == nil {
		own.SubscriptionID = id.Subscription()
	}
	return own
}

// gatewayRow is a request. One that found no API has no served columns, and one that no backend
// was asked about no backend's.
type gatewayRow struct {
	columns
	Category         string `json:"Category"`
	OperationName    string `json:"OperationName"`
	CorrelationID    string `json:"CorrelationId"`
	Region           string `json:"Region"`
	Method           string `json:"Method"`
	URL              string `json:"Url"`
	ResponseCode     int    `json:"ResponseCode"`
	IsRequestSuccess bool   `json:"IsRequestSuccess"`
	lastError
	*servedColumns
	*backendColumns
}

// lastError is what went wrong.
type lastError struct {
	Source  string `json:"LastErrorSource,omitempty"`
	Reason  string `json:"LastErrorReason,omitempty"`
	Message string `json:"LastErrorMessage,omitempty"`
	Scope   string `json:"LastErrorScope,omitempty"`
	Section string `json:"LastErrorSection,omitempty"`
}

type servedColumns struct {
	APIID              string            `json:"ApiId"`
	APIRevision        string            `json:"ApiRevision"`
	OperationID        string            `json:"OperationId"`
	ProductID          string            `json:"ProductId,omitempty"`
	UserID             string            `json:"UserId,omitempty"`
	APIMSubscriptionID string            `json:"ApimSubscriptionId,omitempty"`
	BackendID          string            `json:"BackendId,omitempty"`
	CallerIPAddress    string            `json:"CallerIpAddress,omitempty"`
	ClientProtocol     string            `json:"ClientProtocol"`
	Cache              string            `json:"Cache"`
	TotalTime          int64             `json:"TotalTime"`
	ClientTime         int64             `json:"ClientTime"`
	RequestSize        int64             `json:"RequestSize"`
	ResponseSize       int64             `json:"ResponseSize"`
	RequestHeaders     map[string]string `json:"RequestHeaders"`
	ResponseHeaders    map[string]string `json:"ResponseHeaders"`
	RequestBody        string            `json:"RequestBody,omitempty"`
	ResponseBody       string            `json:"ResponseBody,omitempty"`
}

// backendColumns are those of the last request to a backend.
type backendColumns struct {
	BackendTime            int64             `json:"BackendTime"`
	BackendURL             string            `json:"BackendUrl"`
	BackendMethod          string            `json:"BackendMethod"`
	BackendResponseCode    int               `json:"BackendResponseCode"`
	BackendProtocol        string            `json:"BackendProtocol"`
	BackendRequestHeaders  map[string]string `json:"BackendRequestHeaders"`
	BackendResponseHeaders map[string]string `json:"BackendResponseHeaders"`
	BackendRequestBody     string            `json:"BackendRequestBody,omitempty"`
	BackendResponseBody    string            `json:"BackendResponseBody,omitempty"`
}

// newGatewayRow has the columns that each row of that table has.
func (c *config) newGatewayRow(at time.Time) gatewayRow {
	return gatewayRow{columns: c.columns(gatewayTable, c.service.ID, at), Category: "GatewayLogs", OperationName: "Microsoft.ApiManagement/GatewayLogs"}
}

// modelRow is a call of a model, or a part of its messages.
type modelRow struct {
	columns
	CorrelationID  string `json:"CorrelationId"`
	Region         string `json:"Region"`
	OperationName  string `json:"OperationName"`
	APIVersion     string `json:"ApiVersion"`
	DeploymentName string `json:"DeploymentName"`
	RequestID      string `json:"RequestId"`
	SequenceNumber int    `json:"SequenceNumber"`
	*callColumns
	RequestMessages  []message `json:"RequestMessages,omitempty"`
	ResponseMessages []message `json:"ResponseMessages,omitempty"`
}

// callColumns are those of a call's first row.
type callColumns struct {
	PromptTokens       int64  `json:"PromptTokens"`
	CompletionTokens   int64  `json:"CompletionTokens"`
	TotalTokens        int64  `json:"TotalTokens"`
	ModelName          string `json:"ModelName"`
	IsStreamCompletion bool   `json:"IsStreamCompletion"`
}

// traceRow is what a policy traced.
type traceRow struct {
	columns
	AppRoleName   string            `json:"AppRoleName"`
	OperationID   string            `json:"OperationId"`
	Message       string            `json:"Message"`
	SeverityLevel int               `json:"SeverityLevel"`
	Properties    map[string]string `json:"Properties"`
}

// metricRow is a custom metric. There is no column for its namespace.
type metricRow struct {
	columns
	AppRoleName string            `json:"AppRoleName"`
	Name        string            `json:"Name"`
	Sum         float64           `json:"Sum"`
	Min         float64           `json:"Min"`
	Max         float64           `json:"Max"`
	ItemCount   int               `json:"ItemCount"`
	Properties  map[string]string `json:"Properties"`
}

// lostEvent is a message that no event hub took. The table is the sandbox's own.
type lostEvent struct {
	TimeGenerated string `json:"TimeGenerated"`
	Logger        string `json:"Logger"`
	Reason        string `json:"Reason"`
}

// Table implements telemetry.Row.
func (lostEvent) Table() string { return "LostEvents" }
