package wiring

import (
	"fmt"
	"regexp"
	"slices"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/aoai-gateway/aoai-gateway/components/openai"
	"github.com/aoai-gateway/aoai-gateway/internal/defaults"
	"github.com/aoai-gateway/aoai-gateway/internal/faults"
)

// Account is one Azure OpenAI account: made in Region, or Existing.
type Account struct {
	// Name tells the accounts apart, in Azure and in messages.
	Name   string `json:"name"`
	Region string `json:"region"`
	// Kind is openai or foundry (AIServices), which answers under the same name
	// and lets the same roles in.
	Kind string `json:"kind" default:"openai"`
	// Existing names an account that somebody else made.
	Existing *ExistingAccount `json:"existing"`
	// LocalAuth switches API keys on; refused behind a balancer.
	LocalAuth bool           `json:"localAuth"`
	Network   openai.Network `json:"network"`
	// Deployments are the models that the account serves; those of AccountsArgs where it
	// lists none.
	Deployments []openai.Deployment `json:"deployments"`
}

// ExistingAccount says where an account is that is not made here.
type ExistingAccount struct {
	ResourceGroup string `json:"resourceGroup"`
	Name          string `json:"name"`
}

// Client is a principal that may call the models with its own Entra token.
type Client struct {
	// Name is for people; it also names the grant in the stack.
	Name string `json:"name"`
	// PrincipalID is the object id in Entra.
	PrincipalID string `json:"principalId"`
	// PrincipalType is User, Group or ServicePrincipal.
	PrincipalType string `json:"principalType" default:"ServicePrincipal"`
}

// OpenedAccount is an account that is there, with what it was opened with.
type OpenedAccount struct {
	*openai.Account
	Settings Account
}

// SharesDeployments reports whether an account has the deployments that accounts have in
// common. An existing account has deployments already: it gets others only if they are
// listed for it.
func SharesDeployments(account Account) bool {
	return account.Deployments == nil && account.Existing == nil
}

// WithDeployments are accounts with the deployments that each has.
func WithDeployments(accounts []Account, common []openai.Deployment) []Account {
	accounts = slices.Clone(accounts)
	for i, account := range accounts {
		if SharesDeployments(account) {
			accounts[i].Deployments = common
		}
	}
	return accounts
}

// AccountsArgs describe accounts that stand side by side.
type AccountsArgs struct {
	Accounts []Account
	// Deployments are those of all accounts that list none.
	Deployments []openai.Deployment
	// Clients may call every account with their own tokens.
	Clients []Client
	// OnlyFrom is the one address that may reach accounts that are made, beside what their
	// network rules let in; nil leaves that to the rules.
	OnlyFrom pulumi.StringInput
	// Network is where accounts that are made have private endpoints; nil for none.
	Network *PrivateNetwork
}

var nameForm = regexp.MustCompile(`^[a-z0-9](?:[a-z0-9-]{0,22}[a-z0-9])$`)

// CheckName refuses what is no name for an account or a client here. What is the kind of
// thing, with its article.
func CheckName(name, what string) error {
	if name == "" {
		return faults.New("is missing").Remedy("name %s with 2 to 24 characters: lower-case letters, digits and inner hyphens", what).Err()
	}
	if !nameForm.MatchString(name) {
		return faults.New("%q is not a name for %s here", name, what).About(name).Remedy("allowed are 2 to 24 characters: " +
			"lower-case letters, digits and inner hyphens").Err()
	}
	return nil
}

// Validate returns every mistake in the names, with its path below the arguments. The
// components check the rest.
func (a *AccountsArgs) Validate() error {
	var list faults.List
	used := map[string]int{}
	for i, account := range a.Accounts {
		at := fmt.Sprintf("accounts[%d].name", i)
		list.AddError(at, CheckName(account.Name, "an account"))
		if first, twice := used[account.Name]; twice {
			list.Add(at, "%q is used by [%d] already", account.Name, first).About(account.Name).Remedy("choose another name")
		} else {
			used[account.Name] = i
		}
	}
	for i, client := range a.Clients {
		list.AddError(fmt.Sprintf("clients[%d].name", i), CheckName(client.Name, "a client"))
	}
	return list.Err()
}

// NewAccounts makes or takes accounts, lets every client use them, and sends their logs to
// the workspace.
func NewAccounts(ctx *pulumi.Context, ground *Ground, args AccountsArgs) ([]OpenedAccount, error) {
	if err := args.Validate(); err != nil {
		return nil, fmt.Errorf("accounts: %w", err)
	}
	opened := make([]OpenedAccount, len(args.Accounts))
	for i, settings := range WithDeployments(args.Accounts, args.Deployments) {
		account, err := openAccount(ctx, ground, settings, args)
		if err != nil {
			return nil, err
		}
		for _, client := range args.Clients {
			principal := openai.Principal{ID: pulumi.String(client.PrincipalID), Type: defaults.Filled(client).PrincipalType}
			if _, err := openai.NewUserGrant(ctx, ground.called(settings.Name+"."+client.Name), account, principal); err != nil {
				return nil, err
			}
		}
		if err := ground.Diagnose(ctx, ground.called(settings.Name), account.ID, account); err != nil {
			return nil, err
		}
		opened[i] = OpenedAccount{account, settings}
		if args.Network != nil && settings.Existing == nil {
			if err := args.Network.connect(ctx, ground, opened[i]); err != nil {
				return nil, err
			}
		}
	}
	return opened, nil
}

func openAccount(ctx *pulumi.Context, ground *Ground, settings Account, args AccountsArgs) (*openai.Account, error) {
	if settings.Existing != nil {
		return openai.UseAccount(ctx, ground.called(settings.Name), &openai.ExistingAccountArgs{
			ResourceGroupName: settings.Existing.ResourceGroup, AccountName: settings.Existing.Name,
			Tags: ground.args.Tags, Deployments: settings.Deployments,
		}, ground.component())
	}
	name, err := ground.names.account(settings, ground.args.ResourceGroup)
	if err != nil {
		return nil, err
	}
	return openai.NewAccount(ctx, ground.called(settings.Name), &openai.AccountArgs{
		ResourceGroupName: ground.ResourceGroup, AccountName: name, Region: settings.Region, Kind: defaults.Filled(settings).Kind,
		Tags: ground.args.Tags, LocalAuth: settings.LocalAuth, Network: settings.Network, OnlyFrom: args.OnlyFrom, Deployments: settings.Deployments,
		Closed: args.Network != nil && args.Network.options.Closed(),
	}, ground.component())
}
