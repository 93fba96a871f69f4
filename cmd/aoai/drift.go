package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"

	"github.com/aoai-gateway/aoai-gateway/internal/engine"
)

type driftCommand struct{ stackFlags }

// change is one difference between the stack and what stands in Azure.
type change struct {
	// Resource is the name in the stack, Type its Pulumi type, ID its id in Azure.
	Resource string `json:"resource"`
	Type     string `json:"type"`
	ID       string `json:"id,omitempty"`
	// Property is the path that differs; empty where the whole resource does.
	Property string `json:"property,omitempty"`
	// Wanted is what the stack says, Found what Azure has; nil where it has none.
	Wanted any `json:"wanted,omitempty"`
	Found  any `json:"found,omitempty"`
	// Operation is what up would do: update, create, delete, replace.
	Operation string `json:"operation"`
}

// Run asks what up would do after a look at Azure. It writes nothing into the
// stack's state.
func (c *driftCommand) Run(ctx context.Context, s *shared, out *streams) error {
	return s.withEngine(ctx, c.stackFlags, out, func(e *engine.Engine, _ io.Writer) error {
		var plan bytes.Buffer
		err := e.Run(ctx, &plan, "preview", "--refresh", "--expect-no-changes", "--json")
		var exit *engine.ExitError
		if err != nil && (!errors.As(err, &exit) || exit.Code != engine.ExitUnexpectedDrift) {
			_, copyErr := plan.WriteTo(out.stderr)
			return errors.Join(err, copyErr)
		}
		changes, readErr := readChanges(plan.Bytes())
		if readErr != nil {
			return readErr
		}
		if err != nil && len(changes) == 0 {
			return errors.New("pulumi reports changes and its plan names none; run `aoai preview` to see them")
		}
		if s.JSON {
			return errors.Join(err, printJSON(out.stdout, map[string]any{"drift": changes}))
		}
		return errors.Join(err, printChanges(out.stdout, changes))
	})
}

// plan is the part of `pulumi preview --json` that drift needs.
type plan struct {
	Steps []step `json:"steps"`
}

type step struct {
	Operation string       `json:"op"`
	URN       resource.URN `json:"urn"`
	OldState  *state       `json:"oldState"`
	NewState  *state       `json:"newState"`
	// Paths are the properties that differ. After a refresh the plan leaves its
	// detailedDiff empty and gives the paths here.
	Paths []string `json:"diffReasons"`
}

type state struct {
	ID     string         `json:"id"`
	Type   string         `json:"type"`
	Inputs map[string]any `json:"inputs"`
}

// readChanges turns a plan made after a refresh into differences: its old
// states are what Azure has, its new ones what the stack wants.
func readChanges(raw []byte) ([]change, error) {
	var plan plan
	if err := json.Unmarshal(raw, &plan); err != nil {
		return nil, fmt.Errorf("decoding pulumi's plan: %w", err)
	}
	changes := []change{}
	for _, step := range plan.Steps {
		// A refresh step is the look at Azure; what it found, the steps behind
		// it undo.
		if slices.Contains([]string{"same", "read", "refresh"}, step.Operation) {
			continue
		}
		whole := change{Resource: step.URN.Name(), Type: string(step.URN.Type()), Operation: step.Operation}
		if step.OldState != nil {
			whole.ID = step.OldState.ID
		}
		if len(step.Paths) == 0 || step.OldState == nil || step.NewState == nil {
			changes = append(changes, whole)
			continue
		}
		for _, path := range slices.Sorted(slices.Values(step.Paths)) {
			each := whole
			each.Property = path
			each.Wanted, each.Found = at(step.NewState.Inputs, path), at(step.OldState.Inputs, path)
			changes = append(changes, each)
		}
	}
	return changes, nil
}

// at finds a property by its path, such as rules[0].name; nil if there is none.
func at(inputs map[string]any, path string) any {
	parsed, err := resource.ParsePropertyPath(path)
	if err != nil {
		return nil
	}
	var value any = inputs
	for _, key := range parsed {
		switch key := key.(type) {
		case string:
			object, _ := value.(map[string]any)
			value = object[key]
		case int:
			list, _ := value.([]any)
			if key >= len(list) {
				return nil
			}
			value = list[key]
		}
	}
	return value
}

func printChanges(w io.Writer, changes []change) error {
	if len(changes) == 0 {
		_, err := fmt.Fprintln(w, "no drift: Azure has what the stack says")
		return err
	}
	table := newTable(w, "RESOURCE", "TYPE", "PROPERTY", "IN THE STACK", "IN AZURE", "UP WOULD")
	for _, c := range changes {
		table.row(c.Resource, shortType(c.Type), orDash(c.Property), show(c.Wanted), show(c.Found), c.Operation)
	}
	return table.flush()
}

// shortType is a Pulumi type without its package and API version.
func shortType(token string) string {
	_, name, _ := strings.Cut(strings.TrimPrefix(token, "azure-native:"), ":")
	return name
}

func orDash(text string) string {
	if text == "" {
		return "-"
	}
	return text
}

func show(value any) string {
	if value == nil {
		return "-"
	}
	raw, err := json.Marshal(value)
	if err != nil {
		return fmt.Sprint(value)
	}
	return string(raw)
}
