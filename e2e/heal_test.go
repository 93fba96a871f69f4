package e2e

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// damage is what somebody does behind the stack's back.
type damage struct {
	reason string
	// id is of the resource: the end of its URN, and its own name where the stack has none.
	like, name string
	// change edits the resource; nil deletes it.
	change func(properties map[string]any)
}

// damages are edits and deletions in the example apim/maximal. Pools are made by a deployment
// stack, whose resources Pulumi does not read.
func damages() []damage {
	const backend, pool = "Backend::openai-sweden-gpt-5_4-mini", "pool-gpt-5_4-mini"
	members := func(properties map[string]any) []any {
		held, _ := properties["pool"].(map[string]any)
		services, _ := held["services"].([]any)
		return services
	}
	return []damage{
		{"a pool is deleted", backend, pool, nil},
		{"a pool loses the members that are preferred", backend, pool, func(properties map[string]any) {
			properties["pool"] = map[string]any{"services": members(properties)[1:]}
		}},
		{"a member gets another priority", backend, pool, func(properties map[string]any) {
			members(properties)[0].(map[string]any)["priority"] = 9
		}},
		{"a pool becomes a backend of its own", backend, pool, func(properties map[string]any) {
			clear(properties)
			properties["url"], properties["protocol"] = "https://elsewhere.fabrikam.test", "http"
		}},
		{"the policy of the API is emptied", "ApiPolicy::openai", "", func(properties map[string]any) {
			properties["format"] = "rawxml"
			properties["value"] = "<policies><inbound><base /></inbound><backend><base /></backend><outbound><base /></outbound><on-error><base /></on-error></policies>"
		}},
		{"a member's address is changed", backend, "", func(properties map[string]any) { properties["url"] = "https://elsewhere.fabrikam.test" }},
	}
}

// Whatever somebody edits or deletes, up puts it back, and requests are answered as before.
func TestUpPutsBack(t *testing.T) {
	t.Parallel()
	w := newSeededWorld(t, example("apim/maximal"), trafficSeed())
	w.must(0, "up")
	w.serving(func(x *traffic) {
		answers := func() string {
			backend, err := chats(t.Context(), x.withKey(x.key("batch")))
			if err != nil {
				return err.Error()
			}
			return backend
		}
		require.Equal(t, "sweden-gpt-5_4-mini", answers())
		for _, each := range damages() {
			t.Run(each.reason, func(t *testing.T) {
				id := x.stateID(each.like)
				if each.name != "" {
					id.Names[len(id.Names)-1] = each.name
				}
				_, before := x.manage(http.MethodGet, id.String(), nil)
				x.damage(id.String(), each.change)
				x.must(7, "drift")
				x.must(0, "up")
				_, after := x.manage(http.MethodGet, id.String(), nil)
				require.Equal(t, before["properties"], after["properties"])
				// What failed is left alone for a while: circuitBreaker.tripSeconds of the configuration.
				require.Eventually(t, func() bool { return answers() == "sweden-gpt-5_4-mini" }, time.Minute, time.Second)
			})
		}
		x.must(0, "drift")
		x.must(0, "up", "--expect-no-changes")
	})
}

// damage edits or deletes a resource.
func (x *traffic) damage(id string, change func(properties map[string]any)) {
	x.t.Helper()
	method, body := http.MethodDelete, map[string]any(nil)
	if change != nil {
		status, found := x.manage(http.MethodGet, id, nil)
		require.Equal(x.t, http.StatusOK, status)
		properties, _ := found["properties"].(map[string]any)
		change(properties)
		method, body = http.MethodPut, found
	}
	status, answer := x.manage(method, id, body)
	require.Less(x.t, status, 300, "%s %s: %v", method, id[strings.LastIndexByte(id, '/'):], answer)
}
