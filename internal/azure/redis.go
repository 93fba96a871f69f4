package azure

import (
	"slices"
	"strings"
)

// RedisSKUs are the SKUs of Azure Managed Redis in which a cache of prompts may lie, the
// smallest first. Source: the type Sku of Microsoft.Cache/redisEnterprise, 2025-04-01. The
// flash-optimized ones cannot search: https://learn.microsoft.com/azure/redis/redis-modules
var RedisSKUs = slices.Concat(
	sizes("Balanced_B", "0 1 3 5 10 20 50 100 150 250 350 500 700 1000"),
	sizes("MemoryOptimized_M", "10 20 50 100 150 250 350 500 700 1000 1500 2000"),
	sizes("ComputeOptimized_X", "3 5 10 20 50 100 150 250 350 500 700"),
)

func sizes(family, all string) []string {
	var names []string
	for size := range strings.FieldsSeq(all) {
		names = append(names, family+size)
	}
	return names
}

// What a database of Azure Managed Redis needs to find vectors: the module, and the policies
// that it works with. Source: https://learn.microsoft.com/azure/redis/redis-modules
const (
	RedisSearch           = "RediSearch"
	RedisSearchClustering = "EnterpriseCluster"
	RedisSearchEviction   = "NoEviction"
	// RedisPort is the port of every database.
	RedisPort = 10000
)

// RedisModules are what a database can be made with. Source:
// https://learn.microsoft.com/azure/redis/redis-modules
var RedisModules = []string{RedisSearch, "RedisBloom", "RedisTimeSeries", "RedisJSON"}

// SafetyCategories are what Azure AI Content Safety judges a text by, and SafetySeverities
// the severities that it gives. Source:
// https://learn.microsoft.com/azure/ai-services/content-safety/concepts/harm-categories
var (
	SafetyCategories = []string{"Hate", "SelfHarm", "Sexual", "Violence"}
	SafetySeverities = Range{0, 7}
)

// SafetyCharacters is how long a text may be that Azure AI Content Safety judges. Source:
// https://learn.microsoft.com/azure/ai-services/content-safety/overview
const SafetyCharacters = 10_000
