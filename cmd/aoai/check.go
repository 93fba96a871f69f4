package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"time"

	"go.yaml.in/yaml/v3"

	"github.com/aoai-gateway/aoai-gateway/components/openai"
	"github.com/aoai-gateway/aoai-gateway/internal/arm"
	"github.com/aoai-gateway/aoai-gateway/internal/engine"
	"github.com/aoai-gateway/aoai-gateway/internal/faults"
	"github.com/aoai-gateway/aoai-gateway/sandbox"
	"github.com/aoai-gateway/aoai-gateway/stacks"
)

type checkCommand struct{ stackFlags }

// Run reads a stack's file and tells what is wrong with it. It starts neither Pulumi nor the
// sandbox.
func (c *checkCommand) Run(_ context.Context, s *shared, out *streams) error {
	if err := s.isProject(); err != nil {
		return err
	}
	flags, err := s.withMemory(c.stackFlags)
	if err != nil {
		return err
	}
	file := s.stackFile(flags)
	_, advice, err := s.readStack(file)
	if err != nil {
		return err
	}
	result := checked{File: file, Warnings: []warning{}}
	last, err := s.remembered(flags.Stack)
	if err != nil {
		return err
	}
	for _, each := range advice {
		if isNew := last.Pattern == ""; each.Warning && (isNew || !each.NewOnly) {
			result.Warnings = append(result.Warnings, warning{each.Path, each.Message})
		}
	}
	if s.JSON {
		return printJSON(out.stdout, result)
	}
	for _, each := range result.Warnings {
		if _, err := fmt.Fprintf(out.stdout, "warning: %s: %s\n", each.Path, each.Message); err != nil {
			return fmt.Errorf("printing the warnings: %w", err)
		}
	}
	if _, err := fmt.Fprintf(out.stdout, "%s has no mistakes\n", file); err != nil {
		return fmt.Errorf("printing the result: %w", err)
	}
	return nil
}

// checked is what check prints as JSON.
type checked struct {
	File     string    `json:"file"`
	Warnings []warning `json:"warnings"`
}

type warning struct {
	Path    string `json:"path"`
	Message string `json:"message"`
}

// stackFile is where a stack's configuration stands.
func (s *shared) stackFile(flags stackFlags) string {
	if flags.Config != "" {
		return flags.Config
	}
	return filepath.Join(s.Project, "Pulumi."+flags.Stack+".yaml")
}

func (s *shared) readStack(file string) (stacks.Config, []stacks.Advice, error) {
	return stacks.CheckFile(file, os.DirFS(s.Project), stacks.ReadOptions{Today: time.Now(), LeaveModelsToAzure: stacks.ModelsAreLeftToAzure()})
}

// checkStack refuses a wrong stack file before Pulumi and the sandbox start. The program
// itself warns later on. Other projects have other keys.
func (s *shared) checkStack(flags stackFlags) (stacks.Config, error) {
	if err := engine.CheckStackName(flags.Stack); err != nil {
		return stacks.Config{}, err
	}
	raw, err := os.ReadFile(filepath.Join(s.Project, "Pulumi.yaml"))
	if err != nil {
		return stacks.Config{}, fmt.Errorf("reading the project's file: %w", err)
	}
	var project struct {
		Name string `yaml:"name"`
	}
	// Pulumi tells what is wrong with a project's file.
	if readable := yaml.Unmarshal(raw, &project) == nil; !readable || project.Name != stacks.Project {
		return stacks.Config{}, nil
	}
	config, _, err := s.readStack(s.stackFile(flags))
	return config, err
}

// existingAreThere refuses a stack whose existing accounts the sandbox does not have, before
// Pulumi starts. On Azure, the program looks.
func existingAreThere(ctx context.Context, session *sandbox.Session, config stacks.Config) error {
	contract, err := arm.Load()
	if err != nil {
		return err
	}
	account, known := contract.ByToken("azure-native:cognitiveservices/v20241001:Account")
	if !known {
		return errors.New("the contract has no accounts")
	}
	cloud := cloudOf(session)
	var missing faults.List
	for i, each := range config.OpenAI {
		if each.Existing == nil {
			continue
		}
		id, err := account.Path.Fill(map[string]string{"subscriptionId": session.Endpoints.SubscriptionID, "resourceGroupName": each.Existing.ResourceGroup, "accountName": each.Existing.Name})
		if err != nil {
			return err
		}
		found, err := cloud.Get(ctx, id, account.APIVersion)
		if err != nil {
			return err
		}
		if found == nil {
			missing.AddError(fmt.Sprintf("%s:openai[%d].existing", stacks.Project, i), openai.AccountMissing(each.Existing.ResourceGroup, each.Existing.Name))
		}
	}
	if err := missing.Err(); err != nil {
		return fmt.Errorf("nothing was changed, as the sandbox lacks what the stack's file names; the file that --seed names says what there is:\n%w", err)
	}
	return nil
}

// warnOfStrangers tells of clients that the sandbox's directory does not have. Azure takes a
// service principal without a look, since a new one may not be known everywhere yet.
func warnOfStrangers(ctx context.Context, w io.Writer, session *sandbox.Session, config stacks.Config) error {
	if len(config.Clients) == 0 {
		return nil
	}
	inventory, err := session.Inventory(ctx)
	if err != nil {
		return err
	}
	for _, line := range strangers(config.Clients, inventory.Principals) {
		if _, err := fmt.Fprintf(w, "aoai: warning: %s\n", line); err != nil {
			return fmt.Errorf("warning of unknown principals: %w", err)
		}
	}
	return nil
}

func strangers(clients []stacks.Client, known map[string]string) []string {
	var lines []string
	for i, client := range clients {
		at := fmt.Sprintf("%s:clients[%d].", stacks.Project, i)
		kind, there := known[strings.ToLower(client.PrincipalID)]
		switch {
		case client.PrincipalID == stacks.Deployer:
		case !there:
			lines = append(lines, fmt.Sprintf("%sprincipalId: %q is nobody in the sandbox's directory, so that nobody can call the models as %s; correct it, or add it to principals in the file that --seed names",
				at, client.PrincipalID, client.Name))
		case kind != client.PrincipalType:
			lines = append(lines, fmt.Sprintf("%sprincipalType: %q is not what %s is in the sandbox's directory; write %s", at, client.PrincipalType, client.PrincipalID, kind))
		}
	}
	return lines
}
