package main

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/aoai-gateway/aoai-gateway/sandbox"
	"github.com/aoai-gateway/aoai-gateway/sandbox/edge"
	"github.com/aoai-gateway/aoai-gateway/sandbox/gateway"
)

type serveCommand struct {
	Env        bool          `help:"Print the line for eval that attaches an ordinary pulumi to the running sandbox, and end."`
	ClientEnv  bool          `help:"Print the line for eval that lets clients reach the running sandbox's hosts under their public names, and end."`
	PlainHTTP  bool          `help:"Let hosts speak HTTP without TLS." name:"plain-http"`
	Faults     string        `help:"JSON file with faults of hosts; it is followed." type:"existingfile"`
	Edges      string        `help:"JSON file with edge locations of Front Door and their distances to regions; default one beside each origin." type:"existingfile"`
	CacheDelay time.Duration `help:"How long after it was stored a value of the gateways' cache is seen, such as 50ms."`
	CacheLost  float64       `help:"Share of the stores into the gateways' cache that are lost, 0 to 1."`
}

// Run keeps the sandbox up until it is interrupted.
func (c *serveCommand) Run(ctx context.Context, s *shared, out *streams) (err error) {
	if c.CacheLost < 0 || c.CacheLost > 1 || c.CacheDelay < 0 {
		return fmt.Errorf("--cache-lost %v and --cache-delay %v: a share from 0 to 1, and a time from 0", c.CacheLost, c.CacheDelay)
	}
	var locations []edge.Location
	if c.Edges != "" {
		if locations, err = edge.ReadLocations(c.Edges); err != nil {
			return err
		}
	}
	if c.Env || c.ClientEnv {
		return c.printLine(ctx, s, out)
	}
	session, err := s.joinWith(ctx, &sandbox.Traffic{
		PlainHTTP: c.PlainHTTP, Locations: locations, FaultsFile: c.Faults, Cache: gateway.CacheBehaviour{Delay: c.CacheDelay, Lost: c.CacheLost},
	})
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, session.Close()) }()
	line, err := s.attachLine(session.Endpoints)
	if err != nil {
		return err
	}
	if s.JSON {
		if err := printJSON(out.stdout, session.Endpoints); err != nil {
			return err
		}
	} else if _, err := fmt.Fprintf(out.stdout, "Resource Manager answers at %s\nthe page in the browser: %s\nattach an ordinary pulumi with:\n\n%s\n\n"+
		"or, in another terminal: eval \"$(bin/aoai serve --env)\"\nwhat is deployed answers at the hosts that aoai status lists;\nclients reach them by their public names after: eval \"$(bin/aoai serve --client-env)\"\n"+
		"Ctrl-C ends the sandbox; its state stays.\n",
		session.Endpoints.ARM, session.Endpoints.Page, line); err != nil {
		return err
	}
	if !session.Owner {
		return errors.New("another process serves this sandbox already, as told above; end it first to serve with other options")
	}
	<-ctx.Done()
	return nil
}
