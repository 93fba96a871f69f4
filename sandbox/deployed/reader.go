package deployed

import (
	"strings"

	"github.com/aoai-gateway/aoai-gateway/sandbox/azure"
)

// reader makes typed values of stored resources.
type reader struct {
	held  *azure.Snapshot
	below map[place][]resource
}

// place is where resources of a type lie: the id of what they lie in, and their type, both
// folded.
type place struct{ parent, armType string }

// nested are the types of resources that are read from what they lie in.
var nested = []string{
	endpointType, routeType, originGroupType, originType,
	apiType, apiPolicyType, apiDiagnosticType, operationType, operationPolicyType, servicePolicyType, namedValueType, fragmentType, backendType,
	productType, productAPIType, productPolicyType, subscriptionType, loggerType, diagnosticType,
	deploymentType, hubType, securityPolicyType, settingType, zoneGroupType, zoneLinkType, zoneRecordType, cacheType, databaseType, certificateType,
	apiSchemaType, schemaType,
}

func newReader(held *azure.Snapshot) *reader {
	r := &reader{held: held, below: map[place][]resource{}}
	for _, armType := range nested {
		for _, each := range held.OfType(armType) {
			at := place{parentOf(fold(each.ID)), fold(armType)}
			r.below[at] = append(r.below[at], resource{each})
		}
	}
	return r
}

// resource is a stored one.
type resource struct{ *azure.Resource }

func (r resource) body() object { return r.Body }

func (r resource) properties() object { return r.Properties() }

// hidden are properties that Azure answers to no GET, such as keys.
func (r resource) hidden() object { return r.Hidden }

// get is the resource of an id; false where there is none.
func (r *reader) get(id string) (resource, bool) {
	found := r.held.Get(id)
	return resource{found}, found != nil
}

// ofType are the resources of a type.
func (r *reader) ofType(armType string) []resource {
	var found []resource
	for _, each := range r.held.OfType(armType) {
		found = append(found, resource{each})
	}
	return found
}

// children are the resources of a type that lie in another one.
func (r *reader) children(parent resource, armType string) []resource {
	return r.below[place{fold(parent.ID), fold(armType)}]
}

// extensions are the resources of another provider's type that lie at a resource.
func (r *reader) extensions(of resource, armType string) []resource {
	namespace, _, _ := strings.Cut(armType, "/")
	return r.below[place{fold(of.ID + "/providers/" + namespace), fold(armType)}]
}

// readyChildren are the children that exist already.
func (r *reader) readyChildren(parent resource, armType string) []resource {
	var found []resource
	for _, each := range r.children(parent, armType) {
		if each.Ready() {
			found = append(found, each)
		}
	}
	return found
}
