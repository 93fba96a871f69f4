package exchange

import (
	"crypto/rsa"
	"fmt"

	"software.sslmate.com/src/go-pkcs12"
)

// ReadPKCS12 reads a certificate with its key out of a file of PKCS #12 (.pfx), whose own
// certificate comes first. Keys that are not RSA's are left out.
func ReadPKCS12(data []byte, password string) (Certificate, error) {
	key, certificate, _, err := pkcs12.DecodeChain(data, password)
	if err != nil {
		return Certificate{}, fmt.Errorf("reading the certificate's file: %w", err)
	}
	read := Certificate{Certificate: certificate}
	read.Key, _ = key.(*rsa.PrivateKey)
	return read, nil
}
