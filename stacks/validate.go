package stacks

import (
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"

	"github.com/google/uuid"

	"github.com/aoai-gateway/aoai-gateway/components/frontdoor"
	"github.com/aoai-gateway/aoai-gateway/components/monitor"
	"github.com/aoai-gateway/aoai-gateway/components/openai"
	"github.com/aoai-gateway/aoai-gateway/internal/arm"
	"github.com/aoai-gateway/aoai-gateway/internal/faults"
	"github.com/aoai-gateway/aoai-gateway/internal/suggest"
)

// Patterns are the three that this project is about.
var Patterns = []string{"front-door", "apim", "multi-region"}

var (
	prefixForm = regexp.MustCompile(`^[a-z](?:[a-z0-9-]{0,18}[a-z0-9])$`)
	nameForm   = regexp.MustCompile(`^[a-z0-9](?:[a-z0-9-]{0,22}[a-z0-9])$`)
)

// Validate returns every mistake, with its path below the configuration.
func (c *Config) Validate() error {
	var list faults.List
	c.validatePattern(&list)
	if !prefixForm.MatchString(c.NamePrefix) {
		list.Add("namePrefix", "%q is not a prefix for names; allowed are 2 to 20 characters: "+
			"lower-case letters, digits and inner hyphens, a letter first", c.NamePrefix)
	}
	checkRegion(&list, "location", c.Location)
	if c.ResourceGroup != "" {
		list.AddError("resourceGroup", arm.ResourceGroupName.Check(c.ResourceGroup))
	}
	list.Merge("tags", validateTags(c.Tags))
	list.Merge("deployments", openai.ValidateDeployments(c.Deployments))
	list.Merge("openai", c.validateAccounts())
	list.Merge("clients", validateClients(c.Clients))
	list.Merge("frontDoor", c.FrontDoor.Validate())
	list.Merge("monitor", c.Monitor.validate())
	return list.Err()
}

func (c *Config) validatePattern(list *faults.List) {
	list.OneOf("pattern", c.Pattern, Patterns)
	if c.Pattern == "apim" || c.Pattern == "multi-region" {
		list.Add("pattern", "%q is not there yet; this version deploys front-door only", c.Pattern)
	}
}

func checkRegion(list *faults.List, path, region string) {
	regions, err := arm.Regions()
	if err != nil {
		list.AddError(path, err)
		return
	}
	names := make([]string, len(regions))
	for i, known := range regions {
		names[i] = known.Name
	}
	if !slices.Contains(names, arm.NormalRegion(region)) {
		list.Add(path, "%q is not an Azure region; write it like swedencentral%s", region, suggest.Phrase(region, names))
	}
}

// maxTags leaves room for project and pattern below Azure's 50.
const maxTags = 48

// validateTags holds Azure's limits: 50 tags, 512 and 256 characters, and a few
// characters that keys must not have. Source: Azure's page on tags.
func validateTags(tags map[string]string) error {
	var list faults.List
	if len(tags) > maxTags {
		list.Add("", "has %d tags; Azure takes at most %d beside the two of this project", len(tags), maxTags)
	}
	names := map[string]string{}
	for _, key := range slices.Sorted(maps.Keys(tags)) {
		if key == "" || len(key) > 512 || strings.ContainsAny(key, `<>%&\?/#:`) {
			list.Add(fmt.Sprintf("[%q]", key), "is not a legal tag name; allowed are 1 to 512 characters without < > %% & \\ ? / # :")
		}
		if first, twice := names[strings.ToLower(key)]; twice {
			list.Add(fmt.Sprintf("[%q]", key), "is the same tag as %q to Azure, which does not tell case apart", first)
		}
		names[strings.ToLower(key)] = key
		for _, reserved := range []string{"azure", "microsoft", "windows"} {
			if strings.HasPrefix(strings.ToLower(key), reserved) {
				list.Add(fmt.Sprintf("[%q]", key), "starts with %q, which Azure keeps for itself", reserved)
			}
		}
		if len(tags[key]) > 256 {
			list.Add(fmt.Sprintf("[%q]", key), "has a value of %d characters; at most 256 are allowed", len(tags[key]))
		}
	}
	return list.Err()
}

func (c *Config) validateAccounts() error {
	var list faults.List
	if len(c.OpenAI) < 2 || len(c.OpenAI) > frontdoor.MaxOrigins {
		list.Add("", "has %d accounts; balancing takes 2 to %d", len(c.OpenAI), frontdoor.MaxOrigins)
	}
	for i, account := range c.OpenAI {
		at := fmt.Sprintf("[%d]", i)
		list.Merge(at, c.validateAccount(account))
		if first := slices.IndexFunc(c.OpenAI, func(other Account) bool { return other.Name == account.Name }); first < i {
			list.Add(at+".name", "%q is used by [%d] already", account.Name, first)
		}
		if first := c.firstUseOf(account.Existing); first >= 0 && first < i {
			list.Add(at+".existing", "%q in resource group %q is used by [%d] already",
				account.Existing.Name, account.Existing.ResourceGroup, first)
		}
	}
	list.Merge("", c.validateSameDeployments())
	return list.Err()
}

// firstUseOf is the index of the first account that takes the same existing one.
func (c *Config) firstUseOf(existing *ExistingAccount) int {
	return slices.IndexFunc(c.OpenAI, func(other Account) bool {
		return existing != nil && other.Existing != nil &&
			strings.EqualFold(other.Existing.Name, existing.Name) &&
			strings.EqualFold(other.Existing.ResourceGroup, existing.ResourceGroup)
	})
}

