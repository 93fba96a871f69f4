package openai

import (
	"cmp"
	"encoding/json"
	"strings"

	"github.com/tidwall/gjson"
)

// inputItem is an item of a request, as its caller wrote it, with an id and what else the account
// adds. The members that an item may have differ by its type, and are kept as they came.
type inputItem struct {
	inputHead
	said    *partObject
	written map[string]json.RawMessage
}

// inputHead tells items apart.
type inputHead struct {
	ID   string `json:"id"`
	Type string `json:"type"`
}

func (i *inputItem) id() string { return i.ID }

func (i *inputItem) collect(b *strings.Builder) { i.said.collect(b) }

// MarshalJSON writes the item as the account keeps it.
func (i *inputItem) MarshalJSON() ([]byte, error) { return json.Marshal(i.written) }

// UnmarshalJSON takes any object.
func (i *inputItem) UnmarshalJSON(data []byte) error {
	*i = inputItem{said: readPartObject(gjson.ParseBytes(data))}
	lenient(data, &i.written)
	lenient(data, &i.inputHead)
	return nil
}

// inputPart is a text that stood alone, as the account keeps it.
type inputPart struct {
	Type        string      `json:"type"`
	Text        string      `json:"text"`
	Annotations *[]struct{} `json:"annotations,omitempty"`
}

// inputItems are the items of a call, each with an id, as the account keeps them.
func (c *call) inputItems() ([]item, *refusal) {
	var request struct {
		Input json.RawMessage `json:"input"`
	}
	lenient(c.raw, &request)
	var given []json.RawMessage
	if !c.body.Input.isList() {
		given = []json.RawMessage{encoded(map[string]json.RawMessage{"role": json.RawMessage(`"user"`), "content": request.Input})}
	} else {
		lenient(request.Input, &given)
	}
	items := make([]item, len(given))
	for i, each := range given {
		if !isObject(each) {
			return nil, invalid("input", "invalid_type", "Invalid type for 'input[%d]': expected an object.", i)
		}
		written := &inputItem{}
		lenient(each, written)
		if written.Type == "item_reference" {
			if items[i] = c.account.stored.item(written.ID); items[i] == nil {
				return nil, invalid("input", "", "Item with id '%s' not found. Items are not persisted when `store` is set to false. Try again with `store` set to true, or remove this item from your input.", written.ID)
			}
			continue
		}
		c.complete(written)
		items[i] = written
	}
	return items, nil
}

// complete writes what an item leaves out: its type, its id, and of a message its status and its
// content as a list of parts.
func (c *call) complete(i *inputItem) {
	i.Type = cmp.Or(i.Type, "message")
	i.written["type"] = encoded(i.Type)
	if i.Type == "message" {
		i.written["status"] = encoded(statusCompleted)
		if i.said.content.shape == aText {
			i.written["content"] = contentOf(i.said.role, i.said.content.text)
		}
	}
	if i.ID == "" {
		i.ID = c.id(itemPrefix(i.Type))
		i.written["id"] = encoded(i.ID)
	}
}

// contentOf is the content of a message that is one text.
func contentOf(role, text string) json.RawMessage {
	part := inputPart{Type: "input_text", Text: text}
	if role == "assistant" {
		part = inputPart{Type: "output_text", Text: text, Annotations: &[]struct{}{}}
	}
	return encoded([]inputPart{part})
}

// itemPrefix is how ids of items begin.
func itemPrefix(kind string) string {
	switch kind {
	case "message":
		return "msg_"
	case "reasoning":
		return "rs_"
	case "function_call":
		return "fc_"
	}
	return "item_"
}
