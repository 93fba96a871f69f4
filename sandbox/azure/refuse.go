package azure

import (
	"net/http"
	"slices"
	"strings"

	"github.com/aoai-gateway/aoai-gateway/internal/arm"
)

// mayChange refuses a write or deletion that comes at the wrong time, or that
// rests on an old picture of the resource.
func (s *Service) mayChange(tx *Tx, kind kind, id arm.ID, old *Resource, r *http.Request) error {
	if err := preconditions(old, r, strings.EqualFold(id.Namespace, "Microsoft.ApiManagement")); err != nil {
		return err
	}
	if old != nil && kind.needsIfMatch(id) && r.Method != http.MethodPut && r.Header.Get("If-Match") == "" {
		return refuse(http.StatusBadRequest, "ValidationError", "The header If-Match is required: give the ETag of '%s', or *.", id.Name())
	}
	if old != nil && old.Operation != nil {
		return refuse(http.StatusConflict, "AnotherOperationInProgress",
			"Another operation on %s is in progress (%s). Retry when it has ended.", id, old.Operation.State)
	}
	if kind.oneAtATime {
		return siblingsAtRest(tx, id)
	}
	return nil
}

// preconditions holds If-Match and If-None-Match against the stored ETag.
func preconditions(old *Resource, r *http.Request, apim bool) error {
	match, noneMatch := r.Header.Get("If-Match"), r.Header.Get("If-None-Match")
	if old == nil && match == "*" && (r.Method != http.MethodPut || apim) {
		// SDKs send it with every deletion, and take 204 for an answer. API Management makes what
		// is not there: its published examples of policies send it with the first PUT.
		return nil
	}
	failed := refuse(http.StatusPreconditionFailed, "PreconditionFailed",
		"The condition specified using HTTP conditional header(s) is not met: read the resource again and use its ETag.")
	switch {
	case match != "" && old == nil, noneMatch == "*" && old != nil:
		return failed
	case match != "" && !namesETag(match, old.ETag):
		return failed
	}
	return nil
}

// namesETag reports whether the ETags of a conditional header name one. Source: RFC 9110.
func namesETag(header, etag string) bool {
	for each := range strings.SplitSeq(header, ",") {
		each = strings.TrimSpace(each)
		if each == "*" || each != "" && strings.Trim(strings.TrimPrefix(each, "W/"), `"`) == strings.Trim(etag, `"`) {
			return true
		}
	}
	return false
}

// needsIfMatch reports whether a change or deletion needs the header If-Match: so it is with
// all that lies in an API Management service, but for links and the like. Source: API
// Management's REST reference, where the header is required.
func (k kind) needsIfMatch(id arm.ID) bool {
	return strings.EqualFold(id.Namespace, "Microsoft.ApiManagement") && len(id.Types) > 1 && !k.link
}

// siblingsAtRest refuses an operation while another goes on under the same
// parent, or with the parent itself. Source: public reports of 409
// RequestConflict on deployments of one account.
func siblingsAtRest(tx *Tx, id arm.ID) error {
	parent, _ := id.Parent()
	above, err := tx.Get(parent.String())
	if err != nil {
		return err
	}
	below, err := tx.Under(parent.String())
	if err != nil {
		return err
	}
	for _, resource := range append(below, above) {
		if resource != nil && resource.Operation != nil {
			return refuse(http.StatusConflict, "RequestConflict",
				"Another operation is being performed on the parent resource '%s'. Please try again later: create and delete the "+
					"deployments of one account one after another.", parent)
		}
	}
	return nil
}

