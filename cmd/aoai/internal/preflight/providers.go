package preflight

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"
)

// providers looks whether the subscription is registered for each resource provider of
// the plan. azure-native registers on demand where who deploys may, but not reliably
// (pulumi-azure-native#3479).
func (c *checker) providers(ctx context.Context) error {
	users := map[string][]string{}
	for _, s := range c.plan.steps {
		if namespace, _, _ := strings.Cut(s.kind.ARMType, "/"); s.writes() {
			users[namespace] = append(users[namespace], s.place())
		}
	}
	for _, namespace := range slices.Sorted(maps.Keys(users)) {
		// Source: the REST reference of Providers - Get, 2021-04-01.
		found, err := c.cloud.Get(ctx, c.subscription+"/providers/"+namespace, "2021-04-01")
		if err != nil {
			err = c.tolerate(Providers, namespace, fmt.Errorf("asking for the resource provider %s: %w", namespace, err))
			if err != nil {
				return err
			}
			continue
		}
		switch state := inputs(found).text("registrationState"); state {
		case "Registered":
		case "Registering":
			c.note(Providers, "%s is being registered; a region may refuse its resources until that has ended", namespace)
		default:
			if found == nil {
				state = "unknown to Azure"
			}
			c.find(Finding{
				Providers, namespace, state, "the subscription is not registered for it, and the plan needs it for " + list(users[namespace]),
				"az provider register --namespace " + namespace + " --wait",
			})
		}
	}
	return nil
}
