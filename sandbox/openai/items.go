package openai

import "strings"

// item is one of a response's input or output.
type item interface {
	id() string
	// collect gathers the text that counts in later turns.
	collect(b *strings.Builder)
}

// outputItem is what the model answered: a reasoningItem, a callItem or a messageItem.
type outputItem interface {
	item
	// begun is the item before there is anything in it, and events are those that fill it.
	begun() item
	events(at place) []event
}

// outputHead is what all of them have.
type outputHead struct {
	ID   string `json:"id"`
	Type string `json:"type"`
}

func (h *outputHead) id() string { return h.ID }

// callItem calls a function.
type callItem struct {
	outputHead
	Status    string `json:"status"`
	CallID    string `json:"call_id"`
	Name      string `json:"name"`
	Arguments string `json:"arguments"`
}

func (i *callItem) collect(b *strings.Builder) { b.WriteString(i.Arguments + "\n") }

func (i *callItem) begun() item {
	begun := *i
	begun.Status, begun.Arguments = statusInProgress, ""
	return &begun
}

func (i *callItem) events(at place) []event {
	var events []event
	for _, piece := range inTokens(i.Arguments) {
		events = append(events, &argumentsDeltaEvent{head("response.function_call_arguments.delta"), at, piece})
	}
	return append(events, &argumentsEvent{head("response.function_call_arguments.done"), at, i.Name, i.Arguments})
}

// messageItem is text.
type messageItem struct {
	outputHead
	Status  string     `json:"status"`
	Role    string     `json:"role"`
	Content []textPart `json:"content"`
}

// textPart is text of a message.
type textPart struct {
	Type        string          `json:"type"`
	Text        string          `json:"text"`
	Annotations []struct{}      `json:"annotations"`
	Logprobs    []answerLogprob `json:"logprobs"`
}

func (i *messageItem) collect(b *strings.Builder) {
	for _, part := range i.Content {
		b.WriteString(part.Text + "\n")
	}
}

func (i *messageItem) begun() item {
	begun := *i
	begun.Status, begun.Content = statusInProgress, []textPart{}
	return &begun
}

func (i *messageItem) events(at place) []event {
	var events []event
	for n, part := range i.Content {
		events = append(events, part.events(partPlace{at, n})...)
	}
	return events
}

func (p textPart) events(at partPlace) []event {
	none := []answerLogprob{}
	empty := p
	empty.Text, empty.Logprobs = "", none
	events := []event{&partEvent{head("response.content_part.added"), at, empty}}
	for i, piece := range p.pieces() {
		own := none
		if len(p.Logprobs) > 0 {
			own = p.Logprobs[i : i+1]
		}
		events = append(events, &textDeltaEvent{head("response.output_text.delta"), at, piece, own})
	}
	return append(
		events,
		&textEvent{head("response.output_text.done"), at, p.Text, p.Logprobs},
		&partEvent{head("response.content_part.done"), at, p},
	)
}

// pieces cuts the text as its tokens with probabilities do, or by words.
func (p textPart) pieces() []string {
	if len(p.Logprobs) == 0 {
		return strings.SplitAfter(p.Text, " ")
	}
	pieces := make([]string, len(p.Logprobs))
	for i, each := range p.Logprobs {
		pieces[i] = each.Token
	}
	return pieces
}

// output are the items of an answer.
func (c *call) output(a answered, status string) []outputItem {
	var items []outputItem
	if c.reasoning() > 0 {
		items = append(items, c.reasoned())
	}
	for _, each := range a.calls {
		items = append(items, &callItem{outputHead{c.id("fc_"), "function_call"}, status, each.id, each.name, each.arguments})
	}
	if len(a.calls) > 0 || len(a.pieces) == 0 {
		return items
	}
	logprobs := c.logprobs(a.pieces)
	if logprobs == nil {
		logprobs = []answerLogprob{}
	}
	part := textPart{Type: "output_text", Text: a.text(), Annotations: []struct{}{}, Logprobs: logprobs}
	return append(items, &messageItem{outputHead{c.id("msg_"), "message"}, status, "assistant", []textPart{part}})
}
