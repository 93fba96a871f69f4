package library

import (
	"crypto/sha1" //nolint:gosec // a certificate's thumbprint is its SHA-1 hash
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/asn1"
	"encoding/hex"
	"strings"

	"github.com/aoai-gateway/aoai-gateway/internal/policy/dotnet"
	"github.com/aoai-gateway/aoai-gateway/internal/policy/exchange"
)

// cert is an X509Certificate2.
type cert = *exchange.Certificate

func declareCertificate(l *Library) {
	c := l.class("System.Security.Cryptography.X509Certificates", "X509Certificate2", "")
	c.make("(byte[] rawData)", func(_ *Call, a []any) (any, error) {
		read, err := x509.ParseCertificate(a[0].(*Bytes).Data)
		if err != nil {
			return nil, cryptographic("Cannot find the requested object.\r\n")
		}
		return certificate(l, exchange.Certificate{Certificate: read}), nil
	})
	// A file of PKCS #12 holds a key beside the certificate.
	c.make("(byte[] rawData, string password)", func(_ *Call, a []any) (any, error) {
		read, err := exchange.ReadPKCS12(a[0].(*Bytes).Data, to[string](a[1]))
		if err != nil {
			return nil, cryptographic("The specified network password is not correct.\r\n")
		}
		return certificate(l, read), nil
	})
	c.property("bool HasPrivateKey", get(func(v cert) bool { return v.Key != nil }))
	c.property("AsymmetricAlgorithm? PrivateKey", get(func(v cert) any { return privateKey(l, v) }))
	for _, name := range []string{"Thumbprint", "GetCertHashString()"} {
		c.add("string "+name, false, get(func(v cert) string { return upperHex(certificateHash(v)) }), nil)
	}
	for _, name := range []string{"SerialNumber", "GetSerialNumberString()"} {
		c.add("string "+name, false, get(func(v cert) string { return upperHex(v.SerialNumber.Bytes()) }), nil)
	}
	for _, name := range []string{"RawData", "GetRawCertData()"} {
		c.add("byte[] "+name, false, get(func(v cert) *Bytes { return &Bytes{append([]byte{}, v.Raw...)} }), nil)
	}
	c.method("byte[] GetCertHash()", get(func(v cert) *Bytes { return &Bytes{certificateHash(v)} }))
	c.property("string Subject", get(func(v cert) string { return distinguishedName(v.RawSubject) }))
	c.property("string Issuer", get(func(v cert) string { return distinguishedName(v.RawIssuer) }))
	c.property("int Version", get(func(v cert) int32 { return count(v.Version) }))
	// The machine's zone is UTC.
	for name, of := range map[string]func(cert) dotnet.DateTime{
		"NotAfter":  func(v cert) dotnet.DateTime { return localTime(dotnet.FromTime(v.NotAfter)) },
		"NotBefore": func(v cert) dotnet.DateTime { return localTime(dotnet.FromTime(v.NotBefore)) },
	} {
		c.property("DateTime "+name, get(of))
		text := map[string]string{"NotAfter": "GetExpirationDateString", "NotBefore": "GetEffectiveDateString"}[name]
		c.method("string "+text+"()", func(call *Call, a []any) (any, error) {
			return either(call.Text(l, of(a[0].(view[cert]).value)))
		})
	}
	for _, name := range []string{"Verify", "VerifyNoRevocation"} {
		c.method("bool "+name+"()", get(func(v cert) bool {
			_, err := v.Verify(x509.VerifyOptions{KeyUsages: []x509.ExtKeyUsage{x509.ExtKeyUsageAny}})
			return err == nil
		}))
	}
	c.beyond("FriendlyName", "PublicKey", "Extensions", "GetNameInfo", "SubjectName", "IssuerName", "SignatureAlgorithm", "Archived", "Export", "Import", "GetPublicKey")
}

func localTime(d dotnet.DateTime) dotnet.DateTime {
	d.Kind = dotnet.Local
	return d
}

func certificate(l *Library, c exchange.Certificate) any {
	if c.Certificate == nil {
		return nil
	}
	return view[cert]{l.named("X509Certificate2"), &c}
}

func certificateHash(c cert) []byte {
	sum := sha1.Sum(c.Raw) //nolint:gosec // a certificate's thumbprint is its SHA-1 hash
	return sum[:]
}

func upperHex(data []byte) string { return strings.ToUpper(hex.EncodeToString(data)) }

// nameKeys are the short names of what names consist of, as .NET writes them.
var nameKeys = map[string]string{
	"2.5.4.3": "CN", "2.5.4.4": "SN", "2.5.4.5": "SERIALNUMBER", "2.5.4.6": "C", "2.5.4.7": "L", "2.5.4.8": "S", "2.5.4.9": "STREET", "2.5.4.10": "O", "2.5.4.11": "OU", "2.5.4.12": "T",
	"2.5.4.42": "G", "2.5.4.43": "I", "0.9.2342.19200300.100.1.25": "DC", "1.2.840.113549.1.9.1": "E",
}

// distinguishedName is a name as X500DistinguishedName.Name has it: the last part
// first.
func distinguishedName(raw []byte) string {
	var sequence pkix.RDNSequence
	if _, err := asn1.Unmarshal(raw, &sequence); err != nil {
		return ""
	}
	parts := make([]string, len(sequence))
	for i, set := range sequence {
		values := make([]string, len(set))
		for j, each := range set {
			key, ok := nameKeys[each.Type.String()]
			if !ok {
				key = "OID." + each.Type.String()
			}
			value, _ := each.Value.(string)
			if value == "" || value != strings.TrimSpace(value) || strings.ContainsAny(value, ",+=\"<>#;\r\n") {
				value = `"` + strings.ReplaceAll(value, `"`, `""`) + `"`
			}
			values[j] = key + "=" + value
		}
		parts[len(parts)-1-i] = strings.Join(values, " + ")
	}
	return strings.Join(parts, ", ")
}
