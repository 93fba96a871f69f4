package pipelines

import (
	"bytes"
	"os"
	"path/filepath"
	"regexp"
	"testing"

	"github.com/rhysd/actionlint"
	"github.com/stretchr/testify/require"
	"go.yaml.in/yaml/v3"
)

// The workflows stand as a user copies them, and actionlint finds nothing.
func TestWorkflowsPassActionlint(t *testing.T) {
	p := newProject(t)
	require.NoError(t, os.CopyFS(filepath.Join(p.dir, ".github", "workflows"), os.DirFS("github")))
	var messages bytes.Buffer
	linter, err := actionlint.NewLinter(&messages, &actionlint.LinterOptions{WorkingDir: p.dir})
	require.NoError(t, err)
	found, err := linter.LintRepository(p.dir)
	require.NoError(t, err)
	require.Empty(t, found, messages.String())
}

// workflow is what the rules below look at.
type workflow struct {
	On          yaml.Node
	Permissions map[string]string
	Concurrency struct {
		Group  string
		Cancel bool `yaml:"cancel-in-progress"`
	}
	Jobs map[string]struct {
		Uses        string
		Timeout     int `yaml:"timeout-minutes"`
		Environment string
		If          string
		Permissions map[string]string
		Steps       []struct {
			Uses, Run string
			With      map[string]any
		}
	}
}

var (
	pinned      = regexp.MustCompile(`(?m)^\s*(?:- )?uses: (\S+?)@([0-9a-f]{40}) # v\d+\.\d+\.\d+`)
	anyUses     = regexp.MustCompile(`(?m)^\s*(?:- )?uses: (\S+)(.*)$`)
	credentials = regexp.MustCompile(`secrets\.|pull_request_target|workflow_run`)
)

func TestWorkflows(t *testing.T) {
	for path, content := range pipelineFiles(t) {
		if filepath.Dir(path) != "github" {
			continue
		}
		t.Run(path, func(t *testing.T) {
			var w workflow
			require.NoError(t, yaml.Unmarshal([]byte(content), &w))
			require.NotNil(t, w.Permissions, "nothing is granted to all jobs")
			require.Empty(t, w.Permissions)
			require.NotEmpty(t, w.Concurrency.Group)
			require.Equal(t, path == "github/pull-request.yml", w.Concurrency.Cancel, "only what reads may be cancelled")
			require.NotRegexp(t, credentials, content)
			for _, uses := range anyUses.FindAllString(content, -1) {
				if !regexp.MustCompile(`uses: \./`).MatchString(uses) {
					require.Regexp(t, pinned, uses, "an action is pinned by its commit, with its version beside it")
				}
			}
			for name, job := range w.Jobs {
				require.NotNil(t, job.Permissions, name)
				if job.Uses == "" {
					require.NotZero(t, job.Timeout, name)
				}
				for _, step := range job.Steps {
					if regexp.MustCompile(`^actions/checkout@`).MatchString(step.Uses) {
						require.Equal(t, false, step.With["persist-credentials"], name)
					}
				}
			}
		})
	}
}

// One version of each action is used everywhere.
func TestWorkflowsPinOneVersionOfEach(t *testing.T) {
	commits := map[string]string{}
	for path, content := range pipelineFiles(t) {
		for _, match := range pinned.FindAllStringSubmatch(content, -1) {
			if known, ok := commits[match[1]]; ok {
				require.Equal(t, known, match[2], "%s in %s", match[1], path)
			}
			commits[match[1]] = match[2]
		}
	}
	require.NotEmpty(t, commits)
}

// What each job may do beside reading the repository, and as whom.
func TestWorkflowsGrantNoMoreThanNeeded(t *testing.T) {
	read := map[string]string{"contents": "read"}
	identity := map[string]string{"contents": "read", "id-token": "write"}
	for _, test := range []struct {
		file, job   string
		permissions map[string]string
		environment string
	}{
		{"pull-request.yml", "check", read, ""},
		{"pull-request.yml", "preview", identity, "${{ matrix.stack }}-plan"},
		{"pull-request.yml", "comment", map[string]string{"contents": "read", "pull-requests": "write"}, ""},
		{"deploy.yml", "dev", identity, ""},
		{"deploy.yml", "staging", identity, ""},
		{"deploy.yml", "prod", identity, ""},
		{"deploy-stack.yml", "plan", identity, "${{ inputs.stack }}-plan"},
		{"deploy-stack.yml", "deploy", identity, "${{ inputs.stack }}"},
		{"drift.yml", "drift", identity, "${{ matrix.stack }}-plan"},
		{"drift.yml", "issue", map[string]string{"contents": "read", "issues": "write"}, ""},
	} {
		t.Run(test.file+" "+test.job, func(t *testing.T) {
			content, err := os.ReadFile(filepath.Join("github", test.file))
			require.NoError(t, err)
			var w workflow
			require.NoError(t, yaml.Unmarshal(content, &w))
			require.Contains(t, w.Jobs, test.job)
			require.Equal(t, test.permissions, w.Jobs[test.job].Permissions)
			require.Equal(t, test.environment, w.Jobs[test.job].Environment)
			if test.file == "pull-request.yml" && test.job == "preview" {
				require.Equal(t, "github.event.pull_request.head.repo.full_name == github.repository", w.Jobs[test.job].If, "a fork gets no identity")
			}
		})
	}
}
