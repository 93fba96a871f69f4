package azure

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"sync"
)

// FaultsPath is where faults are ordered: PUT a list of them, GET what is left,
// DELETE all.
const FaultsPath = "/sandbox/faults"

// Fault makes the next requests of a kind fail.
type Fault struct {
	// Method and Path choose the requests: that method, and ids that contain
	// the path; empty for any. Case does not matter.
	Method string `json:"method"`
	Path   string `json:"path"`
	// Status and Code are the answer, such as 429 TooManyRequests.
	Status int    `json:"status"`
	Code   string `json:"code"`
	// RetryAfterSeconds goes into Retry-After; 0 for none.
	RetryAfterSeconds int `json:"retryAfterSeconds"`
	// Times is how many requests fail; at least 1.
	Times int `json:"times"`
}

func (f Fault) hits(r *http.Request) bool {
	return f.Times > 0 && (f.Method == "" || strings.EqualFold(f.Method, r.Method)) &&
		strings.Contains(strings.ToLower(r.URL.Path), strings.ToLower(f.Path))
}

type faultList struct {
	mu     sync.Mutex
	faults []Fault
}

// strike returns the answer of the first fault that this request meets, nil for
// none.
func (l *faultList) strike(r *http.Request) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	for i := range l.faults {
		fault := &l.faults[i]
		if !fault.hits(r) {
			continue
		}
		fault.Times--
		refusal := refuse(fault.Status, fault.Code, "The sandbox was told to answer so; %d more to come.", fault.Times)
		if fault.RetryAfterSeconds > 0 {
			refusal.Header = http.Header{"Retry-After": {strconv.Itoa(fault.RetryAfterSeconds)}}
		}
		return refusal
	}
	return nil
}

func (s *Service) serveFaults(r *http.Request) (answer, error) {
	l := &s.faults
	l.mu.Lock()
	defer l.mu.Unlock()
	switch r.Method {
	case http.MethodGet:
	case http.MethodDelete:
		l.faults = nil
	case http.MethodPut:
		var ordered []Fault
		decoder := json.NewDecoder(http.MaxBytesReader(nil, r.Body, maxBody))
		decoder.DisallowUnknownFields()
		if err := decoder.Decode(&ordered); err != nil {
			return answer{}, refuse(http.StatusBadRequest, "InvalidFault", "The list of faults cannot be read: %v.", err)
		}
		for i, fault := range ordered {
			if err := fault.check(); err != nil {
				return answer{}, refuse(http.StatusBadRequest, "InvalidFault", "[%d]: %v.", i, err)
			}
		}
		l.faults = ordered
	default:
		return answer{}, methodNotAllowed(r.Method, FaultsPath)
	}
	left := []Fault{}
	for _, fault := range l.faults {
		if fault.Times > 0 {
			left = append(left, fault)
		}
	}
	return answer{status: http.StatusOK, body: left}, nil
}

func (f Fault) check() error {
	switch {
	case f.Status < 400 || f.Status > 599:
		return fmt.Errorf("status %d is out of range; allowed are 400 to 599", f.Status)
	case f.Code == "":
		return fmt.Errorf("code is missing; give Azure's, such as TooManyRequests")
	case f.Times < 1:
		return fmt.Errorf("times %d is out of range; at least 1", f.Times)
	case f.RetryAfterSeconds < 0:
		return fmt.Errorf("retryAfterSeconds %d is negative", f.RetryAfterSeconds)
	}
	return nil
}
