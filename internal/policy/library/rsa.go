package library

import (
	"crypto"
	"crypto/rand"
	"crypto/rsa"

	"github.com/aoai-gateway/aoai-gateway/internal/policy/dotnet"
)

// rsaKey is an RSA: a public key, and the private one or nil.
type rsaKey struct {
	self    *Type
	public  *rsa.PublicKey
	private *rsa.PrivateKey
}

func (k *rsaKey) typeIn(*Library) *Type { return k.self }

// padding is an RSASignaturePadding or an RSAEncryptionPadding.
type padding struct {
	self *Type
	name string
}

func (p *padding) typeIn(*Library) *Type { return p.self }

// text is ToString().
func (p *padding) text(*Env) (string, error) { return p.name, nil } //nolint:unparam // what text of a value is like

// The names of paddings.
const (
	pkcs1 = "Pkcs1"
	pss   = "Pss"
	oaep  = "OaepSHA"
)

// hashName is a HashAlgorithmName; its name may be null.
type hashName struct {
	self *Type
	name string
	null bool
}

func (h hashName) typeIn(*Library) *Type { return h.self }

// text is ToString().
func (h hashName) text(*Env) (string, error) { return h.name, nil } //nolint:unparam // what text of a value is like

// hashes are the algorithms that have a name.
var hashes = map[string]crypto.Hash{"MD5": crypto.MD5, "SHA1": crypto.SHA1, "SHA256": crypto.SHA256, "SHA384": crypto.SHA384, "SHA512": crypto.SHA512}

// algorithm is the hash of a name.
func (h hashName) algorithm() (crypto.Hash, error) {
	if h.name == "" {
		return 0, dotnet.Argument("The hash algorithm name cannot be null or empty.", "hashAlgorithm")
	}
	found, known := hashes[h.name]
	if !known {
		return 0, cryptographic("'" + h.name + "' is not a known hash algorithm.")
	}
	return found, nil
}

// declareRSA declares keys and what signing with them takes. Keys come from certificates: the
// service's reference allows RSA, and no provider that makes new keys.
func declareRSA(l *Library) {
	const namespace = "System.Security.Cryptography"
	declareHashNames(l, namespace)
	for name, each := range map[string][]string{"RSASignaturePadding": {pkcs1, pss}, "RSAEncryptionPadding": {pkcs1, oaep + "1", oaep + "256", oaep + "384", oaep + "512"}} {
		c := l.class(namespace, name, "")
		for _, one := range each {
			only := &padding{c.self, one}
			c.fixed(name+" "+one, constant(only))
		}
		c.method("string ToString()", f1(func(p *padding) string { return p.name }))
		c.beyond("Mode", "OaepHashAlgorithm", "CreateOaep")
	}
	base := l.class(namespace, "AsymmetricAlgorithm", "").from("IDisposable")
	base.property("int KeySize", f1(func(k *rsaKey) int32 { return count(k.public.N.BitLen()) }))
	base.method("void Dispose()", constant(nil)).method("void Clear()", constant(nil))
	base.beyond("KeyExchangeAlgorithm", "SignatureAlgorithm", "LegalKeySizes", "ToXmlString", "FromXmlString")
	c := l.class(namespace, "RSA", "").from("AsymmetricAlgorithm")
	declareSigning(c)
	c.method("byte[] Encrypt(byte[] data, RSAEncryptionPadding padding)", x3(encryptRSA))
	c.method("byte[] Decrypt(byte[] data, RSAEncryptionPadding padding)", x3(decryptRSA))
	c.beyond("Create", "ExportParameters", "ImportParameters", "EncryptValue", "DecryptValue")
	extensions := l.static("System.Security.Cryptography.X509Certificates", "RSACertificateExtensions")
	extensions.fixed("RSA? GetRSAPrivateKey(this X509Certificate2 certificate)", func(_ *Call, a []any) (any, error) {
		return privateKey(l, a[0].(view[cert]).value), nil
	})
	extensions.fixed("RSA? GetRSAPublicKey(this X509Certificate2 certificate)", func(_ *Call, a []any) (any, error) {
		public, isRSA := a[0].(view[cert]).value.PublicKey.(*rsa.PublicKey)
		if !isRSA {
			return nil, nil //nolint:nilnil // null is the value
		}
		return &rsaKey{self: l.named("RSA"), public: public}, nil
	})
	extensions.beyond("CopyWithPrivateKey")
}

// privateKey is the key of a certificate, null where it has none.
func privateKey(l *Library, of cert) any {
	if of.Key == nil {
		return nil
	}
	return &rsaKey{l.named("RSA"), &of.Key.PublicKey, of.Key}
}

func declareHashNames(l *Library, namespace string) {
	c := l.value(namespace, "HashAlgorithmName", "")
	for name := range hashes {
		c.fixed("HashAlgorithmName "+name, constant(hashName{self: c.self, name: name}))
	}
	c.make("(string? name)", func(_ *Call, a []any) (any, error) { return hashName{c.self, to[string](a[0]), a[0] == nil}, nil })
	c.property("string? Name", f1(func(h hashName) any {
		if h.null {
			return nil
		}
		return h.name
	}))
	c.method("string ToString()", f1(func(h hashName) string { return h.name }))
	c.method("bool Equals(HashAlgorithmName other)", f2(func(h, other hashName) bool { return h.name == other.name }))
}

