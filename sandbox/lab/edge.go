package lab

import (
	"cmp"
	"fmt"

	"github.com/aoai-gateway/aoai-gateway/internal/arm"
	facts "github.com/aoai-gateway/aoai-gateway/internal/azure"
)

// Origin is one of an edge.
type Origin struct {
	Name, Host string
	// Weight and Priority are Front Door's; default 500 and 1.
	Weight, Priority int
	Disabled         bool
	// LinkTo is the id of the service that it reaches by Private Link; "" for none.
	LinkTo string
}

// properties are those of an origin in Azure.
func (o Origin) properties() object {
	properties := object{
		"hostName": o.Host, "originHostHeader": o.Host, "weight": cmp.Or(o.Weight, 500), "priority": cmp.Or(o.Priority, 1), "enabledState": "Enabled",
	}
	if o.Disabled {
		properties["enabledState"] = "Disabled"
	}
	if o.LinkTo != "" {
		properties["sharedPrivateLinkResource"] = object{
			"privateLink": object{"id": o.LinkTo}, "groupId": facts.ServiceLinkGroup, "privateLinkLocation": "swedencentral", "requestMessage": "from the lab",
		}
	}
	return properties
}

// FrontDoor describes one; its numbers are Azure's.
type FrontDoor struct {
	Origins []Origin
	// WindowMS is the additional latency; -1 for 0, default 1000.
	WindowMS int
	// SampleSize and Required default to 4 and 3, ProbeSeconds to 30, TimeoutSeconds to 240.
	SampleSize, Required, ProbeSeconds, TimeoutSeconds int
	Affinity                                           bool
	// Protocols default to Https alone; Redirect sends http to https.
	Protocols []any
	Redirect  bool
	// WAF are the properties of a policy; nil for none.
	WAF map[string]any
}

const profileID = Group + "/providers/Microsoft.Cdn/profiles/afd-lab"

// OriginID is the ARM id of an origin.
func OriginID(name string) string { return profileID + "/originGroups/lab/origins/" + name }

// PutFrontDoor deploys a Front Door, or changes it, and returns its host and the id that
// it sends to origins. It answers once the plane is refreshed.
func (l *Lab) PutFrontDoor(f FrontDoor) (host, frontDoorID string, err error) {
	window := cmp.Or(f.WindowMS, 1000)
	if window < 0 {
		window = 0
	}
	affinity, redirect := "Disabled", "Disabled"
	if f.Affinity {
		affinity = "Enabled"
	}
	if f.Redirect {
		redirect = "Enabled"
	}
	if f.Protocols == nil {
		f.Protocols = []any{"Https"}
	}
	group, endpoint := profileID+"/originGroups/lab", profileID+"/afdEndpoints/lab"
	type step struct {
		id   string
		body object
	}
	steps := []step{
		{profileID, object{"sku": object{"name": facts.PremiumFrontDoor}, "properties": object{"originResponseTimeoutSeconds": cmp.Or(f.TimeoutSeconds, 240)}}},
		{endpoint, object{"properties": object{"enabledState": "Enabled"}}},
		{group, object{"properties": object{
			"loadBalancingSettings": object{
				"sampleSize": cmp.Or(f.SampleSize, 4), "successfulSamplesRequired": cmp.Or(f.Required, 3), "additionalLatencyInMilliseconds": window,
			},
			"healthProbeSettings": object{
				"probePath": arm.StatusPath, "probeRequestType": "GET", "probeProtocol": "Https", "probeIntervalInSeconds": cmp.Or(f.ProbeSeconds, 30),
			},
			"sessionAffinityState": affinity,
		}}},
	}
	for _, each := range f.Origins {
		steps = append(steps, step{OriginID(each.Name), object{"properties": each.properties()}})
	}
	steps = append(steps, step{endpoint + "/routes/lab", object{"properties": object{
		"originGroup": object{"id": group}, "patternsToMatch": []any{"/*"}, "supportedProtocols": f.Protocols, "forwardingProtocol": "HttpsOnly",
		"httpsRedirect": redirect, "linkToDefaultDomain": "Enabled",
	}}})
	if f.WAF != nil {
		policy := Group + "/providers/Microsoft.Network/FrontDoorWebApplicationFirewallPolicies/waflab"
		steps = append(steps, step{policy, object{"sku": object{"name": facts.PremiumFrontDoor}, "properties": f.WAF}},
			step{profileID + "/securityPolicies/lab", object{"properties": object{"parameters": object{
				"type": "WebApplicationFirewall", "wafPolicy": object{"id": policy},
				"associations": []any{object{"domains": []any{object{"id": endpoint}}, "patternsToMatch": []any{"/*"}}},
			}}}})
	}
	for _, each := range steps {
		if err := l.Put(each.id, each.body); err != nil {
			return "", "", err
		}
	}
	if host, err = l.property(endpoint, "hostName"); err != nil {
		return "", "", err
	}
	if frontDoorID, err = l.property(profileID, "frontDoorId"); err != nil {
		return "", "", err
	}
	return host, frontDoorID, nil
}

