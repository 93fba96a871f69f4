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

	"github.com/pulumi/pulumi/sdk/v3/go/common/apitype"
	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
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
			Op       string             `json:"op"`
			NewState apitype.ResourceV3 `json:"newState"`
		} `json:"steps"`
	}
	if err := json.Unmarshal(preview, &plan); err != nil {
		return nil, fmt.Errorf("decoding the preview: %w", err)
	}
	state, err := readExported(raw)
	if err != nil {
		return nil, err
	}
	known := map[resource.URN]bool{}
	for _, each := range state.Deployment.Resources {
		known[each.URN] = true
	}
	for _, step := range plan.Steps {
		wanted := step.NewState
		if step.Op != "create" || known[wanted.URN] || !standsOnKnown(wanted, known) {
			continue
		}
		if wanted.Custom {
			create := pendingCreate(wanted)
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
			wanted.ID, wanted.Inputs = resource.ID(id), told(wanted.Inputs)
			wanted.Outputs = wanted.Inputs
		}
		keepKnown(&wanted, known)
		known[wanted.URN] = true
		state.Deployment.Resources = append(state.Deployment.Resources, wanted)
	}
	return json.Marshal(state)
}

// standsOnKnown reports whether a resource's parent and provider are in the state.
func standsOnKnown(wanted apitype.ResourceV3, known map[resource.URN]bool) bool {
	at := strings.LastIndex(wanted.Provider, "::")
	return (wanted.Parent == "" || known[wanted.Parent]) && (wanted.Provider == "" || known[resource.URN(wanted.Provider[:max(at, 0)])])
}

// keepKnown drops what a resource waits for and the state does not have.
func keepKnown(wanted *apitype.ResourceV3, known map[resource.URN]bool) {
	unknown := func(urn resource.URN) bool { return !known[urn] }
	wanted.Dependencies = slices.DeleteFunc(wanted.Dependencies, unknown)
	for name, dependencies := range wanted.PropertyDependencies {
		wanted.PropertyDependencies[name] = slices.DeleteFunc(dependencies, unknown)
	}
	if unknown(wanted.DeletedWith) {
		wanted.DeletedWith = ""
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
