package e2e

import (
	"net/http"
	"strings"
	"testing"

	"github.com/aoai-gateway/aoai-gateway/sandbox/azure"
)

// Azure throttles and stumbles; a deployment goes through all the same.
func TestTransientFailuresAreRetried(t *testing.T) {
	t.Parallel()
	w := newWorld(t, example("front-door/defaults"))
	session := w.hold()
	orderFaults(t, session.Endpoints.ARM, `[
	  {"method": "PUT", "path": "/afdEndpoints/", "status": 429, "code": "TooManyRequests", "times": 2},
	  {"method": "GET", "path": "/accounts/", "status": 503, "code": "ServerBusy", "times": 1}]`)
	w.must(0, "up")
	w.must(0, "drift")
}

// What does not pass is told with Azure's code, and up goes on where it stopped.
func TestLastingFailuresAreTold(t *testing.T) {
	t.Parallel()
	w := newWorld(t, example("front-door/defaults"))
	session := w.hold()
	orderFaults(t, session.Endpoints.ARM, `[{"method": "PUT", "path": "/routes/", "status": 409, "code": "Conflict", "times": 1}]`)
	if got := w.must(1, "up"); !strings.Contains(got.stdout, `Code="Conflict"`) {
		t.Errorf("the failure is not told: %s", got)
	}
	w.must(0, "up")
	w.must(0, "drift")
}

func orderFaults(t *testing.T, endpoint, faults string) {
	t.Helper()
	request, err := http.NewRequestWithContext(t.Context(), http.MethodPut, endpoint+azure.FaultsPath, strings.NewReader(faults))
	if err != nil {
		t.Fatal(err)
	}
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = response.Body.Close() }()
	if response.StatusCode != http.StatusOK {
		t.Fatalf("ordering faults: %s", response.Status)
	}
}
