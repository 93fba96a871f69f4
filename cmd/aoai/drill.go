package main

import (
	"cmp"
	"context"
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore"
	"github.com/Azure/azure-sdk-for-go/sdk/azcore/policy"
	"github.com/openai/openai-go/v3"
	"github.com/openai/openai-go/v3/azure"
	"github.com/openai/openai-go/v3/option"

	"github.com/aoai-gateway/aoai-gateway/cmd/aoai/internal/drill"
	"github.com/aoai-gateway/aoai-gateway/internal/engine"
	"github.com/aoai-gateway/aoai-gateway/sandbox"
	"github.com/aoai-gateway/aoai-gateway/sandbox/network"
)

type drillCommand struct {
	stackFlags
	Script    string `arg:"" help:"JSON file with the drill: load, and faults by the second." type:"existingfile"`
	Out       string `help:"Folder for the report: drill.md, drill.svg and drill.json." default:"drill" type:"path"`
	Principal string `help:"Application of the seed file whose tokens are used, where callers need Entra tokens."`
}

// Run plays a drill against the deployed stack, with OpenAI's own client.
func (c *drillCommand) Run(ctx context.Context, s *shared, out *streams) (err error) {
	script, err := drill.Read(c.Script)
	if err != nil {
		return err
	}
	session, err := s.joinWith(ctx, sandbox.Options{Traffic: &sandbox.Traffic{}})
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, session.Close()) }()
	if !session.Endpoints.Traffic {
		return sandbox.ErrNoTraffic
	}
	var deployed outputs
	// Nothing of the CLI's is to be seen, and the secrets go to the client alone.
	err = s.withEngine(ctx, c.stackFlags, &streams{io.Discard, out.stderr, out.force}, func(e *engine.Engine, _ io.Writer) error {
		found, err := e.Outputs(ctx, "--show-secrets")
		if err != nil {
			return err
		}
		return deployed.read(found)
	})
	if err != nil {
		return err
	}
	if err := c.locationsAreThere(ctx, session, script.Load.Locations); err != nil {
		return err
	}
	target, err := c.target(session, deployed)
	if err != nil {
		return err
	}
	if !s.JSON {
		_, _ = fmt.Fprintf(out.stdout, "%s: %d s, %d requests a second to %s\n", script.Name, script.DurationSeconds, script.Load.RequestsPerSecond, deployed.Endpoint)
	}
	target.Progress = func(p drill.Progress) { _, _ = fmt.Fprintln(out.stderr, p) }
	report, err := drill.Run(ctx, script, target)
	if report == nil {
		return err
	}
	return errors.Join(err, c.write(s, out, report))
}

// locationsAreThere refuses edge locations that no Front Door of the sandbox has.
func (c *drillCommand) locationsAreThere(ctx context.Context, session *sandbox.Session, wanted []string) error {
	edges, err := session.Edges(ctx)
	if err != nil {
		return err
	}
	var known []string
	for _, each := range edges {
		if each.Kind == "front-door" && !slices.Contains(known, each.Location) {
			known = append(known, each.Location)
		}
	}
	for i, location := range wanted {
		if !slices.Contains(known, location) {
			return fmt.Errorf("%s: load.locations[%d]: %q is no edge location of Front Door here; there are %s", c.Script, i, location, cmp.Or(strings.Join(known, ", "), "none"))
		}
	}
	return nil
}

// outputs are what a drill needs to know of a stack.
type outputs struct {
	Pattern  string `json:"pattern"`
	Endpoint string `json:"endpoint"`
	// EdgeHost is an Application Gateway's own name: nobody here leads the stack's host
	// name to it.
	EdgeHost  string                       `json:"edgeHostName"`
	Keys      map[string]map[string]string `json:"subscriptionKeys"`
	Audiences []string                     `json:"audiences"`
	Scope     string                       `json:"tokenScope"`
	Endpoints []struct {
		Name        string   `json:"name"`
		URL         string   `json:"url"`
		Region      string   `json:"region"`
		Deployments []string `json:"deployments"`
	} `json:"endpoints"`
}

func (o *outputs) read(found map[string]any) error {
	encoded, err := json.Marshal(found)
	if err == nil {
		err = json.Unmarshal(encoded, o)
	}
	if err != nil {
		return fmt.Errorf("reading the stack's outputs: %w", err)
	}
	if o.Endpoint == "" {
		return errors.New("the stack has no endpoint: deploy it first, with aoai up")
	}
	if o.EdgeHost != "" && strings.HasPrefix(o.Endpoint, "https://") {
		o.Endpoint = "https://" + o.EdgeHost
	}
	return nil
}

