package policy

import (
	"net/http"
	"slices"
	"strings"

	"github.com/aoai-gateway/aoai-gateway/internal/policy/exchange"
)

// cacheKinds keep values in the gateway's cache.
func cacheKinds() []*kind {
	caching := may("caching-type", oneOf("internal", "external", "prefer-external")).fixed()
	return []*kind{
		{name: "cache-store-value", sections: all(), attributes: []attribute{need("key", text()), need("value", object()), need("duration", wholeNumber()), caching}, compile: cacheStoreValue},
		{name: "cache-lookup-value", sections: all(), attributes: []attribute{need("key", text()), need("variable-name", text()).fixed(), may("default-value", object()), caching}, compile: cacheLookupValue},
		{name: "cache-remove-value", sections: all(), attributes: []attribute{need("key", text()), caching}, compile: cacheRemoveValue},
		{name: "cache-lookup", sections: in("inbound"), once: true, anyOrder: true, attributes: []attribute{
			need("vary-by-developer", boolean()), need("vary-by-developer-groups", boolean()), may("allow-private-response-caching", boolean()), caching,
			may("downstream-caching-type", oneOf("none", "private", "public")), may("must-revalidate", boolean()),
		}, children: []child{{name: "vary-by-header", many: true, content: requiredText}, {name: "vary-by-query-parameter", many: true, content: requiredText}}, compile: cacheLookup},
		{name: "cache-store", sections: in("outbound"), once: true, attributes: []attribute{need("duration", wholeNumber()), may("cache-response", boolean()), may("caching-mode", text()).fixed().undocumented()}, compile: cacheStore},
	}
}

func cacheStoreValue(c *elementCompilation) runner {
	key, v, duration := c.get("key"), c.get("value"), c.get("duration")
	c.step.detail = describe(key) + " = " + describe(v)
	c.noteStored(key, v)
	return func(x *Execution) error {
		name, err := key.required(x, "key")
		if err != nil {
			return err
		}
		got, err := v.object(x)
		if err != nil {
			return err
		}
		ttl, err := duration.seconds(x, 0)
		if err != nil {
			return err
		}
		if x.world.Cache == nil {
			return missingWorld("a cache")
		}
		kept, err := x.library.Detach(got)
		if err != nil {
			return expressionFailure(err)
		}
		x.tell("%s for %v", name, ttl)
		return x.world.Cache.Store(x.ctx, name, kept, ttl)
	}
}

func cacheLookupValue(c *elementCompilation) runner {
	key, variable, fallback := c.get("key"), c.literal("variable-name", ""), c.get("default-value")
	c.step.detail = variable + " = " + describe(key)
	c.noteLookup(variable, key, fallback)
	return func(x *Execution) error {
		name, err := key.required(x, "key")
		if err != nil {
			return err
		}
		if x.world.Cache == nil {
			return missingWorld("a cache")
		}
		found, ok, err := x.world.Cache.Get(x.ctx, name)
		switch {
		case err != nil:
			return err
		case ok:
			// What is changed later is not what others find.
			if x.exchange.Variables[variable], err = x.library.Detach(found); err != nil {
				return expressionFailure(err)
			}
			x.tell("%s: hit", name)
		case fallback != nil:
			if x.exchange.Variables[variable], err = fallback.object(x); err != nil {
				return err
			}
			x.tell("%s: miss, default taken", name)
		case x.program.switches.MissSetsNull:
			x.exchange.Variables[variable] = nil
			x.tell("%s: miss, null", name)
		default:
			x.tell("%s: miss", name)
		}
		return nil
	}
}

func cacheRemoveValue(c *elementCompilation) runner {
	key := c.get("key")
	c.step.detail = describe(key)
	return func(x *Execution) error {
		name, err := key.required(x, "key")
		if err != nil {
			return err
		}
		if x.world.Cache == nil {
			return missingWorld("a cache")
		}
		x.tell("%s", name)
		return x.world.Cache.Remove(x.ctx, name)
	}
}

