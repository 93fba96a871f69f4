package stacks

import (
	"fmt"
	"slices"
	"strings"

	"github.com/aoai-gateway/aoai-gateway/components/apim"
	"github.com/aoai-gateway/aoai-gateway/components/openai"
	"github.com/aoai-gateway/aoai-gateway/internal/arm"
	"github.com/aoai-gateway/aoai-gateway/internal/azure"
	"github.com/aoai-gateway/aoai-gateway/internal/faults"
	"github.com/aoai-gateway/aoai-gateway/wiring"
)

func (c *Config) validateAccounts() error {
	var list faults.List
	fewest := 2
	if c.hasGateways() {
		fewest = 1
	}
	// 50 is the limit of Front Door's origin groups and of a retry's attempts.
	if len(c.OpenAI) < fewest || len(c.OpenAI) > azure.FrontDoorOrigins {
		list.Add("", "has the wrong number of accounts, %d", len(c.OpenAI)).About(len(c.OpenAI)).Remedy("list %d to %d, each with name and region", fewest, azure.FrontDoorOrigins)
	}
	for i, account := range c.OpenAI {
		at := fmt.Sprintf("[%d]", i)
		list.Merge(at, c.validateAccount(account))
		if first := slices.IndexFunc(c.OpenAI, func(other Account) bool { return other.Name == account.Name }); first < i {
			list.Add(at+".name", "%q is used by [%d] already", account.Name, first).About(account.Name).Remedy("choose another name")
		}
		if first := c.firstUseOf(account.Existing); first >= 0 && first < i {
			list.Add(at+".existing", "%q in resource group %q is used by [%d] already",
				account.Existing.Name, account.Existing.ResourceGroup, first).About(account.Existing.Name).Remedy("remove one")
		}
	}
	if !c.hasGateways() {
		list.Merge("", c.validateSameDeployments())
	}
	return list.Err()
}

// validateRoutes checks what each model's requests are spread over.
func (c *Config) validateRoutes() error {
	backends := c.backends()
	return apim.ValidateRoutes(backends, c.APIM.Gateways(c.Location), c.APIM.LoadBalancing, apim.RoutePaths{
		Accounts: "openai", Model: func(account, model int) string { return c.pathOfModel(account, backends[account].Models[model].Name) },
	})
}

// pathOfModel is where the user wrote the name of a deployment of an account.
func (c *Config) pathOfModel(account int, name string) string {
	at, list := fmt.Sprintf("openai[%d]", account), c.OpenAI[account].Deployments
	path := at + ".deployments"
	if shares(c.OpenAI[account]) {
		path, list = "deployments", c.Deployments
	}
	if i := slices.IndexFunc(list, func(d openai.Deployment) bool { return strings.EqualFold(d.Name, name) }); i >= 0 {
		return fmt.Sprintf("%s[%d].name", path, i)
	}
	return at // an existing account that lists none
}

// validateShares refuses priorities and weights where nothing goes by them.
func (c *Config) validateShares() error {
	var list faults.List
	pooled := c.hasGateways() && c.APIM.LoadBalancing.Strategy == "pool"
	for i, account := range c.OpenAI {
		list.Merge(fmt.Sprintf("openai[%d].deployments", i), c.validateSharesOf(account.Deployments, pooled))
	}
	list.Merge("deployments", c.validateSharesOf(c.Deployments, pooled))
	return list.Err()
}

func (c *Config) validateSharesOf(deployments []openai.Deployment, pooled bool) error {
	var list faults.List
	for i, deployment := range deployments {
		at := fmt.Sprintf("[%d]", i)
		for _, key := range []struct {
			name  string
			given bool
		}{{"priority", deployment.Priority != 0}, {"weight", deployment.Weight != 0}} {
			if !pooled && key.given {
				list.Add(at+"."+key.name, "has no effect: only apim.loadBalancing.strategy pool goes by it").Remedy("remove it")
			}
		}
		if pooled && deployment.Priority != 0 && !c.APIM.Breakers() {
			list.Add(at+".priority", "has no effect on %s, which has no circuit breakers: later priorities are used only when the earlier ones are tripped", c.APIM.SKU).Remedy("remove it")
		}
	}
	return list.Err()
}

// maxGateways is how many gateways one edge takes.
const maxGateways = azure.FrontDoorOrigins

