package deployed

import (
	"net/netip"
	"slices"
	"strings"

	"github.com/aoai-gateway/aoai-gateway/internal/arm"
	facts "github.com/aoai-gateway/aoai-gateway/internal/azure"
	"github.com/aoai-gateway/aoai-gateway/internal/policy/definition"
	"github.com/aoai-gateway/aoai-gateway/internal/policy/exchange"
)

// Service is an API Management service.
type Service struct {
	// ID is the ARM id.
	ID, Name, SKU string
	// Ready says that the service has been made.
	Ready bool
	// Closed says that the gateways answer through private endpoints alone.
	Closed bool
	// URL is where callers reach the service.
	URL string
	// Domains are the owner's host names of the gateways.
	Domains []Domain
	// Regions are those with gateways, the service's own location first.
	Regions    []*Region
	Identities Identities

	// Policy is the document of all APIs; nil for none.
	Policy *Document
	// NamedValues by their display names, Fragments by their ids.
	NamedValues, Fragments map[string]string
	// PolicyVersion changes with anything that goes into what runs for an operation.
	PolicyVersion string

	APIs          []*API
	Backends      []*Backend
	Products      []*Product
	Subscriptions []*Subscription

	// Certificates are those whose files the service holds, by their thumbprints.
	Certificates map[string]exchange.Certificate
	// Schemas are those that validate-content names; SchemaIDs are their ids.
	Schemas   *definition.Schemas
	SchemaIDs []string
	// Caches are the external ones.
	Caches []*ExternalCache

	Loggers     []*Logger
	Diagnostics []*Diagnostic
	// LogCategories are the categories of logs, and groups of them, that diagnostic
	// settings send anywhere.
	LogCategories []string
	// WorkspaceID is the customer id of the workspace that logs are sent to; "" for none.
	WorkspaceID string
}

// Region is where a service has gateways.
type Region struct {
	Name     string
	Units    int
	Disabled bool
	// Address is what the gateways there call from, "" where that is not known.
	Address string
	// Subnet is what the gateways there stand in; nil for none. Network is the id of its
	// network, folded.
	Subnet  *Subnet
	Network string
	// Integrated says that only requests to backends leave by the subnet: callers come from
	// the internet, whatever its security group says.
	Integrated bool
	// Internal says that the gateways answer within their network alone, at PrivateAddresses.
	Internal         bool
	PrivateAddresses []netip.Addr
}

// Document is a policy as it is attached to something.
type Document struct{ Text string }

// Region is the one of a name, nil where the service has no gateways.
func (s *Service) Region(name string) *Region {
	at := slices.IndexFunc(s.Regions, func(r *Region) bool { return r.Name == name })
	if at < 0 {
		return nil
	}
	return s.Regions[at]
}

// Logs reports whether a category of the service's logs goes anywhere.
func (s *Service) Logs(category string) bool {
	return slices.ContainsFunc(s.LogCategories, func(each string) bool { return strings.EqualFold(each, category) || strings.EqualFold(each, allLogs) })
}

const allLogs = "allLogs"

const (
	serviceType = "Microsoft.ApiManagement/service"

	apiType             = serviceType + "/apis"
	apiPolicyType       = serviceType + "/apis/policies"
	apiDiagnosticType   = serviceType + "/apis/diagnostics"
	apiSchemaType       = serviceType + "/apis/schemas"
	schemaType          = serviceType + "/schemas"
	operationType       = serviceType + "/apis/operations"
	operationPolicyType = serviceType + "/apis/operations/policies"
	servicePolicyType   = serviceType + "/policies"
	namedValueType      = serviceType + "/namedValues"
	fragmentType        = serviceType + "/policyFragments"
	backendType         = serviceType + "/backends"
	productType         = serviceType + "/products"
	productAPIType      = serviceType + "/products/apis"
	productPolicyType   = serviceType + "/products/policies"
	subscriptionType    = serviceType + "/subscriptions"
	certificateType     = serviceType + "/certificates"
	cacheType           = serviceType + "/caches"
	loggerType          = serviceType + "/loggers"
	diagnosticType      = serviceType + "/diagnostics"
	settingType         = "Microsoft.Insights/diagnosticSettings"
)

func (r *reader) services() []*Service {
	var found []*Service
	for _, each := range r.ofType(serviceType) {
		found = append(found, r.service(each))
	}
	return found
}

