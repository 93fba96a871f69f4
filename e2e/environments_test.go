package e2e

import (
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// The environments that come with the project are deployed as they stand; they share what
// they have in common, and differ in what is guarded and protected.
func TestEnvironments(t *testing.T) {
	t.Parallel()
	worlds := map[string]*world{}
	for _, name := range []string{"dev", "staging", "prod"} {
		w := newWorld(t, filepath.Join(root, "Pulumi."+name+".yaml"))
		worlds[name] = w
		up := w.must(0, "up")
		for _, want := range []string{"swedencentral", "francecentral", "gpt-5.4-mini, embeddings"} {
			if !strings.Contains(up.stdout, want) {
				t.Errorf("%s lacks %q of the base: %s", name, want, up)
			}
		}
		if warns := strings.Contains(up.stdout+up.stderr, "warning: guardrail"); warns != (name == "staging") {
			t.Errorf("%s warns of guardrails: %v: %s", name, warns, up)
		}
		w.must(0, "drift")
	}
	verdict, _ := worlds["prod"].outputs()["guardrails"].(map[string]any)
	if verdict["environment"] != "production" {
		t.Errorf("production says of its guardrails %v", verdict)
	}

	refused := worlds["prod"].aoai("destroy")
	if refused.code == 0 || !strings.Contains(refused.stdout+refused.stderr, "protected") {
		t.Errorf("production is destroyed: %s", refused)
	}
	worlds["prod"].must(0, "drift") // nothing at all was deleted
	// Azure holds the name of an account for two days: production takes nobody's away.
	prod := readFile(t, filepath.Join(root, "Pulumi.prod.yaml"))
	worlds["prod"].flags[3] = stackFile(t, prod+"  aoai-gateway:openai: [{ name: sweden, region: swedencentral }, { name: poland, region: polandcentral }]\n")
	if got := worlds["prod"].aoai("up"); got.code == 0 || !strings.Contains(got.stdout+got.stderr, "protected") {
		t.Errorf("production loses an account: %s", got)
	}
	worlds["dev"].must(0, "destroy")
}

// Production without what its rules want is refused at preview, and a waiver lets through
// what it names.
func TestProductionIsGuarded(t *testing.T) {
	t.Parallel()
	prod := readFile(t, filepath.Join(root, "Pulumi.prod.yaml"))
	withoutBudget, _, _ := strings.Cut(prod, "  aoai-gateway:budget:")
	careless := strings.Replace(withoutBudget, "mode: prevention", "mode: detection", 1)
	w := newWorld(t, stackFile(t, careless))
	// What the keys alone show is told before Pulumi starts; the rules hold for every program.
	for verb, wants := range map[string][]string{
		"preview":   {"frontDoor.waf.mode: is detection, which blocks nothing", "waive the rule firewall-prevents in guardrails.waivers"},
		"preflight": {"breaks the guardrails", "firewall-prevents: policySettings.mode is Detection"},
	} {
		got := w.aoai(verb)
		for _, want := range wants {
			if got.code == 0 || !strings.Contains(got.stdout+got.stderr, want) {
				t.Errorf("%s does not tell %q: %s", verb, want, got)
			}
		}
	}
	waived := careless + `  aoai-gateway:budget: { amount: 0 }
`
	w.flags[3] = stackFile(t, strings.Replace(waived, "    requiredTags: [team]\n", `    requiredTags: [team]
    waivers:
      - { rule: firewall-prevents, resource: "*", reason: "the rules are being tuned, see ticket 4711", until: "`+inDays(60)+`" }
`, 1))
	for verb, want := range map[string]string{"preview": "aoai-gateway:budget: is missing, and production needs one", "preflight": "budget: there is no budget"} {
		if got := w.aoai(verb); got.code == 0 || !strings.Contains(got.stdout+got.stderr, want) {
			t.Errorf("%s takes a stack without a budget: %s", verb, got)
		}
	}
	w.flags[3] = stackFile(t, strings.Replace(waived, "    requiredTags: [team]\n", `    requiredTags: [team]
    waivers:
      - { rule: firewall-prevents, resource: "*", reason: "the rules are being tuned, see ticket 4711", until: "`+inDays(60)+`" }
      - { rule: budget, reason: "the platform team has a budget of its own", until: "`+inDays(60)+`" }
`, 1))
	verdict, _ := w.outputs()["guardrails"].(map[string]any)
	if waivers, _ := verdict["waived"].([]any); len(waivers) != 2 {
		t.Errorf("two waivers hold, and the output tells %v", verdict)
	}
}

// inDays is a day from now on, as configurations write it.
func inDays(days int) string { return time.Now().AddDate(0, 0, days).Format(time.DateOnly) }
