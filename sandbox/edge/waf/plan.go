package waf

import (
	"fmt"
	"slices"
	"strings"

	"github.com/aoai-gateway/aoai-gateway/sandbox/deployed"
)

// plan is what a policy's rule set against attacks comes to.
type plan struct {
	microsoft *Microsoft
	firewall  *deployed.Firewall
	set       deployed.RuleSet
	each      bool
	// wanted are the rules that are on; actions are what follows from a rule at once.
	wanted  map[int]bool
	actions map[int]string
	// whole are exclusions for all rules, scoped those for some.
	whole, scoped []deployed.Exclusion
	engine        *engine
	clean         clean
}

// newPlan reads a policy; nil where it has no rules against attacks.
func newPlan(microsoft *Microsoft, catalogue []Rule, firewall *deployed.Firewall) (*plan, error) {
	for _, set := range firewall.RuleSets {
		known := microsoft.set(set.Type, set.Version)
		if known == nil {
			return nil, fmt.Errorf("the policy %s has the rule set %s %s, which does not run here; known are %s", firewall.Name, set.Type, set.Version, microsoft.known())
		}
		if known.None {
			continue
		}
		p := &plan{microsoft: microsoft, firewall: firewall, set: set, each: known.Each, wanted: map[int]bool{}, actions: map[int]string{}}
		p.switchOn(known, catalogue)
		for _, override := range set.Overrides {
			p.override(override, catalogue)
		}
		p.sortExclusions()
		return p, nil
	}
	return nil, nil //nolint:nilnil // a policy without rules against attacks has no plan
}

// known are the rule sets that run here.
func (m *Microsoft) known() string {
	var names []string
	for _, set := range m.Sets {
		names = append(names, strings.TrimSpace(set.Type+" "+set.Version))
	}
	return strings.Join(names, ", ")
}

// switchOn turns on what the rule set has on by default: OWASP's rules of paranoia level 1,
// and where the set has them, those of level 2 that Microsoft lists.
func (p *plan) switchOn(set *Set, catalogue []Rule) {
	for _, rule := range catalogue {
		group := p.microsoft.groupOf(rule.ID)
		if group == nil || (group.Name == "" && !set.Scanners) || slices.Contains(p.microsoft.Off, rule.ID) {
			continue
		}
		p.wanted[rule.ID] = rule.Paranoia == 1 || (rule.Paranoia == 2 && set.Second && slices.Contains(group.Rules, rule.ID))
	}
}

// override changes a rule, or a group.
func (p *plan) override(override deployed.Override, catalogue []Rule) {
	ids := p.microsoft.running(override.Rule)
	if override.Rule == "" {
		ids = nil
		group := p.microsoft.group(override.Group)
		for _, rule := range catalogue {
			if group != nil && p.microsoft.groupOf(rule.ID) == group {
				ids = append(ids, rule.ID)
			}
		}
	}
	for _, id := range ids {
		p.wanted[id] = override.Enabled
		p.actions[id] = override.Action
	}
}

// sortExclusions tells those for the whole set from the others.
func (p *plan) sortExclusions() {
	for _, each := range p.firewall.Exclusions {
		switch {
		case each.Set != "" && each.Set != p.set.Type:
		case each.Group == "" && !each.Names:
			p.whole = append(p.whole, each)
			p.scoped = append(p.scoped, each)
		default:
			p.scoped = append(p.scoped, each)
		}
	}
}

// skipped reports whether no rule looks at a value.
func (p *plan) skipped(part deployed.Part, name string) bool {
	return slices.ContainsFunc(p.whole, func(e deployed.Exclusion) bool { return e.Covers(part, name) })
}

// excluded reports whether an exclusion keeps a rule out of a value, or with names of a name.
func (p *plan) excluded(rule int, part deployed.Part, name string, names bool) bool {
	return slices.ContainsFunc(p.scoped, func(e deployed.Exclusion) bool {
		return e.Names == names && p.concerns(e, rule) && e.Covers(part, name)
	})
}

// concerns reports whether an exclusion is for a rule.
func (p *plan) concerns(e deployed.Exclusion, rule int) bool {
	if e.Rule != "" {
		return slices.Contains(p.microsoft.running(e.Rule), rule)
	}
	return e.Group == "" || p.microsoft.group(e.Group) == p.microsoft.groupOf(rule)
}
