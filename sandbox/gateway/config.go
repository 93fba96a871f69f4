package gateway

import (
	"errors"
	"fmt"
	"strings"
	"sync"

	facts "github.com/aoai-gateway/aoai-gateway/internal/azure"
	"github.com/aoai-gateway/aoai-gateway/internal/policy"
	"github.com/aoai-gateway/aoai-gateway/internal/policy/exchange"
	"github.com/aoai-gateway/aoai-gateway/sandbox/deployed"
)

// config is a service as it is deployed at one moment.
type config struct {
	service  *deployed.Service
	picture  *deployed.Picture
	apis     []*api
	backends map[string]*backend
	// diagnostics are the service's, by their names in lower case.
	diagnostics map[string]*deployed.Diagnostic
	// public is where callers reach the service.
	public exchange.URL
	// gatewayLogs and modelLogs say that a diagnostic setting sends these logs anywhere;
	// insights leads to an Application Insights component that takes them, nil for none.
	gatewayLogs, modelLogs bool
	insights               *deployed.Diagnostic
	// secrets are headers that no log shows, in lower case.
	secrets  map[string]bool
	policies policy.Options
	compiler *policy.Compiler

	mu       sync.Mutex
	programs map[programOf]*compiled
}

// programOf says what a program runs for: an API's operation, for callers through a
// product; both are "" for none.
type programOf struct{ product, api, operation string }

// compiled is the program of an operation, or why there is none.
type compiled struct {
	program *policy.Program
	err     error
}

// newConfig is a service, with what the gateways make of it.
func newConfig(picture *deployed.Picture, options Options) (*config, error) {
	service := picture.Service(options.ServiceID)
	if service == nil {
		return nil, errors.New("there is no such service")
	}
	c := &config{
		service: service, picture: picture, backends: map[string]*backend{}, diagnostics: byName(service.Diagnostics), public: serviceURL(service.URL),
		gatewayLogs: service.Logs("GatewayLogs"), modelLogs: service.Logs("GatewayLlmLogs"), compiler: options.Compiler, programs: map[programOf]*compiled{},
		policies: policy.Options{NamedValues: service.NamedValues, Fragments: service.Fragments, Consumption: facts.GenerationOf(service.SKU) == facts.Consumption, Switches: options.Switches},
	}
	c.policies.Schemas = append([]string{}, service.SchemaIDs...)
	for _, logger := range service.Loggers {
		c.policies.Loggers = append(c.policies.Loggers, logger.ID)
	}
	for _, each := range service.Backends {
		c.policies.Backends = append(c.policies.Backends, each.ID)
		c.backends[strings.ToLower(each.ID)] = newBackend(each)
	}
	for _, each := range service.APIs {
		c.apis = append(c.apis, newAPI(each))
	}
	c.insights = c.findInsights()
	c.findSecrets()
	return c, nil
}

// reuse takes programs over where nothing that they depend on has changed.
func (c *config) reuse(old *config) {
	if c.service.PolicyVersion != old.service.PolicyVersion {
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

// source is a document in its scope, if there is one.
func source(scope policy.Scope, document *deployed.Document) []policy.Source {
	if document == nil {
		return nil
	}
	return []policy.Source{{Scope: scope, Text: document.Text}}
}

// program is what runs for an operation: the documents of all scopes.
func (c *config) program(p *deployed.Product, a *api, o *operation) (*policy.Program, error) {
	key := programOf{api: a.ID, operation: o.ID}
	if p != nil {
		key.product = p.ARMID
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if held, ok := c.programs[key]; ok {
		return held.program, held.err
	}
	sources := source(policy.Global, c.service.Policy)
	if p != nil {
		sources = append(sources, source(policy.Product, p.Policy)...)
	}
	sources = append(sources, source(policy.API, a.Policy)...)
	sources = append(sources, source(policy.Operation, o.Policy)...)
	program, findings := c.compiler.Compile(sources, c.policies)
	made := &compiled{program: program}
	if program == nil {
		made.err = fmt.Errorf("the policies of API %s cannot be run here: %w", a.ID, findings.Err())
	}
	c.programs[key] = made
	return made.program, made.err
}

// serviceURL is where an API's requests go unless a policy says otherwise.
func serviceURL(raw string) exchange.URL {
	url, err := exchange.ParseURL(raw)
	if err != nil {
		return exchange.URL{}
	}
	return url
}
