package gateway_test

import (
	"bytes"
	"compress/gzip"
	"compress/zlib"
	"encoding/base64"
	"io"
	"net/http"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/aoai-gateway/aoai-gateway/sandbox/lab"
)

// operation is one of an API that a test puts beside the lab's.
type operation struct {
	id, method, template string
	named                []string
}

// putAPI puts an API of some operations and one policy under a path of its own, which needs
// no key.
func putAPI(t *testing.T, l *lab.Lab, name, serviceURL, inbound, outbound string, operations ...operation) {
	t.Helper()
	api := lab.ServiceID + "/apis/" + name
	require.NoError(t, l.Put(api, map[string]any{"properties": map[string]any{
		"displayName": name, "path": name, "protocols": []any{"https"}, "subscriptionRequired": false, "serviceUrl": serviceURL,
	}}))
	for _, each := range operations {
		parameters := []any{}
		for _, parameter := range each.named {
			parameters = append(parameters, map[string]any{"name": parameter, "type": "string", "required": true})
		}
		require.NoError(t, l.Put(api+"/operations/"+each.id, map[string]any{"properties": map[string]any{
			"displayName": each.id, "method": each.method, "urlTemplate": each.template, "templateParameters": parameters,
		}}))
	}
	require.NoError(t, l.Put(api+"/policies/policy", map[string]any{"properties": map[string]any{"format": "rawxml", "value": `<policies><inbound><base />` + inbound +
		`</inbound><backend><base /></backend><outbound><base />` + outbound + `</outbound><on-error><base /></on-error></policies>`}}))
}

const (
	tellOperation = `<return-response><set-status code="200" /><set-body>@(context.Operation.Id)</set-body></return-response>`
	nobody        = "https://nobody.fabrikam.test"
)

// An asterisk at the end of a template takes every path, of any depth: public templates of
// API Management have catch-all operations of /*.
func TestOpenTemplates(t *testing.T) {
	t.Parallel()
	inLab(t, lab.Options{Document: forward("north", "")}, func(t *testing.T, l *lab.Lab) {
		putAPI(t, l, "star", nobody, tellOperation, "",
			operation{"all", "POST", "/*", nil}, operation{"files", "POST", "/files/*", nil}, operation{"latest", "POST", "/files/latest", nil})
		putAPI(t, l, "narrow", nobody, tellOperation, "", operation{"files", "POST", "/files/*", nil})
		for _, c := range []struct{ reason, path, want string }{
			{"one segment", "/star/one", "all"},
			{"many segments", "/star/deployments/gpt-4o/chat/completions", "all"},
			{"none", "/star", "all"},
			{"a longer beginning wins", "/star/files/a/b/c", "files"},
			{"a whole template wins", "/star/files/latest", "latest"},
			{"what is below a whole template is another path", "/star/files/latest/x", "files"},
			{"the beginning has to fit", "/narrow/other/a", ""},
		} {
			got, err := tryTo(t, l.Client(), http.MethodPost, "https://"+lab.Gateway+c.path, "")
			require.NoError(t, err, c.reason)
			if c.want == "" {
				require.Equal(t, http.StatusNotFound, got.status, c.reason)
				continue
			}
			require.Equal(t, c.want, got.body, c.reason)
		}
	})
}

// An operation of the method OPTIONS answers preflights itself: the logic of cors is not run
// then (API Management's reference of cors). One of every method is no such operation.
func TestOptionsOperation(t *testing.T) {
	t.Parallel()
	const cors = `<cors><allowed-origins><origin>https://shop.fabrikam.test</origin></allowed-origins>
		<allowed-methods><method>POST</method></allowed-methods><allowed-headers><header>*</header></allowed-headers></cors>`
	inLab(t, lab.Options{Document: forward("north", "")}, func(t *testing.T, l *lab.Lab) {
		putAPI(t, l, "own", nobody, cors+tellOperation, "",
			operation{"any", "*", "/a", nil}, operation{"options", "OPTIONS", "/a", nil}, operation{"post", "POST", "/a", nil}, operation{"other", "POST", "/b", nil})
		putAPI(t, l, "every", nobody, cors+tellOperation, "", operation{"any", "*", "/a", nil})
		for _, c := range []struct{ reason, path, origin, want, allowed string }{
			{"the operation answers", "/own/a", "https://shop.fabrikam.test", "options", ""},
			{"whatever the origin is", "/own/a", "https://elsewhere.fabrikam.test", "options", ""},
			{"another path has no such operation", "/own/b", "https://shop.fabrikam.test", "", "https://shop.fabrikam.test"},
			{"an operation of every method leaves preflights to cors", "/every/a", "https://shop.fabrikam.test", "", "https://shop.fabrikam.test"},
		} {
			got, err := tryTo(t, l.Client(), http.MethodOptions, "https://"+lab.Gateway+c.path, "", "Origin: "+c.origin, "Access-Control-Request-Method: POST")
			require.NoError(t, err, c.reason)
			require.Equal(t, http.StatusOK, got.status, c.reason)
			require.Equal(t, c.want, got.body, c.reason)
			require.Equal(t, c.allowed, got.header.Get("Access-Control-Allow-Origin"), c.reason)
		}
	})
}

