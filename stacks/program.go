// Package stacks turns a stack's configuration into one of the patterns.
package stacks

import (
	"encoding/json"
	"fmt"
	"os"
	"strings"
	"time"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/aoai-gateway/aoai-gateway/guardrails"
	"github.com/aoai-gateway/aoai-gateway/internal/faults"
)

// Program is the Pulumi program. Nothing is registered before the whole
// configuration is valid.
func Program(ctx *pulumi.Context) error {
	values, err := configValues(ctx)
	if err != nil {
		return err
	}
	// The engine runs the program in the project's folder.
	if values, err = WithBase(values, os.DirFS(".")); err != nil {
		return explain(err)
	}
	today := time.Now()
	config, advice, err := ReadConfig(values, ReadOptions{Today: today, LeaveModelsToAzure: ModelsAreLeftToAzure(), IsSecret: ctx.IsConfigSecret})
	if err != nil {
		return explain(err)
	}
	for _, each := range advice {
		tell(ctx, each)
	}
	return guardrails.Around(config.guardrails(), func(ctx *pulumi.Context) error {
		if err := config.protect(ctx); err != nil {
			return err
		}
		return config.deploy(ctx, today)
	})(ctx)
}

// configValues are all config values of the stack. The SDK reads single keys
// only; the engine hands over all of them in one variable, and unknown keys are
// to be found, too.
func configValues(*pulumi.Context) (map[string]string, error) {
	values := map[string]string{}
	if raw := os.Getenv(pulumi.EnvConfig); raw != "" {
		if err := json.Unmarshal([]byte(raw), &values); err != nil {
			return nil, fmt.Errorf("decoding the stack's configuration: %w", err)
		}
	}
	return values, nil
}

// explain makes one readable error of all mistakes.
func explain(err error) error { return explainIn("the stack's configuration", err) }

func explainIn(where string, err error) error {
	found := faults.All(err)
	lines := make([]string, len(found))
	for i, fault := range found {
		lines[i] = "  " + fault.Error()
	}
	count := fmt.Sprintf("%d mistakes", len(found))
	if len(found) == 1 {
		count = "1 mistake"
	}
	return &explainedError{fmt.Sprintf("%s in %s; nothing was changed:\n%s", count, where, strings.Join(lines, "\n")), err}
}

// explainedError is an error that is readable, and whose mistakes can be caught by type.
type explainedError struct {
	text string
	err  error
}

func (e *explainedError) Error() string { return e.text }

func (e *explainedError) Unwrap() error { return e.err }
