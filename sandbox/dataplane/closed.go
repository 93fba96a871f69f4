package dataplane

import (
	"encoding/json"
	"fmt"
	"net/http"

	"github.com/aoai-gateway/aoai-gateway/sandbox/deployed"
	"github.com/aoai-gateway/aoai-gateway/sandbox/network"
)

// serviceRefusal is how a service of API Management refuses a request without any policy.
type serviceRefusal struct {
	StatusCode int    `json:"statusCode"`
	Message    string `json:"message"`
}

// privately refuses requests from the internet to a service without public access. Private
// addresses come through a private endpoint. Source of status and message:
// https://learn.microsoft.com/azure/api-management/private-endpoint. The form is that of the
// service's other refusals.
func (p *Plane) privately(of *deployed.Service, next http.Handler) http.Handler {
	id, name := of.ID, of.Name
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if p.reaches(id, name, w, r) {
			next.ServeHTTP(w, r)
		}
	})
}

// reaches reports whether a request may reach a service, and answers it where not.
func (p *Plane) reaches(id, name string, w http.ResponseWriter, r *http.Request) bool {
	picture, err := p.options.Deployed.Picture()
	if err != nil {
		http.Error(w, err.Error(), http.StatusInternalServerError)
		return false
	}
	source := network.Source(r)
	if service := picture.Service(id); service == nil || !service.Closed || source.IsPrivate() {
		return true
	}
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(http.StatusForbidden)
	_ = json.NewEncoder(w).Encode(serviceRefusal{http.StatusForbidden, fmt.Sprintf(
		"Request originated from client public IP address %s, public network access on this 'Microsoft.ApiManagement/service/%s' is disabled.\n"+
			"To connect to 'Microsoft.ApiManagement/service/%s', please use the Private Endpoint from inside your virtual network.", source, name, name)})
	return false
}
