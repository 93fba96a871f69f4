package cost

import (
	"slices"
	"strings"

	"github.com/aoai-gateway/aoai-gateway/internal/arm"
	"github.com/aoai-gateway/aoai-gateway/internal/azure"
)

// free are the types that Microsoft charges nothing for, or nothing beside what another
// line has: a setting of a service, rules of a firewall within its SKU, an account without
// requests. Logs are charged by what arrives, whoever sends them. Types below one of these
// are free, too. Sources: https://azure.microsoft.com/pricing/details of each service, and
// https://learn.microsoft.com/azure/frontdoor/billing for rules.
var free = []string{
	"Microsoft.Authorization/", "Microsoft.Consumption/", "Microsoft.ManagedIdentity/", "Microsoft.Resources/",
	// The first 4,000 actions of workflows a month cost nothing.
	"Microsoft.Logic/workflows",
	"Microsoft.ApiManagement/service/", "Microsoft.Cdn/profiles/", "Microsoft.EventHub/namespaces/",
	"Microsoft.CognitiveServices/accounts/raiPolicies",
	"Microsoft.Insights/diagnosticSettings", "Microsoft.Insights/components", "Microsoft.Insights/workbooks", "Microsoft.Insights/actionGroups",
	"Microsoft.OperationalInsights/workspaces/", "Microsoft.OperationalInsights/queryPacks",
	"Microsoft.Network/privateDnsZones/", "Microsoft.Network/virtualNetworks", "Microsoft.Network/networkSecurityGroups", "Microsoft.Network/privateEndpoints/privateDnsZoneGroups",
	"Microsoft.Network/FrontDoorWebApplicationFirewallPolicies", "Microsoft.Network/ApplicationGatewayWebApplicationFirewallPolicies",
}

// price prices one resource; models and logs come once for all of them.
func (e *estimator) price(i *item) {
	if i.existing {
		return
	}
	switch i.kind {
	case "Microsoft.ApiManagement/service":
		e.apiManagement(i)
	case "Microsoft.Cdn/profiles":
		e.frontDoor(i)
	case "Microsoft.Network/applicationGateways":
		e.applicationGateway(i)
	case "Microsoft.Network/publicIPAddresses":
		e.fixed(charge{i, "public IP address", "ip/" + i.text("sku", "name"), i.region(), HoursPerMonth, "hours"})
	case "Microsoft.Network/privateEndpoints":
		e.fixed(charge{i, "private endpoint", "privatelink/endpoint", "global", HoursPerMonth, "hours"})
	case "Microsoft.Network/privateDnsZones":
		e.notPriced(i, "private DNS zone", "zones are paid by the month, and queries by the million; this command does not price them")
	case "Microsoft.EventHub/namespaces":
		e.eventHub(i)
	case "Microsoft.CognitiveServices/accounts", "Microsoft.CognitiveServices/accounts/deployments", "Microsoft.OperationalInsights/workspaces":
		// What they cost depends on all of them; see models and logs.
	case "Microsoft.Insights/scheduledQueryRules", "Microsoft.Insights/metricAlerts":
		e.notPriced(i, "alert rule", "alert rules are paid by how often they look; this command does not price them")
	default:
		if !slices.ContainsFunc(free, func(prefix string) bool { return strings.HasPrefix(i.kind, prefix) }) {
			e.notPriced(i, i.kind, "this command has no price for the type")
		}
	}
}

// gateways are those of API Management by region, the service's own first.
func gateways(i *item) []charge {
	first := charge{item: i, region: i.region(), quantity: i.number("sku", "capacity"), unit: i.text("sku", "name")}
	found := []charge{first}
	more, _ := i.at("additionalLocations").([]any)
	for _, each := range more {
		location := &item{}
		location.inputs, _ = each.(map[string]any)
		found = append(found, charge{item: i, region: location.region(), quantity: location.number("sku", "capacity"), unit: first.unit})
	}
	return found
}

func (e *estimator) apiManagement(i *item) {
	sku := i.text("sku", "name")
	if sku == "Consumption" {
		e.usage(charge{i, "calls", "apim/Consumption/calls", i.region(), e.Traffic.Requests, "calls"})
		return
	}
	for _, each := range gateways(i) {
		unit := charge{i, sku + " units", "apim/" + sku + "/unit", each.region, each.quantity * HoursPerMonth, "unit hours"}
		if azure.GenerationOf(sku) == azure.V2 && each.quantity > 1 {
			// Of the v2 SKUs the first unit has a price of its own.
			more := unit
			more.what, more.meter, more.quantity = sku+" units after the first", "apim/"+sku+"/secondary", (each.quantity-1)*HoursPerMonth
			e.fixed(more)
			unit.what, unit.quantity = sku+" first unit", HoursPerMonth
		}
		e.fixed(unit)
	}
	// The price of v2 units has so many calls a month in it. Source, read on 2026-11-28:
	// https://azure.microsoft.com/pricing/details/api-management
	included := map[string]float64{"BasicV2": 10e6, "StandardV2": 50e6}
	if above := e.Traffic.Requests - included[sku]; included[sku] > 0 && above > 0 {
		e.usage(charge{i, "calls above those in the unit's price", "apim/" + sku + "/calls", i.region(), above, "calls"})
	}
}

