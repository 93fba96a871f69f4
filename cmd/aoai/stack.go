package main

import (
	"bufio"
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"maps"
	"os"
	"slices"
	"strconv"
	"strings"

	"github.com/aoai-gateway/aoai-gateway/internal/arm"
	"github.com/aoai-gateway/aoai-gateway/internal/engine"
	"github.com/aoai-gateway/aoai-gateway/sandbox"
)

type stackCommands struct {
	List   stackListCommand   `cmd:"" name:"ls" help:"List the sandbox's stacks: pattern, file, resources."`
	Remove stackRemoveCommand `cmd:"" name:"rm" help:"Remove a stack that was destroyed."`
	Reset  stackResetCommand  `cmd:"" help:"Delete from the sandbox what a stack has there, and the stack's state, whatever state it is in. The stack's file stays."`
}

// listedStack is a stack of the sandbox.
type listedStack struct {
	engine.Summary
	deployed
}

type stackListCommand struct{}

// Run lists stacks. It does not need the sandbox to run.
func (c *stackListCommand) Run(ctx context.Context, s *shared, out *streams) error {
	stacks, err := s.stacks(ctx, out)
	if err != nil {
		return err
	}
	if s.JSON {
		return printJSON(out.stdout, struct {
			Stacks []listedStack `json:"stacks"`
		}{stacks})
	}
	if len(stacks) == 0 {
		_, err := fmt.Fprintln(out.stdout, "no stacks; aoai up makes one")
		return err
	}
	table := newTable(out.stdout, "STACK", "PATTERN", "FILE", "RESOURCES", "LAST UPDATE")
	for _, each := range stacks {
		table.row(each.Name, cmp.Or(each.Pattern, "-"), cmp.Or(each.Config, "Pulumi."+each.Name+".yaml"), strconv.Itoa(each.Resources), cmp.Or(each.LastUpdate, "never"))
	}
	return table.flush()
}

// stacks are those of the sandbox, with what their last up deployed.
func (s *shared) stacks(ctx context.Context, out *streams) ([]listedStack, error) {
	driver, err := s.existing(ctx, "dev", nil, out) // any name will do to list
	if err != nil {
		return nil, err
	}
	summaries, err := driver.Stacks(ctx)
	if err != nil {
		return nil, err
	}
	stacks := []listedStack{}
	for _, each := range summaries {
		last, err := s.remembered(each.Name)
		if err != nil {
			return nil, err
		}
		stacks = append(stacks, listedStack{each, last})
	}
	return stacks, nil
}

// existing drives a stack without its file.
func (s *shared) existing(ctx context.Context, name string, environment map[string]string, out *streams) (*engine.Engine, error) {
	if err := s.isProject(); err != nil {
		return nil, err
	}
	tools, err := s.tools(ctx, out)
	if err != nil {
		return nil, err
	}
	return engine.Existing(engine.Options{
		Project: s.Project, Dir: s.sandboxDir(), Tools: tools, Environment: environment,
		Force: out.force, Stdout: out.stderr, Stderr: out.stderr, Progress: out.stderr,
	}, name)
}

// stack finds one of the sandbox's stacks.
func (s *shared) stack(ctx context.Context, name string, out *streams) (listedStack, error) {
	stacks, err := s.stacks(ctx, out)
	if err != nil {
		return listedStack{}, err
	}
	names := make([]string, 0, len(stacks))
	for _, each := range stacks {
		if each.Name == name {
			return each, nil
		}
		names = append(names, each.Name)
	}
	return listedStack{}, fmt.Errorf("the sandbox has no stack %q; it has %s", name, cmp.Or(strings.Join(names, ", "), "none"))
}

type stackRemoveCommand struct {
	Name string `arg:"" help:"Name of the stack."`
}

// Run removes a stack without resources.
func (c *stackRemoveCommand) Run(ctx context.Context, s *shared, out *streams) error {
	found, err := s.stack(ctx, c.Name, out)
	if err != nil {
		return err
	}
	if found.Resources > 0 {
		return fmt.Errorf("stack %s has %d resources still: run aoai destroy --stack %s first, or aoai stack reset %s, which deletes them and the stack", c.Name, found.Resources, c.Name, c.Name)
	}
	driver, err := s.existing(ctx, c.Name, nil, out)
	if err != nil {
		return err
	}
	if err := driver.Forget(ctx); err != nil {
		return err
	}
	if err := s.forget(c.Name); err != nil {
		return err
	}
	return s.tellRemoved(out, c.Name, "removed stack "+c.Name)
}

