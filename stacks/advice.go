package stacks

import "fmt"

// streamAdvice tells what keeps streamed answers from callers. The event hub is none of it:
// the policy that writes to it leaves streamed answers unread. Source: API Management's page
// on server-sent events.
func (c *Config) streamAdvice() []Advice {
	if !c.hasGateways() {
		return nil
	}
	var advice []Advice
	if c.APIM.SKU == "Consumption" {
		advice = append(advice, Advice{
			Path:    Project + ":apim.sku",
			Message: "Consumption does not support server-sent events: streamed answers may come in one piece, or break off; take BasicV2 or another SKU if callers stream",
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
