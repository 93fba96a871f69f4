package azure

import (
	"net/http"
	"strings"

	"github.com/aoai-gateway/aoai-gateway/internal/arm"
	facts "github.com/aoai-gateway/aoai-gateway/internal/azure"
)

// Front Door's Private Link: an origin asks for a private endpoint in Front Door's own network,
// and the owner of what it leads to approves it. Source:
// https://learn.microsoft.com/azure/frontdoor/private-link

const (
	serviceType = "Microsoft.ApiManagement/service"
	originType  = "Microsoft.Cdn/profiles/originGroups/origins"
	// linkState is where an origin's connection lies among what no GET answers: whether the
	// origin's own property status tells it is not documented.
	linkState = "privateLinkState"
	// frontDoorOwner stands for the subscription in which Front Door makes its endpoints.
	frontDoorOwner = "/subscriptions/00000000-0000-4000-8000-00000000afd0/resourceGroups/front-door/providers/" + privateEndpointType + "/"
)

// privateLink checks what an origin asks for, and begins or keeps its connection.
func (p *put) privateLink() error {
	link, given := p.properties()["sharedPrivateLinkResource"].(map[string]any)
	if err := p.notMixed(given); err != nil {
		return err
	}
	before, _ := p.oldProperties()["sharedPrivateLinkResource"].(map[string]any)
	held := p.hidden[linkState]
	p.hidden = nil
	if !given {
		return nil
	}
	if err := p.mayLink(link); err != nil {
		return err
	}
	if held == nil || linkKey(before) != linkKey(link) {
		held = connectionState(connectionPending, text(link, "requestMessage"))
	}
	// Origins of a profile that lead to the same place by the same region have one endpoint.
	siblings, err := p.siblingLinks(linkKey(link))
	if err != nil {
		return err
	}
	for _, other := range siblings {
		held = other.Hidden[linkState]
	}
	p.hidden = map[string]any{linkState: held}
	return nil
}

// linkKey tells the endpoints of a profile apart.
func linkKey(link map[string]any) string {
	target, _ := link["privateLink"].(map[string]any)
	return arm.Fold(text(target, "id")) + " " + text(link, "groupId") + " " + arm.NormalRegion(text(link, "privateLinkLocation"))
}

// mayLink refuses what Front Door connects to by no Private Link. Sources: Front Door's page on
// Private Link and its comparison of tiers; API Management's page on private endpoints; the
// codes and texts are guessed.
func (p *put) mayLink(link map[string]any) error {
	profile, err := p.tx.Get(profileOf(p.id).String())
	if err != nil {
		return err
	}
	if sku, _ := profile.Body["sku"].(map[string]any); text(sku, "name") != facts.PremiumFrontDoor {
		return refuse(http.StatusBadRequest, "BadRequest", "Private Link of the origin '%s' needs a profile of the SKU %s.", p.id.Name(), facts.PremiumFrontDoor)
	}
	if region := arm.NormalRegion(text(link, "privateLinkLocation")); !facts.FrontDoorLinksFrom(region) {
		return refuse(http.StatusBadRequest, "BadRequest", "Front Door has no Private Link in the privateLinkLocation '%s' of the origin '%s'.", region, p.id.Name())
	}
	reference, _ := link["privateLink"].(map[string]any)
	if err := p.refersTo("sharedPrivateLinkResource.privateLink", reference["id"]); err != nil {
		return err
	}
	target, err := p.tx.Get(text(reference, "id"))
	if err != nil {
		return err
	}
	switch {
	case strings.EqualFold(target.Type, accountType):
		return refuse(http.StatusBadRequest, "BadRequest", "The origin '%s' leads to %s, which is no origin of Front Door's Private Link.", p.id.Name(), target.ID)
	case !strings.EqualFold(target.Type, serviceType):
		return refuse(http.StatusBadRequest, "NotModelled", "The sandbox models Front Door's Private Link to %s only; %s is something else.", serviceType, target.ID)
	case text(link, "groupId") != facts.ServiceLinkGroup:
		return refuse(http.StatusBadRequest, "BadRequest", "The groupId '%s' of the origin '%s' is not valid for %s; the valid one is %s.",
			text(link, "groupId"), p.id.Name(), serviceType, facts.ServiceLinkGroup)
	}
	return takesLink(target)
}

