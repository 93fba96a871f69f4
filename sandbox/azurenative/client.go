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
	"strings"
)

// client talks to Resource Manager over HTTP, and knows nothing else of it.
type client struct {
	endpoint string
	http     *http.Client
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

// do sends one request; body and answer may be nil.
func (c *client) do(ctx context.Context, method, id, apiVersion string, body any) (map[string]any, error) {
	var payload io.Reader
	if body != nil {
		raw, err := json.Marshal(body)
		if err != nil {
			return nil, fmt.Errorf("encoding the body of %s %s: %w", method, id, err)
		}
		payload = bytes.NewReader(raw)
	}
	address := strings.TrimSuffix(c.endpoint, "/") + id + "?api-version=" + url.QueryEscape(apiVersion)
	request, err := http.NewRequestWithContext(ctx, method, address, payload)
	if err != nil {
		return nil, fmt.Errorf("making the request %s %s: %w", method, id, err)
	}
	request.Header.Set("Content-Type", "application/json")
	response, err := c.http.Do(request)
	if err != nil {
		return nil, fmt.Errorf("sending %s %s: %w", method, id, err)
	}
	defer func() { _ = response.Body.Close() }()
	raw, err := io.ReadAll(response.Body)
	if err != nil {
		return nil, fmt.Errorf("reading the answer to %s %s: %w", method, id, err)
	}
	if response.StatusCode >= http.StatusBadRequest {
		return nil, readError(response.StatusCode, raw)
	}
	if len(raw) == 0 {
		return nil, nil //nolint:nilnil // an answer without a body is legal
	}
	var answer map[string]any
	if err := json.Unmarshal(raw, &answer); err != nil {
		return nil, fmt.Errorf("decoding the answer to %s %s: %w", method, id, err)
	}
	return answer, nil
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
