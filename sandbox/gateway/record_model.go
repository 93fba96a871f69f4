package gateway

import (
	"bytes"
	"encoding/json"
	"regexp"
	"strings"
	"unicode/utf8"

	"github.com/tidwall/gjson"
)

// messagesInRow is how much text one row takes, in bytes; what is longer goes on in the
// next row. Source: https://learn.microsoft.com/azure/api-management/api-management-howto-llm-logs
const messagesInRow = 32 << 10

// modelRows are the rows of a call: the first, number 0, has tokens and model; those after it
// have messages, where they are kept, of the request and then of the answer. The numbers of
// rows are as public tools read them; how a text of more than one row is cut is assumed: each
// row is an array of messages, and a text goes on in the first message of the next row.
func (l *record) modelRows() {
	usage := l.v.world.Usage(l.request, l.response)
	if usage.Total == 0 {
		return
	}
	asked, answered := readQuestion(l.request), readAnswer(l.response)
	row := modelRow{
		columns:       l.v.config.columns(modelTable, l.v.config.service.ID, l.v.started),
		CorrelationID: l.v.exchange.RequestID, Region: l.v.region.display, OperationName: l.v.operation.ID,
		APIVersion: l.v.r.URL.Query().Get("api-version"), DeploymentName: deploymentIn(l.v.r.URL.Path, asked.Model), RequestID: answered.ID,
	}
	sink, d := l.v.service.options.Telemetry, l.v.config.diagnostics["azuremonitor"]
	first := row
	first.callColumns = &callColumns{
		PromptTokens: int64(usage.Prompt), CompletionTokens: int64(usage.Completion), TotalTokens: int64(usage.Total), ModelName: answered.Model, IsStreamCompletion: answered.streamed,
	}
	sink.Write(first)
	for _, chunk := range chunks(asked.messages(), d.Prompts) {
		row.SequenceNumber++
		row.RequestMessages = chunk
		sink.Write(row)
	}
	row.RequestMessages = nil
	for _, chunk := range chunks(answered.messages(), d.Completions) {
		row.SequenceNumber++
		row.ResponseMessages = chunk
		sink.Write(row)
	}
}

var deploymentPath = regexp.MustCompile(`(?i)/deployments/([^/]+)`)

// deploymentIn is the deployment's name in a path, or the model that the body asks for.
func deploymentIn(path, model string) string {
	if found := deploymentPath.FindStringSubmatch(path); found != nil {
		return found[1]
	}
	return model
}

// message is one in the table.
type message struct {
	Role    string `json:"role"`
	Content string `json:"content"`
}

// chunks are messages in rows, up to so many bytes of text in all.
func chunks(messages []message, kept int) [][]message {
	var rows [][]message
	var row []message
	room := messagesInRow
	for _, each := range messages {
		for each.Content != "" && kept > 0 {
			part := cutText(each.Content, min(room, kept))
			if part == "" && len(row) == 0 {
				return rows
			}
			if part != "" {
				row = append(row, message{each.Role, part})
			}
			each.Content, kept, room = each.Content[len(part):], kept-len(part), room-len(part)
			if each.Content != "" || room == 0 {
				rows, row, room = append(rows, row), nil, messagesInRow
			}
		}
	}
	if len(row) > 0 {
		rows = append(rows, row)
	}
	return rows
}

// cutText is the beginning of a text, up to so many bytes, in whole letters.
func cutText(text string, size int) string {
	if len(text) <= size {
		return text
	}
	for size > 0 && !utf8.RuneStart(text[size]) {
		size--
	}
	return text[:size]
}

// question is what the log looks at in a request.
type question struct {
	Model    string `json:"model"`
	Messages []struct {
		Role    string          `json:"role"`
		Content json.RawMessage `json:"content"`
	} `json:"messages"`
	Instructions json.RawMessage `json:"instructions"`
	Input        json.RawMessage `json:"input"`
	Prompt       json.RawMessage `json:"prompt"`
}

func readQuestion(body []byte) question {
	var q question
	_ = json.Unmarshal(body, &q) // what is no such object has no messages
	return q
}

func (q question) messages() []message {
	var found []message
	for _, each := range q.Messages {
		found = append(found, message{each.Role, textIn(each.Content)})
	}
	if text := textIn(q.Instructions); text != "" {
		found = append(found, message{"system", text})
	}
	for _, text := range []string{textIn(q.Input), textIn(q.Prompt)} {
		if text != "" {
			found = append(found, message{"user", text})
		}
	}
	return found
}

// textIn is the text of what has been written as a text, or as parts with texts.
func textIn(raw json.RawMessage) string {
	var b strings.Builder
	collectText(gjson.ParseBytes(raw), &b)
	return b.String()
}

func collectText(value gjson.Result, b *strings.Builder) {
	switch {
	case value.Type == gjson.String:
		b.WriteString(value.Str)
	case value.IsArray():
		for i, item := range value.Array() {
			if i > 0 {
				b.WriteByte('\n')
			}
			collectText(item, b)
		}
	case value.IsObject():
		for _, name := range []string{"content", "text"} {
			collectText(value.Get(name), b)
		}
	}
}

// answer is what the log looks at in a response, or in an event of a stream.
type answer struct {
	ID      string `json:"id"`
	Model   string `json:"model"`
	Choices []struct {
		Message struct {
			Content json.RawMessage `json:"content"`
		} `json:"message"`
		Delta struct {
			Content string `json:"content"`
		} `json:"delta"`
		Text string `json:"text"`
	} `json:"choices"`
	Output   json.RawMessage `json:"output"`
	Delta    json.RawMessage `json:"delta"`
	Response *answer         `json:"response"`

	streamed bool
	text     string
}

// readAnswer reads a response that came in one piece or as events.
func readAnswer(body []byte) answer {
	var whole answer
	if json.Unmarshal(body, &whole) == nil {
		whole.text = textIn(whole.Output)
		for _, choice := range whole.Choices {
			whole.text += textIn(choice.Message.Content) + choice.Text
		}
		return whole
	}
	whole.streamed = true
	for line := range bytes.SplitSeq(body, []byte("\n")) {
		data, is := bytes.CutPrefix(bytes.TrimSpace(line), []byte("data:"))
		var event answer
		if !is || json.Unmarshal(data, &event) != nil {
			continue
		}
		whole.add(event)
	}
	return whole
}

// add takes over what an event tells.
func (a *answer) add(event answer) {
	for _, choice := range event.Choices {
		a.text += choice.Delta.Content + choice.Text
	}
	var delta string
	if json.Unmarshal(event.Delta, &delta) == nil {
		a.text += delta
	}
	if event.Response != nil {
		event = *event.Response
	}
	if a.ID == "" {
		a.ID = event.ID
	}
	if a.Model == "" {
		a.Model = event.Model
	}
}

func (a answer) messages() []message {
	if a.text == "" {
		return nil
	}
	return []message{{"assistant", a.text}}
}
