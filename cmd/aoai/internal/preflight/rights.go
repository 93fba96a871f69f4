package preflight

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/aoai-gateway/aoai-gateway/internal/arm"
)

// needs are the actions that a plan takes at each scope, and which resources take them.
type needs map[string]map[string][]string

func (n needs) add(scope, action, place string) {
	if n[scope] == nil {
		n[scope] = map[string][]string{}
	}
	n[scope][action] = append(n[scope][action], place)
}

// alsoReads are actions that the program takes of a new resource beside writing it.
var alsoReads = map[string]string{
	// The stack's outputs have the keys.
	"Microsoft.ApiManagement/service/subscriptions": "Microsoft.ApiManagement/service/subscriptions/listSecrets/action",
}

// rights looks whether who deploys may take the actions that the plan takes.
func (c *checker) rights(ctx context.Context) error {
	needed, err := c.needs(ctx)
	if err != nil {
		return err
	}
	for _, scope := range slices.Sorted(maps.Keys(needed)) {
		// Source: the REST reference of Permissions, 2022-04-01. The subscription as a scope
		// is not in it; tools use it, and it answers.
		listed, err := c.cloud.List(ctx, scope+"/providers/Microsoft.Authorization/permissions", "2022-04-01")
		if err != nil {
			if err := c.tolerate(Rights, scope, fmt.Errorf("asking for the rights at %s: %w", scope, err)); err != nil {
				return err
			}
			continue
		}
		granted, err := decode[permission](listed)
		if err != nil {
			return fmt.Errorf("asking for the rights at %s: %w", scope, err)
		}
		c.compareRights(scope, needed[scope], granted)
	}
	return nil
}

// compareRights finds the actions that nothing grants, together by the role that has them.
func (c *checker) compareRights(scope string, needed map[string][]string, granted []permission) {
	var missing []string
	for _, action := range slices.Sorted(maps.Keys(needed)) {
		if !slices.ContainsFunc(granted, func(p permission) bool { return p.allows(action) }) {
			missing = append(missing, action)
		}
	}
	for _, role := range rolesFor(missing) {
		var places []string
		for _, action := range role.actions {
			places = append(places, needed[action]...)
		}
		slices.Sort(places)
		c.find(Finding{
			Rights, scope, strings.Join(role.actions, ", "), "who deploys may not do this, and the plan needs it for " + list(slices.Compact(places)),
			fmt.Sprintf("az role assignment create --role %q --scope %s --assignee <who deploys>", role.name, scope),
		})
	}
}

// needs are all actions of the plan.
func (c *checker) needs(ctx context.Context) (needs, error) {
	needed := needs{}
	for _, s := range c.plan.steps {
		scope, err := c.scope(ctx, s)
		if err != nil {
			return nil, err
		}
		action := s.kind.ARMType
		if action == resourceGroups {
			action = "Microsoft.Resources/subscriptions/resourceGroups"
		}
		if s.writes() {
			needed.add(scope, action+"/write", s.place())
		}
		if s.deletes() {
			needed.add(scope, action+"/delete", s.place())
		}
		if reads, also := alsoReads[s.kind.ARMType]; also && s.writes() {
			needed.add(scope, reads, s.place())
		}
		needed.addTemplate(scope, s)
	}
	return needed, nil
}

// addTemplate adds what a deployment stack takes: it deploys its template, and writes what
// is in it, in the name of who deploys. Source: Azure's documents on deploying templates.
func (n needs) addTemplate(scope string, s *step) {
	templates, _ := s.inputs.at("template", "resources").([]any)
	if len(templates) > 0 && s.writes() {
		n.add(scope, "Microsoft.Resources/deployments/write", s.place())
	}
	for _, each := range templates {
		in, _ := each.(map[string]any)
		if kind := inputs(in).text("type"); kind != "" && s.writes() {
			n.add(scope, kind+"/write", s.place())
		}
	}
}

// scope is where the right to change a resource has to be: its resource group, or the
// subscription where that is not there yet.
func (c *checker) scope(ctx context.Context, s *step) (string, error) {
	group := c.plan.group(s)
	if s.kind.ARMType == resourceGroups || group == "" {
		return c.subscription, nil
	}
	exists, err := c.groupExists(ctx, group)
	if err != nil || !exists {
		return c.subscription, err
	}
	return c.subscription + "/resourceGroups/" + group, nil
}

// group is the resource group of a planned resource, "" where that is not known. A
// resource that extends another lies where the other does.
func (p *Plan) group(s *step) string {
	if group := s.wanted().text("resourceGroupName"); group != "" {
		return group
	}
	for _, extends := range []string{"scope", "resourceUri"} {
		if id, err := arm.ParseID(s.wanted().text(extends)); err == nil {
			return id.ResourceGroup()
		}
		for _, urn := range s.from[extends] {
			if other := p.find(urn); other != nil && other != s {
				return p.group(other)
			}
		}
	}
	return ""
}

// permission is what one role assignment grants.
type permission struct {
	Actions    []string `json:"actions"`
	NotActions []string `json:"notActions"`
}

// allows reports whether an action is granted, and not left out. Case does not matter,
// and * stands for any text.
func (p permission) allows(action string) bool {
	covers := func(pattern string) bool { return wildcard(arm.Fold(pattern), arm.Fold(action)) }
	return slices.ContainsFunc(p.Actions, covers) && !slices.ContainsFunc(p.NotActions, covers)
}

func wildcard(pattern, text string) bool {
	first, rest, more := strings.Cut(pattern, "*")
	if !more {
		return pattern == text
	}
	if !strings.HasPrefix(text, first) {
		return false
	}
	for at := len(first); at <= len(text); at++ {
		if wildcard(rest, text[at:]) {
			return true
		}
	}
	return false
}
