package edge_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/aoai-gateway/aoai-gateway/sandbox/lab"
)

type object = map[string]any

// frontDoorWAF is a policy as the components of this project write it.
func frontDoorWAF(mode string, excluded bool, perMinute int) object {
	set := object{"ruleSetType": "Microsoft_DefaultRuleSet", "ruleSetVersion": "2.1"}
	if excluded {
		set["exclusions"] = []any{object{"matchVariable": "RequestBodyJsonArgNames", "selectorMatchOperator": "StartsWith", "selector": "messages"}}
	}
	properties := object{"policySettings": object{"enabledState": "Enabled", "mode": mode}, "managedRules": object{"managedRuleSets": []any{set}}}
	if perMinute > 0 {
		properties["customRules"] = object{"rules": []any{object{
			"name": "RateLimit", "ruleType": "RateLimitRule", "enabledState": "Enabled", "rateLimitDurationInMinutes": 1, "rateLimitThreshold": perMinute, "action": "Block", "priority": 1,
			"matchConditions": []any{object{"matchVariable": "SocketAddr", "operator": "IPMatch", "negateCondition": true, "matchValue": []any{"192.0.2.0/24"}}},
		}}}
	}
	return properties
}

// gatewayWAF is the same for an Application Gateway.
func gatewayWAF(mode string, excluded bool) object {
	managed := object{"managedRuleSets": []any{object{"ruleSetType": "Microsoft_DefaultRuleSet", "ruleSetVersion": "2.2"}}}
	if excluded {
		managed["exclusions"] = []any{object{"matchVariable": "RequestArgValues", "selectorMatchOperator": "StartsWith", "selector": "messages"}}
	}
	return object{"policySettings": object{"state": "Enabled", "mode": mode}, "managedRules": managed}
}

const sql = `"SELECT name FROM users WHERE id = 1; DROP TABLE users; -- ' OR '1'='1"`

// A prompt full of SQL passes where prompts are excluded, and nothing else does.
func TestPromptsPassTheFirewall(t *testing.T) {
	const hello = `"Hello"`
	attack := "?id=" + url.QueryEscape("1' OR '1'='1")
	cases := map[string]struct {
		reason   string
		mode     string
		excluded bool
		content  string
		query    string
		want     int
	}{
		"sql in a prompt":       {"the exclusion covers it", "Prevention", true, sql, "", http.StatusOK},
		"script in a prompt":    {"whatever the code", "Prevention", true, `"<script>alert(1)</script> and ../../../../etc/passwd"`, "", http.StatusOK},
		"sql without exclusion": {"that is what the exclusion is for", "Prevention", false, sql, "", http.StatusForbidden},
		"sql in the query":      {"prompts stand in bodies only", "Prevention", true, hello, attack, http.StatusForbidden},
		"detection":             {"it watches and lets through", "Detection", false, sql, "", http.StatusOK},
		"plain text":            {"nothing to find", "Prevention", false, hello, "", http.StatusOK},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			ask := func(w *world, url string) {
				t.Helper()
				token, err := w.IdentityToken()
				require.NoError(t, err)
				path := chatPath
				if c.query != "" {
					path = "/openai/deployments/gpt-4o/chat/completions" + c.query + "&api-version=2024-10-21"
				}
				got, err := w.ask(http.MethodPost, url+path, `{"messages":[{"role":"user","content":`+c.content+`}]}`, "Authorization: Bearer "+token)
				require.NoError(t, err)
				require.Equal(t, c.want, got.status, "%s: %s", c.reason, got.body)
			}
			withFrontDoor(t, lab.Options{}, lab.FrontDoor{WAF: frontDoorWAF(c.mode, c.excluded, 0)}, func(w *world) {
				ask(w, "https://"+w.host)
			})
			withApplicationGateway(t, lab.ApplicationGateway{WAF: gatewayWAF(c.mode, c.excluded)}, func(w *world) {
				ask(w, "http://"+w.host)
			})
		})
	}
}

// The rules see the beginning of a body that is longer than they look at, and tell what
// they have found also where they only watch.
func TestLongBodies(t *testing.T) {
	long := `"` + strings.Repeat("word ", 40_000) + `"`
	ask := func(w *world, content, before string) answered {
		t.Helper()
		token, err := w.IdentityToken()
		require.NoError(t, err)
		got, err := w.ask(http.MethodPost, "https://"+w.host+chatPath, `{"user":"`+before+`","messages":[{"role":"user","content":`+content+`}]}`, "Authorization: Bearer "+token)
		require.NoError(t, err)
		return got
	}
	withFrontDoor(t, lab.Options{}, lab.FrontDoor{WAF: frontDoorWAF("Prevention", true, 0)}, func(w *world) {
		require.Equal(t, http.StatusOK, ask(w, long, "a").status)
		got := ask(w, long, "' OR '1'='1")
		require.Equal(t, http.StatusForbidden, got.status, "before the cut, beside a prompt")
		require.Contains(t, got.header.Get("X-Sandbox-Firewall"), "SQLI-942100")
	})
	withFrontDoor(t, lab.Options{}, lab.FrontDoor{WAF: frontDoorWAF("Detection", true, 0)}, func(w *world) {
		got := ask(w, `"a"`, "' OR '1'='1")
		require.Equal(t, http.StatusOK, got.status)
		require.Contains(t, got.header.Get("X-Sandbox-Firewall"), "SQLI-942100")
	})
}

// One address may ask so many times a minute at a location.
func TestRateLimit(t *testing.T) {
	withFrontDoor(t, lab.Options{}, lab.FrontDoor{WAF: frontDoorWAF("Prevention", true, 10)}, func(w *world) {
		statuses := func(requests int, headers ...string) map[int]int {
			counts := map[int]int{}
			for range requests {
				counts[w.chat(headers...).status]++
			}
			return counts
		}
		require.Equal(t, map[int]int{http.StatusOK: 10, http.StatusForbidden: 5}, statuses(15))
		require.Equal(t, map[int]int{http.StatusOK: 5}, statuses(5, "X-Sandbox-Edge: tokyo"), "every location counts for itself")
		w.after(time.Minute)
		require.Equal(t, map[int]int{http.StatusOK: 5}, statuses(5), "the next minute is another one")
	})
}
