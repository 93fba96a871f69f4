package dataplane

import (
	"fmt"
	"net"
	"net/http"
	"net/netip"
	"strings"

	facts "github.com/aoai-gateway/aoai-gateway/internal/azure"
	"github.com/aoai-gateway/aoai-gateway/sandbox/deployed"
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
	switch way := picture.WayTo(networkOf(picture, b.serviceID, b.region), host); way.Direction {
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

// integrationAddress stands for the gateways' addresses in their subnet. Accounts take a
// private address for one that came through a private endpoint.
var integrationAddress = netip.MustParseAddr("10.255.255.254")

// networkOf is the folded id of the network that a service's requests leave by; "" for none.
func networkOf(picture *deployed.Picture, serviceID, region string) string {
	service := picture.Service(serviceID)
	if service == nil {
		return ""
	}
	if at := service.Region(region); at != nil {
		return at.Network
	}
	return ""
}

// Way is how a gateway reaches an account, for people.
type Way struct {
	Service string `json:"service"`
	Region  string `json:"region"`
	Host    string `json:"host"`
	// Direction is public, private, no such name or no answer.
	Direction deployed.Direction `json:"direction"`
	Address   string             `json:"address,omitempty"`
	Endpoint  string             `json:"endpoint,omitempty"`
}

// ways are those of all gateways whose requests leave by a network.
func ways(picture *deployed.Picture) []Way {
	var found []Way
	for _, service := range picture.Services {
		for _, region := range service.Regions {
			if region.Network == "" {
				continue
			}
			for _, account := range picture.Accounts {
				hosts := facts.AccountHosts(account.Kind, strings.ToLower(account.Subdomain))
				if len(hosts) == 0 || account.Subdomain == "" {
					continue
				}
				way := picture.WayTo(region.Network, hosts[0])
				shown := Way{Service: service.Name, Region: region.Name, Host: hosts[0], Direction: way.Direction, Endpoint: way.Endpoint}
				if way.Address.IsValid() {
					shown.Address = way.Address.String()
				}
				found = append(found, shown)
			}
		}
	}
	return found
}