func (s *shared) tellRemoved(out *streams, name, text string) error {
	if s.JSON {
		return printJSON(out.stdout, struct {
			Removed string `json:"removed"`
		}{name})
	}
	_, err := fmt.Fprintln(out.stdout, text)
	return err
}

type stackResetCommand struct {
	Name string `arg:"" help:"Name of the stack."`
	Yes  bool   `help:"Reset without asking."`
}

// Run deletes what a stack has in the sandbox without Pulumi, and forgets the stack.
func (c *stackResetCommand) Run(ctx context.Context, s *shared, out *streams) error {
	found, err := s.stack(ctx, c.Name, out)
	if err != nil {
		return err
	}
	if !c.Yes {
		question := fmt.Sprintf("Delete the %d resources of stack %s from the sandbox, and the stack? [y/N] ", found.Resources, c.Name)
		if err := agreed(os.Stdin, out.stderr, question); err != nil {
			return err
		}
	}
	contract, err := arm.Load()
	if err != nil {
		return err
	}
	return s.withSession(ctx, func(session *sandbox.Session) error {
		driver, err := s.existing(ctx, c.Name, session.Endpoints.Environment(), out)
		if err != nil {
			return err
		}
		living, err := driver.RunningProcesses()
		if err != nil {
			return err
		}
		if len(living) > 0 {
			return fmt.Errorf("a run of stack %s lives still, as process %d: wait for it or end it, and reset then", c.Name, living[0])
		}
		state, err := driver.State(ctx)
		if err != nil {
			return err
		}
		cloud := cloud{cloudOf(session), contract}
		if err := cloud.clear(ctx, state); err != nil {
			return fmt.Errorf("deleting what stack %s has: %w", c.Name, err)
		}
		if err := driver.Forget(ctx); err != nil {
			return err
		}
		if err := s.forget(c.Name); err != nil {
			return err
		}
		return s.tellRemoved(out, c.Name, fmt.Sprintf("deleted the resources of stack %s, and the stack; its file stays", c.Name))
	})
}

// agreed asks a question, and refuses to go on without a yes.
func agreed(in io.Reader, w io.Writer, question string) error {
	if _, err := io.WriteString(w, question); err != nil {
		return fmt.Errorf("asking: %w", err)
	}
	answer, err := bufio.NewReader(in).ReadString('\n')
	if err != nil && !errors.Is(err, io.EOF) {
		return fmt.Errorf("reading the answer: %w", err)
	}
	if answer = strings.ToLower(strings.TrimSpace(answer)); answer != "y" && answer != "yes" {
		return errors.New("nothing was changed; answer y, or give --yes")
	}
	return nil
}

// resourceGroup is the type of what holds the rest, and takes it along.
const resourceGroup = "azure-native:resources:ResourceGroup"

// clear deletes what a state holds: resource groups first, then what is left of the others,
// what lies deepest first. At the end it frees the names that Azure still holds.
func (c cloud) clear(ctx context.Context, state engine.State) error {
	var suffixes []string
	made := slices.Collect(maps.Values(state))
	slices.SortFunc(made, func(a, b *engine.Resource) int {
		return cmp.Or(-compareBool(a.Type == resourceGroup, b.Type == resourceGroup), -cmp.Compare(strings.Count(a.ID, "/"), strings.Count(b.ID, "/")), cmp.Compare(a.ID, b.ID))
	})
	for _, each := range made {
		if suffix, isText := each.Outputs["result"].(string); isText && each.Type == "random:index/randomString:RandomString" {
			suffixes = append(suffixes, suffix)
		}
		known, isARM := c.contract.ByToken(each.Type)
		if !isARM || each.External || known.APIVersion == "" || !strings.HasPrefix(each.ID, "/") {
			continue
		}
		there, err := c.Get(ctx, each.ID, known.APIVersion)
		if err != nil {
			return err
		}
		if there == nil {
			continue
		}
		if err := c.DeleteAndWait(ctx, each.ID, known.APIVersion); err != nil {
			return err
		}
	}
	held, err := c.heldNames(ctx, suffixes)
	if err != nil {
		return err
	}
	return c.purge(ctx, held)
}

// compareBool sorts false before true.
func compareBool(a, b bool) int {
	switch {
	case a == b:
		return 0
	case b:
		return -1
	default:
		return 1
	}
}
