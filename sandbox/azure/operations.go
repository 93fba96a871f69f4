package azure

import (
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/aoai-gateway/aoai-gateway/internal/arm"
)

// Operation is a long-running one: what a write or deletion started.
type Operation struct {
	ID         string `json:"id"`
	ResourceID string `json:"resourceId"`
	// State is what provisioningState says meanwhile: Creating, Updating,
	// Deleting.
	State string `json:"state"`
	// Until is when it succeeds.
	Until time.Time `json:"until"`
}

const deleting = "Deleting"

// at is the resource as it is at a moment: still in its operation, at rest
// after it, or nil where that was its deletion.
func (r *Resource) at(now time.Time) *Resource {
	if r.Operation == nil {
		return r
	}
	if !now.Before(r.Operation.Until) {
		if r.Operation.State == deleting {
			return nil
		}
		r.Operation = nil
		return r
	}
	if properties, ok := r.Body["properties"].(map[string]any); ok && properties["provisioningState"] != nil {
		properties["provisioningState"] = r.Operation.State
	}
	return r
}

// begin makes the operation that a write of this kind takes; nil where it is
// over at once.
func (s *Service) begin(k kind, id arm.ID, state string) *Operation {
	takes := k.takes
	if state == deleting && k.deletionTakes > 0 {
		takes = k.deletionTakes
	}
	if takes == 0 || s.timeScale == 0 {
		return nil
	}
	return &Operation{
		ID: s.newGUID(), ResourceID: id.String(), State: state,
		Until: s.now().Add(time.Duration(float64(takes) / s.timeScale)),
	}
}

// async are the headers that tell a client where to ask how an operation goes.
func (s *Service) async(operation *Operation, id arm.ID, request *http.Request) http.Header {
	header := http.Header{}
	if operation == nil {
		return header
	}
	path := fmt.Sprintf("/subscriptions/%s/providers/%s/operationStatuses/%s", s.seed.SubscriptionID, id.Namespace, operation.ID)
	address := scheme(request) + "://" + request.Host + path + "?api-version=" + request.URL.Query().Get("api-version")
	header.Set("Azure-AsyncOperation", address)
	if operation.State == deleting {
		header.Set("Location", strings.Replace(address, "/operationStatuses/", "/operationResults/", 1))
	}
	s.retryAfter(header, operation.Until.Sub(s.now()))
	return header
}

// retryAfter says when to ask again. Whole seconds are too coarse for scaled
// time, so that the header which Azure's SDKs read first gives milliseconds.
func (s *Service) retryAfter(header http.Header, wait time.Duration) {
	milliseconds := max(1, wait.Milliseconds()+1)
	header.Set("retry-after-ms", strconv.FormatInt(milliseconds, 10))
	header.Set("Retry-After", strconv.FormatInt((milliseconds+999)/1000, 10))
}

// operationStatus answers a client that asks how an operation goes.
func (s *Service) operationStatus(r *http.Request, id arm.ID) (answer, error) {
	if method := r.Method; method != http.MethodGet {
		return answer{}, methodNotAllowed(method, id.Type())
	}
	var operation *Operation
	err := s.store.View(func(tx *Tx) (err error) {
		operation, err = tx.Operation(id.Name())
		return err
	})
	if err != nil {
		return answer{}, err
	}
	if operation == nil {
		return answer{}, notFound(id)
	}
	if strings.EqualFold(id.Types[0], "operationResults") {
		return s.operationResult(operation, r), nil
	}
	status, header := "Succeeded", http.Header{}
	if left := operation.Until.Sub(s.now()); left > 0 {
		status = "InProgress"
		s.retryAfter(header, left)
	}
	return answer{status: http.StatusOK, header: header, body: map[string]any{
		"id": id.String(), "name": operation.ID, "status": status,
	}}, nil
}

// operationResult is what a client gets that follows Location: 202 until the end.
func (s *Service) operationResult(operation *Operation, r *http.Request) answer {
	left := operation.Until.Sub(s.now())
	if left <= 0 {
		return answer{status: http.StatusNoContent}
	}
	header := http.Header{}
	header.Set("Location", scheme(r)+"://"+r.Host+r.URL.RequestURI())
	s.retryAfter(header, left)
	return answer{status: http.StatusAccepted, header: header}
}
