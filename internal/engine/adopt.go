package engine

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
)

// adopt takes into the stack what up would create and Azure has already: a destroy
// that was killed has forgotten what goes with its parent before the parent went. It
// returns how many resources that were.
func (e *Engine) adopt(
	ctx context.Context, stdout io.Writer, find func(context.Context, PendingCreate) (string, error), recovery *Recovery,
) (int, error) {
	var preview, messages bytes.Buffer
	err := e.pulumi(ctx, e.options.Project, &preview, &messages,
		"preview", "--json", "--stack", e.stack.name, "--config-file", e.stack.file, "--non-interactive")
	var exit *ExitError
	if errors.As(err, &exit) && ctx.Err() == nil {
		_, err := fmt.Fprintf(stdout, "no preview, so that what Azure has beyond the stack is not looked for; mend this and recover again:\n%s\n%s\n",
			bytes.TrimSpace(messages.Bytes()), failures(preview.Bytes()))
		return 0, err
	}
	if err != nil {
		return 0, fmt.Errorf("previewing stack %s: %w", e.stack.name, err)
	}
	state, err := e.export(ctx)
	if err != nil {
		return 0, err
	}
	before := len(recovery.Adopted)
	edited, err := adoptExisting(ctx, preview.Bytes(), state, find, recovery)
	found := len(recovery.Adopted) - before
	if err != nil || found == 0 {
		return 0, err
	}
	if err := e.importState(ctx, edited); err != nil {
		return 0, fmt.Errorf("importing what Azure has into stack %s: %w", e.stack.name, err)
	}
	return found, e.Run(ctx, stdout, "refresh", "--yes", "--skip-preview")
}

// adoptExisting puts the resources that a preview would create, and that exist, into
// an exported state, with the components that they lie in.
func adoptExisting(
	ctx context.Context, preview, raw []byte, find func(context.Context, PendingCreate) (string, error), recovery *Recovery,
) ([]byte, error) {
	var plan struct {
		Steps []struct {
			Op       string         `json:"op"`
			NewState map[string]any `json:"newState"`
		} `json:"steps"`
	}
	if err := json.Unmarshal(preview, &plan); err != nil {
		return nil, fmt.Errorf("decoding the preview: %w", err)
	}
	state, err := decodeState(raw)
	if err != nil {
		return nil, err
	}
	deployment, _ := state["deployment"].(map[string]any)
	resources, _ := deployment["resources"].([]any)
	known := map[string]bool{}
	for _, each := range resources {
		resource, _ := each.(map[string]any)
		urn, _ := resource["urn"].(string)
		known[urn] = true
	}
	for _, step := range plan.Steps {
		create := pendingCreate(step.NewState)
		if step.Op != "create" || known[create.URN] || !standsOnKnown(step.NewState, known) {
			continue
		}
		if custom, _ := step.NewState["custom"].(bool); custom {
			id, err := find(ctx, create)
			if err != nil {
				return nil, fmt.Errorf("looking for %s: %w", create.URN, err)
			}
			// One that was found before and is wanted again is none that can be kept.
			if _, again := recovery.Adopted[create.URN]; id == "" || again {
				continue
			}
			recovery.Adopted[create.URN] = id
			// The refresh fills the outputs; until then they are what is asked for.
			step.NewState["id"], step.NewState["inputs"] = id, told(create.Inputs)
			step.NewState["outputs"] = step.NewState["inputs"]
		}
		keepKnown(step.NewState, known)
		known[create.URN] = true
		resources = append(resources, step.NewState)
	}
	deployment["resources"] = resources
	return json.Marshal(state)
}

// standsOnKnown reports whether a resource's parent and provider are in the state.
func standsOnKnown(resource map[string]any, known map[string]bool) bool {
	parent, _ := resource["parent"].(string)
	provider, _ := resource["provider"].(string)
	at := strings.LastIndex(provider, "::")
	return (parent == "" || known[parent]) && (provider == "" || known[provider[:max(at, 0)]])
}

// keepKnown drops what a resource waits for and the state does not have.
func keepKnown(resource map[string]any, known map[string]bool) {
	only := func(value any) []any {
		list, _ := value.([]any)
		return slices.DeleteFunc(slices.Clone(list), func(each any) bool {
			urn, _ := each.(string)
			return !known[urn]
		})
	}
	if resource["dependencies"] != nil {
		resource["dependencies"] = only(resource["dependencies"])
	}
	properties, _ := resource["propertyDependencies"].(map[string]any)
	for name, dependencies := range properties {
		properties[name] = only(dependencies)
	}
	if with, _ := resource["deletedWith"].(string); !known[with] {
		delete(resource, "deletedWith")
	}
}

// told are the inputs whose values a preview tells; the next up sets the others.
func told(inputs map[string]any) map[string]any {
	kept := map[string]any{}
	for name, value := range inputs {
		switch value := value.(type) {
		case string:
			if value != Secret && value != Unknown {
				kept[name] = value
			}
		case map[string]any:
			kept[name] = told(value)
		default:
			kept[name] = value
		}
	}
	return kept
}
