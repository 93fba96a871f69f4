package stacks

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/google/uuid"

	"github.com/aoai-gateway/aoai-gateway/components/monitor"
	"github.com/aoai-gateway/aoai-gateway/components/openai"
	"github.com/aoai-gateway/aoai-gateway/guardrails"
	"github.com/aoai-gateway/aoai-gateway/internal/arm"
	"github.com/aoai-gateway/aoai-gateway/internal/azure"
	"github.com/aoai-gateway/aoai-gateway/internal/faults"
	"github.com/aoai-gateway/aoai-gateway/internal/suggest"
	"github.com/aoai-gateway/aoai-gateway/wiring"
)

// The three patterns that this project is about.
const (
	PatternFrontDoor = "front-door"
	PatternAPIM      = "apim"
	MultiRegion      = "multi-region"
)

// Patterns are the names of all patterns.
var Patterns = []string{PatternFrontDoor, PatternAPIM, MultiRegion}

// Validate returns every mistake, with its path below the configuration.
func (c *Config) Validate() error {
	var list faults.List
	list.OneOf("pattern", c.Pattern, Patterns)
	if nearest, near := suggest.Nearest(c.Pattern, Patterns); near && nearest != c.Pattern {
		meant := *c // the other keys are read as they were meant
		meant.Pattern = nearest
		list.Merge("", meant.Validate())
		return list.Err()
	}
	list.OneOf("environment", c.Environment, guardrails.Environments)
	options := c.guardrails()
	options.Environment = "" // it is checked where the user wrote it
	list.Merge("guardrails", options.Validate())
	list.AddError("namePrefix", wiring.CheckNamePrefix(c.NamePrefix))
	arm.CheckRegion(&list, "location", c.Location)
	if c.ResourceGroup != "" {
		list.AddError("resourceGroup", arm.ResourceGroupName.Check(c.ResourceGroup))
	}
	list.Merge("tags", validateTags(c.Tags))
	list.Merge("deployments", c.validateDeployments())
	list.Merge("openai", c.validateAccounts())
	if c.hasGateways() && len(c.OpenAI) > 0 {
		list.Merge("", c.validateRoutes())
	}
	list.Merge("models", c.validateModels())
	list.Merge("", c.validateShares())
	list.Merge("clients", validateClients(c.Clients, c.Environment))
	list.Merge("", c.validateEdge())
	list.Merge("", c.validateGateways())
	list.Merge("", c.validatePrivate())
	list.Merge("", c.validateTimeouts())
	list.Merge("monitor", c.Monitor.validate())
	list.Merge("budget", c.validateBudget())
	return list.Err()
}

// validateDeployments checks the stack's own deployments, once for all accounts that have them.
func (c *Config) validateDeployments() error {
	if len(c.Deployments) == 0 && slices.ContainsFunc(c.OpenAI, shares) {
		var list faults.List
		list.Add("", "has none").Remedy("give some here for all accounts, or for each account in %s:openai[].deployments", Project)
		return list.Err()
	}
	return openai.ValidateDeployments(c.Deployments)
}

// maxTags leaves room for project and pattern below Azure's 50.
const maxTags = 48

// validateTags holds Azure's limits: 50 tags, 512 and 256 characters, and a few
// characters that keys must not have. Source: Azure's page on tags.
func validateTags(tags map[string]string) error {
	var list faults.List
	if len(tags) > maxTags {
		list.Add("", "has %d tags", len(tags)).Remedy("Azure takes at most %d beside the two of this project", maxTags)
	}
	names := map[string]string{}
	for _, key := range slices.Sorted(maps.Keys(tags)) {
		if key == "" || len(key) > 512 || strings.ContainsAny(key, `<>%&\?/#:`) {
			list.Add(fmt.Sprintf("[%q]", key), "is not a legal tag name").Remedy("allowed are 1 to 512 characters without < > %% & \\ ? / # :")
		}
		if first, twice := names[strings.ToLower(key)]; twice {
			list.Add(fmt.Sprintf("[%q]", key), "is the same tag as %q to Azure, which does not tell case apart", first).Remedy("remove one")
		}
		names[strings.ToLower(key)] = key
		for _, reserved := range []string{"azure", "microsoft", "windows"} {
			if strings.HasPrefix(strings.ToLower(key), reserved) {
				list.Add(fmt.Sprintf("[%q]", key), "starts with %q, which Azure keeps for itself", reserved).Remedy("choose another name")
			}
		}
		if len(tags[key]) > 256 {
			list.Add(fmt.Sprintf("[%q]", key), "has a value of %d characters", len(tags[key])).Remedy("at most 256 are allowed")
		}
	}
	return list.Err()
}

