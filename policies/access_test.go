package policies_test

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/aoai-gateway/aoai-gateway/policies"
)

const signingSecret = "a-secret-of-at-least-32-bytes-for-tests"

// token signs claims with a secret.
func token(t *testing.T, secret string, claims map[string]any) string {
	t.Helper()
	encode := func(v any) string {
		data, err := json.Marshal(v)
		require.NoError(t, err)
		return base64.RawURLEncoding.EncodeToString(data)
	}
	text := encode(map[string]string{"alg": "HS256", "typ": "JWT"}) + "." + encode(claims)
	mac := hmac.New(sha256.New, []byte(secret))
	mac.Write([]byte(text))
	return text + "." + base64.RawURLEncoding.EncodeToString(mac.Sum(nil))
}

func TestEntraTokens(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 1, 31, 12, 0, 0, 0, time.UTC)
	good := func() map[string]any {
		return map[string]any{"iss": "https://issuer.example/", "aud": "api://models", "oid": "me", "roles": "reader", "exp": now.Add(time.Minute).Unix()}
	}
	changed := func(name string, value any) map[string]any {
		claims := good()
		claims[name] = value
		return claims
	}
	cases := []struct {
		reason, credential, status string
	}{
		{"a good token", "Bearer " + token(t, signingSecret, good()), "200 OK"},
		{"no token", "", "401 Unauthorized"},
		{"another scheme", "Basic " + token(t, signingSecret, good()), "401 Unauthorized"},
		{"a forged one", "Bearer " + token(t, "another secret of thirty-two bytes or so", good()), "401 Unauthorized"},
		{"an expired one", "Bearer " + token(t, signingSecret, changed("exp", now.Unix()-1)), "401 Unauthorized"},
		{"of another issuer", "Bearer " + token(t, signingSecret, changed("iss", "https://evil.example/")), "401 Unauthorized"},
		{"for another audience", "Bearer " + token(t, signingSecret, changed("aud", "api://other")), "401 Unauthorized"},
		{"without a role", "Bearer " + token(t, signingSecret, changed("roles", "none")), "401 Unauthorized"},
	}
	for _, c := range cases {
		t.Run(c.reason, func(t *testing.T) {
			t.Parallel()
			lines := threeBackends + "openid https://login.example/.well-known/openid-configuration https://issuer.example/ " +
				base64.StdEncoding.EncodeToString([]byte(signingSecret)) + "\nanswer * => 200"
			g := newGateway(t, lines, policies.Access{Entra: entra()}, policies.Model{}, balancer(), policies.ManagedIdentity{}, policies.Errors{})
			record := g.send("POST /x\nAuthorization: " + c.credential + "\nx-caller-id: somebody-else\n\n{}")
			require.Contains(t, record, "= "+c.status+"\n")
			require.NotContains(t, record, "somebody-else", "a header that the caller made up goes nowhere")
			if c.status == "200 OK" {
				require.Contains(t, record, "x-caller-id: me")
				return
			}
			require.Empty(t, visited(record))
			require.Contains(t, record, `"code":"401"`)
		})
	}
}

// Either way in suffices; neither is 401; and who came is told to logs and limits.
func TestEitherAccessSuffices(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 1, 31, 12, 0, 0, 0, time.UTC)
	good := "Bearer " + token(t, signingSecret, map[string]any{
		"iss": "https://issuer.example/", "aud": "api://models", "oid": "me", "roles": "reader", "exp": now.Add(time.Minute).Unix(),
	})
	withoutID := "Bearer " + token(t, signingSecret, map[string]any{
		"iss": "https://issuer.example/", "aud": "api://models", "sub": "my-subject", "roles": "reader", "exp": now.Add(time.Minute).Unix(),
	})
	both, key, tokens := policies.Access{SubscriptionKey: true, Entra: entra()}, policies.Access{SubscriptionKey: true}, policies.Access{Entra: entra()}
	cases := []struct {
		reason             string
		access             policies.Access
		subscription, with string
		status, caller     string
	}{
		{"a key where both are allowed", both, "team-a", "", "200 OK", "subscription:team-a"},
		{"a token where both are allowed", both, "", good, "200 OK", "me"},
		{"a key counts first, so that a client's other header does not matter", both, "team-a", "Bearer junk", "200 OK", "subscription:team-a"},
		{"neither", both, "", "", "401 Unauthorized", ""},
		{"a bad token and no key", both, "", "Bearer junk", "401 Unauthorized", ""},
		{"a key alone", key, "team-a", "", "200 OK", "subscription:team-a"},
		{"a token where only keys are allowed", key, "", good, "401 Unauthorized", ""},
		{"a token alone", tokens, "", good, "200 OK", "me"},
		{"a key where only tokens are allowed", tokens, "team-a", "", "401 Unauthorized", ""},
		{"a token without the claim that identifies", tokens, "", withoutID, "200 OK", "my-subject"},
	}
	for _, c := range cases {
		t.Run(c.reason, func(t *testing.T) {
			t.Parallel()
			lines := threeBackends + "openid https://login.example/.well-known/openid-configuration https://issuer.example/ " +
				base64.StdEncoding.EncodeToString([]byte(signingSecret)) + "\nanswer * => 200\n"
			if c.subscription != "" {
				lines += "subscription " + c.subscription
			}
			record := newGateway(t, lines, c.access, policies.Model{}, balancer(), policies.ManagedIdentity{}, policies.Errors{}).
				send("POST /x\nAuthorization: " + c.with + "\nx-caller-id: somebody-else\n\n{}")
			require.Contains(t, record, "= "+c.status+"\n")
			require.NotContains(t, record, "somebody-else")
			if c.caller != "" {
				require.Contains(t, record, "x-caller-id: "+c.caller+"\n")
				return
			}
			require.Empty(t, visited(record))
			require.Contains(t, record, `{"error":{"code":"401"`)
		})
	}
}

// Each caller has its own share, whatever it came in by.
func TestCallersAreLimitedApart(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 1, 31, 12, 0, 0, 0, time.UTC)
	bearer := func(oid string) string {
		return "Bearer " + token(t, signingSecret, map[string]any{
			"iss": "https://issuer.example/", "aud": "api://models", "oid": oid, "roles": "reader", "exp": now.Add(time.Hour).Unix(),
		})
	}
	lines := threeBackends + "openid https://login.example/.well-known/openid-configuration https://issuer.example/ " +
		base64.StdEncoding.EncodeToString([]byte(signingSecret)) + "\nanswer * => 200 Content-Type: application/json | " + used
	g := newGateway(t, lines, policies.Access{Entra: entra()}, policies.Model{}, policies.Limited{Key: policies.ByCaller, Limits: policies.Limits{TokensPerMinute: 100}},
		balancer(), policies.ManagedIdentity{}, policies.Errors{})
	ask := func(oid string) string { return g.send("POST /x\nAuthorization: " + bearer(oid) + "\n\n{}") }
	require.Contains(t, ask("ada"), "= 200 OK")
	require.Contains(t, ask("ada"), "= 429 Too Many Requests")
	require.Contains(t, ask("bob"), "= 200 OK")
}
