package gateway

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/aoai-gateway/aoai-gateway/internal/policy"
	"github.com/aoai-gateway/aoai-gateway/sandbox/azure"
)

// maxEvent is where the service cuts an event, in bytes. Source: API Management's
// reference of log-to-eventhub.
const maxEvent = 200 << 10

// event is a message on its way to an event hub.
type event struct {
	config *config
	logger *azure.Resource
	policy.Event
}

// events sends messages to event hubs, in the background. What cannot be sent is
// lost, as in the service; it is counted.
type events struct {
	service *Service
	queue   chan func()
	done    sync.WaitGroup
	lost    atomic.Int64
}

// waitingEvents bounds how many messages wait; more are lost.
const waitingEvents = 10_000

func newEvents(s *Service) *events {
	q := &events{service: s, queue: make(chan func(), waitingEvents)}
	q.done.Go(func() {
		for do := range q.queue {
			do()
		}
	})
	return q
}

// add queues a message; it goes out also when the request that it came from ends.
func (q *events) add(ctx context.Context, e event) {
	ctx = context.WithoutCancel(ctx)
	select {
	case q.queue <- func() { q.send(ctx, e) }:
	default:
		q.lost.Add(1)
	}
}

// flush waits for what was added before.
func (q *events) flush() {
	passed := make(chan struct{})
	q.queue <- func() { close(passed) }
	<-passed
}

func (q *events) close() {
	close(q.queue)
	q.done.Wait()
}

// send sends one message by Event Hubs' REST API, with the identity of the logger.
func (q *events) send(ctx context.Context, e event) {
	if err := q.try(ctx, e); err != nil {
		q.lost.Add(1)
		q.service.options.Telemetry.Write("LostEvents", map[string]any{"TimeGenerated": time.Now().UTC().Format(time.RFC3339Nano), "Logger": e.logger.Name(), "Reason": err.Error()})
	}
}

func (q *events) try(ctx context.Context, e event) error {
	endpoint, name, client := credentials(e.logger)
	if endpoint == "" || client == "" {
		return errors.New("the sandbox sends with endpointAddress and identityClientId, and the logger lacks one; connection strings are not modelled")
	}
	ctx, cancel := context.WithTimeout(ctx, 20*time.Second)
	defer cancel()
	token, err := q.service.tokens.get(ctx, e.config, "https://eventhubs.azure.net", client)
	if err != nil {
		return err
	}
	host := strings.TrimSuffix(strings.TrimPrefix(endpoint, "https://"), "/")
	body := e.Body[:min(len(e.Body), maxEvent)]
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, "https://"+host+"/"+name+"/messages", bytes.NewReader(body))
	if err != nil {
		return fmt.Errorf("making the request to %s: %w", host, err)
	}
	request.Header.Set("Authorization", "Bearer "+token)
	if e.PartitionKey != "" {
		request.Header.Set("BrokerProperties", `{"PartitionKey": "`+e.PartitionKey+`"}`)
	}
	response, err := q.service.transport.RoundTrip(request)
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
