package deployed

import (
	"regexp"
	"slices"
	"strings"
)

var audienceElement = regexp.MustCompile(`<audience>\s*([^<]+?)\s*</audience>`)

var namedValue = regexp.MustCompile(`\{\{\s*([^{}]+?)\s*\}\}`)

// Audiences are those that deployed policies take tokens for. Whoever deploys such a policy has
// registered the application.
func (p *Picture) Audiences() []string {
	var found []string
	for _, service := range p.Services {
		texts := []*Document{service.Policy}
		for _, fragment := range service.Fragments {
			texts = append(texts, &Document{fragment})
		}
		for _, api := range service.APIs {
			texts = append(texts, api.Policy)
			for _, operation := range api.Operations {
				texts = append(texts, operation.Policy)
			}
		}
		for _, product := range service.Products {
			texts = append(texts, product.Policy)
		}
		for _, document := range texts {
			if document != nil {
				found = append(found, service.audiences(document.Text)...)
			}
		}
	}
	slices.Sort(found)
	return slices.Compact(found)
}

// audiences are those of one document, with named values in their places.
func (s *Service) audiences(text string) []string {
	var found []string
	for _, match := range audienceElement.FindAllStringSubmatch(text, -1) {
		found = append(found, namedValue.ReplaceAllStringFunc(match[1], func(reference string) string {
			return s.NamedValues[strings.TrimSpace(strings.Trim(reference, "{}"))]
		}))
	}
	return found
}
