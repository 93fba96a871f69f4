package openai

import (
	"strings"
	"time"
)

// asked is what a call of the Responses API builds on.
type asked struct {
	// history are the items of the responses before this one, and input those of this call.
	history, input []item
}

// prepareResponse reads what a response builds on, and returns the text of earlier turns.
func (c *call) prepareResponse(prompt string) (string, *refusal) {
	if c.body.Background && !c.body.Store {
		return "", invalid("background", "", "Background mode requires 'store' to be true: the answer is fetched later.")
	}
	if previous := c.body.PreviousResponseID; previous != "" {
		before := c.account.stored.find(previous)
		if before == nil {
			return "", invalid("previous_response_id", "previous_response_not_found", "Previous response with id '%s' not found.", previous)
		}
		if status := before.status(time.Now()); status == statusQueued || status == statusInProgress {
			return "", invalid("previous_response_id", "", "Previous response with id '%s' is %s; wait until it has ended.", previous, status)
		}
		c.asks.history = before.context()
	}
	var refused *refusal
	if c.asks.input, refused = c.inputItems(); refused != nil {
		return "", refused
	}
	var history strings.Builder
	for _, each := range c.asks.history {
		each.collect(&history)
	}
	return history.String(), c.want(history.String() + prompt)
}

// responses answers the Responses API.
func (c *call) responses(prompt string, tokens int) *refusal {
	thought := c.think(prompt, 0)
	created := time.Now()
	begun := c.begin(created)
	done := *begun
	if thought.finish == "length" {
		done.Status, done.IncompleteDetails = statusIncomplete, &incompleteDetails{Reason: "max_output_tokens"}
	} else {
		completed := created.Unix()
		done.Status, done.CompletedAt = statusCompleted, &completed
	}
	output := c.output(thought, done.Status)
	done.Output = make([]item, len(output))
	for i, each := range output {
		done.Output[i] = each
	}
	used := c.use(prompt, tokens, thought.tokens())
	done.Usage = &responseUsage{used.total(), cachedTokens{used.Cached}, thinkingTokens{used.Reasoning}}
	held := &heldResponse{
		created: created, background: c.body.Background, streamed: c.wantsStream(),
		begun: begun, done: &done, output: output, history: c.asks.history, input: c.asks.input,
	}
	if c.body.Store {
		c.account.stored.keep(held)
	}
	if c.wantsStream() {
		return c.streamResponse(held, -1)
	}
	return c.answer(held.body(created))
}

// begin is a response that has just begun.
func (c *call) begin(created time.Time) *response {
	return &response{
		ID: c.id("resp_"), Object: "response", CreatedAt: created.Unix(), Status: statusInProgress, Model: c.modelName(), Output: []item{}, echoed: c.repeated(),
		ContentFilters: []responseFilter{{SourceType: "prompt", ContentFilterResults: harmless()}, {SourceType: "completion", ContentFilterResults: harmless()}},
	}
}