// firstUseOf is the index of the first account that takes the same existing one.
func (c *Config) firstUseOf(existing *ExistingAccount) int {
	return slices.IndexFunc(c.OpenAI, func(other Account) bool {
		return existing != nil && other.Existing != nil &&
			strings.EqualFold(other.Existing.Name, existing.Name) &&
			strings.EqualFold(other.Existing.ResourceGroup, existing.ResourceGroup)
	})
}

func (c *Config) validateAccount(account Account) error {
	var list faults.List
	list.AddError("name", wiring.CheckName(account.Name, "an account"))
	if account.Name == "apim" && c.hasGateways() {
		list.Add("name", "\"apim\" is what API Management is called in the stack").Remedy("call the account something else")
	}
	if account.Existing != nil {
		list.Merge("existing", validateExisting(account.Existing))
		if account.Region != "" && c.Pattern != MultiRegion {
			list.Add("region", "%q has no effect on an existing account", account.Region).About(account.Region).Remedy("remove it")
		}
		if account.Kind != "" {
			list.Add("kind", "%q has no effect on an existing account, which may be of either kind", account.Kind).About(account.Kind).Remedy("remove it")
		}
		if account.Network.DefaultAction != "" || account.Network.AllowedIPRanges != nil || account.Network.BypassAzureServices != nil {
			list.Add("network", "has no effect on an existing account").Remedy("remove it")
		}
	} else {
		arm.CheckRegion(&list, "region", account.Region)
		openai.ValidateKind(&list, "kind", account.Kind)
		list.Merge("network", c.validateNetwork(account.Network))
		if len(account.Deployments) == 0 && !shares(account) {
			list.Add("deployments", "has none").Remedy("give some here or for all accounts in %s:deployments", Project)
		}
	}
	switch {
	case account.LocalAuth && c.hasGateways():
		list.Add("localAuth", "true is refused behind API Management: the gateway uses its identity, and a key would go around it").About(true).Remedy("remove it")
	case account.LocalAuth:
		list.Add("localAuth", "true is refused behind two or more origins: every account has keys of its own, so that a client's key "+
			"would work on one origin only").Remedy("let clients use Entra tokens and list them in %s:clients", Project)
	}
	list.Merge("deployments", openai.ValidateDeployments(account.Deployments))
	return list.Err()
}

// validateNetwork checks an account's network rules. Behind an Application Gateway these
// let its address in beside what they list, and nobody else.
func (c *Config) validateNetwork(network openai.Network) error {
	if c.hasGateways() || c.Edge != EdgeApplicationGateway {
		return network.Validate()
	}
	switch network.DefaultAction {
	case "Allow":
		var list faults.List
		list.Add("defaultAction", "Allow would let callers go around the Application Gateway, whose address is the only one that is let in").Remedy("remove it")
		return list.Err()
	case "", "Deny":
		if len(network.AllowedIPRanges) == 0 {
			return nil
		}
		network.DefaultAction = "Deny"
	}
	return network.Validate()
}

func validateExisting(e *ExistingAccount) error {
	var list faults.List
	list.AddError("resourceGroup", arm.ResourceGroupName.Check(e.ResourceGroup))
	list.AddError("name", arm.OpenAIAccountName.Check(e.Name))
	return list.Err()
}

// validateSameDeployments refuses accounts that differ in what they serve: the
// balancer knows nothing of models, so that a request for a deployment would get
// 404 from every account without it. Existing accounts that list none are taken
// at their word.
func (c *Config) validateSameDeployments() error {
	var list faults.List
	accounts := c.accounts()
	var lacks []string
	for _, account := range accounts {
		if account.Existing != nil && len(account.Deployments) == 0 {
			continue
		}
		var missing []string
		for _, other := range accounts {
			for _, deployment := range other.Deployments {
				if name := fmt.Sprintf("%q", deployment.Name); deployment.Name != "" && !slices.Contains(missing, name) && !hasDeployment(account, deployment.Name) {
					missing = append(missing, name)
				}
			}
		}
		if len(missing) > 0 {
			lacks = append(lacks, fmt.Sprintf("%q lacks %s", account.Name, strings.Join(missing, ", ")))
		}
	}
	if len(lacks) > 0 {
		list.Add("", "has accounts whose deployments differ: %s", strings.Join(lacks, ", ")).
			Remedy("give every account behind a balancer the same deployment names, since any request may go to any account")
	}
	return list.Err()
}

func hasDeployment(account Account, name string) bool {
	return slices.ContainsFunc(account.Deployments, func(d openai.Deployment) bool { return d.Name == name })
}
