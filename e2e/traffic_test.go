package e2e

import (
	"bytes"
	"context"
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore"
	"github.com/Azure/azure-sdk-for-go/sdk/azcore/policy"
	"github.com/Azure/azure-sdk-for-go/sdk/azidentity"
	"github.com/openai/openai-go/v3"
	"github.com/openai/openai-go/v3/azure"
	"github.com/openai/openai-go/v3/option"
	"github.com/openai/openai-go/v3/responses"
	"github.com/stretchr/testify/require"

	"github.com/aoai-gateway/aoai-gateway/internal/arm"
	"github.com/aoai-gateway/aoai-gateway/sandbox"
)

// modelsAudience is what the hardened example takes tokens for.
const modelsAudience = "api://contoso-models"

// apiVersion is the newest dated one.
const apiVersion = "2025-04-01-preview"

// serving holds the sandbox up with its data plane while f talks to it.
func (w *world) serving(f func(*traffic)) {
	w.t.Helper()
	session, err := sandbox.Join(w.t.Context(), sandbox.Options{Dir: w.dir, SeedFile: w.seed, Traffic: &sandbox.Traffic{}})
	require.NoError(w.t, err)
	defer func() { require.NoError(w.t, session.Close()) }()
	f(newTraffic(w, session))
}

// traffic is a deployed gateway, and how a client reaches it.
type traffic struct {
	*world
	session *sandbox.Session
	// http reaches public names through the sandbox's proxy, and trusts its CA.
	http *http.Client
	// gateway is the public URL.
	gateway string
	// keys are those of the stack's outputs, by subscription.
	keys map[string]map[string]string
}

func newTraffic(w *world, session *sandbox.Session) *traffic {
	w.t.Helper()
	pem, err := os.ReadFile(session.Endpoints.CA)
	require.NoError(w.t, err)
	pool := x509.NewCertPool()
	require.True(w.t, pool.AppendCertsFromPEM(pem))
	proxy, err := url.Parse(session.Endpoints.Proxy)
	require.NoError(w.t, err)
	transport := &http.Transport{Proxy: http.ProxyURL(proxy), TLSClientConfig: &tls.Config{RootCAs: pool, MinVersion: tls.VersionTLS12}}
	w.t.Cleanup(transport.CloseIdleConnections)
	hosts, err := session.Hosts(w.t.Context())
	require.NoError(w.t, err)
	made := &traffic{world: w, session: session, http: &http.Client{Transport: transport}}
	for _, host := range hosts {
		if host.Kind == "gateway" && !strings.Contains(host.Host, ".regional.") {
			made.gateway = "https://" + host.Host
		}
	}
	require.NotEmpty(w.t, made.gateway, "no gateway answers: %v", hosts)
	return made
}

// manage asks Resource Manager for what is in the way of a test.
func (x *traffic) manage(method, id string, body map[string]any) (int, map[string]any) {
	x.t.Helper()
	encoded, err := json.Marshal(body)
	require.NoError(x.t, err)
	request, err := http.NewRequestWithContext(x.t.Context(), method, x.session.Endpoints.ARM+id+"?api-version="+arm.NewestAPIVersion(id), bytes.NewReader(encoded))
	require.NoError(x.t, err)
	if method == http.MethodDelete {
		request.Header.Set("If-Match", "*") // API Management wants it
	}
	response, err := http.DefaultClient.Do(request)
	require.NoError(x.t, err)
	defer func() { require.NoError(x.t, response.Body.Close()) }()
	var answered map[string]any
	raw, err := io.ReadAll(response.Body)
	require.NoError(x.t, err)
	if len(raw) > 0 {
		require.NoError(x.t, json.Unmarshal(raw, &answered))
	}
	return response.StatusCode, answered
}

// key is a subscription's.
func (x *traffic) key(name string) string {
	x.t.Helper()
	if x.keys == nil {
		var outputs struct {
			Keys map[string]map[string]string `json:"subscriptionKeys"`
		}
		require.NoError(x.t, json.Unmarshal([]byte(x.must(0, "outputs", "--show-secrets").stdout), &outputs))
		x.keys = outputs.Keys
	}
	key := x.keys[name]["primaryKey"]
	require.NotEmpty(x.t, key)
	return key
}

// withKey and withToken are the official client with its Azure option.
func (x *traffic) withKey(key string) openai.Client {
	return openai.NewClient(azure.WithEndpoint(x.gateway, apiVersion), azure.WithAPIKey(key), option.WithHTTPClient(x.http), option.WithMaxRetries(0))
}

