package e2e

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/stretchr/testify/require"

	"github.com/aoai-gateway/aoai-gateway/components/appgateway"
	"github.com/aoai-gateway/aoai-gateway/components/frontdoor"
	"github.com/aoai-gateway/aoai-gateway/sandbox/edge/waf/everyday"
	"github.com/aoai-gateway/aoai-gateway/sandbox/lab"
)

// policies keeps the firewall policy that a component makes, as Azure gets it.
type policies struct{ made map[string]any }

func (p *policies) Call(pulumi.MockCallArgs) (resource.PropertyMap, error) {
	return resource.PropertyMap{}, nil
}

func (p *policies) NewResource(args pulumi.MockResourceArgs) (string, resource.PropertyMap, error) {
	if strings.HasSuffix(args.TypeToken, ":Policy") || strings.HasSuffix(args.TypeToken, ":WebApplicationFirewallPolicy") {
		p.made = map[string]any{}
		for name, value := range args.Inputs.Mappable() {
			if name == "policySettings" || name == "managedRules" || name == "customRules" {
				p.made[name] = value
			}
		}
	}
	return "/subscriptions/s/resourceGroups/rg/providers/Microsoft.Network/publicIPAddresses/" + args.Name, args.Inputs, nil
}

// frontDoorPolicy is the one that the component makes.
func frontDoorPolicy(t *testing.T, inspectPrompts bool) map[string]any {
	t.Helper()
	options, on := frontdoor.DefaultOptions(), true
	options.SKU, options.WAF = "Premium", frontdoor.WAF{Mode: "prevention", ManagedRules: &on, InspectPrompts: inspectPrompts}
	return policyOf(t, func(ctx *pulumi.Context) error {
		_, err := frontdoor.NewGateway(ctx, "edge", &frontdoor.GatewayArgs{
			ResourceGroupName: pulumi.String("rg"), ProfileName: pulumi.String("afd"), EndpointName: pulumi.String("edge"), WAFPolicyName: pulumi.String("waf"), OriginGroupName: "models",
			Origins: []frontdoor.Origin{{Name: "north", HostName: pulumi.String("north.openai.azure.com")}, {Name: "south", HostName: pulumi.String("south.openai.azure.com")}}, Options: options,
		})
		return err
	})
}

// gatewayPolicy is the one that the component of an Application Gateway makes.
func gatewayPolicy(t *testing.T, inspectPrompts bool) map[string]any {
	t.Helper()
	options := appgateway.DefaultOptions()
	options.AllowHTTP, options.WAF.InspectPrompts = true, inspectPrompts
	return policyOf(t, func(ctx *pulumi.Context) error {
		address, err := appgateway.NewAddress(ctx, "address", &appgateway.AddressArgs{
			ResourceGroupName: pulumi.String("rg"), Region: "swedencentral", AddressName: pulumi.String("pip"), Label: pulumi.String("edge"),
		})
		if err != nil {
			return err
		}
		_, err = appgateway.NewGateway(ctx, "edge", &appgateway.GatewayArgs{
			ResourceGroupName: pulumi.String("rg"), Region: "swedencentral", Address: address, Options: options,
			Names:   appgateway.Names{Gateway: pulumi.String("agw"), VirtualNetwork: pulumi.String("vnet"), WAFPolicy: pulumi.String("waf")},
			Origins: []appgateway.Origin{{HostName: pulumi.String("north.openai.azure.com")}},
		})
		return err
	})
}

func policyOf(t *testing.T, program pulumi.RunFunc) map[string]any {
	t.Helper()
	kept := &policies{}
	require.NoError(t, pulumi.RunErr(program, pulumi.WithMocks("firewall", "test", kept)))
	require.NotEmpty(t, kept.made)
	return kept.made
}

// edges runs a test at both edges, with the policies that the components make.
func edges(t *testing.T, inspectPrompts bool, test func(t *testing.T, client *http.Client, url string)) {
	t.Helper()
	backends := []lab.Backend{{ID: "north"}}
	behind := func(t *testing.T, deploy func(l *lab.Lab) (url string, err error)) {
		t.Helper()
		dir := t.TempDir()
		synctest.Test(t, func(t *testing.T) {
			l, err := lab.New(t.Context(), lab.Options{Dir: dir, Backends: backends})
			require.NoError(t, err)
			defer func() { require.NoError(t, l.Close()) }()
			url, err := deploy(l)
			require.NoError(t, err)
			require.NoError(t, l.Plane.Refresh(t.Context()))
			time.Sleep(2 * time.Second) // of virtual time, in which probes are answered
			test(t, l.Client(), url)
		})
	}
	frontDoor, gateway := frontDoorPolicy(t, inspectPrompts), gatewayPolicy(t, inspectPrompts)
	t.Run("Front Door", func(t *testing.T) {
		behind(t, func(l *lab.Lab) (string, error) {
			host, _, err := l.PutFrontDoor(lab.FrontDoor{Origins: []lab.Origin{{Name: "north", Host: backends[0].Host()}}, WAF: frontDoor})
			return "https://" + host, err
		})
	})
	t.Run("Application Gateway", func(t *testing.T) {
		behind(t, func(l *lab.Lab) (string, error) {
			host, _, err := l.PutApplicationGateway(lab.ApplicationGateway{Hosts: []string{backends[0].Host()}, WAF: gateway})
			return "http://" + host, err
		})
	})
}

