package library

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/aoai-gateway/aoai-gateway/internal/policy/dotnet"
)

// maxJSONDepth is the bound of Newtonsoft.Json 13.
const maxJSONDepth = 64

// textState is what a textReader expects next.
type textState uint8

const (
	stateStart textState = iota
	stateProperty
	stateObjectStart
	stateObject
	stateArrayStart
	stateArray
	stateConstructorStart
	stateConstructor
	statePostValue
	stateFinished
)

// textReader reads JSON as Newtonsoft.Json's JsonTextReader does: strings may
// stand in single quotes, names without quotes, comments are tokens, what is
// missing between commas is undefined, and strings that look like ISO 8601 times
// become dates. It follows the original's states, as messages tell path and place.
type textReader struct {
	source *jsonSource
	s      string
	at     int
	state  textState
	kind   jsonToken
	held   any
	stack  []jsonPosition
	here   jsonPosition
	// dateless leaves text that looks like a date as text.
	dateless bool
}

func newTextReader(text string) *textReader {
	source := &jsonSource{text}
	return &textReader{source: source, s: text}
}

func (r *textReader) token() jsonToken { return r.kind }
func (r *textReader) value() any       { return r.held }

func (r *textReader) depth() int {
	if r.kind.starts() || r.here.within == containerNone {
		return len(r.stack)
	}
	return len(r.stack) + 1
}

func (r *textReader) failure(exception, message string) *dotnet.Exception {
	line, position := r.source.place(r.at)
	if r.state == stateStart && position == 0 && r.kind != tokenComment {
		line = 0
	}
	e := dotnet.Throw(exception, jsonMessage(message, r.path(), line, position))
	e.Path, e.Line, e.Position = r.path(), int32(line), int32(position) //nolint:gosec // texts are bounded
	return e
}

func (r *textReader) fail(message string) error { return r.failure(readerException, message) }

func (r *textReader) path() string {
	if r.here.within == containerNone {
		return ""
	}
	path := ""
	for _, each := range r.stack {
		path = each.write(path)
	}
	if r.state != stateObjectStart && r.state != stateArrayStart && r.state != stateConstructorStart {
		path = r.here.write(path)
	}
	return path
}

// set makes something else of the token read last.
func (r *textReader) set(kind jsonToken, value any) { r.kind, r.held = kind, value }

// found is the token of a value that ends at once.
func (r *textReader) found(kind jsonToken, value any) {
	r.kind, r.held = kind, value
	r.valueRead()
}

// valueRead is called once a value has been read.
func (r *textReader) valueRead() {
	if r.here.within == containerNone {
		r.state = stateFinished
	} else {
		r.state = statePostValue
	}
	if r.here.within >= containerArray {
		r.here.index++
	}
}

func (r *textReader) open(kind jsonToken, within container, state textState) error {
	r.at++
	r.kind, r.held, r.state = kind, nil, state
	if r.here.within >= containerArray {
		r.here.index++
	}
	if r.here.within != containerNone {
		r.stack = append(r.stack, r.here)
	}
	r.here = jsonPosition{within: within, index: -1}
	if r.depth()+1 > maxJSONDepth {
		return r.fail("The reader's MaxDepth of 64 has been exceeded.")
	}
	return nil
}

func (r *textReader) close(kind jsonToken) error {
	r.at++
	r.kind, r.held = kind, nil
	was := r.here.within
	if n := len(r.stack); n > 0 {
		r.here, r.stack = r.stack[n-1], r.stack[:n-1]
	} else {
		r.here = jsonPosition{}
	}
	if was != kind.closes() {
		return r.fail("JsonToken " + kind.String() + " is not valid for closing JsonType " + was.String() + ".")
	}
	if r.here.within == containerNone {
		r.state = stateFinished
	} else {
		r.state = statePostValue
	}
	return nil
}

// char is the character at the reader's place; NUL behind the end.
func (r *textReader) char() rune {
	if r.at >= len(r.s) {
		return 0
	}
	c, _ := utf8.DecodeRuneInString(r.s[r.at:])
	return c
}

func (r *textReader) unexpected(c rune) error {
	return r.fail("Unexpected character encountered while parsing value: " + string(c) + ".")
}

