package main

import (
	"context"
	"errors"
	"fmt"
	"io"

	"github.com/aoai-gateway/aoai-gateway/internal/arm"
	"github.com/aoai-gateway/aoai-gateway/internal/resourcemanager"
	"github.com/aoai-gateway/aoai-gateway/policies"
)

type budgetCommands struct {
	Status budgetStatusCommand `cmd:"" help:"Tell whether the budget has stopped calls, and what was spent."`
	Resume budgetResumeCommand `cmd:"" help:"Take the stop back: calls are answered again."`
	Stop   budgetStopCommand   `cmd:"" help:"Stop calls by hand, as the budget would."`
}

type (
	budgetStatusCommand struct{ onAzure }
	budgetResumeCommand struct{ onAzure }
	budgetStopCommand   struct{ onAzure }
)

// Run tells it.
func (c *budgetStatusCommand) Run(ctx context.Context, s *shared, out *streams) error {
	return s.withBudget(ctx, c.onAzure, out, func(b *stackBudget) error { return b.tell(ctx, s, out.stdout) })
}

// Run lets calls through.
func (c *budgetResumeCommand) Run(ctx context.Context, s *shared, out *streams) error {
	return s.withBudget(ctx, c.onAzure, out, func(b *stackBudget) error {
		return errors.Join(b.set(ctx, policies.BudgetOpen), b.tell(ctx, s, out.stdout))
	})
}

// Run stops calls.
func (c *budgetStopCommand) Run(ctx context.Context, s *shared, out *streams) error {
	return s.withBudget(ctx, c.onAzure, out, func(b *stackBudget) error {
		return errors.Join(b.set(ctx, policies.BudgetStopped), b.tell(ctx, s, out.stdout))
	})
}

// stackBudget is the budget of a stack that may stop calls.
type stackBudget struct {
	cloud *resourcemanager.Client
	// state is the named value that says whether calls are stopped.
	state arm.ID
}

// withBudget finds the budget of a stack.
func (s *shared) withBudget(ctx context.Context, c onAzure, out *streams, use func(*stackBudget) error) error {
	return s.withDeployed(ctx, c, out, func(d *deployedStack) error {
		id, _ := d.outputs["budgetState"].(string)
		if id == "" {
			return fmt.Errorf("stack %s has no budget that stops calls; give budget.stop, such as {action: refuse}, and run up", c.Stack)
		}
		state, err := arm.ParseID(id)
		if err != nil {
			return fmt.Errorf("reading the stack's output budgetState: %w", err)
		}
		return use(&stackBudget{d.cloud, state})
	})
}

const (
	namedValueVersion = "2024-05-01"
	budgetVersion     = "2023-11-01"
)

// set writes the named value.
func (b *stackBudget) set(ctx context.Context, value string) error {
	_, err := b.cloud.Put(ctx, b.state.String(), namedValueVersion, map[string]any{
		"properties": map[string]any{"displayName": b.state.Name(), "value": value, "secret": false},
	})
	return err
}

// budgetReport is what is told of a budget.
type budgetReport struct {
	Stopped bool `json:"stopped"`
	// Budget is its name.
	Budget string  `json:"budget"`
	Amount float64 `json:"amount"`
	// Spent is what Azure knows of, in Unit; its costs are hours old.
	Spent float64 `json:"spent"`
	Unit  string  `json:"unit"`
}

func (b *stackBudget) read(ctx context.Context) (budgetReport, error) {
	var report budgetReport
	state, err := b.cloud.Read(ctx, b.state.String(), namedValueVersion)
	if err != nil {
		return report, err
	}
	value, _ := member(state, "properties", "value").(string)
	report.Stopped = value == policies.BudgetStopped
	service, _ := b.state.Parent()
	name, err := b.cloud.Read(ctx, service.String()+"/namedValues/budget-name", namedValueVersion)
	if err != nil {
		return report, err
	}
	report.Budget, _ = member(name, "properties", "value").(string)
	budget, err := b.cloud.Read(ctx, "/subscriptions/"+b.state.Subscription()+"/resourceGroups/"+b.state.ResourceGroup()+"/providers/Microsoft.Consumption/budgets/"+report.Budget, budgetVersion)
	if err != nil {
		return report, err
	}
	report.Amount, _ = member(budget, "properties", "amount").(float64)
	report.Spent, _ = member(budget, "properties", "currentSpend", "amount").(float64)
	report.Unit, _ = member(budget, "properties", "currentSpend", "unit").(string)
	return report, nil
}

func (b *stackBudget) tell(ctx context.Context, s *shared, w io.Writer) error {
	report, err := b.read(ctx)
	if err != nil {
		return err
	}
	if s.JSON {
		return printJSON(w, report)
	}
	state := "calls are answered"
	if report.Stopped {
		state = "calls are stopped; `aoai budget resume` takes the stop back"
	}
	_, err = fmt.Fprintf(w, "budget %s: %.2f of %.2f %s spent this month; %s\n", report.Budget, report.Spent, report.Amount, report.Unit, state)
	return err
}

// member is what stands at a path in JSON objects; nil where there is nothing.
func member(of map[string]any, path ...string) any {
	var value any = of
	for _, name := range path {
		object, _ := value.(map[string]any)
		value = object[name]
	}
	return value
}
