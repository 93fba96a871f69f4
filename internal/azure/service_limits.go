package azure

// Limits of API Management and of the edges before it.
const (
	// MaxPolicy and MaxPolicyConsumption bound a policy document, in bytes. Source:
	// https://learn.microsoft.com/azure/api-management/service-limits
	MaxPolicy            = 256 << 10
	MaxPolicyConsumption = 16 << 10
)
