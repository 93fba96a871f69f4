// Package resourcemanager reads and writes what is in an Azure subscription: the
// sandbox's, or a real one.
package resourcemanager

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"os"
	"strings"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore/arm"
	armruntime "github.com/Azure/azure-sdk-for-go/sdk/azcore/arm/runtime"
	"github.com/Azure/azure-sdk-for-go/sdk/azcore/cloud"
	"github.com/Azure/azure-sdk-for-go/sdk/azcore/policy"
	"github.com/Azure/azure-sdk-for-go/sdk/azcore/runtime"
	"github.com/Azure/azure-sdk-for-go/sdk/azidentity"
)

// EndpointVariable names the environment variable with a sandbox's Resource Manager, for
// commands that would ask Azure otherwise.
const EndpointVariable = "AOAI_RESOURCE_MANAGER"

// Client asks Resource Manager. It tries again what was throttled or failed, as Azure's
// SDK does.
type Client struct {
	// SubscriptionID is the subscription that is asked about.
	SubscriptionID string

	endpoint string
	pipeline runtime.Pipeline
}

// Sandbox asks a sandbox, which wants no credential.
func Sandbox(endpoint, subscriptionID string) *Client {
	return &Client{subscriptionID, endpoint, runtime.NewPipeline("aoai", "", runtime.PipelineOptions{}, &policy.ClientOptions{})}
}

// clouds are Azure's, by the names that pulumi-azure-native and azurerm give them.
var clouds = map[string]cloud.Configuration{
	"": cloud.AzurePublic, "public": cloud.AzurePublic, "usgovernment": cloud.AzureGovernment, "china": cloud.AzureChina,
}

// Login says at which of Azure's clouds, and by which tenant, the credentials are asked for.
type Login struct {
	// Environment is the cloud: public (the default), usgovernment or china.
	Environment string
	// TenantID is the Entra tenant; where it is empty, the credential's own.
	TenantID string
}

// Azure asks Azure with the credentials of the environment (azidentity's default chain:
// variables, workload identity, managed identity, the Azure CLI). Where EndpointVariable names
// a sandbox on this machine, it is asked, and without credentials.
func Azure(subscriptionID string, login Login) (*Client, error) {
	if endpoint := os.Getenv(EndpointVariable); endpoint != "" {
		if parsed, err := url.Parse(endpoint); err != nil || parsed.Scheme != "http" || parsed.Hostname() != "127.0.0.1" {
			return nil, fmt.Errorf("%s is %q; allowed is a sandbox on this machine, such as http://127.0.0.1:41234", EndpointVariable, endpoint)
		}
		return Sandbox(endpoint, subscriptionID), nil
	}
	configuration, known := clouds[strings.ToLower(login.Environment)]
	if !known {
		return nil, fmt.Errorf("the environment (azure-native:environment, else ARM_ENVIRONMENT) is %q; allowed are public, usgovernment and china", login.Environment)
	}
	options := policy.ClientOptions{Cloud: configuration}
	credential, err := azidentity.NewDefaultAzureCredential(&azidentity.DefaultAzureCredentialOptions{ClientOptions: options, TenantID: login.TenantID})
	if err != nil {
		return nil, fmt.Errorf("looking for credentials of Azure: %w", err)
	}
	pipeline, err := armruntime.NewPipeline("aoai", "", credential, runtime.PipelineOptions{}, &arm.ClientOptions{
		ClientOptions: options, DisableRPRegistration: true, // nothing is written
	})
	if err != nil {
		return nil, fmt.Errorf("preparing to ask Azure: %w", err)
	}
	return &Client{subscriptionID, configuration.Services[cloud.ResourceManager].Endpoint, pipeline}, nil
}

