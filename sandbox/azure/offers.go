package azure

import (
	"net/http"
	"slices"
	"strings"

	facts "github.com/aoai-gateway/aoai-gateway/internal/azure"
)

// Offer is a model that the sandbox's Azure offers beside those of the table of models.
type Offer struct {
	Region  string `json:"region"`
	SKU     string `json:"sku"`
	Model   string `json:"model"`
	Version string `json:"version"`
	// Can is what the model does, in the table's words; default chat and responses.
	Can []facts.Capability `json:"can,omitempty"`
}

func (o Offer) model() *facts.Model {
	can := o.Can
	if can == nil {
		can = []facts.Capability{facts.Chat, facts.Responses}
	}
	return &facts.Model{Name: o.Model, Version: o.Version, Can: can, Stage: facts.GA, Regions: map[string][]string{o.SKU: {o.Region}}}
}

// offersIn reports whether the seed offers anything in a region.
func (s Seed) offersIn(region string) bool {
	return slices.ContainsFunc(s.Models, func(o Offer) bool { return strings.EqualFold(o.Region, region) })
}

// offered is the model of a deployment. It refuses what the account's region does not offer
// where Azure looks at it: at creation, and when version or SKU change. A version that the
// request leaves out becomes the newest. Sources of codes and messages: public reports of
// 2026 (microsoft/vscode-ai-toolkit and Azure/azure-dev issues on deployments).
func (p deploymentWrite) offered(model map[string]any, sku string, capacity int) (*facts.Model, error) {
	region, err := p.accountRegion()
	if err != nil {
		return nil, err
	}
	name, version := text(model, "name"), text(model, "version")
	for _, offer := range p.service.seed.Models {
		if strings.EqualFold(offer.Model, name) && strings.EqualFold(offer.Region, region) && strings.EqualFold(offer.SKU, sku) && (version == "" || version == offer.Version) {
			model["version"] = offer.Version
			return offer.model(), nil
		}
	}
	if version == "" {
		version = p.newestVersion(name, sku, region)
		model["version"] = version
	}
	known := p.service.models.Find(name, version)
	if known == nil {
		known = &facts.Model{Name: name, Version: version, Can: []facts.Capability{facts.Chat, facts.Responses}}
	}
	if capacity < 1 {
		return nil, refuse(http.StatusBadRequest, "InvalidCapacity", "The specified capacity '%d' of account deployment should be at least 1 and no more than 1000000.", capacity)
	}
	if region == "" || p.planted || p.same("properties", "model", "version") && p.same("sku", "name") && p.same("sku", "capacity") {
		return known, nil
	}
	wanted := facts.Wanted{Model: name, Version: version, SKU: sku, Regions: []string{region}, Capacity: capacity}
	for _, doubt := range p.service.models.Check(wanted, p.service.now()) {
		if err := refusal(doubt, known, wanted); err != nil {
			return nil, err
		}
	}
	return known, nil
}

// refusal is how Azure puts a doubt; nil for a warning.
func refusal(doubt facts.Doubt, model *facts.Model, w facts.Wanted) error {
	switch doubt.Reason {
	case facts.UnknownModel, facts.UnknownVersion:
		return refuse(http.StatusBadRequest, "DeploymentModelNotSupported",
			"The model 'Format:OpenAI,Name:%s,Version:%s' of account deployment is not supported.", w.Model, w.Version)
	case facts.RetiredModel:
		since := ""
		if model.Retires != nil {
			since = " since " + model.Retires.Format("01/02/2006 15:04:05")
		}
		return refuse(http.StatusBadRequest, "ServiceModelDeprecated",
			"The model 'Format:OpenAI,Name:%s,Version:%s' has been deprecated%s.", w.Model, w.Version, since)
	case facts.NotInRegion, facts.SKUNotOffered:
		return refuse(http.StatusBadRequest, "InvalidResourceProperties",
			"The specified SKU '%s' for model '%s %s' is not supported in this region '%s'.", w.SKU, w.Model, w.Version, w.Regions[0])
	case facts.WrongCapacity:
		return refuse(http.StatusBadRequest, "InvalidCapacity",
			"The specified capacity '%d' of account deployment is not on offer: %s.", w.Capacity, doubt.Remedy)
	case facts.Retiring, facts.ClosedToNew:
		return nil
	}
	return nil
}

// same reports whether a value is what it was before; false for a new resource.
func (p deploymentWrite) same(path ...string) bool {
	value := func(body map[string]any) any {
		var at any = body
		for _, name := range path {
			object, _ := at.(map[string]any)
			at = object[name]
		}
		return at
	}
	return p.old != nil && value(p.old) == value(p.body)
}

// accountRegion is where the deployment's account is.
func (p deploymentWrite) accountRegion() (string, error) {
	parent, _ := p.id.Parent()
	account, err := p.tx.Get(parent.String())
	if err != nil || account == nil {
		return "", err
	}
	return text(account.Body, "location"), nil
}

// newestVersion is the version of a model that a region offers and that retires last.
func (p deploymentWrite) newestVersion(name, sku, region string) string {
	newest := ""
	for _, each := range p.service.models.Versions(name) {
		if each.Offers(sku, region) && !each.RetiredOn(p.service.now()) {
			newest = max(newest, each.Version)
		}
	}
	return newest
}

// spillsOver refuses a spillover to what is no standard deployment of the same model in the
// account. Rules: Azure's page on spillover; the code and the message are this sandbox's own.
func (p deploymentWrite) spillsOver(model map[string]any, sku string) error {
	name := text(p.properties(), "spilloverDeploymentName")
	if name == "" {
		return nil
	}
	parent, _ := p.id.Parent()
	target, err := p.tx.Get(parent.String() + "/deployments/" + name)
	if err != nil {
		return err
	}
	fits := false
	if target != nil {
		its := object(target.Properties(), "model")
		fits = strings.HasSuffix(text(object(target.Body, "sku"), "name"), "Standard") && text(its, "name") == text(model, "name") && text(its, "version") == text(model, "version")
	}
	if !fits || !facts.IsProvisioned(sku) {
		return refuse(http.StatusBadRequest, "InvalidResourceProperties",
			"The spillover deployment '%s' of '%s' must be a standard deployment of the same model and version in the same account, and '%s' provisioned.", name, p.id.Name(), p.id.Name())
	}
	return nil
}
