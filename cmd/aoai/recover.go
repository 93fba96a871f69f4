package main

import (
	"context"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"

	"github.com/aoai-gateway/aoai-gateway/internal/arm"
	"github.com/aoai-gateway/aoai-gateway/internal/engine"
	"github.com/aoai-gateway/aoai-gateway/internal/resourcemanager"
	"github.com/aoai-gateway/aoai-gateway/sandbox"
)

type recoverCommand struct {
	stackFlags

	Yes   bool `help:"Recover although a run of the stack lives, and take the state from under it."`
	Purge bool `help:"Purge the accounts and services that a killed destroy deleted, so that up may use their names again. They cannot be restored then."`
}

// Run repairs a stack whose last run was killed.
func (c *recoverCommand) Run(ctx context.Context, s *shared, out *streams) error {
	contract, err := arm.Load()
	if err != nil {
		return err
	}
	return s.withStack(ctx, c.stackFlags, out, func(session *sandbox.Session, e *engine.Engine, report io.Writer) error {
		living, err := e.RunningProcesses()
		if err != nil {
			return err
		}
		if len(living) > 0 && !c.Yes {
			return fmt.Errorf("a run of stack %s lives still, as process %d: wait for it or end it; --yes recovers all the same, and that run loses what it does", c.Stack, living[0])
		}
		cloud := cloud{cloudOf(session), contract}
		recovery, err := e.Recover(ctx, report, cloud.find)
		if err != nil {
			return err
		}
		held, err := cloud.heldNames(ctx, recovery.Suffixes)
		if err != nil {
			return err
		}
		if c.Purge {
			if err := cloud.purge(ctx, held); err != nil {
				return err
			}
		}
		ids := []string{}
		for _, name := range held {
			ids = append(ids, name.id)
		}
		if s.JSON {
			return printJSON(out.stdout, struct {
				engine.Recovery
				HeldNames []string `json:"heldNames"`
				Purged    bool     `json:"purged"`
			}{recovery, ids, c.Purge})
		}
		return c.tell(out.stdout, recovery, ids)
	})
}

func (c *recoverCommand) tell(w io.Writer, recovery engine.Recovery, held []string) error {
	var lines []string
	for _, urn := range slices.Sorted(maps.Keys(recovery.Imported)) {
		lines = append(lines, "had been created, is in the stack now: "+recovery.Imported[urn])
	}
	for _, urn := range slices.Sorted(maps.Keys(recovery.Adopted)) {
		lines = append(lines, "Azure has it and the stack did not, is in the stack now: "+recovery.Adopted[urn])
	}
	for _, urn := range recovery.Dropped {
		lines = append(lines, "had not been created, up makes it: "+urn)
	}
	for _, id := range held {
		if c.Purge {
			lines = append(lines, "purged: "+id)
		} else {
			lines = append(lines, "Azure holds the name, up is refused until it is purged (recover --purge): "+id)
		}
	}
	lines = append(lines, "recovered; run up or destroy to go on")
	_, err := fmt.Fprintln(w, strings.Join(lines, "\n"))
	return err
}

// cloud is the Azure that a stack is recovered from.
type cloud struct {
	*resourcemanager.Client
	contract *arm.Contract
}

// find is the id of a resource that the stack wanted to create, if Azure has it:
// the ids of azure-native's resources follow from their inputs.
func (c cloud) find(ctx context.Context, pending engine.PendingCreate) (string, error) {
	known, ok := c.contract.ByToken(pending.Type)
	if !ok || known.Path == "" {
		return "", nil
	}
	values := map[string]string{"subscriptionId": c.SubscriptionID}
	for name, input := range pending.Inputs {
		if text, ok := input.(string); ok {
			values[name] = text
		}
	}
	id, err := known.Path.Fill(values)
	if err != nil {
		return "", err
	}
	found, err := c.Get(ctx, id, known.APIVersion)
	if err != nil || found == nil {
		return "", err
	}
	return id, nil
}

// heldLists are the lists, below a subscription, of what is soft-deleted.
var heldLists = []struct{ path, apiVersion string }{
	{"/providers/Microsoft.CognitiveServices/deletedAccounts", "2024-10-01"},
	{"/providers/Microsoft.ApiManagement/deletedservices", "2024-05-01"},
}

// heldName is a soft-deleted resource whose name Azure holds.
type heldName struct{ id, apiVersion string }

// heldNames are the soft-deleted accounts and services whose names end in one of
// the stack's suffixes.
func (c cloud) heldNames(ctx context.Context, suffixes []string) ([]heldName, error) {
	var held []heldName
	for _, list := range heldLists {
		found, err := c.List(ctx, "/subscriptions/"+c.SubscriptionID+list.path, list.apiVersion)
		if err != nil {
			return nil, fmt.Errorf("looking for names that Azure holds: %w", err)
		}
		for _, deleted := range found {
			name, _ := deleted["name"].(string)
			id, _ := deleted["id"].(string)
			if slices.ContainsFunc(suffixes, func(suffix string) bool { return strings.HasSuffix(name, "-"+suffix) }) {
				held = append(held, heldName{id, list.apiVersion})
			}
		}
	}
	return held, nil
}

// purge frees names.
func (c cloud) purge(ctx context.Context, held []heldName) error {
	for _, name := range held {
		if err := c.Delete(ctx, name.id, name.apiVersion); err != nil {
			return fmt.Errorf("purging: %w", err)
		}
	}
	return nil
}
