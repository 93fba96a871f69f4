package main

import (
	"context"
	"errors"
	"fmt"
	"strconv"

	"github.com/aoai-gateway/aoai-gateway/sandbox"
)

type statusCommand struct{}

// Run shows where the sandbox listens and what it holds.
func (c *statusCommand) Run(ctx context.Context, s *shared, out *streams) (err error) {
	session, err := s.join(ctx)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, session.Close()) }()
	inventory, err := session.Inventory(ctx)
	if err != nil {
		return err
	}
	if s.JSON {
		return printJSON(out.stdout, struct {
			Running   bool              `json:"running"`
			Endpoints sandbox.Endpoints `json:"endpoints"`
			sandbox.Inventory
		}{!session.Owner, session.Endpoints, inventory})
	}
	running := "not running"
	if !session.Owner {
		running = fmt.Sprintf("running (process %d), Resource Manager at %s", session.Endpoints.PID, session.Endpoints.ARM)
	}
	if _, err := fmt.Fprintf(out.stdout, "sandbox %s: %s\n", s.sandboxDir(), running); err != nil {
		return err
	}
	table := newTable(out.stdout, "TYPE", "RESOURCES")
	for _, entry := range inventory.Resources {
		table.row(entry.Type, strconv.Itoa(entry.Count))
	}
	for _, deleted := range inventory.SoftDeleted {
		table.row(deleted+" (soft-deleted)", "1")
	}
	return table.flush()
}
