package arm

import "strings"

// Unversioned is a type of azure-native without package and API version: cdn:Profile for
// azure-native:cdn/v20240901:Profile. It is "" for types of other packages.
func Unversioned(token string) string {
	module, name, _ := strings.Cut(strings.TrimPrefix(token, "azure-native:"), ":")
	if !strings.HasPrefix(token, "azure-native:") || name == "" {
		return ""
	}
	module, _, _ = strings.Cut(module, "/")
	return module + ":" + name
}
