package deployed

import (
	"slices"
	"strings"

	facts "github.com/aoai-gateway/aoai-gateway/internal/azure"
)

// ExternalCache is a cache outside of a service, which gateways reach by a connection string.
type ExternalCache struct {
	// Location is the region whose gateways use it, or default for those without one of
	// their own.
	Location string
	// Searches says that it finds vectors: it is a database of Azure Managed Redis that has
	// the module for that, and takes the password.
	Searches bool
}

// defaultLocation is that of a cache for all regions.
const defaultLocation = "default"

// SearchesIn reports whether the gateways of a region have a cache that finds vectors: their
// own one, else the one for all regions.
func (s *Service) SearchesIn(region string) bool {
	for _, location := range []string{region, defaultLocation} {
		at := slices.IndexFunc(s.Caches, func(c *ExternalCache) bool { return strings.EqualFold(c.Location, location) })
		if at >= 0 {
			return s.Caches[at].Searches
		}
	}
	return false
}

const (
	redisType    = "Microsoft.Cache/redisEnterprise"
	databaseType = redisType + "/databases"
)

func (r *reader) externalCache(of resource, namedValues map[string]string) *ExternalCache {
	made := &ExternalCache{Location: of.properties().text("useFromLocation")}
	host, password := connection(substitute(of.hidden().text("connectionString"), namedValues))
	for _, cluster := range r.ofType(redisType) {
		if !strings.EqualFold(cluster.properties().text("hostName"), host) {
			continue
		}
		for _, database := range r.children(cluster, databaseType) {
			keys := []string{database.hidden().text("primaryKey"), database.hidden().text("secondaryKey")}
			made.Searches = cluster.Ready() && database.Ready() && searches(database.properties()) && slices.Contains(keys, password)
		}
	}
	return made
}

// searches reports whether a database has the module, and lets keys in.
func searches(database object) bool {
	has := slices.ContainsFunc(database.objects("modules"), func(module object) bool { return strings.EqualFold(module.text("name"), facts.RedisSearch) })
	return has && database.text("accessKeysAuthentication") == "Enabled"
}

// connection reads host and password out of a connection string of Redis, such as
// name.region.redis.azure.net:10000,password=...,ssl=True.
func connection(written string) (host, password string) {
	for i, part := range strings.Split(written, ",") {
		if i == 0 {
			host, _, _ = strings.Cut(part, ":")
		}
		if name, value, found := strings.Cut(part, "="); found && strings.EqualFold(strings.TrimSpace(name), "password") {
			password = value
		}
	}
	return host, password
}
