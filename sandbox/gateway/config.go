package gateway

import (
	"errors"
	"fmt"
	"strings"
	"sync"

	"github.com/aoai-gateway/aoai-gateway/internal/arm"
	"github.com/aoai-gateway/aoai-gateway/internal/policy"
	"github.com/aoai-gateway/aoai-gateway/internal/policy/exchange"
	"github.com/aoai-gateway/aoai-gateway/sandbox/azure"
)

// config is a service as it is deployed at one moment.
type config struct {
	service       *azure.Resource
	held          *azure.Snapshot
	regions       []*location
	apis          []*api
	products      map[string]*product
	subscriptions []*subscription
	backends      map[string]*backend
	loggers       map[string]*azure.Resource
	diagnostics   map[string]diagnostic
	// public is where callers reach the service.
	public exchange.URL
	// gatewayLogs and modelLogs say that a diagnostic setting sends these logs anywhere;
	// insights leads to an Application Insights component that takes them, nil for none.
	gatewayLogs, modelLogs bool
	insights               *diagnostic
	// secrets are headers that no log shows, in lower case.
	secrets  map[string]bool
	policies policy.Options
	global   []policy.Source
	compiler *policy.Compiler

	mu       sync.Mutex
	programs map[string]*compiled
}

// location is a region with gateways.
type location struct {
	name     string
	units    int
	disabled bool
	// address is what the gateways there call from, "" where that is not known.
	address string
}

// compiled is the program of an operation, or why there is none.
type compiled struct {
	program *policy.Program
	err     error
}

const typePrefix = "Microsoft.ApiManagement/service/"

// readConfig reads what lies below a service.
func readConfig(held *azure.Snapshot, options Options) (*config, error) {
	service := held.Get(options.ServiceID)
	if service == nil {
		return nil, errors.New("there is no such service")
	}
	c := &config{
		service: service, held: held, products: map[string]*product{}, backends: map[string]*backend{}, loggers: map[string]*azure.Resource{},
		compiler: options.Compiler, programs: map[string]*compiled{},
		policies: policy.Options{NamedValues: map[string]string{}, Fragments: map[string]string{}, Consumption: text(inner(service.Body, "sku"), "name") == "Consumption", Switches: options.Switches},
	}
	c.public = serviceURL(text(service.Properties(), "gatewayUrl"))
	c.gatewayLogs, c.modelLogs = c.category("GatewayLogs"), c.category("GatewayLlmLogs")
	c.readRegions()
	c.global = c.document(policy.Global, service.ID)
	for _, each := range c.below("namedValues") {
		c.policies.NamedValues[text(each.Properties(), "displayName")] = text(each.Hidden, "value")
	}
	for _, each := range c.below("policyFragments") {
		c.policies.Fragments[each.Name()] = written(each)
	}
	for _, each := range c.below("loggers") {
		c.loggers[strings.ToLower(each.Name())] = each
		c.policies.Loggers = append(c.policies.Loggers, each.Name())
	}
	c.readBackends()
	c.diagnostics = c.readDiagnostics(c.below("diagnostics"))
	c.insights = c.findInsights()
	c.readAPIs()
	c.readConsumers()
	c.readSecrets()
	return c, nil
}

// reuse takes programs over where nothing that they depend on has changed.
func (c *config) reuse(old *config) {
	if c.fingerprint() != old.fingerprint() {
		return
	}
	old.mu.Lock()
	defer old.mu.Unlock()
	for key, each := range old.programs {
		if each.err == nil {
			c.programs[key] = each
		}
	}
}

// fingerprint changes with anything that goes into a program.
func (c *config) fingerprint() string {
	var b strings.Builder
	_, _ = b.WriteString(strings.Join(append(append([]string{text(inner(c.service.Body, "sku"), "name")}, c.policies.Backends...), c.policies.Loggers...), "\n"))
	for _, kind := range []string{"policies", "apis/policies", "apis/operations/policies", "products/policies", "namedValues", "policyFragments"} {
		for _, each := range c.below(kind) {
			_, _ = b.WriteString(each.ID + each.ETag)
		}
	}
	return b.String()
}

func (c *config) below(kind string) []*azure.Resource {
	return c.held.Below(c.service.ID, typePrefix+kind)
}

func (c *config) readRegions() {
	add := func(name string, units any, of map[string]any) {
		count, _ := units.(float64)
		addresses, _ := of["publicIPAddresses"].([]any)
		l := &location{name: arm.NormalRegion(name), units: max(1, int(count)), disabled: flag(of, "disableGateway")}
		if len(addresses) > 0 {
			l.address, _ = addresses[0].(string)
		}
		c.regions = append(c.regions, l)
	}
	properties := c.service.Properties()
	add(text(c.service.Body, "location"), inner(c.service.Body, "sku")["capacity"], properties)
	additional, _ := properties["additionalLocations"].([]any)
	for _, each := range additional {
		entry, _ := each.(map[string]any)
		add(text(entry, "location"), inner(entry, "sku")["capacity"], entry)
	}
}

func (c *config) region(name string) *location {
	for _, each := range c.regions {
		if each.name == name {
			return each
		}
	}
	return nil
}

// document is the policy that is attached to a resource, if there is one.
func (c *config) document(scope policy.Scope, id string) []policy.Source {
	held := c.held.Get(id + "/policies/policy")
	if held == nil {
		return nil
	}
	return []policy.Source{{Scope: scope, Text: written(held)}}
}

// written is a document in the form that both formats have in common: what was
// written as rawxml is taken as the service answers it, with its entities.
func written(resource *azure.Resource) string {
	if text(resource.Hidden, "format") == "rawxml" {
		return text(resource.Properties(), "value")
	}
	return text(resource.Hidden, "value")
}

// program is what runs for an operation: the documents of all scopes.
func (c *config) program(p *product, a *api, o *operation) (*policy.Program, error) {
	key := strings.Join([]string{p.key(), a.id, o.id}, "\n")
	c.mu.Lock()
	defer c.mu.Unlock()
	if held, ok := c.programs[key]; ok {
		return held.program, held.err
	}
	sources := append([]policy.Source{}, c.global...)
	if p != nil {
		sources = append(sources, c.document(policy.Product, p.resource.ID)...)
	}
	sources = append(sources, c.document(policy.API, a.resource.ID)...)
	if o.resource != nil {
		sources = append(sources, c.document(policy.Operation, o.resource.ID)...)
	}
	program, findings := c.compiler.Compile(sources, c.policies)
	made := &compiled{program: program}
	if program == nil {
		made.err = fmt.Errorf("the policies of API %s cannot be run here: %w", a.id, findings.Err())
	}
	c.programs[key] = made
	return made.program, made.err
}

func text(m map[string]any, name string) string {
	value, _ := m[name].(string)
	return value
}

func inner(m map[string]any, name string) map[string]any {
	value, _ := m[name].(map[string]any)
	return value
}

func flag(m map[string]any, name string) bool {
	value, _ := m[name].(bool)
	return value
}

// serviceURL is where an API's requests go unless a policy says otherwise.
func serviceURL(raw string) exchange.URL {
	url, err := exchange.ParseURL(raw)
	if err != nil {
		return exchange.URL{}
	}
	return url
}
