// Package azurenative stands in for the azure-native plugin: it checks, diffs,
// creates, reads, updates and deletes as that does, and talks to Resource
// Manager over HTTP only. Beside it stands the random plugin's part that this
// project uses. Where behaviour follows the real plugin closely, the function
// says which rule it follows.
package azurenative

import (
	"context"
	"fmt"
	"sync/atomic"

	"github.com/blang/semver"
	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	"github.com/pulumi/pulumi/sdk/v3/go/common/resource/plugin"
	"github.com/pulumi/pulumi/sdk/v3/go/common/tokens"

	"github.com/aoai-gateway/aoai-gateway/internal/arm"
	"github.com/aoai-gateway/aoai-gateway/internal/resourcemanager"
)

// version is not below any SDK's that the project uses.
var version = semver.MustParse("2.90.0")

// Provider implements the azure-native plugin's interface.
type Provider struct {
	plugin.UnimplementedProvider
	contract *arm.Contract
	cloud    *resourcemanager.Client
	account  Account
	// config is that of the engine which configured last: all engines that are
	// attached share one process, unlike real plugins.
	config atomic.Pointer[resource.PropertyMap]
}

// Account is who the provider deploys as and where.
type Account struct{ TenantID, SubscriptionID, ClientID, ObjectID string }

// New makes a provider that deploys to the Resource Manager at endpoint.
func New(endpoint string, account Account) (*Provider, error) {
	contract, err := arm.Load()
	if err != nil {
		return nil, err
	}
	return &Provider{contract: contract, account: account, cloud: resourcemanager.Sandbox(endpoint, account.SubscriptionID)}, nil
}

// Attach lets an engine use a provider that it did not start. The engine's own
// services are not needed: everything goes through Resource Manager.
func (p *Provider) Attach(string) error { return nil }

// Handshake accepts any engine. Secrets are not asked for: the engine then keeps
// the secret mark on every output that goes by the name of a secret input.
func (p *Provider) Handshake(
	context.Context, plugin.ProviderHandshakeRequest,
) (*plugin.ProviderHandshakeResponse, error) {
	return &plugin.ProviderHandshakeResponse{AcceptResources: true}, nil
}

// GetPluginInfo gives the version that the SDK is checked against.
func (p *Provider) GetPluginInfo(context.Context) (plugin.PluginInfo, error) {
	v := version
	return plugin.PluginInfo{Version: &v}, nil
}

// CheckConfig takes any configuration, as the real plugin does.
func (p *Provider) CheckConfig(_ context.Context, req plugin.CheckConfigRequest) (plugin.CheckConfigResponse, error) {
	return plugin.CheckConfigResponse{Properties: req.News}, nil
}

// DiffConfig never replaces a provider.
func (p *Provider) DiffConfig(context.Context, plugin.DiffConfigRequest) (plugin.DiffConfigResponse, error) {
	return plugin.DiffConfigResponse{Changes: plugin.DiffNone}, nil
}

// Configure keeps the configuration; location is used as a default.
func (p *Provider) Configure(_ context.Context, req plugin.ConfigureRequest) (plugin.ConfigureResponse, error) {
	p.config.Store(&req.Inputs)
	return plugin.ConfigureResponse{}, nil
}

// SignalCancellation has nothing to cancel: requests end with their context.
func (p *Provider) SignalCancellation(context.Context) error { return nil }

// Close has nothing to release.
func (p *Provider) Close() error { return nil }

// typeOf finds the contract of a resource, or says that the sandbox lacks it.
func (p *Provider) typeOf(token tokens.Type) (*arm.ResourceType, error) {
	t, ok := p.contract.ByToken(string(token))
	if !ok || t.Path == "" {
		return nil, fmt.Errorf("the sandbox does not model the resource type %s", token)
	}
	return t, nil
}
