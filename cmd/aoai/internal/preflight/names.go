package preflight

import (
	"context"
	"fmt"
	"strings"
)

const (
	resourceGroups = "Microsoft.Resources/resourceGroups"
	accounts       = "Microsoft.CognitiveServices/accounts"
	deployments    = "Microsoft.CognitiveServices/accounts/deployments"
	services       = "Microsoft.ApiManagement/service"
	endpoints      = "Microsoft.Cdn/profiles/afdEndpoints"
)

// nameCheck is how one type's names are asked about.
type nameCheck struct {
	// of is the input with the name.
	of string
	// free asks whether a name is free, and tells Azure's reason where it is not.
	free func(c *checker, ctx context.Context, s *step, name string) (bool, string, error)
}

// nameChecks are the types whose names others in the world may have.
var nameChecks = map[string]nameCheck{
	accounts:  {"accountName", (*checker).subdomainFree},
	services:  {"serviceName", (*checker).serviceNameFree},
	endpoints: {"endpointName", (*checker).endpointNameFree},
}

// names looks whether Azure lets new resources have the names that they would get.
func (c *checker) names(ctx context.Context) error {
	var open []string
	for _, s := range c.plan.steps {
		check, ok := nameChecks[s.kind.ARMType]
		if !ok || !s.creates() {
			continue
		}
		name := s.inputs.text(check.of)
		if name == "" {
			open = append(open, s.place())
			continue
		}
		if err := c.name(ctx, s, check, name); err != nil {
			return err
		}
	}
	if len(open) > 0 {
		c.note(Names, "not known before they are deployed, as they end in a random suffix, and not checked: those of %s", list(open))
	}
	return nil
}

// name looks for one name among what Azure holds, then asks for it.
func (c *checker) name(ctx context.Context, s *step, check nameCheck, name string) error {
	keeps := s.before != nil && strings.EqualFold(s.before.text(check.of), name)
	_, softDeletes := heldLists[s.kind.ARMType]
	if keeps && softDeletes {
		c.find(Finding{
			Names, s.place(), name, "the resource that it replaces has the name, and Azure holds it for 48 hours after that one's deletion",
			"change what the name is made of, such as aoai-gateway:namePrefix; or destroy and purge the old one first",
		})
	}
	if keeps {
		return nil
	}
	isHeld, err := c.findHeld(ctx, s, name)
	if err != nil || isHeld {
		return err
	}
	free, reason, err := check.free(c, ctx, s, name)
	if err != nil {
		return c.tolerate(Names, s.place(), fmt.Errorf("asking whether the name %s is free: %w", name, err))
	}
	if free {
		return nil
	}
	return c.findTaken(ctx, s, name, reason)
}

// findTaken tells who has a name: the resource itself, which the stack does not know, or
// somebody in the world.
func (c *checker) findTaken(ctx context.Context, s *step, name, reason string) error {
	values := map[string]string{"subscriptionId": strings.TrimPrefix(c.subscription, "/subscriptions/")}
	for _, parameter := range s.kind.PathParams {
		values[parameter] = s.inputs.text(parameter)
	}
	finding := Finding{
		Names, s.place(), name, "somebody in the world has the name" + told(reason),
		"choose another aoai-gateway:namePrefix",
	}
	if id, err := s.kind.Path.Fill(values); err == nil {
		found, err := c.cloud.Get(ctx, id, s.kind.APIVersion)
		if err != nil {
			return fmt.Errorf("looking who has the name %s: %w", name, err)
		}
		if found != nil {
			finding.Problem = "it is in Azure already, and the stack does not know it: " + id
			finding.Remedy = "take it into the stack (pulumi import; on the sandbox aoai recover), or delete and purge it"
		}
	}
	c.find(finding)
	return nil
}

// told is Azure's own reason, in brackets.
func told(reason string) string {
	if reason == "" {
		return ""
	}
	return " (" + strings.TrimSuffix(reason, ".") + ")"
}

// subdomainFree asks for the custom subdomain of an account. Source: the REST reference
// of Check Domain Availability, 2024-10-01.
func (c *checker) subdomainFree(ctx context.Context, s *step, _ string) (bool, string, error) {
	subdomain := s.inputs.text("properties", "customSubDomainName")
	if subdomain == "" {
		return true, "", nil // without one, the account answers under its region's name
	}
	var answer struct {
		Free   bool   `json:"isSubdomainAvailable"`
		Reason string `json:"reason"`
	}
	err := c.cloud.Post(ctx, c.subscription+"/providers/Microsoft.CognitiveServices/checkDomainAvailability", "2024-10-01",
		map[string]any{"subdomainName": subdomain, "type": accounts}, &answer)
	return answer.Free, answer.Reason, err
}

// available is what API Management and Front Door answer.
type available struct {
	Free    bool   `json:"nameAvailable"`
	Reason  string `json:"reason"`
	Message string `json:"message"`
}

// serviceNameFree asks for the name of an API Management service. Source: the REST
// reference of Check Name Availability, 2024-05-01.
func (c *checker) serviceNameFree(ctx context.Context, _ *step, name string) (bool, string, error) {
	var answer available
	err := c.cloud.Post(ctx, c.subscription+"/providers/Microsoft.ApiManagement/checkNameAvailability", "2024-05-01",
		map[string]any{"name": name}, &answer)
	return answer.Free, answer.Message, err
}

// endpointNameFree asks for the name of a Front Door endpoint, once there is a resource
// group to ask in. Source: the REST reference of Check Endpoint Name Availability,
// 2024-09-01.
func (c *checker) endpointNameFree(ctx context.Context, s *step, name string) (bool, string, error) {
	group := s.inputs.text("resourceGroupName")
	exists, err := c.groupExists(ctx, group)
	if err != nil || !exists {
		return true, "", err
	}
	scope := s.inputs.text("autoGeneratedDomainNameLabelScope")
	if scope == "" {
		scope = "TenantReuse" // Azure's default
	}
	var answer available
	err = c.cloud.Post(ctx, c.subscription+"/resourceGroups/"+group+"/providers/Microsoft.Cdn/checkEndpointNameAvailability", "2024-09-01",
		map[string]any{"name": name, "type": "Microsoft.Cdn/Profiles/AfdEndpoints", "autoGeneratedDomainNameLabelScope": scope}, &answer)
	return answer.Free, answer.Reason, err
}
