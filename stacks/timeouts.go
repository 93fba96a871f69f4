package stacks

import (
	"fmt"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/aoai-gateway/aoai-gateway/internal/azure"
	"github.com/aoai-gateway/aoai-gateway/internal/defaults"
	"github.com/aoai-gateway/aoai-gateway/internal/faults"
)

// Timeouts are those that others keep: of callers, and of the models.
type Timeouts struct {
	// ClientSeconds is how long callers wait for an answer; 1 to 86400. By default as
	// long as OpenAI's own clients do, or what the edge takes, where that is more.
	ClientSeconds int `json:"clientSeconds" default:"600"`
	// ModelSeconds is how long a model may take until its answer begins: for an answer
	// that is not streamed, until it is complete; 1 to 240. The default gives way to what
	// an attempt leaves it, where that is less.
	ModelSeconds int `json:"modelSeconds" default:"217"`
}

// fillTimeouts fills what the configuration leaves out with what fits the rest: who names
// neither client nor model promises nothing about them.
func (c *Config) fillTimeouts() {
	links, unset := c.chain(), defaults.Of[Timeouts]()
	if last := links[len(links)-2]; c.Timeouts.ModelSeconds == 0 {
		c.Timeouts.ModelSeconds = max(1, min(unset.ModelSeconds, last.seconds-margin))
	}
	if c.Timeouts.ClientSeconds == 0 {
		c.Timeouts.ClientSeconds = max(unset.ClientSeconds, links[1].longest()+margin)
	}
}

// totalKey is where the gateway's whole time is configured.
const totalKey = "apim.loadBalancing.totalTimeoutSeconds"

// margin is what each link of the chain needs for itself: connections, tokens, policies.
// An estimate of this project, on the safe side.
const margin = 5

// link is who waits in the chain from a caller to a model, and for how long.
type link struct {
	// who waits; key is where that is configured, most how long it can be made.
	who, key string
	seconds  int
	most     int
	// takes is how long the link may take when it tries a second time; 0 for seconds.
	takes int
}

// longest is how long whoever waits for the link has to wait.
func (l link) longest() int { return max(l.seconds, l.takes) }

// chain is all that wait for an answer, the caller first.
func (c *Config) chain() []link {
	links := []link{{who: "the client", key: "timeouts.clientSeconds", seconds: c.Timeouts.ClientSeconds, most: 86400}}
	switch {
	case !c.hasEdge():
	case c.Edge == EdgeApplicationGateway:
		// It tries a second origin after a timeout. Source: its page on 502 errors.
		waits := c.ApplicationGateway.RequestTimeoutSeconds
		links = append(links, link{who: "Application Gateway", key: "applicationGateway.requestTimeoutSeconds", seconds: waits, most: azure.AppGatewayExternalSeconds.Max, takes: 2 * waits})
	default:
		links = append(links, link{who: "Front Door", key: "frontDoor.responseTimeoutSeconds", seconds: c.FrontDoor.ResponseTimeoutSeconds, most: azure.FrontDoorResponseSeconds.Max})
	}
	if c.hasGateways() {
		balancing := c.APIM.LoadBalancing
		links = append(links,
			link{who: "the gateway with all its attempts", key: totalKey, seconds: balancing.TotalTimeoutSeconds, most: 3600},
			link{who: "one attempt of the gateway", key: "apim.loadBalancing.attemptTimeoutSeconds", seconds: balancing.AttemptTimeout(), most: azure.MaxForwardSeconds})
	}
	return append(links, link{who: "the model", key: "timeouts.modelSeconds", seconds: c.Timeouts.ModelSeconds, most: azure.MaxForwardSeconds})
}

// validateTimeouts refuses a chain in which somebody gives up before who comes next can
// have answered. An attempt needs no margin within the gateway's whole time: the last one
// may end with it.
func (c *Config) validateTimeouts() error {
	var list faults.List
	list.Between("timeouts.clientSeconds", c.Timeouts.ClientSeconds, 1, 86400, "s")
	list.Between("timeouts.modelSeconds", c.Timeouts.ModelSeconds, 1, azure.MaxForwardSeconds, "s")
	if list.Err() != nil || c.hasGateways() && c.APIM.LoadBalancing.TotalTimeoutSeconds < 0 {
		return list.Err() // what follows from a mistake is none of its own
	}
	links := c.chain()
	for i, outer := range links[:len(links)-1] {
		inner := links[i+1]
		if outer.key == totalKey || outer.seconds >= inner.longest()+margin {
			// That one attempt fits into the whole is checked where both are configured.
			continue
		}
		remedy := fmt.Sprintf("give it %d or more, or lower the other", inner.longest()+margin)
		if inner.longest()+margin > outer.most {
			remedy = fmt.Sprintf("it can wait for %d at most: lower the other to %d or less", outer.most, outer.most-margin)
		}
		list.Add(outer.key, "%s gives up after %d s, but %s may take %d s (%s), and %d s go by on the way", outer.who, outer.seconds, inner.who, inner.longest(), inner.key, margin).About(outer.seconds).Remedy("%s", remedy)
	}
	return list.Err()
}

// timeoutChain is the chain as an output: who waits, and how long.
func (c *Config) timeoutChain() pulumi.Array {
	chain := pulumi.Array{}
	for _, each := range c.chain() {
		waits := pulumi.Map{"who": pulumi.String(each.who), "seconds": pulumi.Int(each.seconds)}
		if each.takes > 0 {
			waits["withSecondTry"] = pulumi.Int(each.takes)
		}
		chain = append(chain, waits)
	}
	return chain
}
