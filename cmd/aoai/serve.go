package main

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/aoai-gateway/aoai-gateway/sandbox"
	"github.com/aoai-gateway/aoai-gateway/sandbox/edge"
	"github.com/aoai-gateway/aoai-gateway/sandbox/gateway"
	"github.com/aoai-gateway/aoai-gateway/sandbox/network"
)

type serveCommand struct {
	Env        bool          `help:"Print the line for eval that attaches an ordinary pulumi to the running sandbox, and end." xor:"line"`
	ClientEnv  bool          `help:"Print the line for eval that lets clients reach the running sandbox's hosts under their public names, and end." xor:"line"`
	Off        bool          `help:"Print the line for eval that undoes those of --env and --client-env in this shell, and end." xor:"line"`
	Port       *int          `help:"Port of Resource Manager and the page; the three after it are the proxy's and the plugins'. All have to be free. Default: the ports of the last run, or any free ones."`
	PlainHTTP  bool          `help:"Let hosts speak HTTP without TLS." name:"plain-http"`
	Faults     string        `help:"JSON file with faults of hosts; it is followed." type:"existingfile"`
	Edges      string        `help:"JSON file with edge locations of Front Door and their distances to regions; default one beside each origin." type:"existingfile"`
	Backend    []string      `help:"A server on this machine that gateways reach by a host name of yours: HOST=http://127.0.0.1:PORT. May be given several times." name:"backend" placeholder:"HOST=URL" sep:"none"`
	CacheDelay time.Duration `help:"How long after it was stored a value of the gateways' cache is seen, such as 50ms."`
	CacheLost  float64       `help:"Share of the stores into the gateways' cache that are lost, 0 to 1."`
}

// Run keeps the sandbox up until it is interrupted.
func (c *serveCommand) Run(ctx context.Context, s *shared, out *streams) (err error) {
	if c.CacheLost < 0 || c.CacheLost > 1 || c.CacheDelay < 0 {
		return fmt.Errorf("--cache-lost %v and --cache-delay %v: a share from 0 to 1, and a time from 0", c.CacheLost, c.CacheDelay)
	}
	if c.Port != nil && *c.Port == 0 {
		return errors.New("--port 0: give a port, such as 7070, or leave it out for the ports of the last run")
	}
	if c.Env || c.ClientEnv || c.Off {
		if given := c.servingFlags(); len(given) > 0 {
			return fmt.Errorf("%s: has no effect beside --env, --client-env or --off; give it to the `aoai serve` that serves", strings.Join(given, ", "))
		}
		return c.printLine(ctx, s, out)
	}
	var locations []edge.Location
	if c.Edges != "" {
		if locations, err = edge.ReadLocations(c.Edges); err != nil {
			return err
		}
	}
	backends, err := c.backends()
	if err != nil {
		return err
	}
	options := sandbox.Options{Traffic: &sandbox.Traffic{
		PlainHTTP: c.PlainHTTP, Locations: locations, FaultsFile: c.Faults, Cache: gateway.CacheBehaviour{Delay: c.CacheDelay, Lost: c.CacheLost},
		Backends: backends,
	}}
	if c.Port != nil {
		options.Port = *c.Port
	}
	session, err := s.joinWith(ctx, options)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, session.Close()) }()
	variables, err := s.attachVariables(session.Endpoints)
	if err != nil {
		return err
	}
	if len(session.Moved) > 0 {
		_, _ = fmt.Fprintf(out.stderr, "aoai: warning: another program listens where the last run did: %s. Shells that were attached then need eval \"$(bin/aoai serve --env)\" again\n", strings.Join(session.Moved, ", "))
	}
	if s.JSON {
		if err := printJSON(out.stdout, session.Endpoints); err != nil {
			return err
		}
	} else if _, err := fmt.Fprintf(out.stdout, "Resource Manager answers at %s\nthe page in the browser: %s\nattach an ordinary pulumi with:\n\n%s\n\n"+
		"or, in another terminal: eval \"$(bin/aoai serve --env)\"\nwhat is deployed answers at the hosts that aoai status lists;\nclients reach them by their public names after: eval \"$(bin/aoai serve --client-env)\"\n"+
		"a shell is as before after: eval \"$(bin/aoai serve --off)\"\n"+
		"Ctrl-C ends the sandbox; its state stays.\n",
		session.Endpoints.ARM, session.Endpoints.Page, exports(variables)); err != nil {
		return err
	}
	if !session.Owner {
		return errors.New("another process serves this sandbox already, as told above; end it first to serve with other options")
	}
	<-ctx.Done()
	return nil
}

// servingFlags are the given flags that say how to serve.
func (c *serveCommand) servingFlags() []string {
	var given []string
	for _, each := range []struct {
		name  string
		given bool
	}{
		{"--port", c.Port != nil},
		{"--plain-http", c.PlainHTTP},
		{"--faults", c.Faults != ""},
		{"--edges", c.Edges != ""},
		{"--cache-delay", c.CacheDelay != 0},
		{"--cache-lost", c.CacheLost != 0},
		{"--backend", len(c.Backend) > 0},
	} {
		if each.given {
			given = append(given, each.name)
		}
	}
	return given
}

// backends are the servers that the flags name.
func (c *serveCommand) backends() ([]network.Host, error) {
	var hosts []network.Host
	var errs []error
	for _, order := range c.Backend {
		host, err := network.Outside(order)
		hosts, errs = append(hosts, host), append(errs, err)
	}
	if err := errors.Join(errs...); err != nil {
		return nil, err
	}
	return hosts, network.CheckOutside(hosts)
}
