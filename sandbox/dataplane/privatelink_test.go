package dataplane_test

import (
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/aoai-gateway/aoai-gateway/sandbox/lab"
)

// by asks for a completion under some host.
func (o *observed) by(host string) int {
	request, err := http.NewRequestWithContext(o.t.Context(), http.MethodPost, "https://"+host+"/openai/deployments/gpt-4o/chat/completions?api-version=2024-10-21", strings.NewReader(hello))
	require.NoError(o.t, err)
	request.Header.Set("api-key", o.Key)
	response, err := o.Client().Do(request)
	require.NoError(o.t, err)
	require.NoError(o.t, response.Body.Close())
	synctest.Wait()
	return response.StatusCode
}

// closeService takes the service's public endpoint away.
func (o *observed) closeService() error {
	return o.Put(lab.ServiceID, object{"location": "swedencentral", "sku": object{"name": "StandardV2", "capacity": 1}, "identity": object{"type": "SystemAssigned"}, "properties": object{
		"publisherEmail": "lab@contoso.com", "publisherName": "Lab", "publicNetworkAccess": "Disabled",
	}})
}

// settle lets probes see what has changed.
func (o *observed) settle() {
	require.NoError(o.t, o.Plane.Refresh(o.t.Context()))
	time.Sleep(3 * time.Minute) // virtual
	synctest.Wait()
}

// Front Door reaches a service by Private Link once its owner has approved the connection, and
// only then. Sources: https://learn.microsoft.com/azure/frontdoor/private-link and
// https://learn.microsoft.com/azure/api-management/private-endpoint
func TestFrontDoorPrivateLink(t *testing.T) {
	t.Parallel()
	inObserved(t, func(o *observed) {
		o.service(false)
		host, _, err := o.PutFrontDoor(lab.FrontDoor{Origins: []lab.Origin{{Name: "gateway", Host: lab.Gateway, LinkTo: lab.ServiceID}}})
		require.NoError(t, err)
		o.settle()
		require.Equal(t, http.StatusServiceUnavailable, o.by(host), "nobody has approved the connection")
		require.Equal(t, http.StatusOK, o.by(lab.Gateway), "the public endpoint is open")
		require.ErrorContains(t, o.closeService(), "does not atleast one approved Private Endpoint Connections")

		o.decideAt(lab.ServiceID, "Approved")
		o.settle()
		require.Equal(t, http.StatusOK, o.by(host))

		require.NoError(t, o.closeService())
		o.settle()
		require.Equal(t, http.StatusOK, o.by(host))
		require.Equal(t, http.StatusForbidden, o.by(lab.Gateway), "the public endpoint is closed")

		o.decideAt(lab.ServiceID, "Rejected")
		o.settle()
		require.Equal(t, http.StatusServiceUnavailable, o.by(host), "its owner took the approval back")
	})
}
