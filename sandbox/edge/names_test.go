package edge_test

import (
	"net/http"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/aoai-gateway/aoai-gateway/sandbox/lab"
)

// A member is called by the name that the gateway has for it, and its certificate is for its
// own name alone: with another one it is unhealthy (MicrosoftDocs/azure-docs#40941, #94687).
func TestApplicationGatewayCallsMembersByStoredNames(t *testing.T) {
	const gateway = lab.Group + "/providers/Microsoft.Network/applicationGateways/agw-lab"
	for _, c := range []struct {
		reason string
		change func(settings, probe map[string]any)
		status int
	}{
		{"as deployed", func(map[string]any, map[string]any) {}, 200},
		{"the probe has a name of its own", func(_, probe map[string]any) {
			probe["pickHostNameFromBackendHttpSettings"], probe["host"] = false, "wrong.fabrikam.test"
		}, 502},
		{"members are called by the caller's host", func(settings, _ map[string]any) {
			settings["pickHostNameFromBackendAddress"] = false
		}, 502},
		{"all members are called by one name", func(settings, _ map[string]any) {
			settings["pickHostNameFromBackendAddress"], settings["hostName"] = false, "wrong.fabrikam.test"
		}, 502},
		{"the probe names a member, and requests go out under each one's own name: one is healthy", func(_, probe map[string]any) {
			probe["pickHostNameFromBackendHttpSettings"], probe["host"] = false, "north.openai.azure.com"
		}, 200},
		{"the probe is healthy, and requests go out under another name", func(settings, probe map[string]any) {
			settings["pickHostNameFromBackendAddress"], settings["hostName"] = false, "wrong.fabrikam.test"
			probe["pickHostNameFromBackendHttpSettings"], probe["host"] = false, "north.openai.azure.com"
		}, 502},
	} {
		t.Run(c.reason, func(t *testing.T) {
			withApplicationGateway(t, lab.ApplicationGateway{ProbeSeconds: 10}, func(w *world) {
				body, err := w.Get(gateway)
				require.NoError(t, err)
				properties := body["properties"].(map[string]any)
				first := func(list string) map[string]any {
					return properties[list].([]any)[0].(map[string]any)["properties"].(map[string]any)
				}
				c.change(first("backendHttpSettingsCollection"), first("probes"))
				require.NoError(t, w.Put(gateway, body))
				require.NoError(t, w.Plane.Refresh(w.Context()))
				w.after(30 * time.Second)
				_, statuses := w.askHTTP(4)
				require.Equal(t, map[int]int{c.status: 4}, statuses)
			})
		})
	}
}

// An origin path takes the place of what the route's pattern matched (Front Door's page on
// routes).
func TestOriginPath(t *testing.T) {
	const route = "/providers/Microsoft.Cdn/profiles/afd-lab/afdEndpoints/lab/routes/lab"
	for _, c := range []struct {
		reason, pattern, originPath, path string
		status                            int
	}{
		{"what the asterisk stands for follows the origin path", "/api/*", "/openai", "/api/deployments/gpt-4o/chat/completions?api-version=2024-10-21", 200},
		{"a slash at its end does not matter", "/api/*", "/openai/", "/api/deployments/gpt-4o/chat/completions?api-version=2024-10-21", 200},
		{"case of the pattern does not matter", "/API/*", "/openai", "/api/deployments/gpt-4o/chat/completions?api-version=2024-10-21", 200},
		{"the whole path follows /*", "/*", "/openai", "/deployments/gpt-4o/chat/completions?api-version=2024-10-21", 200},
		{"a pattern without an asterisk is taken away whole", "/ask", "/openai/deployments/gpt-4o/chat/completions", "/ask?api-version=2024-10-21", 200},
		{"a path that has the origin path already gets it twice", "/*", "/openai", chatPath, 404},
		{"without one, paths stay", "/*", "", chatPath, 200},
	} {
		t.Run(c.reason, func(t *testing.T) {
			withFrontDoor(t, lab.Options{}, lab.FrontDoor{}, func(w *world) {
				body, err := w.Get(lab.Group + route)
				require.NoError(t, err)
				properties := body["properties"].(map[string]any)
				properties["patternsToMatch"] = []any{c.pattern}
				if c.originPath != "" {
					properties["originPath"] = c.originPath
				}
				require.NoError(t, w.Put(lab.Group+route, body))
				require.NoError(t, w.Plane.Refresh(w.Context()))
				w.after(2 * time.Second)
				token, err := w.IdentityToken()
				require.NoError(t, err)
				got, err := w.ask(http.MethodPost, "https://"+w.host+c.path, `{"messages":[{"role":"user","content":"Hello"}]}`, "Authorization: Bearer "+token)
				require.NoError(t, err)
				require.Equal(t, c.status, got.status, got.body)
			})
		})
	}
}
