package azure

import (
	"maps"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/aoai-gateway/aoai-gateway/internal/arm"
	facts "github.com/aoai-gateway/aoai-gateway/internal/azure"
)

// What can be asked before a deployment: names, models, quotas, rights and resource
// providers.

// question is one thing that can be asked: by a method, at a path.
type question struct {
	method string
	path   *regexp.Regexp
	// answer gets the path's groups.
	answer func(s *Service, r *http.Request, at []string) (answer, error)
}

// inSubscription is the path of something below a subscription.
func inSubscription(below string) *regexp.Regexp {
	return regexp.MustCompile(`(?i)^/subscriptions/([^/]+)` + below + `$`)
}

// linkable is a path below what private endpoints of an account or of a service can lead to.
func linkable(below string) *regexp.Regexp {
	return regexp.MustCompile(`(?i)^(/subscriptions/[^/]+/resourceGroups/[^/]+/providers/(?:Microsoft\.CognitiveServices/accounts|Microsoft\.ApiManagement/service)/[^/]+)/privateLinkResources` + below + `$`)
}

var questions = []question{
	{http.MethodGet, regexp.MustCompile(`(?i)^/subscriptions$`), (*Service).subscriptions},
	{http.MethodGet, regexp.MustCompile(`(?i)^/tenants$`), (*Service).tenants},
	{http.MethodGet, inSubscription(`/locations`), (*Service).locations},
	{http.MethodPost, inSubscription(`/providers/Microsoft\.CognitiveServices/checkDomainAvailability`), (*Service).checkSubdomain},
	{http.MethodPost, inSubscription(`/providers/Microsoft\.ApiManagement/checkNameAvailability`), (*Service).checkServiceName},
	{http.MethodPost, inSubscription(`/resourceGroups/([^/]+)/providers/Microsoft\.Cdn/checkEndpointNameAvailability`), (*Service).checkEndpointName},
	{http.MethodGet, inSubscription(`/providers/Microsoft\.CognitiveServices/locations/([^/]+)/models`), (*Service).modelsOffered},
	{http.MethodGet, inSubscription(`/providers/Microsoft\.CognitiveServices/locations/([^/]+)/usages`), (*Service).quotaUsages},
	{http.MethodGet, inSubscription(`/resourceGroups/([^/]+)/providers/Microsoft\.CognitiveServices/accounts/([^/]+)/models`), (*Service).accountModels},
	{http.MethodGet, inSubscription(`/resourceGroups/([^/]+)/providers/Microsoft\.CognitiveServices/accounts/([^/]+)/usages`), (*Service).accountUsages},
	{http.MethodGet, inSubscription(`/resourceGroups/([^/]+)/providers/Microsoft\.CognitiveServices/accounts/([^/]+)/skus`), (*Service).accountSKUs},
	{http.MethodGet, inSubscription(`/resourceGroups/([^/]+)/providers/Microsoft\.ApiManagement/service/([^/]+)/networkstatus`), (*Service).networkStatus},
	{http.MethodGet, linkable(``), (*Service).linkResources},
	{http.MethodGet, linkable(`/([^/]+)`), (*Service).linkResourceNamed},
	{http.MethodGet, inSubscription(`/providers/([^/]+)`), (*Service).resourceProvider},
	{http.MethodGet, inSubscription(`/providers/Microsoft\.Authorization/policyAssignments`), (*Service).policyAssignments},
	{http.MethodGet, regexp.MustCompile(`(?i)^(/subscriptions/.+)/providers/Microsoft\.Authorization/permissions$`), (*Service).permissionsAt},
}

// ask answers a question; false where the request is none.
func (s *Service) ask(r *http.Request, path string) (answer, bool, error) {
	for _, q := range questions {
		at := q.path.FindStringSubmatch(path)
		if at == nil || r.Method != q.method {
			continue
		}
		answered, err := q.answer(s, r, at)
		return answered, true, err
	}
	return answer{}, false, nil
}

func ok(body map[string]any) answer { return answer{status: http.StatusOK, body: body} }

// nameAsked is the name in a request's body.
func nameAsked(r *http.Request, property string) (string, error) {
	body, err := readBody(r)
	if err != nil {
		return "", err
	}
	if name := text(body, property); name != "" {
		return name, nil
	}
	return "", refuse(http.StatusBadRequest, "InvalidRequestContent", "The property '%s' is missing.", property)
}

