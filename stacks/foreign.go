package stacks

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

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
)

// namespaces are those that a stack of this project has keys in: its own, the provider's and
// Pulumi's.
var namespaces = []string{Project, "azure-native", "pulumi", "random"}

// checkForeignKeys refuses keys that nobody would read: those of a namespace that is nearly
// one of the known ones, unknown keys of azure-native (a wrong one may lead to another
// subscription), and its secrets in the clear. isSecret tells of a full key whether it is
// encrypted.
func checkForeignKeys(values map[string]string, isSecret func(key string) bool) error {
	var list faults.List
	for _, full := range slices.Sorted(maps.Keys(values)) {
		namespace, key, _ := strings.Cut(full, ":")
		switch {
		case namespace == "azure-native":
			if !slices.Contains(providerKeys, key) {
				list.Add(full, "is not a key of azure-native; known are %s%s", strings.Join(providerKeys, ", "), suggest.Phrase(key, providerKeys))
			}
			if slices.Contains(secretProviderKeys, key) && !isSecret(full) {
				list.Add(full, "is a secret in the clear; replace it and encrypt the new one: pulumi config set --secret %s", full)
			}
		case slices.Contains(namespaces, namespace):
		default:
			if nearest, near := suggest.Nearest(namespace, namespaces); near {
				list.Add(full, "nobody reads keys of %q; did you mean %q?", namespace, nearest+":"+key)
			}
		}
	}
	return list.Err()
}

// checkRawDeployments refuses what the decoded configuration no longer shows: a version that
// YAML has made a time stamp of, and a capacity of 0, which would mean the default.
func checkRawDeployments(values map[string]string) error {
	var list faults.List
	check := func(path string, deployments []map[string]any) {
		for i, each := range deployments {
			at := fmt.Sprintf("%s[%d].", path, i)
			if text, isText := each["version"].(string); isText {
				if day := dayOf(text); day != "" {
					list.Add(at+"version", "%q is a time stamp, which YAML makes of a date without quotes; write version: %q", text, day)
				}
			}
			if number, isNumber := each["capacity"].(float64); isNumber && number == 0 {
				list.Add(at+"capacity", "0 is no capacity; give 1 or more, or leave the key out for the default")
			}
		}
	}
	// What is no list of objects, decode tells.
	var shared []map[string]any
	if json.Unmarshal([]byte(values[Project+":deployments"]), &shared) == nil {
		check(Project+":deployments", shared)
	}
	var accounts []struct {
		Deployments []map[string]any `json:"deployments"`
	}
	if json.Unmarshal([]byte(values[Project+":openai"]), &accounts) == nil {
		for i, account := range accounts {
			check(fmt.Sprintf("%s:openai[%d].deployments", Project, i), account.Deployments)
		}
	}
	return list.Err()
}

// dayOf is the day of a time stamp in one of the forms that YAML's readers make of a date, ""
// for another text.
func dayOf(text string) string {
	for _, form := range []string{time.RFC3339, "2006-01-02 15:04:05 -0700 MST"} {
		if moment, err := time.Parse(form, text); err == nil {
			return moment.Format(time.DateOnly)
		}
	}
	return ""
}
