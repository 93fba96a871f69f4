package guardrails

import (
	"regexp"
	"slices"

	"github.com/aoai-gateway/aoai-gateway/internal/faults"
)

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
	// OnDemand says that the rule holds only where Options.Demand names it.
	OnDemand bool
	// Says is the rule in a sentence, Reason why there is one.
	Says, Reason string
	// Link leads to what Azure's documents say of it.
	Link string

	// PerResource finds what one resource breaks, and whole what the whole stack does;
	// a rule has one of them.
	PerResource func(r Resource, options Options) []string
	Whole       func(all []Resource, options Options) []string
}

// severityIn is the rule's severity under some options; "" where it does not hold.
func (r Rule) severityIn(options Options) Severity {
	switch {
	case r.OnDemand && !slices.Contains(options.Demand, r.ID):
		return ""
	case !r.Production || options.Environment == Production:
		return r.Severity
	case options.Environment == Staging:
		return Advisory
	default:
		return ""
	}
}

// Rules are all rules, in the order of their ids.
func Rules() []Rule {
	list := slices.Concat(accessRules(), networkRules(), transportRules(), edgeRules(), orderRules())
	slices.SortFunc(list, func(a, b Rule) int {
		if a.ID < b.ID {
			return -1
		}
		return 1
	})
	return list
}

// rules are those of this project, and the stack's own behind them.
func (o Options) rules() []Rule { return append(Rules(), o.Rules...) }

// onDemand are the ids of the rules that hold only on demand.
func onDemand(rules []Rule) []string {
	return ruleIDs(slices.DeleteFunc(slices.Clone(rules), func(rule Rule) bool { return !rule.OnDemand }))
}

// ruleIDs are the ids of rules.
func ruleIDs(rules []Rule) []string {
	ids := make([]string, len(rules))
	for i, rule := range rules {
		ids[i] = rule.ID
	}
	return ids
}

var ruleForm = regexp.MustCompile(`^[a-z][a-z0-9.-]{1,60}$`)

// validate returns every mistake in a user's own rule; before are the rules that come before it.
func (r Rule) validate(before []Rule) error {
	var list faults.List
	if !ruleForm.MatchString(r.ID) {
		list.Add("id", "%q is not an id of a rule", r.ID).About(r.ID).Remedy("allowed are 2 to 61 lower-case letters, digits, dots and hyphens, a letter first")
	}
	if slices.Contains(ruleIDs(before), r.ID) {
		list.Add("id", "%q is the id of another rule already", r.ID).About(r.ID).Remedy("choose another one")
	}
	list.OneOf("severity", string(r.Severity), []string{string(Mandatory), string(Advisory)})
	list.Need("reason", r.Reason != "")
	if (r.PerResource == nil) == (r.Whole == nil) {
		list.Add("perResource", "has to be given, or else whole").Remedy("give one of them")
	}
	return list.Err()
}
