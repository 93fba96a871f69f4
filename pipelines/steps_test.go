package pipelines

import (
	"strconv"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/stretchr/testify/require"
)

// noPreflight is an aoai from before there was a preflight; drift ends as DRIFT says.
const (
	noPreflight   = `[ "$1" != preflight ] || exit 2`
	someResources = "+ 3 to create\n    ~ tags: <\"a\"> & `b`\n"
)

// planning is a pulumi whose preview prints $DIFF, saves a plan and ends as $ENDS says.
const planning = `printf %s "$DIFF"
while [ $# -gt 0 ]; do [ "$1" != --save-plan ] || echo '{}' >"$2"; shift; done
exit "${ENDS:-0}"`

// A preview leaves a plan with its commit and its stack, and a comment; a failure leaves the
// comment alone, and takes an earlier plan away.
func TestPreview(t *testing.T) {
	for _, test := range []struct {
		reason      string
		aoai        string
		environment []string
		code        int
		comment     []string
		pulumi      int
	}{
		{"a preview that succeeds", noPreflight, nil, 0, []string{"### Preview: stack `prod`\n", "what a deployment would do", someResources}, 1},
		{"pulumi's code is passed on", noPreflight, []string{"ENDS=4"}, 4, []string{"failed** with exit code 4", someResources}, 1},
		{"what preflight finds stops it", `[ "$2" = --help ] || { echo quota is short; exit 1; }`, nil, 1, []string{"exit code 1", "quota is short"}, 0},
		{
			"an identity that may not deploy hears it, and goes on", `[ "$2" = --help ] || { echo rights are missing; exit 1; }`,
			[]string{"PREFLIGHT=tell"},
			0,
			[]string{"what a deployment would do", "rights are missing", someResources},
			1,
		},
	} {
		t.Run(test.reason, func(t *testing.T) {
			p := newProject(t)
			p.stub("bin/aoai", test.aoai)
			p.stub("pulumi", planning)
			p.write("bin/plan/plan.json", "an earlier one")
			p.write("bin/plan/commit", p.commit)
			got := p.run("steps/preview.sh", append(test.environment, "STACK=prod", "DIFF="+someResources))
			require.Equal(t, test.code, got.code, got.stderr)
			for _, part := range append(test.comment, p.commit) {
				require.Contains(t, p.read("bin/plan/comment.md"), part)
			}
			require.Len(t, p.calls("pulumi [preview] [--refresh] [--diff] [--save-plan] [bin/plan/plan.json] [--stack] [prod] [--ignore-protect=false]"), test.pulumi)
			if test.code == 0 {
				require.Equal(t, "{}\n", p.read("bin/plan/plan.json"))
				require.Equal(t, p.commit+"\n", p.read("bin/plan/commit"))
				require.Equal(t, "prod\n", p.read("bin/plan/stack"))
			} else {
				require.Empty(t, p.read("bin/plan/plan.json")+p.read("bin/plan/commit")+p.read("bin/plan/stack"))
			}
		})
	}
}

// A diff that is longer than a comment may be is cut between lines, and says by how much.
func TestPreviewCutsLongDiffs(t *testing.T) {
	p := newProject(t)
	p.stub("bin/aoai", noPreflight)
	p.stub("pulumi", `i=0; while [ $i -lt 3000 ]; do echo "  ~ a line that is é and has the number $i"; i=$((i+1)); done`)
	require.Zero(t, p.run("steps/preview.sh", []string{"STACK=prod"}).code)
	comment := p.read("bin/plan/comment.md")
	require.Less(t, len(comment), 65000)
	require.Greater(t, len(comment), 60000)
	require.True(t, utf8.ValidString(comment))
	kept := strings.Count(comment, "a line that")
	require.Contains(t, comment, "... "+strconv.Itoa(3000-kept)+" more lines, in the log of this run\n~~~~~~~~~~\n")
	require.Equal(t, 3000, strings.Count(p.read("bin/plan/preview.log"), "a line that"))
}

