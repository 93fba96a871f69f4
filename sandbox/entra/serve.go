package entra

import (
	"crypto/subtle"
	"encoding/json"
	"errors"
	"net"
	"net/http"
	"slices"
	"strings"

	facts "github.com/aoai-gateway/aoai-gateway/internal/azure"
	"github.com/aoai-gateway/aoai-gateway/sandbox/network"
)

// ServeHTTP answers as Entra's public host does: OpenID configurations of both
// versions, keys, and the token endpoint for client credentials.
func (d *Directory) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	tenant, rest, _ := strings.Cut(strings.TrimPrefix(r.URL.Path, "/"), "/")
	if strings.EqualFold(tenant, "common") && rest == "discovery/instance" {
		d.instance(w, r)
		return
	}
	if !slices.Contains([]string{strings.ToLower(d.tenant), "common", "organizations"}, strings.ToLower(tenant)) {
		refuse(w, http.StatusBadRequest, "invalid_tenant", "AADSTS90002: the tenant '"+tenant+"' is not known; the sandbox has "+d.tenant+".")
		return
	}
	switch rest {
	case ".well-known/openid-configuration":
		issuer := d.Issuer()
		if !strings.EqualFold(tenant, d.tenant) {
			issuer = facts.Issuer("{tenantid}")
		}
		d.configuration(w, r, tenant, issuer, "")
	case "v2.0/.well-known/openid-configuration":
		issuer := d.tenant
		if !strings.EqualFold(tenant, d.tenant) {
			issuer = "{tenantid}"
		}
		d.configuration(w, r, tenant, facts.IssuerV2(issuer), "/v2.0")
	case "discovery/keys", "discovery/v2.0/keys":
		answer(w, http.StatusOK, d.Keys())
	case "oauth2/token", "oauth2/v2.0/token":
		d.token(w, r, rest == "oauth2/v2.0/token")
	default:
		http.NotFound(w, r)
	}
}

// authority is the host by which a client asks: Entra's own, or the port on this machine at
// which it answers. Where the client goes next follows from it.
func authority(r *http.Request) (scheme, host string) {
	name, _, err := net.SplitHostPort(r.Host)
	if err != nil || strings.EqualFold(name, Login) {
		return "https", Login
	}
	return network.Scheme(r), r.Host
}

func (d *Directory) configuration(w http.ResponseWriter, r *http.Request, tenant, issuer, version string) {
	scheme, host := authority(r)
	base := scheme + "://" + host + "/" + tenant
	answer(w, http.StatusOK, openIDConfiguration{
		Issuer: issuer, AuthorizationEndpoint: base + "/oauth2" + version + "/authorize", TokenEndpoint: base + "/oauth2" + version + "/token",
		JWKSURI: base + "/discovery" + version + "/keys", IDTokenSigningAlgorithms: []string{"RS256"}, SubjectTypes: []string{"pairwise"},
		ResponseTypes: []string{"code", "id_token", "token"}, TokenEndpointAuthMethods: []string{"client_secret_post", "client_secret_basic"},
	})
}

// instance tells clients that the host is Entra's: Microsoft's own libraries ask first.
func (d *Directory) instance(w http.ResponseWriter, r *http.Request) {
	scheme, host := authority(r)
	aliases := []string{Login}
	if host != Login {
		aliases = append(aliases, host)
	}
	answer(w, http.StatusOK, instanceDiscovery{
		TenantDiscoveryEndpoint: scheme + "://" + host + "/" + d.tenant + "/v2.0/.well-known/openid-configuration", APIVersion: "1.1",
		Metadata: []instanceAliases{{PreferredNetwork: host, PreferredCache: Login, Aliases: aliases}},
	})
}

// token answers client credentials. Codes are Entra's, from its page on error codes;
// tokens are of version 1 for every resource, as those of Azure's services are.
func (d *Directory) token(w http.ResponseWriter, r *http.Request, version2 bool) {
	if r.Method != http.MethodPost {
		refuse(w, http.StatusMethodNotAllowed, "invalid_request", "AADSTS900561: the endpoint takes POST.")
		return
	}
	r.Body = http.MaxBytesReader(w, r.Body, 64<<10)
	if err := r.ParseForm(); err != nil {
		refuse(w, http.StatusBadRequest, "invalid_request", "AADSTS9002313: the body is no form: "+err.Error())
		return
	}
	if grant := r.PostForm.Get("grant_type"); grant != "client_credentials" {
		refuse(w, http.StatusBadRequest, "unsupported_grant_type", "AADSTS70003: the sandbox knows client_credentials, not '"+grant+"'.")
		return
	}
	if tenant, _, _ := strings.Cut(strings.TrimPrefix(r.URL.Path, "/"), "/"); !strings.EqualFold(tenant, d.tenant) {
		refuse(w, http.StatusBadRequest, "invalid_request", "AADSTS50194: client credentials need the tenant's own endpoint, not "+tenant+".")
		return
	}
	client, secret, basic := r.BasicAuth()
	if !basic {
		client, secret = r.PostForm.Get("client_id"), r.PostForm.Get("client_secret")
	}
	principal, err := d.Principal(client)
	if err != nil || principal.Type != "ServicePrincipal" {
		refuse(w, http.StatusUnauthorized, "unauthorized_client", "AADSTS700016: the application '"+client+"' is not in the tenant; the seed names them.")
		return
	}
	if subtle.ConstantTimeCompare([]byte(secret), []byte(d.Secret(ApplicationID(principal)))) != 1 {
		refuse(w, http.StatusUnauthorized, "invalid_client", "AADSTS7000215: the client secret is wrong; 'aoai entra secret' prints it.")
		return
	}
	resource := r.PostForm.Get("resource")
	if version2 {
		var ok bool
		if resource, ok = strings.CutSuffix(resourceScope(r.PostForm.Get("scope")), "/.default"); !ok {
			refuse(w, http.StatusBadRequest, "invalid_scope", "AADSTS1002012: the scope of client credentials is a resource with /.default at its end, not '"+r.PostForm.Get("scope")+"'.")
			return
		}
	}
	if resource == "" {
		refuse(w, http.StatusBadRequest, "invalid_resource", "AADSTS500011: the resource is missing.")
		return
	}
	if err := d.CheckResource(resource); err != nil {
		if errors.Is(err, ErrUnknownResource) {
			refuse(w, http.StatusBadRequest, "invalid_resource", err.Error())
			return
		}
		refuse(w, http.StatusInternalServerError, "server_error", err.Error())
		return
	}
	token, lifetime, err := d.ForApplication(principal, resource)
	if err != nil {
		refuse(w, http.StatusInternalServerError, "server_error", err.Error())
		return
	}
	answer(w, http.StatusOK, issued{TokenType: "Bearer", ExpiresIn: int(lifetime.Seconds()), AccessToken: token})
}

// resourceScope is the one of some scopes that is for a resource. Microsoft's libraries
// add those of OpenID Connect, which mean nothing for an application.
func resourceScope(scopes string) string {
	rest := slices.DeleteFunc(strings.Fields(scopes), func(each string) bool {
		return slices.Contains([]string{"openid", "profile", "email", "offline_access"}, each)
	})
	return strings.Join(rest, " ")
}

func refuse(w http.ResponseWriter, status int, code, description string) {
	answer(w, status, tokenError{Error: code, Description: description})
}

func answer(w http.ResponseWriter, status int, body any) {
	w.Header().Set("Content-Type", "application/json; charset=utf-8")
	w.Header().Set("Cache-Control", "no-store")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(body)
}