// uses are the properties by which one resource holds another: the second
// cannot be deleted before the first. Paths run through arrays.
var uses = map[string][]string{
	"microsoft.cdn/profiles/afdendpoints/routes": {"originGroup.id", "customDomains.id", "ruleSets.id"},
	"microsoft.cdn/profiles/securitypolicies":    {"parameters.wafPolicy.id", "parameters.associations.domains.id"},
	"microsoft.network/applicationgateways": {
		"gatewayIPConfigurations.properties.subnet.id", "frontendIPConfigurations.properties.publicIPAddress.id", "firewallPolicy.id",
	},
	"microsoft.network/virtualnetworks/subnets": {"networkSecurityGroup.id"},
	"microsoft.network/privateendpoints":        {"subnet.id"},
	"microsoft.apimanagement/service": {
		"virtualNetworkConfiguration.subnetResourceId", "publicIpAddressId",
		"additionalLocations.virtualNetworkConfiguration.subnetResourceId", "additionalLocations.publicIpAddressId",
	},
}

// usedCodes are the codes of Azure's refusals to delete what something else uses, by folded
// type. Sources: public issue threads.
var usedCodes = map[string]string{
	"microsoft.network/virtualnetworks/subnets": "InUseSubnetCannotBeDeleted",
	"microsoft.network/publicipaddresses":       "PublicIPAddressCannotBeDeleted",
	"microsoft.network/networksecuritygroups":   "InUseNetworkSecurityGroupCannotBeDeleted",
}

// notInUse refuses a deletion while something that stays refers to what goes.
func notInUse(tx *Tx, doomed []*Resource) error {
	going := map[string]string{}
	for _, resource := range doomed {
		going[arm.Fold(resource.ID)] = arm.Fold(resource.Type)
	}
	users, err := possibleUsers(tx, doomed)
	if err != nil {
		return err
	}
	for _, user := range users {
		if going[arm.Fold(user.ID)] != "" || (user.Operation != nil && user.Operation.State == deleting) {
			continue
		}
		for _, path := range uses[arm.Fold(user.Type)] {
			for _, used := range valuesAt(user.Body["properties"], strings.Split(path, ".")) {
				if kind := going[arm.Fold(used)]; kind != "" {
					status, code := http.StatusConflict, "Conflict"
					if known := usedCodes[kind]; known != "" {
						status, code = http.StatusBadRequest, known
					}
					return refuse(status, code,
						"%s cannot be deleted: %s uses it (property %s). Delete that or change it first.", used, user.ID, path)
				}
			}
		}
	}
	return nil
}

// possibleUsers are the resources that may use what goes: those of the same
// profile, or any for what lies in Microsoft.Network.
func possibleUsers(tx *Tx, doomed []*Resource) ([]*Resource, error) {
	scopes := map[string]bool{}
	for _, resource := range doomed {
		id, err := arm.ParseID(resource.ID)
		if err != nil {
			return nil, err
		}
		switch {
		case strings.EqualFold(id.Namespace, "Microsoft.Cdn") && len(id.Types) > 1:
			id.Types, id.Names = id.Types[:1], id.Names[:1]
			scopes[id.String()] = true
		case strings.EqualFold(id.Namespace, "Microsoft.Network"):
			scopes[""] = true
		}
	}
	var users []*Resource
	for scope := range scopes {
		below, err := tx.Under(scope)
		if err != nil {
			return nil, err
		}
		users = append(users, below...)
	}
	return users, nil
}

// valuesAt collects the strings at a path, through arrays.
func valuesAt(value any, path []string) []string {
	if list, ok := value.([]any); ok {
		var found []string
		for _, element := range list {
			found = append(found, valuesAt(element, path)...)
		}
		return found
	}
	if len(path) == 0 {
		text, ok := value.(string)
		if !ok {
			return nil
		}
		return []string{text}
	}
	object, _ := value.(map[string]any)
	return valuesAt(object[path[0]], path[1:])
}

// unchanged refuses a change of what Azure never changes in place.
func (p *put) unchanged(code, remedy string, path ...string) error {
	if p.old == nil {
		return nil
	}
	before, now := valuesAt(p.old, path), valuesAt(p.body, path)
	if len(before) == 0 || slices.EqualFunc(before, now, strings.EqualFold) {
		return nil
	}
	return refuse(http.StatusBadRequest, code, "Property '%s' of %s is %q and cannot be changed to %q. %s",
		strings.Join(path, "."), p.id, strings.Join(before, ","), strings.Join(now, ","), remedy)
}