func declareSigning(c *class) {
	for _, part := range []struct {
		signature string
		cut       bool
	}{{"byte[] data, ", false}, {"byte[] data, int offset, int count, ", true}} {
		c.method("byte[] SignData("+part.signature+"HashAlgorithmName hashAlgorithm, RSASignaturePadding padding)", func(_ *Call, a []any) (any, error) {
			data, rest, err := cutOut(a[1:], part.cut)
			if err != nil {
				return nil, err
			}
			return signHash(a[0].(*rsaKey), data, rest[0].(hashName), rest[1].(*padding), true)
		})
	}
	c.method("byte[] SignHash(byte[] hash, HashAlgorithmName hashAlgorithm, RSASignaturePadding padding)", func(_ *Call, a []any) (any, error) {
		return signHash(a[0].(*rsaKey), a[1].(*Bytes).Data, a[2].(hashName), a[3].(*padding), false)
	})
	c.method("bool VerifyData(byte[] data, byte[] signature, HashAlgorithmName hashAlgorithm, RSASignaturePadding padding)", func(_ *Call, a []any) (any, error) {
		return verifyHash(a[0].(*rsaKey), a[1].(*Bytes).Data, a[2].(*Bytes).Data, a[3].(hashName), a[4].(*padding), true)
	})
	c.method("bool VerifyHash(byte[] hash, byte[] signature, HashAlgorithmName hashAlgorithm, RSASignaturePadding padding)", func(_ *Call, a []any) (any, error) {
		return verifyHash(a[0].(*rsaKey), a[1].(*Bytes).Data, a[2].(*Bytes).Data, a[3].(hashName), a[4].(*padding), false)
	})
}

// cutOut is what is to be signed: the whole data, or a part of it, and the arguments behind.
func cutOut(arguments []any, cut bool) ([]byte, []any, error) {
	data := arguments[0].(*Bytes).Data
	if !cut {
		return data, arguments[1:], nil
	}
	offset, length := int(arguments[1].(int32)), int(arguments[2].(int32))
	if offset < 0 || offset > len(data) {
		return nil, nil, dotnet.ArgumentOutOfRange("", "offset")
	}
	if length < 0 || length > len(data)-offset {
		return nil, nil, dotnet.ArgumentOutOfRange("", "count")
	}
	return data[offset : offset+length], arguments[3:], nil
}

// digestOf is the hash of data by the algorithm of a name, or data itself where it is one already.
func digestOf(name hashName, data []byte, whole bool) (with crypto.Hash, digest []byte, err error) {
	if with, err = name.algorithm(); err != nil {
		return 0, nil, err
	}
	if !whole {
		if len(data) != with.Size() {
			return 0, nil, cryptographic("The parameter is incorrect.\r\n")
		}
		return with, data, nil
	}
	h := with.New()
	_, _ = h.Write(data)
	return with, h.Sum(nil), nil
}

func signHash(key *rsaKey, data []byte, name hashName, pad *padding, whole bool) (any, error) {
	with, digest, err := digestOf(name, data, whole)
	if err != nil {
		return nil, err
	}
	if key.private == nil {
		return nil, cryptographic("Key does not exist.\r\n")
	}
	var signature []byte
	if pad.name == pss {
		signature, err = rsa.SignPSS(rand.Reader, key.private, with, digest, &rsa.PSSOptions{SaltLength: rsa.PSSSaltLengthEqualsHash, Hash: with})
	} else {
		signature, err = rsa.SignPKCS1v15(nil, key.private, with, digest)
	}
	if err != nil {
		return nil, cryptographic("The parameter is incorrect.\r\n")
	}
	return &Bytes{signature}, nil
}

func verifyHash(key *rsaKey, data, signature []byte, name hashName, pad *padding, whole bool) (any, error) {
	with, digest, err := digestOf(name, data, whole)
	if err != nil {
		return nil, err
	}
	if pad.name == pss {
		return rsa.VerifyPSS(key.public, with, digest, signature, &rsa.PSSOptions{SaltLength: rsa.PSSSaltLengthEqualsHash, Hash: with}) == nil, nil
	}
	return rsa.VerifyPKCS1v15(key.public, with, digest, signature) == nil, nil
}

// oaepHash is the hash of an OAEP padding.
func (p *padding) oaepHash() crypto.Hash {
	hash, known := hashes[p.name[len("Oaep"):]]
	if !known {
		return crypto.SHA1
	}
	return hash
}

func encryptRSA(key *rsaKey, data *Bytes, pad *padding) (*Bytes, error) {
	var made []byte
	var err error
	if pad.name == pkcs1 {
		made, err = rsa.EncryptPKCS1v15(rand.Reader, key.public, data.Data) //nolint:staticcheck // a policy chooses it
	} else {
		made, err = rsa.EncryptOAEP(pad.oaepHash().New(), rand.Reader, key.public, data.Data, nil)
	}
	if err != nil {
		return nil, cryptographic("The parameter is incorrect.\r\n")
	}
	return &Bytes{made}, nil
}

func decryptRSA(key *rsaKey, data *Bytes, pad *padding) (*Bytes, error) {
	if key.private == nil {
		return nil, cryptographic("Key does not exist.\r\n")
	}
	var made []byte
	var err error
	if pad.name == pkcs1 {
		made, err = rsa.DecryptPKCS1v15(nil, key.private, data.Data) //nolint:staticcheck // a policy chooses it
	} else {
		made, err = rsa.DecryptOAEP(pad.oaepHash().New(), nil, key.private, data.Data, nil)
	}
	if err != nil {
		return nil, cryptographic("The parameter is incorrect.\r\n")
	}
	return &Bytes{made}, nil
}
