package stacks

import (
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/aoai-gateway/aoai-gateway/wiring"
)

// tokenAudience is what a client asks an Entra token for; every account accepts it.
const tokenAudience = "https://ai.azure.com/.default" //nolint:gosec // a public address, no secret

// outputs export what callers of a stack need.
type outputs struct {
	ctx    *pulumi.Context
	config *Config
	ground *wiring.Ground
}

// overAccounts are the outputs of pattern 1.
func (o *outputs) overAccounts(edge *wiring.Edge, accounts []wiring.OpenedAccount) {
	o.common(edge.URL, pulumi.Array{endpoint("gateway", edge.URL, pulumi.String(edge.Region), servedModels(accounts))}, accounts)
	o.edge(edge)
	o.ctx.Export("tokenScope", pulumi.String(tokenAudience))
}

// overGateways are the outputs of the patterns 2 and 3. Keys are secrets.
func (o *outputs) overGateways(gateway *wiring.Gateway) {
	if edge := gateway.Edge; edge != nil {
		endpoints := pulumi.Array{endpoint("edge", edge.URL, pulumi.String(edge.Region), gateway.Models)}
		if o.config.edgeInNetwork() {
			endpoints = append(endpoints, endpoint("gateway", gateway.Service.GatewayURL, pulumi.String(o.config.Location), gateway.Models))
		} else {
			for _, each := range gateway.Service.Gateways {
				endpoints = append(endpoints, endpoint("gateway", pulumi.Sprintf("https://%s", each.HostName), pulumi.String(each.Region), gateway.Models))
			}
		}
		o.common(gateway.URL, endpoints, gateway.Accounts)
		o.edge(edge)
		o.link(gateway.Link)
	} else {
		endpoints := pulumi.Array{endpoint("gateway", gateway.URL, pulumi.String(o.config.Location), gateway.Models)}
		for _, domain := range gateway.Service.Domains {
			endpoints = append(endpoints, endpoint("gateway", pulumi.String("https://"+domain.HostName), pulumi.String(o.config.Location), gateway.Models))
		}
		o.common(gateway.URL, endpoints, gateway.Accounts)
		o.ctx.Export("timeouts", o.config.timeoutChain())
	}
	if len(gateway.Service.Domains) > 0 {
		o.ctx.Export("gatewayDomains", gatewayDomains(gateway.Service.Service))
	}
	o.ctx.Export("subscriptionKeys", gateway.Keys())
	if o.config.Budget.Stop.Stops() {
		o.ctx.Export("budgetState", gateway.API.BudgetStateID)
	}
	o.ctx.Export("audiences", pulumi.ToStringArray(append([]string{}, o.config.APIM.Entra.Audiences...)))
}

// common are the outputs that every pattern has.
func (o *outputs) common(url pulumi.StringInput, endpoints pulumi.Array, accounts []wiring.OpenedAccount) {
	for _, account := range accounts {
		endpoints = append(endpoints, endpoint(account.Settings.Name, pulumi.Sprintf("https://%s", account.HostName), account.Region, deploymentNames(account.Settings)))
	}
	o.ctx.Export("pattern", pulumi.String(o.config.Pattern))
	o.ctx.Export("resourceGroup", o.ground.ResourceGroup)
	o.ctx.Export("endpoint", url)
	o.ctx.Export("endpoints", endpoints)
	o.ctx.Export("tenantId", pulumi.String(o.ground.Caller.TenantID))
}

// edge are the outputs of an edge.
func (o *outputs) edge(edge *wiring.Edge) {
	o.ctx.Export("timeouts", o.config.timeoutChain())
	if edge.Address != nil {
		o.ctx.Export("edgeAddress", edge.Address)
		o.ctx.Export("edgeHostName", edge.HostName)
		return
	}
	o.ctx.Export("frontDoorId", edge.Lock.FrontDoorID)
	o.ctx.Export("domainValidations", edge.DomainValidations)
}

// link tells who has to approve Front Door's connection what to approve.
func (o *outputs) link(link *wiring.Link) {
	if link == nil {
		return
	}
	o.ctx.Export("privateLink", pulumi.Map{"serviceId": link.ServiceID, "message": link.Message})
}

// servedModels are the deployments that the accounts have in common, as far as the
// stack knows.
func servedModels(accounts []wiring.OpenedAccount) []string {
	for _, account := range accounts {
		if len(account.Settings.Deployments) > 0 {
			return deploymentNames(account.Settings)
		}
	}
	return nil
}

func endpoint(name string, url, region pulumi.StringInput, deployments []string) pulumi.Map {
	return pulumi.Map{
		"name": pulumi.String(name), "url": url,
		"region": region, "deployments": pulumi.ToStringArray(deployments),
	}
}

func deploymentNames(account wiring.Account) []string {
	names := make([]string, len(account.Deployments))
	for i, deployment := range account.Deployments {
		names[i] = deployment.Name
	}
	return names
}
