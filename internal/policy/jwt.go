package policy

import (
	"crypto/rsa"
	"encoding/base64"
	"errors"
	"math/big"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/go-jose/go-jose/v4"

	"github.com/aoai-gateway/aoai-gateway/internal/policy/dotnet"
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
	keys                  []*compiler
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

func (c *compiler) tokenCheck() *tokenCheck {
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

func validateJwt(c *compiler) runner {
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
	if len(t.configurations) == 0 && len(t.keys) == 0 && c.literal("require-signed-tokens", "true") == "true" {
		c.note(c.element.Position(), Doubtful, "jwt-keys", "<validate-jwt> has neither <openid-config> nor <issuer-signing-keys>: no signature can be checked, so that every token is refused")
	}
	return t.run
}

func validateAzureADToken(c *compiler) runner {
	t := c.tokenCheck()
	t.isAzure, t.tenant, t.endpoint = true, c.get("tenant-id"), c.get("authentication-endpoint")
	t.applications = c.texts("client-application-ids", "application-id")
	t.backendApplications = c.texts("backend-application-ids", "application-id")
	for _, v := range append(slices.Clone(t.audiences), t.claimValues()...) {
		if v.compiled != nil {
			c.note(v.at(0), Refused, "expression", "<validate-azure-ad-token> takes no expressions in audiences and claims; named values are allowed")
		}
	}
	return t.run
}

func (t *tokenCheck) claimValues() []*value {
	var values []*value
	for _, each := range t.claims {
		values = append(values, each.values...)
	}
	return values
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

// algorithms that are accepted: asymmetric ones, and HMAC for keys written in the
// document. Never "none".
func algorithms() []jose.SignatureAlgorithm {
	return []jose.SignatureAlgorithm{jose.RS256, jose.RS384, jose.RS512, jose.PS256, jose.PS384, jose.PS512, jose.ES256, jose.ES384, jose.ES512, jose.HS256, jose.HS384, jose.HS512}
}

func (t *tokenCheck) checkSignature(x *Execution, raw string, _ *library.Jwt) error {
	signed, err := t.signed.boolean(x, true)
	if err != nil || !signed {
		return err
	}
	object, err := jose.ParseSigned(raw, algorithms())
	if err != nil {
		return denied("TokenSignatureInvalid", "The signature of the token is invalid. Access denied.")
	}
	for _, refresh := range []bool{false, true} {
		keys, err := t.signingKeys(x, refresh)
		if err != nil {
			return err
		}
		kid := object.Signatures[0].Header.KeyID
		known := false
		for _, key := range keys {
			if key.KeyID != "" && kid != "" && key.KeyID != kid {
				continue
			}
			known = true
			if _, err := object.Verify(key.Key); err == nil {
				return nil
			}
		}
		if known {
			return denied("TokenSignatureInvalid", "The signature of the token is invalid. Access denied.")
		}
		if len(t.configurations) == 0 && !t.isAzure {
			break
		}
	}
	return denied("TokenSignatureKeyNotFound", "No key that is known signed the token. Access denied.")
}

// signingKeys are the keys written in the document and those of the OpenID
// configurations.
func (t *tokenCheck) signingKeys(x *Execution, refresh bool) ([]jose.JSONWebKey, error) {
	var keys []jose.JSONWebKey
	for _, each := range t.keys {
		key, err := inlineKey(x, each)
		if err != nil {
			return nil, err
		}
		keys = append(keys, key)
	}
	urls, err := t.configurationURLs(x)
	if err != nil {
		return nil, err
	}
	for _, url := range urls {
		if x.world.Keys == nil {
			return nil, missingWorld("the OpenID configuration " + url)
		}
		configuration, err := x.world.Keys.OpenID(x.ctx, url, refresh)
		if err != nil {
			return nil, &Error{Failure: failure("", "JwtInvalid", "Unable to obtain the OpenID configuration "+url+": "+err.Error()), Status: http.StatusUnauthorized, Public: "Unauthorized. Access token is missing or invalid.", cause: err}
		}
		keys = append(keys, configuration.Keys.Keys...)
	}
	return keys, nil
}

func (t *tokenCheck) configurationURLs(x *Execution) ([]string, error) {
	if t.isAzure {
		authority, err := t.authority(x)
		return []string{authority + "/v2.0/.well-known/openid-configuration"}, err
	}
	urls := make([]string, len(t.configurations))
	for i, v := range t.configurations {
		url, err := v.trimmed(x)
		if err != nil {
			return nil, err
		}
		urls[i] = url
	}
	return urls, nil
}

func (t *tokenCheck) authority(x *Execution) (string, error) {
	endpoint, err := t.endpoint.trimmed(x)
	if err != nil {
		return "", err
	}
	if endpoint == "" {
		endpoint = "login.microsoftonline.com"
	}
	tenant, err := t.tenant.trimmed(x)
	return "https://" + strings.TrimPrefix(endpoint, "https://") + "/" + tenant, err
}

// inlineKey is a <key>: base64 of a shared secret, n and e of an RSA key, or a
// certificate of the service.
func inlineKey(x *Execution, c *compiler) (jose.JSONWebKey, error) {
	id, err := c.get("id").string(x)
	if err != nil {
		return jose.JSONWebKey{}, err
	}
	key := jose.JSONWebKey{KeyID: id}
	switch {
	case c.get("certificate-id") != nil:
		name, err := c.get("certificate-id").string(x)
		if err != nil {
			return key, err
		}
		if x.world.Certificates == nil || x.world.Certificates.Certificate(name) == nil {
			return key, missingWorld("the certificate " + name)
		}
		key.Key = x.world.Certificates.Certificate(name).PublicKey
	case c.get("n") != nil:
		n, err := decodeKeyPart(x, c.get("n"))
		if err != nil {
			return key, err
		}
		e, err := decodeKeyPart(x, c.get("e"))
		if err != nil {
			return key, err
		}
		key.Key = &rsa.PublicKey{N: new(big.Int).SetBytes(n), E: int(new(big.Int).SetBytes(e).Int64())}
	default:
		text, err := c.content.trimmed(x)
		if err != nil {
			return key, err
		}
		secret, err := base64.StdEncoding.DecodeString(text)
		if err != nil {
			return key, invalidValue("The key is not valid base64.")
		}
		key.Key = secret
	}
	return key, nil
}

func decodeKeyPart(x *Execution, v *value) ([]byte, error) {
	text, err := v.trimmed(x)
	if err != nil {
		return nil, err
	}
	data, err := base64.RawURLEncoding.DecodeString(strings.NewReplacer("+", "-", "/", "_", "=", "").Replace(text))
	if err != nil {
		return nil, invalidValue("A part of the key is not valid base64url.")
	}
	return data, nil
}

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

// clockSkew is a time span, or seconds; 0 by default.
func (t *tokenCheck) clockSkew(x *Execution) (time.Duration, error) {
	text, err := t.skew.trimmed(x)
	if err != nil || text == "" {
		return 0, err
	}
	if strings.Contains(text, ":") {
		span, err := dotnet.ParseTimeSpan(text, dotnet.Invariant())
		return time.Duration(span) * 100, err
	}
	n, err := dotnet.ParseDouble(text, 167, dotnet.Invariant())
	if err != nil {
		return 0, invalidValue("clock-skew is a number of seconds or a time span.")
	}
	return seconds(n), nil
}

func (t *tokenCheck) checkIssuer(x *Execution, _ string, token *library.Jwt) error {
	allowed, err := texts(x, t.issuers)
	if err != nil {
		return err
	}
	if t.isAzure {
		tenant, err := t.tenant.trimmed(x)
		if err != nil {
			return err
		}
		allowed = []string{"https://login.microsoftonline.com/" + tenant + "/v2.0", "https://sts.windows.net/" + tenant + "/"}
	}
	if len(allowed) == 0 {
		urls, err := t.configurationURLs(x)
		if err != nil {
			return err
		}
		for _, url := range urls {
			configuration, err := x.world.Keys.OpenID(x.ctx, url, false)
			if err == nil && configuration.Issuer != "" {
				allowed = append(allowed, configuration.Issuer)
			}
		}
	}
	if len(allowed) == 0 || slices.ContainsFunc(token.Claim("iss"), func(iss string) bool { return slices.Contains(allowed, iss) }) {
		return nil
	}
	return denied("TokenIssuerNotAllowed", "The issuer of the token is not allowed. Access denied.")
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
