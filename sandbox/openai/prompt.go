package openai

import (
	"fmt"
	"strings"

	"github.com/tidwall/gjson"
)

// shape is what a part of a prompt was written as.
type shape int

const (
	absent shape = iota
	other
	aText
	aNumber
	// tokenNumbers are a list of numbers, each of them a token.
	tokenNumbers
	aList
	anObject
)

// part is a part of a prompt, whatever shape it has.
type part struct {
	shape shape
	// text is that of a text, or stands for numbers of tokens.
	text   string
	number float64
	list   []part
	object *partObject
}

// partObject is a message, an item, or a piece of one.
type partObject struct {
	role                             string
	content, text, arguments, output part
}

// shapeOf is the shape of some JSON; a list of numbers has the shape of any list.
func shapeOf(data []byte) shape {
	switch data[0] {
	case 'n':
		return absent
	case '"':
		return aText
	case '[':
		return aList
	case '{':
		return anObject
	case 't', 'f':
		return other
	}
	return aNumber
}

// UnmarshalJSON takes anything.
func (p *part) UnmarshalJSON(data []byte) error {
	*p = partOf(gjson.ParseBytes(data))
	return nil
}

func partOf(value gjson.Result) part {
	switch value.Type {
	case gjson.Null:
		return part{}
	case gjson.String:
		return part{shape: aText, text: value.Str}
	case gjson.Number:
		return part{shape: aNumber, number: value.Num}
	case gjson.JSON:
		if value.IsArray() {
			return listOfParts(value)
		}
		return part{shape: anObject, object: readPartObject(value)}
	case gjson.True, gjson.False:
	}
	return part{shape: other}
}

func listOfParts(value gjson.Result) part {
	p := part{shape: aList}
	value.ForEach(func(_, each gjson.Result) bool {
		p.list = append(p.list, partOf(each))
		return true
	})
	if text, are := tokens(p.list); are {
		return part{shape: tokenNumbers, text: text}
	}
	return p
}

func readPartObject(value gjson.Result) *partObject {
	o := &partObject{}
	value.ForEach(func(name, each gjson.Result) bool {
		switch name.Str {
		case "role":
			o.role = each.Str
		case "content":
			o.content = partOf(each)
		case "text":
			o.text = partOf(each)
		case "arguments":
			o.arguments = partOf(each)
		case "output":
			o.output = partOf(each)
		}
		return true
	})
	return o
}

func (p *part) given() bool { return p.shape != absent }

func (p *part) isList() bool { return p.shape == aList || p.shape == tokenNumbers }

// collect gathers the text.
func (p *part) collect(b *strings.Builder) {
	switch p.shape {
	case aText:
		b.Grow(len(p.text) + 1)
		b.WriteString(p.text)
		b.WriteByte('\n')
	case tokenNumbers:
		b.WriteString(p.text)
	case aList:
		for i := range p.list {
			p.list[i].collect(b)
		}
	case anObject:
		p.object.collect(b)
	case absent, other, aNumber:
	}
}

func (o *partObject) collect(b *strings.Builder) {
	for _, each := range []*part{&o.content, &o.text, &o.arguments, &o.output} {
		each.collect(b)
	}
}

// words is the text of the part.
func (p *part) words() string {
	var b strings.Builder
	p.collect(&b)
	return b.String()
}

// lastOfUser is the text of a list's last message, where it is the user's: "" after a tool's
// answer.
func (p *part) lastOfUser() string {
	if len(p.list) == 0 {
		return ""
	}
	message := p.list[len(p.list)-1].object
	if message == nil || message.role != "user" {
		return ""
	}
	return message.content.words()
}

// tokens stands for a list of token numbers: text that counts as so many tokens, and
// that no other list has.
func tokens(list []part) (text string, are bool) {
	var b strings.Builder
	for i := range list {
		if list[i].shape != aNumber {
			return "", false
		}
		_, _ = fmt.Fprintf(&b, "#%03x", int64(list[i].number))
	}
	return b.String(), len(list) > 0
}

// prompt is the text that a call asks with; its parameters are checked here.
func (c *call) prompt(o operation) (string, *refusal) {
	if refused := c.checkParameters(o); refused != nil {
		return "", refused
	}
	r := &c.body
	var b strings.Builder
	for _, each := range []*part{&r.Messages, &r.Prompt, &r.Input, &r.Instructions} {
		each.collect(&b)
	}
	if name, needed := o.needs(r); needed != nil && !needed.given() {
		return "", invalid(name, "missing_required_parameter", "Missing required parameter: '%s'.", name)
	}
	if m := r.Messages; c.isChat() && m.shape != tokenNumbers && len(m.list) == 0 {
		return "", invalid("messages", "empty_array", "Invalid 'messages': expected an array with at least one message.")
	}
	return b.String(), r.checkNumbers(c.r.MultipartForm != nil)
}
