package openai

import (
	"fmt"
	"net/netip"
	"slices"

	"github.com/aoai-gateway/aoai-gateway/internal/defaults"
	"github.com/aoai-gateway/aoai-gateway/internal/faults"
)

// Network says who may reach an account's endpoint. Entra authentication is
// needed in any case.
type Network struct {
	// DefaultAction is Allow or Deny for callers that no rule names.
	DefaultAction string `json:"defaultAction" default:"Allow"`
	// AllowedIPRanges are public IPv4 addresses and CIDR ranges that are let in
	// where DefaultAction is Deny. Behind Front Door these must hold the address
	// ranges of the service tag AzureFrontDoor.Backend, which Azure changes from
	// time to time.
	AllowedIPRanges []string `json:"allowedIpRanges"`
	// BypassAzureServices lets trusted Azure services in where DefaultAction is
	// Deny.
	BypassAzureServices *bool `json:"bypassAzureServices" default:"true"`
}

// networkActions are the two default actions of the ARM contract.
var networkActions = []string{"Allow", "Deny"}

// Validate returns every mistake, with its path below the network rules.
func (n Network) Validate() error {
	var list faults.List
	n = defaults.Filled(n)
	list.OneOf("defaultAction", n.DefaultAction, networkActions)
	if n.DefaultAction == "Deny" && len(n.AllowedIPRanges) == 0 {
		list.Add("allowedIpRanges", "is empty, so that defaultAction Deny would shut out everybody, the gateway included").Remedy("list the public addresses that may call the account, or remove defaultAction")
	}
	if n.DefaultAction == "Allow" && len(n.AllowedIPRanges) > 0 {
		list.Add("allowedIpRanges", "has no effect while defaultAction is Allow").Remedy("set it to Deny or remove the ranges")
	}
	for i, ipRange := range n.AllowedIPRanges {
		at := fmt.Sprintf("allowedIpRanges[%d]", i)
		list.AddError(at, checkIPRange(ipRange))
		if slices.Index(n.AllowedIPRanges, ipRange) < i {
			list.Add(at, "%q stands there twice", ipRange).About(ipRange).Remedy("remove one")
		}
	}
	return list.Err()
}

// carrierShared are addresses behind the NAT of carriers (RFC 6598), which are not public.
var carrierShared = netip.PrefixFrom(netip.AddrFrom4([4]byte{100, 64, 0, 0}), 10)

// checkIPRange takes what Azure AI services take: public IPv4 addresses, and
// ranges in CIDR form whose host bits are zero. Source: Azure AI services' page
// on virtual networks.
func checkIPRange(text string) error {
	prefix, err := netip.ParsePrefix(text)
	if err != nil {
		address, addressErr := netip.ParseAddr(text)
		if addressErr != nil {
			return faults.New("%q is neither an IPv4 address nor a range", text).About(text).Remedy("write it like 20.1.2.3 or 20.1.2.0/24").Err()
		}
		prefix = netip.PrefixFrom(address, address.BitLen())
	}
	switch {
	case !prefix.Addr().Is4():
		return faults.New("%q is not IPv4, and Azure AI services take IPv4 rules only", text).About(text).Remedy("write it like 20.1.2.3 or 20.1.2.0/24").Err()
	case prefix.Bits() > 30 && err == nil:
		return faults.New("%q is smaller than Azure's rules go", text).About(text).Remedy("write its addresses one by one").Err()
	case prefix.Masked() != prefix:
		return faults.New("%q has bits set behind its mask", text).About(text).Remedy("write %s", prefix.Masked()).Err()
	case prefix.Bits() == 0:
		return faults.New("%q is every address, so that Deny would deny nobody", text).About(text).Remedy("list the public addresses that callers come from, or set defaultAction to Allow").Err()
	case carrierShared.Overlaps(prefix), prefix.Addr().IsPrivate(), prefix.Addr().IsLoopback(), prefix.Addr().IsLinkLocalUnicast():
		return faults.New("%q is not a public address, and only those reach the endpoint", text).About(text).Remedy("list the public addresses that callers come from").Err()
	}
	return nil
}
