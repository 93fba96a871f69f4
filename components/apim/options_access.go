package apim

import (
	"fmt"
	"net/url"
	"slices"
	"strings"

	"github.com/aoai-gateway/aoai-gateway/internal/azure"
	"github.com/aoai-gateway/aoai-gateway/internal/faults"
	"github.com/aoai-gateway/aoai-gateway/internal/policy/document"
	"github.com/aoai-gateway/aoai-gateway/policies"
)

// Entra says which tokens are good.
type Entra = policies.Entra

// Claim is one that tokens need.
type Claim = policies.Claim

func saysNothing(e Entra) bool {
	return e.OpenIDConfiguration == "" && e.CallerClaim == "" && len(e.Issuers)+len(e.Audiences)+len(e.RequiredClaims) == 0
}

// validateEntra is stricter than the policy: what is given here becomes named values.
func validateEntra(e Entra) error {
	var list faults.List
	switch {
	case e.OpenIDConfiguration == "" && len(e.Issuers) > 0:
		list.Add("openIdConfiguration", "is missing").Remedy("give the URL of the OpenID configuration of your issuers")
	case e.OpenIDConfiguration != "" && len(e.Issuers) == 0:
		list.Add("issuers", "is empty: tokens of any issuer with a good signature would pass").Remedy("name the issuers that you trust")
	}
	if len(e.Audiences) == 0 {
		list.Add("audiences", "is empty: tokens for other services would pass").Remedy("name your application's id or URI")
	}
	for i, audience := range e.Audiences {
		plainText(&list, fmt.Sprintf("audiences[%d]", i), audience)
		if slices.Index(e.Audiences, audience) < i {
			list.Add(fmt.Sprintf("audiences[%d]", i), "%q stands there twice", audience).About(audience).Remedy("remove one")
		}
		if policies.SharedAudience(audience) && len(e.RequiredClaims) == 0 {
			list.Add(fmt.Sprintf("audiences[%d]", i), "%q is Microsoft's own: anybody in the tenant gets such tokens", audience).About(audience).Remedy("add requiredClaims (oid, appid or roles), or use an application of your own")
		}
	}
	for i, issuer := range e.Issuers {
		plainText(&list, fmt.Sprintf("issuers[%d]", i), issuer)
	}
	for i, claim := range e.RequiredClaims {
		at := fmt.Sprintf("requiredClaims[%d]", i)
		if claim.Name == "" {
			list.Add(at+".name", "is missing")
		} else {
			plainText(&list, at+".name", claim.Name)
		}
		if len(claim.Values) == 0 {
			list.Add(at+".values", "is empty").Remedy("give the values that are wanted")
		}
		for j, value := range claim.Values {
			plainText(&list, fmt.Sprintf("%s.values[%d]", at, j), value)
		}
		if claim.Match != "" {
			list.OneOf(at+".match", claim.Match, policies.ClaimMatches)
		}
	}
	if e.CallerClaim != "" {
		list.OneOf("callerClaim", e.CallerClaim, policies.CallerClaims)
	}
	if parsed, err := url.Parse(e.OpenIDConfiguration); e.OpenIDConfiguration != "" && (err != nil || parsed.Scheme != "https" || parsed.Host == "") {
		list.Add("openIdConfiguration", "%q is no https URL", e.OpenIDConfiguration).About(e.OpenIDConfiguration).Remedy("write it like %s", azure.OpenIDConfiguration("<tenant>"))
	} else if e.OpenIDConfiguration != "" {
		plainText(&list, "openIdConfiguration", e.OpenIDConfiguration)
	}
	return list.Err()
}

// plainText notes what is empty, or what would not be text any more in a policy:
// named values are put in before the policy is read.
func plainText(list *faults.List, path, value string) {
	switch {
	case value == "":
		list.Add(path, "is empty").Remedy("give a value, or remove it")
	case strings.ContainsAny(value, "<>&\""):
		list.Add(path, "%q holds one of < > & \", which named values do not carry into a policy", value).About(value).Remedy("choose another")
	case document.OpensExpression(value) || document.HasReference(value):
		list.Add(path, "%q would be an expression or a reference in a policy", value).About(value).Remedy("write it as plain text")
	}
}
