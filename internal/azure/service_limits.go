package azure

// Range is from Min to Max, both of them allowed.
type Range struct{ Min, Max int }

// Limits of API Management.
const (
	// MaxPolicy, MaxPolicyConsumption and MaxFragment bound a policy document and a policy
	// fragment, in bytes. Sources:
	// https://learn.microsoft.com/azure/api-management/service-limits and
	// https://learn.microsoft.com/azure/api-management/policy-fragments
	MaxPolicy            = 256 << 10
	MaxPolicyConsumption = 16 << 10
	MaxFragment          = 512 << 10

	// MaxRetries is the bound of a retry's count. Source:
	// https://learn.microsoft.com/azure/api-management/retry-policy
	MaxRetries = 50

	// MaxPoolMembers is how many backends a pool has at most. Source:
	// https://learn.microsoft.com/azure/api-management/backends
	MaxPoolMembers = 30

	// MaxEvent is where a message for an event hub is cut, in bytes. Source:
	// https://learn.microsoft.com/azure/api-management/log-to-eventhub-policy
	MaxEvent = 200 << 10

	// MaxForwardSeconds is the longest time-out of a forwarded request that holds: after it
	// the network in between may drop the connection. Source:
	// https://learn.microsoft.com/azure/api-management/forward-request-policy
	MaxForwardSeconds = 240
)

var (
	// RateLimitSeconds bound the period of a limit of calls. Source:
	// https://learn.microsoft.com/azure/api-management/rate-limit-by-key-policy
	RateLimitSeconds = Range{1, 300}

	// BreakerFailures bound the failures that open a circuit breaker. Source: azurerm's schema
	// of azurerm_api_management_backend.
	BreakerFailures = Range{1, 10000}
)

// Limits of Front Door. Sources: https://learn.microsoft.com/azure/frontdoor/troubleshoot-issues
// (the response), azurerm's checks (samples and latency), the ARM contract (priority).
var (
	FrontDoorResponseSeconds     = Range{16, 240}
	FrontDoorSamples             = Range{0, 255}
	FrontDoorLatencyMilliseconds = Range{0, 1000}
)

const (
	// FrontDoorOrigins is how many origins a group holds. Source:
	// https://learn.microsoft.com/azure/azure-resource-manager/management/azure-subscription-service-limits
	FrontDoorOrigins = 50

	// LastOriginPriority is the last of an origin's priorities; the first is 1.
	LastOriginPriority = 5
)

// Limits of Application Gateway. Sources: azurerm's checks, and for the time of a request to
// a server outside of the network
// https://learn.microsoft.com/azure/azure-resource-manager/management/azure-subscription-service-limits
var (
	AppGatewayMinInstances    = Range{0, 100}
	AppGatewayMaxInstances    = Range{2, 125}
	AppGatewaySeconds         = Range{1, 86400}
	AppGatewayExternalSeconds = Range{1, 240}
	AppGatewayThreshold       = Range{1, 20}
)

// AppGatewayServers is how many servers a backend pool holds. Source:
// https://learn.microsoft.com/azure/azure-resource-manager/management/azure-subscription-service-limits
const AppGatewayServers = 1200

// Limits of what observes. Sources:
// https://learn.microsoft.com/azure/azure-monitor/logs/data-retention-configure (a workspace),
// https://learn.microsoft.com/azure/event-hubs/event-hubs-quotas (event hubs), and the REST
// reference of Consumption's budgets.
var (
	WorkspaceRetentionDays = Range{4, 730}

	EventHubPartitions         = Range{1, 1024}
	EventHubStandardPartitions = Range{1, 32}
	EventHubStandardHours      = Range{1, 168}
	EventHubBasicHours         = Range{1, 24}
	EventHubStandardUnits      = Range{1, 40}

	BudgetThreshold  = Range{0, 1000}
	BudgetThresholds = Range{1, 5}
	BudgetEmails     = Range{1, 50}
)

// The values of a notification of a budget. Source: the REST reference of Consumption's budgets.
var (
	BudgetOperators      = []string{"EqualTo", "GreaterThan", "GreaterThanOrEqualTo"}
	BudgetThresholdTypes = []string{"Actual", "Forecasted"}
)

// VaultDeletedDays is how long a key vault keeps what was deleted. Source: the REST reference of
// vaults.
var VaultDeletedDays = Range{7, 90}

// LinkMessage is how long the message of a request for a private connection may be. Source: the
// REST reference of private endpoints.
const LinkMessage = 140

// FirstBudgetMonth is the first day on which a budget can start. Source: the REST reference
// of Consumption's budgets.
const FirstBudgetMonth = "2017-06-01"
