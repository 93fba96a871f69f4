package azure

import (
	"fmt"
	"maps"
	"net/http"
	"strings"

	"github.com/aoai-gateway/aoai-gateway/internal/arm"
	facts "github.com/aoai-gateway/aoai-gateway/internal/azure"
)

// API Management: Microsoft.ApiManagement, API version 2024-05-01, and the service
// itself.

// serviceWrite is a service of API Management on its way into the store.
type serviceWrite struct{ *put }

func completeAPIMService(p *put) error { return serviceWrite{p}.fill() }

// fill fills what Azure fills, and refuses what Azure refuses.
func (p serviceWrite) fill() error {
	if err := p.settle(); err != nil {
		return err
	}
	if err := p.ownNameIsFree(); err != nil {
		return err
	}
	if err := p.serviceIdentity(); err != nil {
		return err
	}
	properties := p.properties() // a restored service has those it had
	sku := text(object(p.body, "sku"), "name")
	if err := p.mayBecome(sku); err != nil {
		return err
	}
	p.body["etag"] = p.etag()
	p.systemData()
	name := strings.ToLower(p.id.Name())
	defaults(properties, map[string]any{
		"virtualNetworkType": "None", "publicNetworkAccess": "Enabled", "disableGateway": false, "natGatewayState": "Disabled",
		"notificationSenderEmail": facts.NotificationSenders[0],
		"apiVersionConstraint":    map[string]any{},
	})
	if err := p.protocols(sku); err != nil {
		return err
	}
	if err := p.regions(name, sku); err != nil {
		return err
	}
	if err := p.publicAccess(); err != nil {
		return err
	}
	keep(properties, p.oldProperties(), "createdAtUtc", func() any { return p.timestamp() })
	properties["provisioningState"], properties["targetProvisioningState"] = "Succeeded", ""
	properties["gatewayUrl"] = "https://" + facts.GatewayHost(name)
	properties["gatewayRegionalUrl"] = "https://" + facts.RegionalGatewayHost(name, text(p.body, "location"))
	if facts.GenerationOf(sku) == facts.Classic {
		properties["managementApiUrl"] = "https://" + name + ".management." + facts.GatewayDomain
		properties["developerPortalUrl"] = "https://" + name + ".developer." + facts.GatewayDomain
	}
	if err := p.hostNames(name, sku); err != nil {
		return err
	}
	if p.old == nil {
		return p.born(sku)
	}
	return nil
}

// ownNameIsFree refuses a new service whose name somebody has or Azure holds,
// and turns a restore into the service that was deleted. Sources: deployment logs
// and public reports of these codes.
func (p serviceWrite) ownNameIsFree() error {
	restore, _ := p.properties()["restore"].(bool)
	delete(p.properties(), "restore") // write-only
	if p.old != nil {
		return nil
	}
	held, err := p.heldWith(p.id.Name())
	if err != nil {
		return err
	}
	if len(held) > 0 { // one at most: names are unique in the world
		if restore && strings.EqualFold(held[0].Resource.ID, p.id.String()) {
			return p.restore(held[0])
		}
		return refuse(http.StatusConflict, "ServiceAlreadyExistsInSoftDeletedState",
			"Api service %s was soft-deleted. In order to create the new service with the same name, you have to either undelete "+
				"the service or purge it. See https://aka.ms/apimsoftdelete.", p.id.Name())
	}
	if restore {
		return refuse(http.StatusBadRequest, "ServiceUndeleteNotPossible",
			"Unable to undelete service %s: no service of this name was deleted. Leave 'restore' out.", p.id.Name())
	}
	all, err := p.tx.WithValue("Microsoft.ApiManagement/service", "", p.id.Name())
	if err == nil && len(all) > 0 {
		return refuse(http.StatusConflict, "ServiceAlreadyExists", "Api service already exists: %s", p.id.Name())
	}
	return err
}

// serviceIdentity gives the service's own identity its principal, and refuses
// user-assigned ones that are not there.
func (p *put) serviceIdentity() error {
	p.identity()
	identity, _ := p.body["identity"].(map[string]any)
	assigned, _ := identity["userAssignedIdentities"].(map[string]any)
	for _, id := range sorted(assigned) {
		if err := p.refersToA("identity.userAssignedIdentities", id, "Microsoft.ManagedIdentity/userAssignedIdentities"); err != nil {
			return err
		}
		found, err := p.tx.Get(id)
		if err != nil {
			return err
		}
		properties, _ := found.Body["properties"].(map[string]any)
		assigned[id] = map[string]any{"principalId": properties["principalId"], "clientId": properties["clientId"]}
	}
	return nil
}

// mayBecome refuses what no service can change in place. Source: API Management's
// page on the v2 tiers.
func (p serviceWrite) mayBecome(sku string) error {
	if p.old == nil {
		return nil
	}
	before := text(object(maps.Clone(p.old), "sku"), "name")
	if before != "" && facts.GenerationOf(before) != facts.GenerationOf(sku) {
		return refuse(http.StatusBadRequest, "InvalidParameters",
			"The service %s cannot go from SKU %s to %s. Make another service.", p.id.Name(), before, sku)
	}
	return nil
}

