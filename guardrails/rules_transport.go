package guardrails

import (
	"fmt"
	"maps"
	"slices"
	"strings"
)

// transportRules are about what protects requests on their way.
func transportRules() []Rule {
	return []Rule{
		{
			ID: "https-only", Severity: Mandatory, Production: true,
			Says:        "Nobody is spoken to without TLS: not callers, not gateways, not models, and certificates are checked.",
			Reason:      "Tokens and prompts in the clear can be read and used by anybody on the way.",
			Link:        "https://learn.microsoft.com/azure/frontdoor/end-to-end-tls",
			PerResource: withoutTLS,
		},
		{
			ID: "tls-1.2", Severity: Mandatory,
			Says:        "TLS older than 1.2 is off wherever it can be said.",
			Reason:      "TLS 1.0 and 1.1 are broken and retired.",
			Link:        "https://learn.microsoft.com/azure/api-management/api-management-howto-manage-protocols-ciphers",
			PerResource: oldTLS,
		},
	}
}

func withoutTLS(r Resource, _ Options) []string {
	var found []string
	switch {
	case r.Is("cdn:Route"):
		// What a route does not say, Azure takes as both protocols.
		if protocol := r.At("forwardingProtocol"); protocol != "HttpsOnly" && !Unknown(protocol) {
			found = append(found, fmt.Sprintf("forwardingProtocol is %q; set it to HttpsOnly", r.Text("forwardingProtocol")))
		}
		supported := r.At("supportedProtocols")
		takesHTTP := supported == nil || slices.Contains(r.List("supportedProtocols"), any("Http"))
		if redirect := r.At("httpsRedirect"); takesHTTP && redirect != "Enabled" && !Unknown(redirect) {
			found = append(found, "supportedProtocols has Http without a redirect; leave Https alone")
		}
	case r.Is("cdn:AFDOrigin"):
		if r.At("enforceCertificateNameCheck") == false {
			found = append(found, "enforceCertificateNameCheck is false; set it to true")
		}
	case r.Is("apimanagement:Backend"):
		if strings.HasPrefix(r.Text("url"), "http://") {
			found = append(found, fmt.Sprintf("url is %q; speak HTTPS", r.Text("url")))
		}
		for _, path := range []string{"tls.validateCertificateChain", "tls.validateCertificateName"} {
			if r.At(path) == false {
				found = append(found, path+" is false; set it to true")
			}
		}
	case r.Is("apimanagement:Api"):
		if slices.Contains(r.List("protocols"), any("http")) {
			found = append(found, "protocols has http; leave https alone")
		}
	case r.Is("network:ApplicationGateway"):
		found = append(found, plainListeners(r)...)
		for i, each := range r.List("backendHttpSettingsCollection") {
			if settings, _ := each.(map[string]any); settings["protocol"] == "Http" {
				found = append(found, fmt.Sprintf("backendHttpSettingsCollection[%d].protocol is Http; speak HTTPS", i))
			}
		}
	}
	return found
}

// plainListeners finds listeners without TLS that do more than redirect.
func plainListeners(gateway Resource) []string {
	redirecting := map[string]bool{}
	for _, each := range gateway.List("requestRoutingRules") {
		rule, _ := each.(map[string]any)
		id, _ := at(rule, "httpListener.id").(string)
		redirecting[id[strings.LastIndexByte(id, '/')+1:]] = rule["redirectConfiguration"] != nil
	}
	var found []string
	for i, each := range gateway.List("httpListeners") {
		listener, _ := each.(map[string]any)
		name, _ := listener["name"].(string)
		if listener["protocol"] == "Http" && !redirecting[name] {
			found = append(found, fmt.Sprintf("httpListeners[%d].protocol is Http; give it a certificate (applicationGateway.certificate)", i))
		}
	}
	return found
}

// oldPolicies are predefined TLS policies of Application Gateway that allow less than
// 1.2. Source: its overview of TLS policies.
var oldPolicies = []string{"AppGwSslPolicy20150501", "AppGwSslPolicy20170401"}

func oldTLS(r Resource, _ Options) []string {
	switch {
	case r.Is("apimanagement:ApiManagementService"):
		return oldProtocols(r)
	case r.Is("eventhub:Namespace"):
		if version := r.Text("minimumTlsVersion"); version == "1.0" || version == "1.1" {
			return []string{fmt.Sprintf("minimumTlsVersion is %q; set it to 1.2", version)}
		}
	case r.Is("cdn:AFDCustomDomain"):
		if version := r.Text("tlsSettings.minimumTlsVersion"); version == "TLS10" {
			return []string{"tlsSettings.minimumTlsVersion is TLS10; set it to TLS12"}
		}
	case r.Is("network:ApplicationGateway"):
		name, minimum := r.Text("sslPolicy.policyName"), r.Text("sslPolicy.minProtocolVersion")
		if slices.Contains(oldPolicies, name) || minimum == "TLSv1_0" || minimum == "TLSv1_1" {
			return []string{fmt.Sprintf("sslPolicy allows TLS before 1.2 (%s%s); take AppGwSslPolicy20220101 or a later one", name, minimum)}
		}
	}
	return nil
}

// oldProtocols finds what a service has switched on by its custom properties.
func oldProtocols(r Resource) []string {
	properties, _ := r.At("customProperties").(map[string]any)
	var found []string
	for _, name := range slices.Sorted(maps.Keys(properties)) {
		value, _ := properties[name].(string)
		for _, old := range []string{".Ssl30", ".Tls10", ".Tls11"} {
			if strings.HasSuffix(name, old) && strings.EqualFold(value, "true") {
				found = append(found, fmt.Sprintf("customProperties[%q] is true; set it to false", name))
			}
		}
	}
	return found
}
