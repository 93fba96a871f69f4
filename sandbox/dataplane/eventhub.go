package dataplane

import (
	"encoding/json"
	"io"
	"net/http"
	"strings"
	"time"

	"github.com/aoai-gateway/aoai-gateway/internal/arm"
	facts "github.com/aoai-gateway/aoai-gateway/internal/azure"
	"github.com/aoai-gateway/aoai-gateway/sandbox/deployed"
	"github.com/aoai-gateway/aoai-gateway/sandbox/entra"
	"github.com/aoai-gateway/aoai-gateway/sandbox/network"
	"github.com/aoai-gateway/aoai-gateway/sandbox/telemetry"
)

// EventHubTable is the table that events of event hubs are kept in. It is the sandbox's own.
const EventHubTable = "EventHubMessages"

// hubMessage is an event: JSON as it came, or a text.
type hubMessage struct {
	TimeGenerated string          `json:"TimeGenerated"`
	Namespace     string          `json:"Namespace"`
	EventHub      string          `json:"EventHub"`
	PartitionID   string          `json:"PartitionId"`
	Body          json.RawMessage `json:"Body"`
}

// Table implements telemetry.Row.
func (hubMessage) Table() string { return EventHubTable }

// eventHub takes events by Event Hubs' REST API (POST /HUB/messages, or
// /HUB/partitions/ID/messages), from senders with the role.
type eventHub struct {
	namespaceID string
	picture     func() (*deployed.Picture, error)
	directory   *entra.Directory
	logs        *Logs
}

// maxMessage is the largest event, in bytes. Source: Event Hubs' page on quotas.
const maxMessage = 1 << 20

// ServeHTTP takes one event.
func (e *eventHub) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	name, ok := strings.CutSuffix(strings.Trim(r.URL.Path, "/"), "/messages")
	if !ok || r.Method != http.MethodPost {
		http.Error(w, "The sandbox's event hubs take POST /HUB/messages.", http.StatusNotFound)
		return
	}
	picture, err := e.picture()
	if err != nil {
		http.Error(w, err.Error(), http.StatusInternalServerError)
		return
	}
	name, partition, _ := strings.Cut(name, "/partitions/")
	namespace := picture.EventHubNamespace(e.namespaceID)
	if namespace == nil {
		http.Error(w, "40400: there is no such namespace", http.StatusNotFound)
		return
	}
	if namespace.Closed && !network.Source(r).IsPrivate() {
		// Source of status and text: public reports, such as of Azure's own extension for logs.
		http.Error(w, "Ip has been prevented to connect to the endpoint.", http.StatusUnauthorized)
		return
	}
	hub := namespace.Hub(name)
	if hub == nil {
		http.Error(w, "40400: there is no event hub "+name, http.StatusNotFound)
		return
	}
	_, token, _ := strings.Cut(r.Header.Get("Authorization"), " ")
	claims, err := e.directory.Check(token, facts.EventHubsAudience, "https://"+facts.EventHubHost(namespace.Name))
	if err != nil || !picture.Allowed(claims.ObjectID, hub.ID, arm.EventHubsDataSender) {
		http.Error(w, "40100: the sender has no claim to send", http.StatusUnauthorized)
		return
	}
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxMessage))
	if err != nil {
		http.Error(w, "the event is too large", http.StatusRequestEntityTooLarge)
		return
	}
	row := hubMessage{PartitionID: partition, TimeGenerated: telemetry.Time(time.Now()), EventHub: hub.Name, Namespace: namespace.Name, Body: body}
	if !json.Valid(body) {
		if row.Body, err = json.Marshal(string(body)); err != nil {
			http.Error(w, err.Error(), http.StatusInternalServerError)
			return
		}
	}
	e.logs.Write(row)
	w.WriteHeader(http.StatusCreated)
}