// frontDoor counts what Front Door charges for. Source:
// https://learn.microsoft.com/azure/frontdoor/billing
func (e *estimator) frontDoor(i *item) {
	sku := "frontdoor/" + i.text("sku", "name")
	requests := e.Traffic.Requests
	e.fixed(charge{i, "base fee", sku + "/base", "global", 1, "months"})
	e.usage(charge{i, "requests", sku + "/requests", "global", requests, "requests"})
	e.usage(charge{i, "data to origins", sku + "/in", "global", gigabytes(requests, e.Traffic.RequestKB), "GB"})
	e.usage(charge{i, "data to clients", sku + "/out", "global", gigabytes(requests, e.Traffic.ResponseKB), "GB"})
}

// privateLink prices what goes through private endpoints of accounts: every request does, through
// one of them. Front Door's Private Link is in the price of Premium. Sources:
// https://azure.microsoft.com/pricing/details/private-link and
// https://azure.microsoft.com/pricing/details/frontdoor
func (e *estimator) privateLink() {
	at := slices.IndexFunc(e.items, func(i *item) bool { return i.kind == "Microsoft.Network/privateEndpoints" && !i.existing })
	if at < 0 {
		return
	}
	first, requests := e.items[at], e.Traffic.Requests
	e.usage(charge{first, "data to accounts through all private endpoints", "privatelink/in", "global", gigabytes(requests, e.Traffic.RequestKB), "GB"})
	e.usage(charge{first, "data from accounts through all private endpoints", "privatelink/out", "global", gigabytes(requests, e.Traffic.ResponseKB), "GB"})
}

// reservedUnits are the capacity units that each instance of autoscaling's minimum reserves.
// Source: https://learn.microsoft.com/azure/application-gateway/understanding-pricing
const reservedUnits = 10

func (e *estimator) applicationGateway(i *item) {
	sku := i.text("sku", "name")
	e.fixed(charge{i, sku, "appgateway/" + sku + "/fixed", i.region(), HoursPerMonth, "hours"})
	if instances := i.number("autoscaleConfiguration", "minCapacity"); instances > 0 {
		e.fixed(charge{i, "capacity units of the least instances", "appgateway/" + sku + "/capacity", i.region(), instances * reservedUnits * HoursPerMonth, "unit hours"})
	}
	e.Notes = append(e.Notes, "ApplicationGateway "+i.urn.Name()+": capacity units above those of the least instances are not estimated")
}

func (e *estimator) eventHub(i *item) {
	sku := i.text("sku", "name")
	e.fixed(charge{i, sku + " units", "eventhub/" + sku + "/unit", i.region(), max(1, i.number("sku", "capacity")) * HoursPerMonth, "unit hours"})
	if sku != "Premium" {
		e.usage(charge{i, "events", "eventhub/" + sku + "/events", i.region(), e.Traffic.Requests, "events"})
	}
}

// gigabytes are so many things of so many KB.
func gigabytes(count, kilobytes float64) float64 { return count * kilobytes / 1e6 }

// freeRetentionDays are the days for which logs are kept at no cost. Source:
// https://learn.microsoft.com/azure/azure-monitor/logs/data-retention-configure
const freeRetentionDays = 31

// logs prices what is logged of each request, wherever it is kept.
func (e *estimator) logs() {
	var workspace, sender *item
	for _, each := range e.items {
		switch each.kind {
		case "Microsoft.OperationalInsights/workspaces":
			workspace = each
		case "Microsoft.Insights/diagnosticSettings", "Microsoft.Insights/components":
			sender = each
		}
	}
	if sender == nil {
		return
	}
	kept, region := sender, e.table.Region
	if workspace != nil {
		kept, region = workspace, arm.NormalRegion(workspace.text("location"))
	}
	size := gigabytes(e.Traffic.Requests, e.Traffic.LogKB)
	e.usage(charge{kept, "logs", "logs/ingestion", region, size, "GB"})
	if days := kept.number("retentionInDays"); days > freeRetentionDays {
		e.usage(charge{kept, "logs kept longer than 31 days, once that time is full", "logs/retention", region, size * (days - freeRetentionDays) / 30, "GB months"})
	}
}
