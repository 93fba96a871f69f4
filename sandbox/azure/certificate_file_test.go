package azure

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"encoding/base64"
	"math/big"

	"software.sslmate.com/src/go-pkcs12"
)

// certificateFile is a certificate with its key for some host names, as a vault's secret holds it.
func certificateFile(hosts ...string) string {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		panic(err)
	}
	template := &x509.Certificate{SerialNumber: big.NewInt(1), DNSNames: hosts}
	raw, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
	if err != nil {
		panic(err)
	}
	certificate, err := x509.ParseCertificate(raw)
	if err != nil {
		panic(err)
	}
	file, err := pkcs12.Modern.Encode(key, certificate, nil, "")
	if err != nil {
		panic(err)
	}
	return base64.StdEncoding.EncodeToString(file)
}
