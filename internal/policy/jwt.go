package policy

import (
	"errors"
	"net/http"
	"slices"
	"strings"

	"github.com/aoai-gateway/aoai-gateway/internal/policy/library"
)

// tokenCheck is validate-jwt, and what validate-azure-ad-token makes of itself.
type tokenCheck struct {
	header, query, token  *value
	scheme                *value
	status, message       *value
	requireExpiry, signed *value
	skew                  *value
	variable              string
	configurations        []*value
	keys                  []*elementCompilation
	audiences, issuers    []*value
	claims                []claimCheck
	applications          []*value
	tenant, endpoint      *value
	backendApplications   []*value
	isAzure               bool
}

// claimCheck is a <claim> of required-claims.
type claimCheck struct {
	name, match, separator *value
	values                 []*value
}

func (c *elementCompilation) tokenCheck() *tokenCheck {
	t := &tokenCheck{
		header: c.get("header-name"), query: c.get("query-parameter-name"), token: c.get("token-value"), scheme: c.get("require-scheme"),
		status: c.get("failed-validation-httpcode"), message: c.get("failed-validation-error-message"), requireExpiry: c.get("require-expiration-time"),
		signed: c.get("require-signed-tokens"), skew: c.get("clock-skew"), variable: c.literal("output-token-variable-name", ""),
		audiences: c.texts("audiences", "audience"), issuers: c.texts("issuers", "issuer"),
	}
	for _, each := range c.children["openid-config"] {
		t.configurations = append(t.configurations, each.get("url"))
	}
	if list := c.first("issuer-signing-keys"); list != nil {
		t.keys = list.children["key"]
	}
	if list := c.first("required-claims"); list != nil {
		for _, each := range list.children["claim"] {
			t.claims = append(t.claims, claimCheck{each.get("name"), each.get("match"), each.get("separator"), each.texts("", "value")})
		}
	}
	if list := c.first("decryption-keys"); list != nil && len(list.children["key"]) > 0 {
		c.note(list.element.Position(), Unsupported, "unsupported-policy", "encrypted tokens cannot be run here")
	}
	if t.variable != "" {
		c.noteVariable(t.variable, nil)
	}
	return t
}

func validateJwt(c *elementCompilation) runner {
	t := c.tokenCheck()
	given := 0
	for _, v := range []*value{t.header, t.query, t.token} {
		if v != nil {
			given++
		}
	}
	if given != 1 {
		c.note(c.element.Position(), Refused, "attribute", "<validate-jwt> takes exactly one of header-name, query-parameter-name and token-value")
	}
	if len(t.configurations) == 0 && len(t.keys) == 0 && len(c.texts("issuer-signing-keys", "zumo-master-key")) == 0 && c.first("issuer-signing-tokens") == nil && c.literal("require-signed-tokens", "true") == "true" {
		c.note(c.element.Position(), Doubtful, "jwt-keys", "<validate-jwt> has neither <openid-config> nor <issuer-signing-keys>: no signature can be checked, so that every token is refused")
	}
	return t.run
}

func validateAzureADToken(c *elementCompilation) runner {
	t := c.tokenCheck()
	t.isAzure, t.tenant, t.endpoint = true, c.get("tenant-id"), c.get("authentication-endpoint")
	t.applications = c.texts("client-application-ids", "application-id")
	t.backendApplications = c.texts("backend-application-ids", "application-id")
	// Claims may hold expressions (seen on the service), the lists of ids may not.
	for _, v := range slices.Concat(t.audiences, t.applications, t.backendApplications) {
		if v.compiled != nil {
			c.note(v.at(0), Refused, "expression", "<validate-azure-ad-token> takes no expressions in audiences and application ids; named values are allowed")
		}
	}
	return t.run
}

// run validates the token of the request.
func (t *tokenCheck) run(x *Execution) error {
	err := t.validate(x)
	var f *Error
	if !errors.As(err, &f) || !f.denied {
		return err
	}
	status, err := t.status.number(x, http.StatusUnauthorized)
	if err != nil {
		return err
	}
	f.Status, f.Public = int(status), f.Message
	if t.message != nil {
		if f.Public, err = t.message.string(x); err != nil {
			return err
		}
	}
	return f
}

// denied is a token that is not good enough.
func denied(reason, message string) error {
	f := refused(0, reason, message)
	f.denied = true
	return f
}

func (t *tokenCheck) validate(x *Execution) error {
	raw, err := t.find(x)
	if err != nil {
		return err
	}
	if raw == "" {
		return denied("TokenNotPresent", "JWT not present.")
	}
	token := x.library.NewJwt(raw)
	if token == nil {
		return denied("JwtInvalid", "The token is not a well-formed JWT.")
	}
	for _, check := range []func(x *Execution, raw string, token *library.Jwt) error{t.checkSignature, t.checkTimes, t.checkIssuer, t.checkAudience, t.checkApplication, t.checkClaims} {
		if err := check(x, raw, token); err != nil {
			return err
		}
	}
	if t.variable != "" {
		x.exchange.Variables[t.variable] = token
	}
	x.tell("the token of %s is valid", strings.Join(token.Claim("sub"), ","))
	return nil
}

// find is the token of the request, without its scheme.
func (t *tokenCheck) find(x *Execution) (string, error) {
	switch {
	case t.token != nil:
		return t.token.trimmed(x)
	case t.query != nil:
		name, err := t.query.trimmed(x)
		return x.exchange.Request.URL.Query().Get(name), err
	}
	name, err := t.header.trimmed(x)
	if err != nil {
		return "", err
	}
	if name == "" {
		name = "Authorization"
	}
	text := strings.TrimSpace(x.exchange.Request.Headers.Get(name))
	scheme, rest, ok := strings.Cut(text, " ")
	if !ok {
		scheme, rest = "", text
	}
	wanted, err := t.scheme.trimmed(x)
	if err != nil {
		return "", err
	}
	if wanted != "" && strings.EqualFold(name, "Authorization") && !strings.EqualFold(scheme, wanted) {
		return "", nil
	}
	return strings.TrimSpace(rest), nil
}
