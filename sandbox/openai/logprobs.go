package openai

import "crypto/sha256"

// maxAlternatives is how many other tokens a caller may ask for. Source: the chat and responses
// calls of Azure OpenAI's v1 API.
const maxAlternatives = 20

// readLogprobs reads how many probabilities the caller wants. Chat has logprobs, and the
// Responses API an entry of include; both have top_logprobs.
func (c *call) readLogprobs() *refusal {
	c.wants.logprobs = c.flag("logprobs")
	include, _ := c.body["include"].([]any)
	for _, each := range include {
		if each == "message.output_text.logprobs" {
			c.wants.logprobs = true
		}
	}
	top, given := c.body["top_logprobs"].(float64)
	switch {
	case !given:
		return nil
	case top < 0 || top > maxAlternatives || top != float64(int(top)):
		return invalid("top_logprobs", "invalid_value", "Invalid 'top_logprobs': %v is not a whole number from 0 to %d.", top, maxAlternatives)
	case !c.wants.logprobs && c.body["messages"] != nil:
		return invalid("top_logprobs", "", "The 'top_logprobs' parameter is only allowed when 'logprobs' is enabled.")
	}
	c.wants.alternatives = int(top)
	return nil
}

// logprobs are those of some tokens; nil where the caller wants none.
func (c *call) logprobs(pieces []string) []any {
	if !c.wants.logprobs {
		return nil
	}
	list := make([]any, len(pieces))
	for i, piece := range pieces {
		entry := logprob(piece, 0)
		top := []any{}
		for n := range c.wants.alternatives {
			other := piece
			if n > 0 {
				other = " " + words[(len(piece)+i+n)%len(words)]
			}
			top = append(top, logprob(other, n))
		}
		entry["top_logprobs"] = top
		list[i] = entry
	}
	return list
}

// logprob is a token with its probability: the less, the later it stands among the likely ones.
func logprob(token string, rank int) map[string]any {
	sum := sha256.Sum256([]byte(token))
	numbers := make([]any, len(token))
	for i := range len(token) {
		numbers[i] = int(token[i])
	}
	return map[string]any{"token": token, "logprob": -float64(rank) - float64(sum[0])/512, "bytes": numbers}
}
