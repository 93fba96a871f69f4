package drift

import (
	"reflect"
	"regexp"
	"slices"
	"strings"

	"github.com/aoai-gateway/aoai-gateway/internal/arm"
	"github.com/aoai-gateway/aoai-gateway/internal/azure"
)

// noise is a way in which Azure answers something else than was deployed, without
// meaning anything by it.
type noise struct {
	// types are the names of Pulumi types without package and version, none for all; path is
	// a pattern of properties.
	types []string
	path  *regexp.Regexp
	// same reports whether what was deployed and what was found mean the same.
	same func(deployed, found any) bool
	why  string
}

// noises are those that are known. Sources: the data that this project gathered on false
// drift (issues of pulumi-azure-native, of azurerm and of Azure's tools, and the examples
// of Azure's specifications), and Azure's documents for the values that a service fills in.
var noises = []noise{
	{nil, regexp.MustCompile(`(?i)(^|\.|\])([a-z]*id|[a-z]*ids\[\d+\])$`), sameID, "Azure writes the same id in another case (azure-sdk-for-go#19378)"},
	{nil, regexp.MustCompile(`(^|\.)location$`), sameRegion, "Azure answers the same region in another form (azurerm#20958)"},
	{
		[]string{"Logger"},
		regexp.MustCompile(`^credentials(\..*)?$`), hidden,
		"the service answers credentials as references to named values of its own",
	},
	{[]string{"Logger"}, regexp.MustCompile(`^description$`), absent, "the service leaves it out"},
	{[]string{"Logger"}, regexp.MustCompile(`^isBuffered$`), off, "the service answers false, whatever was written (the REST reference's example)"},
	{[]string{"ApiManagementService"}, regexp.MustCompile(`^hostnameConfigurations(\[\d+\])?$`), builtInHosts, "the service has a host name of its own"},
	{
		[]string{"ApiManagementService"},
		regexp.MustCompile(`^hostnameConfigurations\[\d+\]\.(certificate|certificateSource|certificateStatus|defaultSslBinding)(\..*)?$`), unasked,
		"the service tells of its certificates",
	},
	{[]string{"ApiManagementService"}, regexp.MustCompile(`^hostnameConfigurations\[\d+\]\.negotiateClientCertificate$`), unaskedOff, "the service fills in that it is off"},
	{[]string{"ApiManagementService"}, regexp.MustCompile(`^customProperties(\b.*)?$`), unaskedOff, "the service fills in protocols and ciphers that are off"},
	{[]string{"ApiManagementService"}, regexp.MustCompile(`^notificationSenderEmail$`), builtInSender, "the service has a sender of its own"},
	{[]string{"ApiManagementService"}, regexp.MustCompile(`^apiVersionConstraint(\..*)?$`), unasked, "the service fills it in"},
	{[]string{"ApiManagementService"}, regexp.MustCompile(`^additionalLocations\[\d+\]\.publicIPAddresses.*$`), unasked, "the service fills it in"},
	{
		[]string{"DiagnosticSetting"},
		regexp.MustCompile(`^(logs|metrics)\[\d+\](\.retentionPolicy(\..*)?)?$`), unaskedOff,
		"the service adds retention policies, and lists what is switched off, too (pulumi-azure-native#2798)",
	},
	{[]string{"VirtualNetwork"}, regexp.MustCompile(`^subnets(\[.*)?$`), unasked, "a network tells of its subnets, which are resources of their own (pulumi-azure-native#611)"},
	{[]string{"Subnet"}, regexp.MustCompile(`^applicationGatewayIPConfigurations(\[.*)?$`), unasked, "a subnet tells who stands in it"},
	{nil, regexp.MustCompile(``), empty, "nothing and something empty are the same to Azure"},
	{nil, regexp.MustCompile(``), sameDuration, "the same duration, written otherwise"},
	{nil, regexp.MustCompile(`(?i)date(time)?$`), sameInstant, "the same moment, written otherwise"},
	{[]string{"Budget"}, regexp.MustCompile(`^eTag$`), given, "it changes with every write, by whomever"},
}

// meaningless is why a difference means nothing; "" for one that does. Answered is what
// Azure answered when the stack deployed last, nil where that is not known.
func meaningless(c Change, answered any) string {
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
		if (known.types == nil || slices.Contains(known.types, kind)) && known.path.MatchString(c.Property) && known.same(c.Deployed, c.Found) {
			return known.why
		}
	}
	if sameMember(c) {
		return "Azure does not tell upper and lower case apart there"
	}
	if c.Deployed == nil && c.Wanted == nil && answered != nil {
		// The stack leaves it to Azure, which has the same as then, in another form.
		c.Wanted, c.Deployed = answered, answered
		return meaningless(c, nil)
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

// given: there is one.
func given(_, found any) bool { return found != nil }

// unasked: the stack never said anything of it.
func unasked(deployed, _ any) bool { return deployed == nil }

// unaskedOff: the stack never said anything of it, and it is off.
func unaskedOff(deployed, found any) bool { return deployed == nil && off(nil, found) }

// off: it is switched off, whatever else is told of it, or everything in it is.
func off(_, found any) bool {
	switch found := found.(type) {
	case nil:
		return true
	case bool:
		return !found
	case string:
		return strings.EqualFold(found, "false")
	case map[string]any:
		if enabled, tells := found["enabled"]; tells {
			return enabled == false
		}
		for _, member := range found {
			if !off(nil, member) {
				return false
			}
		}
		return true
	}
	return false
}

// builtInHosts: the stack gave none, and there are none but the service's own.
func builtInHosts(deployed, found any) bool {
	if deployed != nil {
		return false
	}
	if list, isList := found.([]any); isList {
		return !slices.ContainsFunc(list, func(each any) bool { return !builtInHosts(nil, each) })
	}
	name, _ := path{"hostName"}.in(found).(string)
	return slices.ContainsFunc(azure.GatewayDomains, func(domain string) bool { return strings.HasSuffix(name, "."+domain) })
}

// builtInSender: the stack gave none, and it is Azure's.
func builtInSender(deployed, found any) bool {
	sender, _ := found.(string)
	return deployed == nil && slices.Contains(azure.NotificationSenders, sender)
}

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
