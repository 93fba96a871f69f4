package policy

import (
	"net/http"
	"slices"
	"strings"

	"github.com/aoai-gateway/aoai-gateway/internal/policy/library"
	"github.com/aoai-gateway/aoai-gateway/internal/suggest"
)

// semanticKinds find answers to questions that mean the same.
func semanticKinds() []*kind {
	score := check{kind: isNumber, min: 0, max: 1}
	lookup := []attribute{
		need("score-threshold", score).fixed(), need("embeddings-backend-id", text()).fixed(), may("embeddings-backend-auth", oneOf("system-assigned", "header")).fixed(),
		may("ignore-system-messages", boolean()).fixed(), may("cache-id", text()).fixed().undocumented(), may("max-message-count", integer(0, unbounded)).fixed(),
	}
	vary := []child{{name: "vary-by", many: true, content: requiredText}}
	var found []*kind
	for _, prefix := range []string{"azure-openai", "llm"} {
		found = append(found,
			&kind{name: prefix + "-semantic-cache-lookup", sections: in("inbound"), once: true, attributes: lookup, children: vary, compile: semanticLookup},
			&kind{name: prefix + "-semantic-cache-store", sections: in("outbound"), once: true, attributes: []attribute{need("duration", wholeNumber())}, compile: semanticStore},
		)
	}
	return found
}

// question is what a caller asks a model, as the semantic cache looks for it.
type question struct {
	partition string
	vector    []float32
}

// semanticCache is a *-semantic-cache-lookup policy.
type semanticCache struct {
	threshold, most *value
	backend         string
	ignoreSystem    bool
	vary            []*value
}

func semanticLookup(c *elementCompilation) runner {
	s := &semanticCache{
		threshold: c.get("score-threshold"), most: c.get("max-message-count"), backend: c.literal("embeddings-backend-id", ""),
		ignoreSystem: c.flag("ignore-system-messages", false), vary: c.texts("", "vary-by"),
	}
	if c.literal("embeddings-backend-auth", "system-assigned") != "system-assigned" {
		c.note(c.get("embeddings-backend-auth").at(0), Unsupported, "unsupported-attribute", "embeddings-backend-auth has to be system-assigned; Microsoft's reference does not say what header does")
	}
	c.refuseBackend(c.get("embeddings-backend-id"))
	c.step.detail = "within " + describe(s.threshold) + " by " + s.backend
	return s.run
}

// refuseBackend refuses a backend that does not exist.
func (c *elementCompilation) refuseBackend(id *value) {
	if id != nil && !id.broken && id.compiled == nil && id.text != "" && c.options.Backends != nil && !slices.Contains(c.options.Backends, id.text) {
		c.note(id.at(0), Refused, "unknown-backend", "there is no backend '%s'%s", id.text, suggest.Phrase(id.text, c.options.Backends))
	}
}

func (s *semanticCache) run(x *Execution) error {
	if x.world.Vectors == nil {
		return missingWorld("a cache of vectors")
	}
	threshold, err := s.threshold.number(x, 0)
	if err != nil {
		return err
	}
	text, err := s.prompt(x)
	if err != nil || text == "" {
		return err
	}
	partition, err := s.partition(x)
	if err != nil {
		return err
	}
	vector, err := x.embed(s.backend, text)
	if err != nil {
		// A cache that fails counts as a miss (Microsoft's page on external caches).
		x.tell("miss: no embedding: %v", err)
		return nil
	}
	found, ok := x.world.Vectors.Nearest(partition, vector, threshold, x.now())
	cached, isResponse := found.Value.(*cachedResponse)
	if !ok || !isResponse {
		x.question = &question{partition, vector}
		x.tell("miss")
		return nil
	}
	x.question = nil
	x.respond(cached.response())
	x.tell("hit, at a distance of %.4f", found.Distance)
	return errCached
}

// prompt is what is asked of a model; "" where the cache is not for it.
func (s *semanticCache) prompt(x *Execution) (string, error) {
	object := x.modelRequest()
	if object == nil {
		x.tell("the body is no question to a model")
		return "", nil
	}
	if wantsStream(object) {
		// An answer in one piece is none for who waits for events.
		x.tell("a stream is not cached")
		return "", nil
	}
	messages, ok := object.Get("messages").(*library.JArray)
	if !ok {
		return promptOf(object), nil
	}
	var b strings.Builder
	count := 0
	for _, each := range messages.Items() {
		if s.ignoreSystem && isSystem(each) {
			continue
		}
		count++
		collectText(each, &b)
	}
	if s.most != nil {
		most, err := s.most.number(x, 0)
		if err != nil {
			return "", err
		}
		if float64(count) > most {
			x.tell("%d messages are more than %v", count, most)
			return "", nil
		}
	}
	return b.String(), nil
}

func isSystem(message library.Token) bool {
	object, ok := message.(*library.JObject)
	if !ok {
		return false
	}
	role, ok := object.Get("role").(*library.JValue)
	return ok && role.Value == "system"
}

// partition holds what an answer is for: the operation's path, which names the model's
// deployment, and what the document varies by.
func (s *semanticCache) partition(x *Execution) (string, error) {
	varied, err := texts(x, s.vary)
	if err != nil {
		return "", err
	}
	parts := append([]string{x.exchange.API.ID, x.exchange.Request.OriginalURL.Path}, varied...)
	return strings.Join(parts, "\n"), nil
}

func semanticStore(c *elementCompilation) runner {
	duration := c.get("duration")
	c.step.detail = "for " + describe(duration) + " s"
	return func(x *Execution) error {
		asked, response := x.question, x.exchange.Response
		switch {
		case asked == nil || response == nil:
			x.tell("nothing was looked for")
			return nil
		case response.StatusCode != http.StatusOK:
			x.tell("%d is not kept", response.StatusCode)
			return nil
		case isEventStream(response):
			x.tell("a stream is not kept")
			return nil
		}
		ttl, err := duration.seconds(x, 0)
		if err != nil {
			return err
		}
		data, err := response.Body.Bytes(x.world.BodyLimit)
		if err != nil {
			return err
		}
		x.world.Vectors.Keep(asked.partition, asked.vector, &cachedResponse{response.StatusCode, response.Reason, response.Headers.Clone(), data}, ttl, x.now())
		x.tell("kept for %v", ttl)
		return nil
	}
}