// protocols fills the settings of TLS and ciphers that a request leaves out, and
// refuses any on Consumption. Sources: the service's REST reference; azurerm#8405.
func (p serviceWrite) protocols(sku string) error {
	properties := p.properties()
	given, _ := properties["customProperties"].(map[string]any)
	if facts.GenerationOf(sku) == facts.Consumption && len(given) > 0 {
		return refuse(http.StatusBadRequest, "InvalidParameters", "'%s' customProperties are not supported in SkuType %s.",
			strings.Join(sorted(given), ","), sku)
	}
	if facts.GenerationOf(sku) != facts.Classic {
		return nil
	}
	const prefix = facts.GatewayProperty
	defaults(object(properties, "customProperties"), map[string]any{
		prefix + "Security.Protocols.Tls10": "False", prefix + "Security.Protocols.Tls11": "False", prefix + "Security.Protocols.Ssl30": "False",
		prefix + "Security.Backend.Protocols.Tls10": "False", prefix + "Security.Backend.Protocols.Tls11": "False",
		prefix + "Security.Backend.Protocols.Ssl30": "False", prefix + "Security.Ciphers.TripleDes168": "False",
		prefix + "Protocols.Server.Http2": "False",
	})
	return nil
}

// born is what every service has from birth: a global policy, so that a PUT of it
// always changes what is there, and a subscription for all APIs; classic SKUs have
// samples, too. Sources: API Management's pages on policies and on subscriptions;
// azurerm's removal of samples.
func (p serviceWrite) born(sku string) error {
	err := p.plant("/policies/policy", map[string]any{"value": facts.BornPolicy}, map[string]any{"value": facts.BornPolicy, "format": "xml"})
	if err != nil {
		return err
	}
	if err := p.subscribe("/subscriptions/"+facts.MasterSubscription, p.id.String()+"/"); err != nil {
		return err
	}
	if facts.GenerationOf(sku) != facts.Classic {
		return nil
	}
	for _, name := range facts.SampleProducts {
		path := "/products/" + strings.ToLower(name)
		err := p.plant(path, map[string]any{"displayName": name, "state": "published", "subscriptionRequired": true, "approvalRequired": name == "Unlimited"}, nil)
		if err != nil {
			return err
		}
		if err := p.subscribe("/subscriptions/"+label(24, p.id.String(), name), p.id.String()+path); err != nil {
			return err
		}
	}
	return p.plant("/apis/"+facts.SampleAPI, map[string]any{
		"displayName": "Echo API", "path": "echo", "serviceUrl": "http://echoapi.cloudapp.net/api", "protocols": []any{"https"},
		"apiRevision": "1", "isCurrent": true, "subscriptionRequired": true,
		"subscriptionKeyParameterNames": map[string]any{"header": "Ocp-Apim-Subscription-Key", "query": "subscription-key"},
	}, nil)
}

// plant puts a resource of the service's own making below it, past all checks.
func (p *put) plant(path string, properties, hidden map[string]any) error {
	id, err := arm.ParseID(apimService(p.id).String() + path)
	if err != nil {
		return err
	}
	if err := p.tx.Put(&Resource{
		ID: id.String(), Type: id.Type(), ETag: p.etag(), Hidden: hidden,
		Body: map[string]any{"id": id.String(), "name": id.Name(), "type": id.Type(), "properties": properties},
	}); err != nil {
		return fmt.Errorf("making %s: %w", id, err)
	}
	return nil
}

// subscribe makes a subscription of the administrator's.
func (p *put) subscribe(path, scope string) error {
	key := func() any { return strings.ReplaceAll(p.service.newGUID(), "-", "") }
	return p.plant(path, map[string]any{
		"scope": scope, "state": "active", "ownerId": apimService(p.id).String() + "/users/1", "allowTracing": false, "createdDate": p.timestamp(),
	}, map[string]any{"primaryKey": key(), "secondaryKey": key()})
}

// apimService is the id of the service that a resource of API Management lies in.
func apimService(id arm.ID) arm.ID {
	id.Types, id.Names = id.Types[:1], id.Names[:1]
	return id
}

// apimSKU is the SKU of the service that the resource lies in.
func (p *put) apimSKU() (string, error) {
	service, err := p.tx.Get(apimService(p.id).String())
	if err != nil || service == nil {
		return "", err
	}
	sku, _ := service.Body["sku"].(map[string]any)
	return text(sku, "name"), nil
}

// sameAs is the name of the sibling that has the same value, case aside, by which the index
// finds its type; "" where none has.
func (p *put) sameAs() (string, error) {
	scope, value := indexed[arm.Fold(p.id.Type())](&Resource{ID: p.id.String(), Type: p.id.Type(), Body: p.body})
	siblings, err := p.tx.WithValue(p.id.Type(), scope, value)
	for _, other := range siblings {
		if !strings.EqualFold(other.ID, p.id.String()) {
			return text(other.Body, "name"), nil
		}
	}
	return "", err
}

// invalid is the service's refusal of a field, in its own envelope.
func invalid(target, format string, args ...any) *Error {
	message := fmt.Sprintf(format, args...)
	refusal := refuse(http.StatusBadRequest, "ValidationError", "One or more fields contain incorrect values: %s", message)
	refusal.Details = []Detail{{"ValidationError", target, message}}
	return refusal
}
