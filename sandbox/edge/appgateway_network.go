package edge

import (
	"fmt"
	"net/http"

	"github.com/aoai-gateway/aoai-gateway/sandbox/deployed"
)

// sender is what requests to a member are sent with: from the gateway's public address, or from
// within the network in which it stands, as the network's names lead.
func (g *ApplicationGateway) sender(c *deployed.ApplicationGateway, member string) http.RoundTripper {
	picture, err := g.options.Picture()
	if err != nil {
		return unreached{member, err.Error()}
	}
	switch way := picture.WayTo(c.Network, member); way.Direction {
	case deployed.Private:
		return g.options.From(c.Inside)
	case deployed.NoSuchName, deployed.NoAnswer, deployed.Denied:
		return unreached{member, string(way.Direction)}
	case deployed.Public:
	}
	return g.options.From(c.Address)
}

// unreached is the way to a member that the gateway's network does not lead to.
type unreached struct{ member, why string }

// RoundTrip implements http.RoundTripper.
func (u unreached) RoundTrip(*http.Request) (*http.Response, error) {
	return nil, fmt.Errorf("connecting to %s from within the network: %s", u.member, u.why)
}
