package edge

import (
	"fmt"
	"net/http"
	"net/netip"

	"github.com/aoai-gateway/aoai-gateway/sandbox/deployed"
)

// linkAddress stands for the addresses of Front Door's private endpoints. Gateways take a
// private address for one that came through an endpoint.
var linkAddress = netip.MustParseAddr("10.255.255.253")

// sender is what requests to an origin are sent with: from an address of the edge location, or
// through Front Door's private endpoint.
func (f *FrontDoor) sender(o deployed.Origin, address netip.Addr) http.RoundTripper {
	switch o.Link {
	case deployed.Linked:
		return f.options.From(linkAddress)
	case deployed.Unlinked:
		return unlinked{o.Host}
	case deployed.OverInternet:
	}
	return f.options.From(address)
}

// unlinked is the way by an endpoint that nobody has approved.
type unlinked struct{ host string }

// RoundTrip implements http.RoundTripper.
func (u unlinked) RoundTrip(*http.Request) (*http.Response, error) {
	return nil, fmt.Errorf("connecting to %s: its owner has not approved Front Door's private endpoint", u.host)
}
