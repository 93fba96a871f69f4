package main

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/aoai-gateway/aoai-gateway/cmd/aoai/internal/bench"
	"github.com/aoai-gateway/aoai-gateway/internal/azure"
	"github.com/aoai-gateway/aoai-gateway/internal/virtual"
	"github.com/aoai-gateway/aoai-gateway/sandbox/lab"
)

type benchCommands struct {
	Gateway benchGatewayCommand `cmd:"" help:"Put policies through scenarios of faults, ours beside others, in virtual time."`
	Spread  benchSpreadCommand  `cmd:"" help:"Measure how evenly policies spread requests, with a cache that is late or loses, in virtual time."`
}

// benchFlags choose what is compared.
type benchFlags struct {
	Policy     []string          `help:"A policy to compare with ours: NAME=FILE, the document of an API in the format rawxml." sep:"none"`
	Backends   []string          `help:"Backend entities that the policy knows: ID or ID=NAME.openai.azure.com; default three." sep:","`
	NamedValue map[string]string `help:"A named value of the policy: NAME=VALUE." mapsep:"none"`
	Fragment   map[string]string `help:"A fragment of the policy: ID=FILE."`
	RootAPI    bool              `help:"Put the API of --policy at the root of the gateway's URL: for base URLs without a path."`
	Out        string            `help:"Folder for the results as JSON and SVG." type:"path"`
}

type benchGatewayCommand struct {
	benchFlags
	Scenario []string `help:"Only these scenarios; default all."`
}

// Run compares policies under faults. It ends the process, as virtual time does.
func (c *benchGatewayCommand) Run(ctx context.Context, s *shared, out *streams) error {
	policies, backends, err := c.read()
	if err != nil {
		return err
	}
	scenarios := bench.Scenarios()
	if len(c.Scenario) > 0 {
		names := make([]string, len(scenarios))
		for i, each := range scenarios {
			names[i] = each.Name
		}
		for _, name := range c.Scenario {
			if !slices.Contains(names, name) {
				return fmt.Errorf("--scenario %q is none of %s", name, strings.Join(names, ", "))
			}
		}
		scenarios = slices.DeleteFunc(scenarios, func(each bench.Scenario) bool { return !slices.Contains(c.Scenario, each.Name) })
	}
	var results []bench.Result
	virtual.Exit(out.stderr, s.toldAsJSON(out, func() error {
		for _, scenario := range scenarios {
			for _, policy := range policies {
				result, err := bench.Measure(ctx, scenario, policy, backends)
				if err != nil {
					return fmt.Errorf("%s under %s: %w", policy.Name, scenario.Name, err)
				}
				results = append(results, result)
				if scenario.Name == "healthy" && result.Success < 1 {
					_, _ = fmt.Fprintf(out.stderr, "aoai: %s fails where nothing goes wrong, so that the rest says little of it; `aoai policy check` may tell why\n", policy.Name)
				}
			}
		}
		return report(s, out, c.Out, "bench-gateway", results, bench.Table(results), bench.ScenarioChart(results))
	}))
	return nil
}

type benchSpreadCommand struct {
	benchFlags
	Requests int `help:"Requests in all." default:"10000"`
	Callers  int `help:"Callers at once." default:"64"`
}

// Run measures spreads, with one caller first. It ends the process.
func (c *benchSpreadCommand) Run(ctx context.Context, s *shared, out *streams) error {
	if c.Requests < 1 || c.Callers < 1 {
		return fmt.Errorf("--requests %d and --callers %d: at least 1 of each", c.Requests, c.Callers)
	}
	policies, backends, err := c.read()
	if err != nil {
		return err
	}
	policies = slices.DeleteFunc(policies, func(p bench.Policy) bool { return p.WithoutBreakers })
	policies = append(policies, bench.Chance(backends))
	var spreads []bench.Spread
	virtual.Exit(out.stderr, s.toldAsJSON(out, func() error {
		for _, policy := range policies {
			for _, mode := range bench.CacheModes() {
				for _, load := range [][2]int{{min(c.Requests, 300), 1}, {c.Requests, c.Callers}} {
					spread, err := bench.MeasureSpread(ctx, policy, mode, backends, load[0], load[1])
					if err != nil {
						return fmt.Errorf("%s with the cache %s: %w", policy.Name, mode.Name, err)
					}
					spreads = append(spreads, spread)
				}
			}
		}
		return report(s, out, c.Out, "bench-spread", spreads, bench.SpreadTable(spreads), bench.SpreadChart(spreads))
	}))
	return nil
}

