// Package arm holds Azure Resource Manager's contract as data: which resource
// types there are, what each takes, what names and regions are legal, and how a
// resource id is built and read. Program and sandbox share it and nothing else.
package arm

import (
	"cmp"
	"embed"
	"encoding/json"
	"fmt"
	"regexp"
	"slices"
	"strings"
)

//go:embed data/contract.json data/contract-more.json data/azure-regions.json data/api-versions.json data/roles.json
var data embed.FS

// Contract is what Azure says about every resource type this project knows.
type Contract struct {
	byToken map[string]*ResourceType
	// byType holds them by folded ARM type, the newest API version first.
	byType map[string][]*ResourceType
}

// ResourceType is one azure-native token: one ARM type at one API version.
type ResourceType struct {
	// Token is the Pulumi type, such as azure-native:cdn/v20240901:Profile.
	Token string `json:"token"`
	// ARMType is the provider-qualified type, such as Microsoft.Cdn/profiles.
	ARMType string `json:"armType"`
	// APIVersion goes into the api-version query parameter of every request.
	APIVersion string `json:"apiVersion"`
	// PathParams are the inputs that become segments of the resource id.
	PathParams []string `json:"pathParams"`
	// SDKRequired are the inputs that the typed SDK and azure-native's own
	// check demand.
	SDKRequired []string `json:"sdkRequired"`
	// NameConstraint limits the last segment of the resource id.
	NameConstraint *Property `json:"nameConstraint"`
	// Inputs is the tree of everything the resource takes in its body.
	Inputs *Property `json:"inputs"`

	// Path is how the resource id is put together; see paths.go.
	Path PathTemplate `json:"-"`
	// ReplaceOn are the inputs whose change needs a new resource; see replace.go.
	ReplaceOn map[string]bool `json:"-"`
}

// Property is one node of a resource's inputs.
type Property struct {
	// Type is object, array, string, integer, boolean or any. Integers may be
	// fractions in a few places of Azure; see Check.
	Type     string   `json:"type"`
	Required bool     `json:"required"`
	Enum     []string `json:"enum"`
	// Open says that Azure may know more values than Enum lists.
	Open      bool     `json:"open"`
	Minimum   *float64 `json:"minimum"`
	Maximum   *float64 `json:"maximum"`
	Pattern   string   `json:"pattern"`
	MinLength *int     `json:"minLength"`
	MaxLength *int     `json:"maxLength"`
	MinItems  *int     `json:"minItems"`
	MaxItems  *int     `json:"maxItems"`
	// ARM is the place in the request body, such as
	// /properties/loadBalancingSettings/sampleSize; [] stands for any element.
	ARM                  string               `json:"arm"`
	Properties           map[string]*Property `json:"properties"`
	Items                *Property            `json:"items"`
	AdditionalProperties bool                 `json:"additionalProperties"`
	// Flattened says that the ARM object's own `properties` are lifted into
	// this object.
	Flattened bool `json:"flattened"`
	WriteOnly bool `json:"writeOnly"`
	// Discriminator names the property that chooses among variants. The
	// variants themselves are not listed: their members are taken as they are.
	Discriminator string `json:"discriminator"`
	// Recursive names an enclosing type that repeats here without being listed.
	Recursive string `json:"$recursive"`

	pattern *regexp.Regexp
}

// Opaque reports whether the contract does not list this object's members, so
// that they pass as they are.
func (p *Property) Opaque() bool {
	return p.Type == "any" || p.Discriminator != "" || p.Recursive != "" ||
		(p.Type == "object" && len(p.Properties) == 0)
}

// flattened are types of which the contract cannot tell whether the SDK lifts the
// ARM `properties`, because no input lies there; the SDK's types do.
var flattened = map[string]bool{
	"Microsoft.Resources/resourceGroups":            false,
	"Microsoft.ApiManagement/service/products/apis": true,
}

// Load reads the embedded contract. It fails only if the data itself is broken.
func Load() (*Contract, error) {
	var types []*ResourceType
	for _, name := range []string{"data/contract.json", "data/contract-more.json"} {
		raw, err := data.ReadFile(name)
		if err != nil {
			return nil, fmt.Errorf("reading the embedded contract: %w", err)
		}
		var more []*ResourceType
		if err := json.Unmarshal(raw, &more); err != nil {
			return nil, fmt.Errorf("decoding the embedded contract %s: %w", name, err)
		}
		types = append(types, more...)
	}
	contract := &Contract{byToken: map[string]*ResourceType{}, byType: map[string][]*ResourceType{}}
	for _, t := range types {
		if t.ARMType == "Microsoft.Insights/workbooks" {
			// The contract lists another member of the same name, deep inside; the SDK's
			// input is the resource's own tags.
			t.Inputs.Properties["tags"] = &Property{Type: "object", AdditionalProperties: true, ARM: "/tags"}
		}
		if t.ARMType == "Microsoft.ApiManagement/service" {
			// azurerm makes such services by version 2024-05-01, whose contract does not list the SKU.
			sku := t.Inputs.Properties["sku"].Properties["name"]
			sku.Enum = append(sku.Enum, "PremiumV2")
		}
		// The contract lists members of body and query beside the segments of the path.
		t.PathParams = slices.DeleteFunc(t.PathParams, func(name string) bool {
			strays := strings.HasPrefix(t.ARMType, "Microsoft.Network/") && (name == "id" || name == "type")
			return strays || name == "appType" || name == "notify"
		})
		t.Path = pathTemplates[t.ARMType]
		if lifts, known := flattened[t.ARMType]; known {
			t.Inputs.Flattened = lifts
		}
		t.ReplaceOn = replacementInputs(t)
		if err := compilePatterns(t.NameConstraint, t.Inputs); err != nil {
			return nil, fmt.Errorf("contract of %s: %w", t.Token, err)
		}
		contract.byToken[t.Token] = t
		contract.byType[fold(t.ARMType)] = append(contract.byType[fold(t.ARMType)], t)
	}
	for _, all := range contract.byType {
		slices.SortFunc(all, func(a, b *ResourceType) int { return cmp.Compare(b.APIVersion, a.APIVersion) })
	}
	return contract, nil
}

// ByToken finds a resource type by its Pulumi token.
func (c *Contract) ByToken(token string) (*ResourceType, bool) {
	t, ok := c.byToken[token]
	return t, ok
}

// Tokens lists every token of the contract, in no order.
func (c *Contract) Tokens() []string {
	tokens := make([]string, 0, len(c.byToken))
	for token := range c.byToken {
		tokens = append(tokens, token)
	}
	return tokens
}

func compilePatterns(nodes ...*Property) error {
	for _, node := range nodes {
		if node == nil {
			continue
		}
		if node.Pattern != "" {
			compiled, err := regexp.Compile(node.Pattern)
			if err != nil {
				return fmt.Errorf("pattern %q: %w", node.Pattern, err)
			}
			node.pattern = compiled
		}
		if err := compilePatterns(node.Items); err != nil {
			return err
		}
		for _, child := range node.Properties {
			if err := compilePatterns(child); err != nil {
				return err
			}
		}
	}
	return nil
}
