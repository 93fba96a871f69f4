package stacks

import (
	"maps"
	"slices"
	"strings"

	"github.com/google/uuid"

	"github.com/aoai-gateway/aoai-gateway/internal/arm"
	"github.com/aoai-gateway/aoai-gateway/internal/faults"
	"github.com/aoai-gateway/aoai-gateway/internal/suggest"
)

// providerKeys are those of azure-native that this project hands on, and secretProviderKeys
// those of them that are secrets. Source: the provider's own configuration reference.
var (
	providerKeys = []string{
		"auxiliaryTenantIds", "clientCertificatePassword", "clientCertificatePath", "clientId", "clientSecret", "disablePulumiPartnerId", "environment",
		"location", "metadataHost", "msiEndpoint", "oidcRequestToken", "oidcRequestUrl", "oidcToken", "partnerId", "subscriptionId", "tenantId", "useMsi", "useOidc",
	}
	secretProviderKeys = []string{"clientSecret", "clientCertificatePassword", "oidcToken", "oidcRequestToken"}
	providerClouds     = []string{"public", "usgovernment", "china"}
)

// pulumiKeys are those of Pulumi itself. Source: Pulumi's page on configuration.
var pulumiKeys = []string{"autonaming", "disable-default-providers", "tags", "template"}

// namespaces are those that a stack of this project has keys in: its own, the provider's and
// Pulumi's.
var namespaces = []string{Project, "azure-native", "pulumi", "random"}

// checkForeignKeys refuses keys that nobody would read: those of a namespace that is nearly
// one of the known ones, unknown keys of azure-native (a wrong one may lead to another
// subscription), its values that are none, and its secrets in the clear. isSecret tells of a
// full key whether it is encrypted.
func checkForeignKeys(values map[string]string, isSecret func(key string) bool) error {
	var list faults.List
	for _, full := range slices.Sorted(maps.Keys(values)) {
		namespace, key, _ := strings.Cut(full, ":")
		switch {
		case namespace == "azure-native":
			switch {
			case !slices.Contains(providerKeys, key):
				list.Add(full, "is not a key of azure-native").Remedy("known are %s%s", strings.Join(providerKeys, ", "), suggest.Phrase(key, providerKeys))
			case isSecret(full):
			case slices.Contains(secretProviderKeys, key):
				list.Add(full, "is a secret in the clear").Remedy("replace it and encrypt the new one: pulumi config set --secret %s", full)
			default:
				checkProviderValue(&list, full, key, values[full])
			}
		case namespace == "pulumi":
			if nearest, near := suggest.Nearest(key, pulumiKeys); near && !slices.Contains(pulumiKeys, key) {
				list.Add(full, "is not a key of Pulumi").Remedy("did you mean %q?", "pulumi:"+nearest)
			}
		case slices.Contains(namespaces, namespace):
		default:
			if nearest, near := nearNamespace(namespace); near {
				list.Add(full, "nobody reads keys of %q", namespace).Remedy("did you mean %q?", nearest+":"+key)
			}
		}
	}
	return list.Err()
}

// checkProviderValue refuses what the provider would take for another subscription, tenant,
// cloud or region, or for no yes.
func checkProviderValue(list *faults.List, full, key, value string) {
	switch key {
	case "subscriptionId", "tenantId", "clientId":
		if _, err := uuid.Parse(value); err != nil || len(value) != 36 {
			list.Add(full, "%q is not an id", value).About(value).Remedy("it is a GUID such as 11111111-2222-3333-4444-555555555555")
		}
	case "environment":
		list.OneOf(full, value, providerClouds)
	case "location":
		arm.CheckRegion(list, full, value)
	case "useMsi", "useOidc", "disablePulumiPartnerId":
		if value != "true" && value != "false" {
			list.Add(full, "%q is neither true nor false", value).About(value).Remedy("write one of these")
		}
	}
}

// leastShared is how many letters a namespace shares at least with one that it stands for.
const leastShared = 4

// nearNamespace is the namespace of this project that was probably meant: one that is nearly
// the same, or that has the other in it.
func nearNamespace(name string) (string, bool) {
	bare := func(text string) string { return strings.NewReplacer("-", "", "_", "").Replace(strings.ToLower(text)) }
	for _, known := range namespaces {
		short, long := bare(name), bare(known)
		if len(short) > len(long) {
			short, long = long, short
		}
		if len(short) >= leastShared && strings.Contains(long, short) {
			return known, true
		}
	}
	if strings.HasPrefix(bare(name), "azure") { // those of other tools, such as azurerm
		return "azure-native", true
	}
	return suggest.Nearest(name, namespaces)
}
