package azure

import (
	"net/http"
	"slices"
	"strings"
	"sync"
	"unicode"

	"github.com/google/uuid"

	"github.com/aoai-gateway/aoai-gateway/internal/arm"
)

// What Resource Manager looks at before a resource provider sees a request: subscription,
// API version, names, tags, locations, and the contract of the resource's type.

var contract = sync.OnceValues(arm.Load)

// checkSubscription refuses what is no subscription and what is another one than the
// sandbox's. Source: public reports of both codes.
func (s *Service) checkSubscription(path string) error {
	segments := strings.Split(path, "/")
	if len(segments) < 3 || !strings.EqualFold(segments[1], "subscriptions") {
		return nil
	}
	switch {
	case strings.EqualFold(segments[2], s.seed.SubscriptionID):
		return nil
	case uuid.Validate(segments[2]) != nil || len(segments[2]) != 36:
		return refuse(http.StatusBadRequest, "InvalidSubscriptionId", "The provided subscription identifier '%s' is malformed or invalid.", segments[2])
	}
	return refuse(http.StatusNotFound, "SubscriptionNotFound", "The subscription '%s' could not be found.", segments[2])
}

// maxSegment bounds a part of a path. Source: Resource Manager's page on naming rules; no name
// may be longer.
const maxSegment = 260

// checkSegments refuses a path with a part that is longer than any name.
func checkSegments(path string) error {
	for segment := range strings.SplitSeq(path, "/") {
		if len([]rune(segment)) > maxSegment {
			return refuse(http.StatusBadRequest, "InvalidResourceName", "The name '%.40s...' has more than %d characters.", segment, maxSegment)
		}
	}
	return nil
}

// checkAPIVersion refuses an API version that a type does not have, and lists those that it
// has. Source: Resource Manager's page on common errors (NoRegisteredProviderFound).
func checkAPIVersion(k kind, version string) error {
	supported := arm.APIVersions(k.armType)
	if len(supported) == 0 || slices.ContainsFunc(supported, func(each string) bool { return strings.EqualFold(each, version) }) {
		return nil
	}
	namespace, name, _ := strings.Cut(k.armType, "/")
	if namespace == "Microsoft.Resources" {
		return refuse(http.StatusBadRequest, "InvalidApiVersionParameter",
			"The api-version '%s' is invalid. The supported versions are '%s'.", version, strings.Join(supported, ","))
	}
	return refuse(http.StatusBadRequest, "NoRegisteredProviderFound",
		"No registered resource provider found for API version '%s' for type '%s'. The supported api-versions are '%s'.",
		version, name, strings.Join(supported, ", "))
}

// admit holds a request against what Resource Manager and the contract demand.
func (p *put) admit(k kind) error {
	if p.planted {
		return nil
	}
	if err := p.checkTags(); err != nil {
		return err
	}
	if err := p.checkLocation(k); err != nil {
		return err
	}
	known, err := contract()
	if err != nil {
		return err
	}
	t := known.ForRequest(k.armType, p.apiVersion)
	if t == nil {
		return nil
	}
	restored, _ := p.properties()["restore"].(bool)
	var broken []arm.Violation
	for _, violation := range t.CheckRequest(p.id.String(), p.body) {
		switch {
		case violation.Path == "format" && k.armType == "Microsoft.ApiManagement/service/apis": // importDefinition says what it reads
		case violation.Missing && (p.patched || restored || p.apiVersion < "2018" || slices.Contains(notDemanded[k.armType], violation.Path)):
		case violation.Warning && p.apiVersion > t.APIVersion && mayGrow(violation.Path): // a newer version may know more
		default:
			broken = append(broken, violation)
		}
	}
	if len(broken) == 0 {
		return nil
	}
	return p.violated(broken)
}

// notDemanded are inputs that the contract demands and a published example leaves out.
var notDemanded = map[string][]string{"Microsoft.Insights/components": {"applicationType"}}

// mayGrow reports whether newer API versions add values of a property: SKUs, kinds and types.
// Switches such as publicNetworkAccess stay what they are.
func mayGrow(path string) bool {
	name := path[strings.LastIndexByte(path, '.')+1:]
	return strings.HasPrefix(path, "sku") || strings.HasSuffix(strings.ToLower(name), "type") || name == "kind" || name == "format" ||
		strings.HasSuffix(strings.ToLower(name), "version")
}

