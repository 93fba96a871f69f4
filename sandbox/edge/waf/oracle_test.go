package waf_test

import (
	"encoding/json"
	"net/http"
	"net/netip"
	"slices"
	"strconv"
	"strings"
	"testing"

	coreruleset "github.com/corazawaf/coraza-coreruleset/v4"
	"github.com/corazawaf/coraza/v3"
	"github.com/corazawaf/coraza/v3/types"
	"github.com/stretchr/testify/require"

	"github.com/aoai-gateway/aoai-gateway/sandbox/deployed"
	"github.com/aoai-gateway/aoai-gateway/sandbox/edge/waf"
	"github.com/aoai-gateway/aoai-gateway/sandbox/edge/waf/everyday"
)

// chat is a request as OpenAI's client sends it.
func chat(t testing.TB, prompt string) []byte {
	t.Helper()
	encoded, err := json.Marshal(map[string]any{"model": "gpt-4o", "messages": []any{map[string]any{"role": "user", "content": prompt}}})
	require.NoError(t, err)
	return encoded
}

const chatURL = "https://edge.example/openai/deployments/gpt-4o/chat/completions?api-version=2024-10-21"

func request(t testing.TB, method, url, contentType string, body []byte) waf.Request {
	t.Helper()
	made, err := http.NewRequestWithContext(t.Context(), method, url, strings.NewReader(string(body)))
	require.NoError(t, err)
	made.Header.Set("Content-Type", contentType)
	made.Header.Set("Accept", "application/json")
	made.Header.Set("User-Agent", "OpenAI/Go 3.0")
	return waf.Request{Request: made, Host: "edge.example", Source: netip.MustParseAddrPort("203.0.113.9:4000"), Body: body}
}

// firewall is a policy with one rule set.
func firewall(kind, version string, exclusions ...deployed.Exclusion) *deployed.Firewall {
	return &deployed.Firewall{
		Name: "waf", Prevents: true, Status: http.StatusForbidden, Inspected: 128 << 10, Exclusions: exclusions,
		RuleSets: []deployed.RuleSet{{Type: kind, Version: version, Action: waf.Block}},
	}
}

const drs = "Microsoft_DefaultRuleSet"

// direct is Coraza with the Core Rule Set as its documentation sets both up: nothing of this
// package is in it. Its body processor reads the JSON, and its own rules count scores and block.
func direct(t testing.TB, paranoia int, off []int) coraza.WAF {
	t.Helper()
	directives := `
Include @coraza.conf-recommended
SecRuleEngine On
SecAuditEngine Off
Include @crs-setup.conf.example
SecAction "id:900000,phase:1,pass,nolog,setvar:tx.blocking_paranoia_level=` + strconv.Itoa(paranoia) + `"
Include @owasp_crs/*.conf
`
	for _, id := range off {
		directives += "SecRuleRemoveById " + strconv.Itoa(id) + "\n"
	}
	made, err := coraza.NewWAF(coraza.NewWAFConfig().WithRootFS(coreruleset.FS).WithDirectives(directives))
	require.NoError(t, err)
	return made
}

// ask gives the direct engine a request, and tells whether it blocks, and by which rules.
func ask(t testing.TB, engine coraza.WAF, r waf.Request) (blocked bool, rules []int) {
	t.Helper()
	tx := engine.NewTransaction()
	defer func() { require.NoError(t, tx.Close()) }()
	tx.ProcessConnection("203.0.113.9", 4000, "", 443)
	tx.ProcessURI(r.URL.RequestURI(), r.Method, "HTTP/1.1")
	tx.AddRequestHeader("Host", r.Host)
	tx.AddRequestHeader("Content-Length", strconv.Itoa(len(r.Body)))
	for name := range r.Header {
		tx.AddRequestHeader(name, r.Header.Get(name))
	}
	stopped := tx.ProcessRequestHeaders()
	if stopped == nil {
		_, _, err := tx.WriteRequestBody(r.Body)
		require.NoError(t, err)
		stopped, err = tx.ProcessRequestBody()
		require.NoError(t, err)
	}
	for _, match := range tx.MatchedRules() {
		if id := match.Rule().ID(); id >= 911000 && id < 949000 && match.Rule().Severity() <= types.RuleSeverityNotice && match.Message() != "" {
			rules = append(rules, id)
		}
	}
	slices.Sort(rules)
	return stopped != nil, slices.Compact(rules)
}

// Without exclusions, everyday prompts have the verdicts that Coraza with OWASP's rules has
// when it is run directly, rule by rule.
func TestVerdictsAreOWASPs(t *testing.T) {
	t.Parallel()
	catalogue, err := waf.Catalogue()
	require.NoError(t, err)
	microsoft, err := waf.ReadMicrosoft()
	require.NoError(t, err)
	var listed, notInSecond []int
	for _, group := range microsoft.Groups {
		listed = append(listed, group.Rules...)
	}
	for _, rule := range catalogue {
		if rule.Paranoia == 2 && (!slices.Contains(listed, rule.ID) || slices.Contains(microsoft.Off, rule.ID)) {
			notInSecond = append(notInSecond, rule.ID)
		}
	}
	for name, c := range map[string]struct {
		reason, version string
		paranoia        int
		off             []int
		// blocked is how many of the prompts are, as docs/firewall.md and end-to-end tests say.
		blocked int
	}{
		"Front Door":          {"2.1 has rules of paranoia level 2, as far as Microsoft lists them", "2.1", 2, notInSecond, 56},
		"Application Gateway": {"2.2 has paranoia level 1", "2.2", 1, nil, 48},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			engine, firewalls, policy := direct(t, c.paranoia, c.off), &waf.Firewalls{}, firewall(drs, c.version)
			blocked := 0
			prompts := everyday.Prompts()
			for _, prompt := range prompts {
				r := request(t, http.MethodPost, chatURL, "application/json", chat(t, prompt))
				wantBlocked, want := ask(t, engine, r)
				verdict, err := firewalls.Inspect(policy, r)
				require.NoError(t, err)
				var got []int
				for _, match := range verdict.Matches {
					got = append(got, match.Rule)
				}
				slices.Sort(got)
				require.Equal(t, want, got, "%s: %s", c.reason, prompt)
				require.Equal(t, wantBlocked, verdict.Action == waf.Block, "%s: %s", c.reason, prompt)
				if wantBlocked {
					blocked++
				}
			}
			require.Equal(t, c.blocked, blocked)
		})
	}
}
