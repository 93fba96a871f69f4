// Package waf runs Microsoft's managed rules on Coraza with the OWASP Core Rule Set, by what a
// stored policy of Front Door or of an Application Gateway says.
package waf

import (
	_ "embed"
	"fmt"
	"io/fs"
	"regexp"
	"slices"
	"strconv"
	"strings"

	coreruleset "github.com/corazawaf/coraza-coreruleset/v4"

	"github.com/aoai-gateway/aoai-gateway/internal/strictjson"
)

// microsoftJSON says what Microsoft's rule sets consist of.
//
//go:embed microsoft.json
var microsoftJSON []byte

// Microsoft is what Microsoft documents of its rule sets, and how their rules are found in
// OWASP's.
type Microsoft struct {
	Source string  `json:"source"`
	Groups []Group `json:"groups"`
	// Off are rules that are off unless a policy switches them on.
	Off []int `json:"off"`
	// Renumbered are rules that OWASP has under other ids today.
	Renumbered map[string][]int `json:"renumbered"`
	Sets       []Set            `json:"sets"`
}

// Group of rules.
type Group struct {
	// Name is that of the Default Rule Set, CRS that of Azure's OWASP sets; "" where these
	// have no such group.
	Name string `json:"name"`
	CRS  string `json:"crs"`
	// OWASP are the first three digits of OWASP's rules of the group.
	OWASP []int `json:"owasp"`
	// Rules are those that Microsoft lists.
	Rules []int `json:"rules"`
}

// Set is a rule set that Azure offers.
type Set struct {
	Type string `json:"type"`
	// Version is "" for all versions.
	Version string `json:"version"`
	// Each acts on each rule that matches; other sets add scores.
	Each bool `json:"each"`
	// Second switches on those rules of paranoia level 2 that Microsoft lists.
	Second bool `json:"second"`
	// Scanners has the group against scanners.
	Scanners bool `json:"scanners"`
	// None says that OWASP has nothing of the set.
	None bool `json:"none"`
}

// ReadMicrosoft reads what this package knows of Microsoft's rule sets.
func ReadMicrosoft() (*Microsoft, error) {
	var m Microsoft
	if err := strictjson.Decode(microsoftJSON, &m); err != nil {
		return nil, fmt.Errorf("reading the list of Microsoft's rules: %w", err)
	}
	return &m, nil
}

// group is the one of a name, in the spelling of either kind of rule set; nil for none.
func (m *Microsoft) group(name string) *Group {
	at := slices.IndexFunc(m.Groups, func(g Group) bool {
		return name != "" && (strings.EqualFold(g.Name, name) || strings.EqualFold(g.CRS, name))
	})
	if at < 0 {
		return nil
	}
	return &m.Groups[at]
}

// groupOf is the group that one of OWASP's rules stands in.
func (m *Microsoft) groupOf(rule int) *Group {
	for i := range m.Groups {
		if slices.Contains(m.Groups[i].OWASP, rule/1000) || slices.Contains(m.Groups[i].Rules, rule) {
			return &m.Groups[i]
		}
	}
	return nil
}

// set is the one of a type and a version; nil for none.
func (m *Microsoft) set(kind, version string) *Set {
	at := slices.IndexFunc(m.Sets, func(s Set) bool { return s.Type == kind && (s.Version == "" || s.Version == version) })
	if at < 0 {
		return nil
	}
	return &m.Sets[at]
}

// running are OWASP's rules that stand for one of Microsoft's.
func (m *Microsoft) running(id string) []int {
	if others, renumbered := m.Renumbered[id]; renumbered {
		return others
	}
	rule, err := strconv.Atoi(id)
	if err != nil {
		return nil
	}
	return []int{rule}
}

// Rule is one of OWASP's, or of the engine's own two.
type Rule struct {
	ID       int
	Paranoia int
	Severity string
}

// ruleFolder holds the Core Rule Set in its module.
const ruleFolder = "@owasp_crs"

// ruleFiles are those of the Core Rule Set that detect something in requests.
func ruleFiles() ([]string, error) {
	all, err := fs.Glob(coreruleset.FS, ruleFolder+"/REQUEST-9*.conf")
	if err != nil {
		return nil, fmt.Errorf("listing the Core Rule Set: %w", err)
	}
	// 905 is about Apache, 949 and 999 are about what follows.
	return slices.DeleteFunc(all, func(name string) bool {
		return slices.ContainsFunc([]string{"-905-", "-949-", "-999-"}, func(part string) bool { return strings.Contains(name, part) })
	}), nil
}

var (
	idPattern       = regexp.MustCompile(`\bid:'?(\d+)`)
	paranoiaPattern = regexp.MustCompile(`paranoia-level/(\d)`)
	severityPattern = regexp.MustCompile(`severity:'?(\w+)`)
)

// Catalogue are the rules of the Core Rule Set that detect something in requests, and the two
// of the engine about bodies that cannot be read.
func Catalogue() ([]Rule, error) {
	files, err := ruleFiles()
	if err != nil {
		return nil, err
	}
	rules := []Rule{{unreadable, 1, "CRITICAL"}, {badMultipart, 1, "CRITICAL"}}
	for _, file := range files {
		raw, err := fs.ReadFile(coreruleset.FS, file)
		if err != nil {
			return nil, fmt.Errorf("reading the Core Rule Set: %w", err)
		}
		for statement := range strings.SplitSeq(strings.ReplaceAll(string(raw), "\\\n", " "), "\n") {
			id, paranoia, severity := idPattern.FindStringSubmatch(statement), paranoiaPattern.FindStringSubmatch(statement), severityPattern.FindStringSubmatch(statement)
			if strings.HasPrefix(statement, "#") || id == nil || paranoia == nil || severity == nil {
				continue
			}
			number, err := strconv.Atoi(id[1])
			if err != nil {
				return nil, fmt.Errorf("reading a rule's id in %s: %w", file, err)
			}
			rules = append(rules, Rule{number, int(paranoia[1][0] - '0'), severity[1]})
		}
	}
	return rules, nil
}
