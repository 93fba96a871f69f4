package arm

import "strings"

// IsNotFound reports whether a message tells that Azure has no such resource, by the codes
// of Resource Manager: the azure-native provider hands on nothing but a message.
func IsNotFound(message string) bool {
	return strings.Contains(message, "ResourceNotFound") || strings.Contains(message, "ResourceGroupNotFound")
}
