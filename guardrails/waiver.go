package guardrails

import (
	"fmt"
	"path"
	"slices"
	"strings"
	"time"

	"github.com/aoai-gateway/aoai-gateway/internal/faults"
)

// Waiver is an exception from a rule that somebody answers for. It ends by itself.
type Waiver struct {
	// Rule is the id of the rule.
	Rule string `json:"rule"`
	// Resource is the name of the resource in the stack that may break it; * stands for
	// any part of a name. Empty for rules of the whole stack.
	Resource string `json:"resource"`
	// Reason says why, for whoever reads it next.
	Reason string `json:"reason"`
	// Until is the last day on which it holds, such as 2027-03-31.
	Until string `json:"until"`
}

// minReason is how long a reason is at least, in characters: "ok" is none.
const minReason = 10

func (w Waiver) validate(rules []Rule, now time.Time) error {
	var list faults.List
	at := slices.IndexFunc(rules, func(r Rule) bool { return r.ID == w.Rule })
	switch {
	case at < 0:
		list.OneOf("rule", w.Rule, ruleIDs(rules))
	case rules[at].Whole != nil && w.Resource != "":
		list.Add("resource", "%q has no effect: the rule %s is about the whole stack", w.Resource, w.Rule).About(w.Resource).Remedy("remove it")
	case rules[at].PerResource != nil && w.Resource == "":
		list.Add("resource", "is missing").Remedy("name the resource that may break %s, * for all", w.Rule)
	}
	if _, err := path.Match(w.Resource, ""); err != nil {
		list.Add("resource", "%q is not a pattern of names", w.Resource).About(w.Resource).Remedy("write a resource's name, in which * stands for any part")
	}
	if len(strings.TrimSpace(w.Reason)) < minReason {
		list.Add("reason", "%q explains nothing", w.Reason).About(w.Reason).Remedy("say why the rule does not hold here, in %d characters or more", minReason)
	}
	switch last, err := time.Parse(time.DateOnly, w.Until); {
	case w.Until == "":
		list.Add("until", "is missing").Remedy("give the last day of the waiver, such as %s", now.AddDate(0, 3, 0).Format(time.DateOnly))
	case err != nil:
		list.Add("until", "%q is not a day", w.Until).About(w.Until).Remedy("write it like %s", now.AddDate(0, 3, 0).Format(time.DateOnly))
	case now.After(last.AddDate(0, 0, 1)):
		list.Add("until", "%s has passed", w.Until).About(w.Until).Remedy("keep to the rule, or decide anew until when it is waived")
	case last.After(now.AddDate(1, 0, 0)):
		list.Add("until", "%s is more than a year away", w.Until).About(w.Until).Remedy("waive for a year at most")
	}
	return list.Err()
}

// covers reports whether the waiver lets a resource break a rule; "" is the whole stack.
func (w Waiver) covers(rule Rule, resource string) bool {
	if w.Rule != rule.ID {
		return false
	}
	matches, err := path.Match(w.Resource, resource)
	return err == nil && (matches || rule.Whole != nil)
}

func (w Waiver) String() string {
	where := ""
	if w.Resource != "" {
		where = " for " + w.Resource
	}
	return fmt.Sprintf("%s waived%s until %s: %s", w.Rule, where, w.Until, w.Reason)
}
