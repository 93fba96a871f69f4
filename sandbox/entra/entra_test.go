package entra_test

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/go-jose/go-jose/v4"
	"github.com/stretchr/testify/require"

	"github.com/aoai-gateway/aoai-gateway/sandbox/azure"
	"github.com/aoai-gateway/aoai-gateway/sandbox/entra"
)

const tenant = "00000000-0000-4000-8000-000000000001"

var app = azure.Principal{ID: "5f8d3a1e-7c1b-4a53-9b0e-0a4d5d2f6c04", Type: "ServicePrincipal", Name: "chat-app", AppID: "5f8d3a1e-7c1b-4a53-9b0e-0a4d5d2f6c14", Roles: []string{"models.use"}, IdentifierURIs: []string{"api://models"}}

func directory(t *testing.T) *entra.Directory {
	t.Helper()
	user := azure.Principal{ID: "5f8d3a1e-7c1b-4a53-9b0e-0a4d5d2f6c03", Type: "User", Name: "ada"}
	d, err := entra.New(entra.Options{TenantID: tenant, Principals: func() ([]azure.Principal, error) { return []azure.Principal{app, user}, nil }, Audiences: func() ([]string, error) { return []string{"api://deployed"}, nil }})
	require.NoError(t, err)
	return d
}

func ask(t *testing.T, d *entra.Directory, method, path string, form url.Values) (int, map[string]any) {
	t.Helper()
	request := httptest.NewRequest(method, "https://"+entra.Login+path, strings.NewReader(form.Encode()))
	request.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	answer := httptest.NewRecorder()
	d.ServeHTTP(answer, request)
	var body map[string]any
	_ = json.Unmarshal(answer.Body.Bytes(), &body)
	return answer.Code, body
}

// A token that an application gets verifies with the keys that the configuration leads
// to, and says who it is for.
func TestClientCredentials(t *testing.T) {
	t.Parallel()
	d := directory(t)
	for path, form := range map[string]url.Values{
		"/" + tenant + "/oauth2/v2.0/token": {"scope": {"api://models/.default openid offline_access profile"}},
		"/" + tenant + "/oauth2/token":      {"resource": {"api://models"}},
	} {
		form.Set("grant_type", "client_credentials")
		form.Set("client_id", app.AppID)
		form.Set("client_secret", d.Secret(app.AppID))
		status, body := ask(t, d, http.MethodPost, path, form)
		require.Equal(t, 200, status, "%v", body)
		require.InDelta(t, 3600, body["expires_in"], 0)

		_, configuration := ask(t, d, http.MethodGet, "/"+tenant+"/v2.0/.well-known/openid-configuration", nil)
		keysAt, err := url.Parse(configuration["jwks_uri"].(string))
		require.NoError(t, err)
		_, published := ask(t, d, http.MethodGet, keysAt.Path, nil)
		encoded, err := json.Marshal(published)
		require.NoError(t, err)
		var keys jose.JSONWebKeySet
		require.NoError(t, json.Unmarshal(encoded, &keys))
		signed, err := jose.ParseSigned(body["access_token"].(string), []jose.SignatureAlgorithm{jose.RS256})
		require.NoError(t, err)
		payload, err := signed.Verify(keys.Key(signed.Signatures[0].Header.KeyID)[0])
		require.NoError(t, err)
		var claims entra.Claims
		require.NoError(t, json.Unmarshal(payload, &claims))
		require.Equal(t, []string{"api://models", app.ID, app.AppID, tenant, "https://sts.windows.net/" + tenant + "/"}, []string{claims.Audience, claims.ObjectID, claims.AppID, claims.TenantID, claims.Issuer})
		require.Equal(t, app.Roles, claims.Roles)
	}
}

func TestRefusals(t *testing.T) {
	t.Parallel()
	d := directory(t)
	good := func() url.Values {
		return url.Values{"grant_type": {"client_credentials"}, "client_id": {app.AppID}, "client_secret": {d.Secret(app.AppID)}, "scope": {"api://models/.default"}}
	}
	for reason, c := range map[string]struct {
		path, name, value string
		status            int
		code              string
	}{
		"another tenant":      {"/11111111-0000-4000-8000-000000000001/oauth2/v2.0/token", "x", "y", 400, "invalid_tenant"},
		"another grant":       {"", "grant_type", "password", 400, "unsupported_grant_type"},
		"an unknown client":   {"", "client_id", "nobody", 401, "unauthorized_client"},
		"a user":              {"", "client_id", "5f8d3a1e-7c1b-4a53-9b0e-0a4d5d2f6c03", 401, "unauthorized_client"},
		"a wrong secret":      {"", "client_secret", "wrong", 401, "invalid_client"},
		"an empty secret":     {"", "client_secret", "", 401, "invalid_client"},
		"a scope of a person": {"", "scope", "openid profile", 400, "invalid_scope"},
		"no resource":         {"", "scope", "/.default", 400, "invalid_resource"},
	} {
		form := good()
		form.Set(c.name, c.value)
		path := c.path
		if path == "" {
			path = "/" + tenant + "/oauth2/v2.0/token"
		}
		status, body := ask(t, d, http.MethodPost, path, form)
		require.Equal(t, c.status, status, reason)
		require.Equal(t, c.code, body["error"], reason)
		require.NotContains(t, body, "access_token", reason)
	}
	status, _ := ask(t, d, http.MethodGet, "/"+tenant+"/oauth2/v2.0/token", nil)
	require.Equal(t, 405, status)
}

