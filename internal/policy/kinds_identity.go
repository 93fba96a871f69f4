package policy

import (
	"encoding/base64"

	"github.com/aoai-gateway/aoai-gateway/internal/policy/exchange"
)

// identityKinds authenticate callers, and the gateway to backends.
func identityKinds() []*kind {
	claim := child{name: "claim", many: true, attributes: []attribute{need("name", text()), may("match", oneOf("all", "any")), may("separator", text())}, children: []child{{name: "value", many: true, content: requiredText}}}
	neededClaim := claim
	neededClaim.required = true
	key := child{name: "key", many: true, content: optionalText, attributes: []attribute{may("id", text()), may("certificate-id", text()), may("n", text()), may("e", text())}}
	decryption := child{name: "key", required: true, many: true, content: optionalText, attributes: []attribute{may("id", text()), may("certificate-id", text())}}
	failed := []attribute{may("failed-validation-httpcode", integer(100, 999)), may("failed-validation-error-message", text()), may("output-token-variable-name", text()).fixed()}
	from := []attribute{may("header-name", text()), may("query-parameter-name", text()), may("token-value", text())}
	jwt := append(append([]attribute{
		may("require-expiration-time", boolean()), may("require-scheme", text()), may("require-signed-tokens", boolean()), may("clock-skew", integer(-unbounded, unbounded)),
	}, failed...), from...)
	aad := append(append([]attribute{
		need("tenant-id", text()), may("authentication-endpoint", text()), may("require-scheme", text()).undocumented(),
		may("allow-proof-of-possession-tokens", boolean()).undocumented(), may("allow-protected-forwarded-tokens", boolean()).undocumented(),
	}, failed...), from...)
	return []*kind{
		{name: "authentication-managed-identity", sections: in("inbound", "backend", "outbound", "on-error"), attributes: []attribute{
			need("resource", text()), may("client-id", text()), may("output-token-variable-name", text()).fixed(), may("ignore-error", boolean()).fixed(),
		}, compile: authenticationManagedIdentity},
		{name: "authentication-basic", sections: in("inbound"), attributes: []attribute{need("username", text()), may("password", text())}, compile: authenticationBasic},
		{name: "authentication-certificate", sections: in("inbound"), attributes: []attribute{may("thumbprint", text()), may("certificate-id", text()), may("body", object()), may("password", text())}, compile: authenticationCertificate},
		{name: "get-authorization-context", sections: in("inbound"), attributes: []attribute{
			need("provider-id", text()), need("authorization-id", text()), may("identity-type", oneOf("managed", "jwt")), may("identity", text()),
			need("context-variable-name", text()), may("ignore-error", boolean()),
		}, compile: getAuthorizationContext},
		{name: "validate-jwt", sections: in("inbound"), attributes: jwt, children: []child{
			{name: "openid-config", many: true, attributes: []attribute{need("url", text()), may("host", text()).fixed().undocumented()}},
			{name: "issuer-signing-tokens", unsupported: unexplained, children: []child{{name: "token", many: true, content: requiredText}}},
			{name: "issuer-signing-keys", children: []child{key, {name: "zumo-master-key", many: true, content: optionalText, unsupported: unexplained, attributes: []attribute{may("id", text())}}}},
			{name: "decryption-keys", children: []child{decryption}},
			{name: "audiences", children: []child{{name: "audience", many: true, content: requiredText}}},
			{name: "issuers", children: []child{{name: "issuer", many: true, content: requiredText}}},
			{name: "required-claims", children: []child{claim}},
		}, compile: validateJwt},
		{name: "validate-azure-ad-token", sections: in("inbound"), anyOrder: true, attributes: aad, children: []child{
			{name: "client-application-ids", children: []child{{name: "application-id", required: true, many: true, content: requiredText}}},
			{name: "backend-application-ids", children: []child{{name: "application-id", required: true, many: true, content: requiredText}}},
			{name: "audiences", children: []child{{name: "audience", required: true, many: true, content: requiredText}}},
			{name: "required-claims", children: []child{neededClaim}},
			{name: "decryption-keys", children: []child{decryption}},
		}, compile: validateAzureADToken},
	}
}

func authenticationManagedIdentity(c *elementCompilation) runner {
	apply := c.managedIdentity()
	c.step.detail = describe(c.get("resource"))
	return func(x *Execution) error { return apply(x, &x.exchange.Request.Headers) }
}

// managedIdentity compiles the policy; it sets the Authorization of headers.
func (c *elementCompilation) managedIdentity() func(x *Execution, headers *exchange.Headers) error {
	resource, client := c.get("resource"), c.get("client-id")
	variable, ignore := c.literal("output-token-variable-name", ""), c.flag("ignore-error", false)
	if variable != "" {
		c.noteVariable(variable, nil)
	}
	return func(x *Execution, headers *exchange.Headers) error {
		audience, err := resource.required(x, "resource")
		if err != nil {
			return err
		}
		id, err := client.string(x)
		if err != nil {
			return err
		}
		if x.world.Identity == nil {
			return missingWorld("a managed identity")
		}
		token, err := x.world.Identity.Token(x.ctx, audience, id)
		if err != nil {
			if ignore {
				x.tell("ignored: %v", err)
				return nil
			}
			return &Error{Failure: failure("authentication-managed-identity", "", "getting a token for "+audience+": "+err.Error()), cause: err}
		}
		x.tell("a token for %s", audience)
		if variable != "" {
			x.exchange.Variables[variable] = token
			if !x.program.switches.SetHeaderBesideVariable {
				return nil
			}
		}
		headers.Set("Authorization", "Bearer "+token)
		return nil
	}
}

func authenticationBasic(c *elementCompilation) runner {
	apply := c.basicCredentials()
	return func(x *Execution) error { return apply(x, &x.exchange.Request.Headers) }
}

func (c *elementCompilation) basicCredentials() func(x *Execution, headers *exchange.Headers) error {
	username, password := c.get("username"), c.get("password")
	return func(x *Execution, headers *exchange.Headers) error {
		user, err := username.string(x)
		if err != nil {
			return err
		}
		secret, err := password.string(x)
		if err != nil {
			return err
		}
		headers.Set("Authorization", "Basic "+base64.StdEncoding.EncodeToString([]byte(user+":"+secret)))
		return nil
	}
}

// authenticationCertificate shows a certificate to whoever the request is
// forwarded to; the connection itself is the World's.
func authenticationCertificate(c *elementCompilation) runner {
	id := c.certificateID()
	return func(x *Execution) (err error) {
		x.certificate, err = id.required(x, "certificate-id")
		return err
	}
}

// certificateID is the certificate's id or thumbprint.
func (c *elementCompilation) certificateID() *value {
	if c.get("body") != nil {
		c.note(c.element.Position(), Unsupported, "unsupported-policy", "a certificate that stands in the document cannot be run here")
	}
	id, thumbprint := c.get("certificate-id"), c.get("thumbprint")
	switch {
	case id != nil && thumbprint != nil:
		c.note(c.element.Position(), Refused, "attribute", "<authentication-certificate> takes certificate-id or thumbprint, not both")
	case id == nil && thumbprint == nil && c.get("body") == nil:
		c.note(c.element.Position(), Refused, "missing-attribute", "<authentication-certificate> needs certificate-id or thumbprint")
	}
	if id == nil {
		return thumbprint
	}
	return id
}
