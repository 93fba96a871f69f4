package engine

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
)

// PendingCreate is a resource that was being created when the engine died: it
// may exist in Azure or not, and the stack does not know its id.
type PendingCreate struct {
	URN    string
	Type   string
	Inputs map[string]any
}

// Recovery is what Recover did.
type Recovery struct {
	// Imported are the ids of what had been created, by URN.
	Imported map[string]string `json:"imported"`
	// Dropped are the URNs of what had not.
	Dropped []string `json:"dropped"`
	// Suffixes are the random strings of the stack: its names in Azure end so.
	Suffixes []string `json:"-"`
}

// Recover makes a stack usable after its engine was killed: it releases the
// lock, takes into the stack what had been created, by the id that find knows
// (empty for what does not exist), drops the rest of the pending operations, and
// refreshes. Afterwards up converges.
//
// The state is edited directly: `pulumi refresh --import-pending-creates` of CLI
// 3.259 marks such resources as being imported and then forgets them.
func (e *Engine) Recover(
	ctx context.Context, stdout io.Writer, find func(context.Context, PendingCreate) (string, error),
) (Recovery, error) {
	recovery := Recovery{Imported: map[string]string{}, Dropped: []string{}}
	if err := e.dropTornAttributes(); err != nil {
		return recovery, fmt.Errorf("looking through the state's files: %w", err)
	}
	if err := e.quietly(ctx, stdout, "cancel", "--yes", e.stack.name); err != nil {
		return recovery, fmt.Errorf("releasing the lock of stack %s: %w", e.stack.name, err)
	}
	var raw bytes.Buffer
	if err := e.quietly(ctx, &raw, "stack", "export", "--stack", e.stack.name); err != nil {
		return recovery, fmt.Errorf("exporting the state of stack %s: %w", e.stack.name, err)
	}
	edited, err := settlePending(ctx, raw.Bytes(), find, &recovery)
	if err != nil {
		return recovery, fmt.Errorf("settling the pending operations of stack %s: %w", e.stack.name, err)
	}
	if edited != nil {
		if err := e.importState(ctx, edited); err != nil {
			return recovery, fmt.Errorf("importing the settled state of stack %s: %w", e.stack.name, err)
		}
	}
	if err := e.Run(ctx, stdout, "refresh", "--yes", "--skip-preview"); err != nil {
		return recovery, err
	}
	// What lies in something is known by name once that is in the stack.
	for {
		adopted, err := e.adopt(ctx, stdout, find, &recovery)
		if err != nil || !adopted {
			return recovery, err
		}
	}
}

// adopt takes into the stack what up would create and Azure has already: a destroy
// that was killed has forgotten what goes with its parent before the parent went. It
// reports whether there was anything.
func (e *Engine) adopt(
	ctx context.Context, stdout io.Writer, find func(context.Context, PendingCreate) (string, error), recovery *Recovery,
) (bool, error) {
	var preview, state bytes.Buffer
	err := e.pulumi(ctx, e.options.Project, &preview, io.Discard,
		"preview", "--json", "--stack", e.stack.name, "--config-file", e.stack.file, "--non-interactive")
	if err != nil {
		// What is wrong with the configuration is for up to tell, and a stack that
		// is not there has forgotten nothing.
		return false, nil //nolint:nilerr // see above
	}
	if err := e.quietly(ctx, &state, "stack", "export", "--stack", e.stack.name); err != nil {
		return false, fmt.Errorf("exporting the state of stack %s: %w", e.stack.name, err)
	}
	edited, err := adoptExisting(ctx, preview.Bytes(), state.Bytes(), find, recovery)
	if err != nil || edited == nil {
		return false, err
	}
	if err := e.importState(ctx, edited); err != nil {
		return false, fmt.Errorf("importing what Azure has into stack %s: %w", e.stack.name, err)
	}
	return true, e.Run(ctx, stdout, "refresh", "--yes", "--skip-preview")
}

