package azure

import (
	"net/http"
	"reflect"
	"strings"

	"github.com/aoai-gateway/aoai-gateway/internal/arm"
	facts "github.com/aoai-gateway/aoai-gateway/internal/azure"
)

// Azure Managed Redis: Microsoft.Cache, API version 2025-04-01.

const databaseType = "Microsoft.Cache/redisEnterprise/databases"

func completeRedis(p *put) error {
	if err := p.settle(); err != nil {
		return err
	}
	properties := p.properties()
	defaults(properties, map[string]any{"highAvailability": "Enabled", "minimumTlsVersion": "1.2"})
	properties["hostName"] = facts.RedisHost(p.id.Name(), text(p.body, "location"))
	properties["provisioningState"], properties["resourceState"], properties["redisVersion"] = "Succeeded", "Running", "7.4"
	properties["privateEndpointConnections"] = []any{}
	p.body["kind"] = "v2"
	return nil
}

// completeDatabase fills what Azure fills, and refuses what Azure refuses. Source:
// https://learn.microsoft.com/azure/redis/redis-modules and the page on planning for them
// (policies that RediSearch needs; modules are chosen when a database is made).
func completeDatabase(p *put) error {
	properties := p.properties()
	if p.id.Name() != "default" {
		return refuse(http.StatusBadRequest, "BadRequest", "The database name '%s' is not allowed: a cluster has one database, named default.", p.id.Name())
	}
	defaults(properties, map[string]any{
		"clientProtocol": "Encrypted", "port": float64(facts.RedisPort), "clusteringPolicy": "OSSCluster", "evictionPolicy": "VolatileLRU",
		"accessKeysAuthentication": "Disabled", "deferUpgrade": "NotDeferred",
	})
	if searches(properties) && (text(properties, "clusteringPolicy") != facts.RedisSearchClustering || text(properties, "evictionPolicy") != facts.RedisSearchEviction) {
		return refuse(http.StatusBadRequest, "BadRequest", "The module %s needs the clustering policy %s and the eviction policy %s.",
			facts.RedisSearch, facts.RedisSearchClustering, facts.RedisSearchEviction)
	}
	if before := p.oldProperties(); before != nil {
		for _, name := range []string{"modules", "clusteringPolicy", "port"} {
			if !reflect.DeepEqual(moduleNames(before[name]), moduleNames(properties[name])) {
				return refuse(http.StatusBadRequest, "BadRequest", "The property '%s' of the database '%s' cannot be changed. Make another cluster.", name, p.id.Name())
			}
		}
	}
	if p.hidden == nil {
		p.hidden = map[string]any{}
	}
	for _, name := range []string{"primaryKey", "secondaryKey"} {
		keep(p.hidden, p.hidden, name, func() any { return strings.ReplaceAll(p.service.newGUID(), "-", "") })
	}
	properties["provisioningState"], properties["resourceState"] = "Succeeded", "Running"
	return nil
}

// moduleNames are the names of modules, without what Azure tells of each; other values are
// themselves.
func moduleNames(value any) any {
	list, isList := value.([]any)
	if !isList {
		return value
	}
	names := []string{}
	for _, each := range list {
		module, _ := each.(map[string]any)
		names = append(names, text(module, "name"))
	}
	return names
}

// searches reports whether a database has the module that finds vectors.
func searches(properties map[string]any) bool {
	modules, _ := properties["modules"].([]any)
	for _, each := range modules {
		module, _ := each.(map[string]any)
		if strings.EqualFold(text(module, "name"), facts.RedisSearch) {
			return true
		}
	}
	return false
}

// completeExternalCache keeps the connection string out of every answer: the service keeps it
// in a named value, which the answer names. Source:
// https://learn.microsoft.com/azure/api-management/api-management-howto-cache-external
func completeExternalCache(p *put) error {
	properties := p.properties()
	if place := text(properties, "useFromLocation"); place != "default" {
		if !arm.IsRegion(place) {
			return invalid("useFromLocation", "'%s' is neither 'default' nor an Azure region.", place)
		}
	}
	connection := text(properties, "connectionString")
	if !strings.Contains(connection, ":") && !strings.HasPrefix(connection, "{{") {
		return invalid("connectionString", "The connection string needs a host and a port, such as name.region.redis.azure.net:10000.")
	}
	p.hidden = map[string]any{"connectionString": connection}
	if !strings.HasPrefix(connection, "{{") {
		keep(properties, p.oldProperties(), "connectionString", func() any { return "{{" + p.service.newGUID() + "}}" })
	}
	return nil
}
