package azure

import (
	"net/http"
	"regexp"
	"slices"
	"strings"

	"github.com/aoai-gateway/aoai-gateway/internal/arm"
)

// Permission is what who deploys may do at a scope, and below it.
type Permission struct {
	// Scope is an id of a subscription, a resource group or a resource; "" for the
	// subscription.
	Scope string `json:"scope"`
	// Actions are such as Microsoft.Cdn/*; NotActions are left out of them.
	Actions    []string `json:"actions"`
	NotActions []string `json:"notActions"`
}

// permissions are those that hold at a scope. Who deploys owns the subscription, unless
// the seed says otherwise.
func (s *Service) permissions(scope string) []Permission {
	if s.seed.Permissions == nil {
		return []Permission{{Actions: []string{"*"}, NotActions: []string{}}}
	}
	var holding []Permission
	for _, each := range s.seed.Permissions {
		if above := arm.Fold(strings.TrimSuffix(each.Scope, "/")); above == "" || arm.Fold(scope) == above || strings.HasPrefix(arm.Fold(scope), above+"/") {
			holding = append(holding, each)
		}
	}
	return holding
}

func (p Permission) allows(action string) bool {
	covers := func(pattern string) bool {
		return regexp.MustCompile("(?i)^" + strings.ReplaceAll(regexp.QuoteMeta(pattern), `\*`, ".*") + "$").MatchString(action)
	}
	return slices.ContainsFunc(p.Actions, covers) && !slices.ContainsFunc(p.NotActions, covers)
}

// permissionsAt lists what who deploys may do at a scope.
func (s *Service) permissionsAt(_ *http.Request, at []string) (answer, error) {
	scope, err := arm.ParseID(at[1])
	if err != nil {
		return answer{}, refuse(http.StatusBadRequest, "InvalidResourceId", "%v", err)
	}
	if scope.Type() != "Microsoft.Resources/subscriptions" {
		if _, err := s.lookUp(scope); err != nil {
			return answer{}, err
		}
	}
	value := []any{}
	for _, each := range s.permissions(scope.String()) {
		value = append(value, map[string]any{
			"actions": orEmpty(each.Actions), "notActions": orEmpty(each.NotActions), "dataActions": []string{}, "notDataActions": []string{},
		})
	}
	return ok(map[string]any{"value": value}), nil
}

func orEmpty(list []string) []string {
	if list == nil {
		return []string{}
	}
	return list
}

// mayWrite refuses a change that who deploys has no right to, and one of a resource
// provider that the subscription is not registered for.
func (s *Service) mayWrite(method string, id arm.ID) error {
	verb := map[string]string{http.MethodPut: "/write", http.MethodPatch: "/write", http.MethodDelete: "/delete"}[method]
	if verb == "" {
		return nil
	}
	action := id.Type() + verb
	if id.Type() == "Microsoft.Resources/resourceGroups" {
		action = "Microsoft.Resources/subscriptions/resourceGroups" + verb
	}
	limited := s.seed.Permissions != nil
	if limited && !slices.ContainsFunc(s.permissions(id.String()), func(p Permission) bool { return p.allows(action) }) {
		return refuse(http.StatusForbidden, "AuthorizationFailed",
			"The client '%s' with object id '%s' does not have authorization to perform action '%s' over scope '%s'.",
			s.seed.Deployer.Name, s.seed.Deployer.ID, action, id)
	}
	if s.unregistered(id.Namespace) {
		return refuse(http.StatusConflict, "MissingSubscriptionRegistration",
			"The subscription is not registered to use namespace '%s'. See https://aka.ms/rps-not-found for how to register subscriptions.", id.Namespace)
	}
	return nil
}

// unregistered reports whether the seed takes a resource provider from the subscription.
func (s *Service) unregistered(namespace string) bool {
	return slices.ContainsFunc(s.seed.UnregisteredProviders, func(each string) bool { return strings.EqualFold(each, namespace) })
}
