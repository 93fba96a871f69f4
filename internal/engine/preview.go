package engine

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"github.com/pulumi/pulumi/sdk/v3/go/common/apitype"
)

// Preview shows people what up would do after a look at Azure, and returns that as a plan,
// from the same run. The plan has no property dependencies. It is nil where the CLI failed
// for another reason than changes that were not expected.
func (e *Engine) Preview(ctx context.Context, stdout io.Writer, flags ...string) (*Plan, error) {
	dir, err := os.MkdirTemp(e.options.Dir, "preview-")
	if err != nil {
		return nil, fmt.Errorf("making a folder for the preview's events: %w", err)
	}
	defer func() { _ = os.RemoveAll(dir) }()
	file := filepath.Join(dir, "events.json")
	previewing := *e
	// The CLI takes --event-log only then; the Automation API does the same.
	previewing.more = map[string]string{"PULUMI_DEBUG_COMMANDS": "true"}
	runErr := previewing.Run(ctx, stdout, append([]string{"preview", "--refresh", "--event-log", file}, flags...)...)
	var exit *ExitError
	if runErr != nil && (!errors.As(runErr, &exit) || exit.Code != ExitUnexpectedDrift) {
		return nil, runErr
	}
	raw, err := os.ReadFile(file)
	if err != nil {
		return nil, errors.Join(runErr, fmt.Errorf("reading the preview's events: %w", err))
	}
	plan, err := readEvents(raw)
	return plan, errors.Join(runErr, err)
}

// readEvents makes a plan of the events that the CLI tells while it plans, one in a line.
func readEvents(raw []byte) (*Plan, error) {
	plan := &Plan{}
	decoder := json.NewDecoder(bytes.NewReader(raw))
	for {
		var event apitype.EngineEvent
		err := decoder.Decode(&event)
		if errors.Is(err, io.EOF) {
			return plan, nil
		}
		if err != nil {
			return nil, fmt.Errorf("decoding the preview's events: %w", err)
		}
		if event.ResourcePreEvent == nil || !event.ResourcePreEvent.Planning {
			continue
		}
		step := event.ResourcePreEvent.Metadata
		made, err := stepOf(step)
		if err != nil {
			return nil, err
		}
		plan.Steps = append(plan.Steps, made)
	}
}

// stepOf is a step of a plan as an event has it. A state of an event has the members of
// one in a plan.
func stepOf(step apitype.StepEventMetadata) (Step, error) {
	raw, err := json.Marshal(map[string]any{"op": step.Op, "urn": step.URN, "oldState": step.Old, "newState": step.New})
	if err != nil {
		return Step{}, fmt.Errorf("encoding a step of the preview: %w", err)
	}
	var made Step
	if err := json.Unmarshal(raw, &made); err != nil {
		return Step{}, fmt.Errorf("decoding a step of the preview: %w", err)
	}
	return made, nil
}