func (x *traffic) withToken(credential azcore.TokenCredential) openai.Client {
	return openai.NewClient(azure.WithEndpoint(x.gateway, apiVersion),
		azure.WithTokenCredential(credential, azure.WithTokenCredentialScopes([]string{modelsAudience + "/.default"})),
		option.WithHTTPClient(x.http), option.WithMaxRetries(0))
}

// application is the credential of an application: Microsoft's own library gets its
// tokens, with a client secret, from Entra's endpoints.
func (x *traffic) application(name string) azcore.TokenCredential {
	x.t.Helper()
	secret, err := x.session.Secret(x.t.Context(), name)
	require.NoError(x.t, err)
	credential, err := azidentity.NewClientSecretCredential(x.session.Endpoints.TenantID, secret["clientId"], secret["clientSecret"], &azidentity.ClientSecretCredentialOptions{
		ClientOptions: azcore.ClientOptions{Transport: x.http},
	})
	require.NoError(x.t, err)
	return credential
}

// fixed is a credential with one token.
type fixed string

// GetToken implements azcore.TokenCredential.
func (f fixed) GetToken(context.Context, policy.TokenRequestOptions) (azcore.AccessToken, error) {
	return azcore.AccessToken{Token: string(f), ExpiresOn: time.Now().Add(time.Hour)}, nil
}

// question is what the tests ask.
func question() openai.ChatCompletionNewParams {
	return openai.ChatCompletionNewParams{Model: "gpt-5.4-mini", Messages: []openai.ChatCompletionMessageParamUnion{openai.UserMessage("Hello")}}
}

// chats asks once, and tells which backend answered; the error is the client's.
func chats(ctx context.Context, client openai.Client) (backend string, err error) {
	var raw *http.Response
	_, err = client.Chat.Completions.New(ctx, question(), option.WithResponseInto(&raw))
	if raw != nil {
		backend = raw.Header.Get("x-gateway-backend")
	}
	return backend, err
}

// speaksAll uses a client for all that applications do.
func (x *traffic) speaksAll(client openai.Client, embeddings string) {
	x.t.Helper()
	const model = "gpt-5.4-mini"
	ctx := x.t.Context()
	chat, err := client.Chat.Completions.New(ctx, question())
	require.NoError(x.t, err)
	require.NotEmpty(x.t, chat.Choices[0].Message.Content)
	require.Positive(x.t, chat.Usage.TotalTokens)

	stream := client.Chat.Completions.NewStreaming(ctx, question())
	var streamed strings.Builder
	for stream.Next() {
		for _, choice := range stream.Current().Choices {
			streamed.WriteString(choice.Delta.Content)
		}
	}
	require.NoError(x.t, stream.Err())
	require.Equal(x.t, chat.Choices[0].Message.Content, streamed.String(), "the stream says the same")

	response, err := client.Responses.New(ctx, responses.ResponseNewParams{Model: model, Input: responses.ResponseNewParamsInputUnion{OfString: openai.String("Hello")}})
	require.NoError(x.t, err)
	require.NotEmpty(x.t, response.OutputText())
	if embeddings == "" {
		return
	}
	vectors, err := client.Embeddings.New(ctx, openai.EmbeddingNewParams{Model: embeddings, Input: openai.EmbeddingNewParamsInputUnion{OfArrayOfStrings: []string{"one", "two"}}})
	require.NoError(x.t, err)
	require.Len(x.t, vectors.Data, 2)
	require.NotEqual(x.t, vectors.Data[0].Embedding, vectors.Data[1].Embedding)
}

// trafficOf are the requests that each example carries once it is deployed.
var trafficOf = map[string]func(*traffic){
	"defaults": (*traffic).defaults, "maximal": (*traffic).maximal, "hardened": (*traffic).hardened,
}

// defaults: keys, and the rotation of the article's experiment.
func (x *traffic) defaults() {
	x.t.Helper()
	client := x.withKey(x.key("first-team"))
	x.speaksAll(client, "")
	counts := map[string]int{}
	for range 6 {
		backend, err := chats(x.t.Context(), client)
		require.NoError(x.t, err)
		counts[backend]++
	}
	require.Equal(x.t, map[string]int{"sweden-gpt-5_4-mini": 3, "france-gpt-5_4-mini": 3}, counts)
	_, err := chats(x.t.Context(), x.withKey("wrong"))
	x.refused(err, http.StatusUnauthorized)
	rows := x.rows("ApiManagementGatewayLogs")
	require.NotEmpty(x.t, rows)
	require.NotContains(x.t, fmt.Sprint(rows), x.key("first-team"), "a key stands in the logs")
	metrics := x.rows("AppMetrics")
	require.NotEmpty(x.t, metrics)
}