func validateClients(clients []Client, environment string) error {
	var list faults.List
	for i, client := range clients {
		at := fmt.Sprintf("[%d]", i)
		list.AddError(at+".name", wiring.CheckName(client.Name, "a client"))
		if client.PrincipalID == Deployer {
			if environment == guardrails.Production {
				list.Add(at+".principalId", "%q is not for production, where the next run may be somebody else's", Deployer).About(Deployer).Remedy("give the client's object id")
			}
		} else if client.PrincipalID == "" {
			list.Add(at+".principalId", "is missing").Remedy("give the object id of the client, a GUID, or %q for who runs the deployment", Deployer)
		} else if id, err := uuid.Parse(client.PrincipalID); err != nil || id == uuid.Nil || len(client.PrincipalID) != 36 {
			list.Add(at+".principalId", "%q is not an object id", client.PrincipalID).About(client.PrincipalID).Remedy("it is a GUID such as 11111111-2222-3333-4444-555555555555, or %q for who runs the deployment", Deployer)
		}
		if client.PrincipalID != Deployer || client.PrincipalType != "" {
			list.OneOf(at+".principalType", client.PrincipalType, openai.PrincipalTypes)
		}
		for j, other := range clients[:i] {
			if other.Name == client.Name {
				list.Add(at+".name", "%q is used by [%d] already", client.Name, j).About(client.Name).Remedy("choose another name")
			}
			if strings.EqualFold(other.PrincipalID, client.PrincipalID) {
				list.Add(at+".principalId", "%q is given by [%d] already", client.PrincipalID, j).About(client.PrincipalID).Remedy("remove one")
			}
		}
	}
	return list.Err()
}

func (m Monitor) validate() error {
	var list faults.List
	list.Merge("prices", monitor.ValidatePrices(m.Prices))
	switch {
	case !m.Enabled && m.WorkspaceID+fmt.Sprint(m.RetentionDays, m.DailyQuotaGB, len(m.Prices)) != "0 0 0":
		list.Add("enabled", "is false, so that the other keys have no effect").Remedy("remove them or set it to true")
	case m.WorkspaceID != "":
		id, err := arm.ParseID(m.WorkspaceID)
		if err != nil || !strings.EqualFold(id.Type(), "Microsoft.OperationalInsights/workspaces") {
			list.Add("workspaceId", "%q is not the resource id of a Log Analytics workspace", m.WorkspaceID).About(m.WorkspaceID).
				Remedy("write it like /subscriptions/.../resourceGroups/.../providers/Microsoft.OperationalInsights/workspaces/name")
		}
		if m.RetentionDays != 0 || m.DailyQuotaGB != 0 {
			list.Add("workspaceId", "names an existing workspace, on which retentionDays and dailyQuotaGb have no effect").Remedy("remove them")
		}
	default:
		if m.RetentionDays != 0 {
			list.Between("retentionDays", m.RetentionDays, monitor.MinRetentionDays, azure.WorkspaceRetentionDays.Max, "days")
		}
		if m.DailyQuotaGB < 0 {
			list.Add("dailyQuotaGb", "%d is negative", m.DailyQuotaGB).About(m.DailyQuotaGB).Remedy("give the gigabytes a day, or 0 for no limit")
		}
	}
	return list.Err()
}