// Get reads a resource; nil where there is none. Query holds further parameters, such
// as format=rawxml.
func (c *Client) Get(ctx context.Context, id, apiVersion string, query ...string) (map[string]any, error) {
	body, err := c.Read(ctx, id, apiVersion, query...)
	if IsNotFound(err) {
		return nil, nil //nolint:nilnil // there is nothing, which is no error
	}
	return body, err
}

// Read reads a resource that has to be there: where it is not, the error is Resource
// Manager's refusal.
func (c *Client) Read(ctx context.Context, id, apiVersion string, query ...string) (map[string]any, error) {
	target := c.endpoint + id + "?" + strings.Join(append([]string{"api-version=" + apiVersion}, query...), "&")
	var body map[string]any
	if err := c.do(ctx, http.MethodGet, target, &body); err != nil {
		return nil, fmt.Errorf("reading %s: %w", id, err)
	}
	return body, nil
}

// List reads a collection, such as /subscriptions/.../accounts, with all its pages. It is
// empty where what holds the collection is not there.
func (c *Client) List(ctx context.Context, collection, apiVersion string) ([]map[string]any, error) {
	var all []map[string]any
	for target := c.endpoint + collection + "?api-version=" + apiVersion; target != ""; {
		// A token goes to Resource Manager only, wherever a page may point.
		if !sameHost(target, c.endpoint) {
			return nil, fmt.Errorf("listing %s: the next page is at another host: %q", collection, target)
		}
		var page struct {
			Value    []map[string]any `json:"value"`
			NextLink string           `json:"nextLink"`
		}
		err := c.do(ctx, http.MethodGet, target, &page)
		if IsNotFound(err) {
			return all, nil
		}
		if err != nil {
			return nil, fmt.Errorf("listing %s: %w", collection, err)
		}
		all, target = append(all, page.Value...), page.NextLink
	}
	return all, nil
}

// sameHost reports whether two addresses have the same scheme, host and port, written or
// not: pages of Azure's may name port 443.
func sameHost(one, other string) bool {
	a, errA := url.Parse(one)
	b, errB := url.Parse(other)
	return errA == nil && errB == nil && a.User == nil && a.Scheme == b.Scheme && strings.EqualFold(a.Hostname(), b.Hostname()) && port(a) == port(b)
}

func port(address *url.URL) string {
	if address.Port() == "" && address.Scheme == "https" {
		return "443"
	}
	return address.Port()
}

// Delete asks for a resource to be deleted, and does not wait for the end.
func (c *Client) Delete(ctx context.Context, id, apiVersion string) error {
	if err := c.do(ctx, http.MethodDelete, c.endpoint+id+"?api-version="+apiVersion, nil); err != nil {
		return fmt.Errorf("deleting %s: %w", id, err)
	}
	return nil
}

// Post calls an action of a resource, such as listing or checking something.
func (c *Client) Post(ctx context.Context, action, apiVersion string, body, answer any) error {
	request, err := runtime.NewRequest(ctx, http.MethodPost, c.endpoint+action+"?api-version="+apiVersion)
	if err != nil {
		return fmt.Errorf("making the request for %s: %w", action, err)
	}
	if err := runtime.MarshalAsJSON(request, body); err != nil {
		return fmt.Errorf("making the request for %s: %w", action, err)
	}
	if err := c.send(request, answer); err != nil {
		return fmt.Errorf("calling %s: %w", action, err)
	}
	return nil
}

func (c *Client) do(ctx context.Context, method, target string, answer any) error {
	request, err := runtime.NewRequest(ctx, method, target)
	if err != nil {
		return err
	}
	return c.send(request, answer)
}

func (c *Client) send(request *policy.Request, answer any) error {
	response, err := c.pipeline.Do(request)
	if err != nil {
		return err
	}
	if !runtime.HasStatusCode(response, http.StatusOK, http.StatusAccepted, http.StatusNoContent) {
		return asRefusal(runtime.NewResponseError(response))
	}
	if answer == nil {
		return response.Body.Close()
	}
	return runtime.UnmarshalAsJSON(response, answer)
}
