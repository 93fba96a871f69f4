package stacks

import (
	"slices"
	"strings"

	"github.com/aoai-gateway/aoai-gateway/internal/arm"
	"github.com/aoai-gateway/aoai-gateway/internal/azure"
	"github.com/aoai-gateway/aoai-gateway/internal/faults"
)

// The values of Lock for the time in which Front Door is lost: the policy takes requests
// that come around it. LockOpen stands for header, LockOpenAndNetwork for header+network:
// the gateways stay in their networks, which let everybody in.
const (
	LockOpen           = "open"
	LockOpenAndNetwork = "open+network"
)

// The values of Lock by which Front Door reaches the gateway by Private Link.
const (
	// LockPrivateLink: Front Door comes by Private Link. The gateway's public endpoint stays, and
	// refuses what lacks Front Door's id.
	LockPrivateLink = "private-link"
	// LockPrivateLinkOnly: the public endpoint is closed, too, once a connection is approved.
	LockPrivateLinkOnly = "private-link-only"
	// LockOpenAndPrivateLink stands for both while Front Door is lost.
	LockOpenAndPrivateLink = "open+private-link"
)

// Locks are the values of Lock that keep others out.
var Locks = []string{LockHeader, LockHeaderAndNetwork, LockPrivateLink, LockPrivateLinkOnly}

// OpenLocks are those for the time in which Front Door is lost.
var OpenLocks = []string{LockOpen, LockOpenAndNetwork, LockOpenAndPrivateLink}

// lockIsOpen reports whether gateways take requests that come around the edge.
func (c *Config) lockIsOpen() bool { return slices.Contains(OpenLocks, c.Lock) }

// linked reports whether Front Door reaches the gateway by Private Link.
func (c *Config) linked() bool {
	return c.Lock == LockPrivateLink || c.Lock == LockPrivateLinkOnly || c.Lock == LockOpenAndPrivateLink
}

// validateLink checks what Front Door's Private Link needs. Sources:
// https://learn.microsoft.com/azure/frontdoor/private-link and
// https://learn.microsoft.com/azure/api-management/private-endpoint
func (c *Config) validateLink() error {
	var list faults.List
	sku, known := azure.FindAPIMSKU(c.APIM.SKU)
	switch {
	case !c.linked():
		if c.FrontDoor.PrivateLinkRegion != "" {
			list.Add("frontDoor.privateLinkRegion", "has no effect with lock %s", c.Lock).Remedy("set lock to %s, or remove it", LockPrivateLink)
		}
		if c.Lock == LockHeaderAndNetwork && known && !sku.Regions && len(c.APIM.Regions) == 0 {
			list.Add("lock", "%q needs gateways that stand in networks: those of %s do not", c.Lock, c.APIM.SKU).About(c.Lock).Remedy("take %s", LockPrivateLink)
		}
		return list.Err()
	case known && sku.Regions:
		list.Add("lock", "%q cannot be had with apim.sku %s: where Private Link leads in a service with several regions is not documented", c.Lock, c.APIM.SKU).
			About(c.Lock).Remedy("take apim.sku %s, or lock %s", azure.WithIntegration(), LockHeaderAndNetwork)
	case known && !sku.Integrates:
		list.Add("lock", "%q cannot be had with apim.sku %s", c.Lock, c.APIM.SKU).About(c.Lock).Remedy("take apim.sku %s", azure.WithIntegration())
	}
	if c.FrontDoor.SKU != "Premium" {
		list.Add("frontDoor.sku", "%q has no Private Link, which lock %s needs", c.FrontDoor.SKU, c.Lock).About(c.FrontDoor.SKU).Remedy("take Premium, or another lock")
	}
	if c.Routing == ActivePassive {
		list.Add("routing", "%q has no effect with lock %s, whose service has one gateway", c.Routing, c.Lock).About(c.Routing).Remedy("remove it")
	}
	if c.FrontDoor.PrivateLinkRegion == "" && !azure.FrontDoorLinksFrom(arm.NormalRegion(c.Location)) {
		list.Add("frontDoor.privateLinkRegion", "is missing: Front Door has no Private Link in %s", c.Location).
			Remedy("give a region near to it: %s", strings.Join(azure.FrontDoorLinkRegions(), ", "))
	}
	return list.Err()
}

// callersFrom is the service tag of who may connect to the gateways' networks; empty for a
// lock without networks.
func (c *Config) callersFrom() string {
	switch c.Lock {
	case LockHeaderAndNetwork:
		return "AzureFrontDoor.Backend"
	case LockOpenAndNetwork:
		return "Internet"
	}
	return ""
}
