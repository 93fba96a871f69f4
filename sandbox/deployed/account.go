package deployed

import (
	"crypto/subtle"
	"math"
	"net/netip"
	"slices"

	facts "github.com/aoai-gateway/aoai-gateway/internal/azure"
)

// Account is an account for models.
type Account struct {
	// ID is the ARM id.
	ID, Kind, Region string
	// Subdomain is that of the account's hosts; "" for none.
	Subdomain string
	// Ready says that the account has been made.
	Ready bool
	// Keys are good for calls, unless KeysDisabled.
	Keys         []string
	KeysDisabled bool
	Network      AccountNetwork
	Deployments  []*Deployment

	deployments map[string]*Deployment
}

// AccountNetwork says from where an account may be called.
type AccountNetwork struct {
	// Closed lets nobody in.
	Closed bool
	// DenyOthers lets in only who calls from Allowed.
	DenyOthers bool
	Allowed    []netip.Prefix
}

// Refusal says why a caller from an address may not reach the account, "" where it may. Private
// addresses come through a private endpoint, for which the rules do not hold. The messages are
// the service's own, by public reports (TabularEditor/TabularEditor3#1557 for the one of
// closed accounts). Services that are trusted and rules for virtual networks are not known here.
func (n AccountNetwork) Refusal(source netip.Addr) string {
	switch {
	case source.IsPrivate():
		return ""
	case n.Closed:
		return "Public access is disabled. Please configure private endpoint."
	case n.DenyOthers && !slices.ContainsFunc(n.Allowed, func(prefix netip.Prefix) bool { return prefix.Contains(source) }):
		return "Access denied due to Virtual Network/Firewall rules."
	}
	return ""
}

// HasKey reports whether a key is one of the account's, in a time that tells nothing of it.
func (a *Account) HasKey(key string) bool {
	return slices.ContainsFunc(a.Keys, func(good string) bool { return subtle.ConstantTimeCompare([]byte(key), []byte(good)) == 1 })
}

// Deployment is a model that an account answers with.
type Deployment struct {
	Name string
	// Ready says that the deployment has been made.
	Ready bool
	// SKU is such as GlobalStandard.
	SKU   string
	Model Model
	// Capabilities are the kinds of calls that the model answers, by Azure's names.
	Capabilities []string
	Limits       Limits
	// Spillover is the deployment that takes what this one has no room for; "" for none.
	Spillover string
}

// Model is one of a version.
type Model struct{ Name, Version string }

// Limits of a deployment.
type Limits struct {
	// Tokens in a minute.
	Tokens int
	// Requests in 10 seconds; NoLimit where there is none.
	Requests int
}

// NoLimit is the limit of what has none.
const NoLimit = math.MaxInt32

// Deployment is the one of a name, nil where there is none; case does not matter.
func (a *Account) Deployment(name string) *Deployment { return a.deployments[fold(name)] }

// Can reports whether the model answers a kind of calls.
func (d *Deployment) Can(kind facts.Capability) bool {
	return slices.Contains(d.Capabilities, kind.ARM())
}

const (
	accountType    = "Microsoft.CognitiveServices/accounts"
	deploymentType = "Microsoft.CognitiveServices/accounts/deployments"
)

func (r *reader) accounts() []*Account {
	var found []*Account
	for _, each := range r.ofType(accountType) {
		found = append(found, r.account(each))
	}
	return found
}

func (r *reader) account(of resource) *Account {
	properties := of.properties()
	a := &Account{
		ID: of.ID, Kind: of.body().text("kind"), Region: of.body().text("location"), Subdomain: properties.text("customSubDomainName"), Ready: of.Ready(),
		KeysDisabled: properties.flag("disableLocalAuth"), Network: accountNetwork(properties),
	}
	for _, name := range []string{"key1", "key2"} {
		if key := of.hidden().text(name); key != "" {
			a.Keys = append(a.Keys, key)
		}
	}
	for _, each := range r.children(of, deploymentType) {
		a.Deployments = append(a.Deployments, deployment(each))
	}
	a.deployments = byID(a.Deployments, func(d *Deployment) string { return d.Name })
	return a
}

func accountNetwork(properties object) AccountNetwork {
	rules := properties.object("networkAcls")
	n := AccountNetwork{Closed: properties.text("publicNetworkAccess") == "Disabled", DenyOthers: rules.text("defaultAction") == "Deny"}
	for _, rule := range rules.objects("ipRules") {
		if prefix, ok := prefix(rule.text("value")); ok {
			n.Allowed = append(n.Allowed, prefix)
		}
	}
	return n
}

// prefix is a range of addresses, which may be written as one address.
func prefix(written string) (netip.Prefix, bool) {
	if address, err := netip.ParseAddr(written); err == nil {
		return netip.PrefixFrom(address, address.BitLen()), true
	}
	parsed, err := netip.ParsePrefix(written)
	return parsed, err == nil
}

func deployment(of resource) *Deployment {
	properties := of.properties()
	model, told := properties.object("model"), properties.object("capabilities")
	d := &Deployment{
		Name: of.Name(), Ready: of.Ready(), SKU: of.body().object("sku").text("name"), Model: Model{model.text("name"), model.text("version")},
		Limits: Limits{Requests: NoLimit}, Spillover: properties.text("spilloverDeploymentName"),
	}
	for _, name := range sortedKeys(told) {
		if told.text(name) == "true" {
			d.Capabilities = append(d.Capabilities, name)
		}
	}
	for _, limit := range properties.objects("rateLimits") {
		switch count := limit.number("count", 0); limit.text("key") {
		case "token":
			d.Limits.Tokens = count
		case "request":
			d.Limits.Requests = count
		}
	}
	return d
}
