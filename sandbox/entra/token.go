package entra

import (
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/go-jose/go-jose/v4"
	"github.com/google/uuid"

	facts "github.com/aoai-gateway/aoai-gateway/internal/azure"
	"github.com/aoai-gateway/aoai-gateway/sandbox/deployed"
)

// Lifetimes of tokens. Source: Entra's pages on access tokens (60 to 90 minutes) and
// on managed identities (24 hours).
const (
	applicationLifetime = time.Hour
	identityLifetime    = 24 * time.Hour
)

// Claims are what a token says.
type Claims struct {
	Audience  string   `json:"aud"`
	Issuer    string   `json:"iss"`
	IssuedAt  int64    `json:"iat"`
	NotBefore int64    `json:"nbf"`
	ExpiresAt int64    `json:"exp"`
	Subject   string   `json:"sub"`
	ObjectID  string   `json:"oid"`
	TenantID  string   `json:"tid"`
	AppID     string   `json:"appid,omitempty"`
	Roles     []string `json:"roles,omitempty"`
	Groups    []string `json:"groups,omitempty"`
	Version   string   `json:"ver"`
	ID        string   `json:"uti"`
}

// Issuer of tokens of version 1, which Azure's own services get, and what an
// application gets that does not ask for version 2. Source: Entra's page on access
// tokens.
func (d *Directory) Issuer() string { return facts.Issuer(d.tenant) }

// ForApplication is a token of version 1 for an application or user, as client
// credentials get it; resource is the scope without /.default.
func (d *Directory) ForApplication(principal deployed.Principal, resource string) (token string, lifetime time.Duration, err error) {
	token, err = d.sign(principal, resource, applicationLifetime)
	return token, applicationLifetime, err
}

// ForIdentity is a token for a managed identity.
func (d *Directory) ForIdentity(principal deployed.Principal, resource string) (token string, lifetime time.Duration, err error) {
	token, err = d.sign(principal, resource, identityLifetime)
	return token, identityLifetime, err
}

func (d *Directory) sign(principal deployed.Principal, resource string, lifetime time.Duration) (string, error) {
	now := time.Now()
	return d.Sign(Claims{
		Audience: resource, Issuer: d.Issuer(), IssuedAt: now.Unix(), NotBefore: now.Unix(), ExpiresAt: now.Add(lifetime).Unix(),
		Subject: principal.ID, ObjectID: principal.ID, TenantID: d.tenant, AppID: ApplicationID(principal),
		Roles: principal.Roles, Groups: principal.Groups, Version: "1.0", ID: uuid.NewString(),
	})
}

// ApplicationID is the client id of a principal.
func ApplicationID(principal deployed.Principal) string { return cmp.Or(principal.AppID, principal.ID) }

// Sign signs any claims: tests make bad tokens with it that are signed well.
func (d *Directory) Sign(claims Claims) (string, error) {
	signer, err := jose.NewSigner(
		jose.SigningKey{Algorithm: jose.RS256, Key: jose.JSONWebKey{Key: d.key, KeyID: d.keyID}},
		(&jose.SignerOptions{}).WithType("JWT"),
	)
	if err != nil {
		return "", fmt.Errorf("making a signer of tokens: %w", err)
	}
	payload, err := json.Marshal(claims)
	if err != nil {
		return "", fmt.Errorf("encoding a token's claims: %w", err)
	}
	signed, err := signer.Sign(payload)
	if err != nil {
		return "", fmt.Errorf("signing a token: %w", err)
	}
	return signed.CompactSerialize()
}

// ErrDenied is a token that is not good enough.
var ErrDenied = errors.New("the token is not accepted")

// Check reads a token as Azure's services do: its signature, issuer, times and
// audience. A slash at the end of the audience does not matter.
func (d *Directory) Check(token string, audiences ...string) (Claims, error) {
	claims, err := d.signed(token)
	if err != nil {
		return Claims{}, fmt.Errorf("%w: %w", ErrDenied, err)
	}
	now := time.Now().Unix()
	switch {
	case claims.Issuer != d.Issuer():
		return Claims{}, fmt.Errorf("%w: the issuer is %s", ErrDenied, claims.Issuer)
	case now >= claims.ExpiresAt || now < claims.NotBefore:
		return Claims{}, fmt.Errorf("%w: it has expired, or is not good yet", ErrDenied)
	case !slices.Contains(audiences, strings.TrimSuffix(claims.Audience, "/")):
		return Claims{}, fmt.Errorf("%w: the audience is %s", ErrDenied, claims.Audience)
	}
	return claims, nil
}

// signed are the claims of a token that this directory has signed. Whose signature was good
// once has a good one for ever, so that each token's is looked at once; its times are not
// part of that.
func (d *Directory) signed(token string) (Claims, error) {
	if claims, known := d.seen.Get(token); known {
		return claims, nil
	}
	parsed, err := jose.ParseSigned(token, []jose.SignatureAlgorithm{jose.RS256})
	if err != nil {
		return Claims{}, err
	}
	payload, err := parsed.Verify(&d.key.PublicKey)
	if err != nil {
		return Claims{}, err
	}
	var claims Claims
	if err := json.Unmarshal(payload, &claims); err != nil {
		return Claims{}, err
	}
	d.seen.Add(token, claims)
	return claims, nil
}
