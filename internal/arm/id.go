package arm

import (
	"fmt"
	"strings"
)

// ID is a resource id taken apart.
type ID struct {
	// Scope is the id that the last /providers/ stands behind: a resource
	// group's id, a subscription's, or another resource's for extensions such
	// as role assignments. For a resource group it is the subscription's id.
	Scope string
	// Namespace is the resource provider, such as Microsoft.Cdn.
	Namespace string
	// Types and Names run in step: profiles/originGroups, fd/models.
	Types, Names []string
}

// ParseID takes an id apart. Subscriptions, resource groups and resources of
// any depth are understood.
func ParseID(id string) (ID, error) {
	if !strings.HasPrefix(id, "/") || strings.Contains(id, "//") || strings.HasSuffix(id, "/") {
		return ID{}, fmt.Errorf("%q is not a resource id: it must start with a slash and have no empty segment", id)
	}
	segments := strings.Split(id[1:], "/")
	at := lastProviders(segments)
	if at < 0 {
		return parseContainer(id, segments)
	}
	rest := segments[at+1:]
	if len(rest) < 3 || len(rest)%2 == 0 {
		return ID{}, fmt.Errorf("%q is not a resource id: behind providers come a namespace and pairs of type and name", id)
	}
	parsed := ID{Scope: "/" + strings.Join(segments[:at], "/"), Namespace: rest[0]}
	if at == 0 {
		parsed.Scope = "/"
	}
	for i := 1; i < len(rest); i += 2 {
		parsed.Types = append(parsed.Types, rest[i])
		parsed.Names = append(parsed.Names, rest[i+1])
	}
	return parsed, nil
}

func parseContainer(id string, segments []string) (ID, error) {
	isSubscription := len(segments) >= 2 && strings.EqualFold(segments[0], "subscriptions")
	switch {
	case isSubscription && len(segments) == 2:
		return ID{Scope: "/", Namespace: "Microsoft.Resources", Types: []string{"subscriptions"}, Names: segments[1:2]}, nil
	case isSubscription && len(segments) == 4 && strings.EqualFold(segments[2], "resourceGroups"):
		return ID{
			Scope: "/" + strings.Join(segments[:2], "/"), Namespace: "Microsoft.Resources",
			Types: []string{"resourceGroups"}, Names: segments[3:4],
		}, nil
	}
	return ID{}, fmt.Errorf("%q is not the id of a subscription, a resource group or a resource", id)
}

func lastProviders(segments []string) int {
	for i := len(segments) - 1; i >= 0; i-- {
		if strings.EqualFold(segments[i], "providers") {
			return i
		}
	}
	return -1
}

// Type is the provider-qualified type, such as Microsoft.Cdn/profiles.
func (id ID) Type() string { return id.Namespace + "/" + strings.Join(id.Types, "/") }

// Name is the last name.
func (id ID) Name() string { return id.Names[len(id.Names)-1] }

// String puts the id together again.
func (id ID) String() string {
	if id.Type() == "Microsoft.Resources/resourceGroups" || id.Type() == "Microsoft.Resources/subscriptions" {
		return strings.TrimSuffix(id.Scope, "/") + "/" + id.Types[0] + "/" + id.Names[0]
	}
	var b strings.Builder
	b.WriteString(strings.TrimSuffix(id.Scope, "/") + "/providers/" + id.Namespace)
	for i := range id.Types {
		b.WriteString("/" + id.Types[i] + "/" + id.Names[i])
	}
	return b.String()
}

// Parent is the resource that must exist first: the enclosing resource, or the
// scope for a top-level one. False for a subscription.
func (id ID) Parent() (ID, bool) {
	if n := len(id.Types); n > 1 {
		id.Types, id.Names = id.Types[:n-1], id.Names[:n-1]
		return id, true
	}
	parent, err := ParseID(id.Scope)
	return parent, err == nil
}

// ResourceGroup is the name of the group that the id lies in, or empty.
func (id ID) ResourceGroup() string {
	segments := strings.Split(id.String(), "/")
	for i := 0; i+1 < len(segments); i++ {
		if strings.EqualFold(segments[i], "resourceGroups") {
			return segments[i+1]
		}
	}
	return ""
}

// Subscription is the id of the subscription that the id lies in, or empty.
func (id ID) Subscription() string {
	segments := strings.Split(id.String(), "/")
	if len(segments) > 2 && strings.EqualFold(segments[1], "subscriptions") {
		return segments[2]
	}
	return ""
}

// Fold is the form in which ids compare: Azure does not tell case apart.
func Fold(id string) string { return fold(id) }

func fold(s string) string { return strings.ToLower(s) }
