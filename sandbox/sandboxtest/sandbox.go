// Package sandboxtest gives tests of Pulumi programs an Azure of their own on this machine:
// Resource Manager for the engine and for Azure's SDK, and hosts that answer under the public
// names of what is deployed. Nothing of it leaves the machine, and no account is needed.
//
//	azure := sandboxtest.Start(t)
//	stack := azure.Stack(t, ".", nil)
//	outputs := stack.Up(t)
//	response, err := azure.Client().Get(outputs["endpoint"].(string) + "/status-0123456789abcdef")
package sandboxtest

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"net/http"
	"net/url"
	"os"
	"testing"
	"time"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore"
	"github.com/Azure/azure-sdk-for-go/sdk/azcore/arm"
	"github.com/Azure/azure-sdk-for-go/sdk/azcore/cloud"
	"github.com/Azure/azure-sdk-for-go/sdk/azcore/policy"

	"github.com/aoai-gateway/aoai-gateway/sandbox"
)

// Sandbox is an Azure of one test's own. The session answers what people would look up in
// the portal: hosts, logs, tokens of Entra; and orders faults.
type Sandbox struct {
	*sandbox.Session

	dir    string
	client *http.Client
}

// Start brings a sandbox up, which ends with the test. seed is a file with what exists
// beforehand; none for a tenant with one empty subscription.
func Start(t testing.TB, seed ...string) *Sandbox {
	t.Helper()
	s := &Sandbox{dir: t.TempDir()}
	options := sandbox.Options{Dir: s.dir, Traffic: &sandbox.Traffic{}}
	if len(seed) > 0 {
		options.SeedFile = seed[0]
	}
	var err error
	if s.Session, err = sandbox.Join(t.Context(), options); err != nil {
		t.Fatalf("starting the sandbox: %v", err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Errorf("ending the sandbox: %v", err)
		}
	})
	s.client = newClient(t, s.Endpoints)
	return s
}

// newClient reaches hosts by their public names, through the sandbox's proxy, and trusts the
// sandbox's certificates alone.
func newClient(t testing.TB, endpoints sandbox.Endpoints) *http.Client {
	t.Helper()
	proxy, err := url.Parse(endpoints.Proxy)
	if err != nil {
		t.Fatalf("reading the address of the sandbox's proxy: %v", err)
	}
	authority, err := os.ReadFile(endpoints.CA)
	if err != nil {
		t.Fatalf("reading the sandbox's certificate authority: %v", err)
	}
	trusted := x509.NewCertPool()
	trusted.AppendCertsFromPEM(authority)
	transport := &http.Transport{Proxy: http.ProxyURL(proxy), TLSClientConfig: &tls.Config{RootCAs: trusted, MinVersion: tls.VersionTLS12}}
	t.Cleanup(transport.CloseIdleConnections)
	return &http.Client{Transport: transport}
}

// Client reaches what is deployed by its public names, such as
// https://contoso.azure-api.net, and nothing else.
func (s *Sandbox) Client() *http.Client { return s.client }

// SubscriptionID is the subscription that is deployed to.
func (s *Sandbox) SubscriptionID() string { return s.Endpoints.SubscriptionID }

// Credential and ClientOptions make clients of Azure's SDK ask the sandbox:
//
//	armcdn.NewProfilesClient(azure.SubscriptionID(), azure.Credential(), azure.ClientOptions())
func (s *Sandbox) Credential() azcore.TokenCredential { return credential{} }

// ClientOptions are those of the management clients of Azure's SDK; see Credential.
func (s *Sandbox) ClientOptions() *arm.ClientOptions {
	return &arm.ClientOptions{DisableRPRegistration: true, ClientOptions: policy.ClientOptions{
		InsecureAllowCredentialWithHTTP: true, // the token is none, and goes to loopback
		Cloud: cloud.Configuration{Services: map[cloud.ServiceName]cloud.ServiceConfiguration{
			cloud.ResourceManager: {Endpoint: s.Endpoints.ARM, Audience: s.Endpoints.ARM},
		}},
	}}
}

// credential is one that the sandbox's Resource Manager does not look at.
type credential struct{}

func (credential) GetToken(context.Context, policy.TokenRequestOptions) (azcore.AccessToken, error) {
	return azcore.AccessToken{Token: "sandbox", ExpiresOn: time.Now().Add(time.Hour)}, nil
}
