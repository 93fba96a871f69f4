package openai

import (
	"crypto/sha256"
	"slices"
)

// maxAlternatives is how many other tokens a caller may ask for. Source: the chat and responses
// calls of Azure OpenAI's v1 API.
const maxAlternatives = 20

// readLogprobs reads how many probabilities the caller wants. Chat has logprobs, and the
// Responses API an entry of include; both have top_logprobs.
func (c *call) readLogprobs() *refusal {
	c.wants.logprobs = c.body.Logprobs || slices.Contains(c.body.Include, "message.output_text.logprobs")
	top := c.body.TopLogprobs.value
	switch {
	case !c.body.TopLogprobs.is:
		return nil
	case top < 0 || top > maxAlternatives || top != float64(int(top)):
		return invalid("top_logprobs", "invalid_value", "Invalid 'top_logprobs': %v is not a whole number from 0 to %d.", top, maxAlternatives)
	case !c.wants.logprobs && c.isChat():
		return invalid("top_logprobs", "", "The 'top_logprobs' parameter is only allowed when 'logprobs' is enabled.")
	}
	c.wants.alternatives = int(top)
	return nil
}

// tokenLogprob is a token with its probability.
type tokenLogprob struct {
	// Bytes are numbers in JSON, and not base64.
	Bytes   []int   `json:"bytes"`
	Logprob float64 `json:"logprob"`
	Token   string  `json:"token"`
}

// answerLogprob is a token of an answer, with those that could have stood in its place.
type answerLogprob struct {
	tokenLogprob
	TopLogprobs []tokenLogprob `json:"top_logprobs"`
}

// logprobs are those of some tokens; nil where the caller wants none.
func (c *call) logprobs(pieces []string) []answerLogprob {
	if !c.wants.logprobs {
		return nil
	}
	list := make([]answerLogprob, len(pieces))
	for i, piece := range pieces {
		top := make([]tokenLogprob, c.wants.alternatives)
		for n := range top {
			other := piece
			if n > 0 {
				other = " " + words[(len(piece)+i+n)%len(words)]
			}
			top[n] = logprob(other, n)
		}
		list[i] = answerLogprob{logprob(piece, 0), top}
	}
	return list
}

// logprob is a token with its probability: the less, the later it stands among the likely ones.
func logprob(token string, rank int) tokenLogprob {
	sum := sha256.Sum256([]byte(token))
	numbers := make([]int, len(token))
	for i := range len(token) {
		numbers[i] = int(token[i])
	}
	return tokenLogprob{Token: token, Logprob: -float64(rank) - float64(sum[0])/512, Bytes: numbers}
}