func (c *Config) validateAccount(account Account) error {
	var list faults.List
	if !nameForm.MatchString(account.Name) {
		list.Add("name", "%q is not a name for an account here; allowed are 2 to 24 characters: "+
			"lower-case letters, digits and inner hyphens", account.Name)
	}
	if account.Existing != nil {
		list.Merge("existing", account.Existing.validate())
		if account.Region != "" {
			list.Add("region", "%q has no effect on an existing account; remove it", account.Region)
		}
		if account.Network.DefaultAction != "" || account.Network.AllowedIPRanges != nil || account.Network.BypassAzureServices != nil {
			list.Add("network", "has no effect on an existing account; remove it")
		}
	} else {
		checkRegion(&list, "region", account.Region)
		list.Merge("network", account.Network.Validate())
		if len(account.Deployments) == 0 {
			list.Add("deployments", "has none; give some here or for all accounts in %s:deployments", Project)
		}
	}
	if account.LocalAuth {
		list.Add("localAuth", "true is refused behind two or more origins: every account has keys of its own, so that a client's key "+
			"would work on one origin only; let clients use Entra tokens and list them in %s:clients", Project)
	}
	// The stack's own deployments are checked once, where they are written.
	if !slices.Equal(account.Deployments, c.Deployments) {
		list.Merge("deployments", openai.ValidateDeployments(account.Deployments))
	}
	return list.Err()
}

func (e *ExistingAccount) validate() error {
	var list faults.List
	list.AddError("resourceGroup", arm.ResourceGroupName.Check(e.ResourceGroup))
	list.AddError("name", arm.OpenAIAccountName.Check(e.Name))
	return list.Err()
}

// validateSameDeployments refuses accounts that differ in what they serve: the
// balancer knows nothing of models, so that a request for a deployment would get
// 404 from every account without it. Existing accounts that list none are taken
// at their word.
func (c *Config) validateSameDeployments() error {
	var list faults.List
	for i, account := range c.OpenAI {
		if account.Existing != nil && len(account.Deployments) == 0 {
			continue
		}
		told := map[string]bool{}
		for _, other := range c.OpenAI {
			for _, deployment := range other.Deployments {
				if deployment.Name != "" && !told[deployment.Name] && !hasDeployment(account, deployment.Name) {
					told[deployment.Name] = true
					list.Add(fmt.Sprintf("[%d].deployments", i), "lacks %q, which account %q has; behind a balancer every account "+
						"needs the same deployment names, or some requests get 404", deployment.Name, other.Name)
				}
			}
		}
	}
	return list.Err()
}

func hasDeployment(account Account, name string) bool {
	return slices.ContainsFunc(account.Deployments, func(d openai.Deployment) bool { return d.Name == name })
}

func validateClients(clients []Client) error {
	var list faults.List
	for i, client := range clients {
		at := fmt.Sprintf("[%d]", i)
		if !nameForm.MatchString(client.Name) {
			list.Add(at+".name", "%q is not a name for a client here; allowed are 2 to 24 characters: "+
				"lower-case letters, digits and inner hyphens", client.Name)
		}
		if _, err := uuid.Parse(client.PrincipalID); err != nil || len(client.PrincipalID) != 36 {
			list.Add(at+".principalId", "%q is not an object id; it is a GUID such as 11111111-2222-3333-4444-555555555555", client.PrincipalID)
		}
		list.OneOf(at+".principalType", client.PrincipalType, openai.PrincipalTypes)
		for j, other := range clients[:i] {
			if other.Name == client.Name {
				list.Add(at+".name", "%q is used by [%d] already", client.Name, j)
			}
			if strings.EqualFold(other.PrincipalID, client.PrincipalID) {
				list.Add(at+".principalId", "%q is given by [%d] already", client.PrincipalID, j)
			}
		}
	}
	return list.Err()
}

func (m Monitor) validate() error {
	var list faults.List
	switch {
	case !m.Enabled && m.WorkspaceID+fmt.Sprint(m.RetentionDays, m.DailyQuotaGB) != "0 0":
		list.Add("enabled", "is false, so that the other keys have no effect; remove them or set it to true")
	case m.WorkspaceID != "":
		id, err := arm.ParseID(m.WorkspaceID)
		if err != nil || !strings.EqualFold(id.Type(), "Microsoft.OperationalInsights/workspaces") {
			list.Add("workspaceId", "%q is not the resource id of a Log Analytics workspace "+
				"(/subscriptions/.../providers/Microsoft.OperationalInsights/workspaces/name)", m.WorkspaceID)
		}
		if m.RetentionDays != 0 || m.DailyQuotaGB != 0 {
			list.Add("workspaceId", "names an existing workspace, on which retentionDays and dailyQuotaGb have no effect; remove them")
		}
	default:
		if m.RetentionDays != 0 {
			list.Between("retentionDays", m.RetentionDays, monitor.MinRetentionDays, monitor.MaxRetentionDays, "days")
		}
		if m.DailyQuotaGB < 0 {
			list.Add("dailyQuotaGb", "%d is negative; give the gigabytes a day, or 0 for no limit", m.DailyQuotaGB)
		}
	}
	return list.Err()
}
