// Package entra is the sandbox's identity provider: it publishes its keys as Entra
// does, and signs tokens for applications and managed identities.
package entra

import (
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/x509"
	"encoding/base64"
	"encoding/pem"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/go-jose/go-jose/v4"
	lru "github.com/hashicorp/golang-lru/v2"

	facts "github.com/aoai-gateway/aoai-gateway/internal/azure"
	"github.com/aoai-gateway/aoai-gateway/sandbox/deployed"
)

// Login is the public host of Entra.
const Login = facts.LoginHost

// Directory is a tenant.
type Directory struct {
	tenant     string
	key        *rsa.PrivateKey
	keyID      string
	principals func() ([]deployed.Principal, error)
	audiences  func() ([]string, error)
	// seen are claims of tokens whose signature was good, by the token.
	seen *lru.Cache[string, Claims]
}

// tokensKept is how many tokens a directory remembers as its own.
const tokensKept = 1024

// Options describe a tenant.
type Options struct {
	// TenantID is a GUID.
	TenantID string
	// Key signs tokens, and the applications' secrets follow from it; nil makes a new
	// one.
	Key *rsa.PrivateKey
	// Principals are who can ask for tokens with a secret.
	Principals func() ([]deployed.Principal, error)
	// Audiences are resources that the tenant knows beside those of Principals; nil for none.
	Audiences func() ([]string, error)
}

// New is a tenant.
func New(options Options) (*Directory, error) {
	if options.Key == nil {
		var err error
		if options.Key, err = rsa.GenerateKey(rand.Reader, 2048); err != nil {
			return nil, fmt.Errorf("making the tenant's signing key: %w", err)
		}
	}
	seen, err := lru.New[string, Claims](tokensKept)
	if err != nil {
		return nil, fmt.Errorf("making room for %d tokens: %w", tokensKept, err)
	}
	public := sha256.Sum256(x509.MarshalPKCS1PublicKey(&options.Key.PublicKey))
	return &Directory{
		tenant: options.TenantID, key: options.Key, keyID: base64.RawURLEncoding.EncodeToString(public[:20]),
		principals: options.Principals, audiences: options.Audiences, seen: seen,
	}, nil
}

const keyFile = "entra-key.pem"

// OpenKey reads the signing key of a sandbox's folder, or makes one, so that tokens
// stay good when the sandbox starts again. It never leaves the folder.
func OpenKey(dir string) (*rsa.PrivateKey, error) {
	path := filepath.Join(dir, keyFile)
	raw, err := os.ReadFile(path)
	if err == nil {
		return decodeKey(raw)
	}
	if !errors.Is(err, os.ErrNotExist) {
		return nil, fmt.Errorf("reading the tenant's signing key: %w", err)
	}
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		return nil, fmt.Errorf("making the tenant's signing key: %w", err)
	}
	encoded := pem.EncodeToMemory(&pem.Block{Type: "RSA PRIVATE KEY", Bytes: x509.MarshalPKCS1PrivateKey(key)})
	if err := os.WriteFile(path, encoded, 0o600); err != nil {
		return nil, fmt.Errorf("keeping the tenant's signing key: %w", err)
	}
	return key, nil
}

func decodeKey(raw []byte) (*rsa.PrivateKey, error) {
	block, _ := pem.Decode(raw)
	if block == nil {
		return nil, fmt.Errorf("%s holds no key in PEM; delete it, and a new one is made", keyFile)
	}
	key, err := x509.ParsePKCS1PrivateKey(block.Bytes)
	if err != nil {
		return nil, fmt.Errorf("decoding %s: %w", keyFile, err)
	}
	return key, nil
}

// Secret is the client secret of an application: it follows from the tenant's key,
// and so needs no place of its own.
func (d *Directory) Secret(appID string) string {
	sum := sha256.Sum256(append([]byte("client-secret|"+strings.ToLower(appID)+"|"), x509.MarshalPKCS1PrivateKey(d.key)...))
	return base64.RawURLEncoding.EncodeToString(sum[:30])
}

// Keys are the public keys, as the directory publishes them.
func (d *Directory) Keys() jose.JSONWebKeySet {
	return jose.JSONWebKeySet{Keys: []jose.JSONWebKey{{Key: &d.key.PublicKey, KeyID: d.keyID, Algorithm: string(jose.RS256), Use: "sig"}}}
}

// Principal finds one by name, object id or client id; case does not matter.
func (d *Directory) Principal(name string) (deployed.Principal, error) {
	all, err := d.principals()
	if err != nil {
		return deployed.Principal{}, err
	}
	names := make([]string, len(all))
	for i, principal := range all {
		if strings.EqualFold(principal.ID, name) || strings.EqualFold(principal.Name, name) || (principal.AppID != "" && strings.EqualFold(principal.AppID, name)) {
			return principal, nil
		}
		names[i] = principal.Name
	}
	return deployed.Principal{}, fmt.Errorf("%w: %q is none of %s", ErrUnknownPrincipal, name, strings.Join(names, ", "))
}

// ErrUnknownPrincipal is somebody whom the directory does not know.
var ErrUnknownPrincipal = errors.New("the tenant knows no such principal; the seed names them")