// Only a plan of this stack and this commit is deployed.
func TestDeploy(t *testing.T) {
	for _, test := range []struct {
		reason              string
		plan, stack, commit string
		code                int
		told                string
	}{
		{"a plan of this commit", "{}", "prod", "", 0, ""},
		{"no plan", "", "prod", "", 1, "bin/plan/plan.json is missing; run preview.sh"},
		{"a plan of another commit", "{}", "prod", "0123", 1, "bin/plan/commit is 0123; the checkout is at"},
		{"a plan of nobody knows what", "{}", "prod", "missing", 1, "bin/plan/commit is missing"},
		{"a plan of another stack", "{}", "dev", "", 1, "bin/plan/stack is dev; this would deploy prod: preview it"},
	} {
		t.Run(test.reason, func(t *testing.T) {
			p := newProject(t)
			p.stub("bin/aoai", noPreflight)
			p.stub("pulumi", "")
			p.write("bin/plan/plan.json", test.plan)
			p.write("bin/plan/stack", test.stack)
			switch test.commit {
			case "":
				p.write("bin/plan/commit", p.commit+"\n")
			case "missing":
			default:
				p.write("bin/plan/commit", test.commit)
			}
			got := p.run("steps/deploy.sh", []string{"STACK=prod"})
			require.Equal(t, test.code, got.code, got.stderr)
			require.Contains(t, got.stderr, test.told)
			if test.code != 0 {
				require.Empty(t, p.calls("pulumi"))
				return
			}
			require.Len(t, p.calls("pulumi [up] [--yes] [--skip-preview] [--refresh] [--plan] [bin/plan/plan.json] [--stack] [prod] [--ignore-protect=false]"), 1)
		})
	}
}

// A deployment ends as pulumi does, and not at all begins where preflight finds something.
func TestDeployPassesFailuresOn(t *testing.T) {
	for _, test := range []struct {
		reason, aoai string
		environment  []string
		code, pulumi int
	}{
		{"pulumi fails", noPreflight, nil, 8, 1},
		{"preflight finds something", `[ "$2" = --help ] || exit 1`, nil, 1, 0},
		{"preflight only tells", `[ "$2" = --help ] || exit 1`, []string{"PREFLIGHT=tell"}, 8, 1},
	} {
		t.Run(test.reason, func(t *testing.T) {
			p := newProject(t)
			p.stub("bin/aoai", test.aoai)
			p.stub("pulumi", "exit 8")
			for name, content := range map[string]string{"plan.json": "{}", "stack": "prod", "commit": p.commit} {
				p.write("bin/plan/"+name, content)
			}
			require.Equal(t, test.code, p.run("steps/deploy.sh", append(test.environment, "STACK=prod")).code)
			require.Len(t, p.calls("pulumi"), test.pulumi)
		})
	}
}

// Drift is an outcome and no failure; what is neither is a failure and no drift.
func TestDrift(t *testing.T) {
	for _, test := range []struct {
		reason     string
		ends, code int
		outcome    string
	}{
		{"clean", 0, 0, "false"},
		{"drift", 7, 0, "true"},
		{"an error", 1, 1, ""},
		{"a lost stack", 6, 6, ""},
	} {
		t.Run(test.reason, func(t *testing.T) {
			p := newProject(t)
			p.stub("bin/aoai", "echo '### the report'; exit "+strconv.Itoa(test.ends))
			p.write("bin/plan/drift", "true")
			outputs := p.dir + "/outputs"
			got := p.run("steps/drift.sh", []string{"STACK=prod", "GITHUB_OUTPUT=" + outputs, "TF_BUILD=True"})
			require.Equal(t, test.code, got.code, got.stderr)
			require.Equal(t, []string{"aoai [drift] [--azure] [--stack] [prod] [--markdown]"}, p.calls("aoai"))
			if test.outcome == "" {
				require.Empty(t, p.read("bin/plan/drift")+p.read("bin/plan/drift.md")+p.read("outputs"))
				require.NotContains(t, got.stdout, "drift=")
				return
			}
			require.Equal(t, test.outcome+"\n", p.read("bin/plan/drift"))
			require.Equal(t, "### the report\n", p.read("bin/plan/drift.md"))
			require.Equal(t, "drift="+test.outcome+"\n", p.read("outputs"))
			require.Contains(t, got.stdout, "##vso[task.setvariable variable=drift]"+test.outcome)
		})
	}
}

