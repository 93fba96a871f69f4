package network

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"errors"
	"fmt"
	"math/big"
	"net"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	facts "github.com/aoai-gateway/aoai-gateway/internal/azure"
)

// CA signs the certificates of the sandbox's hosts. Its own certificate limits it to the
// domains of those hosts and to loopback: who trusts it trusts it for no other site.
type CA struct {
	certificate *x509.Certificate
	key         *ecdsa.PrivateKey
	pem         []byte
}

// CAFile is the CA's certificate in the sandbox's folder, for clients to trust.
const CAFile = "ca.pem"

const caKeyFile = "ca-key.pem"

// OpenCA reads the CA of a folder, or makes one. Its key never leaves the folder.
func OpenCA(dir string) (*CA, error) {
	certificate, certErr := os.ReadFile(filepath.Join(dir, CAFile))
	key, keyErr := os.ReadFile(filepath.Join(dir, caKeyFile))
	if certErr == nil && keyErr == nil {
		if ca, err := decodeCA(certificate, key); err == nil && ca.covers(domains) && time.Now().Before(ca.certificate.NotAfter.AddDate(0, -1, 0)) {
			return ca, nil
		}
	}
	for _, err := range []error{certErr, keyErr} {
		if err != nil && !errors.Is(err, os.ErrNotExist) {
			return nil, fmt.Errorf("reading the sandbox's CA: %w", err)
		}
	}
	ca, encodedKey, err := newCA(domains)
	if err != nil {
		return nil, fmt.Errorf("making the sandbox's CA: %w", err)
	}
	if err := os.WriteFile(filepath.Join(dir, caKeyFile), encodedKey, 0o600); err != nil {
		return nil, fmt.Errorf("keeping the key of the sandbox's CA: %w", err)
	}
	if err := os.WriteFile(filepath.Join(dir, CAFile), ca.pem, 0o600); err != nil {
		return nil, fmt.Errorf("keeping the sandbox's CA: %w", err)
	}
	return ca, nil
}

// covers reports whether the CA may sign for all of some domains: one of an earlier
// version may not.
func (c *CA) covers(domains []string) bool {
	for _, domain := range domains {
		if !slices.Contains(c.certificate.PermittedDNSDomains, domain) {
			return false
		}
	}
	return true
}

func decodeCA(certificate, key []byte) (*CA, error) {
	pair, err := tls.X509KeyPair(certificate, key)
	if err != nil {
		return nil, err
	}
	private, ok := pair.PrivateKey.(*ecdsa.PrivateKey)
	if !ok {
		return nil, errors.New("the key is not an ECDSA key")
	}
	return &CA{pair.Leaf, private, certificate}, nil
}

// NewCA is a CA that may sign for some hosts. It is in nobody's folder: only the sandbox itself
// trusts it.
func NewCA(hosts ...string) (*CA, error) {
	ca, _, err := newCA(append(slices.Clone(hosts), "localhost")) // which each certificate names
	if err != nil {
		return nil, fmt.Errorf("making a CA for %v: %w", hosts, err)
	}
	return ca, nil
}

// permits reports whether the CA may sign for a host.
func (c *CA) permits(name string) bool {
	return slices.ContainsFunc(c.certificate.PermittedDNSDomains, func(domain string) bool {
		return name == domain || strings.HasSuffix(name, "."+domain)
	})
}

func newCA(domains []string) (*CA, []byte, error) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return nil, nil, err
	}
	template := &x509.Certificate{
		SerialNumber: serial(), Subject: pkix.Name{CommonName: "aoai-gateway sandbox"},
		NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().AddDate(2, 0, 0),
		PermittedDNSDomainsCritical: true, PermittedDNSDomains: domains, PermittedIPRanges: loopbacks,
		IsCA: true, BasicConstraintsValid: true, MaxPathLenZero: true, KeyUsage: x509.KeyUsageCertSign | x509.KeyUsageDigitalSignature,
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
	if err != nil {
		return nil, nil, err
	}
	encodedKey, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		return nil, nil, err
	}
	keyPEM := pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: encodedKey})
	ca, err := decodeCA(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der}), keyPEM)
	return ca, keyPEM, err
}

// domains are those of the hosts that the sandbox has, and of tests.
var domains = []string{
	facts.ManagerHost, facts.LoginHost, facts.GatewayDomain, facts.OpenAIDomain, facts.FoundryDomain, facts.CognitiveServicesDomain,
	facts.EventHubDomain, facts.FrontDoorDomain, facts.AddressDomain, facts.WorkflowDomain, "localhost", "example",
}

var loopbacks = []*net.IPNet{
	{IP: net.IPv4(127, 0, 0, 0).To4(), Mask: net.CIDRMask(8, 32)}, {IP: net.IPv6loopback, Mask: net.CIDRMask(128, 128)},
}

func serial() *big.Int {
	number, err := rand.Int(rand.Reader, new(big.Int).Lsh(big.NewInt(1), 120))
	if err != nil {
		panic(err) // never: crypto/rand does not fail
	}
	return number
}

// Pool is what clients trust.
func (c *CA) Pool() *x509.CertPool {
	pool := x509.NewCertPool()
	pool.AddCert(c.certificate)
	return pool
}

// issue makes the certificate of a host, which is also good for its loopback address.
func (c *CA) issue(name string) (tls.Certificate, error) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return tls.Certificate{}, err
	}
	template := &x509.Certificate{
		SerialNumber: serial(), Subject: pkix.Name{CommonName: "sandbox host"},
		NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().AddDate(0, 6, 0),
		DNSNames: []string{name, "localhost"}, IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1), net.IPv6loopback},
		KeyUsage: x509.KeyUsageDigitalSignature, ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth},
	}
	der, err := x509.CreateCertificate(rand.Reader, template, c.certificate, key.Public(), c.key)
	if err != nil {
		return tls.Certificate{}, err
	}
	return tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key}, nil
}
