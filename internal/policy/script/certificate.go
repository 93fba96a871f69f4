package script

import (
	"crypto/sha1" //nolint:gosec // a thumbprint is a SHA-1 hash
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"strings"

	"github.com/aoai-gateway/aoai-gateway/internal/policy/exchange"
)

// certificate adds a certificate of the service under its thumbprint.
func (s *Script) certificate(file, password string) error {
	data, err := base64.StdEncoding.DecodeString(file)
	if err != nil {
		return fmt.Errorf("the certificate is not base 64: %w", err)
	}
	read, err := exchange.ReadPKCS12(data, strings.TrimSpace(password))
	if err != nil {
		return err
	}
	if s.certificates == nil {
		s.certificates = map[string]exchange.Certificate{}
	}
	sum := sha1.Sum(read.Raw) //nolint:gosec // a thumbprint is a SHA-1 hash
	s.certificates[strings.ToUpper(hex.EncodeToString(sum[:]))] = read
	return nil
}
