package gateway

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"time"

	facts "github.com/aoai-gateway/aoai-gateway/internal/azure"
	"github.com/aoai-gateway/aoai-gateway/internal/policy"
	"github.com/aoai-gateway/aoai-gateway/sandbox/deployed"
	"github.com/aoai-gateway/aoai-gateway/sandbox/telemetry"
)

// event is a message on its way to an event hub.
type event struct {
	config *config
	logger *deployed.Logger
	// transport sends from the region of the gateway.
	transport http.RoundTripper
	policy.Event
}

// events sends messages to event hubs, in the background. What cannot be sent is
// lost, as in the service; the table LostEvents tells.
type events struct {
	service *Service
	queue   chan func()
	done    sync.WaitGroup
}

// waitingEvents bounds how many messages wait; more are lost.
const waitingEvents = 10_000

func newEvents(s *Service) *events {
	q := &events{service: s, queue: make(chan func(), waitingEvents)}
	q.done.Go(func() {
		for {
			select {
			case do := <-q.queue:
				do()
			case <-q.service.life.Done():
				return
			}
		}
	})
	return q
}

// add queues a message; it goes out also when the request that it came from ends.
func (q *events) add(ctx context.Context, e event) {
	send := func() {
		ctx, cancel := q.service.beyond(ctx)
		defer cancel()
		q.send(ctx, e)
	}
	select {
	case q.queue <- send:
	default:
		q.tellLost(e, errors.New("too many messages wait"))
	}
}

// flush waits for what was added before, or until ctx ends.
func (q *events) flush(ctx context.Context) error {
	passed := make(chan struct{})
	select {
	case q.queue <- func() { close(passed) }:
	case <-q.service.life.Done():
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
	select {
	case <-passed:
		return nil
	case <-q.service.life.Done():
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

func (q *events) tellLost(e event, reason error) {
	q.service.options.Telemetry.Write(lostEvent{TimeGenerated: telemetry.Time(time.Now()), Logger: e.logger.ID, Reason: reason.Error()})
}

// send sends one message by Event Hubs' REST API, with the identity of the logger.
func (q *events) send(ctx context.Context, e event) {
	if err := q.try(ctx, e); err != nil {
		q.tellLost(e, err)
	}
}

func (q *events) try(ctx context.Context, e event) error {
	if e.logger.Endpoint == "" || e.logger.ClientID == "" {
		return errors.New("the sandbox sends with endpointAddress and identityClientId, and the logger lacks one; connection strings are not modelled")
	}
	ctx, cancel := context.WithTimeout(ctx, 20*time.Second)
	defer cancel()
	token, err := q.service.tokens.get(ctx, e.config, "https://eventhubs.azure.net", e.logger.ClientID)
	if err != nil {
		return err
	}
	host := strings.TrimSuffix(strings.TrimPrefix(e.logger.Endpoint, "https://"), "/")
	body := e.Body[:min(len(e.Body), facts.MaxEvent)]
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, "https://"+host+"/"+e.logger.Hub+partition(e.PartitionID)+"/messages", bytes.NewReader(body))
	if err != nil {
		return fmt.Errorf("making the request to %s: %w", host, err)
	}
	request.Header.Set("Authorization", "Bearer "+token)
	if e.PartitionKey != "" {
		properties, err := json.Marshal(map[string]string{"PartitionKey": e.PartitionKey})
		if err != nil {
			return fmt.Errorf("encoding the partition key: %w", err)
		}
		request.Header.Set("BrokerProperties", string(properties))
	}
	response, err := e.transport.RoundTrip(request)
	if err != nil {
		return fmt.Errorf("sending to %s: %w", host, err)
	}
	if err := response.Body.Close(); err != nil {
		return fmt.Errorf("sending to %s: %w", host, err)
	}
	if response.StatusCode != http.StatusCreated {
		return fmt.Errorf("%s answered %s", host, response.Status)
	}
	return nil
}

// partition is the part of the path that names one.
func partition(id string) string {
	if id == "" {
		return ""
	}
	return "/partitions/" + url.PathEscape(id)
}