// adoptExisting puts the resources that a preview would create, and that exist, into
// an exported state, with the components that they lie in. It returns nil where there
// are none.
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
	var state map[string]any
	if err := json.Unmarshal(raw, &state); err != nil {
		return nil, fmt.Errorf("decoding the state: %w", err)
	}
	deployment, _ := state["deployment"].(map[string]any)
	resources, _ := deployment["resources"].([]any)
	adopted := 0
	for _, step := range plan.Steps {
		if step.Op != "create" {
			continue
		}
		create := PendingCreate{}
		create.URN, _ = step.NewState["urn"].(string)
		create.Type, _ = step.NewState["type"].(string)
		create.Inputs, _ = step.NewState["inputs"].(map[string]any)
		if custom, _ := step.NewState["custom"].(bool); custom {
			id, err := find(ctx, create)
			if err != nil {
				return nil, fmt.Errorf("looking for %s: %w", create.URN, err)
			}
			if id == "" {
				continue
			}
			// The refresh fills the outputs; until then they are what is asked for.
			step.NewState["id"], step.NewState["outputs"] = id, step.NewState["inputs"]
			recovery.Imported[create.URN] = id
			adopted++
		}
		// What it waits for may not be there yet: only parents count.
		delete(step.NewState, "dependencies")
		delete(step.NewState, "propertyDependencies")
		delete(step.NewState, "deletedWith")
		resources = append(resources, step.NewState)
	}
	if adopted == 0 {
		return nil, nil
	}
	deployment["resources"] = resources
	return json.Marshal(state)
}

// dropTornAttributes removes attribute files that were cut off while they were
// written. The CLI's file backend replaces the state itself atomically, and the
// attributes beside it not: with an empty one every command fails with EOF, and
// without one none does.
func (e *Engine) dropTornAttributes() error {
	state, err := os.OpenRoot(filepath.Join(e.options.Dir, "state"))
	if err != nil {
		return err
	}
	defer func() { _ = state.Close() }()
	return fs.WalkDir(state.FS(), ".", func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() || filepath.Ext(path) != ".attrs" {
			return err
		}
		raw, err := state.ReadFile(path)
		if err != nil || json.Valid(raw) {
			return err
		}
		return state.Remove(path)
	})
}

// settlePending moves what exists from the pending operations of an exported
// state to its resources, and drops the others. It returns nil where nothing is
// pending.
func settlePending(
	ctx context.Context, raw []byte, find func(context.Context, PendingCreate) (string, error), recovery *Recovery,
) ([]byte, error) {
	var state map[string]any
	if err := json.Unmarshal(raw, &state); err != nil {
		return nil, fmt.Errorf("decoding: %w", err)
	}
	deployment, _ := state["deployment"].(map[string]any)
	resources, _ := deployment["resources"].([]any)
	for _, each := range resources {
		resource, _ := each.(map[string]any)
		outputs, _ := resource["outputs"].(map[string]any)
		if suffix, ok := outputs["result"].(string); ok && resource["type"] == "random:index/randomString:RandomString" {
			recovery.Suffixes = append(recovery.Suffixes, suffix)
		}
	}
	pending, _ := deployment["pending_operations"].([]any)
	if len(pending) == 0 {
		return nil, nil
	}
	for _, each := range pending {
		operation, _ := each.(map[string]any)
		resource, _ := operation["resource"].(map[string]any)
		if operation["type"] != "creating" {
			continue // what was being changed or deleted is a resource still
		}
		create := PendingCreate{}
		create.URN, _ = resource["urn"].(string)
		create.Type, _ = resource["type"].(string)
		create.Inputs, _ = resource["inputs"].(map[string]any)
		id, err := find(ctx, create)
		if err != nil {
			return nil, fmt.Errorf("looking for %s: %w", create.URN, err)
		}
		if id == "" {
			recovery.Dropped = append(recovery.Dropped, create.URN)
			continue
		}
		recovery.Imported[create.URN] = id
		// The refresh fills the outputs; until then they are what was asked for.
		resource["id"], resource["outputs"] = id, resource["inputs"]
		resources = append(resources, resource)
	}
	deployment["resources"] = resources
	delete(deployment, "pending_operations")
	return json.Marshal(state)
}

// importState gives the stack another state.
func (e *Engine) importState(ctx context.Context, state []byte) error {
	file, err := os.CreateTemp(e.options.Dir, "state-*.json")
	if err != nil {
		return err
	}
	defer func() { _ = os.Remove(file.Name()) }()
	if _, err := file.Write(state); err != nil {
		return err
	}
	if err := file.Close(); err != nil {
		return err
	}
	return e.quietly(ctx, io.Discard, "stack", "import", "--stack", e.stack.name, "--file", file.Name())
}

// quietly calls the CLI in the project folder. If it fails, its messages are in
// the error: nobody has seen them yet, so that it is no ExitError.
func (e *Engine) quietly(ctx context.Context, stdout io.Writer, args ...string) error {
	var messages bytes.Buffer
	if err := e.pulumi(ctx, e.options.Project, stdout, &messages, args...); err != nil {
		return fmt.Errorf("%v: %s", err, bytes.TrimSpace(messages.Bytes())) //nolint:errorlint // see above
	}
	return nil
}
