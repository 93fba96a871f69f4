package frontdoor

import (
	"fmt"
	"slices"
	"strings"

	"github.com/aoai-gateway/aoai-gateway/internal/arm"
	"github.com/aoai-gateway/aoai-gateway/internal/azure"
	"github.com/aoai-gateway/aoai-gateway/internal/defaults"
	"github.com/aoai-gateway/aoai-gateway/internal/faults"
)

// Options are the plain choices of a gateway. Start from DefaultOptions.
type Options struct {
	// SKU is Standard or Premium. Managed WAF rules need Premium;
	// a change makes a new profile, under a new FDID.
	SKU string `json:"sku" default:"Standard"`
	// AdditionalLatencyMilliseconds is how much slower than the fastest origin
	// another may be and still get its share; 0 to 1000. By the default
	// origins in all regions share the traffic evenly. At 0 every edge location
	// sends everything to its fastest origin, and weights only break exact ties.
	AdditionalLatencyMilliseconds int `json:"additionalLatencyMilliseconds" default:"1000"`
	// SampleSize and SuccessfulSamplesRequired decide when an origin is healthy:
	// that many of the last samples; 1 to 255 each.
	SampleSize                int `json:"sampleSize" default:"4"`
	SuccessfulSamplesRequired int `json:"successfulSamplesRequired" default:"3"`
	// Probe is how health is sampled.
	Probe Probe `json:"probe"`
	// ResponseTimeoutSeconds is how long the first byte of an answer may take;
	// 16 to 240, because completions take their time. The 30
	// seconds between bytes that follow are fixed in Azure.
	ResponseTimeoutSeconds int `json:"responseTimeoutSeconds" default:"240"`
	// TrafficRestorationMinutes is how long traffic to a healed or new origin
	// takes to come back; 0 to 50.
	TrafficRestorationMinutes int `json:"trafficRestorationMinutes" default:"10"`
	// SessionAffinity keeps a client on one origin by cookie. It
	// costs the even spread.
	SessionAffinity bool `json:"sessionAffinity"`
	WAF             WAF  `json:"waf"`
	// PrivateLinkRegion is where Front Door makes its private endpoint, where it reaches
	// gateways by Private Link; default the region of the gateways.
	PrivateLinkRegion string `json:"privateLinkRegion"`
	// CustomDomains answer beside the endpoint's own host name.
	CustomDomains []CustomDomain `json:"customDomains"`
}

// Probe is Front Door's health probe; always GET, because HEAD on Azure OpenAI's
// status path is unconfirmed, and always HTTPS.
type Probe struct {
	// Path is asked for without credentials and must answer 200. Azure
	// OpenAI accounts and API Management gateways answer the default.
	Path string `json:"path" default:"/status-0123456789abcdef"`
	// IntervalSeconds is between two probes of one edge location; 1 to 255.
	// There are over a hundred edge locations, and each probes.
	IntervalSeconds int `json:"intervalSeconds" default:"30"`
}

// WAF is the web application firewall before the gateway.
type WAF struct {
	// Mode is off, detection or prevention.
	Mode string `json:"mode" default:"off"`
	// ManagedRules switches Microsoft's rule sets on; Premium only. Nil is false.
	ManagedRules *bool `json:"managedRules,omitempty"`
	// InspectPrompts lets the managed rules look into prompts. They take about half of
	// everyday prompts for attacks then, and most that hold code.
	InspectPrompts bool `json:"inspectPrompts"`
	// RateLimitPerMinute is how many requests one client address may make a
	// minute at one edge location; 0 for no limit.
	RateLimitPerMinute int `json:"rateLimitPerMinute"`
}

// CustomDomain is a host name of the user's own.
type CustomDomain struct {
	HostName string `json:"hostName"`
	// DNSZoneID is the resource id of the Azure DNS zone that holds the host
	// name; empty where DNS is elsewhere.
	DNSZoneID string `json:"dnsZoneId"`
}

// The choices that Options has.
var (
	SKUs     = []string{"Standard", "Premium"}
	WAFModes = []string{"off", "detection", "prevention"}
)

// DefaultOptions share traffic evenly among all healthy origins.
func DefaultOptions() Options { return defaults.Of[Options]() }

