package policy

import (
	"crypto/rsa"
	"encoding/base64"
	"math/big"
	"strings"

	"github.com/go-jose/go-jose/v4"

	"github.com/aoai-gateway/aoai-gateway/internal/azure"
	"github.com/aoai-gateway/aoai-gateway/internal/policy/library"
)

// algorithms that are accepted: asymmetric ones, and HMAC for keys written in the
// document. Never "none".
func algorithms() []jose.SignatureAlgorithm {
	return []jose.SignatureAlgorithm{jose.RS256, jose.RS384, jose.RS512, jose.PS256, jose.PS384, jose.PS512, jose.ES256, jose.ES384, jose.ES512, jose.HS256, jose.HS384, jose.HS512}
}

func (t *tokenCheck) checkSignature(x *Execution, raw string, _ *library.Jwt) error {
	signed, err := t.signed.boolean(x, true)
	if err != nil {
		return err
	}
	if !signed && strings.HasSuffix(raw, ".") {
		// Unsigned tokens are allowed; a signature that is there has to be good.
		return nil
	}
	object, err := jose.ParseSigned(raw, algorithms())
	if err != nil {
		return denied("TokenSignatureInvalid", "The signature of the token is invalid. Access denied.")
	}
	inline, err := t.inlineKeys(x)
	if err != nil {
		return err
	}
	tried, verified := verify(object, inline)
	if verified {
		return nil
	}
	urls, err := t.configurationURLs(x)
	if err != nil {
		return err
	}
	// A key that is not among those of the configurations may be new: then they
	// are fetched again.
	for _, refresh := range []bool{false, true} {
		keys, err := t.publishedKeys(x, urls, refresh)
		if err != nil {
			return err
		}
		known, verified := verify(object, keys)
		if verified {
			return nil
		}
		tried = tried || known
		if known || len(urls) == 0 {
			break
		}
	}
	if tried {
		return denied("TokenSignatureInvalid", "The signature of the token is invalid. Access denied.")
	}
	return denied("TokenSignatureKeyNotFound", "No key that is known signed the token. Access denied.")
}

// verify tries keys; a key with another id than the token names is left out.
func verify(object *jose.JSONWebSignature, keys []jose.JSONWebKey) (tried, verified bool) {
	kid := object.Signatures[0].Header.KeyID
	for _, key := range keys {
		if key.KeyID != "" && kid != "" && key.KeyID != kid {
			continue
		}
		tried = true
		if _, err := object.Verify(key.Key); err == nil {
			return true, true
		}
	}
	return tried, false
}

// inlineKeys are the keys written in the document.
func (t *tokenCheck) inlineKeys(x *Execution) ([]jose.JSONWebKey, error) {
	var keys []jose.JSONWebKey
	for _, each := range t.keys {
		key, err := inlineKey(x, each)
		if err != nil {
			return nil, err
		}
		keys = append(keys, key)
	}
	return keys, nil
}

// publishedKeys are those of the OpenID configurations. One that cannot be had
// does not keep another one's keys from being tried.
func (t *tokenCheck) publishedKeys(x *Execution, urls []string, refresh bool) ([]jose.JSONWebKey, error) {
	var keys []jose.JSONWebKey
	for _, url := range urls {
		if x.world.Keys == nil {
			return nil, missingWorld("the OpenID configuration " + url)
		}
		configuration, err := x.world.Keys.OpenID(x.ctx, url, refresh)
		if err != nil {
			x.tell("the OpenID configuration %s: %v", url, err)
			continue
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
		endpoint = azure.LoginHost
	}
	tenant, err := t.tenant.trimmed(x)
	return "https://" + strings.TrimPrefix(endpoint, "https://") + "/" + tenant, err
}

// inlineKey is a <key>: base64 of a shared secret, n and e of an RSA key, or a
// certificate of the service.
func inlineKey(x *Execution, c *elementCompilation) (jose.JSONWebKey, error) {
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
