package policy

import (
	"slices"
	"strings"
	"time"

	"github.com/aoai-gateway/aoai-gateway/internal/azure"
	"github.com/aoai-gateway/aoai-gateway/internal/policy/library"
)

func (t *tokenCheck) checkTimes(x *Execution, _ string, token *library.Jwt) error {
	skew, err := t.clockSkew(x)
	if err != nil {
		return err
	}
	needed, err := t.requireExpiry.boolean(x, true)
	if err != nil {
		return err
	}
	now := x.now()
	expiry, has := token.Time("exp")
	switch {
	case !has && needed:
		return denied("JwtInvalid", "The token has no expiration time. Access denied.")
	case has && !now.Before(expiry.Add(skew)):
		return denied("TokenExpired", "The token is expired. Access denied.")
	}
	if start, has := token.Time("nbf"); has && now.Add(skew).Before(start) {
		return denied("JwtInvalid", "The token is not valid yet. Access denied.")
	}
	return nil
}

// clockSkew is a number of seconds (validate-jwt.xsd: an integer); 0 by default.
func (t *tokenCheck) clockSkew(x *Execution) (time.Duration, error) {
	n, err := t.skew.number(x, 0)
	return seconds(n), err
}

func (t *tokenCheck) checkIssuer(x *Execution, _ string, token *library.Jwt) error {
	allowed, err := texts(x, t.issuers)
	if err != nil {
		return err
	}
	if len(allowed) == 0 {
		urls, err := t.configurationURLs(x)
		if err != nil {
			return err
		}
		for _, url := range urls {
			if x.world.Keys == nil {
				return missingWorld("the OpenID configuration " + url)
			}
			configuration, err := x.world.Keys.OpenID(x.ctx, url, false)
			if err == nil && configuration.Issuer != "" {
				allowed = append(allowed, t.issuersOf(configuration.Issuer, token)...)
			}
		}
		if t.isAzure && len(allowed) == 0 {
			return denied("TokenIssuerNotAllowed", "The issuer of the token is not known. Access denied.")
		}
	}
	if len(allowed) == 0 || slices.ContainsFunc(token.Claim("iss"), func(iss string) bool { return slices.Contains(allowed, iss) }) {
		return nil
	}
	return denied("TokenIssuerNotAllowed", "The issuer of the token is not allowed. Access denied.")
}

// issuersOf are the issuers that a configuration stands for. Entra's tokens have
// one of two forms for the same tenant, and a configuration for many tenants has
// {tenantid} in the place of the token's own.
func (t *tokenCheck) issuersOf(issuer string, token *library.Jwt) []string {
	if !t.isAzure {
		return []string{issuer}
	}
	tenant := strings.Join(token.Claim("tid"), "")
	if tenant == "" {
		// Tokens of applications may lack tid: their issuer has to name the tenant.
		if parts := strings.Split(issuer, "/"); len(parts) > 3 {
			tenant = parts[3]
		}
	}
	filled := strings.ReplaceAll(issuer, "{tenantid}", tenant)
	allowed := []string{filled}
	if tenant != "" && strings.Contains(filled, "/"+tenant+"/") {
		allowed = append(allowed, azure.Issuer(tenant))
	}
	return allowed
}

func (t *tokenCheck) checkAudience(x *Execution, _ string, token *library.Jwt) error {
	allowed, err := texts(x, append(slices.Clone(t.audiences), t.backendApplications...))
	if err != nil || len(allowed) == 0 {
		return err
	}
	for _, audience := range token.Claim("aud") {
		if slices.Contains(allowed, audience) || t.isAzure && slices.Contains(allowed, strings.TrimPrefix(audience, "api://")) {
			return nil
		}
	}
	return denied("TokenAudienceNotAllowed", "The audience of the token is not allowed. Access denied.")
}

// checkApplication is for Entra tokens: the application that got the token is in
// azp (version 2) or appid (version 1).
func (t *tokenCheck) checkApplication(x *Execution, _ string, token *library.Jwt) error {
	allowed, err := texts(x, t.applications)
	if err != nil || len(allowed) == 0 {
		return err
	}
	for _, application := range append(token.Claim("azp"), token.Claim("appid")...) {
		if slices.Contains(allowed, application) {
			return nil
		}
	}
	return denied("TokenClaimValueNotAllowed", "The client application of the token is not allowed. Access denied.")
}

func (t *tokenCheck) checkClaims(x *Execution, _ string, token *library.Jwt) error {
	var missing []string
	for _, claim := range t.claims {
		name, err := claim.name.trimmed(x)
		if err != nil {
			return err
		}
		found := token.Claim(name)
		if found == nil {
			missing = append(missing, name)
			continue
		}
		ok, err := claim.allows(x, found)
		if err != nil {
			return err
		}
		if !ok {
			return denied("TokenClaimValueNotAllowed", "Claim "+name+" value of "+strings.Join(found, ", ")+" is not allowed. Access denied.")
		}
	}
	if missing != nil {
		return denied("TokenClaimNotFound", "JWT token is missing the following claims: "+strings.Join(missing, ", ")+". Access denied.")
	}
	return nil
}

// allows tells whether a claim has all of the values, or any of them.
func (c *claimCheck) allows(x *Execution, found []string) (bool, error) {
	wanted, err := texts(x, c.values)
	if err != nil || len(wanted) == 0 {
		return true, err
	}
	separator, err := c.separator.string(x)
	if err != nil {
		return false, err
	}
	if separator != "" {
		var parts []string
		for _, each := range found {
			parts = append(parts, strings.Split(each, separator)...)
		}
		found = parts
	}
	match, err := c.match.trimmed(x)
	if err != nil {
		return false, err
	}
	has := func(v string) bool { return slices.Contains(found, v) }
	if match == "any" {
		return slices.ContainsFunc(wanted, has), nil
	}
	return !slices.ContainsFunc(wanted, func(v string) bool { return !has(v) }), nil
}

// texts are the values as text.
func texts(x *Execution, values []*value) ([]string, error) {
	all := make([]string, len(values))
	for i, v := range values {
		text, err := v.trimmed(x)
		if err != nil {
			return nil, err
		}
		all[i] = text
	}
	return all, nil
}
