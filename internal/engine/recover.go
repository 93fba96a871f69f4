package engine

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/pulumi/pulumi/sdk/v3/go/common/apitype"
	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
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
	// Adopted are the ids of what the stack had forgotten, or never had, and would
	// create although Azure has it; by URN.
	Adopted map[string]string `json:"adopted"`
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
// 3.276 marks such resources as being imported and then forgets them.
func (e *Engine) Recover(
	ctx context.Context, stdout io.Writer, find func(context.Context, PendingCreate) (string, error),
) (Recovery, error) {
	recovery := Recovery{Imported: map[string]string{}, Adopted: map[string]string{}, Dropped: []string{}}
	if err := e.dropTornAttributes(); err != nil {
		return recovery, fmt.Errorf("looking through the state's files: %w", err)
	}
	if err := e.quietly(ctx, stdout, "cancel", "--yes", e.stack.name); err != nil {
		return recovery, fmt.Errorf("releasing the lock of stack %s: %w", e.stack.name, err)
	}
	raw, err := e.export(ctx)
	if err != nil {
		return recovery, err
	}
	edited, err := settlePending(ctx, raw, find, &recovery)
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
	// What lies in something is known by name once that is in the stack, so that one
	// pass leads to the next. A pass that finds nothing new is the last.
	for {
		found, err := e.adopt(ctx, stdout, find, &recovery)
		if err != nil || found == 0 {
			return recovery, err
		}
	}
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
	state, err := readExported(raw)
	if err != nil {
		return nil, err
	}
	deployment := state.Deployment
	for _, each := range deployment.Resources {
		if suffix, ok := each.Outputs["result"].(string); ok && each.Type == "random:index/randomString:RandomString" {
			recovery.Suffixes = append(recovery.Suffixes, suffix)
		}
	}
	if len(deployment.PendingOperations) == 0 {
		return nil, nil
	}
	for _, operation := range deployment.PendingOperations {
		if operation.Type != apitype.OperationTypeCreating {
			continue // what was being changed or deleted is a resource still
		}
		create := pendingCreate(operation.Resource)
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
		made := operation.Resource
		made.ID, made.Outputs = resource.ID(id), made.Inputs
		deployment.Resources = append(deployment.Resources, made)
	}
	deployment.PendingOperations = nil
	return json.Marshal(state)
}

// pendingCreate is what a resource of a state or a plan asks for.
func pendingCreate(wanted apitype.ResourceV3) PendingCreate {
	return PendingCreate{URN: string(wanted.URN), Type: string(wanted.Type), Inputs: wanted.Inputs}
}

// readExported reads what `pulumi stack export` prints, to be edited and imported again:
// all of it, with its secrets encrypted.
func readExported(raw []byte) (*apitype.TypedDeployment, error) {
	state := &apitype.TypedDeployment{}
	if err := json.Unmarshal(raw, state); err != nil {
		return nil, fmt.Errorf("decoding the exported stack: %w", err)
	}
	if state.Deployment == nil {
		return nil, errors.New("the exported stack has no deployment")
	}
	return state, nil
}

// export is the stack's state as the CLI writes it, secrets encrypted.
func (e *Engine) export(ctx context.Context) ([]byte, error) {
	if exported, known := e.readCheckpoint(); known && exported != nil {
		return exported, nil
	}
	var raw bytes.Buffer
	if err := e.quietly(ctx, &raw, "stack", "export", "--stack", e.stack.name); err != nil {
		return nil, fmt.Errorf("exporting the state of stack %s: %w", e.stack.name, err)
	}
	return raw.Bytes(), nil
}

// State is what the stack deployed last.
func (e *Engine) State(ctx context.Context) (State, error) {
	raw, err := e.export(ctx)
	if err != nil {
		return nil, err
	}
	return ReadState(raw)
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
