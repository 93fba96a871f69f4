package pipelines

import (
	"bytes"
	"fmt"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"go.yaml.in/yaml/v3"
)

// The types hold the keys of Azure DevOps' YAML schema that these files may use; another one,
// or one in another place, is a mistake.
type (
	azurePipeline struct {
		Trigger, PR any
		Schedules   []struct {
			Cron        string
			DisplayName string `yaml:"displayName"`
			Branches    struct{ Include []string }
			Always      bool
		}
		LockBehavior string `yaml:"lockBehavior"`
		Parameters   []struct {
			Name, Type string
			Default    []string
		}
		Pool struct {
			VMImage string `yaml:"vmImage"`
		}
		Variables []struct{ Group string }
		Stages    []azureStage
		Jobs      []azureJob
		Steps     []azureStep // of a template
	}
	azureStage struct {
		Stage       string
		DisplayName string `yaml:"displayName"`
		Jobs        []azureJob
	}
	azureJob struct {
		Job, Deployment, Environment, Condition string
		DisplayName                             string `yaml:"displayName"`
		TimeoutInMinutes                        int    `yaml:"timeoutInMinutes"`
		Steps                                   []azureStep
		Strategy                                struct {
			RunOnce struct {
				Deploy struct{ Steps []azureStep }
			} `yaml:"runOnce"`
		}
	}
	azureStep struct {
		Checkout, Template, Script, Task, Publish, Download, Artifact, Condition string
		DisplayName                                                              string `yaml:"displayName"`
		Inputs, Env                                                              map[string]string
	}
)

// each is a loop over the stacks.
var each = regexp.MustCompile(`^\$\{\{ each stack in parameters\.stacks \}\}$`)

// unroll puts the items of loops in their place, as for one stack.
func unroll(node *yaml.Node) {
	var items []*yaml.Node
	for _, child := range node.Content {
		unroll(child)
		if node.Kind == yaml.SequenceNode && child.Kind == yaml.MappingNode && each.MatchString(child.Content[0].Value) {
			items = append(items, child.Content[1].Content...)
		} else {
			items = append(items, child)
		}
	}
	node.Content = items
}

func readAzurePipeline(t *testing.T, content string) azurePipeline {
	t.Helper()
	content = strings.NewReplacer("${{ replace(stack, '-', '_') }}", "prod", "${{ stack }}", "prod").Replace(content)
	var node yaml.Node
	require.NoError(t, yaml.Unmarshal([]byte(content), &node))
	unroll(&node)
	raw, err := yaml.Marshal(&node)
	require.NoError(t, err)
	require.NotContains(t, string(raw), "${{", "an expression that the test does not know")
	var p azurePipeline
	decoder := yaml.NewDecoder(bytes.NewReader(raw))
	decoder.KnownFields(true)
	require.NoError(t, decoder.Decode(&p))
	return p
}

// steps are those of a job of either kind.
func (j azureJob) steps() []azureStep { return slices.Concat(j.Steps, j.Strategy.RunOnce.Deploy.Steps) }

func (p azurePipeline) jobs() []azureJob {
	jobs := p.Jobs
	for _, stage := range p.Stages {
		jobs = append(jobs, stage.Jobs...)
	}
	return jobs
}

// kinds are the keys of which a step has one.
func (s azureStep) kinds() []string {
	return slices.DeleteFunc([]string{s.Checkout, s.Template, s.Script, s.Task, s.Publish, s.Download}, func(kind string) bool { return kind == "" })
}

var identifier = regexp.MustCompile(`^[A-Za-z_][A-Za-z0-9_]*$`)

func TestAzurePipelines(t *testing.T) {
	files := pipelineFiles(t)
	for path, content := range files {
		if filepath.Dir(path) != "azure-devops" {
			continue
		}
		t.Run(path, func(t *testing.T) {
			p := readAzurePipeline(t, content)
			if strings.HasSuffix(path, "tools.yml") {
				require.Empty(t, p.jobs())
				for _, step := range p.Steps {
					require.Len(t, step.kinds(), 1)
				}
				return
			}
			require.Equal(t, "ubuntu-24.04", p.Pool.VMImage)
			require.NotNil(t, p.Trigger, "without one, every push to any branch starts it")
			require.NotEmpty(t, p.jobs())
			for _, stage := range p.Stages {
				require.Regexp(t, identifier, stage.Stage)
			}
			for _, job := range p.jobs() {
				require.NotZero(t, job.TimeoutInMinutes)
				require.Regexp(t, identifier, job.Job+job.Deployment)
				require.NotEqual(t, "deploy", job.Deployment, "a word that Azure DevOps keeps for itself")
				require.Equal(t, "self", job.steps()[0].Checkout)
				for _, step := range job.steps() {
					require.Len(t, step.kinds(), 1, fmt.Sprint(step))
					require.Equal(t, step.Publish != "" || step.Download != "", step.Artifact != "")
					if step.Template != "" {
						require.Contains(t, files, "azure-devops/"+step.Template)
					}
					if step.Task != "" {
						checkAzureCLI(t, step)
					}
				}
			}
		})
	}
}

// checkAzureCLI holds a task with an identity to what with-identity.sh takes from it.
func checkAzureCLI(t *testing.T, step azureStep) {
	t.Helper()
	require.Equal(t, "AzureCLI@2", step.Task)
	require.Equal(t, map[string]string{
		"azureSubscription": step.Inputs["azureSubscription"], "addSpnToEnvironment": "true",
		"scriptType": "bash", "scriptLocation": "inlineScript", "inlineScript": step.Inputs["inlineScript"],
	}, step.Inputs)
	require.Equal(t, "$(System.AccessToken)", step.Env["SYSTEM_ACCESSTOKEN"])
	require.Equal(t, "prod", step.Env["STACK"])
	require.Equal(t, "azblob://prod?storage_account=$(STORAGE_ACCOUNT)", step.Env["PULUMI_BACKEND_URL"])
	lines := strings.Split(strings.TrimSpace(step.Inputs["inlineScript"]), "\n")
	require.Equal(t, "set -eu", lines[0])
	for _, line := range lines[1:] {
		require.Regexp(t, `^pipelines/steps/with-identity\.sh pipelines/steps/[a-z]+\.sh$`, line)
	}
	connection := "aoai-prod-plan"
	if strings.Contains(step.Inputs["inlineScript"], "deploy.sh") {
		connection = "aoai-prod"
	}
	require.Equal(t, connection, step.Inputs["azureSubscription"], "only a deployment may write")
}

// Deployments wait for each other in an environment; forks get no identity.
func TestAzurePipelinesGuardStacks(t *testing.T) {
	files := pipelineFiles(t)
	deploy := readAzurePipeline(t, files["azure-devops/deploy.yml"])
	require.Equal(t, "sequential", deploy.LockBehavior)
	require.Equal(t, "none", deploy.PR)
	require.Len(t, deploy.Stages, 2)
	require.Empty(t, deploy.Stages[0].Jobs[0].Environment)
	require.Equal(t, "prod", deploy.Stages[1].Jobs[0].Environment)

	request := readAzurePipeline(t, files["azure-devops/pull-request.yml"])
	for _, job := range request.jobs() {
		for _, step := range job.steps() {
			if step.Task != "" {
				require.Equal(t, "and(succeeded(), ne(variables['System.PullRequest.IsFork'], 'True'))", job.Condition)
			}
		}
	}
	require.Equal(t, "none", readAzurePipeline(t, files["azure-devops/drift.yml"]).Trigger)
}
