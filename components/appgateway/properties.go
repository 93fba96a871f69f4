package appgateway

import (
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/aoai-gateway/aoai-gateway/internal/azure"
)

// The names of what a gateway consists of.
const (
	frontend    = "public"
	listener    = "callers"
	pool        = "origins"
	settings    = "https"
	probe       = "status"
	rule        = "all"
	tls         = "tls"
	subnetEntry = "gateway"
)

// properties are what the gateway consists of. Its parts name each other by ids of the
// gateway's own.
func (b *builder) properties(subnetID pulumi.StringInput) pulumi.Map {
	options, policy, certificate := b.args.Options, b.policy, b.certificate
	sku := azure.FirewallGateway
	if policy == nil {
		sku = azure.PlainGateway
	}
	port, protocol := 443, "Https"
	if certificate == nil {
		port, protocol = 80, "Http"
	}
	callers := pulumi.Map{
		"name": pulumi.String(listener), "protocol": pulumi.String(protocol),
		"frontendIPConfiguration": b.part("frontendIPConfigurations", frontend), "frontendPort": b.part("frontendPorts", protocol),
	}
	properties := pulumi.Map{
		"applicationGatewayName": b.args.Names.Gateway,
		"resourceGroupName":      b.args.ResourceGroupName,
		"location":               pulumi.String(b.place.Region),
		"sku":                    pulumi.Map{"name": pulumi.String(sku), "tier": pulumi.String(sku)},
		"autoscaleConfiguration": pulumi.Map{"minCapacity": pulumi.Int(options.MinUnits), "maxCapacity": pulumi.Int(options.MaxUnits)},
		"gatewayIPConfigurations": pulumi.Array{pulumi.Map{
			"name": pulumi.String(subnetEntry), "subnet": pulumi.Map{"id": subnetID},
		}},
		"frontendIPConfigurations": pulumi.Array{pulumi.Map{
			"name": pulumi.String(frontend), "publicIPAddress": pulumi.Map{"id": b.args.Address.ID},
		}},
		"frontendPorts":       pulumi.Array{pulumi.Map{"name": pulumi.String(protocol), "port": pulumi.Int(port)}},
		"httpListeners":       pulumi.Array{callers},
		"backendAddressPools": pulumi.Array{b.pool()},
		"backendHttpSettingsCollection": pulumi.Array{pulumi.Map{
			"name": pulumi.String(settings), "port": pulumi.Int(443), "protocol": pulumi.String("Https"),
			// Each origin is called by its own name, and no caller stays with one.
			"pickHostNameFromBackendAddress": pulumi.Bool(true), "cookieBasedAffinity": pulumi.String("Disabled"),
			"requestTimeout": pulumi.Int(options.RequestTimeoutSeconds), "probe": b.part("probes", probe),
			// What is under way when an origin leaves may end.
			"connectionDraining": pulumi.Map{"enabled": pulumi.Bool(true), "drainTimeoutInSec": pulumi.Int(options.RequestTimeoutSeconds)},
		}},
		"probes": pulumi.Array{pulumi.Map{
			"name": pulumi.String(probe), "protocol": pulumi.String("Https"), "path": pulumi.String(options.Probe.Path),
			"interval": pulumi.Int(options.Probe.IntervalSeconds), "timeout": pulumi.Int(options.Probe.TimeoutSeconds),
			"unhealthyThreshold":                  pulumi.Int(options.Probe.UnhealthyThreshold),
			"pickHostNameFromBackendHttpSettings": pulumi.Bool(true),
			"match":                               pulumi.Map{"statusCodes": pulumi.ToStringArray([]string{"200"})},
		}},
		"requestRoutingRules": pulumi.Array{pulumi.Map{
			"name": pulumi.String(rule), "ruleType": pulumi.String("Basic"), "priority": pulumi.Int(100),
			"httpListener":       b.part("httpListeners", listener),
			"backendAddressPool": b.part("backendAddressPools", pool), "backendHttpSettings": b.part("backendHttpSettingsCollection", settings),
		}},
		// Events of a stream pass one by one. Source: Application Gateway's page on
		// server-sent events.
		"globalConfiguration": pulumi.Map{"enableRequestBuffering": pulumi.Bool(true), "enableResponseBuffering": pulumi.Bool(false)},
		"enableHttp2":         pulumi.Bool(true),
		// TLS 1.2 and up, with ciphers of today only.
		"sslPolicy": pulumi.Map{"policyType": pulumi.String("Predefined"), "policyName": pulumi.String("AppGwSslPolicy20220101S")},
	}
	if b.args.Tags != nil {
		properties["tags"] = b.args.Tags
	}
	if zones := ZonesOf(options.Zones, b.place.Region); len(zones) > 0 {
		properties["zones"] = pulumi.ToStringArray(zones)
	}
	if policy != nil {
		properties["firewallPolicy"] = pulumi.Map{"id": policy.ID()}
	}
	if certificate != nil {
		callers["sslCertificate"] = b.part("sslCertificates", tls)
		properties["sslCertificates"] = pulumi.Array{pulumi.Map{
			"name": pulumi.String(tls), "keyVaultSecretId": pulumi.String(certificate.secretID),
		}}
		properties["identity"] = certificate.identity()
	}
	return properties
}

// pool holds the origins.
func (b *builder) pool() pulumi.Map {
	addresses := pulumi.Array{}
	for _, origin := range b.args.Origins {
		addresses = append(addresses, pulumi.Map{"fqdn": origin.HostName})
	}
	return pulumi.Map{"name": pulumi.String(pool), "backendAddresses": addresses}
}

// part refers to another part of the same gateway. The scope of a group's id comes from
// the address, which lies in the same one.
func (b *builder) part(kind, name string) pulumi.Map {
	id := pulumi.All(b.args.Address.ID, b.args.Names.Gateway).ApplyT(func(of []any) (string, error) {
		return partID(of[0].(string), of[1].(string), kind, name)
	}).(pulumi.StringOutput)
	return pulumi.Map{"id": id}
}
