package apim

import (
	"fmt"
	"slices"
	"strings"

	"github.com/aoai-gateway/aoai-gateway/internal/azure"
	"github.com/aoai-gateway/aoai-gateway/internal/faults"
	"github.com/aoai-gateway/aoai-gateway/policies"
)

// Logging says what is written down. Text of prompts and completions is not,
// unless bodyBytes, llm messages or eventHub ask for it.
type Logging struct {
	// ApplicationInsights makes a component for traces and token metrics. It
	// needs monitor.
	ApplicationInsights bool `json:"applicationInsights" default:"true"`
	// SamplingPercent of requests are logged; 0 to 100.
	SamplingPercent int `json:"samplingPercent" default:"100"`
	// BodyBytes of requests and responses are kept, which are text of prompts and
	// completions; 0 to 8192.
	BodyBytes int `json:"bodyBytes"`
	// LLM is off, tokens (counts of tokens by model) or messages (text of
	// prompts and completions, too). It uses a preview version of Azure's API.
	LLM string `json:"llm" default:"tokens"`
	// EventHub takes prompts and completions whole.
	EventHub EventHub `json:"eventHub"`
}

// LLMLogs are the values of Logging.LLM.
var LLMLogs = []string{"off", "tokens", "messages"}

// MaxBodyBytes is how much of a body a diagnostic keeps (ARM contract).
const MaxBodyBytes = 8192

// EventHub is where whole prompts and completions go.
type EventHub struct {
	// Enabled makes an event hub and sends text to it.
	Enabled bool `json:"enabled"`
	// Chunks is how many events a text may take, of 32,000 characters each; 1 to
	// 20.
	Chunks int `json:"chunks" default:"4"`
	// RetentionHours is how long events are kept; 1 to 168.
	RetentionHours int `json:"retentionHours" default:"24"`
	// Partitions of the event hub; 1 to 32. It can never change.
	Partitions int `json:"partitions" default:"4"`
}

// Alerts are sent by e-mail.
type Alerts struct {
	// Emails get them; none makes no alerts.
	Emails []string `json:"emails"`
	// ThrottledPercent of answers that are 429 in WindowMinutes alert, where these are 20 at
	// least.
	ThrottledPercent int `json:"throttledPercent" default:"10"`
	// FailedPercent of answers that are 5xx alert, likewise.
	FailedPercent int `json:"failedPercent" default:"5"`
	// BreakerTrips is how many requests that found their backends tripped alert.
	BreakerTrips int `json:"breakerTrips" default:"10"`
	// BackendFailures is how many requests that one account failed for a model, and another one
	// served, alert. Application Insights has to be on.
	BackendFailures int `json:"backendFailures" default:"10"`
	// WindowMinutes is 5, 10, 15, 30 or 60.
	WindowMinutes int `json:"windowMinutes" default:"15"`
}

func (l Logging) validate(offered azure.APIMSKU, sku string) error {
	var list faults.List
	list.Between("samplingPercent", l.SamplingPercent, 0, 100, "percent")
	list.Between("bodyBytes", l.BodyBytes, 0, MaxBodyBytes, "bytes")
	list.OneOf("llm", l.LLM, LLMLogs)
	if !offered.ResourceLogs && l.LLM == "messages" {
		list.Add("llm", "messages go to Log Analytics, which %s does not log to", sku).Remedy("use eventHub")
	}
	hub, unset := l.EventHub, DefaultOptions().Logging.EventHub
	if !hub.Enabled && hub != unset {
		list.Add("eventHub", "has no effect while enabled is false").Remedy("set it to true or remove the rest")
	}
	list.Between("eventHub.chunks", l.EventHub.Chunks, 1, policies.MaxPromptChunks, "events")
	list.Between("eventHub.retentionHours", l.EventHub.RetentionHours, azure.EventHubStandardHours.Min, azure.EventHubStandardHours.Max, "h")
	list.Between("eventHub.partitions", l.EventHub.Partitions, azure.EventHubStandardPartitions.Min, azure.EventHubStandardPartitions.Max, "partitions")
	return list.Err()
}

// windows are those of a scheduled query rule that are neither too short for a
// share nor too long for an alert.
var windows = []int{5, 10, 15, 30, 60}

func (a Alerts) validate(offered azure.APIMSKU, sku string, samplingPercent int) error {
	var list faults.List
	unset := DefaultOptions().Alerts
	if len(a.Emails) == 0 && (a.ThrottledPercent != unset.ThrottledPercent || a.FailedPercent != unset.FailedPercent ||
		a.BreakerTrips != unset.BreakerTrips || a.BackendFailures != unset.BackendFailures || a.WindowMinutes != unset.WindowMinutes) {
		list.Add("emails", "is empty, so that there are no alerts and the other keys have no effect").Remedy("list addresses, or remove the other keys")
	}
	if len(a.Emails) > 0 && samplingPercent < 100 {
		list.Add("emails", "alerts count shares in the logs, which hold all errors and %d percent of the rest", samplingPercent).Remedy("set logging.samplingPercent to 100")
	}
	for i, email := range a.Emails {
		list.Email(fmt.Sprintf("emails[%d]", i), email)
		if slices.IndexFunc(a.Emails, func(other string) bool { return strings.EqualFold(other, email) }) < i {
			list.Add(fmt.Sprintf("emails[%d]", i), "%q stands there twice", email).About(email).Remedy("remove one")
		}
	}
	if len(a.Emails) > 0 && !offered.ResourceLogs {
		list.Add("emails", "alerts are made from logs of requests, which %s does not write", sku).Remedy("remove them")
	}
	list.Between("throttledPercent", a.ThrottledPercent, 1, 100, "percent")
	list.Between("failedPercent", a.FailedPercent, 1, 100, "percent")
	list.Between("breakerTrips", a.BreakerTrips, 1, 1_000_000, "requests")
	list.Between("backendFailures", a.BackendFailures, 1, 1_000_000, "requests")
	if !slices.Contains(windows, a.WindowMinutes) {
		list.Add("windowMinutes", "%d is not allowed", a.WindowMinutes).About(a.WindowMinutes).Remedy("one of 5, 10, 15, 30, 60")
	}
	return list.Err()
}
