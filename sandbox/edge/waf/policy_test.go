package waf_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/aoai-gateway/aoai-gateway/sandbox/deployed"
	"github.com/aoai-gateway/aoai-gateway/sandbox/edge/waf"
)

// sqlURL has a string in its query that the documentation of both rule sets has as an example of
// SQL injection; in OWASP's rules it is 942100 alone, at paranoia level 1.
const sqlURL = chatURL + "&id=1%27%20OR%20%271%27%3D%271"

// injected runs a policy on a request with SQL in its query.
func injected(t *testing.T, policy *deployed.Firewall) waf.Verdict {
	t.Helper()
	verdict, err := (&waf.Firewalls{}).Inspect(policy, request(t, http.MethodPost, sqlURL, "application/json", []byte(`{"messages":[]}`)))
	require.NoError(t, err)
	return verdict
}

// named are the rules that have matched.
func named(v waf.Verdict) string {
	var names []string
	for _, match := range v.Matches {
		names = append(names, match.Name())
	}
	return strings.Join(names, " ")
}

// A policy switches rules off, or lets them act on their own.
func TestOverrides(t *testing.T) {
	t.Parallel()
	for reason, c := range map[string]struct {
		overrides []deployed.Override
		set       string
		action    string
		matched   string
		decided   int
	}{
		"a critical match reaches the threshold":       {nil, waf.Block, waf.Block, "SQLI-942100", 949110},
		"the set's action follows from the score":      {nil, waf.Redirect, waf.Redirect, "SQLI-942100", 949110},
		"a rule that is off does not match":            {[]deployed.Override{{Group: "SQLI", Rule: "942100"}}, waf.Block, "", "", 0},
		"a group that is off has no rules":             {[]deployed.Override{{Group: "SQLI"}}, waf.Block, "", "", 0},
		"Log adds nothing to the score":                {[]deployed.Override{{Group: "SQLI", Rule: "942100", Enabled: true, Action: waf.Log}}, waf.Block, "", "SQLI-942100", 0},
		"Allow ends the check":                         {[]deployed.Override{{Group: "SQLI", Rule: "942100", Enabled: true, Action: waf.Allow}}, waf.Block, waf.Allow, "SQLI-942100", 942100},
		"Block needs no score":                         {[]deployed.Override{{Group: "SQLI", Rule: "942100", Enabled: true, Action: waf.Block}}, waf.Log, waf.Block, "SQLI-942100", 942100},
		"a rule of paranoia level 2 can be on":         {[]deployed.Override{{Group: "SQLI", Rule: "942180", Enabled: true}}, waf.Block, waf.Block, "SQLI-942100 SQLI-942180", 949110},
		"a group in the spelling of Azure's OWASP set": {[]deployed.Override{{Group: "REQUEST-942-APPLICATION-ATTACK-SQLI"}}, waf.Block, "", "", 0},
	} {
		t.Run(reason, func(t *testing.T) {
			t.Parallel()
			policy := firewall(drs, "2.2")
			policy.RuleSets[0].Overrides, policy.RuleSets[0].Action = c.overrides, c.set
			got := injected(t, policy)
			require.Equal(t, []any{c.action, c.matched, c.decided}, []any{got.Action, named(got), got.Decided})
		})
	}
}

// Rules that Microsoft still has under old ids are switched off by these.
func TestRenumberedRules(t *testing.T) {
	t.Parallel()
	policy := firewall(drs, "2.2")
	r := request(t, http.MethodPost, chatURL, "application/json", chat(t, "What does `sudo systemctl reload postfix` do?"))
	firewalls := &waf.Firewalls{}
	before, err := firewalls.Inspect(policy, r)
	require.NoError(t, err)
	require.Equal(t, "RCE-932235 RCE-932260", named(before))
	off := firewall(drs, "2.2")
	off.RuleSets[0].Overrides = []deployed.Override{{Group: "RCE", Rule: "932100"}, {Group: "RCE", Rule: "932150"}}
	after, err := firewalls.Inspect(off, r)
	require.NoError(t, err)
	require.Empty(t, named(after))
}

// An exclusion is for a part of a request, by name, and for all rules or some.
func TestExclusions(t *testing.T) {
	t.Parallel()
	query := func(e deployed.Exclusion) deployed.Exclusion {
		if e.Where == nil {
			e.Where = []deployed.Part{deployed.Query}
		}
		e.Operator, e.Selector = "Equals", "id"
		return e
	}
	for reason, c := range map[string]struct {
		exclusion deployed.Exclusion
		blocked   bool
	}{
		"for all sets":                       {query(deployed.Exclusion{}), false},
		"for this set":                       {query(deployed.Exclusion{Set: drs}), false},
		"for another set":                    {query(deployed.Exclusion{Set: "Microsoft_BotManagerRuleSet"}), true},
		"for the group":                      {query(deployed.Exclusion{Set: drs, Group: "SQLI"}), false},
		"for another group":                  {query(deployed.Exclusion{Set: drs, Group: "XSS"}), true},
		"for the rule":                       {query(deployed.Exclusion{Set: drs, Group: "SQLI", Rule: "942100"}), false},
		"for another rule of the group":      {query(deployed.Exclusion{Set: drs, Group: "SQLI", Rule: "942160"}), true},
		"of another part with this name":     {query(deployed.Exclusion{Where: []deployed.Part{deployed.JSON}}), true},
		"of the name, which is not at fault": {query(deployed.Exclusion{Names: true}), true},
	} {
		t.Run(reason, func(t *testing.T) {
			t.Parallel()
			got := injected(t, firewall(drs, "2.2", c.exclusion))
			require.Equal(t, c.blocked, got.Action == waf.Block, named(got))
		})
	}
}

