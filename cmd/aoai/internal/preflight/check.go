// Package preflight asks Azure, before a deployment, for what would make it fail after a
// long wait: names that are held, models and quota that a region lacks, rights of who
// deploys, resource providers that are not registered, policies that deny. It reads and changes nothing.
package preflight

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/aoai-gateway/aoai-gateway/internal/arm"
	"github.com/aoai-gateway/aoai-gateway/internal/resourcemanager"
)

// Cloud is Resource Manager, to be asked.
type Cloud interface {
	// Get reads a resource; nil where there is none.
	Get(ctx context.Context, id, apiVersion string, query ...string) (map[string]any, error)
	// List reads a collection, all its pages; empty where what holds it is not there.
	List(ctx context.Context, collection, apiVersion string) ([]map[string]any, error)
	// Post calls an action.
	Post(ctx context.Context, action, apiVersion string, body, answer any) error
}

// checker asks for one plan.
type checker struct {
	cloud        Cloud
	plan         *Plan
	subscription string // an id: /subscriptions/...
	now          time.Time
	report       *Report

	groups  map[string]bool    // resource groups that exist or not, by folded name
	regions map[string]*region // what regions offer, by name
	held    map[string][]held  // what is soft-deleted, by the list
	used    map[usedModel]bool // what the subscription has deployed; nil until it was asked
	// useUntold says that Azure did not tell what the subscription has deployed.
	useUntold bool
}

// Run makes all checks and returns all that they found. What Azure refuses to tell
// becomes a note. It fails where Azure could not be asked at all, and where there is no
// such subscription.
func Run(ctx context.Context, plan *Plan, cloud Cloud, subscriptionID string, now time.Time) (*Report, error) {
	c := &checker{
		cloud: cloud, plan: plan, subscription: "/subscriptions/" + subscriptionID, now: now,
		report: &Report{SubscriptionID: subscriptionID, Findings: []Finding{}, Notes: []Note{}},
		groups: map[string]bool{}, regions: map[string]*region{}, held: map[string][]held{},
	}
	found, err := cloud.Get(ctx, c.subscription, "2022-12-01")
	if err != nil {
		return nil, fmt.Errorf("looking for the subscription %s: %w", subscriptionID, err)
	}
	if found == nil {
		return nil, fmt.Errorf("there is no subscription %s, or who asks may not see it; sign in as who deploys, or correct its id", subscriptionID)
	}
	planned, err := c.deployments(ctx)
	errs := []error{err, c.names(ctx), c.models(ctx, planned), c.quota(ctx, planned), c.rights(ctx), c.providers(ctx), c.policies(ctx), c.network(ctx)}
	if len(plan.strangers) > 0 {
		slices.Sort(plan.strangers)
		c.note(Rights, "these types are not known here, and were not looked at: %s", list(slices.Compact(plan.strangers)))
	}
	return c.report, errors.Join(errs...)
}

func (c *checker) find(finding Finding) { c.report.Findings = append(c.report.Findings, finding) }

func (c *checker) note(check Check, format string, args ...any) {
	c.report.Notes = append(c.report.Notes, Note{check, fmt.Sprintf(format, args...)})
}

// tolerate turns a refusal of Azure to answer into a note. What is left is an error: that
// Azure is not there, or does not know who asks.
func (c *checker) tolerate(check Check, what string, err error) error {
	var refusal *resourcemanager.RefusedError
	if !errors.As(err, &refusal) || refusal.Status >= http.StatusInternalServerError ||
		slices.Contains([]int{http.StatusUnauthorized, http.StatusRequestTimeout, http.StatusTooManyRequests}, refusal.Status) {
		return err
	}
	c.note(check, "%s: not checked, Azure refuses to tell (%d %s)", what, refusal.Status, refusal.Code)
	return nil
}

// groupExists reports whether a resource group is there already.
func (c *checker) groupExists(ctx context.Context, name string) (bool, error) {
	exists, asked := c.groups[arm.Fold(name)]
	if asked || name == "" || c.plan.createsGroup(name) {
		return exists, nil
	}
	found, err := c.cloud.Get(ctx, c.subscription+"/resourceGroups/"+name, "2022-09-01")
	if err != nil {
		return false, fmt.Errorf("looking for the resource group %s: %w", name, err)
	}
	c.groups[arm.Fold(name)] = found != nil
	return found != nil, nil
}

// decode turns what Azure listed into values of a type.
func decode[T any](listed []map[string]any) ([]T, error) {
	raw, err := json.Marshal(listed)
	if err != nil {
		return nil, fmt.Errorf("encoding a list: %w", err)
	}
	var values []T
	if err := json.Unmarshal(raw, &values); err != nil {
		return nil, fmt.Errorf("decoding a list of Azure's: %w", err)
	}
	return values, nil
}

// mostListed bounds how many names a message lists.
const mostListed = 12

// list joins names, and counts those that are too many.
func list(names []string) string {
	if len(names) > mostListed {
		return strings.Join(names[:mostListed], ", ") + fmt.Sprintf(" and %d more", len(names)-mostListed)
	}
	return strings.Join(names, ", ")
}
