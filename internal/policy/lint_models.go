package policy

import (
	"strconv"
	"strings"
)

// mentions tells whether a document holds one of some words, whatever their case.
func (c *elementCompilation) mentions(words ...string) bool {
	for _, root := range c.place.document.document.Elements() {
		text := strings.ToLower(root.Inner())
		for _, word := range words {
			if strings.Contains(text, word) {
				return true
			}
		}
	}
	return false
}

// servesModels tells a document that is for language models from others: what is right for
// these need not be wrong elsewhere.
func (c *elementCompilation) servesModels() bool {
	return c.mentions("openai", "deployment-id", "<llm-", "cognitiveservices.azure.com", "ai.azure.com")
}

// lintShared tells a backend that serves every model: its breaker opens for all of them.
func (c *elementCompilation) lintShared() {
	id := c.get("backend-id")
	if id == nil || !c.servesModels() || c.mentions("deployment-id", `"model"`, "&quot;model&quot;") {
		return
	}
	c.note(c.element.Position(), Doubtful, "breaker-shared", "the backend is chosen without a look at the model, so that all models share its circuit breaker: where one is throttled, the others are refused, too; make a backend for each deployment, and choose by deployment-id or the body's model")
}

// longestTold is the longest wait that clients believe, in seconds: OpenAI's, and the AI SDK's.
const longestTold = 59

// lintTold tells a Retry-After that clients do not wait for.
func (c *elementCompilation) lintTold(name string, values []*value) {
	if !strings.EqualFold(strings.TrimSpace(name), "Retry-After") || !c.servesModels() {
		return
	}
	for _, v := range values {
		if seconds, err := strconv.Atoi(strings.TrimSpace(v.text)); err == nil && v.compiled == nil && seconds > longestTold {
			c.note(c.element.Position(), Doubtful, "retry-after-long", "callers are told to wait %d seconds: many clients ignore a minute or more, and ask again at once; tell %d at most", seconds, longestTold)
		}
	}
}

// leastThinking is how long a model may be expected to think, in seconds: some take two to four
// minutes until their answer begins.
const leastThinking = 120

// lintThinking tells an attempt that ends before a model has thought.
func (c *elementCompilation) lintThinking(f *forwarding) {
	if f.timeout == nil || f.timeout.compiled != nil || !c.servesModels() {
		return
	}
	if seconds := c.literalNumber("timeout"); seconds > 0 && seconds < leastThinking {
		c.note(c.element.Position(), Doubtful, "timeout-short", "the attempt ends after %g seconds, and models that reason take two to four minutes until their answer begins: the caller gets none, and each further attempt is paid, too; allow as much as the edge does, up to 240", seconds)
	}
}
