package drift

import (
	"reflect"
	"regexp"
	"strings"

	"github.com/aoai-gateway/aoai-gateway/internal/arm"
)

// noise is a way in which Azure answers something else than was deployed, without
// meaning anything by it.
type noise struct {
	// types are the names of Pulumi types without package and version, path a pattern of
	// properties.
	types []string
	path  *regexp.Regexp
	// same reports whether what was deployed and what was found mean the same.
	same func(deployed, found any) bool
	why  string
}

// noises are those that are known. Sources: the data that this project gathered on false
// drift (issues of pulumi-azure-native, of azurerm and of Azure's tools, and the examples
// of Azure's specifications).
var noises = []noise{
	{
		[]string{"Logger"},
		regexp.MustCompile(`^credentials(\..*)?$`), hidden,
		"the service answers credentials as references to named values of its own",
	},
	{[]string{"Logger"}, regexp.MustCompile(`^description$`), absent, "the service leaves it out"},
	{[]string{"Logger"}, regexp.MustCompile(`^isBuffered$`), unbuffered, "the service answers false, whatever was written (the REST reference's example)"},
	{[]string{"Logger"}, regexp.MustCompile(`^resourceId$`), sameID, "the service writes ids in a form of its own"},
	{
		[]string{"ApiManagementService"},
		regexp.MustCompile(`^(hostnameConfigurations|customProperties|notificationSenderEmail|apiVersionConstraint)(\b.*)?$`), unasked,
		"the service fills it in",
	},
	{[]string{"ApiManagementService"}, regexp.MustCompile(`^additionalLocations\[\d+\]\.location$`), sameRegion, "the service answers a region by its display name (azurerm#20958)"},
	{[]string{"ApiManagementService"}, regexp.MustCompile(`^additionalLocations\[\d+\]\.publicIPAddresses.*$`), unasked, "the service fills it in"},
	{
		[]string{"DiagnosticSetting"},
		regexp.MustCompile(`^(logs|metrics)\[\d+\]\.retentionPolicy(\..*)?$`), unasked,
		"the service adds retention policies to logs and metrics (pulumi-azure-native#2798)",
	},
	{
		[]string{"DiagnosticSetting"},
		regexp.MustCompile(`^(logs|metrics)\[\d+\]$`), switchedOff,
		"the service lists what is switched off, too (pulumi-azure-native#2798)",
	},
	{[]string{"VirtualNetwork"}, regexp.MustCompile(`^subnets(\[.*)?$`), unasked, "a network tells of its subnets, which are resources of their own (pulumi-azure-native#611)"},
	{[]string{"Subnet"}, regexp.MustCompile(`^applicationGatewayIPConfigurations(\[.*)?$`), unasked, "a subnet tells who stands in it"},
	{[]string{"AFDOrigin", "AFDOriginGroup", "Route", "SecurityPolicy"}, regexp.MustCompile(`(^|\.)id$`), sameID, "Front Door answers ids in lower case (azure-sdk-for-go#19378)"},
}

// meaningless is why a difference means nothing; "" for one that does.
func meaningless(c Change) string {
	if c.Wanted == nil && c.Deployed == nil && c.Found == nil {
		return "" // nobody knows what differs there: that is told
	}
	if c.Wanted == unknown && reflect.DeepEqual(c.Found, c.Deployed) {
		return "it follows from another resource that up would write, and is known only then"
	}
	if !reflect.DeepEqual(c.Wanted, c.Deployed) {
		return "" // the program wants something else: that always means something
	}
	kind := shortType(c.Type)
	for _, known := range noises {
		for _, each := range known.types {
			if each == kind && known.path.MatchString(c.Property) && known.same(c.Deployed, c.Found) {
				return known.why
			}
		}
	}
	return ""
}

// shortType is a Pulumi type without its package and API version.
func shortType(token string) string {
	_, name, _ := strings.Cut(strings.TrimPrefix(token, "azure-native:"), ":")
	return name
}

// absent: the service tells nothing of it.
func absent(_, found any) bool { return found == nil }

// unasked: the stack never said anything of it.
func unasked(deployed, _ any) bool { return deployed == nil }

// unbuffered: the service says so of every logger.
func unbuffered(_, found any) bool { return found == nil || found == false }

// hidden: what is found is no value, but a reference, nothing, or a secret, which a plan
// does not show.
func hidden(_, found any) bool {
	switch found := found.(type) {
	case nil:
		return true
	case string:
		return found == secret || (strings.HasPrefix(found, "{{") && strings.HasSuffix(found, "}}"))
	case map[string]any:
		for _, member := range found {
			if !hidden(nil, member) {
				return false
			}
		}
		return true
	}
	return false
}

func sameRegion(deployed, found any) bool {
	one, _ := deployed.(string)
	other, _ := found.(string)
	return one != "" && arm.NormalRegion(one) == arm.NormalRegion(other)
}

func sameID(deployed, found any) bool {
	one, _ := deployed.(string)
	other, _ := found.(string)
	return strings.HasPrefix(one, "/") && strings.EqualFold(one, other)
}

// switchedOff: nobody asked for the log or metric, and it is off.
func switchedOff(deployed, found any) bool {
	entry, _ := found.(map[string]any)
	on, given := entry["enabled"].(bool)
	return deployed == nil && given && !on
}