// violated is how the resource provider says what breaks its contract. That it refuses is
// documented by the contract; codes differ by provider and are known from public reports.
func (p *put) violated(broken []arm.Violation) error {
	var messages []string
	var details []Detail
	name := false
	for _, violation := range broken {
		place := violation.Place
		if place == "" {
			place = violation.Path
		}
		messages = append(messages, "'"+place+"': "+violation.Message)
		name = name || !strings.Contains(violation.Path, ".") && violation.Path == violation.Place && strings.HasSuffix(violation.Path, "Name")
		details = append(details, Detail{contractCode(p.id.Namespace), place, violation.Message})
	}
	code := contractCode(p.id.Namespace)
	if name && p.id.Namespace == "Microsoft.Resources" {
		code = "InvalidResourceGroup"
	}
	prefix := "The request is not valid: "
	if strings.EqualFold(p.id.Namespace, "Microsoft.ApiManagement") {
		prefix = "One or more fields contain incorrect values: "
	}
	refusal := refuse(http.StatusBadRequest, code, "%s%s.", prefix, strings.Join(messages, "; "))
	refusal.Details = details
	return refusal
}

func contractCode(namespace string) string {
	switch strings.ToLower(namespace) {
	case "microsoft.apimanagement":
		return "ValidationError"
	case "microsoft.network":
		return "InvalidRequestFormat"
	case "microsoft.cognitiveservices":
		return "InvalidResourceProperties"
	}
	return "BadRequest"
}

// The limits of tags. Source: Resource Manager's page on tags.
const (
	maxTags      = 50
	maxTagName   = 512
	maxTagValue  = 256
	noTagLetters = `<>%&\?/`
)

func (p *put) checkTags() error {
	if p.body["tags"] == nil {
		return nil
	}
	tags, ok := p.body["tags"].(map[string]any)
	if !ok {
		return refuse(http.StatusBadRequest, "InvalidTagValue", "The tags of '%s' must be an object.", p.id.Name())
	}
	if len(tags) > maxTags {
		return refuse(http.StatusBadRequest, "TooManyTags", "The resource '%s' has %d tags; at most %d are allowed.", p.id.Name(), len(tags), maxTags)
	}
	for _, name := range sorted(tags) {
		value, isText := tags[name].(string)
		switch {
		case name == "" || len([]rune(name)) > maxTagName:
			return refuse(http.StatusBadRequest, "InvalidTagName", "The tag name '%s' must have 1 to %d characters.", name, maxTagName)
		case strings.ContainsAny(name, noTagLetters) || strings.ContainsFunc(name, unicode.IsControl):
			return refuse(http.StatusBadRequest, "InvalidTagNameCharacters", `The tag names '%s' have reserved characters '<,>,%%,&,\,?,/' or control characters.`, name)
		case !isText:
			return refuse(http.StatusBadRequest, "InvalidTagValue", "The value of the tag '%s' must be a string.", name)
		case len([]rune(value)) > maxTagValue:
			return refuse(http.StatusBadRequest, "InvalidTagValueLength", "The value of the tag '%s' has more than %d characters.", name, maxTagValue)
		}
	}
	return nil
}

// checkLocation refuses what is no Azure region. A seed may name regions of its own; Azure's
// regions for testing are known by their ending.
func (p *put) checkLocation(k kind) error {
	given := p.body["location"]
	if given == nil {
		return nil
	}
	location, ok := given.(string)
	if !ok {
		return refuse(http.StatusBadRequest, "InvalidRequestContent", "The location of '%s' must be a string.", p.id.Name())
	}
	normal := arm.NormalRegion(location)
	if location == "" || arm.IsRegion(normal) || p.service.seed.offersIn(normal) || strings.HasSuffix(normal, "euap") || (normal == "global" && k.global) {
		return nil
	}
	if k.armType == "Microsoft.Resources/resourceGroups" {
		return refuse(http.StatusBadRequest, "LocationNotAvailableForResourceGroup", "The provided location '%s' is not available for resource group.", location)
	}
	return refuse(http.StatusBadRequest, "LocationNotAvailableForResourceType", "The provided location '%s' is not available for resource type '%s'.", location, k.armType)
}
