package azure

import (
	"fmt"
	"net/http"
	"strings"

	"github.com/aoai-gateway/aoai-gateway/internal/arm"
	facts "github.com/aoai-gateway/aoai-gateway/internal/azure"
	"github.com/aoai-gateway/aoai-gateway/internal/policy"
	"github.com/aoai-gateway/aoai-gateway/internal/policy/document"
)

// policyWrite is a policy or a fragment on its way into the store.
type policyWrite struct{ *put }

func completePolicy(p *put) error { return policyWrite{p}.fill() }

// fill refuses a policy document that the service refuses, and keeps
// it in the form in which the service answers: encoded, indented XML, whatever
// was sent. What only this sandbox cannot run is taken.
func (p policyWrite) fill() error {
	if p.id.Name() != "policy" {
		return refuse(http.StatusBadRequest, "ValidationError", "The name of a policy is 'policy', not '%s'.", p.id.Name())
	}
	return p.document(p.scope(), "")
}

func completePolicyFragment(p *put) error { return policyWrite{p}.fillFragment() }

// fillFragment does the same with a fragment.
func (p policyWrite) fillFragment() error {
	return p.document(policy.API, "The policy fragment is not valid: ")
}

// withRawPolicy is a policy as it is answered to those who ask for the format rawxml: with
// nothing encoded that was not. Others' bodies stay as they are.
func withRawPolicy(resource *Resource, body map[string]any) map[string]any {
	written, isPolicy := resource.Hidden["format"].(string)
	if !isPolicy {
		return body
	}
	value := text(resource.Hidden, "value")
	if written == "xml" {
		value = document.Read(value, document.Options{}).RawXML()
	}
	raw := copyDeep(body).(map[string]any)
	properties := object(raw, "properties")
	properties["value"], properties["format"] = value, "rawxml"
	return raw
}

// scope is what a policy is attached to.
func (p policyWrite) scope() policy.Scope {
	switch kind := arm.Fold(p.id.Type()); {
	case strings.HasSuffix(kind, "/operations/policies"):
		return policy.Operation
	case strings.HasSuffix(kind, "/apis/policies"):
		return policy.API
	case strings.HasSuffix(kind, "/products/policies"):
		return policy.Product
	}
	return policy.Global
}

func (p policyWrite) document(scope policy.Scope, prefix string) error {
	properties := p.properties()
	format := text(properties, "format")
	if format == "" {
		format = "xml"
	}
	if format != "xml" && format != "rawxml" {
		return refuse(http.StatusBadRequest, "ValidationError", "The sandbox takes policies of the formats xml and rawxml, not '%s'.", format)
	}
	written := text(properties, "value")
	options, err := p.options(format)
	if err != nil {
		return err
	}
	generation, err := p.apimSKU()
	if err != nil {
		return err
	}
	if strings.Contains(written, "<quota-by-key") && facts.GenerationOf(generation) == facts.V2 {
		// Source: the page of quota-by-key, which lists its gateways: classic and self-hosted.
		return invalid("representation", "Policy quota-by-key is not supported in the pricing tier %s.", generation)
	}
	if prefix == "" && !strings.Contains(written, "<policies") {
		return refuse(http.StatusBadRequest, "ValidationError", "A policy document has the root <policies>.")
	}
	_, findings := p.service.policies().Compile([]policy.Source{{Scope: scope, Text: written}}, options)
	var details []Detail
	for _, finding := range findings {
		if finding.Severity == policy.Unsupported {
			p.warnings = append(p.warnings, fmt.Sprintf("line %d, column %d: %s", finding.Line, finding.Column, finding.Message))
		}
		if finding.Severity == policy.Refused {
			details = append(details, Detail{"ValidationError", "representation", fmt.Sprintf("Error on line %d, column %d: %s", finding.Line, finding.Column, finding.Message)})
		}
	}
	if details != nil {
		refusal := refuse(http.StatusBadRequest, "ValidationError", "%sOne or more fields contain incorrect values: %s", prefix, details[0].Message)
		refusal.Details = details
		return refusal
	}
	p.hidden = map[string]any{"value": written, "format": format}
	properties["value"] = document.Read(written, document.Options{KeepEntities: format == "rawxml"}).XML()
	delete(properties, "format")
	return nil
}

// options are what the service holds that a document may refer to.
func (p policyWrite) options(format string) (policy.Options, error) {
	options := policy.Options{
		NamedValues: map[string]string{}, Fragments: map[string]string{}, Backends: []string{}, Loggers: []string{}, Schemas: []string{},
		Switches: policy.Switches{Rawxml: format == "rawxml", XML: format == "xml"},
	}
	sku, err := p.apimSKU()
	if err != nil {
		return options, err
	}
	options.Consumption = facts.GenerationOf(sku) == facts.Consumption
	held, err := p.tx.Under(apimService(p.id).String())
	if err != nil {
		return options, err
	}
	for _, resource := range held {
		id, err := arm.ParseID(resource.ID)
		if err != nil {
			return options, fmt.Errorf("reading what a policy may refer to: %w", err)
		}
		properties, _ := resource.Body["properties"].(map[string]any)
		switch arm.Fold(resource.Type) {
		case "microsoft.apimanagement/service/namedvalues":
			options.NamedValues[text(properties, "displayName")] = text(resource.Hidden, "value")
		case "microsoft.apimanagement/service/policyfragments":
			options.Fragments[id.Name()] = text(resource.Hidden, "value")
		case "microsoft.apimanagement/service/backends":
			options.Backends = append(options.Backends, id.Name())
		case "microsoft.apimanagement/service/schemas":
			options.Schemas = append(options.Schemas, id.Name())
		case "microsoft.apimanagement/service/loggers":
			options.Loggers = append(options.Loggers, id.Name())
		}
	}
	return options, nil
}
