package main

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/aoai-gateway/aoai-gateway/cmd/aoai/internal/cost"
	"github.com/aoai-gateway/aoai-gateway/cmd/aoai/internal/pricetable"
	"github.com/aoai-gateway/aoai-gateway/internal/arm"
	"github.com/aoai-gateway/aoai-gateway/internal/azure"
)

type costCommand struct {
	stackFlags
	traffic

	Azure   bool     `help:"Plan against Azure, with the backend, plugins and credentials of this environment, instead of the sandbox."`
	Refresh bool     `help:"Ask Microsoft's public price list, and write its prices into the table (internal/azure/data/prices.json); build again to use it."`
	Region  []string `help:"With --refresh: regions to ask about beside those of the table." sep:","`
}

// traffic is what a month is assumed to bring.
type traffic struct {
	Requests     float64 `help:"Requests a month, shared out evenly among the models that callers ask for." default:"100000"`
	InputTokens  float64 `help:"Tokens of a request." default:"1000"`
	CachedTokens float64 `help:"Those of the request's tokens that the model has seen before." default:"0"`
	OutputTokens float64 `help:"Tokens of an answer." default:"300"`
	RequestKB    float64 `help:"Size of a request." default:"5" name:"request-kb"`
	ResponseKB   float64 `help:"Size of an answer; streamed ones are larger." default:"5" name:"response-kb"`
	LogKB        float64 `help:"What is logged of a request, at the edge and at the gateway." default:"4" name:"log-kb"`
}

// assumed is the traffic by the flags.
func (t traffic) assumed() (cost.Traffic, error) {
	for _, flag := range []struct {
		name  string
		value float64
	}{
		{"requests", t.Requests},
		{"input-tokens", t.InputTokens},
		{"cached-tokens", t.CachedTokens},
		{"output-tokens", t.OutputTokens},
		{"request-kb", t.RequestKB},
		{"response-kb", t.ResponseKB},
		{"log-kb", t.LogKB},
	} {
		// The upper bound keeps infinity and slips of the keyboard out.
		if !(flag.value >= 0 && flag.value <= 1e15) {
			return cost.Traffic{}, fmt.Errorf("--%s is %v; give a number from 0 to 1e15", flag.name, flag.value)
		}
	}
	if t.CachedTokens > t.InputTokens {
		return cost.Traffic{}, fmt.Errorf("--cached-tokens is %v, more than --input-tokens, %v; cached tokens are some of the input", t.CachedTokens, t.InputTokens)
	}
	return cost.Traffic(t), nil
}

// Run plans the stack, and estimates what that costs a month. It changes nothing in the stack.
func (c *costCommand) Run(ctx context.Context, s *shared, out *streams) error {
	if c.Refresh {
		return c.refresh(ctx, s, out)
	}
	if len(c.Region) > 0 {
		return errors.New("--region goes with --refresh; add --refresh, or leave --region out")
	}
	assumed, err := c.assumed()
	if err != nil {
		return err
	}
	facts, err := cost.LoadFacts()
	if err != nil {
		return err
	}
	return s.withPlan(ctx, c.stackFlags, c.Azure, out, func(p *planned) error {
		estimate := cost.Of(p.plan, facts, assumed)
		if s.JSON {
			return printJSON(out.stdout, estimate)
		}
		return estimate.WriteText(out.stdout)
	})
}

// priceFile is where the table of prices lies in the project.
var priceFile = filepath.Join("internal", "azure", "data", "prices.json")

// priceListPatience is how long one answer of the price list may take.
const priceListPatience = time.Minute

// refresh writes Microsoft's prices of today into the project's table.
func (c *costCommand) refresh(ctx context.Context, s *shared, out *streams) error {
	regions := make([]string, len(c.Region))
	for i, region := range c.Region {
		if regions[i] = arm.NormalRegion(region); !arm.IsRegion(regions[i]) {
			return fmt.Errorf("--region: %q is not an Azure region; write it like swedencentral", region)
		}
	}
	file := filepath.Join(s.Project, priceFile)
	raw, err := os.ReadFile(file)
	if err != nil {
		return fmt.Errorf("reading the project's table of prices: %w", err)
	}
	before, err := azure.ReadPrices(raw)
	if err != nil {
		return err
	}
	list := pricetable.List{Client: &http.Client{Timeout: priceListPatience}, Address: pricetable.Address}
	after, err := pricetable.Refresh(ctx, list, before, regions, time.Now().UTC())
	if err != nil {
		return err
	}
	encoded, err := after.Encode()
	if err != nil {
		return err
	}
	if err := replaceFile(file, encoded); err != nil {
		return err
	}
	changes := pricetable.Changes(before, after)
	if s.JSON {
		return printJSON(out.stdout, map[string]any{"asOf": after.AsOf, "changes": changes})
	}
	for _, change := range changes {
		if _, err := fmt.Fprintln(out.stdout, change); err != nil {
			return err
		}
	}
	_, err = fmt.Fprintf(out.stdout, "%s holds Microsoft's prices of %s; build again to use them\n", priceFile, after.AsOf)
	return err
}

// replaceFile writes a file in one step: a run that is cut off leaves the old one.
func replaceFile(file string, content []byte) error {
	fresh, err := os.CreateTemp(filepath.Dir(file), strings.TrimSuffix(filepath.Base(file), ".json")+"-*.tmp")
	if err != nil {
		return fmt.Errorf("writing the table of prices: %w", err)
	}
	_, writeErr := fresh.Write(content)
	closeErr := fresh.Close()
	// As git keeps files of a project.
	if err := errors.Join(writeErr, closeErr, os.Chmod(fresh.Name(), 0o644)); err != nil { //nolint:gosec // a file of the project, which others read
		return fmt.Errorf("writing the table of prices: %w", errors.Join(err, os.Remove(fresh.Name())))
	}
	if err := os.Rename(fresh.Name(), file); err != nil {
		return fmt.Errorf("writing the table of prices: %w", errors.Join(err, os.Remove(fresh.Name())))
	}
	return nil
}
