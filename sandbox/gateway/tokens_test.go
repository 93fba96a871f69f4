package gateway_test

import (
	"encoding/base64"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/aoai-gateway/aoai-gateway/sandbox/azure"
	"github.com/aoai-gateway/aoai-gateway/sandbox/entra"
	"github.com/aoai-gateway/aoai-gateway/sandbox/lab"
	"github.com/aoai-gateway/aoai-gateway/sandbox/network"
)

const tenant = "00000000-0000-4000-8000-000000000001"

// validate takes tokens of the tenant for one audience.
const validate = `<validate-jwt header-name="Authorization" require-scheme="Bearer" output-token-variable-name="token">
	<openid-config url="https://login.microsoftonline.com/` + tenant + `/v2.0/.well-known/openid-configuration" />
	<audiences><audience>api://models</audience></audiences>
	<issuers><issuer>https://sts.windows.net/` + tenant + `/</issuer></issuers></validate-jwt>
	<set-header name="Authorization" exists-action="delete" /><authentication-managed-identity resource="https://cognitiveservices.azure.com" />`

func validating() string {
	return strings.Replace(forward("north", ""), `<authentication-managed-identity resource="https://cognitiveservices.azure.com" />`, validate, 1)
}

// Only a token that was signed by the tenant, for this audience, by this issuer and
// within its time comes in.
func TestTokens(t *testing.T) {
	t.Parallel()
	principal := azure.Principal{ID: "5f8d3a1e-7c1b-4a53-9b0e-0a4d5d2f6c04", Type: "ServicePrincipal", Name: "chat-app"}
	inLab(t, lab.Options{Document: validating(), Principals: []azure.Principal{principal}}, func(t *testing.T, l *lab.Lab) {
		good, lifetime, err := l.Directory.ForApplication(principal, "api://models")
		require.NoError(t, err)
		require.Equal(t, time.Hour, lifetime)
		require.Equal(t, 200, ask(t, l, chatPath, "Authorization: Bearer "+good).status)
		now := time.Now()
		signed := func(change func(*entra.Claims)) string {
			claims := entra.Claims{
				Audience: "api://models", Issuer: l.Directory.Issuer(), IssuedAt: now.Unix(), NotBefore: now.Unix(), ExpiresAt: now.Add(time.Hour).Unix(),
				Subject: principal.ID, ObjectID: principal.ID, TenantID: tenant, Version: "1.0",
			}
			change(&claims)
			token, err := l.Directory.Sign(claims)
			require.NoError(t, err)
			return token
		}
		stranger, err := entra.New(entra.Options{TenantID: tenant})
		require.NoError(t, err)
		forged, _, err := stranger.ForApplication(principal, "api://models")
		require.NoError(t, err)
		parts := strings.Split(good, ".")
		none := base64.RawURLEncoding.EncodeToString([]byte(`{"alg":"none","typ":"JWT"}`))
		require.Equal(t, 200, ask(t, l, chatPath, "Authorization: Bearer "+signed(func(*entra.Claims) {})).status, "what is changed below is what is refused")
		for reason, token := range map[string]string{
			"signed by somebody else":  forged,
			"claims changed":           parts[0] + "." + base64.RawURLEncoding.EncodeToString([]byte(`{"aud":"api://models"}`)) + "." + parts[2],
			"alg none":                 none + "." + parts[1] + ".",
			"alg none, with signature": none + "." + parts[1] + "." + parts[2],
			"another audience":         signed(func(c *entra.Claims) { c.Audience = "api://others" }),
			"another issuer":           signed(func(c *entra.Claims) { c.Issuer = "https://sts.windows.net/other/" }),
			"not good yet": signed(func(c *entra.Claims) {
				c.NotBefore = now.Add(time.Hour).Unix()
				c.ExpiresAt = now.Add(2 * time.Hour).Unix()
			}),
			"expired":         signed(func(c *entra.Claims) { c.ExpiresAt = now.Add(-time.Second).Unix() }),
			"no token at all": "",
		} {
			require.Equal(t, 401, ask(t, l, chatPath, "Authorization: Bearer "+token).status, reason)
		}
		time.Sleep(time.Hour)
		require.Equal(t, 401, ask(t, l, chatPath, "Authorization: Bearer "+good).status, "an hour later it has expired")
	})
}

// OpenID configurations are fetched once an hour, and outlive an hour in which Entra is
// down; tokens of the gateway's identity are kept for a day.
func TestWhatIsKept(t *testing.T) {
	t.Parallel()
	principal := azure.Principal{ID: "5f8d3a1e-7c1b-4a53-9b0e-0a4d5d2f6c04", Type: "ServicePrincipal", Name: "chat-app"}
	inLab(t, lab.Options{Document: validating(), Principals: []azure.Principal{principal}}, func(t *testing.T, l *lab.Lab) {
		status := func() int {
			token, _, err := l.Directory.ForApplication(principal, "api://models")
			require.NoError(t, err)
			return ask(t, l, chatPath, "Authorization: Bearer "+token).status
		}
		for range 3 {
			require.Equal(t, 200, status())
		}
		require.EqualValues(t, 2, asked(l, entra.Login), "the configuration and its keys, once")
		order(t, l, network.Fault{Host: entra.Login, Kind: "unreachable"})
		time.Sleep(61 * time.Minute)
		require.Equal(t, 200, status(), "old keys are better than none")
		order(t, l)
		require.Equal(t, 200, status())
		require.EqualValues(t, 4, asked(l, entra.Login), "after an hour they are fetched again")
		order(t, l, network.Fault{Host: entra.Login, Kind: "unreachable"})
		time.Sleep(24 * time.Hour)
		require.Equal(t, 500, status(), "the identity's token has ended, and there is no other")
	})
}

// Without its grant the gateway gets nothing from an account.
func TestRolesAreNeeded(t *testing.T) {
	t.Parallel()
	inLab(t, lab.Options{Document: forward("north", "")}, func(t *testing.T, l *lab.Lab) {
		require.Equal(t, 200, ask(t, l, chatPath).status)
		role, err := l.RoleID(two[0])
		require.NoError(t, err)
		require.NoError(t, l.Delete(role))
		got := ask(t, l, chatPath)
		require.Equal(t, 401, got.status)
		require.Contains(t, got.body, "PermissionDenied")
	})
}
