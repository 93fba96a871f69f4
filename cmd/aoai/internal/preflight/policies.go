package preflight

import (
	"context"
	"fmt"
	"strings"

	"github.com/aoai-gateway/aoai-gateway/internal/arm"
	"github.com/aoai-gateway/aoai-gateway/internal/azurepolicy"
	"github.com/aoai-gateway/aoai-gateway/internal/engine"
)

// assignment is a policy, or a set of them, that is in force somewhere. Source: the REST
// reference of Policy Assignments, 2022-06-01.
type assignment struct {
	ID         string `json:"id"`
	Name       string `json:"name"`
	Properties struct {
		DisplayName string         `json:"displayName"`
		Scope       string         `json:"scope"`
		NotScopes   []string       `json:"notScopes"`
		Enforcement string         `json:"enforcementMode"`
		Definition  string         `json:"policyDefinitionId"`
		Parameters  map[string]any `json:"parameters"`
	} `json:"properties"`
}

func (a assignment) called() string {
	if a.Properties.DisplayName != "" {
		return a.Properties.DisplayName
	}
	return a.Name
}

// policies looks for policies of the subscription that deny what is planned.
func (c *checker) policies(ctx context.Context) error {
	if len(c.plan.steps) == 0 {
		return nil
	}
	listed, err := c.cloud.List(ctx, c.subscription+"/providers/Microsoft.Authorization/policyAssignments", policyVersion)
	if err != nil {
		return c.tolerate(Policies, c.subscription, fmt.Errorf("asking for the policies of the subscription: %w", err))
	}
	assignments, err := decode[assignment](listed)
	if err != nil {
		return fmt.Errorf("asking for the policies of the subscription: %w", err)
	}
	for _, each := range assignments {
		if strings.EqualFold(each.Properties.Enforcement, "DoNotEnforce") {
			continue
		}
		if err := c.policy(ctx, each); err != nil {
			return err
		}
	}
	return nil
}

const policyVersion = "2022-06-01"

// policy compares one assignment with the plan. A set is looked into by its members.
func (c *checker) policy(ctx context.Context, assigned assignment) error {
	id := assigned.Properties.Definition
	found, err := c.cloud.Get(ctx, id, policyVersion)
	if err != nil {
		return c.tolerate(Policies, assigned.called(), fmt.Errorf("asking for the policy %s: %w", id, err))
	}
	if found == nil {
		return nil
	}
	if strings.Contains(arm.Fold(id), "/policysetdefinitions/") {
		c.note(Policies, "%q is a set of policies, which are not looked into; those of it that deny may refuse the deployment", assigned.called())
		return nil
	}
	var maybe []string
	for _, s := range c.plan.steps {
		if !s.writes() || !c.covers(assigned, s) {
			continue
		}
		switch azurepolicy.Denies(found, assigned.Properties.Parameters, s.forPolicies()) {
		case azurepolicy.Yes:
			c.find(Finding{
				Policies, s.place(), assigned.called(), "a policy of the subscription denies the resource as it is planned",
				"change the configuration as the policy asks, such as network.access: private where it forbids public access; or ask its owner for an exemption of " + assigned.ID,
			})
		case azurepolicy.Maybe:
			maybe = append(maybe, s.place())
		case azurepolicy.No:
		}
	}
	if len(maybe) > 0 {
		c.note(Policies, "%q may deny %s: it asks for what cannot be told before the deployment", assigned.called(), list(maybe))
	}
	return nil
}

// covers reports whether an assignment holds for a planned resource: at its scope, and not below
// those that are left out. Where the resource group is not known, the subscription counts.
func (c *checker) covers(assigned assignment, s *step) bool {
	at := arm.Fold(c.subscription)
	if group := c.plan.group(s); group != "" {
		at = arm.Fold(c.subscription + "/resourceGroups/" + group)
	}
	within := func(scope string) bool { return at == arm.Fold(scope) || strings.HasPrefix(at, arm.Fold(scope)+"/") }
	for _, left := range assigned.Properties.NotScopes {
		if within(left) {
			return false
		}
	}
	// Management groups are above the subscription.
	scope := assigned.Properties.Scope
	return scope == "" || within(scope) || strings.HasPrefix(arm.Fold(scope), "/providers/microsoft.management/")
}

// forPolicies is a planned resource as policies see it.
func (s *step) forPolicies() azurepolicy.Resource {
	return azurepolicy.Resource{Type: s.kind.ARMType, Field: func(path string) (any, bool) {
		names := strings.Split(path, ".")
		value, known := s.inputs.told(append([]string{"properties"}, names...))
		if value == nil && known {
			return s.inputs.told(names)
		}
		return value, known
	}}
}

// told is a member by its path; known is false where it, or what it lies in, is not known yet.
func (in inputs) told(path []string) (value any, known bool) {
	value = map[string]any(in)
	for _, name := range path {
		object, _ := value.(map[string]any)
		if value = object[name]; value == engine.Unknown {
			return nil, false
		}
	}
	return value, true
}
