package stacks

import (
	"strings"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/aoai-gateway/aoai-gateway/internal/faults"
)

// Timeouts are those that others keep: of callers, and of the models.
type Timeouts struct {
	// ClientSeconds is how long callers wait for an answer; 1 to 86400, default 600, as
	// OpenAI's own clients do.
	ClientSeconds int `json:"clientSeconds"`
	// ModelSeconds is how long a model may take until its answer begins: for an answer
	// that is not streamed, until it is complete; 1 to 240, default 90.
	ModelSeconds int `json:"modelSeconds"`
}

// DefaultTimeouts are what an empty configuration means.
func DefaultTimeouts() Timeouts { return Timeouts{ClientSeconds: 600, ModelSeconds: 90} }

// margin is what each link of the chain needs for itself: connections, tokens, policies.
// An estimate of this project, on the safe side.
const margin = 5

// link is who waits in the chain from a caller to a model, and for how long.
type link struct {
	// who waits; key is where that is configured.
	who, key string
	seconds  int
}

// chain is all that wait for an answer, the caller first.
func (c *Config) chain() []link {
	links := []link{{"the client", "timeouts.clientSeconds", c.Timeouts.ClientSeconds}}
	switch {
	case c.Pattern == PatternAPIM:
	case c.Edge == EdgeApplicationGateway:
		links = append(links, link{"Application Gateway", "applicationGateway.requestTimeoutSeconds", c.ApplicationGateway.RequestTimeoutSeconds})
	default:
		links = append(links, link{"Front Door", "frontDoor.responseTimeoutSeconds", c.FrontDoor.ResponseTimeoutSeconds})
	}
	if c.hasGateways() {
		balancing := c.APIM.LoadBalancing
		links = append(links,
			link{"the gateway, with all its attempts,", "apim.loadBalancing.totalTimeoutSeconds", balancing.TotalTimeoutSeconds},
			link{"one attempt of the gateway", "apim.loadBalancing.attemptTimeoutSeconds", balancing.AttemptTimeoutSeconds})
	}
	return append(links, link{"the model", "timeouts.modelSeconds", c.Timeouts.ModelSeconds})
}

// validateTimeouts refuses a chain in which somebody gives up before who comes next can
// have answered. An attempt needs no margin within the gateway's whole time: the last one
// may end with it.
func (c *Config) validateTimeouts() error {
	var list faults.List
	list.Between("timeouts.clientSeconds", c.Timeouts.ClientSeconds, 1, 86400, "s")
	list.Between("timeouts.modelSeconds", c.Timeouts.ModelSeconds, 1, 240, "s")
	links := c.chain()
	for i, outer := range links[:len(links)-1] {
		inner, needs := links[i+1], margin
		if outer.key == "apim.loadBalancing.totalTimeoutSeconds" {
			// That one attempt fits is checked where both are configured.
			continue
		}
		if outer.seconds < inner.seconds+needs {
			list.Add(outer.key, "%s gives up after %d s, but %s may take %d s (%s), and %d s go by on the way; give it %d or more, or lower the other",
				outer.who, outer.seconds, strings.TrimSuffix(inner.who, ","), inner.seconds, inner.key, needs, inner.seconds+needs)
		}
	}
	return list.Err()
}

// timeoutChain is the chain as an output: who waits, and how long.
func (c *Config) timeoutChain() pulumi.Array {
	chain := pulumi.Array{}
	for _, each := range c.chain() {
		chain = append(chain, pulumi.Map{"who": pulumi.String(strings.TrimSuffix(each.who, ",")), "seconds": pulumi.Int(each.seconds)})
	}
	return chain
}
