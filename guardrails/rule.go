package guardrails

import "slices"

// Severity says what a finding does.
type Severity string

// The severities.
const (
	// Mandatory refuses: the resource is not registered, so that preview and up fail.
	Mandatory Severity = "mandatory"
	// Advisory warns.
	Advisory Severity = "advisory"
)

// Rule is one thing that a stack is held to.
type Rule struct {
	// ID is what a waiver names.
	ID       string
	Severity Severity
	// Production says that the rule holds in production only: in staging it warns, in
	// development it is not looked at.
	Production bool
	// Says is the rule in a sentence, Reason why there is one.
	Says, Reason string
	// Link leads to what Azure's documents say of it.
	Link string

	// perResource finds what one resource breaks, and whole what the whole stack does;
	// a rule has one of them.
	perResource func(r resource, options Options) []string
	whole       func(all []resource, options Options) []string
}

// severityIn is the rule's severity in an environment; "" where it does not hold.
func (r Rule) severityIn(environment string) Severity {
	switch {
	case !r.Production || environment == Production:
		return r.Severity
	case environment == Staging:
		return Advisory
	default:
		return ""
	}
}

// Rules are all rules, in the order of their ids.
func Rules() []Rule {
	list := slices.Concat(accessRules(), transportRules(), edgeRules(), orderRules())
	slices.SortFunc(list, func(a, b Rule) int {
		if a.ID < b.ID {
			return -1
		}
		return 1
	})
	return list
}

// ruleIDs are the ids of all rules.
func ruleIDs() []string {
	var ids []string
	for _, rule := range Rules() {
		ids = append(ids, rule.ID)
	}
	return ids
}