// property is a text that Azure answers.
func (l *Lab) property(id, name string) (string, error) {
	found, err := l.Get(id)
	if err != nil {
		return "", err
	}
	properties, _ := found["properties"].(object)
	value, ok := properties[name].(string)
	if !ok {
		return "", fmt.Errorf("%s tells no %s", id, name)
	}
	return value, nil
}

// ApplicationGateway describes one; its numbers are Azure's.
type ApplicationGateway struct {
	Hosts []string
	// ProbeSeconds default to 30, TimeoutSeconds to 240, Instances to 1.
	ProbeSeconds, TimeoutSeconds, Instances int
	// WAF are the properties of a policy; nil for none.
	WAF map[string]any
	// SubnetID is the subnet that it stands in; "" makes a network of its own.
	SubnetID string
}

// PutApplicationGateway deploys an Application Gateway that speaks HTTP, or changes it,
// and returns its host and the address that it calls from. It answers once the plane is
// refreshed.
func (l *Lab) PutApplicationGateway(g ApplicationGateway) (host, address string, err error) {
	network := Group + "/providers/Microsoft.Network/"
	gateway, public, subnet := network+"applicationGateways/agw-lab", network+"publicIPAddresses/pip-lab", network+"virtualNetworks/vnet-lab/subnets/gateway"
	if g.SubnetID != "" {
		subnet = g.SubnetID
	}
	members := []any{}
	for _, each := range g.Hosts {
		members = append(members, object{"fqdn": each})
	}
	part := func(kind, name string) object { return object{"id": gateway + "/" + kind + "/" + name} }
	properties := object{
		"sku": object{"name": facts.FirewallGateway, "tier": facts.FirewallGateway}, "autoscaleConfiguration": object{"minCapacity": cmp.Or(g.Instances, 1), "maxCapacity": 10},
		"gatewayIPConfigurations":  []any{object{"name": "a", "properties": object{"subnet": object{"id": subnet}}}},
		"frontendIPConfigurations": []any{object{"name": "a", "properties": object{"publicIPAddress": object{"id": public}}}},
		"frontendPorts":            []any{object{"name": "a", "properties": object{"port": 80}}},
		"httpListeners": []any{object{"name": "a", "properties": object{
			"protocol": "Http", "frontendIPConfiguration": part("frontendIPConfigurations", "a"), "frontendPort": part("frontendPorts", "a"),
		}}},
		"backendAddressPools": []any{object{"name": "a", "properties": object{"backendAddresses": members}}},
		"backendHttpSettingsCollection": []any{object{"name": "a", "properties": object{
			"port": 443, "protocol": "Https", "pickHostNameFromBackendAddress": true, "requestTimeout": cmp.Or(g.TimeoutSeconds, 240), "probe": part("probes", "a"),
		}}},
		"probes": []any{object{"name": "a", "properties": object{
			"protocol": "Https", "path": arm.StatusPath, "interval": cmp.Or(g.ProbeSeconds, 30), "timeout": 10, "unhealthyThreshold": 3,
			"pickHostNameFromBackendHttpSettings": true, "match": object{"statusCodes": []any{"200"}},
		}}},
		"requestRoutingRules": []any{object{"name": "a", "properties": object{
			"ruleType": "Basic", "priority": 100, "httpListener": part("httpListeners", "a"), "backendAddressPool": part("backendAddressPools", "a"),
			"backendHttpSettings": part("backendHttpSettingsCollection", "a"),
		}}},
	}
	const here = "swedencentral"
	if g.WAF != nil {
		policy := network + "ApplicationGatewayWebApplicationFirewallPolicies/waflab"
		properties["firewallPolicy"] = object{"id": policy}
		if err := l.Put(policy, object{"location": here, "properties": g.WAF}); err != nil {
			return "", "", err
		}
	}
	type resource struct {
		id   string
		body object
	}
	resources := []resource{
		{public, object{"location": here, "sku": object{"name": facts.StandardAddress}, "properties": object{"publicIPAllocationMethod": "Static", "dnsSettings": object{"domainNameLabel": "lab"}}}},
	}
	if g.SubnetID == "" {
		resources = append(resources, resource{network + "virtualNetworks/vnet-lab", object{"location": here, "properties": object{"addressSpace": object{"addressPrefixes": []any{"10.0.0.0/24"}}}}}, resource{subnet, object{"properties": object{
			"addressPrefix": "10.0.0.0/24", "delegations": []any{object{"name": "a", "properties": object{"serviceName": facts.EdgeDelegation}}},
		}}})
	}
	for _, each := range append(resources, resource{gateway, object{"location": here, "properties": properties}}) {
		if err := l.Put(each.id, each.body); err != nil {
			return "", "", err
		}
	}
	if address, err = l.property(public, "ipAddress"); err != nil {
		return "", "", err
	}
	return facts.AddressHost("lab", here), address, nil
}
