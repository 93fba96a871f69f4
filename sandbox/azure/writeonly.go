package azure

import (
	"strings"

	"github.com/aoai-gateway/aoai-gateway/internal/arm"
)

// writeOnly are places, by folded type, that Azure takes and never answers with, beside
// those that the contract marks. Sources: the REST references of the types.
var writeOnly = map[string][]string{
	"microsoft.apimanagement/service": {
		"properties.hostnameConfigurations.encodedCertificate", "properties.hostnameConfigurations.certificatePassword",
		"properties.certificates.encodedCertificate", "properties.certificates.certificatePassword",
	},
	"microsoft.network/applicationgateways": {
		"properties.sslCertificates.properties.data", "properties.sslCertificates.properties.password",
	},
	"microsoft.apimanagement/service/apis": {"properties.format", "properties.value", "properties.wsdlSelector"},
}

// dropSecrets takes out of the answer what Azure never answers with.
func (p *put) dropSecrets(k kind) {
	for _, place := range writeOnly[arm.Fold(k.armType)] {
		dropAt(p.body, strings.Split(place, "."))
	}
}

// dropAt deletes what stands at a path, through arrays.
func dropAt(value any, path []string) {
	switch value := value.(type) {
	case []any:
		for _, element := range value {
			dropAt(element, path)
		}
	case map[string]any:
		if len(path) == 1 {
			delete(value, path[0])
			return
		}
		dropAt(value[path[0]], path[1:])
	}
}