// target is the topology, with a client that its callers could have.
func (c *drillCommand) target(session *sandbox.Session, deployed outputs) (drill.Target, error) {
	reach, err := c.reach(session)
	if err != nil {
		return drill.Target{}, err
	}
	target := drill.Target{Order: func(ctx context.Context, faults []network.Fault) error { return session.OrderFaults(ctx, faults...) }}
	for _, each := range deployed.Endpoints {
		if len(each.Deployments) > 0 {
			target.Model = each.Deployments[0]
			break
		}
	}
	identity, err := c.identity(session, deployed)
	if err != nil {
		return target, err
	}
	client := func(endpoint string) openai.Client {
		return openai.NewClient(azure.WithEndpoint(endpoint, apiVersion), option.WithHTTPClient(reach), identity)
	}
	target.Client = client(deployed.Endpoint)
	for _, each := range deployed.Endpoints {
		if each.Name == "gateway" && deployed.Pattern == "multi-region" {
			target.Gateways = append(target.Gateways, drill.Gateway{Region: each.Region, Client: client(each.URL)})
		}
	}
	return target, nil
}

// identity is what callers show: a subscription's key, or a token.
func (c *drillCommand) identity(session *sandbox.Session, deployed outputs) (option.RequestOption, error) {
	if names := slices.Sorted(maps.Keys(deployed.Keys)); len(names) > 0 && c.Principal == "" {
		return azure.WithAPIKey(deployed.Keys[names[0]]["primaryKey"]), nil
	}
	if c.Principal == "" {
		return nil, errors.New("callers of this stack need Entra tokens: name an application of the seed file with --principal")
	}
	scope := deployed.Scope
	if len(deployed.Audiences) > 0 {
		scope = deployed.Audiences[0] + "/.default"
	}
	return azure.WithTokenCredential(&principal{session, c.Principal, strings.TrimSuffix(scope, "/.default")}, azure.WithTokenCredentialScopes([]string{scope})), nil
}

// apiVersion is what the client asks for: the last that is generally available.
const apiVersion = "2024-10-21"

// reach is a client that finds the stack's hosts by their public names.
func (c *drillCommand) reach(session *sandbox.Session) (*http.Client, error) {
	if session.Endpoints.Proxy == "" {
		return nil, errors.New("the sandbox speaks plain HTTP, which public names do not: start aoai serve without --plain-http")
	}
	pem, err := os.ReadFile(session.Endpoints.CA)
	if err != nil {
		return nil, fmt.Errorf("reading the sandbox's CA: %w", err)
	}
	pool := x509.NewCertPool()
	pool.AppendCertsFromPEM(pem)
	proxy, err := url.Parse(session.Endpoints.Proxy)
	if err != nil {
		return nil, fmt.Errorf("reading the proxy's address: %w", err)
	}
	return &http.Client{Transport: &http.Transport{
		Proxy: http.ProxyURL(proxy), TLSClientConfig: &tls.Config{RootCAs: pool, MinVersion: tls.VersionTLS12}, MaxIdleConnsPerHost: 64,
	}}, nil
}

// principal gets tokens for an application of the seed.
type principal struct {
	session        *sandbox.Session
	name, resource string
}

// GetToken implements azcore.TokenCredential.
func (p *principal) GetToken(ctx context.Context, _ policy.TokenRequestOptions) (azcore.AccessToken, error) {
	token, err := p.session.Token(ctx, p.name, p.resource)
	return azcore.AccessToken{Token: token.AccessToken, ExpiresOn: token.ExpiresOn}, err
}

// write keeps the report, and prints what matters most.
func (c *drillCommand) write(s *shared, out *streams, report *drill.Report) error {
	encoded, err := json.MarshalIndent(report, "", "  ")
	if err != nil {
		return fmt.Errorf("encoding the report: %w", err)
	}
	if err := os.MkdirAll(c.Out, 0o750); err != nil {
		return fmt.Errorf("making the folder of the report: %w", err)
	}
	for name, content := range map[string]string{"drill.json": string(encoded) + "\n", "drill.svg": report.Timeline(), "drill.md": report.Markdown("drill.svg")} {
		if err := os.WriteFile(filepath.Join(c.Out, name), []byte(content), 0o600); err != nil {
			return fmt.Errorf("writing the report: %w", err)
		}
	}
	if s.JSON {
		return printJSON(out.stdout, report)
	}
	table := newTable(out.stdout, "FROM", "WHAT HAPPENED", "REQUESTS", "FAILED", "P50", "P99", "MOST WENT")
	for _, phase := range report.Phases {
		most := "-"
		if len(phase.Ways) > 0 {
			most = phase.Ways[0].Of
		}
		table.row(fmt.Sprintf("%.0f s", phase.From), phase.Note, fmt.Sprint(phase.Requests), fmt.Sprint(phase.Failed),
			fmt.Sprintf("%.0f ms", phase.P50), fmt.Sprintf("%.0f ms", phase.P99), most)
	}
	if err := table.flush(); err != nil {
		return err
	}
	_, err = fmt.Fprintf(out.stdout, "%.3f %% of %d requests were answered well; %d failed, %d of them in flight when something was lost. The report: %s\n",
		report.Availability()*100, report.Requests, report.Failed, report.InFlight, filepath.Join(c.Out, "drill.md"))
	return err
}