func (r *textReader) unexpectedEnd() error { return r.fail("Unexpected end when reading JSON.") }

// blank passes white space.
func (r *textReader) blank() {
	for r.at < len(r.s) {
		c := r.s[r.at]
		if c == ' ' || c == '\n' || c == '\r' || c == '\t' {
			r.at++
			continue
		}
		if c > ' ' && c < utf8.RuneSelf {
			return
		}
		wide, size := utf8.DecodeRuneInString(r.s[r.at:])
		if !unicode.IsSpace(wide) {
			return
		}
		r.at += size
	}
}

func (r *textReader) read() (bool, error) {
	for {
		switch r.state {
		case stateObject, stateObjectStart:
			return r.readObject()
		case statePostValue:
			if found, err := r.postValue(true); found || err != nil || r.state == stateFinished {
				return found, err
			}
		case stateFinished:
			return r.finished()
		default:
			return r.readValue()
		}
	}
}

// finished is what may stand behind the value.
func (r *textReader) finished() (bool, error) {
	r.blank()
	if r.at >= len(r.s) {
		r.set(tokenNone, nil)
		return false, nil
	}
	if r.s[r.at] == '/' {
		return true, r.comment(true)
	}
	return false, r.fail("Additional text encountered after finished reading JSON content: " + string(r.char()) + ".")
}

func (r *textReader) readValue() (bool, error) {
	r.blank()
	if r.at >= len(r.s) {
		return false, nil
	}
	switch c := r.s[r.at]; c {
	case '"', '\'':
		return true, r.text(c, readAny)
	case '{':
		return true, r.open(tokenStartObject, containerObject, stateObjectStart)
	case '[':
		return true, r.open(tokenStartArray, containerArray, stateArrayStart)
	case ']':
		return true, r.close(tokenEndArray)
	case ')':
		return true, r.close(tokenEndConstructor)
	case ',':
		// What is left out is undefined; the comma is for the next call.
		r.found(tokenUndefined, nil)
		return true, nil
	case '/':
		return true, r.comment(true)
	case 't':
		return true, r.word("true", "boolean", tokenBoolean, true)
	case 'f':
		return true, r.word("false", "boolean", tokenBoolean, false)
	case 'u':
		return true, r.word("undefined", "undefined", tokenUndefined, nil)
	case 'n':
		if r.at+1 >= len(r.s) {
			r.at++
			return false, r.unexpectedEnd()
		}
		switch r.s[r.at+1] {
		case 'u':
			return true, r.word("null", "null", tokenNull, nil)
		case 'e':
			return true, r.constructor()
		}
		return false, r.unexpected('n')
	case 'N', 'I':
		return true, r.special(readAny)
	case '-':
		if strings.HasPrefix(r.s[r.at:], "-I") {
			return true, r.special(readAny)
		}
		return true, r.number(readAny)
	case '.', '0', '1', '2', '3', '4', '5', '6', '7', '8', '9':
		return true, r.number(readAny)
	}
	if unicode.IsNumber(r.char()) {
		return true, r.number(readAny)
	}
	return false, r.unexpected(r.char())
}

func (r *textReader) readObject() (bool, error) {
	r.blank()
	if r.at >= len(r.s) {
		return false, nil
	}
	switch r.s[r.at] {
	case '}':
		return true, r.close(tokenEndObject)
	case '/':
		return true, r.comment(true)
	}
	return true, r.property()
}

// postValue reads what follows a value: the end of its container is a token, a
// comma leads to the next value.
func (r *textReader) postValue(comments bool) (bool, error) {
	for {
		r.blank()
		if r.at >= len(r.s) {
			r.state = stateFinished
			return false, nil
		}
		switch r.s[r.at] {
		case '}':
			return true, r.close(tokenEndObject)
		case ']':
			return true, r.close(tokenEndArray)
		case ')':
			return true, r.close(tokenEndConstructor)
		case '/':
			if err := r.comment(comments); comments || err != nil {
				return true, err
			}
		case ',':
			r.at++
			r.state = [...]textState{stateFinished, stateObject, stateArray, stateConstructor}[r.here.within]
			return false, nil
		default:
			return false, r.fail("After parsing a value an unexpected character was encountered: " + string(r.char()) + ".")
		}
	}
}
