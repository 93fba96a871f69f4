package arm

import (
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

func mustLoad(t *testing.T) *Contract {
	t.Helper()
	contract, err := Load()
	if err != nil {
		t.Fatal(err)
	}
	return contract
}

// versionsOf are the tokens of an ARM type.
func versionsOf(contract *Contract, armType string) []*ResourceType {
	var versions []*ResourceType
	for _, token := range contract.Tokens() {
		if resource, _ := contract.ByToken(token); resource.ARMType == armType {
			versions = append(versions, resource)
		}
	}
	return versions
}

// The order of path parameters is ours; what they are is the contract's.
func TestPathTemplatesNameTheContractsParameters(t *testing.T) {
	contract := mustLoad(t)
	for armType, template := range pathTemplates {
		for _, resource := range versionsOf(contract, armType) {
			got := slices.DeleteFunc(template.Parameters(), func(name string) bool {
				_, inBody := resource.Inputs.Properties[name]
				return name == "subscriptionId" || inBody
			})
			slices.Sort(got)
			if diff := cmp.Diff(resource.PathParams, got); diff != "" {
				t.Errorf("%s: path parameters (-contract +template):\n%s", resource.Token, diff)
			}
		}
		if len(versionsOf(contract, armType)) == 0 {
			t.Errorf("%s has a path and no contract", armType)
		}
	}
}

// What is listed as replacing exists.
func TestReplacementInputsExist(t *testing.T) {
	contract := mustLoad(t)
	for armType, inputs := range replaceBeyondPath {
		for _, resource := range versionsOf(contract, armType) {
			for _, input := range inputs {
				property := resource.Inputs
				for _, name := range strings.Split(input, ".") {
					if property != nil {
						property = property.Properties[name]
					}
				}
				if property == nil && !slices.Contains(resource.PathParams, input) {
					t.Errorf("%s has no input %s", resource.Token, input)
				}
			}
		}
	}
}

func TestPathTemplateRoundTrip(t *testing.T) {
	segment := rapid.StringMatching(`[A-Za-z0-9._-]{1,12}`)
	templates := make([]PathTemplate, 0, len(pathTemplates))
	for _, template := range pathTemplates {
		templates = append(templates, template)
	}
	slices.Sort(templates)
	rapid.Check(t, func(t *rapid.T) {
		template := rapid.SampledFrom(templates).Draw(t, "template")
		values := map[string]string{}
		for _, name := range template.Parameters() {
			values[name] = segment.Draw(t, name)
			if name == "scope" || name == "resourceUri" {
				values[name] = "/subscriptions/" + segment.Draw(t, "subscription") + "/resourceGroups/" + values[name]
			}
		}
		id, err := template.Fill(values)
		if err != nil {
			t.Fatal(err)
		}
		back, err := template.Match(id)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(values, back); diff != "" {
			t.Errorf("values of %s (-filled +matched):\n%s", id, diff)
		}
		parsed, err := ParseID(id)
		if err != nil {
			t.Fatal(err)
		}
		if parsed.String() != id {
			t.Errorf("parsed and put together, %s becomes %s", id, parsed)
		}
	})
}

func TestPathTemplateRefuses(t *testing.T) {
	template := pathTemplates["Microsoft.Cdn/profiles/originGroups"]
	if _, err := template.Fill(map[string]string{"subscriptionId": "s", "resourceGroupName": "g", "profileName": "p"}); err == nil {
		t.Error("an id without the origin group's name was built")
	}
	for _, id := range []string{
		"/subscriptions/s/resourceGroups/g/providers/Microsoft.Cdn/profiles/p",
		"/subscriptions/s/resourceGroups/g/providers/Microsoft.Cdn/profiles/p/endpoints/e",
		"",
	} {
		if _, err := template.Match(id); err == nil {
			t.Errorf("%q was taken for an origin group", id)
		}
	}
	if _, err := pathTemplates["Microsoft.Insights/diagnosticSettings"].Match("/providers/Microsoft.Insights/diagnosticSettings/x"); err == nil {
		t.Error("a diagnostic setting without a resource was taken")
	}
}

func TestParseID(t *testing.T) {
	const group = "/subscriptions/s/resourceGroups/g"
	cases := []struct{ reason, id, kind, name, parent, resourceGroup string }{
		{"a resource group lies in its subscription", group, "Microsoft.Resources/resourceGroups", "g", "/subscriptions/s", "g"},
		{"a resource lies in its group", group + "/providers/Microsoft.Cdn/profiles/p", "Microsoft.Cdn/profiles", "p", group, "g"},
		{
			"a child lies in its resource", group + "/providers/Microsoft.Cdn/profiles/p/originGroups/o",
			"Microsoft.Cdn/profiles/originGroups", "o", group + "/providers/Microsoft.Cdn/profiles/p", "g",
		},
		{
			"an extension lies in what it extends", group + "/providers/Microsoft.Cdn/profiles/p/providers/Microsoft.Insights/diagnosticSettings/d",
			"Microsoft.Insights/diagnosticSettings", "d", group + "/providers/Microsoft.Cdn/profiles/p", "g",
		},
		{
			"a grant may lie in a subscription", "/subscriptions/s/providers/Microsoft.Authorization/roleAssignments/r",
			"Microsoft.Authorization/roleAssignments", "r", "/subscriptions/s", "",
		},
	}
	for _, c := range cases {
		id, err := ParseID(c.id)
		if err != nil {
			t.Errorf("%s: %v", c.reason, err)
			continue
		}
		parent, _ := id.Parent()
		got := []string{id.Type(), id.Name(), parent.String(), id.ResourceGroup(), id.Subscription(), id.String()}
		if diff := cmp.Diff([]string{c.kind, c.name, c.parent, c.resourceGroup, "s", c.id}, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", c.reason, diff)
		}
	}
	for _, id := range []string{"", "/", "x", "//", "/subscriptions", "/subscriptions/s/", "/subscriptions/s/resourceGroups", "/providers/a/b"} {
		if _, err := ParseID(id); err == nil {
			t.Errorf("%q was taken for an id", id)
		}
	}
}

func FuzzParseID(f *testing.F) {
	f.Add("/subscriptions/s/resourceGroups/g/providers/Microsoft.Cdn/profiles/p/originGroups/o")
	f.Add("/providers/providers/providers/providers")
	f.Fuzz(func(t *testing.T, text string) {
		id, err := ParseID(text)
		if err != nil {
			return
		}
		again, err := ParseID(id.String())
		if err != nil {
			t.Fatalf("%q was taken and its own form %q is not: %v", text, id, err)
		}
		if diff := cmp.Diff(id, again); diff != "" {
			t.Errorf("%q read twice (-first +second):\n%s", text, diff)
		}
	})
}

func TestCheck(t *testing.T) {
	contract := mustLoad(t)
	origin := map[string]any{
		"resourceGroupName": "rg", "profileName": "fd", "originGroupName": "models", "originName": "aa", "hostName": "a.contoso.com",
	}
	group := map[string]any{"resourceGroupName": "rg", "profileName": "fd", "originGroupName": "models"}
	cases := []struct {
		reason, token string
		base          map[string]any
		name          string
		value         any
		want          []string
	}{
		{"a value in range passes", "cdn/v20240901:AFDOrigin", origin, "weight", 500.0, nil},
		{"an unknown value passes", "cdn/v20240901:AFDOrigin", origin, "weight", Unknown{}, nil},
		{"too low", "cdn/v20240901:AFDOrigin", origin, "weight", 0.0, []string{"weight: 0 is too low; at least 1 is needed"}},
		{"too high", "cdn/v20240901:AFDOrigin", origin, "priority", 6.0, []string{"priority: 6 is too high; at most 5 is allowed"}},
		{"mis-shaped", "cdn/v20240901:AFDOrigin", origin, "weight", "500", []string{`weight: must be an integer, not the string "500"`}},
		{"misspelt", "cdn/v20240901:AFDOrigin", origin, "wieght", 1.0, []string{`wieght: is not a property here; did you mean "weight"?`}},
		{
			"missing", "cdn/v20240901:AFDOrigin",
			map[string]any{"originName": "aa"},
			"weight", 1.0,
			[]string{
				"hostName: is missing; azure-native:cdn/v20240901:AFDOrigin needs it",
				"originGroupName: is missing; azure-native:cdn/v20240901:AFDOrigin needs it",
				"profileName: is missing; azure-native:cdn/v20240901:AFDOrigin needs it",
				"resourceGroupName: is missing; azure-native:cdn/v20240901:AFDOrigin needs it",
			},
		},
		{
			"an open enum only warns", "cdn/v20240901:AFDOrigin", origin, "enabledState", "Maybe",
			[]string{`enabledState: "Maybe" is not among the values that Azure documents: Disabled, Enabled`},
		},
		{
			"a closed enum refuses", "cdn/v20240901:AFDOriginGroup", group, "healthProbeSettings",
			map[string]any{"probeRequestType": "PUT"},
			[]string{`healthProbeSettings.probeRequestType: "PUT" is not allowed; one of GET, HEAD, NotSet`},
		},
		{
			"deep inside arrays", "network/v20240201:Policy",
			map[string]any{"resourceGroupName": "g", "policyName": "w"},
			"customRules",
			map[string]any{"rules": []any{map[string]any{
				"priority": 1.0, "ruleType": "RateLimitRule", "matchConditions": []any{}, "action": "Block", "rateLimitDurationInMinutes": 9.0,
			}}},
			[]string{"customRules.rules[0].rateLimitDurationInMinutes: 9 is too high; at most 5 is allowed"},
		},
		{
			"a name's pattern", "cognitiveservices/v20241001:Account",
			map[string]any{"resourceGroupName": "g", "kind": "OpenAI", "sku": Unknown{}},
			"accountName", "-a",
			[]string{`accountName: "-a" does not match ^[a-zA-Z0-9][a-zA-Z0-9_.-]*$`},
		},
		{
			"a name's length", "operationalinsights/v20230901:Workspace",
			map[string]any{"resourceGroupName": "g"},
			"workspaceName", "log",
			[]string{`workspaceName: "log" has 3 characters; at least 4 are needed`},
		},
		{
			"a path parameter's shape", "cdn/v20240901:AFDOrigin", origin, "profileName", 1.0,
			[]string{"profileName: must be a string, not the number 1"},
		},
	}
	for _, c := range cases {
		t.Run(c.reason, func(t *testing.T) {
			resource, ok := contract.ByToken("azure-native:" + c.token)
			if !ok {
				t.Fatalf("%s is not in the contract", c.token)
			}
			inputs := map[string]any{c.name: c.value}
			for name, value := range c.base {
				if name != c.name {
					inputs[name] = value
				}
			}
			var got []string
			for _, violation := range resource.Check(inputs) {
				got = append(got, violation.String())
			}
			if diff := cmp.Diff(c.want, got); diff != "" {
				t.Errorf("violations (-want +got):\n%s", diff)
			}
		})
	}
}

func TestNameRules(t *testing.T) {
	cases := []struct {
		reason string
		rule   NameRule
		name   string
		legal  bool
	}{
		{"two characters are the least", FrontDoorName, "ab", true},
		{"one character is too short", FrontDoorName, "a", false},
		{"90 characters are the most", FrontDoorName, strings.Repeat("a", 90), true},
		{"91 characters are too long", FrontDoorName, strings.Repeat("a", 91), false},
		{"no hyphen at the end", FrontDoorName, "ab-", false},
		{"46 characters are an endpoint's most", FrontDoorEndpointName, strings.Repeat("a", 46), true},
		{"47 characters are too long for an endpoint", FrontDoorEndpointName, strings.Repeat("a", 47), false},
		{"a WAF policy starts with a letter", FrontDoorWAFPolicyName, "1waf", false},
		{"a WAF policy has no hyphen", FrontDoorWAFPolicyName, "waf-1", false},
		{"an account may have dots", OpenAIAccountName, "contoso.ai", true},
		{"a subdomain may not", CustomSubdomain, "contoso.ai", false},
		{"a group does not end with a dot", ResourceGroupName, "rg.", false},
	}
	for _, c := range cases {
		if err := c.rule.Check(c.name); (err == nil) != c.legal {
			t.Errorf("%s: %q: %v", c.reason, c.name, err)
		}
	}
}

// A second run must find the grant of the first, and no two grants share a name.
func TestAssignmentName(t *testing.T) {
	first := AssignmentName("/subscriptions/S/resourceGroups/g", "P", CognitiveServicesOpenAIUser)
	if again := AssignmentName("/subscriptions/s/resourceGroups/G", "p", CognitiveServicesOpenAIUser); again != first {
		t.Errorf("the same grant in other case is named %s and %s", first, again)
	}
	for _, other := range []string{
		AssignmentName("/subscriptions/s/resourceGroups/h", "p", CognitiveServicesOpenAIUser),
		AssignmentName("/subscriptions/s/resourceGroups/g", "q", CognitiveServicesOpenAIUser),
		AssignmentName("/subscriptions/s/resourceGroups/g", "p", "another role"),
	} {
		if other == first {
			t.Errorf("two grants are named %s", first)
		}
	}
}

func TestRegionsAreNamedByTheirDisplayNames(t *testing.T) {
	regions, err := Regions()
	if err != nil {
		t.Fatal(err)
	}
	for _, region := range regions {
		if got := NormalRegion(region.DisplayName); got != region.Name {
			t.Errorf("%q becomes %q instead of %q", region.DisplayName, got, region.Name)
		}
	}
}
