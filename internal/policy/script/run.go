package script

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/textproto"
	"strings"

	"github.com/aoai-gateway/aoai-gateway/internal/policy"
	"github.com/aoai-gateway/aoai-gateway/internal/policy/exchange"
)

// ParseRequest reads a request as HTTP writes it: METHOD URL, headers, an empty
// line, the body. The URL may be a path; then it is asked of the gateway.
func ParseRequest(text string) (*exchange.Request, error) {
	reader := bufio.NewReader(strings.NewReader(strings.TrimLeft(text, "\r\n ")))
	first, err := reader.ReadString('\n')
	if err != nil && !errors.Is(err, io.EOF) {
		return nil, fmt.Errorf("reading the first line of a request: %w", err)
	}
	parts := strings.Fields(first)
	if len(parts) < 2 {
		return nil, fmt.Errorf("the first line of a request is METHOD URL, not %q", strings.TrimSpace(first))
	}
	target := parts[1]
	if strings.HasPrefix(target, "/") {
		target = "https://" + hostOf(text) + target
	}
	url, err := exchange.ParseURL(target)
	if err != nil {
		return nil, err
	}
	request := &exchange.Request{Method: strings.ToUpper(parts[0]), URL: url, OriginalURL: url}
	// The headers end at an empty line, or with the text.
	fields := textproto.NewReader(bufio.NewReader(io.MultiReader(reader, strings.NewReader("\r\n\r\n"))))
	for {
		line, err := fields.ReadLine()
		if err != nil || line == "" {
			break
		}
		name, value, ok := strings.Cut(line, ":")
		if !ok {
			return nil, fmt.Errorf("a header is NAME: VALUE, not %q", line)
		}
		request.Headers.Add(strings.TrimSpace(name), strings.TrimSpace(value))
	}
	rest, err := io.ReadAll(fields.R)
	if err != nil {
		return nil, fmt.Errorf("reading the body of a request: %w", err)
	}
	if body := strings.TrimSpace(string(rest)); body != "" {
		// A gateway has a stream at hand; whoever needs it twice keeps it.
		request.Body = exchange.NewStream(stream{strings.NewReader(body)})
	}
	return request, nil
}

// Exchange is the request as the gateway hands it to policies.
func (w *World) Exchange(request *exchange.Request) *exchange.Context {
	s := w.script
	request.IPAddress = s.caller
	request.MatchedParameters = s.parameters
	relative := request.URL
	request.URL.Scheme, request.URL.Host, request.URL.Port = s.base.Scheme, s.base.Host, s.base.Port
	request.URL.Path = strings.TrimSuffix(s.base.Path, "/") + relative.Path
	e := &exchange.Context{
		Request: request, RequestID: "00000000-0000-0000-0000-000000000001", Timestamp: w.Now(), Variables: map[string]any{},
		API:        exchange.API{ID: "api", Name: "API", Path: "", ServiceURL: s.base, KeyHeader: "api-key", KeyQuery: "subscription-key"},
		Operation:  exchange.Operation{ID: "operation", Name: "Operation", Method: operationMethod(request), URLTemplate: s.template},
		Deployment: exchange.Deployment{Region: s.region, ServiceID: "gateway", ServiceName: "gateway", GatewayID: "managed", Certificates: s.certificates},
	}
	if s.subscription != "" {
		e.User = &exchange.User{ID: "user-of-" + s.subscription}
		e.Subscription = &exchange.Subscription{ID: s.subscription, Name: s.subscription, Key: "key-of-" + s.subscription}
	}
	if s.product != "" {
		e.Product = &exchange.Product{ID: s.product, Name: s.product, SubscriptionRequired: true, Published: true}
	}
	for name, value := range s.variables {
		e.Variables[name] = value
	}
	return e
}

// Run takes a request through a program and tells what the backends and the
// caller saw, a line each.
func (w *World) Run(ctx context.Context, program *policy.Program, request *exchange.Request, trace *policy.Trace) (string, error) {
	e := w.Exchange(request)
	start := w.Now()
	if err := program.Run(ctx, e, w.World(), trace); err != nil {
		return "", fmt.Errorf("running the policies: %w", err)
	}
	response := e.Response
	reason := response.Reason
	if reason == "" {
		reason = http.StatusText(response.StatusCode)
	}
	w.note("= %d %s", response.StatusCode, reason)
	for _, field := range response.Headers.Fields() {
		for _, value := range field.Values {
			w.note("  %s: %s", strings.ToLower(field.Name), value)
		}
	}
	body, err := answerBody(response)
	if err != nil {
		return "", err
	}
	if body != "" {
		w.note("  %s", indent(body))
	}
	if elapsed := w.Now().Sub(start); elapsed > 0 {
		w.note("~ %v in all", elapsed)
	}
	record := strings.Join(w.record, "\n") + "\n"
	w.record = nil
	return record, nil
}

// answerBody is what the caller gets, read as a gateway would send it.
func answerBody(response *exchange.Response) (string, error) {
	if response.Body.Consumed() {
		return "", nil
	}
	if stream, ok := response.Body.Stream(); ok {
		data, err := io.ReadAll(stream)
		if closeErr := stream.Close(); err == nil {
			err = closeErr
		}
		if err != nil {
			return "", fmt.Errorf("reading the response: %w", err)
		}
		return string(data), nil
	}
	data, err := response.Body.Bytes(0)
	if err != nil {
		return "", fmt.Errorf("reading the response: %w", err)
	}
	return string(data), nil
}

// hostOf is the host that a request names in its header, or that of no gateway.
func hostOf(text string) string {
	head, _, _ := strings.Cut(strings.ReplaceAll(text, "\r\n", "\n"), "\n\n")
	for line := range strings.Lines(head) {
		if name, value, ok := strings.Cut(line, ":"); ok && strings.EqualFold(strings.TrimSpace(name), "Host") {
			return strings.TrimSpace(value)
		}
	}
	return "gateway.example"
}

// operationMethod is that of the operation: a preflight asks for another one.
func operationMethod(r *exchange.Request) string {
	if asked := r.Headers.Get("Access-Control-Request-Method"); r.Method == http.MethodOptions && asked != "" {
		return asked
	}
	return r.Method
}
