package e2e

import (
	"bufio"
	"context"
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"io"
	"maps"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// written is a request as one of the files in docs/requests holds it, with its variables.
type written struct {
	method, url string
	header      http.Header
	body        string
}

// The .http files and the Postman collection are what they say: two requests for each
// pattern, which its stack answers as they stand.
func TestRequestsOfTheDocs(t *testing.T) {
	t.Parallel()
	s := serve(t)
	pem, err := os.ReadFile(s.endpoints.CA)
	require.NoError(t, err)
	pool := x509.NewCertPool()
	require.True(t, pool.AppendCertsFromPEM(pem))
	proxy, err := url.Parse(s.endpoints.Proxy)
	require.NoError(t, err)
	client := &http.Client{Transport: &http.Transport{Proxy: http.ProxyURL(proxy), TLSClientConfig: &tls.Config{RootCAs: pool, MinVersion: tls.VersionTLS12}}}
	t.Cleanup(client.CloseIdleConnections)
	for _, pattern := range []struct {
		name, file string
		// regions are how many models answer the two requests, 0 where chance decides.
		regions int
	}{
		{"front-door", filepath.Join(root, "Pulumi.dev.yaml"), 0},
		{"apim", example("apim/defaults"), 2},
		{"multi-region", example("multi-region/defaults"), 1},
	} {
		t.Run(pattern.name, func(t *testing.T) {
			w := &world{t: t, dir: s.dir, flags: []string{"--stack", pattern.name, "--config", pattern.file}}
			w.must(0, "up")
			variables := map[string]string{"ENDPOINT": strings.TrimSpace(w.must(0, "outputs", "endpoint").stdout)}
			if pattern.name == "front-door" {
				variables["TOKEN"] = strings.TrimSpace(s.aoai("entra", "token"))
			} else {
				variables["KEY"] = strings.TrimSpace(w.must(0, "key").stdout)
			}
			for form, requests := range map[string][]written{
				".http":   ofHTTPFile(t, filepath.Join(root, "docs", "requests", pattern.name+".http"), variables),
				"Postman": ofCollection(t, filepath.Join(root, "docs", "requests", "aoai-gateway.postman_collection.json"), pattern.name, variables),
			} {
				require.Len(t, requests, 2, form)
				answered := map[string]bool{}
				for _, each := range requests {
					answered[each.send(t, client)] = true
				}
				if pattern.regions > 0 {
					require.Len(t, answered, pattern.regions, "%s: %v", form, answered)
				}
			}
		})
	}
}

// send wants a completion, and returns the region of the model that answered.
func (w written) send(t *testing.T, client *http.Client) string {
	t.Helper()
	require.NotContains(t, w.url+w.body, "{{", "a variable has no value")
	request, err := http.NewRequestWithContext(context.WithoutCancel(t.Context()), w.method, w.url, strings.NewReader(w.body))
	require.NoError(t, err)
	request.Header = w.header
	response, err := client.Do(request)
	require.NoError(t, err)
	body, err := io.ReadAll(response.Body)
	require.NoError(t, err)
	require.NoError(t, response.Body.Close())
	require.Equal(t, 200, response.StatusCode, "%s %s: %s", w.method, w.url, body)
	require.Contains(t, string(body), `"chat.completion"`)
	region := response.Header.Get("x-ms-region")
	require.NotEmpty(t, region, "the answer does not say whose it is")
	return region
}

var placeholder = regexp.MustCompile(`\{\{([^}]+)\}\}`)

// filled puts values in the place of variables, also of those that stand in values.
func filled(text string, values map[string]string) string {
	for range 3 {
		text = placeholder.ReplaceAllStringFunc(text, func(found string) string {
			name := strings.TrimSpace(placeholder.FindStringSubmatch(found)[1])
			if value, known := values[strings.TrimPrefix(name, "$processEnv ")]; known {
				return value
			}
			return found
		})
	}
	return text
}

// ofHTTPFile reads the form of VS Code's REST Client: variables begin with @, comments with #,
// and requests are parted by ###.
func ofHTTPFile(t *testing.T, file string, environment map[string]string) []written {
	t.Helper()
	values := maps.Clone(environment)
	var requests []written
	for _, part := range strings.Split("\n"+readFile(t, file), "\n###") {
		var lines []string
		for _, line := range strings.Split(part, "\n") {
			if name, value, isVariable := strings.Cut(strings.TrimPrefix(line, "@"), " = "); isVariable && strings.HasPrefix(line, "@") {
				values[name] = value
			} else if !strings.HasPrefix(line, "#") {
				lines = append(lines, line)
			}
		}
		text := strings.TrimSpace(strings.Join(lines, "\n"))
		if len(requests) == 0 && text == "" {
			continue // what stands before the first request
		}
		// The rest of the separator's line is the request's title.
		_, text, _ = strings.Cut(strings.TrimSpace(text), "\n")
		text = filled(text, values)
		request, err := http.ReadRequest(bufio.NewReader(strings.NewReader(strings.Replace(text, "\n", " HTTP/1.1\r\nHost: x\r\n", 1))))
		require.NoError(t, err, "%s: %s", file, text)
		_, body, found := strings.Cut(text, "\n\n")
		require.True(t, found, "%s: a request without a body", file)
		requests = append(requests, written{request.Method, request.RequestURI, request.Header, body})
	}
	return requests
}

// ofCollection reads a folder of a Postman collection (format 2.1).
func ofCollection(t *testing.T, file, folder string, environment map[string]string) []written {
	t.Helper()
	var collection struct {
		Info     struct{ Schema string }
		Variable []struct{ Key, Value string }
		Item     []struct {
			Name string
			Item []struct {
				Request struct {
					Method string
					Header []struct{ Key, Value string }
					URL    struct{ Raw string }
					Body   struct{ Mode, Raw string }
				}
			}
		}
	}
	require.NoError(t, json.Unmarshal([]byte(readFile(t, file)), &collection))
	require.Equal(t, "https://schema.getpostman.com/json/collection/v2.1.0/collection.json", collection.Info.Schema)
	values := map[string]string{}
	for _, each := range collection.Variable {
		values[each.Key] = each.Value
		// Secrets and hosts are not in the file.
		if value, given := environment[strings.ToUpper(each.Key)]; given {
			require.Empty(t, each.Value, "%s: the variable %s", file, each.Key)
			values[each.Key] = value
		}
	}
	var requests []written
	for _, pattern := range collection.Item {
		if pattern.Name != folder {
			continue
		}
		for _, each := range pattern.Item {
			header := http.Header{}
			for _, line := range each.Request.Header {
				header.Set(line.Key, filled(line.Value, values))
			}
			require.Equal(t, "raw", each.Request.Body.Mode)
			requests = append(requests, written{each.Request.Method, filled(each.Request.URL.Raw, values), header, each.Request.Body.Raw})
		}
	}
	return requests
}