func (r *reader) service(of resource) *Service {
	s := &Service{
		ID: of.ID, Name: of.Name(), SKU: of.body().object("sku").text("name"), Ready: of.Ready(), URL: of.properties().text("gatewayUrl"),
		Closed:  of.properties().text("publicNetworkAccess") == "Disabled",
		Domains: r.domains(of.properties()), Regions: r.regions(of), Identities: r.identities(of),
		Certificates: r.certificates(of),
		Policy:       r.document(of, servicePolicyType), NamedValues: map[string]string{}, Fragments: map[string]string{},
		LogCategories: r.logCategories(of), WorkspaceID: r.workspaceOf(of),
	}
	for _, each := range r.children(of, namedValueType) {
		s.NamedValues[each.properties().text("displayName")] = each.hidden().text("value")
	}
	for _, each := range r.children(of, fragmentType) {
		s.Fragments[each.Name()] = written(each)
	}
	s.Schemas = definition.NewSchemas(r.schemas(of, schemaType))
	for _, each := range r.children(of, schemaType) {
		s.SchemaIDs = append(s.SchemaIDs, each.Name())
	}
	loggers := map[string]*Logger{}
	for _, each := range r.children(of, loggerType) {
		made := r.logger(each)
		s.Loggers = append(s.Loggers, made)
		loggers[fold(each.ID)] = made
	}
	s.Diagnostics = diagnostics(r.children(of, diagnosticType), loggers)
	for _, each := range r.children(of, backendType) {
		s.Backends = append(s.Backends, backend(each, s.NamedValues))
	}
	for _, each := range r.children(of, cacheType) {
		s.Caches = append(s.Caches, r.externalCache(each, s.NamedValues))
	}
	for _, each := range r.children(of, apiType) {
		if current, given := each.properties()["isCurrent"].(bool); !given || current {
			s.APIs = append(s.APIs, r.api(each, loggers))
		}
	}
	for _, each := range r.children(of, productType) {
		s.Products = append(s.Products, r.product(each))
	}
	for _, each := range r.children(of, subscriptionType) {
		s.Subscriptions = append(s.Subscriptions, s.subscription(each))
	}
	s.PolicyVersion = s.policyVersion()
	return s
}

func (r *reader) regions(of resource) []*Region {
	own := r.region(of.body().text("location"), of.body(), of.body(), of.properties())
	found := []*Region{own}
	for _, each := range of.properties().objects("additionalLocations") {
		found = append(found, r.region(each.text("location"), of.body(), each, each))
	}
	return found
}

// region reads one of a service from what has its units, and what has the rest.
func (r *reader) region(name string, service, sku, of object) *Region {
	made := &Region{
		Name: arm.NormalRegion(name), Units: max(1, sku.object("sku").number("capacity", 0)), Disabled: of.flag("disableGateway"),
		Subnet: r.subnet(of.object("virtualNetworkConfiguration").text("subnetResourceId")),
	}
	if subnet := of.object("virtualNetworkConfiguration").text("subnetResourceId"); subnet != "" {
		made.Network = parentOf(fold(subnet))
		made.Internal = service.object("properties").text("virtualNetworkType") == "Internal"
		made.Integrated = !made.Internal && facts.GenerationOf(service.object("sku").text("name")) == facts.V2
	}
	for _, text := range of.texts("privateIPAddresses") {
		if address, err := netip.ParseAddr(text); err == nil {
			made.PrivateAddresses = append(made.PrivateAddresses, address)
		}
	}
	if addresses := of.texts("publicIPAddresses"); len(addresses) > 0 {
		made.Address = addresses[0]
	}
	return made
}

// document is the policy that is attached to a resource, nil where there is none.
func (r *reader) document(of resource, armType string) *Document {
	attached := r.children(of, armType)
	if len(attached) == 0 {
		return nil
	}
	return &Document{written(attached[0])}
}

// written is a document in the form that both formats have in common: what was written as
// rawxml is taken as the service answers it, with its entities.
func written(of resource) string {
	if of.hidden().text("format") == "rawxml" {
		return of.properties().text("value")
	}
	return of.hidden().text("value")
}

// workspaceOf is the customer id of the first workspace that diagnostic settings name.
func (r *reader) workspaceOf(of resource) string {
	for _, setting := range r.extensions(of, settingType) {
		if workspace, found := r.get(setting.properties().text("workspaceId")); found {
			return workspace.properties().text("customerId")
		}
	}
	return ""
}

// logCategories are those of all diagnostic settings of a resource.
func (r *reader) logCategories(of resource) []string {
	var found []string
	for _, setting := range r.extensions(of, settingType) {
		for _, entry := range setting.properties().objects("logs") {
			for _, name := range []string{entry.text("category"), entry.text("categoryGroup")} {
				if entry.flag("enabled") && name != "" {
					found = append(found, name)
				}
			}
		}
	}
	return found
}
