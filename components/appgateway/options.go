package appgateway

import (
	"net/netip"

	"github.com/aoai-gateway/aoai-gateway/components/internal/vault"
	"github.com/aoai-gateway/aoai-gateway/internal/arm"
	"github.com/aoai-gateway/aoai-gateway/internal/azure"
	"github.com/aoai-gateway/aoai-gateway/internal/defaults"
	"github.com/aoai-gateway/aoai-gateway/internal/faults"
)

// Options are the plain choices of a gateway. Start from DefaultOptions.
type Options struct {
	// MinUnits and MaxUnits bound the autoscaling; 0 to 100 and 2 to 125.
	// At 0 the first requests after a rest wait for an instance.
	MinUnits int `json:"minUnits" default:"1"`
	MaxUnits int `json:"maxUnits" default:"10"`
	// Zones spread gateway and address: "1", "2", "3"; default all, where the region has
	// zones. Neither can change.
	Zones []string `json:"zones"`
	// VirtualNetwork is the address range of the gateway's own network. The
	// default has room for every number of instances.
	VirtualNetwork string `json:"virtualNetwork" default:"10.60.0.0/24"`
	Probe          Probe  `json:"probe"`
	// RequestTimeoutSeconds is how long an answer may take to begin, and pause; 1 to 240
	// (Azure's limit for public backends).
	RequestTimeoutSeconds int `json:"requestTimeoutSeconds" default:"240"`
	// Certificate is what the gateway shows to callers, and HostName the name in it, such
	// as ai.contoso.com, that leads to the gateway's address; "" leaves callers with the
	// address's own name, which no certificate of yours covers.
	Certificate Certificate `json:"certificate"`
	HostName    string      `json:"hostName"`
	// AllowHTTP answers without TLS, where there is no certificate: tokens and prompts
	// cross the network in the clear. For development only.
	AllowHTTP bool `json:"allowHttp"`
	WAF       WAF  `json:"waf"`
}

// Probe is how the gateway tells who is healthy; always GET over HTTPS, and 200 is
// healthy.
type Probe struct {
	// Path is asked for without credentials. Azure OpenAI accounts and API Management
	// gateways answer the default.
	Path string `json:"path" default:"/status-0123456789abcdef"`
	// IntervalSeconds is between two probes of one instance; 1 to 86400.
	IntervalSeconds int `json:"intervalSeconds" default:"30"`
	// TimeoutSeconds is how long an answer may take; up to the interval.
	TimeoutSeconds int `json:"timeoutSeconds" default:"10"`
	// UnhealthyThreshold is how many probes in a row have to fail; 1 to 20.
	UnhealthyThreshold int `json:"unhealthyThreshold" default:"3"`
}

// Certificate is one in a key vault, with its key. The gateway reads it by an identity
// of its own, and takes over what the vault renews.
type Certificate struct {
	// KeyVaultID is the vault's resource id. It has to decide access by Azure roles.
	KeyVaultID string `json:"keyVaultId"`
	// SecretName is the name of the certificate.
	SecretName string `json:"secretName"`
}

// WAF is the web application firewall of the gateway.
type WAF struct {
	// Mode is off, detection or prevention. A firewall that is not off has
	// Microsoft's rule sets: Azure takes none without.
	Mode string `json:"mode" default:"prevention"`
	// InspectPrompts lets the managed rules look into prompts. They take about half of
	// everyday prompts for attacks then, and most that hold code.
	InspectPrompts bool `json:"inspectPrompts"`
	// RateLimitPerMinute is how many requests one client address may make a minute; 0
	// (default) for no limit.
	RateLimitPerMinute int `json:"rateLimitPerMinute"`
}

// WAFModes are the values of WAF.Mode.
var WAFModes = []string{"off", "detection", "prevention"}

// DefaultOptions spread requests strictly evenly, behind a firewall that blocks.
func DefaultOptions() Options { return defaults.Of[Options]() }

