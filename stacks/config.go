package stacks

import (
	"cmp"
	"errors"
	"maps"
	"reflect"
	"slices"
	"strings"
	"time"

	"github.com/aoai-gateway/aoai-gateway/components/apim"
	"github.com/aoai-gateway/aoai-gateway/components/appgateway"
	"github.com/aoai-gateway/aoai-gateway/components/frontdoor"
	"github.com/aoai-gateway/aoai-gateway/components/monitor"
	"github.com/aoai-gateway/aoai-gateway/components/openai"
	"github.com/aoai-gateway/aoai-gateway/components/private"
	"github.com/aoai-gateway/aoai-gateway/internal/azure"
	"github.com/aoai-gateway/aoai-gateway/internal/defaults"
	"github.com/aoai-gateway/aoai-gateway/internal/faults"
	"github.com/aoai-gateway/aoai-gateway/internal/strictjson"
	"github.com/aoai-gateway/aoai-gateway/internal/suggest"
	"github.com/aoai-gateway/aoai-gateway/wiring"
)

// Project is the name in Pulumi.yaml, and so the namespace of all config keys.
const Project = "aoai-gateway"

// Config is a stack's whole configuration. Pulumi.yaml describes each key.
type Config struct {
	// Base is a file, beside the project's, whose keys hold where the stack says nothing
	// else; stacks of several environments share it. See WithBase.
	Base    string `json:"base"`
	Pattern string `json:"pattern" default:"front-door"`
	// Environment is development, staging or production: which guardrails hold,
	// and what is protected.
	Environment   string              `json:"environment" default:"development"`
	Guardrails    Guardrails          `json:"guardrails"`
	NamePrefix    string              `json:"namePrefix" default:"aoai"`
	Location      string              `json:"location" default:"swedencentral"`
	ResourceGroup string              `json:"resourceGroup"`
	Tags          map[string]string   `json:"tags"`
	OpenAI        []Account           `json:"openai"`
	Deployments   []openai.Deployment `json:"deployments"`
	// Models are names that callers can ask for instead of those of deployments; of the
	// patterns with API Management.
	Models  []apim.Alias `json:"models"`
	Clients []Client     `json:"clients"`
	// Edge is what stands before the accounts or gateways: front-door or
	// application-gateway, which spreads strictly evenly, in one region.
	Edge string `json:"edge" default:"front-door"`
	// Routing of the pattern multi-region is active-active (callers reach the
	// nearest gateway) or active-passive (the service's own region, then the others in
	// their order).
	Routing string `json:"routing" default:"active-active"`
	// Lock of the pattern multi-region keeps out what goes around Front Door: header,
	// header+network, private-link or private-link-only. Behind an Application Gateway its
	// address is the lock.
	Lock string `json:"lock" default:"header"`
	// Network says how the accounts are reached: over the internet, or by private endpoints in
	// a network.
	Network            private.Options    `json:"network"`
	Timeouts           Timeouts           `json:"timeouts" default:"-"`
	FrontDoor          frontdoor.Options  `json:"frontDoor"`
	ApplicationGateway appgateway.Options `json:"applicationGateway"`
	APIM               apim.Options       `json:"apim"`
	Monitor            Monitor            `json:"monitor"`
	Budget             monitor.Budget     `json:"budget" default:"-"`
}

// Account is one Azure OpenAI account. Its deployments replace the stack's; see accounts.
type Account = wiring.Account

// ExistingAccount says where an account is that the stack did not make.
type ExistingAccount = wiring.ExistingAccount

// Client is a principal that may call the models with its own Entra token. Its PrincipalID may
// be Deployer, whose type follows from how the provider signs in.
type Client = wiring.Client

// shares reports whether an account has the stack's deployments.
func shares(account Account) bool { return wiring.SharesDeployments(account) }

// accounts are the accounts with the deployments that each has.
func (c *Config) accounts() []Account { return wiring.WithDeployments(c.OpenAI, c.Deployments) }

// backends are the accounts with the models that callers can ask them for.
func (c *Config) backends() []apim.Account {
	return wiring.Backends(c.OpenAI, c.Deployments, c.APIM)
}

// Monitor says where logs go.
type Monitor struct {
	// Enabled sends logs and metrics to Log Analytics.
	Enabled bool `json:"enabled" default:"true"`
	// WorkspaceID is an existing workspace; empty makes one.
	WorkspaceID string `json:"workspaceId"`
	// RetentionDays is for the workspace that is made; 0 for the component's default.
	RetentionDays int `json:"retentionDays"`
	// DailyQuotaGB is for the workspace that is made; 0 for no limit.
	DailyQuotaGB int `json:"dailyQuotaGb"`
	// Prices are what models cost for a million tokens, for the query and the workbook that
	// tell money by caller and product; default none.
	Prices []monitor.Price `json:"prices"`
}

// The values of Edge, Routing and Lock.
const (
	EdgeFrontDoor          = "front-door"
	EdgeApplicationGateway = "application-gateway"
	ActiveActive           = "active-active"
	ActivePassive          = "active-passive"
	LockHeader             = "header"
	LockHeaderAndNetwork   = "header+network"
)