// illegal says what is wrong with a name by itself, "" for nothing.
func illegal(rule arm.NameRule, name string) string {
	if err := rule.Check(name); err != nil {
		return err.Error()
	}
	return ""
}

// wouldRefuse asks a type's own rule for names about a resource that is not there.
func (s *Service) wouldRefuse(armType, name string, rule func(*put) error) (*Error, error) {
	id, err := arm.ParseID("/subscriptions/" + s.seed.SubscriptionID + "/resourceGroups/-/providers/" + armType + "/" + name)
	if err != nil {
		return nil, err
	}
	var refusal *Error
	err = s.store.View(func(tx *Tx) error {
		err := rule(&put{service: s, tx: tx, id: id, body: map[string]any{"properties": map[string]any{}}})
		if err == nil {
			return nil
		}
		refusal = asError(err)
		if refusal.Status == http.StatusInternalServerError {
			return err
		}
		return nil
	})
	return refusal, err
}

// checkSubdomain tells whether an account may have a custom subdomain.
func (s *Service) checkSubdomain(r *http.Request, _ []string) (answer, error) {
	name, err := nameAsked(r, "subdomainName")
	if err != nil {
		return answer{}, err
	}
	body := map[string]any{"subdomainName": name, "type": "Microsoft.CognitiveServices/accounts", "isSubdomainAvailable": true, "reason": nil}
	if illegal(arm.CustomSubdomain, strings.ToLower(name)) != "" {
		body["isSubdomainAvailable"], body["reason"] = false, "Sub domain name '"+name+"' is not valid"
		return ok(body), nil
	}
	refusal, err := s.wouldRefuse("Microsoft.CognitiveServices/accounts", name, func(p *put) error {
		return accountWrite{p}.subdomainIsFree(name)
	})
	if refusal != nil {
		body["isSubdomainAvailable"], body["reason"] = false, "Sub domain name '"+name+"' is already used. Please pick a different name."
	}
	return ok(body), err
}

// checkServiceName tells whether an API Management service may have a name.
func (s *Service) checkServiceName(r *http.Request, _ []string) (answer, error) {
	name, err := nameAsked(r, "name")
	if err != nil {
		return answer{}, err
	}
	if message := illegal(arm.APIMServiceName, name); message != "" {
		return ok(map[string]any{"nameAvailable": false, "reason": "Invalid", "message": message}), nil
	}
	refusal, err := s.wouldRefuse("Microsoft.ApiManagement/service", name, func(p *put) error { return serviceWrite{p}.ownNameIsFree() })
	if refusal != nil {
		return ok(map[string]any{"nameAvailable": false, "reason": "AlreadyExists", "message": refusal.Message}), err
	}
	return ok(map[string]any{"nameAvailable": true, "reason": "Valid", "message": ""}), err
}

// checkEndpointName tells whether a Front Door endpoint may have a name: not where the
// host name that Azure would make of it is in use in the tenant.
func (s *Service) checkEndpointName(r *http.Request, at []string) (answer, error) {
	group, err := arm.ParseID("/subscriptions/" + at[1] + "/resourceGroups/" + at[2])
	if err != nil {
		return answer{}, refuse(http.StatusBadRequest, "InvalidResourceId", "%v", err)
	}
	if _, err := s.lookUp(group); err != nil {
		return answer{}, err
	}
	name, err := nameAsked(r, "name")
	if err != nil {
		return answer{}, err
	}
	host := facts.FrontDoorHost(name, label(16, s.seed.TenantID, name))
	body := map[string]any{"nameAvailable": true, "availableHostname": host, "reason": nil, "message": nil}
	err = s.store.View(func(tx *Tx) error {
		endpoints, err := tx.WithValue("Microsoft.Cdn/profiles/afdEndpoints", "", host)
		if len(endpoints) > 0 {
			body = map[string]any{"nameAvailable": false, "availableHostname": "", "reason": "Name is already in use", "message": "Name not available"}
		}
		return err
	})
	return ok(body), err
}

