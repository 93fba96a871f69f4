package gateway_test

import (
	"net/http"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/aoai-gateway/aoai-gateway/sandbox/lab"
)

// Requests find their API and operation by path and method, and what they find not
// is 404 without a backend.
func TestRouting(t *testing.T) {
	t.Parallel()
	inLab(t, lab.Options{Document: forward("north", "")}, func(t *testing.T, l *lab.Lab) {
		for _, c := range []struct {
			reason, method, path string
			status               int
			says                 string
		}{
			{"an operation with a parameter", http.MethodPost, chatPath, 200, "chat.completion"},
			{"case of the path does not matter", http.MethodPost, "/OpenAI/Deployments/gpt-4o/Chat/completions?api-version=2024-10-21", 200, "chat.completion"},
			{"a slash at the end does not either", http.MethodPost, "/openai/deployments/gpt-4o/chat/completions/?api-version=2024-10-21", 200, "chat.completion"},
			{"no API has the path", http.MethodPost, "/elsewhere", 404, "Resource not found"},
			{"the API has no such operation", http.MethodPost, "/openai/deployments/gpt-4o/chat", 404, "Resource not found"},
			{"the operation has another method", http.MethodDelete, chatPath, 404, "Resource not found"},
			{"more than the template", http.MethodPost, "/openai/deployments/gpt-4o/chat/completions/more?api-version=1", 404, "Resource not found"},
		} {
			got, err := tryTo(t, l.Client(), c.method, "https://"+lab.Gateway+c.path, `{"messages":[{"role":"user","content":"Hello"}]}`, "api-key: "+l.Key)
			require.NoError(t, err, c.reason)
			require.Equal(t, c.status, got.status, "%s: %s", c.reason, got.body)
			require.Contains(t, got.body, c.says, c.reason)
		}
		status, err := tryTo(t, l.Client(), http.MethodGet, "https://"+lab.Gateway+"/status-0123456789abcdef", "")
		require.NoError(t, err)
		require.Equal(t, 200, status.status, "the status path needs no key")
		regional, err := tryTo(t, l.Client(), http.MethodPost, "https://apim-lab-swedencentral-01.regional.azure-api.net"+chatPath, `{"messages":[{"role":"user","content":"Hello"}]}`, "api-key: "+l.Key)
		require.NoError(t, err)
		require.Equal(t, 200, regional.status, "a regional gateway has the same APIs")
	})
}

// Fixed segments of a template win over named ones, and a wildcard takes the rest.
func TestTemplates(t *testing.T) {
	t.Parallel()
	const echo = `<policies><inbound><base /><return-response><set-body>@(context.Operation.Id + "|" + string.Join(",", context.Request.MatchedParameters.Select(p => p.Key + "=" + p.Value)))</set-body></return-response></inbound>
		<backend><base /></backend><outbound><base /></outbound><on-error><base /></on-error></policies>`
	inLab(t, lab.Options{Document: echo}, func(t *testing.T, l *lab.Lab) {
		for id, template := range map[string]string{"files": "/files/{*path}", "latest": "/files/latest", "odd": "/odd/{name}/x"} {
			parameters := []any{}
			for _, name := range map[string][]string{"files": {"*path"}, "odd": {"name"}}[id] {
				parameters = append(parameters, map[string]any{"name": name, "type": "string", "required": true})
			}
			if id == "files" {
				parameters = []any{map[string]any{"name": "path", "type": "string", "required": true}}
			}
			require.NoError(t, l.Put(lab.ServiceID+"/apis/openai/operations/"+id, map[string]any{"properties": map[string]any{
				"displayName": id, "method": "POST", "urlTemplate": template, "templateParameters": parameters,
			}}))
		}
		for path, want := range map[string]string{
			"/openai/files/latest": "latest|", "/openai/files/a/b%20c": "files|path=a/b c", "/openai/odd/a%2Fb/x": "odd|name=a/b",
			chatPath: "chat|deployment-id=gpt-4o",
		} {
			require.Equal(t, want, ask(t, l, path).body, path)
		}
	})
}