// takesLink refuses services without private endpoints: by their SKU, or because they stand in
// a network.
func takesLink(service *Resource) error {
	body, _ := service.Body["sku"].(map[string]any)
	sku, _ := facts.FindAPIMSKU(text(body, "name"))
	kind := text(service.Properties(), "virtualNetworkType")
	switch {
	case !sku.Links:
		return refuse(http.StatusBadRequest, "BadRequest", "Private endpoints are not supported for the SKU '%s' of the service %s.", text(body, "name"), service.ID)
	case sku.Generation == facts.Classic && kind != "" && kind != "None":
		return refuse(http.StatusBadRequest, "BadRequest", "Private endpoints are not supported for the service %s, whose virtual network type is '%s'.", service.ID, kind)
	}
	return nil
}

func profileOf(id arm.ID) arm.ID {
	id.Types, id.Names = id.Types[:1], id.Names[:1]
	return id
}

// notMixed keeps origins with Private Link and such without it apart in a group. As no group is
// mixed, one sibling tells of all of them. Source: Front Door's page on origins and origin
// groups; the code is guessed.
func (p *put) notMixed(linked bool) error {
	group, _ := p.id.Parent()
	var sibling *Resource
	err := p.tx.eachUnder(group.String(), func(other *Resource) bool {
		if !strings.EqualFold(other.ID, p.id.String()) && (other.Operation == nil || other.Operation.State != deleting) {
			sibling = other
		}
		return sibling == nil
	})
	if err != nil || sibling == nil {
		return err
	}
	if _, theirs := sibling.Properties()["sharedPrivateLinkResource"].(map[string]any); theirs != linked {
		return refuse(http.StatusBadRequest, "BadRequest", "The origins '%s' and '%s' of one group cannot be with and without Private Link.", p.id.Name(), text(sibling.Body, "name"))
	}
	return nil
}

// siblingLinks are the other origins of the profile that share an endpoint.
func (p *put) siblingLinks(key string) ([]*Resource, error) {
	all, err := p.tx.Under(profileOf(p.id).String())
	if err != nil {
		return nil, err
	}
	var found []*Resource
	for _, other := range all {
		link, given := other.Properties()["sharedPrivateLinkResource"].(map[string]any)
		if given && strings.EqualFold(other.Type, originType) && !strings.EqualFold(other.ID, p.id.String()) && linkKey(link) == key {
			found = append(found, other)
		}
	}
	return found, nil
}

// frontDoorConnections are those of Front Doors that lead to a service.
func frontDoorConnections(tx *Tx, serviceID string) ([]connection, error) {
	all, err := tx.WithValue(originType, "", serviceID)
	if err != nil {
		return nil, err
	}
	byEndpoint := map[string][]*Resource{}
	for _, origin := range all {
		link := object(origin.Properties(), "sharedPrivateLinkResource")
		id, err := arm.ParseID(origin.ID)
		if err != nil {
			return nil, err
		}
		name := profileOf(id).Name() + "-" + label(8, profileOf(id).String(), linkKey(link))
		byEndpoint[name] = append(byEndpoint[name], origin)
	}
	var found []connection
	for name, origins := range byEndpoint {
		state, _ := origins[0].Hidden[linkState].(map[string]any)
		found = append(found, connection{
			name: name, endpointID: frontDoorOwner + name, group: facts.ServiceLinkGroup, state: state,
			decide: func(tx *Tx, state map[string]any) error {
				for _, origin := range origins {
					changed := *origin
					changed.Hidden = map[string]any{linkState: state}
					if err := tx.Put(&changed); err != nil {
						return err
					}
				}
				return nil
			},
		})
	}
	return found, nil
}

// publicAccess refuses to close a service that nobody could reach then. Sources of code and
// messages: hashicorp/terraform-provider-azurerm#21506, Azure/azure-rest-api-specs#24947.
func (p serviceWrite) publicAccess() error {
	if text(p.properties(), "publicNetworkAccess") != "Disabled" || p.planted {
		return nil
	}
	if p.old == nil {
		return refuse(http.StatusBadRequest, "NotSupported",
			"Blocking all public network access by setting property `publicNetworkAccess` of API Management service %s is not enabled during service creation.", p.id)
	}
	connections, err := frontDoorConnections(p.tx, p.id.String())
	if err != nil {
		return err
	}
	for _, each := range connections {
		if text(each.state, "status") == connectionApproved {
			return nil
		}
	}
	return refuse(http.StatusBadRequest, "NotSupported",
		"Disabling all `publicNetworkAccess` for service: %s is not supported if the service does not atleast one approved Private Endpoint Connections.", p.id)
}
