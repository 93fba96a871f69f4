// Package azurepolicy tells whether a rule of Azure Policy denies a resource, as far as that can
// be told from what a request says. Source:
// https://learn.microsoft.com/azure/governance/policy/concepts/definition-structure-policy-rule
package azurepolicy

import (
	"fmt"
	"strings"
)

// Verdict is whether something holds.
type Verdict int

// The verdicts. Maybe is for what a request does not say, and for conditions that are not known
// here, such as counts and template functions.
const (
	No Verdict = iota
	Maybe
	Yes
)

// Resource is what a rule looks at.
type Resource struct {
	// Type is the resource type, such as Microsoft.CognitiveServices/accounts.
	Type string
	// Field is the value of a field below the type, such as kind or publicNetworkAccess; known is
	// false where nobody can tell it yet. What the request leaves out is nil and known.
	Field func(path string) (value any, known bool)
}

// Denies reports whether a definition, with the parameters of its assignment, denies a resource.
func Denies(definition, parameters map[string]any, resource Resource) Verdict {
	properties, _ := definition["properties"].(map[string]any)
	rule, _ := properties["policyRule"].(map[string]any)
	declared, _ := properties["parameters"].(map[string]any)
	e := evaluation{resource, declared, parameters}
	then, _ := rule["then"].(map[string]any)
	effect, known := e.value(then["effect"])
	if !known {
		return Maybe
	}
	if text, _ := effect.(string); !strings.EqualFold(text, "deny") {
		return No
	}
	condition, _ := rule["if"].(map[string]any)
	return e.holds(condition)
}

type evaluation struct {
	resource             Resource
	declared, parameters map[string]any
}

// value resolves a parameter; other template functions are not known.
func (e evaluation) value(written any) (value any, known bool) {
	text, isText := written.(string)
	if !isText || !strings.HasPrefix(text, "[") || strings.HasPrefix(text, "[[") {
		return written, true
	}
	name, found := strings.CutPrefix(text, "[parameters('")
	name, ends := strings.CutSuffix(name, "')]")
	if !found || !ends {
		return nil, false
	}
	if given, there := e.parameters[name].(map[string]any); there {
		return given["value"], true
	}
	own, _ := e.declared[name].(map[string]any)
	value, known = own["defaultValue"]
	return value, known
}

// holds reports whether a condition does.
func (e evaluation) holds(condition map[string]any) Verdict {
	if all, given := condition["allOf"].([]any); given {
		verdict := Yes
		for _, each := range all {
			verdict = min(verdict, e.below(each))
		}
		return verdict
	}
	if some, given := condition["anyOf"].([]any); given {
		verdict := No
		for _, each := range some {
			verdict = max(verdict, e.below(each))
		}
		return verdict
	}
	if not, given := condition["not"]; given {
		return Yes - e.below(not)
	}
	field, _ := condition["field"].(string)
	if field == "" {
		return Maybe
	}
	value, known := e.field(field)
	if !known {
		return Maybe
	}
	return e.compares(condition, value)
}

func (e evaluation) below(condition any) Verdict {
	inner, _ := condition.(map[string]any)
	return e.holds(inner)
}

// field is the value of a field of the resource. An alias of another type has none.
func (e evaluation) field(name string) (value any, known bool) {
	if strings.EqualFold(name, "type") {
		return e.resource.Type, true
	}
	if strings.ContainsAny(name, "[*") {
		return nil, false
	}
	if !strings.Contains(name, "/") {
		return e.resource.Field(name)
	}
	if len(name) <= len(e.resource.Type) || !strings.EqualFold(name[:len(e.resource.Type)+1], e.resource.Type+"/") {
		return nil, true
	}
	return e.resource.Field(name[len(e.resource.Type)+1:])
}

// compares applies the one operator of a condition. Case does not matter to Azure.
func (e evaluation) compares(condition map[string]any, value any) Verdict {
	for operator, written := range condition {
		if operator == "field" {
			continue
		}
		wanted, known := e.value(written)
		if !known {
			return Maybe
		}
		switch operator {
		case "equals":
			return verdict(same(value, wanted))
		case "notEquals":
			return verdict(!same(value, wanted))
		case "in":
			return verdict(among(value, wanted))
		case "notIn":
			return verdict(!among(value, wanted))
		case "exists":
			return verdict((value != nil) == strings.EqualFold(fmt.Sprint(wanted), "true"))
		}
	}
	return Maybe
}

func verdict(holds bool) Verdict {
	if holds {
		return Yes
	}
	return No
}

func same(value, wanted any) bool {
	if value == nil {
		return wanted == nil || wanted == ""
	}
	return strings.EqualFold(fmt.Sprint(value), fmt.Sprint(wanted))
}

func among(value, wanted any) bool {
	list, _ := wanted.([]any)
	for _, each := range list {
		if same(value, each) {
			return true
		}
	}
	return false
}
