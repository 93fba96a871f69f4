package library

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/des" //nolint:gosec // policies may ask for it
	"crypto/hmac"
	"crypto/md5"  //nolint:gosec // policies may ask for it
	"crypto/sha1" //nolint:gosec // policies may ask for it
	"crypto/sha256"
	"crypto/sha512"
	"hash"

	"github.com/aoai-gateway/aoai-gateway/internal/policy/dotnet"
)

// Hasher is a HashAlgorithm, keyed or not.
type Hasher struct {
	self *Type
	make func() hash.Hash
	key  []byte
	done []byte
}

func (h *Hasher) typeIn(*Library) *Type { return h.self }

func (h *Hasher) compute(data []byte) *Bytes {
	algorithm := h.make()
	if h.key != nil {
		algorithm = hmac.New(h.make, h.key)
	}
	_, _ = algorithm.Write(data)
	h.done = algorithm.Sum(nil)
	return &Bytes{h.done}
}

func declareCrypto(l *Library) {
	const namespace = "System.Security.Cryptography"
	base := l.class(namespace, "HashAlgorithm", "").from("IDisposable")
	base.method("byte[] ComputeHash(byte[] buffer)", f2(func(h *Hasher, b *Bytes) *Bytes { return h.compute(b.Data) }))
	base.method("byte[] ComputeHash(byte[] buffer, int offset, int count)", func(_ *Call, a []any) (any, error) {
		data, offset, length := a[1].(*Bytes).Data, int(to[int32](a[2])), int(to[int32](a[3]))
		switch {
		case offset < 0:
			return nil, dotnet.ArgumentOutOfRange("Non-negative number required.", "offset")
		case length < 0 || length > len(data):
			return nil, dotnet.Throw("System.ArgumentException", "Value was invalid.")
		case offset > len(data)-length:
			return nil, dotnet.Throw("System.ArgumentException",
				"Offset and length were out of bounds for the array or count is greater than the number of elements from index to the end of the source collection.")
		}
		return a[0].(*Hasher).compute(data[offset : offset+length]), nil
	})
	base.property("byte[] Hash", f1(func(h *Hasher) *Bytes { return &Bytes{h.done} }))
	base.property("int HashSize", f1(func(h *Hasher) int32 { return count(h.make().Size() * 8) }))
	base.method("void Dispose()", constant(nil)).method("void Clear()", constant(nil)).method("void Initialize()", constant(nil))
	base.beyond("TransformBlock", "TransformFinalBlock", "InputBlockSize", "OutputBlockSize", "CanReuseTransform")
	keyed := l.class(namespace, "KeyedHashAlgorithm", "").from("HashAlgorithm")
	keyed.mutable("byte[] Key", f1(func(h *Hasher) *Bytes { return &Bytes{h.key} }), func(_ *Call, a []any) (any, error) {
		a[0].(*Hasher).key = a[1].(*Bytes).Data
		return nil, nil //nolint:nilnil // null is the value, or there is none
	})
	l.class(namespace, "HMAC", "").from("KeyedHashAlgorithm")
	for name, algorithm := range map[string]func() hash.Hash{"MD5": md5.New, "SHA1": sha1.New, "SHA256": sha256.New, "SHA384": sha512.New384, "SHA512": sha512.New} {
		c := l.class(namespace, name, "").from("HashAlgorithm")
		c.fixed(name+" Create()", func(*Call, []any) (any, error) { return &Hasher{self: c.self, make: algorithm}, nil })
		c.fixed("byte[] HashData(byte[] source)", f1(func(b *Bytes) *Bytes { return (&Hasher{make: algorithm}).compute(b.Data) }))
		if name != "MD5" {
			managed := l.class(namespace, name+"Managed", "").from(name)
			managed.make("()", func(*Call, []any) (any, error) { return &Hasher{self: managed.self, make: algorithm}, nil })
		}
		h := l.class(namespace, "HMAC"+name, "").from("HMAC")
		h.make("(byte[]? key)", x1(func(b *Bytes) (*Hasher, error) {
			if b == nil {
				return nil, dotnet.NullReference()
			}
			return &Hasher{h.self, algorithm, append([]byte{}, b.Data...), nil}, nil
		}))
		h.make("()", func(c *Call, _ []any) (any, error) { return &Hasher{h.self, algorithm, c.randomBytes(64), nil}, nil })
	}
	bytes := l.static("", "ByteArrayExtensions")
	for name, decrypt := range map[string]bool{"Encrypt": false, "Decrypt": true} {
		bytes.fixed("byte[] "+name+"(this byte[] input, string alg, byte[] key, byte[] iv)", x4(func(b *Bytes, alg string, key, iv *Bytes) (*Bytes, error) {
			return symmetric(b.Data, alg, key.Data, iv.Data, decrypt)
		}))
	}
}

// newCipher is SymmetricAlgorithm.Create(name) with a key.
func newCipher(name string, key []byte) (cipher.Block, error) {
	newBlock := aes.NewCipher
	switch fold(name) {
	case "AES", "RIJNDAEL":
	case "DES":
		newBlock = des.NewCipher
	case "3DES", "TRIPLEDES", "TRIPLE DES":
		newBlock = des.NewTripleDESCipher
		if len(key) == 16 {
			key = append(key[:16:16], key[:8]...)
		}
	case "RC2":
		return nil, dotnet.Throw("System.NotSupportedException", "the algorithm RC2 cannot be run here")
	default:
		// .NET's factory gives null of a name that it does not know.
		return nil, dotnet.NullReference()
	}
	block, err := newBlock(key)
	if err != nil {
		return nil, cryptographic("Specified key is not a valid size for this algorithm.")
	}
	return block, nil
}

// symmetric is Encrypt and Decrypt: the algorithm with .NET's defaults, which are
// CBC and PKCS #7 padding.
func symmetric(data []byte, alg string, key, iv []byte, decrypt bool) (*Bytes, error) {
	block, err := newCipher(alg, key)
	if err != nil {
		return nil, err
	}
	if len(iv) != block.BlockSize() {
		return nil, cryptographic("Specified initialization vector (IV) does not match the block size for this algorithm.")
	}
	size := block.BlockSize()
	if !decrypt {
		missing := size - len(data)%size
		padded := append([]byte{}, data...)
		for range missing {
			padded = append(padded, byte(missing)) //nolint:gosec // at most a block
		}
		cipher.NewCBCEncrypter(block, iv).CryptBlocks(padded, padded)
		return &Bytes{padded}, nil
	}
	if len(data) == 0 || len(data)%size != 0 {
		return nil, cryptographic("The input data is not a complete block.")
	}
	plain := make([]byte, len(data))
	cipher.NewCBCDecrypter(block, iv).CryptBlocks(plain, data)
	padding := int(plain[len(plain)-1])
	if padding == 0 || padding > size {
		return nil, cryptographic("Padding is invalid and cannot be removed.")
	}
	return &Bytes{plain[:len(plain)-padding]}, nil
}

func cryptographic(message string) error {
	return dotnet.Throw("System.Security.Cryptography.CryptographicException", message)
}
