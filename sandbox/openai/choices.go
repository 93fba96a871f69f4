package openai

import (
	"crypto/sha256"
	"strconv"
	"strings"
)

// wanted is what the caller wants an answer to be.
type wanted struct {
	format format
	tools  toolbox
	// logprobs says that tokens come with their probabilities, and alternatives with how many
	// others each.
	logprobs     bool
	alternatives int
	// spoken is how the answer is spoken.
	spoken spoken
}

// want reads what an answer is to be; text is the prompt's.
func (c *call) want(text string) (refused *refusal) {
	if c.wants.format, refused = c.format(); refused != nil {
		return refused
	}
	if refused = c.mentionsJSON(c.wants.format, text); refused != nil {
		return refused
	}
	if c.wants.tools, refused = c.tools(); refused != nil {
		return refused
	}
	if c.wants.spoken, refused = c.readSpoken(); refused != nil {
		return refused
	}
	return c.readLogprobs()
}

// answered is one answer of a model.
type answered struct {
	pieces []string
	finish string
	calls  []toolCall
}

func (a answered) text() string { return strings.Join(a.pieces, "") }

// tokens is how many the answer has.
func (a answered) tokens() int {
	n := len(a.pieces)
	for _, each := range a.calls {
		n += count(each.name) + count(each.arguments)
	}
	return n
}

// think is the answer to a prompt: the same for the same model, prompt and number. A request
// may want several; the first is number 0.
func (c *call) think(prompt string, number int) answered {
	if calls := c.wants.tools.calls(c); len(calls) > 0 {
		finish := "tool_calls"
		if c.wants.tools.named != "" {
			finish = "stop" // as the service says of a function that had to be called
		}
		return answered{finish: finish, calls: calls}
	}
	if number > 0 {
		prompt += "\x00" + strconv.Itoa(number)
	}
	most, bounded := c.mostGiven()
	most -= c.reasoning() // which counts, too
	if text, shaped := c.wants.format.json(); shaped {
		pieces := inTokens(text)
		if bounded && most < len(pieces) {
			return answered{pieces: pieces[:max(0, most)], finish: "length"}
		}
		return answered{pieces: pieces, finish: "stop"}
	}
	length, finish := answerWords, "stop"
	if bounded && most < length {
		length, finish = most, "length"
	}
	sum := sha256.Sum256([]byte(c.model.Name + "\x00" + c.model.Version + "\x00" + prompt))
	var pieces []string
	for i := range length {
		word := words[int(sum[i%len(sum)]+byte(i))%len(words)]
		if i > 0 {
			word = " " + word
		}
		pieces = append(pieces, word)
	}
	if stopped, does := c.stopped(pieces); does {
		return answered{pieces: stopped, finish: "stop"}
	}
	return answered{pieces: pieces, finish: finish}
}

// stopped is the answer up to where a text of stop begins; false where none does.
func (c *call) stopped(pieces []string) ([]string, bool) {
	whole := strings.Join(pieces, "")
	end := len(whole)
	for _, stop := range c.body.Stop {
		if at := strings.Index(whole, stop); stop != "" && at >= 0 {
			end = min(end, at)
		}
	}
	if end == len(whole) {
		return nil, false
	}
	var kept []string
	for _, piece := range pieces {
		if end == 0 {
			break
		}
		kept = append(kept, piece[:min(end, len(piece))])
		end -= len(kept[len(kept)-1])
	}
	return kept, true
}

// inTokens cuts a text into pieces that count as a token each.
func inTokens(text string) []string {
	var pieces []string
	begin := 0
	for i := range text {
		if i-begin >= bytesPerToken {
			pieces = append(pieces, text[begin:i])
			begin = i
		}
	}
	return append(pieces, text[begin:])
}

// choices is how many answers the caller wants.
func (c *call) choices() int {
	return max(1, int(c.body.N.value))
}

// thinkAll are the answers that the caller wants, and how many tokens they have.
func (c *call) thinkAll(prompt string) (all []answered, tokens int) {
	for i := range c.choices() {
		each := c.think(prompt, i)
		all, tokens = append(all, each), tokens+each.tokens()
	}
	return all, tokens
}
