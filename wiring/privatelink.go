package wiring

import (
	"cmp"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/aoai-gateway/aoai-gateway/components/frontdoor"
	"github.com/aoai-gateway/aoai-gateway/internal/azure"
)

// Link is Front Door's private link to a service, for who has to approve it.
type Link struct {
	// ServiceID is the service's resource id, whose owner approves the connection.
	ServiceID pulumi.StringOutput
	// Message is what the connection tells of where it comes from.
	Message pulumi.StringOutput
}

// linkTo is Front Door's private link to a service, which its owner knows by the profile's name.
func linkTo(ground *Ground, service *Service) *Link {
	return &Link{ServiceID: service.ID, Message: pulumi.Sprintf("Front Door %s", ground.names.profile())}
}

// origin is the link in the origin's terms.
func (l *Link) origin(ground *Ground, options frontdoor.Options) *frontdoor.PrivateLink {
	return &frontdoor.PrivateLink{
		TargetID: l.ServiceID, Group: azure.ServiceLinkGroup, Message: l.Message, Region: cmp.Or(options.PrivateLinkRegion, ground.args.Region),
	}
}
