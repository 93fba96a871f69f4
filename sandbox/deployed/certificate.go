package deployed

import (
	"encoding/base64"

	"github.com/aoai-gateway/aoai-gateway/internal/policy/exchange"
)

// certificates are those of a service by their thumbprints: so expressions find them. One that
// lies in a key vault is not read: no vault of the sandbox keeps files.
func (r *reader) certificates(of resource) map[string]exchange.Certificate {
	found := map[string]exchange.Certificate{}
	for _, each := range r.children(of, certificateType) {
		data, err := base64.StdEncoding.DecodeString(each.hidden().text("data"))
		if err != nil || len(data) == 0 {
			continue
		}
		if read, err := exchange.ReadPKCS12(data, each.hidden().text("password")); err == nil {
			found[each.properties().text("thumbprint")] = read
		}
	}
	return found
}