// sent is what an edge says of a request.
func sent(ctx context.Context, client *http.Client, method, url, contentType, body string, headers ...string) (blocked bool, rules string, err error) {
	request, err := http.NewRequestWithContext(ctx, method, url, strings.NewReader(body))
	if err != nil {
		return false, "", err
	}
	request.Header.Set("Content-Type", contentType)
	request.Header.Set("User-Agent", "OpenAI/Python 2.8.0")
	for _, header := range headers {
		name, value, _ := strings.Cut(header, ": ")
		request.Header.Set(name, value)
	}
	response, err := client.Do(request)
	if err != nil {
		return false, "", err
	}
	defer func() { _ = response.Body.Close() }()
	said, err := io.ReadAll(response.Body)
	refused := response.StatusCode == http.StatusForbidden && (strings.Contains(string(said), "The request is blocked") || strings.Contains(string(said), "<h1>Forbidden"))
	return refused, response.Header.Get("X-Sandbox-Firewall"), err
}

// With the exclusions that are deployed, no edge blocks an everyday prompt, wherever it stands
// in a request of any API, and no rule even matches.
func TestEverydayPromptsPassBothEdges(t *testing.T) {
	t.Parallel()
	prompts := everyday.Prompts()
	edges(t, false, func(t *testing.T, client *http.Client, url string) {
		for name, shape := range shapes() {
			for _, prompt := range prompts {
				contentType, body := shape.body(prompt)
				blocked, rules, err := sent(t.Context(), client, http.MethodPost, url+shape.path, contentType, body)
				require.NoError(t, err)
				require.False(t, blocked, "%s: %s: %s", name, prompt, rules)
				require.Empty(t, rules, "%s: %s", name, prompt)
			}
		}
		t.Logf("%d prompts in %d shapes", len(prompts), len(shapes()))
	})
}

// Without exclusions, chat has the numbers that OWASP's rules alone have: TestVerdictsAreOWASPs
// runs them directly, for the same list.
func TestInspectedPromptsAreBlocked(t *testing.T) {
	t.Parallel()
	want := map[string]int{"Front_Door": 56, "Application_Gateway": 48}
	prompts := everyday.Prompts()
	edges(t, true, func(t *testing.T, client *http.Client, url string) {
		count := 0
		for _, prompt := range prompts {
			contentType, body := shapes()["chat"].body(prompt)
			blocked, _, err := sent(t.Context(), client, http.MethodPost, url+shapes()["chat"].path, contentType, body)
			require.NoError(t, err)
			if blocked {
				count++
			}
		}
		require.Equal(t, want[t.Name()[strings.LastIndexByte(t.Name(), '/')+1:]], count)
	})
}

// What is not excluded is looked at still. The strings are those of the documentation of OWASP's
// rule set and of Microsoft's pages.
func TestAttacksOutsideOfPromptsAreBlocked(t *testing.T) {
	t.Parallel()
	const passwd, xss, sql = "/etc/passwd", "<script>alert(1)</script>", "1' OR '1'='1"
	chat := shapes()["chat"]
	edges(t, false, func(t *testing.T, client *http.Client, url string) {
		_, plain := chat.body("Hello")
		for name, c := range map[string]struct {
			path, body string
			headers    []string
			rule       string
		}{
			"query: a file":          {path: chat.path + "&file=" + passwd, body: plain, rule: "LFI-930120"},
			"query: a script":        {path: chat.path + "&q=%3Cscript%3Ealert(1)%3C/script%3E", body: plain, rule: "XSS-941110"},
			"query: SQL":             {path: chat.path + "&id=1%27%20OR%20%271%27%3D%271", body: plain, rule: "SQLI-942100"},
			"path":                   {path: "/openai/../../etc/passwd", body: plain, rule: "LFI-930100"},
			"header":                 {path: chat.path, body: plain, headers: []string{"User-Agent: " + xss}, rule: "XSS-941100"},
			"cookie":                 {path: chat.path, body: plain, headers: []string{"Cookie: id=" + passwd}, rule: "LFI-930120"},
			"another field":          {path: chat.path, body: fmt.Sprintf(`{"model":%q,"messages":[]}`, sql), rule: "SQLI-942100"},
			"a name of a member":     {path: chat.path, body: fmt.Sprintf(`{"messages":[{%q:"a"}]}`, xss), rule: "XSS-941110"},
			"in capitals, as no API": {path: chat.path, body: fmt.Sprintf(`{"Messages":%q}`, xss), rule: "XSS-941110"},
		} {
			blocked, rules, err := sent(t.Context(), client, http.MethodPost, url+c.path, "application/json", c.body, c.headers...)
			require.NoError(t, err)
			require.True(t, blocked, name)
			require.Contains(t, rules, c.rule, name)
		}
	})
}
