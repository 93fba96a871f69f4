package openai

import (
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"
)

// keptResponse answers what is asked of a response that the account keeps: path is its id, with
// /cancel or /input_items after it or not.
func (c *call) keptResponse(path string) *refusal {
	id, action, _ := strings.Cut(path, "/")
	method := http.MethodGet
	switch {
	case action == "cancel":
		method = http.MethodPost
	case action != "" && action != "input_items":
		return notFound()
	}
	if !strings.HasPrefix(id, "resp_") {
		if c.r.Method == http.MethodPost {
			return notFound() // such as compact, which the sandbox does not have
		}
		return invalid("response_id", "invalid_value", "Invalid 'response_id': '%s'. Expected an ID that begins with 'resp'.", id)
	}
	deletes := action == "" && c.r.Method == http.MethodDelete
	if c.r.Method != method && !deletes {
		return failf(http.StatusMethodNotAllowed, "405", "%s is not allowed here.", c.r.Method)
	}
	held := c.account.stored.find(id)
	if held == nil {
		return missing("Response with id '%s' not found.", id)
	}
	switch {
	case deletes:
		c.account.stored.remove(id)
		return c.answer(deleted{ID: id, Object: "response", Deleted: true})
	case action == "cancel":
		return c.cancelResponse(held)
	case action == "input_items":
		return page(c, slices.Concat(held.history, held.input), descending)
	case c.r.URL.Query().Get("stream") == "true":
		return c.resumeResponse(held)
	}
	return c.answer(held.body(time.Now()))
}

// cancelResponse stops a response in the background. The messages are those of Microsoft's own
// server of this API, azure-ai-agentserver-responses.
func (c *call) cancelResponse(held *heldResponse) *refusal {
	if !held.background {
		return invalid("", "", "Cannot cancel a synchronous response.")
	}
	now := time.Now()
	if status := held.cancel(now); status != statusCancelled {
		return invalid("", "", "Cannot cancel %s %s response.", article(status), status)
	}
	return c.answer(held.body(now))
}

func article(word string) string {
	if strings.ContainsAny(word[:1], "aeiou") {
		return "an"
	}
	return "a"
}

// resumeResponse streams a response again, from an event on.
func (c *call) resumeResponse(held *heldResponse) *refusal {
	if !held.streamed {
		return invalid("stream", "", "This response was not made with 'stream': true, so that it cannot be streamed.")
	}
	after := -1
	if written := c.r.URL.Query().Get("starting_after"); written != "" {
		number, err := strconv.Atoi(written)
		if err != nil || number < 0 {
			return invalid("starting_after", "invalid_value", "Invalid 'starting_after': %q is no sequence number.", written)
		}
		after = number
	}
	return c.streamResponse(held, after)
}
