package main

import (
	"context"
	"errors"
	"fmt"
	"io"

	"github.com/aoai-gateway/aoai-gateway/internal/resourcemanager"
	"github.com/aoai-gateway/aoai-gateway/sandbox"
)

type approveCommand struct {
	onAzure
}

// Run approves the connection by which the stack's Front Door reaches its gateway. It approves
// nobody else's.
func (c *approveCommand) Run(ctx context.Context, s *shared, out *streams) error {
	return s.withDeployed(ctx, c.onAzure, out, func(d *deployedStack) error {
		asked, found := linkOf(d.outputs)
		if !found {
			return fmt.Errorf("stack %s asks for no private link; lock private-link does", c.Stack)
		}
		connections, err := asked.connections(ctx, d.cloud)
		if err != nil {
			return err
		}
		if len(connections) == 0 {
			return fmt.Errorf("the service %s has no connection of %s yet; run aoai up, and try again some minutes later", asked.serviceID, asked.message)
		}
		for i := range connections {
			if err := connections[i].approve(ctx, d.cloud); err != nil {
				return err
			}
		}
		if s.JSON {
			return printJSON(out.stdout, map[string]any{"connections": connections})
		}
		for _, each := range connections {
			if _, err := fmt.Fprintf(out.stdout, "%s: %s\n", each.ID, each.Status); err != nil {
				return fmt.Errorf("printing the connections: %w", err)
			}
		}
		return nil
	})
}

// link is what a stack's outputs tell of Front Door's private link.
type link struct{ serviceID, message string }

func linkOf(outputs map[string]any) (link, bool) {
	output, _ := outputs["privateLink"].(map[string]any)
	serviceID, _ := output["serviceId"].(string)
	message, _ := output["message"].(string)
	return link{serviceID, message}, serviceID != "" && message != ""
}

// connection is one of a private endpoint with the gateway.
type connection struct {
	ID      string `json:"id"`
	Status  string `json:"status"`
	message string
}

// The states of a connection, and the version of Resource Manager's interface that tells them.
const (
	pending            = "Pending"
	approved           = "Approved"
	connectionsVersion = "2024-05-01"
)

// connections are those that tell the link's message.
func (l link) connections(ctx context.Context, cloud *resourcemanager.Client) ([]connection, error) {
	list, err := cloud.List(ctx, l.serviceID+"/privateEndpointConnections", connectionsVersion)
	if err != nil {
		return nil, fmt.Errorf("asking for the connections of %s: %w", l.serviceID, err)
	}
	var found []connection
	for _, each := range list {
		properties, _ := each["properties"].(map[string]any)
		state, _ := properties["privateLinkServiceConnectionState"].(map[string]any)
		id, _ := each["id"].(string)
		status, _ := state["status"].(string)
		if state["description"] == l.message {
			found = append(found, connection{id, status, l.message})
		}
	}
	return found, nil
}

// approve changes nothing of a connection that is approved. One that was rejected stays so.
func (c *connection) approve(ctx context.Context, cloud *resourcemanager.Client) error {
	switch c.Status {
	case approved:
		return nil
	case pending:
	default:
		return fmt.Errorf("the connection %s is %s, and Azure approves no such one; delete Front Door's origin in Azure, run aoai up, and approve the new connection", c.ID, c.Status)
	}
	// The message stays: by it the connection is found again.
	state := map[string]any{"status": approved, "description": c.message}
	_, err := cloud.Put(ctx, c.ID, connectionsVersion, map[string]any{"properties": map[string]any{"privateLinkServiceConnectionState": state}})
	if err != nil {
		return fmt.Errorf("approving %s: %w", c.ID, err)
	}
	c.Status = approved
	return nil
}

// tellPending says which connection waits for an approval, and how to give it.
func tellPending(ctx context.Context, w io.Writer, session *sandbox.Session, stack string, outputs map[string]any) error {
	asked, found := linkOf(outputs)
	if !found {
		return nil
	}
	connections, err := asked.connections(ctx, cloudOf(session))
	for _, each := range connections {
		if each.Status == pending {
			_, printErr := fmt.Fprintf(w, "Front Door's connection to the gateway waits for your approval; until then requests fail. Approve it: aoai approve --stack %s\n", stack)
			err = errors.Join(err, printErr)
		}
	}
	return err
}