// modelsOffered lists what a region offers, once for each kind of account: the table of
// models and the seed's own. Where the seed has quotas for the region, only these.
func (s *Service) modelsOffered(_ *http.Request, at []string) (answer, error) {
	region := arm.NormalRegion(at[2])
	quotas := s.quotasIn(region)
	value := []any{}
	for _, model := range s.offering() {
		skus := []any{}
		for _, sku := range model.SKUs(region) {
			limited := Quota{Region: region, SKU: sku, Model: model.Name}
			if len(quotas) == 0 || slices.ContainsFunc(quotas, func(q Quota) bool { return q.covers(region, sku, model.Name) }) {
				skus = append(skus, listedSKU(model, sku, limited.usageName()))
			}
		}
		if len(skus) == 0 {
			continue
		}
		for _, kind := range []string{facts.ARMKindOpenAI, facts.ARMKindFoundry} {
			listed := map[string]any{
				"format": "OpenAI", "name": model.Name, "version": model.Version, "lifecycleStatus": lifecycle(model, s.now()),
				"capabilities": capabilities(model), "skus": skus,
			}
			if model.Retires != nil {
				listed["deprecation"] = map[string]any{"inference": model.Retires.Format(time.RFC3339)}
			}
			value = append(value, map[string]any{"kind": kind, "skuName": "S0", "model": listed})
		}
	}
	return ok(map[string]any{"value": value}), nil
}

// offering are the models of the table and of the seed.
func (s *Service) offering() []*facts.Model {
	all := slices.Clone(s.models.Models)
	for _, offer := range s.seed.Models {
		all = append(all, offer.model())
	}
	return all
}

// listedSKU is one way to deploy a model, as Azure lists it.
func listedSKU(model *facts.Model, sku, usage string) map[string]any {
	listed := map[string]any{"name": sku, "usageName": usage}
	if units := model.UnitsOf(sku); units != nil {
		listed["capacity"] = map[string]any{"minimum": float64(units[0]), "step": float64(units[1])}
	}
	return listed
}

// lifecycle is a model's stage on a day, as Resource Manager calls it.
func lifecycle(model *facts.Model, now time.Time) string {
	if model.RetiredOn(now) {
		return facts.Retired.Lifecycle()
	}
	return model.Stage.Lifecycle()
}

// quotaUsages lists the seed's quotas in a region, with what deployments take of them.
func (s *Service) quotaUsages(_ *http.Request, at []string) (answer, error) {
	value := []any{}
	err := s.store.View(func(tx *Tx) error {
		for _, quota := range s.quotasIn(at[2]) {
			used, err := deploymentWrite{&put{service: s, tx: tx}}.capacityInUse(quota.Region, quota.SKU, quota.Model)
			if err != nil {
				return err
			}
			value = append(value, map[string]any{
				"name":  map[string]any{"value": quota.usageName(), "localizedValue": "Capacity - " + quota.Model + " - " + quota.SKU},
				"limit": quota.Limit, "currentValue": used, "unit": "Count",
			})
		}
		return nil
	})
	return ok(map[string]any{"value": value}), err
}

// quotasIn are the seed's quotas in a region.
func (s *Service) quotasIn(region string) []Quota {
	return slices.DeleteFunc(slices.Clone(s.seed.Quotas), func(q Quota) bool {
		return !strings.EqualFold(q.Region, arm.NormalRegion(region))
	})
}

// usageName is how Azure names most quotas.
func (q Quota) usageName() string { return "OpenAI." + q.SKU + "." + q.Model }

// resourceProvider tells whether the subscription is registered for a resource provider.
func (s *Service) resourceProvider(_ *http.Request, at []string) (answer, error) {
	types := []any{}
	namespace := ""
	for _, folded := range slices.Sorted(maps.Keys(s.kinds)) {
		itsNamespace, itsType, _ := strings.Cut(s.kinds[folded].armType, "/")
		if strings.EqualFold(itsNamespace, at[2]) {
			namespace = itsNamespace
			types = append(types, map[string]any{"resourceType": itsType, "apiVersions": arm.APIVersions(itsNamespace + "/" + itsType)})
		}
	}
	if namespace == "" {
		return answer{}, refuse(http.StatusNotFound, "InvalidResourceNamespace", "The resource namespace '%s' is invalid.", at[2])
	}
	state := "Registered"
	if s.unregistered(namespace) {
		state = "NotRegistered"
	}
	return ok(map[string]any{
		"id": "/subscriptions/" + s.seed.SubscriptionID + "/providers/" + namespace, "namespace": namespace,
		"registrationPolicy": "RegistrationRequired", "registrationState": state, "resourceTypes": types,
	}), nil
}
