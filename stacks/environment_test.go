package stacks

import (
	"strings"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"
)

func TestWithBase(t *testing.T) {
	const base = `config:
  aoai-gateway:pattern: apim
  aoai-gateway:location: francecentral
  aoai-gateway:openai: [{ name: sweden, region: swedencentral }]
  aoai-gateway:budget: { amount: 100, startDate: 2027-01-01, emails: [a@contoso.com] }
  aoai-gateway:apim: { publisher: { email: a@contoso.com, name: Contoso }, units: 2 }
`
	cases := []struct {
		reason string
		own    map[string]string
		want   map[string]string
	}{
		{
			"what the stack leaves out is the base's, and what the project's defaults leave empty, too",
			map[string]string{"aoai-gateway:pattern": "", "aoai-gateway:openai": "[]", "aoai-gateway:budget": "{}", "aoai-gateway:apim": ""},
			map[string]string{
				"aoai-gateway:pattern": "apim", "aoai-gateway:location": "francecentral", "aoai-gateway:openai": `[{"name":"sweden","region":"swedencentral"}]`,
				"aoai-gateway:budget": `{"amount":100,"emails":["a@contoso.com"],"startDate":"2027-01-01"}`,
				"aoai-gateway:apim":   `{"publisher":{"email":"a@contoso.com","name":"Contoso"},"units":2}`,
			},
		},
		{
			"what the stack says wins: texts and lists as a whole, objects member by member",
			map[string]string{
				"aoai-gateway:location": "westeurope", "aoai-gateway:openai": `[{"name":"japan","region":"japaneast"}]`, "aoai-gateway:budget": `{"amount":5000}`,
				"aoai-gateway:apim": `{"publisher":{"name":"Contoso prod"}}`, "aoai-gateway:tags": `{"a":"b"}`, "azure-native:location": "x",
			},
			map[string]string{
				"aoai-gateway:pattern": "apim", "aoai-gateway:location": "westeurope", "aoai-gateway:openai": `[{"name":"japan","region":"japaneast"}]`,
				"aoai-gateway:budget": `{"amount":5000,"emails":["a@contoso.com"],"startDate":"2027-01-01"}`,
				"aoai-gateway:apim":   `{"publisher":{"email":"a@contoso.com","name":"Contoso prod"},"units":2}`,
				"aoai-gateway:tags":   `{"a":"b"}`, "azure-native:location": "x",
			},
		},
		{
			"null takes away what the base says",
			map[string]string{"aoai-gateway:pattern": "", "aoai-gateway:openai": "[]", "aoai-gateway:budget": "{}", "aoai-gateway:apim": `{"units":null}`},
			map[string]string{
				"aoai-gateway:pattern": "apim", "aoai-gateway:location": "francecentral", "aoai-gateway:openai": `[{"name":"sweden","region":"swedencentral"}]`,
				"aoai-gateway:budget": `{"amount":100,"emails":["a@contoso.com"],"startDate":"2027-01-01"}`,
				"aoai-gateway:apim":   `{"publisher":{"email":"a@contoso.com","name":"Contoso"},"units":null}`,
			},
		},
	}
	for _, c := range cases {
		t.Run(c.reason, func(t *testing.T) {
			c.own[baseKey], c.want[baseKey] = "environments/base.yaml", "environments/base.yaml"
			got, err := WithBase(c.own, fstest.MapFS{"environments/base.yaml": {Data: []byte(base)}})
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(c.want, got); diff != "" {
				t.Errorf("the configuration (-want +got):\n%s", diff)
			}
		})
	}
	own := map[string]string{"aoai-gateway:pattern": "apim", baseKey: ""}
	if got, err := WithBase(own, fstest.MapFS{}); err != nil || cmp.Diff(own, got) != "" {
		t.Errorf("without a base: %v, %v", got, err)
	}
}

func TestWithBaseRefuses(t *testing.T) {
	cases := []struct{ reason, file, content, want string }{
		{"a file that is not there", "environments/none.yaml", "", "environments/none.yaml: is not there"},
		{"a file outside of the project", "../base.yaml", "", "../base.yaml: is not a path within the project"},
		{"no YAML", "base.yaml", "config: [", "base.yaml: is no YAML"},
		{"a key beside config", "base.yaml", "config:\n  aoai-gateway:tags: {}\nconfg: {}\n", "base.yaml: is no YAML with config, and nothing else, at its top"},
		{"no config at all", "base.yaml", "config: {}\n", "base.yaml: says nothing"},
		{"another project's key", "base.yaml", "config:\n  azure-native:location: x\n", "base.yaml: azure-native:location: is not a key of aoai-gateway"},
		{"a secret", "base.yaml", "config:\n  aoai-gateway:tags: { a: { secure: AAAB } }\n", "base.yaml: aoai-gateway:tags: holds a secret"},
		{"null", "base.yaml", "config:\n  aoai-gateway:apim:\n    units:\n", "base.yaml: aoai-gateway:apim: line 3 is null"},
		{"a base of a base", "base.yaml", "config:\n  aoai-gateway:base: other.yaml\n", "base.yaml: aoai-gateway:base: names another file"},
	}
	for _, c := range cases {
		t.Run(c.reason, func(t *testing.T) {
			files := fstest.MapFS{}
			if c.content != "" {
				files[c.file] = &fstest.MapFile{Data: []byte(c.content)}
			}
			_, err := WithBase(map[string]string{baseKey: c.file}, files)
			if err == nil || !strings.Contains(err.Error(), "aoai-gateway:base: "+c.want) {
				t.Errorf("the mistake is told as %v; want %q", err, c.want)
			}
		})
	}
}

func TestGuardrailsConfigurationIsChecked(t *testing.T) {
	cases := []struct {
		reason string
		values map[string]string
		want   []string
	}{
		{"an environment that is none", with("environment", "prod"), []string{`environment: "prod" is not allowed; one of development, staging, production`}},
		{"a waiver of no rule", with("guardrails", `{"waivers":[{"rule":"budgets","reason":"costs are watched elsewhere","until":"2026-12-31"}]}`), []string{`guardrails.waivers[0].rule: "budgets" is not allowed; one of`}},
		{"a typo in a waiver", with("guardrails", `{"waivers":[{"rule":"budget","until":"2026-12-31","because":"x"}]}`), []string{`guardrails.waivers[0].because: is not a known key`}},
		{"an empty tag", with("guardrails", `{"requiredTags":[""]}`), []string{`guardrails.requiredTags[0]: is empty; name a tag`}},
	}
	for _, c := range cases {
		t.Run(c.reason, func(t *testing.T) {
			_, _, err := ReadConfig(c.values, today)
			for _, want := range c.want {
				if err == nil || !strings.Contains(err.Error(), Project+":"+want) {
					t.Errorf("the mistake is told as %v; want %q", err, want)
				}
			}
		})
	}
}
