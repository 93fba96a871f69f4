package azure

import (
	"context"
	"net/http"

	facts "github.com/aoai-gateway/aoai-gateway/internal/azure"
)

// PublicHost is Azure's public name for Resource Manager.
const PublicHost = facts.ManagerHost

type publicKey struct{}

// Public answers requests that came over TLS, by the sandbox's CA: to the public name through
// the sandbox's proxy, or to a loopback port. The links in its answers are https.
func Public(service http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		service.ServeHTTP(w, r.WithContext(context.WithValue(r.Context(), publicKey{}, true)))
	})
}

func isPublic(r *http.Request) bool { return r.Context().Value(publicKey{}) != nil }

// scheme is how the client came.
func scheme(r *http.Request) string {
	if isPublic(r) || r.TLS != nil {
		return "https"
	}
	return "http"
}

// metadata tells clients where the parts of this cloud are: a list of clouds for API versions
// of 2018 and 2019, one cloud for newer ones, and the first form for older ones. Source: the
// answers of Resource Manager's own /metadata/endpoints.
func (s *Service) metadata(r *http.Request) answer {
	manager, login := scheme(r)+"://"+r.Host+"/", "https://"+facts.LoginHost
	authentication := map[string]any{
		"loginEndpoint": login, "audiences": []any{"https://management.core.windows.net/", "https://" + facts.ManagerHost + "/"},
		"tenant": "common", "identityProvider": "AAD",
	}
	version := r.URL.Query().Get("api-version")
	if version < "2018" {
		return ok(map[string]any{"galleryEndpoint": manager, "graphEndpoint": "https://graph.windows.net/", "portalEndpoint": "https://portal.azure.com/", "authentication": authentication})
	}
	cloud := map[string]any{
		"name": "AzureCloud", "resourceManager": manager, "portal": "https://portal.azure.com", "authentication": authentication, "media": "https://rest.media.azure.net",
		"graph": "https://graph.windows.net/", "graphAudience": "https://graph.windows.net/", "microsoftGraphResourceId": "https://graph.microsoft.com/",
		"logAnalyticsResourceId": "https://api.loganalytics.io",
		"suffixes": map[string]any{
			"keyVaultDns": facts.KeyVaultDomain, "storage": "core.windows.net", "azureFrontDoorEndpointSuffix": facts.FrontDoorDomain, "acrLoginServer": "azurecr.io",
		},
	}
	if version < "2020" {
		return answer{status: http.StatusOK, body: []any{cloud}}
	}
	return ok(cloud)
}
