package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/aoai-gateway/aoai-gateway/sandbox"
	"github.com/aoai-gateway/aoai-gateway/sandbox/dataplane"
	picture "github.com/aoai-gateway/aoai-gateway/sandbox/deployed"
	"github.com/aoai-gateway/aoai-gateway/sandbox/network"
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
	hosts, err := session.Hosts(ctx)
	if err != nil && !errors.Is(err, sandbox.ErrNoTraffic) {
		return err
	}
	state, err := session.State(ctx)
	if err != nil && !errors.Is(err, sandbox.ErrNoTraffic) {
		return err
	}
	if s.JSON {
		return printJSON(out.stdout, struct {
			Running   bool              `json:"running"`
			Endpoints sandbox.Endpoints `json:"endpoints"`
			Hosts     []network.Address `json:"hosts,omitempty"`
			dataplane.State
			sandbox.Inventory
		}{!session.Owner, session.Endpoints, hosts, state, inventory})
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
	if err := table.flush(); err != nil || len(hosts) == 0 {
		return err
	}
	if err := printHosts(out.stdout, session.Endpoints, hosts); err != nil {
		return err
	}
	return printState(out.stdout, state)
}

// printState shows what edges think of their origins, and breakers of their backends.
func printState(w io.Writer, state dataplane.State) error {
	if len(state.Edges) > 0 {
		_, _ = fmt.Fprintln(w)
		table := newTable(w, "EDGE", "LOCATION", "ORIGIN", "HEALTH", "PRIORITY", "WEIGHT", "LATENCY", "REQUESTS")
		for _, edge := range state.Edges {
			for _, origin := range edge.Origins {
				health := "healthy"
				switch {
				case !origin.Enabled:
					health = "disabled"
				case origin.Link == picture.Unlinked:
					health = "not approved"
				case !origin.Healthy:
					health = "unhealthy"
				}
				table.row(edge.Edge, edge.Location, origin.Name, health, strconv.Itoa(origin.Priority), strconv.Itoa(origin.Weight),
					fmt.Sprintf("%.0f ms", origin.LatencyMS), strconv.FormatInt(origin.Requests, 10))
			}
		}
		if err := table.flush(); err != nil {
			return err
		}
	}
	if err := printWays(w, state.Ways); err != nil || len(state.Breakers) == 0 {
		return err
	}
	_, _ = fmt.Fprintln(w)
	table := newTable(w, "GATEWAY", "REGION", "UNIT", "BACKEND", "BREAKER")
	for _, breaker := range state.Breakers {
		shown := "closed"
		if breaker.Open {
			shown = fmt.Sprintf("open for %.0f s", breaker.ForSeconds)
		}
		table.row(breaker.Service, breaker.Region, strconv.Itoa(breaker.Unit), breaker.Backend, shown)
	}
	return table.flush()
}

// printWays shows how gateways in networks reach accounts, and an edge reaches a gateway.
func printWays(w io.Writer, ways []dataplane.Way) error {
	if len(ways) == 0 {
		return nil
	}
	_, _ = fmt.Fprintln(w)
	table := newTable(w, "GATEWAY", "REGION", "HOST", "WAY", "ADDRESS")
	for _, way := range ways {
		table.row(way.Service, way.Region, way.Host, string(way.Direction), way.Address)
	}
	return table.flush()
}

// printHosts shows who answers, where, and what it was asked.
func printHosts(w io.Writer, endpoints sandbox.Endpoints, hosts []network.Address) error {
	way := "plain HTTP, at these ports only"
	if endpoints.Proxy != "" {
		way = "proxy for the public names: " + endpoints.Proxy + ", trust " + endpoints.CA
	}
	if _, err := fmt.Fprintf(w, "\n%s\n", way); err != nil {
		return err
	}
	table := newTable(w, "HOST", "KIND", "REGION", "ANSWERS AT", "REQUESTS", "STATUS")
	for _, host := range hosts {
		var statuses []string
		for _, status := range slices.Sorted(maps.Keys(host.Counts.ByStatus)) {
			statuses = append(statuses, fmt.Sprintf("%d: %d", status, host.Counts.ByStatus[status]))
		}
		table.row(host.Host, host.Kind, host.Region, host.URL, strconv.FormatInt(host.Counts.Requests, 10), strings.Join(statuses, ", "))
	}
	return table.flush()
}
