package openai

import (
	"cmp"
	"strconv"
)

// spillOver takes a request that its provisioned deployment has no room for to the standard
// deployment that the deployment names, or the request does; without one the refusal stands,
// and so does that of the other deployment. Source:
// https://learn.microsoft.com/azure/foundry/openai/how-to/spillover-traffic-management
func (c *call) spillOver(refused *refusal, o operation, tokens int) *refusal {
	name := cmp.Or(c.deployment.Spillover, c.r.Header.Get("x-ms-spillover-deployment"))
	if name == "" {
		return refused
	}
	target := c.deployed.Deployment(name)
	if target == nil || !target.Ready || target.Name == c.deployment.Name {
		return refused
	}
	header := c.w.Header()
	header.Set("x-ms-spillover-from-deployment", c.deployment.Name)
	header.Set("x-ms-spillover-error", strconv.Itoa(refused.status))
	c.deployment = target
	return c.account.spend(c, o, tokens)
}
