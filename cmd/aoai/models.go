package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/aoai-gateway/aoai-gateway/cmd/aoai/internal/modeltable"
	"github.com/aoai-gateway/aoai-gateway/cmd/aoai/internal/target"
	"github.com/aoai-gateway/aoai-gateway/internal/arm"
	"github.com/aoai-gateway/aoai-gateway/internal/azure"
)

type modelsCommand struct {
	Region       []string `help:"Regions to show, or to ask Azure about; default all of the table." sep:","`
	Model        string   `help:"Show this model alone."`
	Azure        bool     `help:"Ask Azure what the regions offer, and write it into the table (internal/azure/data/models.json); build again to use it."`
	Subscription string   `help:"The subscription that is asked; default the variable ARM_SUBSCRIPTION_ID." env:"ARM_SUBSCRIPTION_ID"`
}

// tableFile is where the table of models lies in the project.
var tableFile = filepath.Join("internal", "azure", "data", "models.json")

// Run shows the table of models, or refreshes it.
func (c *modelsCommand) Run(ctx context.Context, s *shared, out *streams) error {
	table, err := azure.LoadModels()
	if err != nil {
		return err
	}
	for i, region := range c.Region {
		c.Region[i] = arm.NormalRegion(region)
		if !arm.IsRegion(c.Region[i]) {
			return fmt.Errorf("--region: %q is not an Azure region; write it like swedencentral", region)
		}
	}
	if c.Azure {
		return c.refresh(ctx, s, out)
	}
	if c.Model != "" && len(table.Versions(c.Model)) == 0 {
		return fmt.Errorf("--model: %q is not in the table of models of %s", c.Model, table.AsOf)
	}
	chosen := c.chosen(table)
	if len(chosen) == 0 {
		return fmt.Errorf("no model fits: in %s nothing is offered that is not retired (table of %s)", strings.Join(c.Region, ", "), table.AsOf)
	}
	if s.JSON {
		return printJSON(out.stdout, map[string]any{"asOf": table.AsOf, "models": chosen})
	}
	return c.print(out.stdout, table, chosen)
}

// refresh writes what Azure offers into the project's table.
func (c *modelsCommand) refresh(ctx context.Context, s *shared, out *streams) error {
	if c.Subscription == "" {
		return errors.New("which subscription? Give --subscription, or set ARM_SUBSCRIPTION_ID")
	}
	file := filepath.Join(s.Project, tableFile)
	raw, err := os.ReadFile(file)
	if err != nil {
		return fmt.Errorf("reading the project's table of models: %w", err)
	}
	before, err := azure.ReadModels(raw)
	if err != nil {
		return err
	}
	regions := c.Region
	if len(regions) == 0 {
		regions = before.Regions()
	}
	cloud, err := target.Target{SubscriptionID: c.Subscription}.Azure()
	if err != nil {
		return err
	}
	after, err := modeltable.Refresh(ctx, cloud, c.Subscription, before, regions, time.Now())
	if err != nil {
		return err
	}
	encoded, err := after.Encode()
	if err != nil {
		return err
	}
	if err := os.WriteFile(file, encoded, 0o644); err != nil { //nolint:gosec // a file of the project, as git keeps it
		return fmt.Errorf("writing the table of models: %w", err)
	}
	changes := modeltable.Changes(before, after)
	if s.JSON {
		return printJSON(out.stdout, map[string]any{"asOf": after.AsOf, "changes": changes})
	}
	for _, change := range changes {
		if _, err := fmt.Fprintln(out.stdout, change); err != nil {
			return err
		}
	}
	_, err = fmt.Fprintf(out.stdout, "%s holds what Azure offers in %s; build again to use it\n", tableFile, strings.Join(regions, ", "))
	return err
}

// chosen are the models that were asked for: all versions of one, or those that are not
// retired and that all chosen regions offer.
func (c *modelsCommand) chosen(table *azure.Models) []*azure.Model {
	today := time.Now()
	return slices.DeleteFunc(slices.Clone(table.Models), func(model *azure.Model) bool {
		other := c.Model != "" && !strings.EqualFold(model.Name, c.Model)
		return other || c.Model == "" && model.RetiredOn(today) || len(c.Region) > 0 && len(c.offered(model)) == 0
	})
}

// print shows people models, a line each.
func (c *modelsCommand) print(w io.Writer, table *azure.Models, chosen []*azure.Model) error {
	rows := newTable(w, "MODEL", "VERSION", "CAN", "STAGE", "RETIRES", "OFFERED BY")
	for _, model := range chosen {
		can := make([]string, len(model.Can))
		for i, each := range model.Can {
			can[i] = string(each)
		}
		retires := "-"
		if model.Retires != nil {
			retires = model.Retires.String()
		}
		rows.row(model.Name, model.Version, strings.Join(can, " "), orDash(string(model.Stage)), retires, strings.Join(c.offered(model), " "))
	}
	if err := rows.flush(); err != nil {
		return err
	}
	_, err := fmt.Fprintf(w, "table of %s; aoai models --azure refreshes it\n", table.AsOf)
	return err
}

// offered are the SKUs by which all chosen regions offer a model, or any region where none
// was chosen.
func (c *modelsCommand) offered(model *azure.Model) []string {
	var offered []string
	for _, sku := range azure.DeploymentSKUs {
		lacking := slices.ContainsFunc(c.Region, func(region string) bool { return !model.Offers(sku, region) })
		if len(model.Regions[sku]) > 0 && !lacking {
			offered = append(offered, sku)
		}
	}
	return offered
}
