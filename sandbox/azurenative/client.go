package azurenative

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"
)

// client talks to Resource Manager over HTTP, and knows nothing else of it.
type client struct {
	endpoint string
	http     *http.Client
	// wait sleeps; tests give another.
	wait func(context.Context, time.Duration) error
}

func newClient(endpoint string) *client {
	return &client{endpoint: strings.TrimSuffix(endpoint, "/"), http: &http.Client{}, wait: sleep}
}

func sleep(ctx context.Context, d time.Duration) error {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-timer.C:
		return nil
	}
}

// armError is an answer in Resource Manager's error envelope.
type armError struct {
	Status  int
	Code    string
	Message string
}

func (e *armError) Error() string {
	return fmt.Sprintf("Status=%d Code=%q Message=%q", e.Status, e.Code, e.Message)
}

func isNotFound(err error) bool {
	var refusal *armError
	return errors.As(err, &refusal) && refusal.Status == http.StatusNotFound
}

// response is an answer that was read to its end.
type response struct {
	status int
	header http.Header
	body   map[string]any
}

// do sends one request, and waits for the operation that it may have started.
// The answer to a long-running write is the resource as it is afterwards.
func (c *client) do(ctx context.Context, method, id, apiVersion string, body any) (map[string]any, error) {
	address := c.endpoint + id + "?api-version=" + url.QueryEscape(apiVersion)
	started, err := c.retry(ctx, method, address, body)
	if err != nil {
		return nil, err
	}
	operation := started.header.Get("Azure-AsyncOperation")
	if operation == "" {
		return started.body, nil
	}
	if err := c.poll(ctx, operation, started.header); err != nil {
		return nil, err
	}
	if method == http.MethodDelete {
		return nil, nil //nolint:nilnil // nothing is left to answer with
	}
	finished, err := c.retry(ctx, http.MethodGet, address, nil)
	if err != nil {
		return nil, err
	}
	return finished.body, nil
}

// poll asks an operation how it goes until it has ended.
func (c *client) poll(ctx context.Context, operation string, header http.Header) error {
	for {
		if err := c.wait(ctx, retryAfter(header, time.Second)); err != nil {
			return fmt.Errorf("waiting for %s: %w", operation, err)
		}
		asked, err := c.retry(ctx, http.MethodGet, operation, nil)
		if err != nil {
			return err
		}
		switch status, _ := asked.body["status"].(string); status {
		case "Succeeded":
			return nil
		case "Failed", "Canceled":
			return fmt.Errorf("the operation ended as %s: %v", status, asked.body["error"])
		}
		header = asked.header
	}
}

// The retries of the Azure SDK that azure-native stands on: three, for these
// statuses, after what Retry-After says or else a delay that doubles.
const (
	maxRetries = 3
	retryDelay = 800 * time.Millisecond
)

var retried = []int{
	http.StatusRequestTimeout, http.StatusTooManyRequests, http.StatusInternalServerError,
	http.StatusBadGateway, http.StatusServiceUnavailable, http.StatusGatewayTimeout,
}

func (c *client) retry(ctx context.Context, method, address string, body any) (*response, error) {
	for attempt := 0; ; attempt++ {
		got, err := c.send(ctx, method, address, body)
		if got == nil || attempt == maxRetries || !slices.Contains(retried, got.status) {
			return got, err
		}
		if err := c.wait(ctx, retryAfter(got.header, retryDelay<<attempt)); err != nil {
			return nil, fmt.Errorf("waiting to retry %s %s: %w", method, address, err)
		}
	}
}

// retryAfter is how long a header asks to wait, in the order in which Azure's
// SDKs look.
func retryAfter(header http.Header, otherwise time.Duration) time.Duration {
	if milliseconds, err := strconv.Atoi(header.Get("retry-after-ms")); err == nil {
		return time.Duration(milliseconds) * time.Millisecond
	}
	if seconds, err := strconv.Atoi(header.Get("Retry-After")); err == nil {
		return time.Duration(seconds) * time.Second
	}
	return otherwise
}

// send sends one request once. A refusal comes as both response and error.
func (c *client) send(ctx context.Context, method, address string, body any) (*response, error) {
	var payload io.Reader
	if body != nil {
		raw, err := json.Marshal(body)
		if err != nil {
			return nil, fmt.Errorf("encoding the body of %s %s: %w", method, address, err)
		}
		payload = bytes.NewReader(raw)
	}
	request, err := http.NewRequestWithContext(ctx, method, address, payload)
	if err != nil {
		return nil, fmt.Errorf("making the request %s %s: %w", method, address, err)
	}
	request.Header.Set("Content-Type", "application/json")
	if method == http.MethodDelete {
		// API Management wants it; azure-native deletes what is there, whoever changed it.
		request.Header.Set("If-Match", "*")
	}
	answered, err := c.http.Do(request)
	if err != nil {
		return nil, fmt.Errorf("sending %s %s: %w", method, address, err)
	}
	defer func() { _ = answered.Body.Close() }()
	raw, err := io.ReadAll(answered.Body)
	if err != nil {
		return nil, fmt.Errorf("reading the answer to %s %s: %w", method, address, err)
	}
	got := &response{status: answered.StatusCode, header: answered.Header}
	if answered.StatusCode >= http.StatusBadRequest {
		return got, readError(answered.StatusCode, raw)
	}
	if len(raw) > 0 {
		if err := json.Unmarshal(raw, &got.body); err != nil {
			return nil, fmt.Errorf("decoding the answer to %s %s: %w", method, address, err)
		}
	}
	return got, nil
}

func readError(status int, raw []byte) error {
	var envelope struct {
		Error struct {
			Code    string `json:"code"`
			Message string `json:"message"`
		} `json:"error"`
	}
	if err := json.Unmarshal(raw, &envelope); err != nil || envelope.Error.Code == "" {
		return &armError{Status: status, Code: http.StatusText(status), Message: string(raw)}
	}
	return &armError{Status: status, Code: envelope.Error.Code, Message: envelope.Error.Message}
}