// responseKey is where cache-lookup leaves the key for cache-store.
const responseKey = "\x00response-cache-key"

// cachedResponse is what cache-store keeps.
type cachedResponse struct {
	status  int
	reason  string
	headers exchange.Headers
	body    []byte
}

func (c *cachedResponse) String() string { return "a response of " + quoteJSON(c.status) }

// response is a cached response, as a caller gets it.
func (c *cachedResponse) response() *exchange.Response {
	body := exchange.NewBody(slices.Clone(c.body)).Encoded(c.headers.Get("Content-Encoding"))
	return &exchange.Response{StatusCode: c.status, Reason: c.reason, Headers: c.headers.Clone(), Body: body}
}

func cacheLookup(c *elementCompilation) runner {
	headers, parameters := c.texts("", "vary-by-header"), c.texts("", "vary-by-query-parameter")
	developer, groups, private := c.get("vary-by-developer"), c.get("vary-by-developer-groups"), c.get("allow-private-response-caching")
	return func(x *Execution) error {
		request := x.exchange.Request
		if request.Method != http.MethodGet || x.world.Cache == nil {
			return nil
		}
		shared, err := private.boolean(x, false)
		if err != nil {
			return err
		}
		if !shared && request.Headers.Has("Authorization") {
			// What one caller may see is not for all.
			return nil
		}
		key, err := x.callerKey(developer, groups)
		if err != nil {
			return err
		}
		key = append(key, request.URL.Base()+request.URL.Path)
		if len(parameters) == 0 {
			key = append(key, request.URL.RawQuery)
		}
		for _, v := range headers {
			name, err := v.trimmed(x)
			if err != nil {
				return err
			}
			key = append(key, name+"="+strings.Join(request.Headers.Values(name), ","))
		}
		query := request.URL.Query()
		for _, v := range parameters {
			names, err := v.trimmed(x)
			if err != nil {
				return err
			}
			for name := range strings.SplitSeq(names, ";") {
				key = append(key, name+"="+strings.Join(query.Values(name), ","))
			}
		}
		name := strings.Join(key, "\n")
		found, ok, err := x.world.Cache.Get(x.ctx, name)
		if err != nil {
			return err
		}
		if cached, isResponse := found.(*cachedResponse); ok && isResponse {
			x.respond(cached.response())
			x.tell("hit")
			return errCached
		}
		x.exchange.Variables[responseKey] = name
		x.tell("miss")
		return nil
	}
}

// callerKey is what of the caller a cached response depends on.
func (x *Execution) callerKey(developer, groups *value) ([]string, error) {
	key := []string{"response"}
	byDeveloper, err := developer.boolean(x, false)
	if err != nil {
		return nil, err
	}
	byGroups, err := groups.boolean(x, false)
	if err != nil || x.exchange.User == nil {
		return key, err
	}
	if byDeveloper {
		key = append(key, "user="+x.exchange.User.ID)
	}
	if byGroups {
		for _, group := range x.exchange.User.Groups {
			key = append(key, "group="+group.ID)
		}
	}
	return key, nil
}

func cacheStore(c *elementCompilation) runner {
	duration, wanted := c.get("duration"), c.get("cache-response")
	return func(x *Execution) error {
		name, ok := x.exchange.Variables[responseKey].(string)
		response := x.exchange.Response
		if !ok || response == nil {
			return nil
		}
		store, err := wanted.boolean(x, response.StatusCode == http.StatusOK)
		if err != nil || !store {
			return err
		}
		ttl, err := duration.seconds(x, 0)
		if err != nil {
			return err
		}
		data, err := response.Body.Bytes(x.world.BodyLimit)
		if err != nil {
			return err
		}
		return x.world.Cache.Store(x.ctx, name, &cachedResponse{response.StatusCode, response.Reason, response.Headers.Clone(), data}, ttl)
	}
}
