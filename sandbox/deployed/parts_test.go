package deployed_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/aoai-gateway/aoai-gateway/internal/arm"
	"github.com/aoai-gateway/aoai-gateway/sandbox/azure"
	"github.com/aoai-gateway/aoai-gateway/sandbox/deployed"
)

type object = map[string]any

const (
	group   = "/subscriptions/00000000-0000-4000-8000-000000000002/resourceGroups/lab"
	account = group + "/providers/Microsoft.CognitiveServices/accounts/north"
	service = group + "/providers/Microsoft.ApiManagement/service/apim-lab"
	profile = group + "/providers/Microsoft.Cdn/profiles/afd-lab"
)

func resource(id string, body object) *azure.Resource {
	parsed, err := arm.ParseID(id)
	if err != nil {
		panic(err)
	}
	return &azure.Resource{ID: id, Type: parsed.Type(), ETag: "1", Body: body}
}

// creating is a resource that is being made.
func creating(id string, body object) *azure.Resource {
	made := resource(id, body)
	made.Operation = &azure.Operation{ID: "1", State: "Creating", Until: time.Now().Add(time.Hour)}
	return made
}

func picture(t *testing.T, resources ...*azure.Resource) *deployed.Picture {
	t.Helper()
	store := open(t)
	write(t, store, resources...)
	made, err := deployed.Of(store).Picture()
	require.NoError(t, err)
	return made
}

// A picture is taken once for each change of the store.
func TestPictureIsTakenOnceAChange(t *testing.T) {
	t.Parallel()
	store := open(t)
	source := deployed.Of(store)
	write(t, store, resource(account, object{"location": "swedencentral"}))
	first, err := source.Picture()
	require.NoError(t, err)
	second, err := source.Picture()
	require.NoError(t, err)
	require.Same(t, first, second, "nothing has changed")
	write(t, store, resource(account, object{"location": "francecentral"}))
	third, err := source.Picture()
	require.NoError(t, err)
	require.Equal(t, "francecentral", third.Account(account).Region)
	require.Equal(t, "swedencentral", first.Account(account).Region, "nobody changes a picture")
}

// Ids and names are found in any case, and what is not there is nil.
func TestLookups(t *testing.T) {
	t.Parallel()
	p := picture(t, resource(account, object{}), resource(account+"/deployments/Chat", object{}), resource(profile, object{}), resource(service, object{"location": "Sweden Central"}))
	require.Equal(t, "Chat", p.Account(group+"/providers/microsoft.cognitiveservices/ACCOUNTS/North").Deployment("chat").Name)
	require.Nil(t, p.Account(account).Deployment("other"))
	require.Nil(t, p.Account(account+"2"))
	require.NotNil(t, p.FrontDoor(profile))
	require.Nil(t, p.ApplicationGateway(profile), "it is a Front Door")
	require.NotNil(t, p.Service(service).Region("swedencentral"))
	require.Nil(t, p.Service(service).Region("francecentral"))
	require.Nil(t, p.EventHubNamespace(service))
}

// A role counts for a principal and the groups that it is in, at its scope and below.
func TestAllowed(t *testing.T) {
	t.Parallel()
	const user, team, other = "5f8d3a1e-7c1b-4a53-9b0e-0a4d5d2f6c04", "5f8d3a1e-7c1b-4a53-9b0e-0a4d5d2f6c05", "5f8d3a1e-7c1b-4a53-9b0e-0a4d5d2f6c06"
	for _, c := range []struct {
		reason           string
		scope, principal string
		role             arm.Role
		want             bool
	}{
		{"at the resource itself", account, user, arm.CognitiveServicesOpenAIUser, true},
		{"at the resource group, in other letters", "/SUBSCRIPTIONS/00000000-0000-4000-8000-000000000002/resourcegroups/LAB/", user, arm.CognitiveServicesOpenAIUser, true},
		{"through a group", account, team, arm.CognitiveServicesOpenAIUser, true},
		{"another role", account, user, arm.EventHubsDataSender, false},
		{"somebody else's", account, other, arm.CognitiveServicesOpenAIUser, false},
		{"at a resource whose name begins alike", account[:len(account)-1], user, arm.CognitiveServicesOpenAIUser, false},
	} {
		p := &deployed.Picture{
			Principals:  []deployed.Principal{{ID: user, Groups: []string{team}}},
			Assignments: picture(t, resource(account+"/providers/Microsoft.Authorization/roleAssignments/"+arm.AssignmentName(c.scope, c.principal, c.role), object{"properties": object{"scope": c.scope, "principalId": c.principal, "roleDefinitionId": c.role.DefinitionID("00000000-0000-4000-8000-000000000002")}})).Assignments,
		}
		require.Equal(t, c.want, p.Allowed(user, account, arm.CognitiveServicesOpenAIUser), c.reason)
	}
}