// rows are those of a table, by their columns.
func (x *traffic) rows(table string) (rows []map[string]any) {
	x.t.Helper()
	require.NoError(x.t, x.session.Logs(x.t.Context(), table, &rows))
	return rows
}

func (x *traffic) refused(err error, status int) {
	x.t.Helper()
	var refusal *openai.Error
	require.ErrorAs(x.t, err, &refusal)
	require.Equal(x.t, status, refusal.StatusCode, "%v", err)
	require.NotEmpty(x.t, refusal.Message, "the client reads no message: %s", refusal.RawJSON())
}

// maximal: keys of products, pools, embeddings, whole prompts in the event hub, and
// the npm client. Then one thing after the other that all of it rests on is taken away,
// and traffic shows that it is missing.
func (x *traffic) maximal() {
	x.t.Helper()
	key := x.key("direct")
	x.speaksAll(x.withKey(key), "text.embeddings")
	x.t.Run("official npm client, where Node is present", func(t *testing.T) { x.npmClient(t, x.key("batch")) })
	x.t.Run("what is taken away is missed", x.misses)
}

// hardened: tokens of one application only.
func (x *traffic) hardened() {
	x.t.Helper()
	x.speaksAll(x.withToken(x.application("chat-app")), "embeddings")
	_, err := chats(x.t.Context(), x.withToken(x.application("batch-app")))
	x.refused(err, http.StatusUnauthorized)
	good, err := x.session.Token(x.t.Context(), "chat-app", modelsAudience)
	require.NoError(x.t, err)
	other, err := x.session.Token(x.t.Context(), "chat-app", "https://cognitiveservices.azure.com")
	require.NoError(x.t, err)
	parts := strings.Split(good.AccessToken, ".")
	for name, token := range map[string]string{
		"forged":         parts[0] + "." + parts[1] + "." + strings.Repeat("A", len(parts[2])),
		"wrong audience": other.AccessToken,
		"alg none":       "eyJhbGciOiJub25lIiwidHlwIjoiSldUIn0." + parts[1] + ".",
	} {
		_, err := chats(x.t.Context(), x.withToken(fixed(token)))
		require.Error(x.t, err, name)
		x.refused(err, http.StatusUnauthorized)
	}
	// What tokens are held to stands in named values: with another audience nobody
	// comes in. The service refuses to delete one that a policy names.
	value := x.stateID("NamedValue::openai-entra-audience-1").String()
	status, _ := x.manage(http.MethodDelete, value, nil)
	require.Equal(x.t, http.StatusBadRequest, status)
	x.without("named value", value, func(body map[string]any) map[string]any {
		properties, _ := body["properties"].(map[string]any)
		properties["value"] = "api://nobody"
		return body
	}, func() error {
		_, err := chats(x.t.Context(), x.withToken(fixed(good.AccessToken)))
		return err
	})
}

// npmClient runs the official client for Node.
func (x *traffic) npmClient(t *testing.T, key string) {
	t.Helper()
	node, err := exec.LookPath("node")
	if err != nil {
		t.Skip("there is no node on this machine")
	}
	npm, err := exec.LookPath("npm")
	require.NoError(t, err)
	dir := t.TempDir()
	for _, name := range []string{"package.json", "package-lock.json", "client.mjs"} {
		content, err := os.ReadFile(filepath.Join("testdata", "node", name))
		require.NoError(t, err)
		require.NoError(t, os.WriteFile(filepath.Join(dir, name), content, 0o600))
	}
	installed := execute(t, dir, nil, npm, "ci", "--no-audit", "--no-fund")
	require.Zero(t, installed.code, "%s", installed)
	hosts, err := x.session.Hosts(t.Context())
	require.NoError(t, err)
	var endpoint string
	for _, host := range hosts {
		if "https://"+host.Host == x.gateway {
			endpoint = host.URL
		}
	}
	ran := execute(t, dir, []string{"NODE_EXTRA_CA_CERTS=" + x.session.Endpoints.CA}, node, "client.mjs", endpoint, key, "gpt-5.4-mini", "text.embeddings")
	require.Zero(t, ran.code, "%s", ran)
	var got struct {
		Chat, Streamed, Response string
		Vectors, Dimensions      int
		Refused                  int
	}
	require.NoError(t, json.Unmarshal([]byte(ran.stdout), &got), "%s", ran)
	require.NotEmpty(t, got.Chat)
	require.Equal(t, got.Chat, got.Streamed)
	require.NotEmpty(t, got.Response)
	require.Equal(t, []int{2, 3072, http.StatusUnauthorized}, []int{got.Vectors, got.Dimensions, got.Refused})
}