// Keys and secrets stay when a sandbox starts again, and differ between sandboxes.
func TestKeysStay(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	first, err := entra.OpenKey(dir)
	require.NoError(t, err)
	second, err := entra.OpenKey(dir)
	require.NoError(t, err)
	require.True(t, first.Equal(second))
	other, err := entra.OpenKey(t.TempDir())
	require.NoError(t, err)
	secret := func(options entra.Options) string {
		d, err := entra.New(options)
		require.NoError(t, err)
		return d.Secret(app.AppID)
	}
	require.Equal(t, secret(entra.Options{TenantID: tenant, Key: first}), secret(entra.Options{TenantID: tenant, Key: second}))
	require.NotEqual(t, secret(entra.Options{TenantID: tenant, Key: first}), secret(entra.Options{TenantID: tenant, Key: other}))
}

// A token's signature is looked at once, its times and its audience whenever it is used.
func TestTokensExpireThoughTheyWereSeen(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		d := directory(t)
		now := time.Now().Unix()
		token, err := d.Sign(entra.Claims{Audience: "api://models", Issuer: d.Issuer(), NotBefore: now, ExpiresAt: now + 60})
		require.NoError(t, err)
		for range 2 {
			_, err = d.Check(token, "api://models")
			require.NoError(t, err)
		}
		_, err = d.Check(token, "api://others")
		require.ErrorIs(t, err, entra.ErrDenied, "another audience")
		head, signature, _ := strings.Cut(token[strings.Index(token, ".")+1:], ".")
		_, err = d.Check(token[:strings.Index(token, ".")+1]+head+"."+strings.ToLower(signature), "api://models")
		require.ErrorIs(t, err, entra.ErrDenied, "the same claims under another signature")
		time.Sleep(time.Minute)
		_, err = d.Check(token, "api://models")
		require.ErrorIs(t, err, entra.ErrDenied, "expired")
	})
}

// A tenant knows Microsoft's resources, its own applications, and no others. The words are those
// of public reports, such as MicrosoftDocs/azure-docs on AADSTS500011; the code is that of Entra's
// page on error codes.
func TestResources(t *testing.T) {
	t.Parallel()
	d := directory(t)
	for resource, known := range map[string]bool{
		"https://cognitiveservices.azure.com": true, "https://ai.azure.com/": true, "https://models.servicebus.windows.net": true, "7d312290-28c8-473c-a0ed-8e53749b6d6d": true,
		"api://models": true, "API://Models/": true, app.AppID: true, "api://" + app.AppID: true, "api://deployed": true,
		"api://others": false, "https://cognitiveservices.azure.com/openai": false, "https://contoso.com": false, "5f8d3a1e-7c1b-4a53-9b0e-0a4d5d2f6c03": false,
		"https://models.openai.azure.com": false, "http://cognitiveservices.azure.com": false,
	} {
		for path, form := range map[string]url.Values{
			"/" + tenant + "/oauth2/v2.0/token": {"scope": {resource + "/.default"}},
			"/" + tenant + "/oauth2/token":      {"resource": {resource}},
		} {
			form.Set("grant_type", "client_credentials")
			form.Set("client_id", app.AppID)
			form.Set("client_secret", d.Secret(app.AppID))
			status, body := ask(t, d, http.MethodPost, path, form)
			if known {
				require.Equal(t, 200, status, "%s: %v", resource, body)
				continue
			}
			require.Equal(t, 400, status, resource)
			require.Equal(t, "invalid_resource", body["error"], resource)
			require.Contains(t, body["error_description"], "AADSTS500011: The resource principal named "+resource+" was not found in the tenant named "+tenant, resource)
		}
	}
}

// A client that reaches Entra by a port of this machine is led to that port, and one that uses
// the public name to that.
func TestAuthorityByPort(t *testing.T) {
	t.Parallel()
	d := directory(t)
	for host, want := range map[string]string{
		"login.microsoftonline.com": "https://login.microsoftonline.com", "login.microsoftonline.com:443": "https://login.microsoftonline.com", "127.0.0.1:24732": "http://127.0.0.1:24732",
	} {
		for _, c := range []struct{ path, member string }{
			{"/" + tenant + "/v2.0/.well-known/openid-configuration", "token_endpoint"},
			{"/" + tenant + "/.well-known/openid-configuration", "jwks_uri"},
			{"/common/discovery/instance?api-version=1.1", "tenant_discovery_endpoint"},
		} {
			request := httptest.NewRequestWithContext(t.Context(), http.MethodGet, c.path, nil)
			request.Host = host
			answer := httptest.NewRecorder()
			d.ServeHTTP(answer, request)
			var body map[string]any
			require.NoError(t, json.Unmarshal(answer.Body.Bytes(), &body))
			require.Contains(t, body[c.member], want+"/", "%s: %s", host, c.path)
		}
	}
}