// Validate returns every mistake, with its path below the options.
func (o Options) Validate() error {
	var list faults.List
	list.OneOf("sku", o.SKU, SKUs)
	list.Between("additionalLatencyMilliseconds", o.AdditionalLatencyMilliseconds, azure.FrontDoorLatencyMilliseconds.Min, azure.FrontDoorLatencyMilliseconds.Max, "ms")
	list.Between("sampleSize", o.SampleSize, 1, azure.FrontDoorSamples.Max, "")
	list.Between("successfulSamplesRequired", o.SuccessfulSamplesRequired, 1, azure.FrontDoorSamples.Max, "")
	if o.SampleSize > 0 && o.SuccessfulSamplesRequired > o.SampleSize {
		list.Add("successfulSamplesRequired", "%d is more than sampleSize (%d), so that no origin would ever be healthy",
			o.SuccessfulSamplesRequired, o.SampleSize).About(o.SuccessfulSamplesRequired).Remedy("give %d or less", o.SampleSize)
	}
	list.Merge("probe", o.Probe.validate())
	list.Between("responseTimeoutSeconds", o.ResponseTimeoutSeconds, azure.FrontDoorResponseSeconds.Min, azure.FrontDoorResponseSeconds.Max, "s")
	list.Between("trafficRestorationMinutes", o.TrafficRestorationMinutes, 0, 50, "min")
	list.Merge("waf", o.WAF.validate(o.SKU))
	list.Merge("customDomains", validateDomains(o.CustomDomains))
	if o.PrivateLinkRegion != "" {
		list.AddError("privateLinkRegion", CheckLinkRegion(o.PrivateLinkRegion))
	}
	return list.Err()
}

func (p Probe) validate() error {
	var list faults.List
	list.AddError("path", arm.CheckProbePath(p.Path))
	list.Between("intervalSeconds", p.IntervalSeconds, 1, 255, "s")
	return list.Err()
}

// maxRateLimit is the highest threshold that the portal takes.
const maxRateLimit = 5_000_000

// managed reports whether Microsoft's rules are on.
func (w WAF) managed() bool { return w.ManagedRules != nil && *w.ManagedRules }

func (w WAF) validate(sku string) error {
	var list faults.List
	list.OneOf("mode", w.Mode, WAFModes)
	if w.managed() && sku != "Premium" {
		list.Add("managedRules", "true needs sku Premium, as %s has no managed rules", sku).About(true).Remedy("set frontDoor.sku to Premium, or remove managedRules")
	}
	if w.managed() && w.Mode == "off" {
		list.Add("managedRules", "true has no effect while mode is off").About(true).Remedy("set mode to detection or prevention")
	}
	if w.Mode == "off" && w.RateLimitPerMinute != 0 {
		list.Add("rateLimitPerMinute", "%d has no effect while mode is off", w.RateLimitPerMinute).About(w.RateLimitPerMinute).Remedy("set mode to detection or prevention")
	}
	if w.InspectPrompts && !w.managed() {
		list.Add("inspectPrompts", "true has no effect without managedRules").About(true).Remedy("set managedRules, or remove it")
	}
	list.Between("rateLimitPerMinute", w.RateLimitPerMinute, 0, maxRateLimit, "requests")
	if (w.Mode == "detection" || w.Mode == "prevention") && !w.managed() && w.RateLimitPerMinute == 0 {
		list.Add("mode", "%s without any rule protects nothing", w.Mode).About(w.Mode).Remedy("set rateLimitPerMinute, or managedRules on Premium")
	}
	return list.Err()
}

const dnsZoneType = "Microsoft.Network/dnsZones"

func validateDomains(domains []CustomDomain) error {
	var list faults.List
	for i, domain := range domains {
		at := fmt.Sprintf("[%d]", i)
		list.AddError(at+".hostName", arm.CheckHostName(domain.HostName))
		first := slices.IndexFunc(domains, func(other CustomDomain) bool { return other.HostName == domain.HostName })
		if first < i {
			list.Add(at+".hostName", "%q is given by [%d] already", domain.HostName, first).About(domain.HostName).Remedy("remove one")
		}
		if domain.DNSZoneID == "" {
			continue
		}
		if id, err := arm.ParseID(domain.DNSZoneID); err != nil || !strings.EqualFold(id.Type(), dnsZoneType) {
			list.Add(at+".dnsZoneId", "%q is not the resource id of an Azure DNS zone", domain.DNSZoneID).About(domain.DNSZoneID).
				Remedy("write it like /subscriptions/.../resourceGroups/.../providers/%s/contoso.com", dnsZoneType)
		}
	}
	return list.Err()
}
