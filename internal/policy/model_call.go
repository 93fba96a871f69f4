package policy

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"time"

	"github.com/aoai-gateway/aoai-gateway/internal/policy/exchange"
)

// cognitiveServices is the resource that tokens for Azure OpenAI and Content Safety are
// for. Source:
// https://learn.microsoft.com/azure/api-management/api-management-authenticate-authorize-azure-openai
const cognitiveServices = "https://cognitiveservices.azure.com"

// serviceTimeout is how long a policy's own call of a service may take; the service's
// figure is not documented.
const serviceTimeout = 30 * time.Second

// callService posts JSON to a path below a backend, and reads JSON. Where the backend
// has no credentials of its own, the service's identity is shown.
func (x *Execution) callService(backend, path, version string, body, answer any) error {
	if x.world.Backends == nil || x.world.Sender == nil {
		return missingWorld("the backend " + backend)
	}
	target, err := x.world.Backends.Choose(x.ctx, backend)
	if err != nil {
		return fmt.Errorf("backend %s: %w", backend, err)
	}
	data, err := json.Marshal(body)
	if err != nil {
		return fmt.Errorf("writing a request to the backend %s: %w", backend, err)
	}
	request := &exchange.Request{Method: http.MethodPost, URL: target.URL, Headers: target.Headers.Clone(), Body: exchange.NewBody(data)}
	if path != "" {
		request.URL.Path = joinPath(target.URL.Path, path)
	}
	if query := request.URL.Query(); !query.Has("api-version") {
		query.Set("api-version", version)
		request.URL.RawQuery = query.Encode()
	}
	request.Headers.Set("Content-Type", "application/json")
	if err := x.authenticate(&request.Headers); err != nil {
		return err
	}
	x.tell("POST %s", request.URL)
	call := &Call{Request: request, Timeout: Timeout{After: serviceTimeout, Covers: WholeAnswer}, BufferResponse: true, HTTPVersion: "1"}
	response, err := x.world.Sender.Send(x.ctx, call)
	x.world.Backends.Report(x.ctx, target, response, err)
	if err != nil {
		return fmt.Errorf("asking the backend %s: %w", backend, err)
	}
	read, err := response.Body.Content(x.world.BodyLimit)
	if err != nil {
		return fmt.Errorf("reading the answer of the backend %s: %w", backend, err)
	}
	if response.StatusCode != http.StatusOK {
		return fmt.Errorf("the backend %s answered %d", backend, response.StatusCode)
	}
	if err := json.Unmarshal(read, answer); err != nil {
		return fmt.Errorf("reading the answer of the backend %s: %w", backend, err)
	}
	return nil
}

// authenticate shows the service's identity, unless there are credentials already.
func (x *Execution) authenticate(headers *exchange.Headers) error {
	for _, name := range []string{"Authorization", "api-key", "Ocp-Apim-Subscription-Key"} {
		if headers.Has(name) {
			return nil
		}
	}
	if x.world.Identity == nil {
		return missingWorld("a managed identity")
	}
	token, err := x.world.Identity.Token(x.ctx, cognitiveServices, "")
	if err != nil {
		return fmt.Errorf("getting a token for %s: %w", cognitiveServices, err)
	}
	headers.Set("Authorization", "Bearer "+token)
	return nil
}

// embeddingsVersion is the API version of embeddings where the backend's URL has none.
const embeddingsVersion = "2024-10-21"

// embed asks for the vector of a text.
func (x *Execution) embed(backend, text string) ([]float32, error) {
	var answer struct {
		Data []struct {
			Embedding []float32 `json:"embedding"`
		} `json:"data"`
	}
	// The URL of the backend is that of the embeddings themselves. Source:
	// https://learn.microsoft.com/azure/api-management/azure-openai-enable-semantic-caching
	if err := x.callService(backend, "", embeddingsVersion, map[string]string{"input": text}, &answer); err != nil {
		return nil, err
	}
	if len(answer.Data) != 1 || len(answer.Data[0].Embedding) == 0 {
		return nil, errors.New("the backend " + backend + " gave no vector")
	}
	return answer.Data[0].Embedding, nil
}