func TestLogin(t *testing.T) {
	p := newProject(t)
	p.stub("pulumi", `[ "$1" = login ] || exit "${SELECTS:-0}"`)
	state := []string{"STACK=prod", "PULUMI_BACKEND_URL=azblob://prod?storage_account=a"}
	require.Zero(t, p.run("steps/login.sh", state).code)
	require.Equal(t, []string{"pulumi [login] [azblob://prod?storage_account=a]", "pulumi [stack] [select] [prod] [--non-interactive]"}, p.calls("pulumi"))

	got := p.run("steps/login.sh", append(state, "SELECTS=1"))
	require.Equal(t, 1, got.code)
	require.Contains(t, got.stderr, "STACK is 'prod', which cannot be selected; make it once")

	p.stub("curl", `cat >/dev/null; echo '{"value":"id"}'`)
	p.stub("pulumi", `[ "$1" != login ] || cat "${4#file://}"`)
	got = p.run("steps/login.sh", append(state, "PULUMI_ORGANIZATION=contoso", "ACTIONS_ID_TOKEN_REQUEST_URL=https://x?a=b", "ACTIONS_ID_TOKEN_REQUEST_TOKEN=t"))
	require.Equal(t, ended{0, "id\n", ""}, got)
	require.Len(t, p.calls("curl [-fsS] [--max-time] [20] [--retry] [3] [-H] [@-] [https://x?a=b&audience=urn:pulumi:org:contoso]"), 1)
	require.Contains(t, p.calls("pulumi")[4], "[--oidc-org] [contoso]")
}

func TestLintAndTest(t *testing.T) {
	p := newProject(t)
	p.stub("gofmt", `printf %s "$UNFORMATTED"`)
	p.stub("go", "")
	p.stub("make", "exit 3")
	p.stub("bin/aoai", "")
	require.Zero(t, p.run("steps/lint.sh", nil, "a.xml", "b.xml").code)
	require.Equal(t, []string{"gofmt [-l] [.]", "go [vet] [./...]", "aoai [policy] [check] [a.xml] [b.xml]"}, p.calls(""))
	got := p.run("steps/lint.sh", []string{"UNFORMATTED=a.go"})
	require.Equal(t, 1, got.code)
	require.Contains(t, got.stderr, "a.go")
	require.Equal(t, 3, p.run("steps/test.sh", nil).code)
}

// No step runs where Pulumi would ignore what is protected, whoever has set it: a variable of
// the pipeline, or a command in its file.
func TestStepsKeepWhatIsProtected(t *testing.T) {
	for _, script := range []string{"preview.sh", "deploy.sh", "drift.sh", "login.sh", "with-identity.sh"} {
		t.Run(script, func(t *testing.T) {
			p := newProject(t)
			p.stub("bin/aoai", noPreflight)
			p.stub("pulumi", planning)
			got := p.run("steps/"+script, []string{"STACK=prod", "PULUMI_BACKEND_URL=b", "PULUMI_OPTION_IGNORE_PROTECT=true"}, "pulumi", "up")
			require.Equal(t, 1, got.code)
			require.Contains(t, got.stderr, script+": PULUMI_OPTION_IGNORE_PROTECT is 'true'; unset it")
			require.Empty(t, p.calls(""))
		})
	}
	for _, argument := range []string{"--ignore-protect", "--ignore-protect=true", "pulumi destroy --ignore-protect"} {
		p := newProject(t)
		p.stub("pulumi", "")
		got := p.run("steps/with-identity.sh", nil, "pulumi", "up", argument)
		require.Equal(t, 1, got.code, argument)
		require.Contains(t, got.stderr, "an argument is '"+argument+"'")
		require.Empty(t, p.calls(""))
	}
}

// Each step says what it misses, before it calls anything.
func TestStepsNeedTheirVariables(t *testing.T) {
	for _, test := range []struct {
		script, told string
		environment  []string
	}{
		{"login.sh", "login.sh: STACK is empty; set it to the name of the stack", nil},
		{"login.sh", "PULUMI_BACKEND_URL is empty", []string{"STACK=dev"}},
		{"preview.sh", "STACK is empty", nil},
		{"preview.sh", "STACK is 'a'; b'; a name has", []string{"STACK=a'; b"}},
		{"deploy.sh", "STACK is empty", nil},
		{"drift.sh", "STACK is empty", nil},
		{"comment-github.sh", "PULL_REQUEST is empty", []string{"STACK=dev"}},
		{"comment-github.sh", "bin/plan/comment.md is missing", []string{"STACK=dev", "PULL_REQUEST=1", "GITHUB_REPOSITORY=a/b"}},
		{"comment-azure-devops.sh", "SYSTEM_COLLECTIONURI is empty", []string{"STACK=dev"}},
		{"issue-github.sh", "STACK is empty", nil},
		{"issue-azure-devops.sh", "SYSTEM_COLLECTIONURI is empty", []string{"STACK=dev"}},
		{"with-identity.sh", "COMMAND is missing", nil},
	} {
		t.Run(test.script+": "+test.told, func(t *testing.T) {
			p := newProject(t)
			got := p.run("steps/"+test.script, test.environment)
			require.Equal(t, 1, got.code)
			require.Contains(t, got.stderr, test.told)
			require.Empty(t, p.calls(""))
		})
	}
}