// done is what the tests pack.
const done = `{"state":"done"}`

// packed is done in gzip or in the form of deflate.
func packed(t *testing.T, encoding string) string {
	t.Helper()
	var b bytes.Buffer
	var w io.WriteCloser = gzip.NewWriter(&b)
	if encoding == "deflate" {
		w = zlib.NewWriter(&b)
	}
	_, err := io.WriteString(w, done)
	require.NoError(t, err)
	require.NoError(t, w.Close())
	return b.String()
}

// Policies read what a body of the encoding gzip holds, and no other encoding
// (MicrosoftDocs/azure-docs#59837, #95956).
func TestPackedBodies(t *testing.T) {
	t.Parallel()
	every := operation{"get", "GET", "/{*p}", []string{"p"}}
	answer := func(encoding, body string) string {
		return `<return-response><set-status code="200" /><set-header name="Content-Encoding" exists-action="override"><value>` + encoding + `</value></set-header>
			<set-body>@(Convert.FromBase64String("` + base64.StdEncoding.EncodeToString([]byte(body)) + `"))</set-body></return-response>`
	}
	const read = `<set-header name="X-State" exists-action="override"><value>@((string)context.Response.Body.As<JObject>(true)["state"])</value></set-header>`
	inLab(t, lab.Options{Document: forward("north", "")}, func(t *testing.T, l *lab.Lab) {
		gateway := "https://" + lab.Gateway
		putAPI(t, l, "gzip", nobody, answer("gzip", packed(t, "gzip")), "", every)
		putAPI(t, l, "deflate", nobody, answer("deflate", packed(t, "deflate")), "", every)
		putAPI(t, l, "broken", nobody, answer("gzip", done), "", every)
		putAPI(t, l, "plain", nobody, answer("identity", done), "", every)
		for _, c := range []struct {
			reason, from, outbound string
			status                 int
			state, encoding, body  string
		}{
			{"what is read stays packed for the caller", "gzip", read, 200, "done", "gzip", packed(t, "gzip")},
			{"nobody reads", "gzip", "", 200, "", "gzip", packed(t, "gzip")},
			{"what takes its place is not packed", "gzip", `<set-body>@(context.Response.Body.As<string>() + "!")</set-body>`, 200, "", "", done + "!"},
			{"find-and-replace reads it, too", "gzip", `<find-and-replace from="done" to="open" />`, 200, "", "", `{"state":"open"}`},
			{"another encoding is not read", "deflate", read, 500, "", "", ""},
			{"nor is what says gzip and is none", "broken", read, 500, "", "", ""},
			{"identity is none", "plain", read, 200, "done", "identity", done},
		} {
			putAPI(t, l, "reader", gateway+"/"+c.from, "", c.outbound, every)
			got, err := tryTo(t, l.Client(), http.MethodGet, gateway+"/reader/a", "", "Accept-Encoding: gzip, deflate")
			require.NoError(t, err, c.reason)
			require.Equal(t, c.status, got.status, "%s: %s", c.reason, got.body)
			if c.status != http.StatusOK {
				continue
			}
			require.Equal(t, c.body, got.body, c.reason)
			require.Equal(t, []string{c.state, c.encoding}, []string{got.header.Get("X-State"), got.header.Get("Content-Encoding")}, c.reason)
		}
		putAPI(t, l, "asked", nobody, `<return-response><set-body>@((string)context.Request.Body.As<JObject>(true)["state"])</set-body></return-response>`, "",
			operation{"post", "POST", "/a", nil})
		got, err := tryTo(t, l.Client(), http.MethodPost, gateway+"/asked/a", packed(t, "gzip"), "Content-Encoding: gzip")
		require.NoError(t, err)
		require.Equal(t, "done", got.body, "a request's body is read the same way")
	})
}