// Validate returns every mistake, with its path below the options. Region is where the
// gateway will be, "" where that is not known. Bounds without a source are those of
// azurerm's checks.
func (o Options) Validate(region string) error {
	var list faults.List
	list.Between("minUnits", o.MinUnits, azure.AppGatewayMinInstances.Min, azure.AppGatewayMinInstances.Max, "units")
	list.Between("maxUnits", o.MaxUnits, azure.AppGatewayMaxInstances.Min, azure.AppGatewayMaxInstances.Max, "units")
	if o.MinUnits > o.MaxUnits {
		list.Add("minUnits", "%d is more than maxUnits (%d)", o.MinUnits, o.MaxUnits).About(o.MinUnits).Remedy("lower it, or raise maxUnits")
	}
	list.Merge("zones", arm.CheckZones(o.Zones, region))
	list.AddError("virtualNetwork", checkRange(o.VirtualNetwork))
	list.Merge("probe", o.Probe.validate())
	list.Between("requestTimeoutSeconds", o.RequestTimeoutSeconds, azure.AppGatewayExternalSeconds.Min, azure.AppGatewayExternalSeconds.Max, "s")
	switch given := o.Certificate != (Certificate{}); {
	case given && o.AllowHTTP:
		list.Add("allowHttp", "true does not go with a certificate: everybody would be sent to HTTPS").About(true).Remedy("keep one")
	case given:
		list.Merge("certificate", o.Certificate.validate())
	case !o.AllowHTTP:
		list.Add("certificate", "is missing").Remedy("give keyVaultId and secretName of a certificate for your host name, or set allowHttp for development")
	}
	if o.HostName != "" {
		list.AddError("hostName", arm.CheckHostName(o.HostName))
		if o.AllowHTTP {
			list.Add("hostName", "%q has no effect without a certificate", o.HostName).About(o.HostName).Remedy("remove it")
		}
	}
	list.Merge("waf", o.WAF.validate())
	return list.Err()
}

func (p Probe) validate() error {
	var list faults.List
	list.AddError("path", arm.CheckProbePath(p.Path))
	list.Between("intervalSeconds", p.IntervalSeconds, azure.AppGatewaySeconds.Min, azure.AppGatewaySeconds.Max, "s")
	list.Between("timeoutSeconds", p.TimeoutSeconds, azure.AppGatewaySeconds.Min, azure.AppGatewaySeconds.Max, "s")
	if p.TimeoutSeconds > p.IntervalSeconds {
		list.Add("timeoutSeconds", "%d is longer than the interval of %d", p.TimeoutSeconds, p.IntervalSeconds).About(p.TimeoutSeconds).Remedy("lower it")
	}
	list.Between("unhealthyThreshold", p.UnhealthyThreshold, azure.AppGatewayThreshold.Min, azure.AppGatewayThreshold.Max, "probes")
	return list.Err()
}

func (c Certificate) validate() error { return vault.Check(c.KeyVaultID, c.SecretName) }

func (w WAF) validate() error {
	var list faults.List
	list.OneOf("mode", w.Mode, WAFModes)
	if w.Mode == "off" && w.RateLimitPerMinute != 0 {
		list.Add("rateLimitPerMinute", "%d has no effect while mode is off", w.RateLimitPerMinute).About(w.RateLimitPerMinute).Remedy("set mode to detection or prevention")
	}
	if w.InspectPrompts && w.Mode == "off" {
		list.Add("inspectPrompts", "true has no effect while mode is off").About(true).Remedy("set mode to detection or prevention")
	}
	list.Between("rateLimitPerMinute", w.RateLimitPerMinute, 0, 5_000_000, "requests")
	return list.Err()
}

// checkRange takes private IPv4 ranges in which a gateway has room: /24 is what Azure
// advises, /26 the least with some room. Source: Application Gateway's page on its
// subnet.
func checkRange(text string) error {
	prefix, err := netip.ParsePrefix(text)
	if err != nil || !prefix.Addr().Is4() || !prefix.Addr().IsPrivate() || prefix.Masked() != prefix || prefix.Bits() > 26 {
		return errRange(text)
	}
	return nil
}