// DefaultConfig is what a configuration means that says no more than a pattern. The
// defaults of Pulumi.yaml are empty, which says nothing: the tags of the fields say them.
func DefaultConfig(pattern string) Config {
	config := defaults.Of[Config]()
	config.Pattern = pattern
	if pattern == MultiRegion {
		// The only SKU with several regions; and callers reach the gateway that is near,
		// by Azure's own window, behind a firewall that blocks.
		config.APIM.SKU = "Premium"
		config.FrontDoor.AdditionalLatencyMilliseconds = 50
		config.FrontDoor.SKU = "Premium"
		config.FrontDoor.WAF.Mode = "prevention"
	}
	return config
}

// ReadOptions say how a configuration is read.
type ReadOptions struct {
	// Today is the day on which models are looked at.
	Today time.Time
	// LeaveModelsToAzure makes warnings of what the table of models refuses.
	LeaveModelsToAzure bool
	// IsSecret tells of a full key whether its value is encrypted; nil says that none is.
	IsSecret func(key string) bool
}

// ReadConfig decodes and validates a stack's configuration: Pulumi's own map of
// full keys to values, where structured values are JSON. Models are held against the table
// of models. All mistakes are returned at once, each with its full path; advice is for a
// configuration without mistakes.
func ReadConfig(values map[string]string, options ReadOptions) (Config, []Advice, error) {
	pattern := cmp.Or(values[Project+":pattern"], defaults.Of[Config]().Pattern)
	isSecret := options.IsSecret
	if isSecret == nil {
		isSecret = func(string) bool { return false }
	}
	config := DefaultConfig(pattern)
	if err := errors.Join(checkForeignKeys(values, isSecret), decode(values, &config), checkRaw(values)); err != nil {
		return Config{}, nil, oncePerPlace(err)
	}
	models, err := azure.LoadModels()
	if err != nil {
		return Config{}, nil, err
	}
	if options.LeaveModelsToAzure {
		config.leaveModelsToAzure()
	}
	advice := config.fillDefaults(models)
	warnings, mistakes := config.checkModels(models, options.Today)
	var list faults.List
	list.Merge(Project+":", oncePerPlace(errors.Join(config.Validate(), mistakes, config.checkModelNames(models), config.checkAlias(models), config.checkSemanticCache(models), config.checkBudget(options.Today), config.boundSpending())))
	advice = append(append(advice, config.streamAdvice()...), config.useAdvice(options.Today)...)
	for _, warning := range faults.All(warnings) {
		advice = append(advice, Advice{Path: Project + ":" + warning.Path, Message: warning.Message, Warning: true})
	}
	return config, advice, list.Err()
}

// decode fills the fields of config that values give, in the order of the
// fields.
func decode(values map[string]string, config *Config) error {
	var list faults.List
	target := reflect.ValueOf(config).Elem()
	var known []string
	for i := range target.NumField() {
		key := target.Type().Field(i).Tag.Get("json")
		known = append(known, key)
		raw := values[Project+":"+key]
		if saysNothing(raw) {
			continue
		}
		field := target.Field(i)
		if field.Kind() == reflect.String {
			field.SetString(raw)
			continue
		}
		list.Merge(Project+":"+key, strictjson.Decode([]byte(raw), field.Addr().Interface()))
	}
	for _, full := range slices.Sorted(maps.Keys(values)) {
		key, ours := strings.CutPrefix(full, Project+":")
		if ours && !slices.Contains(known, key) {
			list.Add(full, "is not a known key").Remedy("known are %s%s", strings.Join(known, ", "), suggest.Phrase(key, known))
		}
	}
	return list.Err()
}

// hasGateways reports whether the pattern puts API Management before the accounts.
func (c *Config) hasGateways() bool { return c.Pattern == PatternAPIM || c.Pattern == MultiRegion }

// hasEdge reports whether an edge stands before accounts or gateways.
func (c *Config) hasEdge() bool { return c.Pattern != PatternAPIM || c.edgeInNetwork() }

// edgeInNetwork reports whether an Application Gateway stands in the network of an API Management
// service, before it.
func (c *Config) edgeInNetwork() bool {
	return c.Pattern == PatternAPIM && c.Edge == EdgeApplicationGateway && c.Network.Private()
}

// fillDefaults fills what depends on other keys, and tells of what it chose.
func (c *Config) fillDefaults(models *azure.Models) []Advice {
	c.fillTimeouts()
	if waf := &c.FrontDoor.WAF; waf.ManagedRules == nil && c.Pattern == MultiRegion && c.Edge == EdgeFrontDoor {
		on := c.FrontDoor.SKU == "Premium" && waf.Mode != "off"
		waf.ManagedRules = &on
	}
	advice := c.fillSKUs(models)
	for i := range c.Clients {
		if c.Clients[i].PrincipalID != Deployer {
			c.Clients[i] = defaults.Filled(c.Clients[i])
		}
	}
	return advice
}
