package wiring

import (
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/aoai-gateway/aoai-gateway/components/private"
)

// PrivateNetwork is the network in which accounts are reached.
type PrivateNetwork struct {
	*private.Network
	options private.Options
	names   placed
}

// NewPrivateNetwork makes or takes the network in which accounts are reached; nil where they
// are public.
func NewPrivateNetwork(ctx *pulumi.Context, ground *Ground, options private.Options, accounts []Account) (*PrivateNetwork, error) {
	if !options.Private() {
		return nil, nil //nolint:nilnil // no network is no failure
	}
	at := site{region: ground.args.Region, networkRange: options.Range, resourceGroup: ground.args.ResourceGroup}
	if options.Existing != nil {
		at.networkRange = options.Existing.EndpointSubnetID
	}
	names, err := ground.names.placed("private", at)
	if err != nil {
		return nil, err
	}
	var kinds []string
	for _, account := range accounts {
		kinds = append(kinds, account.Kind)
	}
	made, err := private.NewNetwork(ctx, ground.called("private"), &private.NetworkArgs{
		ResourceGroupName: ground.ResourceGroup, Region: ground.args.Region, Tags: ground.args.Tags, Kinds: kinds, Options: options,
		NetworkName: names.network(), SecurityGroupName: names.securityGroup(), LinkName: names.own(),
	}, ground.component())
	if err != nil {
		return nil, err
	}
	return &PrivateNetwork{made, options, names}, nil
}

// connect gives an account its private endpoint: whoever waits for the account waits for it,
// too.
func (n *PrivateNetwork) connect(ctx *pulumi.Context, ground *Ground, account OpenedAccount) error {
	endpoint, err := private.NewEndpoint(ctx, ground.called(account.Settings.Name+"-private"), &private.EndpointArgs{
		Network: n.Network, EndpointName: n.names.privateEndpoint(account.Settings.Name), Account: account.Account, Kind: account.Settings.Kind,
	}, ground.component())
	if err != nil {
		return err
	}
	account.Ready = append(account.Ready, endpoint.Ready...)
	return nil
}
