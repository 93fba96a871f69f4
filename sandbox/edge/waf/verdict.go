package waf

import (
	"slices"
	"strconv"
	"strings"

	"github.com/corazawaf/coraza/v3/types"
	"github.com/corazawaf/coraza/v3/types/variables"

	"github.com/aoai-gateway/aoai-gateway/sandbox/deployed"
)

// What follows from a match. Source: the pages on actions of both firewalls.
const (
	Block    = "Block"
	Log      = "Log"
	Allow    = "Allow"
	Redirect = "Redirect"
	// Score adds to the anomaly score.
	Score = "AnomalyScoring"
)

// Match is a rule that has matched.
type Match struct {
	Rule    int
	Group   string
	Message string
	// Data says what was found, and where.
	Data   string
	Action string
	// Where are names such as HeaderValue:user-agent, with what stands there.
	Where    []Found
	severity types.RuleSeverity
}

// Name is how the rule is called in the sandbox's own words, such as SQLI-942100.
func (m Match) Name() string { return m.Group + "-" + strconv.Itoa(m.Rule) }

// Found is a place in a request that a rule has matched.
type Found struct{ Name, Value string }

// Verdict is what the managed rules say of a request.
type Verdict struct {
	Set deployed.RuleSet
	// Matches are in the order of the rules.
	Matches []Match
	Score   int
	// Action is what the rules want; "" lets the request through. Decided is the rule that says
	// so.
	Action  string
	Decided int
}

// threshold is the score that a request must not reach, and scored the rule that says that it
// has. Source: the pages on both rule sets.
const (
	threshold = 5
	scored    = 949110
)

// scores of severities. Source: the pages on both rule sets.
func score(severity types.RuleSeverity) int {
	switch severity {
	case types.RuleSeverityEmergency, types.RuleSeverityAlert, types.RuleSeverityCritical:
		return 5
	case types.RuleSeverityError:
		return 4
	case types.RuleSeverityWarning:
		return 3
	case types.RuleSeverityNotice:
		return 2
	default:
		return 0
	}
}

// judge decides by the matches, one rule after the other: an action of its own counts at once,
// and otherwise the sum.
func (p *plan) judge(matches []Match) Verdict {
	v := Verdict{Set: p.set}
	for _, match := range matches {
		v.Matches = append(v.Matches, match)
		switch match.Action {
		case Block, Allow, Redirect:
			v.Action, v.Decided = match.Action, match.Rule
			return v
		case Score:
			v.Score += score(match.severity)
		}
	}
	if v.Score >= threshold {
		v.Action, v.Decided = p.set.Action, scored
		if v.Action == "" {
			v.Action = Block
		}
	}
	return v
}

// match takes what the engine has found, without what is excluded. It counts where something is
// left, and where the rule is one that detects something.
func (p *plan) match(of types.MatchedRule, parts map[string][]deployed.Part) (Match, bool) {
	rule := of.Rule().ID()
	if !p.wanted[rule] || of.Message() == "" {
		return Match{}, false
	}
	m := Match{Rule: rule, Message: of.Message(), Data: of.Data(), severity: of.Rule().Severity()}
	excluded := false
	for _, data := range of.MatchedDatas() {
		if data.ChainLevel() > 0 {
			continue
		}
		at := locate(data, parts)
		if p.leavesOut(rule, at) {
			excluded = true
			continue
		}
		m.Where = append(m.Where, Found{at.name(), data.Value()})
	}
	return p.describe(m), !excluded || len(m.Where) > 0
}

// describe adds to a match what the policy says of its rule.
func (p *plan) describe(m Match) Match {
	if group := p.microsoft.groupOf(m.Rule); group != nil {
		if m.Group = group.Name; p.set.Type == "OWASP" || m.Group == "" {
			m.Group = group.CRS
		}
	}
	m.Action = p.actions[m.Rule]
	if m.Action == "" {
		m.Action = Score
		if p.each {
			m.Action = Block
			if p.set.Action != "" {
				m.Action = p.set.Action
			}
		}
	}
	return m
}

// leavesOut reports whether exclusions keep a rule out of a place; all parts that have the name
// have to be excluded.
func (p *plan) leavesOut(rule int, at place) bool {
	return len(at.parts) > 0 && !slices.ContainsFunc(at.parts, func(part deployed.Part) bool { return !p.excluded(rule, part, at.key, at.names) })
}

// place is where something was found.
type place struct {
	variable string
	parts    []deployed.Part
	key      string
	names    bool
}

// locate finds the parts of a request that a match belongs to.
func locate(data types.MatchData, parts map[string][]deployed.Part) place {
	at := place{variable: data.Variable().Name(), key: data.Key()}
	switch data.Variable() {
	case variables.ArgsNames, variables.ArgsGetNames, variables.ArgsPostNames:
		at.names = true
		fallthrough
	case variables.Args, variables.ArgsGet, variables.ArgsPost:
		if at.parts = parts[at.key]; at.parts == nil {
			at.parts = []deployed.Part{deployed.Form}
		}
	case variables.RequestHeadersNames, variables.RequestHeaders:
		at.parts, at.names = []deployed.Part{deployed.HeaderPart}, data.Variable() == variables.RequestHeadersNames
	case variables.RequestCookiesNames, variables.RequestCookies:
		at.parts, at.names = []deployed.Part{deployed.Cookie}, data.Variable() == variables.RequestCookiesNames
	default:
	}
	return at
}

// name is how Front Door's log calls the place. Source: its page on exclusions. That members of
// JSON are called as those of forms is assumed.
func (a place) name() string {
	if len(a.parts) == 0 {
		return a.variable
	}
	kind := map[deployed.Part]string{
		deployed.Query: "QueryParam", deployed.Form: "PostParam", deployed.JSON: "PostParam", deployed.HeaderPart: "Header", deployed.Cookie: "Cookie",
	}[a.parts[0]]
	if a.names {
		return kind + "Name:" + a.key
	}
	return kind + "Value:" + strings.TrimSpace(a.key)
}
