package stacks

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/aoai-gateway/aoai-gateway/components/apim"
	"github.com/aoai-gateway/aoai-gateway/components/openai"
	"github.com/aoai-gateway/aoai-gateway/internal/arm"
	"github.com/aoai-gateway/aoai-gateway/internal/azure"
)

// streamAdvice tells what keeps streamed answers from callers. The event hub is none of it:
// the policy that writes to it leaves streamed answers unread. Source: API Management's page
// on server-sent events.
func (c *Config) streamAdvice() []Advice {
	if !c.hasGateways() {
		return nil
	}
	var advice []Advice
	if sku, known := azure.FindAPIMSKU(c.APIM.SKU); known && !sku.Streams {
		advice = append(advice, Advice{
			Path:    Project + ":apim.sku",
			Message: sku.Name + " does not support server-sent events: streamed answers may come in one piece, or break off; take BasicV2 or another SKU if callers stream",
			Warning: true,
		})
	}
	if bytes := c.APIM.Logging.BodyBytes; bytes > 0 {
		advice = append(advice, Advice{
			Path:    Project + ":apim.logging.bodyBytes",
			Message: fmt.Sprintf("%d: a gateway that logs bodies can hold a streamed answer back until it is complete, so that callers get no event before; set it to 0 if callers stream", bytes),
			Warning: true,
		})
	}
	return advice
}

// useAdvice tells of what is deployed and does little good, or fails at Azure:
// gateways and products that nobody can call, batch deployments, accounts that are lost
// together, and a budget that Azure would not make now.
func (c *Config) useAdvice(today time.Time) []Advice {
	var advice []Advice
	warn := func(path, format string, args ...any) {
		advice = append(advice, Advice{Path: Project + ":" + path, Message: fmt.Sprintf(format, args...), Warning: true})
	}
	for i, product := range c.APIM.Products {
		if c.hasGateways() && !slices.ContainsFunc(c.APIM.Subscriptions, func(s apim.Subscription) bool { return s.Product == product.Name }) {
			warn(fmt.Sprintf("apim.products[%d].name", i), "%q has no subscription here, so that nobody can call it until somebody makes one; add one to apim.subscriptions", product.Name)
		}
	}
	if elsewhere := azure.APIMElsewhere(c.APIM.SKU, arm.NormalRegion(c.Location)); c.hasGateways() && elsewhere != nil {
		warn("location", "%q is not among the regions in which Microsoft makes API Management services of SKU %s (page of %s), so that the deployment may fail; choose one of %s, or another apim.sku",
			c.Location, c.APIM.SKU, azure.APIMRegionsAsOf, strings.Join(elsewhere, ", "))
	}
	first := map[string]string{}
	for i, account := range c.accounts() {
		region := arm.NormalRegion(account.Region)
		if other := first[region]; region != "" && other != "" && !sharesWork(account) {
			warn(fmt.Sprintf("openai[%d].region", i), "%s is where %q is, too: both are lost with the region", region, other)
		} else if region != "" {
			first[region] = account.Name
		}
		if !shares(c.OpenAI[i]) {
			adviseBatch(fmt.Sprintf("openai[%d].deployments", i), account.Deployments, warn)
		}
	}
	adviseBatch("deployments", c.Deployments, warn)
	if c.hasGateways() && len(c.APIM.Subscriptions) == 0 && slices.Contains(c.APIM.Access, apim.AccessKey) && !slices.Contains(c.APIM.Access, apim.AccessEntra) {
		warn("apim.subscriptions", "has none, so that nobody has a key to call the gateway with; add one, such as {name: first-team}")
	}
	if start := c.Budget.StartDate; c.Budget.Amount > 0 && start < today.Format("2006-01")+"-01" {
		warn("budget.startDate", "%q has passed: Azure makes no new budget from an earlier month, and takes it of one that is there already; write the current month for a new one", start)
		advice[len(advice)-1].NewOnly = true
	}
	return advice
}

// sharesWork reports whether an account is meant to stand beside another in its region: its
// deployments say which requests it gets.
func sharesWork(account Account) bool {
	return slices.ContainsFunc(account.Deployments, func(d openai.Deployment) bool { return d.Priority != 0 || d.Weight != 0 })
}

func adviseBatch(path string, deployments []openai.Deployment, warn func(path, format string, args ...any)) {
	for i, deployment := range deployments {
		if strings.HasSuffix(deployment.SKU, "Batch") {
			warn(fmt.Sprintf("%s[%d].sku", path, i), "%s answers batch jobs alone: calls of %q for chat, responses or embeddings fail", deployment.SKU, deployment.Name)
		}
	}
}