// read is ours and the policies that the flags name, and the backends of all.
func (c *benchFlags) read() ([]bench.Policy, []lab.Backend, error) {
	backends, err := c.backends()
	if err != nil {
		return nil, nil, err
	}
	policies, err := bench.Ours(backends)
	if err != nil {
		return nil, nil, fmt.Errorf("--backends: %w", err)
	}
	fragments := map[string]string{}
	for id, file := range c.Fragment {
		text, err := os.ReadFile(file)
		if err != nil {
			return nil, nil, fmt.Errorf("--fragment %s: %w", id, err)
		}
		fragments[id] = string(text)
	}
	for _, each := range c.Policy {
		name, file, ok := strings.Cut(each, "=")
		if !ok || name == "" {
			return nil, nil, fmt.Errorf("--policy %q is not NAME=FILE", each)
		}
		if slices.ContainsFunc(policies, func(p bench.Policy) bool { return p.Name == name }) {
			return nil, nil, fmt.Errorf("--policy %q: there is a policy of that name already; choose another", each)
		}
		text, err := os.ReadFile(file)
		if err != nil {
			return nil, nil, fmt.Errorf("--policy %s: %w", name, err)
		}
		policies = append(policies, bench.Policy{Name: name, Document: string(text), Fragments: fragments, NamedValues: c.NamedValue, RootAPI: c.RootAPI})
	}
	return policies, backends, nil
}

// backends are those that the flag names, or three. Faults hit the first of them, or all
// but the last: with one there would be nothing to compare.
func (c *benchFlags) backends() ([]lab.Backend, error) {
	if len(c.Backends) == 0 {
		return bench.Backends(3), nil
	}
	var list []lab.Backend
	for _, each := range c.Backends {
		id, host, named := strings.Cut(each, "=")
		account, isAccount := strings.CutSuffix(strings.TrimSuffix(strings.TrimPrefix(host, "https://"), "/"), "."+azure.OpenAIDomain)
		if named && !isAccount {
			return nil, fmt.Errorf("--backends %q: the host of a backend is NAME.%s", each, azure.OpenAIDomain)
		}
		list = append(list, lab.Backend{ID: id, Account: account})
	}
	if len(list) < 2 {
		return nil, fmt.Errorf("--backends %s: give two or more; what a policy makes of a backend that fails shows with another one beside it", c.Backends[0])
	}
	return list, nil
}

// report prints results and keeps them where a folder is given.
func report(s *shared, out *streams, dir, name string, results any, table, chart string) error {
	encoded, err := json.MarshalIndent(results, "", "  ")
	if err != nil {
		return fmt.Errorf("encoding the results: %w", err)
	}
	if dir != "" {
		if err := os.MkdirAll(dir, 0o750); err != nil {
			return fmt.Errorf("making the folder for the results: %w", err)
		}
		for suffix, content := range map[string]string{".json": string(encoded) + "\n", ".svg": chart} {
			if err := os.WriteFile(filepath.Join(dir, name+suffix), []byte(content), 0o600); err != nil {
				return fmt.Errorf("keeping the results: %w", err)
			}
		}
	}
	if s.JSON {
		return printJSON(out.stdout, map[string]any{"results": results})
	}
	_, err = fmt.Fprint(out.stdout, table)
	return err
}