// without takes something away, sees that a check which passed now fails, and puts it
// back. What is nil in place of a body is deleted.
func (x *traffic) without(what, id string, change func(body map[string]any) map[string]any, check func() error) {
	x.t.Helper()
	require.NoError(x.t, check(), "before anything is taken away: %s", what)
	_, before := x.manage(http.MethodGet, id, nil)
	var copied map[string]any
	encoded, err := json.Marshal(before)
	require.NoError(x.t, err)
	require.NoError(x.t, json.Unmarshal(encoded, &copied))
	method, body := http.MethodPut, change(copied)
	if body == nil {
		method = http.MethodDelete
	}
	status, answer := x.manage(method, id, body)
	require.Less(x.t, status, 300, "%s: %v", what, answer)
	missed := check()
	require.Error(x.t, missed, "nothing misses the %s", what)
	x.t.Logf("without %s: %v", what, strings.ReplaceAll(missed.Error(), "\n", " "))
	status, answer = x.manage(http.MethodPut, id, before)
	require.Less(x.t, status, 300, "putting %s back: %v", what, answer)
	// What failed is left alone for a while: circuitBreaker.tripSeconds of the configuration.
	require.Eventually(x.t, func() bool { return check() == nil }, time.Minute, time.Second, "after it is put back: %s", what)
}

var identityElement = regexp.MustCompile(`<authentication-managed-identity[^>]*/>`)

// misses lists what traffic cannot do without.
func (x *traffic) misses(t *testing.T) {
	inner := *x.world
	inner.t = t
	here := *x
	here.world = &inner
	x = &here
	client := x.withKey(x.key("batch"))
	// What is paid for in advance answers: sweden has the lowest priority.
	provisioned := func() error {
		backend, err := chats(t.Context(), client)
		if err == nil && backend != "sweden-gpt-5_4-mini" {
			err = fmt.Errorf("%s answered, and not the provisioned account", backend)
		}
		return err
	}
	logged := func() error {
		before := x.rows("EventHubMessages")
		if _, err := chats(t.Context(), client); err != nil {
			return err
		}
		after := x.rows("EventHubMessages")
		if len(after) < len(before)+2 {
			return errors.New("prompt and completion are not in the event hub")
		}
		return nil
	}
	gone := func(map[string]any) map[string]any { return nil }
	x.without("role grant on an account", x.stateID("RoleAssignment::sweden.gateway").String(), gone, provisioned)
	x.without("managed identity policy", x.stateID("ApiPolicy::openai").String(), func(body map[string]any) map[string]any {
		properties, _ := body["properties"].(map[string]any)
		value, _ := properties["value"].(string)
		require.Regexp(t, identityElement, value)
		properties["value"] = identityElement.ReplaceAllString(value, "")
		return body
	}, provisioned)
	pool := x.stateID("Backend::openai-sweden-gpt-5_4-mini")
	pool.Names[1] = "pool-gpt-5_4-mini"
	x.without("backend in the pool", pool.String(), func(body map[string]any) map[string]any {
		properties, _ := body["properties"].(map[string]any)
		held, _ := properties["pool"].(map[string]any)
		services, _ := held["services"].([]any)
		held["services"] = slices.DeleteFunc(services, func(member any) bool {
			return strings.HasSuffix(fmt.Sprint(member.(map[string]any)["id"]), "/sweden-gpt-5_4-mini")
		})
		return body
	}, provisioned)
	x.without("credential of the logger", x.stateID("Logger::loggers-prompts").String(), func(body map[string]any) map[string]any {
		properties, _ := body["properties"].(map[string]any)
		credentials, _ := properties["credentials"].(map[string]any)
		delete(credentials, "identityClientId")
		return body
	}, logged)
	x.without("role grant on the event hub", x.stateID("RoleAssignment::prompts.gateway").String(), gone, logged)
}