// A resource has only the identities that it is given and that exist still.
func TestIdentities(t *testing.T) {
	t.Parallel()
	const own = group + "/providers/Microsoft.ManagedIdentity/userAssignedIdentities/"
	s := picture(t, resource(own+"there", object{}), resource(service, object{"identity": object{
		"principalId": "p-own", "userAssignedIdentities": object{own + "there": object{"principalId": "p-there", "clientId": "c-there"}, own + "gone": object{"principalId": "p-gone", "clientId": "c-gone"}},
	}})).Service(service)
	for client, want := range map[string]string{"": "p-own", "SystemAssigned": "p-own", "C-There": "p-there", "c-gone": "", "other": ""} {
		found, ok := s.Identities.Of(client)
		require.Equal(t, want, found.ID, client)
		require.Equal(t, want != "", ok, client)
	}
	_, ok := deployed.Identities{}.Of("")
	require.False(t, ok, "a resource without an identity")
}

// What is being made is told, and parts of a Front Door are not there before they are
// made.
func TestUnfinished(t *testing.T) {
	t.Parallel()
	p := picture(
		t, creating(account, object{}), creating(account+"/deployments/chat", object{}), creating(service, object{}), resource(profile, object{}),
		creating(profile+"/afdEndpoints/new", object{}), creating(profile+"/originGroups/new", object{}), resource(profile+"/originGroups/old", object{}),
		creating(profile+"/originGroups/old/origins/new", object{}), resource(profile+"/originGroups/old/origins/off", object{"properties": object{"enabledState": "Disabled"}}),
	)
	require.False(t, p.Account(account).Ready)
	require.False(t, p.Account(account).Deployment("chat").Ready)
	require.False(t, p.Service(service).Ready)
	frontDoor := p.FrontDoor(profile)
	require.True(t, frontDoor.Ready)
	require.Empty(t, frontDoor.Endpoints)
	require.Len(t, frontDoor.Groups, 1)
	require.Equal(t, profile+"/originGroups/old", frontDoor.Groups[0].ID)
	require.Len(t, frontDoor.Groups[0].Origins, 1, "what is off stays known")
	require.False(t, frontDoor.Groups[0].Origins[0].Enabled)
}

// Programs are compiled anew where something that goes into them has changed, and only
// there.
func TestPolicyVersion(t *testing.T) {
	t.Parallel()
	const document = service + "/apis/openai/policies/policy"
	valued := func(id, value string) *azure.Resource {
		made := resource(id, object{"properties": object{"displayName": "n"}})
		made.Hidden = object{"value": value}
		return made
	}
	version := func(changed ...*azure.Resource) string {
		all := []*azure.Resource{resource(service, object{"sku": object{"name": "Premium"}}), resource(service+"/apis/openai", object{}), resource(document, object{}), valued(service+"/namedValues/n", "1"), resource(service+"/subscriptions/s", object{}), resource(service+"/products/p", object{})}
		return picture(t, append(all, changed...)...).Service(service).PolicyVersion
	}
	before := version()
	require.Equal(t, before, version())
	for reason, changed := range map[string]*azure.Resource{
		"a named value": valued(service+"/namedValues/n", "2"), "a document": valued(document, "<policies />"), "a document that is gone": resource(service+"/apis/openai", object{"properties": object{"isCurrent": false}}), "the SKU": resource(service, object{"sku": object{"name": "Consumption"}}),
		"a product's document": resource(service+"/products/p/policies/policy", object{}), "another backend": resource(service+"/backends/b", object{}), "another logger": resource(service+"/loggers/l", object{}),
	} {
		require.NotEqual(t, before, version(changed), reason)
	}
	require.Equal(t, before, version(resource(service+"/subscriptions/s", object{"properties": object{"state": "active"}})), "a subscription goes into no program")
	require.Equal(t, before, version(resource(service+"2/policies/policy", object{})), "another service's document")
}

// A backend that cannot be used says why, and the others stay.
func TestBackendWithAMistake(t *testing.T) {
	t.Parallel()
	rule := func(trip string) object {
		return object{"properties": object{"url": "https://a.example", "circuitBreaker": object{"rules": []any{object{"tripDuration": trip, "failureCondition": object{"interval": "PT1M"}}}}}}
	}
	s := picture(t, resource(service, object{}), resource(service+"/backends/bad", rule("1m")), resource(service+"/backends/good", rule("PT10S"))).Service(service)
	require.ErrorContains(t, s.Backends[0].Mistake, `"1m"`)
	require.NoError(t, s.Backends[1].Mistake)
	require.Equal(t, 10*time.Second, s.Backends[1].Breaker.Trip)
}

// Firewalls that are off let everything through, and one that is tied to nothing stands in
// front of nothing.
func TestFirewallsThatAreOff(t *testing.T) {
	t.Parallel()
	const endpoint, waf = profile + "/afdEndpoints/lab", group + "/providers/Microsoft.Network/FrontDoorWebApplicationFirewallPolicies/waf"
	for _, c := range []struct {
		reason, state, tied string
		want                bool
	}{
		{"on", "Enabled", endpoint, true},
		{"off", "Disabled", endpoint, false},
		{"tied to another endpoint", "Enabled", endpoint + "2", false},
	} {
		p := picture(
			t, resource(profile, object{}), resource(endpoint, object{}), resource(waf, object{"properties": object{"policySettings": object{"enabledState": c.state}}}),
			resource(profile+"/securityPolicies/s", object{"properties": object{"parameters": object{"wafPolicy": object{"id": waf}, "associations": []any{object{"domains": []any{object{"id": c.tied}}}}}}}),
		)
		require.Equal(t, c.want, p.FrontDoor(profile).Endpoints[0].Firewall != nil, c.reason)
	}
}
