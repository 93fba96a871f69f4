package dataplane

import (
	"bytes"
	"context"
	"crypto/subtle"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/aoai-gateway/aoai-gateway/internal/arm"
	facts "github.com/aoai-gateway/aoai-gateway/internal/azure"
	"github.com/aoai-gateway/aoai-gateway/sandbox/deployed"
	"github.com/aoai-gateway/aoai-gateway/sandbox/network"
)

// Run is one of a workflow, or one that a budget could not start.
type Run struct {
	// Workflow is its name, or that of the budget.
	Workflow string    `json:"workflow"`
	At       time.Time `json:"at"`
	// Failure says why it failed; "" where it succeeded.
	Failure string `json:"failure,omitempty"`
}

// runsKept is how many runs are remembered.
const runsKept = 20

// workflowHosts are the hosts that start workflows, one for each region that has some. The
// lock is held.
func (p *Plane) workflowHosts(picture *deployed.Picture) []network.Host {
	var hosts []network.Host
	for _, workflow := range picture.Workflows {
		name := facts.WorkflowHost(workflow.Region)
		if !slices.ContainsFunc(hosts, func(h network.Host) bool { return h.Name == name }) {
			hosts = append(hosts, network.Host{Name: name, Kind: "workflow", Region: workflow.Region, Handler: http.HandlerFunc(p.startWorkflow)})
		}
	}
	return hosts
}

// startWorkflow runs a workflow to its end, and then answers 202 as Azure does at once: whoever
// has fired it can look at what it did.
func (p *Plane) startWorkflow(w http.ResponseWriter, r *http.Request) {
	picture, err := p.options.Deployed.Picture()
	if err != nil {
		http.Error(w, err.Error(), http.StatusInternalServerError)
		return
	}
	at := slices.IndexFunc(picture.Workflows, func(each *deployed.Workflow) bool {
		return r.URL.Path == "/workflows/"+each.Key+"/triggers/"+each.Trigger+"/paths/invoke"
	})
	switch {
	case at < 0:
		http.Error(w, `{"error":{"code":"WorkflowNotFound","message":"There is no such workflow, or no such trigger."}}`, http.StatusNotFound)
		return
	case r.Method != http.MethodPost:
		http.Error(w, `{"error":{"code":"MethodNotAllowed","message":"The trigger takes POST."}}`, http.StatusMethodNotAllowed)
		return
	case subtle.ConstantTimeCompare([]byte(r.URL.Query().Get("sig")), []byte(picture.Workflows[at].Signature)) != 1:
		http.Error(w, `{"error":{"code":"DirectApiAuthorizationRequired","message":"The request must be authenticated only by Shared Access scheme."}}`, http.StatusUnauthorized)
		return
	case !picture.Workflows[at].Enabled:
		http.Error(w, `{"error":{"code":"WorkflowTriggerIsNotEnabled","message":"The workflow is disabled."}}`, http.StatusBadRequest)
		return
	}
	workflow := picture.Workflows[at]
	run := Run{Workflow: workflow.Name, At: time.Now()}
	if err := p.runWorkflow(r.Context(), picture, workflow); err != nil {
		run.Failure = err.Error()
	}
	p.spend.ran(run)
	w.WriteHeader(http.StatusAccepted)
}

// writers are the roles that may write a named value of API Management: its own, Contributor
// and Owner.
var writers = []arm.Role{arm.APIManagementServiceContributor, arm.Contributor, arm.Owner}

// runWorkflow sends the request of a workflow as its identity. Resource Manager here does not
// look at tokens, so that the role is looked at before.
func (p *Plane) runWorkflow(ctx context.Context, picture *deployed.Picture, workflow *deployed.Workflow) error {
	identity, has := workflow.Identities.Of("")
	if !has {
		return fmt.Errorf("the workflow %s has no identity", workflow.Name)
	}
	target, err := url.Parse(workflow.Call.URI)
	if err != nil {
		return fmt.Errorf("reading the address that the workflow %s calls: %w", workflow.Name, err)
	}
	if target.Hostname() != facts.ManagerHost {
		return fmt.Errorf("the sandbox's workflows call %s and no other host, such as %s", facts.ManagerHost, target.Host)
	}
	if !picture.Allowed(identity.ID, target.Path, writers...) {
		return fmt.Errorf("AuthorizationFailed: the identity of the workflow %s has no role at %s that lets it write", workflow.Name, target.Path)
	}
	token, _, err := p.Token(ctx, identity, workflow.Call.Audience)
	if err != nil {
		return fmt.Errorf("signing in as the workflow %s: %w", workflow.Name, err)
	}
	request, err := http.NewRequestWithContext(ctx, workflow.Call.Method, workflow.Call.URI, strings.NewReader(workflow.Call.Body))
	if err != nil {
		return fmt.Errorf("making the request of the workflow %s: %w", workflow.Name, err)
	}
	for name, value := range workflow.Call.Headers {
		request.Header.Set(name, value)
	}
	request.Header.Set("Authorization", "Bearer "+token)
	return p.expect(request, http.StatusOK, http.StatusAccepted, http.StatusNoContent)
}

// expect sends a request within the sandbox, whose answer has to be one of some statuses.
func (p *Plane) expect(request *http.Request, statuses ...int) error {
	response, err := p.transport.RoundTrip(request)
	if err != nil {
		return fmt.Errorf("%s %s: %w", request.Method, request.URL.Host, err)
	}
	said, readErr := io.ReadAll(io.LimitReader(response.Body, 4<<10))
	if err := response.Body.Close(); err != nil || readErr != nil {
		return fmt.Errorf("reading the answer of %s: %w", request.URL.Host, err)
	}
	if !slices.Contains(statuses, response.StatusCode) {
		return fmt.Errorf("%s %s: %s: %s", request.Method, request.URL.Path, response.Status, bytes.TrimSpace(said))
	}
	return nil
}