// A header's value can be excluded, and a cookie's, whatever the case of its name.
func TestExclusionsOfHeadersAndCookies(t *testing.T) {
	t.Parallel()
	r := request(t, http.MethodGet, chatURL, "", nil)
	r.Header.Set("User-Agent", "<script>alert(1)</script>")
	r.Header.Set("Cookie", "File=/etc/passwd")
	header := deployed.Exclusion{Where: []deployed.Part{deployed.HeaderPart}, Operator: "Equals", Selector: "user-agent", Fold: true}
	cookie := deployed.Exclusion{Where: []deployed.Part{deployed.Cookie}, Operator: "StartsWith", Selector: "file", Fold: true}
	for want, exclusions := range map[string][]deployed.Exclusion{
		"XSS and LFI": nil, "LFI": {header}, "XSS": {cookie}, "": {header, cookie},
	} {
		got, err := (&waf.Firewalls{}).Inspect(firewall(drs, "2.2", exclusions...), r)
		require.NoError(t, err)
		require.Equal(t, [2]bool{strings.Contains(want, "XSS"), strings.Contains(want, "LFI")}, [2]bool{strings.Contains(named(got), "XSS"), strings.Contains(named(got), "LFI")}, "%q: %s", want, named(got))
	}
}

// The rules see the beginning of a body. What is not what its Content-Type says is as bad as an
// attack.
func TestBodies(t *testing.T) {
	t.Parallel()
	long := strings.Repeat("word ", 40_000)
	const form = "--b\r\nContent-Disposition: form-data; name=\"user\"\r\n\r\n/etc/passwd\r\n--b--\r\n"
	for reason, c := range map[string]struct {
		contentType, body, rules string
	}{
		"before the limit":                  {"application/json", `{"user":"/etc/passwd","messages":"` + long + `"}`, "LFI-930120 RCE-932160"},
		"after the limit":                   {"application/json", `{"messages":"` + long + `","user":"/etc/passwd"}`, ""},
		"JSON by another name":              {"application/merge-patch+json", `{"user":"/etc/passwd"}`, "PROTOCOL-ENFORCEMENT-920420 LFI-930120 RCE-932160"},
		"no JSON":                           {"application/json", `{"user":`, "General-200002"},
		"a form":                            {"application/x-www-form-urlencoded", "user=%2Fetc%2Fpasswd", "LFI-930120 RCE-932160"},
		"a multipart form":                  {"multipart/form-data; boundary=b", form, "LFI-930120 RCE-932160"},
		"a file is not looked into":         {"multipart/form-data; boundary=b", strings.Replace(form, `name="user"`, `name="file"; filename="a.txt"`, 1), ""},
		"a multipart form that breaks off":  {"multipart/form-data; boundary=b", form[:len(form)-20], "General-200003"},
		"XML":                               {"application/xml", "<a>/etc/passwd</a>", "LFI-930120 RCE-932160"},
		"a type that nobody reads is no go": {"text/plain", "/etc/passwd", "PROTOCOL-ENFORCEMENT-920420"},
	} {
		t.Run(reason, func(t *testing.T) {
			t.Parallel()
			got, err := (&waf.Firewalls{}).Inspect(firewall(drs, "2.2"), request(t, http.MethodPost, chatURL, c.contentType, []byte(c.body)))
			require.NoError(t, err)
			require.Equal(t, c.rules, named(got))
		})
	}
}

// Sets before 2.0 act on each rule. A set that is not known is refused by name, and bots are
// looked for by nobody.
func TestRuleSets(t *testing.T) {
	t.Parallel()
	old := injected(t, firewall(drs, "1.1"))
	require.Equal(t, []any{waf.Block, 942100}, []any{old.Action, old.Decided})
	require.Empty(t, injected(t, firewall("Microsoft_BotManagerRuleSet", "1.1")).Action)
	crs := injected(t, firewall("OWASP", "3.2"))
	require.Contains(t, named(crs), "REQUEST-942-APPLICATION-ATTACK-SQLI-942100")
	_, err := (&waf.Firewalls{}).Inspect(firewall(drs, "9.9"), request(t, http.MethodGet, chatURL, "", nil))
	require.ErrorContains(t, err, "the policy waf has the rule set Microsoft_DefaultRuleSet 9.9, which does not run here; known are ")
}

// A request that looks the same to the rules as one before has the same verdict, and one that
// differs where they look has its own.
func TestVerdictsOfRepeatedRequests(t *testing.T) {
	t.Parallel()
	policy := firewall(drs, "2.2", deployed.Exclusion{Where: []deployed.Part{deployed.JSON}, Operator: "StartsWith", Selector: "messages"})
	firewalls := &waf.Firewalls{}
	for range 2 {
		for body, want := range map[string]string{
			`{"messages":["/etc/passwd"],"user":"a"}`: "", `{"messages":["other"],"user":"a"}`: "", `{"messages":["other"],"user":"/etc/passwd"}`: "LFI-930120 RCE-932160",
		} {
			got, err := firewalls.Inspect(policy, request(t, http.MethodPost, chatURL, "application/json", []byte(body)))
			require.NoError(t, err)
			require.Equal(t, want, named(got), body)
		}
	}
}