// Keys decide who comes in, before any policy runs.
func TestSubscriptionKeys(t *testing.T) {
	t.Parallel()
	inLab(t, lab.Options{Document: forward("north", "")}, func(t *testing.T, l *lab.Lab) {
		subscribe := func(name, scope, state, key string) {
			require.NoError(t, l.Put(lab.ServiceID+"/subscriptions/"+name, map[string]any{"properties": map[string]any{
				"displayName": name, "scope": scope, "state": state, "primaryKey": key, "secondaryKey": key + "-second",
			}}))
		}
		require.NoError(t, l.Put(lab.ServiceID+"/products/team", map[string]any{"properties": map[string]any{"displayName": "Team", "state": "published", "subscriptionRequired": true}}))
		subscribe("of-product", lab.ServiceID+"/products/team", "active", "product-key")
		subscribe("of-all", lab.ServiceID+"/apis", "active", "all-key")
		subscribe("suspended", lab.ServiceID+"/apis", "suspended", "suspended-key")
		url := "https://" + lab.Gateway + chatPath
		const body = `{"messages":[{"role":"user","content":"Hello"}]}`
		for _, c := range []struct {
			reason, url, header string
			status              int
		}{
			{"a primary key in the header", url, "api-key: " + l.Key, 200},
			{"a key in the query", url + "&subscription-key=" + l.Key, "x: y", 200},
			{"a key for all APIs", url, "api-key: all-key", 200},
			{"a secondary key", url, "api-key: all-key-second", 200},
			{"no key", url, "x: y", 401},
			{"a key of nobody", url, "api-key: nobody", 401},
			{"a key of a subscription that is not active", url, "api-key: suspended-key", 401},
			{"a key for a product without the API", url, "api-key: product-key", 401},
		} {
			got, err := tryTo(t, l.Client(), http.MethodPost, c.url, body, c.header)
			require.NoError(t, err, c.reason)
			require.Equal(t, c.status, got.status, "%s: %s", c.reason, got.body)
			if c.status == 401 {
				require.Contains(t, got.header.Get("WWW-Authenticate"), `name="api-key"`, c.reason)
			}
		}
		require.NoError(t, l.Put(lab.ServiceID+"/products/team/apis/openai", map[string]any{}))
		got, err := tryTo(t, l.Client(), http.MethodPost, url, body, "api-key: product-key")
		require.NoError(t, err)
		require.Equal(t, 200, got.status, "the API is in the product now: %s", got.body)
	})
}

// The policies of a product run for those who come through it, around the API's.
func TestProductsHavePolicies(t *testing.T) {
	t.Parallel()
	inLab(t, lab.Options{Document: forward("north", "")}, func(t *testing.T, l *lab.Lab) {
		product := lab.ServiceID + "/products/team"
		require.NoError(t, l.Put(product, map[string]any{"properties": map[string]any{"displayName": "Team", "state": "published", "subscriptionRequired": true}}))
		require.NoError(t, l.Put(product+"/apis/openai", map[string]any{}))
		require.NoError(t, l.Put(product+"/policies/policy", map[string]any{"properties": map[string]any{"format": "rawxml", "value": `<policies><inbound><base />
			<rate-limit-by-key calls="2" renewal-period="60" counter-key="@(context.Product.Id)" /></inbound><backend><base /></backend><outbound><base /></outbound><on-error><base /></on-error></policies>`}}))
		require.NoError(t, l.Put(lab.ServiceID+"/subscriptions/team", map[string]any{"properties": map[string]any{"displayName": "Team", "scope": product, "state": "active", "primaryKey": "team-key"}}))
		var statuses []int
		for range 3 {
			statuses = append(statuses, ask(t, l, chatPath, "api-key: team-key").status)
		}
		require.Equal(t, []int{200, 200, 429}, statuses)
		require.Equal(t, 200, ask(t, l, chatPath).status, "a key of the API itself is not of the product")
	})
}

// What is deployed is what runs, from the next request on.
func TestChangesTakeEffect(t *testing.T) {
	t.Parallel()
	inLab(t, lab.Options{Document: forward("north", "")}, func(t *testing.T, l *lab.Lab) {
		require.Equal(t, "swedencentral", ask(t, l, chatPath).header.Get("x-ms-region"))
		require.NoError(t, l.SetPolicy(forward("south", "")))
		require.Equal(t, "francecentral", ask(t, l, chatPath).header.Get("x-ms-region"))
		require.NoError(t, l.Put(lab.ServiceID+"/backends/south", map[string]any{"properties": map[string]any{"url": "https://north.openai.azure.com/openai", "protocol": "http"}}))
		require.Equal(t, "swedencentral", ask(t, l, chatPath).header.Get("x-ms-region"))
	})
}

// A policy that the service takes and the sandbox cannot run fails loudly.
func TestPolicyThatCannotRunIsTold(t *testing.T) {
	t.Parallel()
	inLab(t, lab.Options{Document: forward("north", `<validate-odata-request />`)}, func(t *testing.T, l *lab.Lab) {
		got := ask(t, l, chatPath)
		require.Equal(t, 500, got.status)
		require.Contains(t, got.header.Get("X-Sandbox-Error"), "validate-odata-request")
	})
}

// A preflight is answered by the policy of the operation that it asks for, without a
// key.
func TestPreflight(t *testing.T) {
	t.Parallel()
	const cors = `<cors><allowed-origins><origin>https://app.example</origin></allowed-origins><allowed-methods><method>POST</method></allowed-methods><allowed-headers><header>*</header></allowed-headers></cors>`
	inLab(t, lab.Options{Document: forward("north", cors)}, func(t *testing.T, l *lab.Lab) {
		got, err := tryTo(t, l.Client(), http.MethodOptions, "https://"+lab.Gateway+chatPath, "", "Origin: https://app.example", "Access-Control-Request-Method: POST")
		require.NoError(t, err)
		require.Equal(t, 200, got.status)
		require.Equal(t, "https://app.example", got.header.Get("Access-Control-Allow-Origin"))
		require.Zero(t, asked(l, "north.openai.azure.com"))
	})
}
