package stacks

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"go.yaml.in/yaml/v3"

	"github.com/aoai-gateway/aoai-gateway/internal/faults"
)

// wrongFile is a stack file with one mistake that people make.
type wrongFile struct {
	Reason string `yaml:"reason"`
	// On is the pattern of a right file, whose keys Write replaces; File is a whole one.
	On    string `yaml:"on"`
	Write string `yaml:"write"`
	File  string `yaml:"file"`
	// Refused and Warned are the beginnings of all that is told.
	Refused []string `yaml:"refused"`
	Warned  []string `yaml:"warned"`
}

// rightKeys are those of right files, by their pattern.
var rightKeys = map[string][]string{
	"front-door":          {"pattern: front-door"},
	"application-gateway": {"pattern: front-door", "edge: application-gateway", "applicationGateway: {allowHttp: true}"},
	"apim":                {"pattern: apim", "apim: {publisher: {email: platform@contoso.com}, subscriptions: [{name: first-team}]}"},
	"multi-region": {
		"pattern: multi-region",
		"apim: {publisher: {email: platform@contoso.com}, subscriptions: [{name: first-team}], regions: [{location: francecentral}]}",
	},
}

func (w wrongFile) content(t *testing.T) string {
	t.Helper()
	if w.File != "" {
		return w.File
	}
	require.Contains(t, rightKeys, w.On)
	lines := []string{"config:"}
	for _, line := range strings.Split(strings.TrimRight(w.Write, "\n"), "\n") {
		lines = append(lines, "  "+line)
	}
	for _, each := range append(slices.Clone(rightKeys[w.On]),
		"openai: [{name: sweden, region: swedencentral}, {name: france, region: francecentral}]",
		`deployments: [{name: gpt-4o, model: gpt-4o, version: "2024-11-20"}]`) {
		key, _, _ := strings.Cut(each, ":")
		if !strings.Contains(w.Write, Project+":"+key+":") {
			lines = append(lines, "  "+Project+":"+each)
		}
	}
	return strings.Join(lines, "\n") + "\n"
}

// Each mistake is refused or warned of, once, with the path that the user wrote; nothing
// else is told.
func TestWrongFiles(t *testing.T) {
	tables, err := filepath.Glob("testdata/wrong/*.yaml")
	require.NoError(t, err)
	require.NotEmpty(t, tables)
	for _, table := range tables {
		raw, err := os.ReadFile(table)
		require.NoError(t, err)
		var cases []wrongFile
		require.NoError(t, yaml.Unmarshal(raw, &cases), table)
		require.NotEmpty(t, cases)
		for _, c := range cases {
			t.Run(strings.TrimSuffix(filepath.Base(table), ".yaml")+"/"+c.Reason, func(t *testing.T) {
				require.NotEmpty(t, append(c.Refused, c.Warned...), "a mistake passes in silence")
				_, advice, err := readFile([]byte(c.content(t)), os.DirFS(".."), today)
				told := mistakes(err)
				begins(t, c.Refused, told)
				if err == nil {
					begins(t, c.Warned, warnings(advice))
				}
				placed(t, err)
			})
		}
	}
}

// placed says that no value is told of twice, and that each message has a remedy and none of
// a programmer's words.
func placed(t *testing.T, err error) {
	t.Helper()
	seen := map[string]bool{}
	for _, fault := range faults.All(err) {
		line := fault.Error()
		require.False(t, seen[line], "told twice: %s", line)
		seen[line] = true
		require.Contains(t, fault.Message, "; ", "no remedy: %s", line)
		for _, jargon := range []string{"json", "reflect", "interface", "unmarshal", "!!", "panic"} {
			require.NotContains(t, strings.ToLower(fault.Message), jargon)
		}
	}
}

func warnings(advice []Advice) []string {
	var lines []string
	for _, each := range advice {
		if each.Warning {
			lines = append(lines, each.String())
		}
	}
	return lines
}

// Right files, in whatever form, are taken without a mistake or a warning.
func TestRightFiles(t *testing.T) {
	// maximal.yaml of the pattern apim shows every key, the logs of bodies, too.
	meant := map[string][]string{}
	for _, file := range stackFiles(t) {
		if strings.HasSuffix(file, "examples/apim/maximal.yaml") {
			meant[filepath.Base(file)] = []string{"aoai-gateway:apim.logging.bodyBytes: 8192: a gateway that logs bodies"}
		} else {
			delete(meant, filepath.Base(file))
		}
		t.Run(strings.TrimPrefix(file, "../"), func(t *testing.T) {
			_, advice, err := CheckFile(file, os.DirFS(".."), today)
			require.NoError(t, err)
			begins(t, meant[filepath.Base(file)], warnings(advice))
		})
	}
	const plain = "config:\n  openai: [{name: sweden, region: Sweden Central}, {name: france, region: francecentral}]\n" +
		"  aoai-gateway:deployments:\n    - {name: gpt-4o, model: gpt-4o, version: \"2024-11-20\"}\n"
	for _, c := range []struct{ reason, content string }{
		{"keys without the namespace, which Pulumi adds", plain},
		{"lines end as on Windows", strings.ReplaceAll(plain, "\n", "\r\n")},
		{"a mark of the byte order", "\ufeff" + plain},
		{"the provider's location", plain + "  azure-native:location: westeurope\n"},
		{"the provider's ids and switches", plain + "  azure-native:subscriptionId: 00000000-0000-4000-8000-000000000002\n  azure-native:useMsi: true\n"},
		{"off is a text to Pulumi", plain + "  aoai-gateway:frontDoor: {waf: {mode: off}}\n"},
		{"the settings of a secrets provider", "secretsprovider: passphrase\nencryptionsalt: v1:abc\n" + plain},
		{
			"an encrypted secret of the provider",
			plain + "  azure-native:clientSecret:\n    secure: v1:AAAAAAAAAAAAAAAA:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA\n",
		},
		{"an anchor", "config:\n  aoai-gateway:tags: &tags {team: ai}\n" + strings.TrimPrefix(plain, "config:\n")},
		{"another tool's keys", plain + "  contoso:owner: ai\n"},
		{"Pulumi's own keys", plain + "  pulumi:disable-default-providers: [azure-native]\n"},
		{"a large network", plain + "  aoai-gateway:edge: application-gateway\n  aoai-gateway:applicationGateway: {allowHttp: true, virtualNetwork: 10.0.0.0/8}\n"},
		{"tags that say yes, and nothing", plain + "  aoai-gateway:tags: {team: \"\", shared: \"yes\"}\n"},
	} {
		t.Run(c.reason, func(t *testing.T) {
			_, advice, err := readFile([]byte(c.content), os.DirFS(".."), today)
			require.NoError(t, err)
			require.Empty(t, warnings(advice))
		})
	}
}

// The file is named, and the mistakes come in one text.
func TestCheckFileNamesTheFile(t *testing.T) {
	file := filepath.Join(t.TempDir(), "Pulumi.mine.yaml")
	require.NoError(t, os.WriteFile(file, []byte("config:\n  aoai-gateway:openai:\n  aoai-gateway:pattern: APIM\n"), 0o600))
	_, _, err := CheckFile(file, os.DirFS(".."), today)
	require.ErrorContains(t, err, "mistake in "+file+"; nothing was changed:\n  aoai-gateway:openai: is empty; give a list, or remove the key")
	require.Equal(t, 1, strings.Count(err.Error(), "nothing was changed"))

	_, _, err = CheckFile(file+".none", os.DirFS(".."), today)
	require.ErrorIs(t, err, os.ErrNotExist)
}
