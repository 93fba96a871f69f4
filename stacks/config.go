package stacks

import (
	"maps"
	"reflect"
	"slices"
	"strings"

	"github.com/aoai-gateway/aoai-gateway/components/apim"
	"github.com/aoai-gateway/aoai-gateway/components/frontdoor"
	"github.com/aoai-gateway/aoai-gateway/components/monitor"
	"github.com/aoai-gateway/aoai-gateway/components/openai"
	"github.com/aoai-gateway/aoai-gateway/internal/faults"
	"github.com/aoai-gateway/aoai-gateway/internal/strictjson"
	"github.com/aoai-gateway/aoai-gateway/internal/suggest"
)

// Project is the name in Pulumi.yaml, and so the namespace of all config keys.
const Project = "aoai-gateway"

// Config is a stack's whole configuration. Pulumi.yaml describes each key.
type Config struct {
	Pattern       string              `json:"pattern"`
	NamePrefix    string              `json:"namePrefix"`
	Location      string              `json:"location"`
	ResourceGroup string              `json:"resourceGroup"`
	Tags          map[string]string   `json:"tags"`
	OpenAI        []Account           `json:"openai"`
	Deployments   []openai.Deployment `json:"deployments"`
	Clients       []Client            `json:"clients"`
	FrontDoor     frontdoor.Options   `json:"frontDoor"`
	APIM          apim.Options        `json:"apim"`
	Monitor       Monitor             `json:"monitor"`
	Budget        monitor.Budget      `json:"budget"`
}

// Account is one Azure OpenAI account: made in Region, or Existing.
type Account struct {
	// Name tells the accounts apart, in Azure and in messages.
	Name   string `json:"name"`
	Region string `json:"region"`
	// Existing names an account that somebody else made.
	Existing *ExistingAccount `json:"existing"`
	// LocalAuth switches API keys on; refused behind a balancer.
	LocalAuth bool           `json:"localAuth"`
	Network   openai.Network `json:"network"`
	// Deployments replace the stack's for this account.
	Deployments []openai.Deployment `json:"deployments"`
}

// ExistingAccount says where an account is that the stack did not make.
type ExistingAccount struct {
	ResourceGroup string `json:"resourceGroup"`
	Name          string `json:"name"`
}

// Client is a principal that may call the models with its own Entra token.
type Client struct {
	// Name is for people; it also names the grant in the stack.
	Name string `json:"name"`
	// PrincipalID is the object id in Entra.
	PrincipalID string `json:"principalId"`
	// PrincipalType is User, Group or ServicePrincipal (default).
	PrincipalType string `json:"principalType"`
}

// Monitor says where logs go.
type Monitor struct {
	// Enabled sends logs and metrics to Log Analytics; default true.
	Enabled bool `json:"enabled"`
	// WorkspaceID is an existing workspace; empty makes one.
	WorkspaceID string `json:"workspaceId"`
	// RetentionDays is for the workspace that is made; default 30.
	RetentionDays int `json:"retentionDays"`
	// DailyQuotaGB is for the workspace that is made; 0 (default) for no limit.
	DailyQuotaGB int `json:"dailyQuotaGb"`
}

// DefaultConfig is what an empty configuration means. Pulumi.yaml's defaults say
// the same.
func DefaultConfig() Config {
	return Config{
		Pattern: "front-door", NamePrefix: "aoai", Location: "swedencentral",
		FrontDoor: frontdoor.DefaultOptions(),
		APIM:      apim.DefaultOptions(),
		Monitor:   Monitor{Enabled: true},
	}
}

// ReadConfig decodes and validates a stack's configuration: Pulumi's own map of
// full keys to values, where structured values are JSON. All mistakes are
// returned at once, each with its full path.
func ReadConfig(values map[string]string) (Config, error) {
	config := DefaultConfig()
	if err := decode(values, &config); err != nil {
		return Config{}, err
	}
	config.fillDefaults()
	var list faults.List
	for _, fault := range faults.All(config.Validate()) {
		list.Add(Project+":"+fault.Path, "%s", fault.Message)
	}
	return config, list.Err()
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
		raw, given := values[Project+":"+key]
		if !given {
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
			list.Add(full, "is not a known key; known are %s%s", strings.Join(known, ", "), suggest.Phrase(key, known))
		}
	}
	return list.Err()
}

// fillDefaults fills what depends on other keys.
func (c *Config) fillDefaults() {
	for i := range c.OpenAI {
		// An existing account has deployments already: it gets others only if
		// they are listed for it.
		if c.OpenAI[i].Deployments == nil && c.OpenAI[i].Existing == nil {
			c.OpenAI[i].Deployments = c.Deployments
		}
	}
	for i := range c.Clients {
		if c.Clients[i].PrincipalType == "" {
			c.Clients[i].PrincipalType = "ServicePrincipal"
		}
	}
}
