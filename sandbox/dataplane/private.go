package dataplane

import (
	"fmt"
	"net"
	"net/http"
	"net/netip"
	"strings"

	facts "github.com/aoai-gateway/aoai-gateway/internal/azure"
	"github.com/aoai-gateway/aoai-gateway/sandbox/deployed"
	"github.com/aoai-gateway/aoai-gateway/sandbox/network"
)

// byNetwork sends requests of a service's gateways the way that their network's names lead:
// over the internet, or through a private endpoint.
type byNetwork struct {
	plane             *Plane
	serviceID, region string
	// public sends from the gateway's public address.
	public http.RoundTripper
}

// RoundTrip implements http.RoundTripper.
func (b *byNetwork) RoundTrip(r *http.Request) (*http.Response, error) {
	picture, err := b.plane.options.Deployed.Picture()
	if err != nil {
		return nil, err
	}
	host := r.URL.Hostname()
	way := wayOut(picture, regionOf(picture, b.serviceID, b.region), host)
	switch b.disturbed(way, host, r.URL.Path) {
	case deployed.Denied:
		// On Azure the connection waits in vain; here it breaks off.
		return nil, fmt.Errorf("connecting to %s: a rule of the network security group denies it", host)
	case deployed.NoSuchName:
		return nil, &net.DNSError{Err: "no such host in the private DNS zone that the gateway's network is linked to", Name: host, IsNotFound: true}
	case deployed.NoAnswer:
		// On Azure the connection waits in vain; here it breaks off.
		return nil, fmt.Errorf("connecting to %s at %s: no private endpoint that is approved answers there", host, way.Address)
	case deployed.Private:
		return b.plane.options.Network.From(b.plane.sender, integrationAddress).RoundTrip(r)
	case deployed.Public:
	}
	return b.public.RoundTrip(r)
}

// disturbed is where a way leads under the faults in force: they hit ways through private
// endpoints alone.
func (b *byNetwork) disturbed(way deployed.Way, host, path string) deployed.Direction {
	if way.Direction != deployed.Private {
		return way.Direction
	}
	at := network.Host{Name: host, Kind: "account", Region: b.plane.options.Network.Region(host)}
	if strings.HasSuffix(host, "."+facts.EventHubDomain) {
		at.Kind = "event-hub"
	}
	switch b.plane.options.Network.Faults.OnWay(at, path) {
	case network.ZoneUnlinked:
		return deployed.Public
	case network.EndpointRejected:
		return deployed.NoAnswer
	}
	return deployed.Private
}

// integrationAddress stands for the gateways' addresses in their subnet. Accounts take a
// private address for one that came through a private endpoint.
var integrationAddress = netip.MustParseAddr("10.255.255.254")

// regionOf is that of a service's gateways, nil where there are none.
func regionOf(picture *deployed.Picture, serviceID, name string) *deployed.Region {
	service := picture.Service(serviceID)
	if service == nil {
		return nil
	}
	return service.Region(name)
}

// wayOut is how a region's gateways reach a host: out of their network, by the rules of the
// subnet.
func wayOut(picture *deployed.Picture, region *deployed.Region, host string) deployed.Way {
	if region == nil {
		return picture.WayTo("", host)
	}
	way := picture.WayTo(region.Network, host)
	leads := way.Direction == deployed.Private || way.Direction == deployed.Public
	if group := securityGroupOf(region); leads && group != nil && !letsOut(group, way.Address, 443) {
		way.Direction = deployed.Denied
	}
	return way
}

func securityGroupOf(region *deployed.Region) *deployed.SecurityGroup {
	if region.Subnet == nil {
		return nil
	}
	return region.Subnet.SecurityGroup
}

// targets are the hosts that private endpoints can lead to, one of each account and closed
// namespace of event hubs.
func targets(picture *deployed.Picture) []string {
	var found []string
	for _, account := range picture.Accounts {
		if hosts := facts.AccountHosts(account.Kind, strings.ToLower(account.Subdomain)); len(hosts) > 0 && account.Subdomain != "" {
			found = append(found, hosts[0])
		}
	}
	for _, namespace := range picture.EventHubs {
		if !namespace.Closed { // a hub of the internet is no part of a network
			continue
		}
		found = append(found, facts.EventHubHost(strings.ToLower(namespace.Name)))
	}
	return found
}

// Way is how a gateway reaches an account or an event hub, or an Application Gateway a service, for
// people.
type Way struct {
	// Service is who asks.
	Service string `json:"service"`
	Region  string `json:"region"`
	Host    string `json:"host"`
	// Direction is public, private, no such name, no answer, or denied by a rule.
	Direction deployed.Direction `json:"direction"`
	Address   string             `json:"address,omitempty"`
	Endpoint  string             `json:"endpoint,omitempty"`
}

// ways are those of all gateways whose requests leave by a network, and of Application Gateways to
// services in theirs.
func ways(picture *deployed.Picture) []Way {
	var found []Way
	for _, edge := range picture.ApplicationGateways {
		for _, member := range edge.Members {
			if picture.IsInternal(member) {
				found = append(found, shown(edge.Name, edge.Region, member, picture.WayTo(edge.Network, member)))
			}
		}
	}
	for _, service := range picture.Services {
		for _, region := range service.Regions {
			if region.Network == "" {
				continue
			}
			for _, host := range targets(picture) {
				found = append(found, shown(service.Name, region.Name, host, wayOut(picture, region, host)))
			}
		}
	}
	return found
}

// shown is a way for people.
func shown(from, region, host string, way deployed.Way) Way {
	made := Way{Service: from, Region: region, Host: host, Direction: way.Direction, Endpoint: way.Endpoint}
	if way.Address.IsValid() {
		made.Address = way.Address.String()
	}
	return made
}
