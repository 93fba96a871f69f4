package engine

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
)

// ExportIfAny is the stack's state as Export returns it; nil where there is no such stack yet.
func (e *Engine) ExportIfAny(ctx context.Context) ([]byte, error) {
	if exported, known := e.readCheckpoint(); known {
		return exported, nil
	}
	var raw, messages bytes.Buffer
	err := e.pulumi(ctx, e.options.Project, &raw, &messages, "stack", "export", "--stack", e.stack.name)
	var exit *ExitError
	if errors.As(err, &exit) && exit.Code == ExitNoStack {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("exporting the state of stack %s: %w: %s", e.stack.name, err, bytes.TrimSpace(messages.Bytes()))
	}
	return raw.Bytes(), nil
}

// TakeOver puts one input of resources, by their URNs, into a state that was exported, and
// imports that: it is for what Azure has and a refresh does not see.
func (e *Engine) TakeOver(ctx context.Context, raw []byte, input string, found map[string]any) error {
	edited, err := withInput(raw, input, found)
	if err != nil {
		return err
	}
	if err := e.importState(ctx, edited); err != nil {
		return fmt.Errorf("importing what Azure has into stack %s: %w", e.stack.name, err)
	}
	return nil
}

func withInput(raw []byte, input string, found map[string]any) ([]byte, error) {
	state, err := readExported(raw)
	if err != nil {
		return nil, err
	}
	for _, each := range state.Deployment.Resources {
		if value, has := found[string(each.URN)]; has && each.Inputs != nil {
			each.Inputs[input] = value
		}
	}
	return json.Marshal(state)
}
